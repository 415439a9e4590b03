"""What the answers of the reporting API mean, whichever columns were asked for."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.ads.domain.vocabulary import AdProduct, BiddingStrategy, MatchType, Placement, Report, State
from services.ads.formats.kinds import KINDS
from services.ads.formats.performance_row import PerformanceRow
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise
from tests.ads.formats.build import FIRST, LAST, document, errors, facts, notices, only_row, read

BASE: dict[str, Any] = {"impressions": 200, "clicks": 4, "cost": 2.5, "campaignId": 12345678901234567}
SALES: dict[str, Any] = {
    "purchases1d": 1,
    "purchases7d": 2,
    "purchases14d": 3,
    "purchases30d": 4,
    "sales1d": 10.0,
    "sales7d": 20.0,
    "sales14d": 30.0,
    "sales30d": 40.0,
    "unitsSoldClicks1d": 1,
    "unitsSoldClicks7d": 2,
    "unitsSoldClicks14d": 3,
    "unitsSoldClicks30d": 4,
    "unitsSoldSameSku7d": 1,
    "attributedSalesSameSku7d": 9.5,
}


def row(**record: Any) -> PerformanceRow:
    return only_row(document({**BASE, **record}))


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"campaignName": "L"}, "campaign_report"),
        ({"adGroupId": 7}, "ad_group_report"),
        ({"placementClassification": "Other on-Amazon"}, "placement_report"),
        ({"adGroupId": 7, "keywordId": 8, "targeting": "lamp"}, "targeting_report"),
        ({"adGroupId": 7, "targetingId": 8}, "targeting_report"),
        ({"adGroupId": 7, "keywordId": 8, "targeting": "lamp", "searchTerm": "desk lamp"}, "search_term_report"),
        ({"adGroupId": 7, "advertisedAsin": "B01"}, "advertised_product_report"),
        ({"adGroupId": 7, "promotedSku": "L-1"}, "advertised_product_report"),
        ({"adGroupId": 7, "advertisedAsin": "B01", "purchasedAsin": "B02"}, "purchased_product_report"),
    ],
)
def test_what_was_grouped_by_is_known_from_the_columns(columns: dict[str, Any], kind: str) -> None:
    recognition = recognise(KINDS, document({**BASE, **columns}))
    assert (recognition.kind, recognition.container, recognition.generation) == (kind, "json", "api")


def test_a_campaign_says_what_was_asked_for() -> None:
    found = row(
        date="2026-03-09",
        campaignName="Lamps",
        campaignStatus="PAUSED",
        campaignBudgetAmount=400.0,
        campaignBudgetType="DAILY_BUDGET",
        campaignBudgetCurrencyCode="USD",
        campaignBiddingStrategy="LEGACY",
        topOfSearchImpressionShare=0.48,
        clickThroughRate=1.247,
        costPerClick=0.6,
        portfolioId=None,
        acosClicks7d=None,
        **SALES,
    )
    assert (found.date_from, found.date_to, found.is_daily) == (date(2026, 3, 9), date(2026, 3, 9), True)
    assert (found.amazon_campaign_id, found.campaign_name) == ("12345678901234567", "Lamps")
    assert (found.campaign_state, found.daily_budget) == (State.PAUSED, Decimal("400.0"))
    assert (found.bidding_strategy, found.top_of_search_share) == (BiddingStrategy.DOWN_ONLY, Decimal("0.48"))
    assert (found.impressions, found.clicks, found.cost) == (200, 4, Decimal("2.5"))
    assert (found.ad_product, found.report) == (AdProduct.SPONSORED_PRODUCTS, Report.CAMPAIGNS)


def test_only_the_columns_that_were_asked_for_need_be_there() -> None:
    found = row()
    assert (found.campaign_name, found.orders, found.sales, found.attribution_days) == (None, None, None, None)
    assert (found.date_from, found.date_to) == (FIRST, LAST)


@pytest.mark.parametrize(
    ("windows", "days", "orders", "sales"),
    [
        ((1, 7, 14, 30), 7, 2, "20.0"),
        ((1, 14, 30), 14, 3, "30.0"),
        ((1, 30), 30, 4, "40.0"),
        ((1,), 1, 1, "10.0"),
    ],
)
def test_seven_days_are_read_else_fourteen_else_what_there_is(
    windows: tuple[int, ...], days: int, orders: int, sales: str
) -> None:
    wanted = {name: value for name, value in SALES.items() if any(name.endswith(f"s{n}d") for n in windows)}
    found = row(**wanted)
    assert (found.attribution_days, found.orders, found.units) == (days, orders, orders)
    assert found.sales == Decimal(sales)


def test_the_products_own_share_of_sales_is_read() -> None:
    found = row(**SALES)
    assert (found.own_sku_units, found.own_sku_sales) == (1, Decimal("9.5"))


def test_a_summary_has_its_range_and_is_not_daily() -> None:
    found = row(startDate="2026-03-02", endDate="2026-03-08")
    assert (found.date_from, found.date_to, found.is_daily) == (date(2026, 3, 2), date(2026, 3, 8), False)


def test_a_range_and_a_marketplace_that_are_missing_are_asked_for() -> None:
    assert recognise(KINDS, document(BASE)).needs == ("marketplace", "date_range")
    dated = {**BASE, "date": "2026-03-09", "campaignBudgetCurrencyCode": "INR"}
    assert recognise(KINDS, document(dated)).needs == ()
    assert read_whole(KINDS, document(dated)).rows[0].marketplace.country_code == "IN"
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, document(BASE))
    assert caught.value.params["missing"] == ["marketplace", "date_range"]


def test_cost_goes_by_two_names_and_may_have_both() -> None:
    spent = {name: value for name, value in BASE.items() if name != "cost"}
    assert only_row(document({**spent, "spend": 7})).cost == 7
    assert row(spend=2.5).cost == Decimal("2.5")
    assert errors(read(document({**BASE, "cost": None}))) == [(1, "cost", "empty")]


@pytest.mark.parametrize(
    ("record", "text", "match", "target"),
    [
        ({"keyword": "lamp", "targeting": "lamp", "matchType": "BROAD", "keywordId": 5}, "lamp", MatchType.BROAD, "5"),
        (
            {"keyword": 'category="12"', "targeting": 'category="Lamps"', "matchType": "TARGETING_EXPRESSION"},
            'category="Lamps"',
            MatchType.NONE,
            None,
        ),
        (
            {"targeting": "close-match", "keywordType": "TARGETING_EXPRESSION_PREDEFINED"},
            "close-match",
            MatchType.NONE,
            None,
        ),
        ({"keywordText": "lamp", "matchType": "EXACT", "keywordId": 6}, "lamp", MatchType.EXACT, "6"),
        ({"targetingText": "similar", "targetingId": 7}, "similar", None, "7"),
    ],
)
def test_targets_of_all_families(
    record: dict[str, Any], text: str, match: MatchType | None, target: str | None
) -> None:
    found = row(adGroupId=3, keywordBid=1.25, **record)
    assert (found.report, found.target_text, found.match_type, found.amazon_target_id) == (
        Report.TARGETS,
        text,
        match,
        target,
    )
    assert (found.bid, found.amazon_ad_group_id) == (Decimal("1.25"), "3")


def test_placements_are_told_apart() -> None:
    words = ["Top of Search on-Amazon", "Detail Page on-Amazon", "Other on-Amazon", "Off Amazon"]
    rows = read(document(*({**BASE, "placementClassification": word} for word in words))).rows
    assert [found.placement for found in rows] == [
        Placement.TOP_OF_SEARCH,
        Placement.PRODUCT_PAGES,
        Placement.REST_OF_SEARCH,
        Placement.OTHER,
    ]


def test_an_advertised_product_has_sku_asin_and_ad() -> None:
    found = row(adGroupId=3, adId=4, advertisedAsin="B01", advertisedSku="L-1")
    assert (found.report, found.amazon_ad_id) == (Report.ADVERTISED_PRODUCTS, "4")
    assert (found.asin, found.seller_sku) == ("B01", "L-1")


def test_a_purchased_product_has_what_else_was_bought() -> None:
    record = {
        "campaignId": 1,
        "advertisedAsin": "B01",
        "purchasedAsin": "B02",
        "purchases7d": 3,
        "purchasesOtherSku7d": 2,
        "unitsSoldOtherSku7d": 4,
        "salesOtherSku7d": 12.5,
    }
    found = only_row(document(record))
    assert (found.orders, found.units, found.sales, found.attribution_days) == (2, 4, Decimal("12.5"), 7)
    brands = {"campaignId": 1, "purchasedAsin": "B02", "orders14d": 3, "unitsSold14d": 5, "sales14d": 9.5}
    found = only_row(document({**brands, "attributionType": "Promoted"}))
    assert (found.ad_product, found.attribution_days) == (AdProduct.SPONSORED_BRANDS, 14)
    assert (found.orders, found.units, found.sales) == (3, 5, Decimal("9.5"))


@pytest.mark.parametrize(
    ("extra", "product", "assumed"),
    [
        ({"purchasesPromoted": 1}, AdProduct.SPONSORED_BRANDS, False),
        ({"impressionsViews": 1}, AdProduct.SPONSORED_DISPLAY, False),
        ({"adProduct": "SPONSORED_DISPLAY"}, AdProduct.SPONSORED_DISPLAY, False),
        ({}, AdProduct.SPONSORED_BRANDS, True),
    ],
)
def test_sponsored_brands_and_display_have_fourteen_days_without_saying_so(
    extra: dict[str, Any], product: AdProduct, assumed: bool
) -> None:
    whole = read(document({**BASE, "purchases": 2, "sales": 30.5, "unitsSold": 3, **extra}))
    (found,) = whole.rows
    assert (found.ad_product, found.attribution_days) == (product, 14)
    assert (found.orders, found.units, found.sales) == (2, 3, Decimal("30.5"))
    assert notices(whole) == ([("assumed_ad_product", 1)] if assumed else [])


def test_purchases_after_a_click_are_read_where_all_were_not_asked_for() -> None:
    found = row(purchasesClicks=2, salesClicks=8.5, unitsSoldClicks=3, newToBrandPurchases=1, purchasesPromoted=1)
    assert (found.orders, found.sales, found.units) == (2, Decimal("8.5"), 3)


def test_the_search_term_of_a_page_without_a_search_is_an_asterisk() -> None:
    assert row(searchTerm="*", targeting="close-match").search_term == "*"


@pytest.mark.parametrize("written", ["4.68E+14", "468000000000317.0", '"4.68E+14"', '"B07"'])
def test_an_id_that_is_no_whole_number_is_an_error_of_its_record(written: str) -> None:
    text = document({**BASE, "campaignId": "ID"}, BASE).decode().replace('"ID"', written)
    whole = read(text.encode())
    assert [found.amazon_campaign_id for found in whole.rows] == ["12345678901234567"]
    assert errors(whole) == [(1, "campaignId", "damaged_id")]


def test_numbers_with_exponents_are_exact() -> None:
    text = document({**BASE, "cost": 1, "sales7d": 2}).decode()
    text = text.replace('"cost": 1', '"cost": 1.25E-2').replace('"sales7d": 2', '"sales7d": 1.234567891E7')
    found = only_row(text.encode())
    assert (found.cost, found.sales) == (Decimal("0.0125"), Decimal("12345678.91"))


def test_records_with_other_columns_than_the_first_are_read() -> None:
    whole = read(document(BASE, {**BASE, "purchases7d": 2, "campaignName": "Lamps"}, {"campaignId": 1, "clicks": 0}))
    assert [found.orders for found in whole.rows] == [None, 2]
    assert errors(whole) == [(3, "cost", "empty")]


def test_damaged_records_cost_only_themselves() -> None:
    whole = read(
        json.dumps(
            [
                BASE,
                {**BASE, "clicks": 1.5},
                {**BASE, "clicks": "many"},
                {**BASE, "cost": -1},
                {**BASE, "impressions": [1]},
                {**BASE, "campaignId": None},
                5,
                None,
                {**BASE, "cost": 1e300},
                {**BASE, "clicks": True},
            ]
        ).encode()
    )
    assert [found.line for found in whole.rows] == [1, 5]
    assert whole.rows[1].impressions is None
    assert errors(whole) == [
        (2, "clicks", "not_whole"),
        (3, "clicks", "bad_number"),
        (4, "cost", "out_of_range"),
        (6, "campaignId", "empty"),
        (7, None, "bad_json"),
        (8, None, "bad_json"),
        (9, "cost", "bad_number"),
        (10, "clicks", "bad_number"),
    ]


@pytest.mark.parametrize("cut", [-1, -2, -30])
def test_an_answer_cut_off_is_refused_as_a_whole(cut: int) -> None:
    with pytest.raises(FileProblem) as caught:
        read(document(BASE, BASE)[:cut])
    assert caught.value.code == "bad_json"


def test_an_empty_answer_is_told_apart_from_an_unknown_one() -> None:
    with pytest.raises(FileProblem) as caught:
        read(b"[]")
    assert caught.value.code == "empty"
    for data in (b"[1, 2]", b'[{"a": 1}]', b'{"campaignId": 1, "clicks": 2, "cost": 3}', b"[[", b'["x"'):
        with pytest.raises(FileProblem) as caught:
            read(data)
        assert caught.value.code == "unrecognised"


def test_a_large_answer_is_known_by_its_head() -> None:
    data = document(*({**BASE, "campaignName": f"Campaign {number}"} for number in range(5_000)))
    assert len(data) > 400_000
    assert recognise(KINDS, data[: 256 * 1024]).kind == "campaign_report"
    whole = read_whole(KINDS, data, facts())
    assert (whole.totals["rows"], whole.totals["clicks"], whole.totals["cost"]) == (5_000, 20_000, 12_500)
