"""Sales and traffic: scales, granularities, missing days, and documents that are damaged."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.inventory.formats.kinds import KINDS
from services.inventory.formats.sales_and_traffic import TrafficItem
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise


def day(day_text: str, units: int = 5) -> dict[str, Any]:
    return {
        "date": day_text,
        "salesByDate": {
            "orderedProductSales": {"amount": 199.9, "currencyCode": "USD"},
            "unitsOrdered": units,
            "totalOrderItems": 4,
        },
        "trafficByDate": {"sessions": 100, "pageViews": 150, "buyBoxPercentage": 98.12, "unitSessionPercentage": 105.5},
    }


def item(units: Any = 5, **ids: str) -> dict[str, Any]:
    return {
        **ids,
        "salesByAsin": {"unitsOrdered": units, "orderedProductSales": {"amount": 20.2, "currencyCode": "USD"}},
        "trafficByAsin": {"sessions": 19, "buyBoxPercentage": 100},
    }


def document(granularity: str = "SKU", last: str = "2026-01-10", **parts: Any) -> dict[str, Any]:
    return {
        "reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions": {"dateGranularity": "DAY", "asinGranularity": granularity},
            "dataStartTime": "2026-01-10",
            "dataEndTime": last,
            "marketplaceIds": ["A1F83G8C2ARO7P"],
        },
        "salesAndTrafficByDate": [day("2026-01-10")],
        "salesAndTrafficByAsin": [item(parentAsin="P", childAsin="C", sku="A-1")],
        **parts,
    }


def read(value: Any) -> Any:
    return read_whole(KINDS, json.dumps(value).encode())


def items(whole: Any) -> list[TrafficItem]:
    return [row for row in whole.rows if isinstance(row, TrafficItem)]


def test_the_report_tells_its_marketplace_and_dates() -> None:
    recognition = recognise(KINDS, json.dumps(document()).encode())
    assert (recognition.kind, recognition.needs) == ("sales_and_traffic", ())
    assert {row.marketplace.country_code for row in read(document()).rows} == {"GB"}


def test_percentages_of_0_to_100_become_ratios_and_conversion_may_exceed_one() -> None:
    row = read(document()).rows[0]
    assert row.featured_offer_ratio == Decimal("0.9812")
    assert row.unit_session_ratio == Decimal("1.055")


def test_amounts_are_exact() -> None:
    assert [row.sales for row in read(document()).rows] == [Decimal("199.9"), Decimal("20.2")]


def test_only_a_sku_over_a_single_day_is_the_daily_sales_of_a_listing() -> None:
    assert [row.is_one_day_of_a_listing for row in items(read(document("SKU")))] == [True]
    assert [row.is_one_day_of_a_listing for row in items(read(document("SKU", last="2026-01-11")))] == [False]
    child = document("CHILD", salesAndTrafficByAsin=[item(parentAsin="P", childAsin="C")])
    (row,) = items(read(child))
    assert (row.is_one_day, row.is_one_day_of_a_listing, row.granularity) == (True, False, "child")


def test_days_that_did_not_come_are_told_as_missing_not_zero() -> None:
    whole = read(document(last="2026-01-13", salesAndTrafficByDate=[day("2026-01-10"), day("2026-01-12")]))
    assert [(notice.code, notice.value) for notice in whole.notices] == [("missing_days", "2026-01-11,2026-01-13")]


def test_sums_by_date_and_by_item_are_never_made_equal() -> None:
    whole = read(document(salesAndTrafficByDate=[day("2026-01-10", units=9)]))
    assert (whole.totals["units_by_date"], whole.totals["units_by_item"]) == (9, 5)
    assert whole.errors == []


def test_a_week_is_a_period_not_a_run_of_missing_days() -> None:
    value = document("CHILD", last="2026-01-16", salesAndTrafficByAsin=[item(parentAsin="P", childAsin="C")])
    value["reportSpecification"]["reportOptions"]["dateGranularity"] = "WEEK"
    whole = read(value)
    assert whole.notices == []
    assert whole.rows[0].granularity == "week"
    assert whole.rows[0].start_date == date(2026, 1, 10)


@pytest.mark.parametrize(
    ("record", "column", "code"),
    [
        (item(parentAsin="P", childAsin="C"), "sku", "empty"),
        (item(units=1.5, sku="A"), "salesByAsin.unitsOrdered", "not_whole"),
        (item(units="many", sku="A"), "salesByAsin.unitsOrdered", "bad_number"),
        (item(units=True, sku="A"), "salesByAsin.unitsOrdered", "bad_number"),
        (item(units=-1, sku="A"), "salesByAsin.unitsOrdered", "not_whole"),
        (item(units=None, sku="A"), "salesByAsin.unitsOrdered", "empty"),
        (item(units=10**39, sku="A"), "salesByAsin.unitsOrdered", "bad_number"),
    ],
)
def test_a_broken_record_is_one_error_and_loses_no_other(record: Any, column: str, code: str) -> None:
    whole = read(document(salesAndTrafficByAsin=[item(sku="A-1"), record, item(sku="A-3")]))
    assert [row.seller_sku for row in items(whole)] == ["A-1", "A-3"]
    assert [(error.line, error.column, error.code) for error in whole.errors] == [
        (2, f"salesAndTrafficByAsin[1].{column}", code)
    ]


def test_a_date_that_comes_twice_is_refused_the_second_time() -> None:
    whole = read(document(salesAndTrafficByDate=[day("2026-01-10"), day("2026-01-10")]))
    assert [error.code for error in whole.errors] == ["duplicate_key"]
    assert whole.totals["dates"] == 1


def refusal(data: bytes) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, data)
    return caught.value


def test_a_truncated_document_is_refused_with_its_line() -> None:
    problem = refusal(json.dumps(document(), indent=1).encode()[:-40])
    assert problem.code == "bad_json"
    assert "at line" in problem.message


@pytest.mark.parametrize("depth", [100_000])
def test_a_document_nested_without_end_is_refused(depth: int) -> None:
    assert refusal(b'{"salesAndTrafficByDate":' + b"[" * depth).code == "bad_json"


def test_nan_is_no_number() -> None:
    assert refusal(json.dumps(document()).replace("199.9", "NaN").encode()).code == "bad_json"


def test_what_was_asked_for_must_be_told() -> None:
    value = document()
    del value["reportSpecification"]
    problem = refusal(json.dumps(value).encode())
    assert problem.code == "incomplete"
    assert problem.params["missing"] == ["marketplaceIds", "dataStartTime and dataEndTime"]


def test_lists_must_be_lists() -> None:
    assert refusal(json.dumps(document(salesAndTrafficByAsin={"a": 1})).encode()).code == "bad_json"
