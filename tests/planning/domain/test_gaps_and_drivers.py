"""Gaps, what they project to, and the drivers that explain them to the last cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.advertising_band import AD_CONVERSION_BAND, Band, BandLabel, judge_conversion
from services.planning.domain.drivers import (
    Effect,
    Factor,
    RevenueDriver,
    Sales,
    StockoutLoss,
    decompose,
    largest_harm,
    revenue_factors,
    rounded,
    stockout_loss,
)
from services.planning.domain.gap_waterfall import gap_waterfall
from services.planning.domain.gaps import (
    GapStatus,
    Route,
    band_gap,
    gap,
    gap_status,
    in_year,
    potential_of_market,
    routes,
)
from services.planning.domain.metric import Better
from services.planning.domain.rounding import half_up

D = Decimal
MILLION = D(1_000_000)


def test_performance_and_opportunity_make_the_total() -> None:
    """K23."""
    potential = potential_of_market(250 * MILLION, D("0.06"))
    found = gap(Better.HIGHER, 12 * MILLION, D("10.2") * MILLION, potential)
    assert (found.performance, found.relative_performance) == (D("1.8") * MILLION, D("0.15"))
    assert (found.opportunity, found.relative_opportunity) == (3 * MILLION, D("0.25"))
    assert found.total == D("4.8") * MILLION
    assert found.status is GapStatus.RED
    assert routes(found) == (Route.ACTION, Route.CORRECTIVE_OBJECTIVE, Route.INITIATIVE)


def test_where_lower_is_better_more_is_a_shortfall() -> None:
    found = gap(Better.LOWER, D("0.25"), D("0.28"), D("0.20"))
    assert (found.performance, found.opportunity, found.total) == (D("0.03"), D("0.05"), D("0.08"))
    assert gap(Better.LOWER, D("0.25"), D("0.20")).status is GapStatus.GREEN


def test_a_loss_beyond_a_planned_loss_is_a_shortfall() -> None:
    found = gap(Better.HIGHER, D(-100), D(-150))
    assert (found.performance, found.relative_performance, found.status) == (D(50), D("0.5"), GapStatus.RED)


def test_without_a_potential_there_is_no_opportunity() -> None:
    found = gap(Better.HIGHER, D(100), D(95))
    assert (found.opportunity, found.total) == (None, None)
    assert routes(found) == (Route.ACTION,)


def test_a_target_of_nothing_has_no_relative_gap() -> None:
    assert gap(Better.LOWER, D(0), D(3)).status is GapStatus.RED
    assert gap(Better.LOWER, D(0), D(3)).relative_performance is None
    assert gap(Better.LOWER, D(0), D(0)).status is GapStatus.GREEN


@pytest.mark.parametrize(
    ("actual", "performance", "status"),
    [(20, 10, "red"), (29, 1, "amber"), (30, 0, "green"), (60, 0, "green"), (90, 0, "green"), (99, 9, "red")],
)
def test_inside_its_band_a_metric_has_no_gap(actual: int, performance: int, status: str) -> None:
    found = band_gap(D(30), D(90), D(actual))
    assert (found.performance, found.status.value) == (D(performance), status)


@pytest.mark.parametrize(
    ("shortfall", "status"),
    [("0.10", "red"), ("0.0999", "amber"), ("0.03", "amber"), ("0.0299", "green"), ("-1", "green")],
)
def test_the_bands_of_gaps(shortfall: str, status: str) -> None:
    assert gap_status(D(shortfall)) == status


figures = st.decimals(-(10**6), 10**6, places=2)


@given(st.sampled_from([Better.HIGHER, Better.LOWER]), figures, figures, figures)
def test_both_gaps_sum_to_the_way_from_actual_to_potential(
    better: Better, target: Decimal, actual: Decimal, potential: Decimal
) -> None:
    sign = 1 if better is Better.HIGHER else -1
    assert gap(better, target, actual, potential).total == sign * (potential - actual)


def test_a_running_year_is_projected_by_its_own_months() -> None:
    """K24."""
    share = D("5.40") / 12
    found = in_year(Better.HIGHER, 12 * MILLION, D("4.86") * MILLION, D("5.40") * MILLION, share)
    assert (found.attainment, found.landing, found.projected) == (D("0.90"), D("10.8") * MILLION, D("1.2") * MILLION)
    assert (found.relative, found.status) == (D("0.1"), GapStatus.RED)
    equal_months = in_year(Better.HIGHER, 12 * MILLION, D("4.86") * MILLION, D("5.40") * MILLION, D("0.5"))
    assert equal_months.landing == D("9.72") * MILLION


def test_a_ratio_lands_where_it_is() -> None:
    found = in_year(Better.LOWER, D("0.25"), D("0.30"), D("0.25"), None)
    assert (found.attainment, found.landing, found.projected) == (D("1.2"), D("0.30"), D("0.05"))


def test_while_nothing_is_due_nothing_is_projected() -> None:
    found = in_year(Better.HIGHER, D(12), D(1), D(0), D(0))
    assert (found.attainment, found.landing, found.projected, found.status) == (None, None, None, None)


K25 = (
    Factor("visits", D(200_000), D(190_000)),
    Factor("conversion", D("0.10"), D("0.065")),
    Factor("price", D(30), D(31)),
)


def test_drivers_explain_a_fall_of_revenue_to_the_cent() -> None:
    """K25."""
    found = rounded(decompose(K25), 2)
    assert (found.before, found.after, found.change) == (D(600_000), D(382_850), D(-217_150))
    amounts = [each.amount for each in found.effects]
    assert amounts == [D("-24791.18"), D("-208206.86"), D("15848.04")]
    assert sum(amounts) == D("-217150.00")
    assert largest_harm(found.effects) == Effect("conversion", D("-208206.86"))


positive = st.decimals("0.001", 1000, places=3)
factor_pairs = st.lists(st.tuples(positive, positive), min_size=1, max_size=4)


def factors(pairs: list[tuple[Decimal, Decimal]]) -> list[Factor]:
    return [Factor(str(at), before, after) for at, (before, after) in enumerate(pairs)]


@given(factor_pairs)
def test_effects_sum_to_the_change_exactly(pairs: list[tuple[Decimal, Decimal]]) -> None:
    found = decompose(factors(pairs))
    assert sum(each.amount for each in found.effects) == found.change
    shown = rounded(found, 2)
    assert sum(each.amount for each in shown.effects) == shown.change


@given(factor_pairs)
def test_no_order_of_factors_matters(pairs: list[tuple[Decimal, Decimal]]) -> None:
    one = {each.name: half_up(each.amount, 6) for each in decompose(factors(pairs)).effects}
    other = {each.name: half_up(each.amount, 6) for each in decompose(factors(pairs)[::-1]).effects}
    assert one == other


@given(factor_pairs)
def test_a_factor_that_rises_adds_and_one_that_stays_does_nothing(pairs: list[tuple[Decimal, Decimal]]) -> None:
    for each, effect in zip(factors(pairs), decompose(factors(pairs)).effects, strict=True):
        sign = (each.after > each.before) - (each.after < each.before)
        assert half_up(effect.amount, 9) * sign >= 0
        assert sign != 0 or half_up(effect.amount, 9) == 0


@given(factor_pairs)
def test_going_back_undoes_every_effect(pairs: list[tuple[Decimal, Decimal]]) -> None:
    there = decompose(factors(pairs)).effects
    back = decompose(factors([(after, before) for before, after in pairs])).effects
    assert [half_up(each.amount, 6) for each in there] == [half_up(-each.amount, 6) for each in back]


def test_effects_that_cancel_out_leave_no_change() -> None:
    found = decompose([Factor("a", D(2), D(4)), Factor("b", D(4), D(2))])
    assert found.change == 0
    assert half_up(found.effects[0].amount, 6) == half_up(8 * D(2).ln(), 6)
    assert sum(each.amount for each in found.effects) == 0


def test_a_factor_that_falls_to_nothing_explains_everything() -> None:
    gone = decompose([Factor("visits", D(10), D(0)), Factor("price", D(3), D(4))])
    assert [each.amount for each in gone.effects] == [-30, 0]
    new = decompose([Factor("visits", D(0), D(10)), Factor("price", D(0), D(4))])
    assert [each.amount for each in new.effects] == [20, 20]
    never = decompose([Factor("visits", D(0), D(0)), Factor("price", D(3), D(4))])
    assert [each.amount for each in never.effects] == [0, 0]


def test_no_effect_is_written_as_a_zero_below_zero() -> None:
    found = rounded(decompose([Factor("visits", D(10), D(5)), Factor("price", D(3), D(3))]), 2)
    assert [str(each.amount) for each in found.effects] == ["-15.00", "0.00"]


def test_negative_factors_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        decompose([Factor("profit", D(-1), D(2))])
    with pytest.raises(ValueError, match="has factors"):
        decompose([])


def test_units_lost_are_the_days_without_stock_at_the_pace_of_the_others() -> None:
    """K26."""
    assert stockout_loss(5, D(1000), 25, D(30)) == StockoutLoss(D(200), D(6000))
    assert stockout_loss(0, D(0), 0, D(30)) == StockoutLoss(D(0), D(0))
    assert stockout_loss(30, D(0), 0, D(30)) is None


def test_an_empty_shelf_is_told_from_a_page_that_does_not_convince() -> None:
    before = Sales(D(20_000), D(1200), D(36_000))
    after = Sales(D(20_000), D(1000), D(30_000), lost_units=D(200))
    known = revenue_factors(before, after)
    assert known is not None
    effects = {each.name: half_up(each.amount, 6) for each in decompose(known).effects}
    assert effects == {"traffic": 0, "conversion": 0, "stock": -6000, "price": 0}


def test_revenue_factors_multiply_to_the_revenue() -> None:
    found = revenue_factors(Sales(D(200_000), D(20_000), D(600_000)), Sales(D(190_000), D(12_350), D(382_850), D(777)))
    assert found is not None
    whole = rounded(decompose(found), 2)
    assert (whole.before, whole.after) == (D(600_000), D(382_850))
    assert [each.name for each in whole.effects] == list(RevenueDriver)


def test_without_stock_lost_the_drivers_are_those_of_the_method() -> None:
    found = revenue_factors(Sales(D(200_000), D(20_000), D(600_000)), Sales(D(190_000), D(12_350), D(382_850)))
    assert found is not None
    effects = {each.name: each.amount for each in rounded(decompose(found), 2).effects}
    assert effects == {
        "traffic": D("-24791.18"),
        "conversion": D("-208206.86"),
        "stock": 0,
        "price": D("15848.04"),
    }


def test_a_month_without_sales_has_no_such_factors() -> None:
    sold = Sales(D(10), D(1), D(30))
    assert revenue_factors(sold, Sales(D(10), D(0), D(0), D(5))) is None
    assert revenue_factors(Sales(D(0), D(0), D(0)), sold) is None


@pytest.mark.parametrize(
    ("orders", "clicks", "conversion", "label"),
    [
        pytest.param(54, 900, "0.06", BandLabel.LOW, id="K27"),
        (63, 900, "0.07", BandLabel.NORMAL),
        (90, 900, "0.1", BandLabel.NORMAL),
        (91, 900, "0.1011", BandLabel.HIGH),
    ],
)
def test_conversion_of_advertising_lies_in_its_band(
    orders: int, clicks: int, conversion: str, label: BandLabel
) -> None:
    found = judge_conversion(D(orders), D(clicks))
    assert half_up(found.conversion or D(0), 4) == D(conversion)
    assert found.label is label


def test_a_category_may_have_its_own_band() -> None:
    assert judge_conversion(D(9), D(100), Band(D("0.10"), D("0.15"))).label is BandLabel.LOW
    assert judge_conversion(D(0), D(0), AD_CONVERSION_BAND).label is None


def test_the_bars_of_a_waterfall_join_from_actual_to_potential() -> None:
    effects = [Effect("stock", D(-30)), Effect("traffic", D(10)), Effect("price", D(0))]
    steps = gap_waterfall(D(75), D(100), effects, D(130))
    assert [(each.kind.value, each.name, int(each.start), int(each.end)) for each in steps] == [
        ("actual", "actual", 0, 75),
        ("driver", "stock", 75, 105),
        ("driver", "traffic", 105, 95),
        ("unexplained", "unexplained", 95, 100),
        ("target", "target", 0, 100),
        ("opportunity", "opportunity", 100, 130),
        ("potential", "potential", 0, 130),
    ]


def test_a_waterfall_without_more_is_actual_and_target() -> None:
    assert [each.kind.value for each in gap_waterfall(D(5), D(5))] == ["actual", "target"]
    assert [each.kind.value for each in gap_waterfall(D(4), D(5))] == ["actual", "unexplained", "target"]
