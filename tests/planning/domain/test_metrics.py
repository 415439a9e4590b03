"""Metrics: the catalogue that everybody starts with, what a definition may not be, and what values follow."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.planning.domain.metric import (
    COMPUTED,
    Better,
    Fold,
    Metric,
    MetricFaultCode,
    Source,
    Unit,
    accepts_typed_values,
    derive,
    is_additive,
    metric_faults,
    read_metrics,
)
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE

FOLDS = {
    Fold.SUM: "net_revenue units_sold cogs ad_spend ad_sales ad_clicks ad_orders visits orders stockout_days payroll"
    " referral_buyers repeat_buyers",
    Fold.LAST: "days_of_cover rating category_rank headcount store_health brand_score market_size",
    Fold.RATIO: "gross_margin acos tacos ad_conversion conversion average_price return_rate market_share share_rate"
    " capture_rate attach_rate",
    Fold.FORMULA: "gross_profit operating_profit revenue_per_head price_advantage hit_rate on_time_launch_rate"
    " top5_share",
}


@pytest.mark.parametrize(("fold", "code"), [(fold, code) for fold, codes in FOLDS.items() for code in codes.split()])
def test_the_catalogue_has_every_metric_of_the_method(fold: Fold, code: str) -> None:
    assert STARTING_CATALOGUE[code].fold is fold


@pytest.mark.parametrize("code", sorted(STARTING_CATALOGUE))
def test_every_starting_metric_is_whole(code: str) -> None:
    others = {each: metric for each, metric in STARTING_CATALOGUE.items() if each != code}
    assert metric_faults(STARTING_CATALOGUE[code], others) == ()
    assert all(STARTING_CATALOGUE[each].fold not in COMPUTED for each in read_metrics(code, STARTING_CATALOGUE))


def test_only_manual_metrics_take_typed_values() -> None:
    assert accepts_typed_values(STARTING_CATALOGUE["headcount"])
    assert not accepts_typed_values(STARTING_CATALOGUE["net_revenue"])
    assert not accepts_typed_values(STARTING_CATALOGUE["gross_margin"])


def test_margin_rests_on_revenue_and_cost_and_not_on_profit() -> None:
    assert read_metrics("gross_margin", STARTING_CATALOGUE) == ("cogs", "net_revenue")
    values = {"net_revenue": Decimal("18.0"), "cogs": Decimal("9.9")}
    assert derive("gross_margin", STARTING_CATALOGUE, values) == Decimal("0.45")


def test_operating_profit_takes_off_every_cost_once() -> None:
    money = {"net_revenue": "18.0", "cogs": "9.9", "ad_spend": "2.16", "fulfilment_cost": "2.34"}
    money |= {"selling_fees": "1.53", "payroll": "1.2", "other_cost": "0.42"}
    values = {code: Decimal(text) for code, text in money.items()}
    assert derive("operating_profit", STARTING_CATALOGUE, values) == Decimal("0.45")


def test_a_value_that_lacks_a_part_is_not_known() -> None:
    assert derive("operating_profit", STARTING_CATALOGUE, {"net_revenue": Decimal(1)}) is None
    assert derive("acos", STARTING_CATALOGUE, {"ad_spend": Decimal(1), "ad_sales": None}) is None


def test_a_ratio_to_nothing_is_not_known() -> None:
    assert derive("acos", STARTING_CATALOGUE, {"ad_spend": Decimal(5), "ad_sales": Decimal(0)}) is None
    assert derive("revenue_per_head", STARTING_CATALOGUE, {"net_revenue": Decimal(5), "headcount": Decimal(0)}) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, True) for code in ("net_revenue", "gross_profit", "operating_profit")),
        *((code, False) for code in ("revenue_per_head", "gross_margin", "headcount")),
    ],
)
def test_what_adds_up_over_months(code: str, expected: bool) -> None:
    assert is_additive(code, STARTING_CATALOGUE) is expected


def ratio(code: str, numerator: str, denominator: str) -> Metric:
    return Metric(
        code, Unit.RATIO, Better.HIGHER, Fold.RATIO, Source.FORMULA, 48, numerator=numerator, denominator=denominator
    )


VISITS = Metric("visits", Unit.COUNT, Better.HIGHER, Fold.SUM, Source.FEED, 48)
RATE = ratio("rate", "visits", "visits")
FORMULA = Metric("sum_of", Unit.COUNT, Better.HIGHER, Fold.FORMULA, Source.FORMULA, 48, formula="visits + visits")
C = MetricFaultCode


@pytest.mark.parametrize(
    ("metric", "code"),
    [
        (replace(RATE, numerator=None), C.OPERANDS_MISSING),
        (replace(FORMULA, formula=None), C.OPERANDS_MISSING),
        (replace(VISITS, numerator="visits"), C.OPERANDS_NOT_WANTED),
        (replace(RATE, formula="visits"), C.OPERANDS_NOT_WANTED),
        (replace(FORMULA, formula="visits +"), C.FORMULA_NOT_UNDERSTOOD),
        (replace(FORMULA, formula="visits + nobody"), C.OPERAND_UNKNOWN),
        (replace(RATE, denominator="nobody"), C.OPERAND_UNKNOWN),
        (replace(FORMULA, formula="visits + sum_of"), C.COMPUTED_FROM_ITSELF),
        (replace(RATE, source=Source.FEED), C.SOURCE_DOES_NOT_FIT),
        (replace(VISITS, source=Source.FORMULA), C.SOURCE_DOES_NOT_FIT),
        (replace(VISITS, better=Better.BAND), C.BAND_MISSING),
        (replace(VISITS, band_low=Decimal(2), band_high=Decimal(1)), C.BAND_REVERSED),
        (replace(VISITS, freshness_hours=0), C.FRESHNESS_NOT_POSITIVE),
    ],
)
def test_each_fault_of_a_definition_is_named(metric: Metric, code: MetricFaultCode) -> None:
    assert [fault.code for fault in metric_faults(metric, {"visits": VISITS})] == [code]


def test_metrics_that_are_computed_from_each_other_are_refused() -> None:
    one, other = ratio("one", "other", "visits"), ratio("other", "one", "visits")
    assert [fault.code for fault in metric_faults(one, {"other": other, "visits": VISITS})] == [C.COMPUTED_FROM_ITSELF]


def test_whole_definitions_have_no_fault() -> None:
    for metric in (VISITS, RATE, FORMULA):
        assert metric_faults(metric, {"visits": VISITS}) == ()
