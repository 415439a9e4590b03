"""Measuring: readings counted once, restated ones as they were known, windows, currencies, freshness."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.currency import PlanRates, RateMissing, at_plan_rates
from services.planning.domain.measurement import (
    CYCLE_TO_DATE,
    Measurement,
    Window,
    WindowKind,
    assembled,
    measure,
    measure_months,
    measure_window,
    window_period,
)
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.months import add_months
from services.planning.domain.period import Period, month_period
from services.planning.domain.readings import (
    MixedCurrencies,
    Reading,
    counted_once,
    currency_effect,
    current_readings,
    fold,
)
from services.planning.domain.scope import EVERYTHING, Ancestry, Scope, ScopeKey, covers

US, DE = Scope(marketplace="US"), Scope(marketplace="DE")
QUARTER = Period(date(2027, 1, 1), date(2027, 3, 31))
NOON = datetime(2027, 2, 14, 12, tzinfo=UTC)


def reading(
    code: str,
    day: date,
    value: str | int,
    scope: Scope = EVERYTHING,
    until: date | None = None,
    observed_at: datetime | None = None,
    currency: str | None = None,
) -> Reading:
    period = Period(day, until or day)
    seen = observed_at or datetime(period.end_date.year, period.end_date.month, period.end_date.day, tzinfo=UTC)
    return Reading(code, scope, period, Decimal(value), seen, currency)


def day(number: int, month: int = 1) -> date:
    return date(2027, month, number)


def by_code(*readings: Reading) -> dict[str, list[Reading]]:
    return {code: [each for each in readings if each.metric_code == code] for code in {r.metric_code for r in readings}}


def value_of(code: str, period: Period, *readings: Reading, scope: Scope = EVERYTHING) -> Decimal | None:
    return measure(code, scope, period, by_code(*readings), STARTING_CATALOGUE, NOON).value


def test_a_ratio_is_of_sums_and_never_the_mean_of_ratios() -> None:
    """K13."""
    spent = [reading("ad_spend", day(1), 10), reading("ad_spend", day(2), 90)]
    sold = [reading("ad_sales", day(1), 100), reading("ad_sales", day(2), 300)]
    assert value_of("acos", QUARTER, *spent, *sold) == Decimal("0.25")


def test_a_ratio_to_nothing_is_null() -> None:
    assert value_of("acos", QUARTER, reading("ad_spend", day(1), 10), reading("ad_sales", day(1), 0)) is None


def test_the_newest_observation_counts_and_as_of_tells_what_was_known() -> None:
    first, second, third = (NOON + timedelta(hours=hours) for hours in range(3))
    told = [reading("visits", day(1), value, observed_at=at) for value, at in ((10, first), (12, third), (11, second))]
    assert [each.value for each in current_readings(told)] == [12]
    assert [each.value for each in current_readings(told, as_of=second)] == [11]
    assert current_readings(told, as_of=first - timedelta(seconds=1)) == ()


def test_a_reading_sent_twice_changes_nothing() -> None:
    told = [reading("visits", day(1), value, observed_at=NOON) for value in (10, 99)]
    assert [each.value for each in current_readings(told)] == [10]


def test_parts_are_added_where_the_whole_was_not_read() -> None:
    parts = [reading("visits", day(1), 3, US), reading("visits", day(1), 4, DE), reading("visits", day(2), 5, DE)]
    assert value_of("visits", QUARTER, *parts) == 12
    assert value_of("visits", QUARTER, *parts, scope=DE) == 9
    assert value_of("visits", QUARTER, *parts, reading("visits", day(1), 100)) == 105


def test_a_month_stands_for_its_days() -> None:
    month = reading("visits", day(1), 100, until=day(31))
    days = [reading("visits", day(number), 1) for number in range(1, 32)]
    assert value_of("visits", QUARTER, month, *days, reading("visits", day(1, 2), 7)) == 107


def test_a_month_is_not_cut_into_days() -> None:
    month = reading("visits", day(1), 100, until=day(31))
    assert value_of("visits", Period(day(1), day(30)), month) is None


@given(
    st.lists(
        st.tuples(st.integers(1, 28), st.sampled_from([US, DE, Scope(marketplace="US", product_ref="P1")])),
        unique=True,
    )
)
def test_no_day_of_a_scope_is_counted_beside_a_wider_one(cells: list[tuple[int, Scope]]) -> None:
    kept = counted_once([reading("visits", day(number), 1, scope) for number, scope in cells], EVERYTHING)
    chosen = {(each.period.start_date.day, each.scope) for each in kept}
    assert chosen == {
        (number, scope) for number, scope in cells if scope.product_ref is None or (number, US) not in cells
    }


UNITS = Ancestry({ScopeKey.ORG_UNIT_ID: {"team": "module", "other": "module", "module": "company"}})
cells = st.tuples(
    st.integers(1, 3),
    st.builds(
        Scope,
        org_unit_id=st.sampled_from([None, "company", "module", "team", "other"]),
        marketplace=st.sampled_from([None, "US", "DE"]),
    ),
)


@given(st.lists(cells, unique=True), cells.map(lambda cell: cell[1]))
def test_a_reading_counts_unless_a_wider_one_inside_the_scope_has_its_day(
    known: list[tuple[int, Scope]], scope: Scope
) -> None:
    kept = counted_once([reading("visits", day(number), 1, each) for number, each in known], scope, UNITS)
    expected = {
        (number, each)
        for number, each in known
        if covers(scope, each, UNITS)
        and not any(
            other != each and number == other_number and covers(scope, other, UNITS) and covers(other, each, UNITS)
            for other_number, other in known
        )
    }
    assert {(each.period.start_date.day, each.scope) for each in kept} == expected


def test_heads_of_parts_add_up_and_ratings_do_not() -> None:
    heads = [
        reading("headcount", day(1), 4, US),
        reading("headcount", day(5), 6, DE),
        reading("headcount", day(9), 5, US),
    ]
    stars = [reading("rating", day(1), 4, US), reading("rating", day(1), 5, DE)]
    assert value_of("headcount", QUARTER, *heads) == 11
    assert value_of("rating", QUARTER, *stars) is None
    assert value_of("rating", QUARTER, *stars, scope=DE) == 5
    assert value_of("rating", QUARTER, *stars, reading("rating", day(2), 3)) == 3


def test_what_is_read_last_holds_until_it_is_read_anew() -> None:
    heads = [reading("headcount", date(2026, 12, 1), 5), reading("headcount", day(1, 6), 9)]
    assert value_of("headcount", QUARTER, *heads) == 5


def test_a_computed_metric_has_no_readings_to_fold() -> None:
    with pytest.raises(ValueError, match="computed"):
        fold(STARTING_CATALOGUE["acos"], [reading("acos", day(1), 1)], EVERYTHING)


def test_foreign_money_performs_at_plan_rates_and_the_rest_is_a_currency_effect() -> None:
    """K33."""
    plan = PlanRates("USD", {"EUR": Decimal("1.10")})
    found = at_plan_rates(Decimal(100_000), "EUR", plan, Decimal("1.05"))
    assert (found.performance, found.currency_effect) == (Decimal(110_000), Decimal(-5_000))
    read = [
        reading("net_revenue", day(31), 100_000, DE, currency="EUR"),
        reading("net_revenue", day(31), 7, US, currency="USD"),
    ]
    measured = measure("net_revenue", EVERYTHING, QUARTER, by_code(*read), STARTING_CATALOGUE, NOON, plan)
    assert measured.value == 110_007
    assert currency_effect(read, plan, {("EUR", day(31)): Decimal("1.05")}) == -5_000


def test_an_effect_without_an_actual_rate_is_not_known() -> None:
    plan = PlanRates("USD", {"EUR": Decimal("1.10")})
    assert at_plan_rates(Decimal(1), "EUR", plan, None).currency_effect is None
    assert at_plan_rates(Decimal(1), "USD", plan, None).currency_effect == 0
    assert currency_effect([reading("net_revenue", day(1), 1, currency="EUR")], plan, {}) is None


def test_money_of_two_currencies_is_never_simply_added() -> None:
    read = by_code(
        reading("net_revenue", day(1), 1, US, currency="USD"), reading("net_revenue", day(1), 1, DE, currency="EUR")
    )
    with pytest.raises(MixedCurrencies):
        measure("net_revenue", EVERYTHING, QUARTER, read, STARTING_CATALOGUE, NOON)
    with pytest.raises(RateMissing):
        measure("net_revenue", EVERYTHING, QUARTER, read, STARTING_CATALOGUE, NOON, PlanRates("USD", {}))


TRAILING = Window(WindowKind.TRAILING_DAYS, 30)
LATEST = Window(WindowKind.LATEST)
LAST_MONTH = Window(WindowKind.LAST_FULL_MONTH)


@pytest.mark.parametrize(
    ("window", "today", "expected"),
    [
        (CYCLE_TO_DATE, day(14, 2), Period(day(1), day(14, 2))),
        (CYCLE_TO_DATE, day(20, 5), QUARTER),
        (CYCLE_TO_DATE, date(2026, 12, 31), None),
        (TRAILING, day(14, 2), Period(day(16), day(14, 2))),
        (TRAILING, day(5), Period(date(2026, 12, 7), day(5))),
        (TRAILING, day(20, 5), Period(day(2, 3), day(31, 3))),
        (LAST_MONTH, day(14, 2), month_period(day(1))),
        (LAST_MONTH, day(31), month_period(date(2026, 12, 1))),
        (LAST_MONTH, day(20, 5), month_period(day(1, 3))),
        (LATEST, day(14, 2), None),
    ],
)
def test_which_days_count(window: Window, today: date, expected: Period | None) -> None:
    assert window_period(window, QUARTER, today) == expected


def test_trailing_days_say_how_many_and_nothing_else_does() -> None:
    for kind, days in ((WindowKind.TRAILING_DAYS, None), (WindowKind.TRAILING_DAYS, 0), (WindowKind.LATEST, 3)):
        with pytest.raises(ValueError, match=r"days|day"):
            Window(kind, days)


def measured(code: str, window: Window, today: date, *readings: Reading) -> Measurement:
    return measure_window(code, EVERYTHING, window, QUARTER, today, by_code(*readings), STARTING_CATALOGUE, NOON)


def test_the_latest_ratio_is_of_the_newest_day_that_both_sides_know() -> None:
    spent = [reading("ad_spend", day(1), 10), reading("ad_spend", day(2), 30), reading("ad_spend", day(3), 99)]
    sold = [reading("ad_sales", day(1), 100), reading("ad_sales", day(2), 100)]
    assert measured("acos", LATEST, day(14, 2), *spent, *sold).value == Decimal("0.3")
    assert measured("acos", LATEST, day(1), *spent, *sold).value == Decimal("0.1")
    assert measured("acos", LATEST, day(14, 2), spent[2], *sold).value is None


def test_the_latest_of_what_is_read_last_is_the_newest_reading() -> None:
    stars = [reading("rating", day(3), 4), reading("rating", day(9), 5), reading("rating", day(1, 3), 1)]
    assert measured("rating", LATEST, day(14, 2), *stars).value == 5


def test_the_latest_per_head_takes_the_heads_known_by_then() -> None:
    read = [reading("net_revenue", day(9), 100), reading("headcount", day(1), 4, until=day(31))]
    assert measured("revenue_per_head", LATEST, day(10), *read).value == 25


def test_nothing_is_measured_before_the_cycle() -> None:
    early = reading("visits", date(2026, 12, 31), 4)
    for window in (CYCLE_TO_DATE, TRAILING, LATEST, LAST_MONTH):
        assert measured("visits", window, date(2026, 12, 31), early).value is None


def test_a_ratio_is_as_old_as_its_older_side() -> None:
    old = reading("ad_spend", day(1), 1, observed_at=NOON - timedelta(hours=73))
    new = reading("ad_sales", day(2), 1, observed_at=NOON)
    found = measured("acos", CYCLE_TO_DATE, day(14, 2), old, new)
    assert found.stale_codes == ("ad_spend",)
    assert found.observed_at == old.observed_at
    assert found.read_until_date == day(1)


def test_a_reading_is_stale_only_past_its_hours() -> None:
    just = reading("ad_spend", day(1), 1, observed_at=NOON - timedelta(hours=72))
    assert measured("ad_spend", CYCLE_TO_DATE, day(14, 2), just).stale_codes == ()


def test_a_month_without_readings_is_missing_even_where_the_last_value_holds() -> None:
    stars = [reading("rating", day(5), 4), reading("rating", day(5, 3), 5)]
    for today, expected in ((day(20), [4]), (day(1, 3), [4, None, None]), (day(9, 3), [4, None, 5])):
        known = [each for each in stars if each.period.end_date <= today]
        found = measure_months("rating", EVERYTHING, QUARTER, today, by_code(*known), STARTING_CATALOGUE, NOON)
        assert list(found) == expected


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=3), st.randoms(use_true_random=False))
def test_the_months_sum_to_the_cycle_in_any_order_of_readings(values: list[int], random: Random) -> None:
    read = [reading("visits", add_months(day(1), at), value) for at, value in enumerate(values)]
    random.shuffle(read)
    known = by_code(*current_readings(read))
    months = measure_months("visits", EVERYTHING, QUARTER, day(31, 3), known, STARTING_CATALOGUE, NOON)
    whole = measure("visits", EVERYTHING, QUARTER, known, STARTING_CATALOGUE, NOON).value
    assert sum(each for each in months if each is not None) == whole == sum(values)


def test_of_parts_read_last_the_widest_alone_count_whatever_the_narrower_said_before() -> None:
    wide, narrow = Scope(marketplace="US"), Scope(marketplace="US", channel="amazon")
    heads = [reading("headcount", day(1), 9, narrow), reading("headcount", day(5), 10, wide)]
    assert value_of("headcount", QUARTER, *heads) == 10
    assert value_of("headcount", QUARTER, *heads, reading("headcount", day(2), 4, DE)) == 14


def test_money_read_last_counts_in_the_currency_it_was_last_read_in() -> None:
    sizes = [
        reading("market_size", day(1), 100, currency="USD"),
        reading("market_size", day(2), 90, currency="EUR"),
    ]
    assert value_of("market_size", QUARTER, *sizes) == 90


def test_a_window_that_is_over_stays_fresh_while_the_metric_goes_on_being_read() -> None:
    folded = {"visits": fold(STARTING_CATALOGUE["visits"], [reading("visits", day(1), 1)], EVERYTHING)}
    assert assembled("visits", STARTING_CATALOGUE, folded, NOON).stale_codes == ("visits",)
    found = assembled("visits", STARTING_CATALOGUE, folded, NOON, {"visits": NOON - timedelta(hours=1)})
    assert (found.stale_codes, found.observed_at) == ((), NOON - timedelta(hours=1))
