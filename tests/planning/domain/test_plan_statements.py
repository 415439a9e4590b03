"""What plans add up to: coverage, implied share, revenue, profit and loss, headcount and resources."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.headcount import HeadcountMoves, headcount_bridge
from services.planning.domain.implied_share import YearShare, implied_shares, rising_shares
from services.planning.domain.plan_lines import LineOrigin
from services.planning.domain.planned_revenue import BlendedMargin, FollowOn, net_revenue
from services.planning.domain.profit_and_loss import ProfitAndLoss, profit_and_loss, statement
from services.planning.domain.resource_load import DemandStatus, ResourceDemand, ResourceKind, resource_loads
from services.planning.domain.rounding import half_up
from services.planning.domain.scope import Scope
from services.planning.domain.target_coverage import TargetCoverage, named_contributions
from tests.planning.domain.planning_values import YEAR, lines

D = Decimal
JULY, AUGUST = date(2027, 7, 1), date(2027, 8, 1)


def test_k28_what_no_named_initiative_covers_remains_uncovered() -> None:
    coverage = TargetCoverage(
        target=D(18_000_000),
        base=D(12_000_000),
        organic_growth=D("0.05"),
        launches={"lamp": D(2_000_000), "mat": D(1_200_000)},
        campaigns={"prime_day": D(900_000)},
    )
    assert (coverage.covered, coverage.uncovered) == (D(16_700_000), D(1_300_000))
    assert half_up(coverage.uncovered_share or D(0), 4) == D("0.0722")
    assert (coverage.organic, coverage.launched, coverage.campaigned) == (D(600_000), D(3_200_000), D(900_000))


AMOUNTS = st.decimals(-(10**8), 10**8, places=2)


@given(AMOUNTS, AMOUNTS, st.decimals(-1, 1, places=3), AMOUNTS, AMOUNTS)
def test_the_bridge_from_base_to_target_sums_to_the_target(
    target: Decimal, base: Decimal, growth: Decimal, launch: Decimal, campaign: Decimal
) -> None:
    coverage = TargetCoverage(target, base, growth, {"lamp": launch}, {"sale": campaign})
    assert sum(amount for _, amount in coverage.bridge) == target
    assert not (coverage.uncovered and coverage.surplus)
    assert min(coverage.uncovered, coverage.surplus) == 0


def test_contributions_are_those_of_launches_and_campaigns_with_a_name() -> None:
    lamp, sale = Scope(initiative_id="lamp"), Scope(initiative_id="sale", marketplace="US")
    plan = [
        *lines("net_revenue", 100),
        *lines("net_revenue", 10, lamp, LineOrigin.LAUNCH),
        *lines("net_revenue", 6, Scope(initiative_id="lamp", marketplace="US"), LineOrigin.LAUNCH),
        *lines("net_revenue", 2, sale, LineOrigin.CAMPAIGN),
        *lines("net_revenue", 3, Scope(initiative_id="sale", marketplace="DE"), LineOrigin.CAMPAIGN),
        *lines("net_revenue", 1, Scope(marketplace="JP"), LineOrigin.LAUNCH),
        *lines("units_sold", 9, lamp, LineOrigin.LAUNCH),
        *lines("net_revenue", 9, Scope(initiative_id="wish"), LineOrigin.WISH),
    ]
    found = named_contributions(plan, "net_revenue")
    assert (found.launches, found.campaigns, found.unnamed) == ({"lamp": D(120)}, {"sale": D(60)}, D(12))


def test_k30_the_implied_share_grows_faster_than_the_market() -> None:
    revenues = [D(12_000_000), D(15_000_000), D(18_000_000), D(21_600_000)]
    shares = implied_shares(2027, revenues, D(250_000_000), D("0.08"))
    assert [half_up(each.share or D(0), 4) for each in shares] == list(map(D, ("0.0480", "0.0556", "0.0617", "0.0686")))
    assert [after.year for _, after in rising_shares(shares)] == [2028, 2029, 2030]


def test_a_market_of_unknown_size_has_no_share() -> None:
    unknown = YearShare(2028, D(5), D(0))
    assert unknown.share is None
    assert rising_shares([YearShare(2027, D(1), D(100)), unknown, YearShare(2029, D(5), D(100))]) == ()


def test_k32_units_at_their_price_after_discount_and_returns() -> None:
    assert half_up(net_revenue(D(4000), D("29.99"), D("0.05"), D("0.04")), 2) == D("109403.52")


def test_k48_what_a_traffic_product_loses_its_upgrades_bring_back() -> None:
    blended = BlendedMargin(D(5000), D("-1.50"), (FollowOn(D(120), D(80)),))
    assert (blended.total, blended.per_buyer) == (D(2100), D("0.42"))
    assert blended.break_even_attach == D("0.01875")


def test_nothing_has_to_be_attached_to_what_earns_and_nothing_helps_what_follows_at_a_loss() -> None:
    assert BlendedMargin(D(10), D(1)).break_even_attach == 0
    assert BlendedMargin(D(10), D(-1)).break_even_attach is None
    assert BlendedMargin(D(10), D(-1), (FollowOn(D(5), D(-2)),)).break_even_attach is None
    assert BlendedMargin(D(0), D(-1)).per_buyer is None


K29 = {
    "net_revenue": D("18.0"),
    "cogs": D("9.9"),
    "ad_spend": D("2.16"),
    "fulfilment_cost": D("2.34"),
    "selling_fees": D("1.53"),
    "payroll": D("1.2"),
    "other_cost": D("0.42"),
}


def test_k29_gross_margin_and_operating_profit() -> None:
    year = profit_and_loss(K29)
    assert (year.gross_margin, year.operating_profit, year.operating_margin) == (D("0.45"), D("0.45"), D("0.025"))
    assert year.missing == ()


def test_figures_that_are_not_planned_are_taken_as_nothing_and_named() -> None:
    bare = profit_and_loss({"net_revenue": D(10), "cogs": D(4), "visits": D(7)})
    assert bare.operating_profit == 6
    assert bare.missing == ("ad_spend", "fulfilment_cost", "selling_fees", "payroll", "other_cost")
    assert profit_and_loss({}) == ProfitAndLoss(D(0), missing=("net_revenue", "cogs", *bare.missing))
    assert profit_and_loss({}).gross_margin is None


@given(st.dictionaries(st.sampled_from(sorted(K29)), st.lists(AMOUNTS, min_size=12, max_size=12)))
def test_the_statement_of_a_year_is_the_sum_of_its_months(values: dict[str, list[Decimal]]) -> None:
    series = {code: dict(zip(YEAR, amounts, strict=True)) for code, amounts in values.items()}
    year = statement(series, YEAR)
    assert sum(month.operating_profit for month in year.by_month) == year.total.operating_profit
    assert sum(month.gross_profit for month in year.by_month) == year.total.gross_profit
    assert set(year.total.missing) == K29.keys() - values.keys()


def test_k31_the_headcount_bridge() -> None:
    (year,) = headcount_bridge(D(25), [HeadcountMoves(YEAR[0], D(8), D(1), D(2), D(3))])
    assert year.closing == 29


@given(st.integers(0, 50), st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=12))
def test_each_month_opens_with_what_the_one_before_closed_with(
    opening: int, moves: list[tuple[int, int, int, int]]
) -> None:
    listed = [HeadcountMoves(month, *map(D, each)) for month, each in zip(YEAR, moves, strict=False)]
    bridge = headcount_bridge(D(opening), reversed(listed))
    assert bridge[0].opening == opening
    assert all(after.opening == before.closing for before, after in pairwise(bridge))
    assert bridge[-1].closing == opening + sum(each.net for each in listed)


def demand(who: str, quantity: str, status: DemandStatus, month: date = JULY) -> ResourceDemand:
    return ResourceDemand(who, "IPD", ResourceKind.HEADCOUNT, "person", month, D(quantity), status)


def test_demands_on_a_domain_are_set_against_its_capacity_month_by_month() -> None:
    demands = [
        demand("lamp", "2", DemandStatus.COMMITTED),
        demand("mat", "1.5", DemandStatus.REQUESTED),
        demand("sofa", "9", DemandStatus.DECLINED),
        demand("lamp", "4", DemandStatus.COMMITTED, AUGUST),
    ]
    place = ("IPD", ResourceKind.HEADCOUNT, "person")
    july, august, september = resource_loads(demands, {(*place, JULY): D(3), (*place, date(2027, 9, 1)): D(3)})
    assert (july.demand, july.committed, july.over, july.load) == (D("3.5"), D(2), D("0.5"), D("3.5") / 3)
    assert july.initiative_ids == ("lamp", "mat")
    assert (august.capacity, august.over, august.load) == (None, D(0), None)
    assert (september.demand, september.over, september.load) == (D(0), D(0), D(0))


def test_money_in_two_currencies_is_never_added() -> None:
    money = [
        ResourceDemand("lamp", "IPMS", ResourceKind.MONEY, currency, JULY, D(100)) for currency in ("USD", "EUR", "USD")
    ]
    assert [(each.unit, each.demand) for each in resource_loads(money, {})] == [("EUR", D(100)), ("USD", D(200))]
