"""Real reports import with the totals that were counted from them independently, and read back so over HTTP."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from shared.db.engine import Database
from tests.ads.importing import import_file
from tests.support.paths import sample
from tests.support.tenants import Tenant

# marketplace, report, rows, impressions, clicks, cost, sales, orders; None where the sources do not state it
SAMPLES: dict[str, tuple[str, str, int, int, int, str, str | None, int | None]] = {
    "ads_sp_advertised_product_in_2020_daily.xlsx": (
        *("IN", "advertised_products", 265, 640_262, 1_955),
        *("47108.12", "71129.81", 194),
    ),
    "ads_sp_advertised_product_us_2019-11_daily.xlsx": (
        *("US", "advertised_products", 1_114, 343_534, 988),
        *("772.97", "897.76", 22),
    ),
    "ads_sp_placement_in_2020_daily.xlsx": ("IN", "placements", 545, 640_262, 1_955, "47108.12", "71129.81", 194),
    "ads_sp_search_term_ae_2025_summary.xlsx": (
        *("AE", "search_terms", 7_480, 287_978, 13_899),
        *("19903.22", "65047.50", 1_664),
    ),
    "ads_sp_search_term_in_2020_daily.xlsx": ("IN", "search_terms", 923, 333_570, 1_955, "47108.12", "70853.92", 193),
    "ads_sp_search_term_us_2024_summary.xlsx": (
        *("US", "search_terms", 7_764, 2_800_677, 23_981),
        *("38280.66", "139774.08", 3_427),
    ),
    "ads_sp_targeting_in_2020_daily.xlsx": ("IN", "targets", 1_683, 640_262, 1_955, "47108.12", "71129.81", 194),
    "ads_sp_targeting_us_2026_daily_trimmed.xlsx": ("US", "targets", 6_000, 156_125, 1_232, "594.70", "1773.26", 155),
    "ads_sp_campaign_de_2025_summary.csv": ("DE", "campaigns", 36, 2_104_512, 14_309, "4628.41", "29574.11", None),
    "ads_sp_campaign_in_2020_daily.csv": ("IN", "campaigns", 182, 640_242, 1_955, "47108.12", "71129.81", None),
    "ads_sp_campaign_us_2019-11_daily.csv": ("US", "campaigns", 272, 316_159, 930, "734.21", "857.77", None),
    "ads_console_custom_report_search_term_us_2025.csv": (
        *("US", "search_terms", 1_539, 515_607, 4_246),
        *("3638.31", "3808.26", None),
    ),
    "ads_api_v3_spAdvertisedProduct_in_2026-02.json": (
        *("IN", "advertised_products", 618, 3_593_977, 30_279),
        *("220439.45", None, None),
    ),
    "ads_api_v3_spCampaigns_in_2026-01.json": ("IN", "campaigns", 119, 3_604_585, 27_947, "206880.27", None, None),
}
# The API's summaries do not say their range.
FACTS = {
    "ads_api_v3_spAdvertisedProduct_in_2026-02.json": {"date_from": "2026-02-01", "date_to": "2026-02-28"},
    "ads_api_v3_spCampaigns_in_2026-01.json": {"date_from": "2026-01-01", "date_to": "2026-01-31"},
}


# Those of many thousand rows: their totals are read from the file in the fast tests, and through the service here.
LARGE = {name for name, (_, _, rows, *_) in SAMPLES.items() if rows > 5_000}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in SAMPLES]
)
async def test_totals_of_a_real_report_read_back(
    name: str, ads_database: Database, ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    marketplace, report, rows, impressions, clicks, cost, sales, orders = SAMPLES[name]
    content = sample(name).read_bytes()
    facts: dict[str, Any] = {"marketplace": marketplace, **FACTS.get(name, {})}
    done = await import_file(ads_database, tenant, content, **facts)
    assert done.operation.state == "succeeded", done.operation.problem
    assert done.counts == (rows, 0, 0), done.error_places[:3]
    items = await all_rows(ads, "/performance", report=report)
    assert {item["report"] for item in items} == {report}
    assert sum(item["impressions"] for item in items) == impressions
    assert sum(item["clicks"] for item in items) == clicks
    assert round(sum((Decimal(item["cost"]) for item in items), Decimal()), 2) == Decimal(cost)
    if sales is not None:
        assert round(sum((Decimal(item["sales"]) for item in items), Decimal()), 2) == Decimal(sales)
    if orders is not None:
        assert sum(item["orders"] for item in items) == orders
    days = await all_rows(ads, "/performance-days", report=report, is_current="true")
    assert sum(day["row_count"] for day in days) == rows
    assert sum(day["clicks"] for day in days) == clicks
    [pull] = (await ads.get("/report-pulls")).json()["items"]
    assert (pull["row_count"], pull["report"], pull["marketplace"]) == (rows, report, marketplace)
    assert pull["granularity"] == ("daily" if "daily" in name else "summary")
    again = await import_file(ads_database, tenant, content, **facts)
    assert again.row.duplicate_of == done.row.id


async def all_rows(client: httpx.AsyncClient, path: str, **filters: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    items: list[dict[str, Any]] = []
    url: str | None = path
    parameters: dict[str, str] | None = {"limit": "1000", **filters}
    while url:
        answer = await client.get(url, params=parameters)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        url, parameters = page.get("next"), None
    return items


async def test_a_legacy_bulk_sheet_describes_and_counts(
    ads_database: Database, ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    content = sample("ads_bulksheet_v1_us_2019-12-10.xlsx").read_bytes()
    facts: dict[str, Any] = {"marketplace": "US", "date_from": "2019-10-11", "date_to": "2019-12-09"}
    done = await import_file(ads_database, tenant, content, **facts)
    assert done.operation.state == "succeeded", done.operation.problem
    assert done.errors == [], done.error_places[:3]
    campaigns = await all_rows(ads, "/campaigns")
    assert campaigns
    assert all(campaign["state"] for campaign in campaigns)
    assert any(campaign["daily_budget"] for campaign in campaigns)
    targets = await all_rows(ads, "/targets")
    assert any(target["bid"] for target in targets)
    pulls = (await ads.get("/report-pulls")).json()["items"]
    assert {pull["granularity"] for pull in pulls} == {"summary"}
    assert {(pull["date_from"], pull["date_to"]) for pull in pulls} == {("2019-10-11", "2019-12-09")}
    clicks = {
        report: sum(item["clicks"] for item in await all_rows(ads, "/performance", report=report))
        for report in ("campaigns", "ad_groups", "advertised_products", "targets")
    }
    assert clicks == dict.fromkeys(clicks, done.row.totals["campaign_clicks"])
    negatives = await all_rows(ads, "/negative-targets")
    assert len(negatives) == done.row.totals["negative_keyword_rows"]


async def test_the_search_terms_of_a_bulk_sheet_count(
    ads_database: Database, ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    content = sample("ads_bulksheet_v2_sp_search_term_us_2026.xlsx").read_bytes()
    facts: dict[str, Any] = {"marketplace": "US", "date_from": "2026-01-01", "date_to": "2026-03-01"}
    done = await import_file(ads_database, tenant, content, **facts)
    assert done.operation.state == "succeeded", done.operation.problem
    items = await all_rows(ads, "/performance", report="search_terms")
    assert sum(item["clicks"] for item in items) == done.row.totals["search_term_clicks"]
    campaigns = await all_rows(ads, "/campaigns")
    assert all(campaign["amazon_campaign_id"] for campaign in campaigns)


async def test_an_upload_sheet_tells_what_it_keeps_away(
    ads_database: Database, ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    content = sample("ads_bulksheet_v2_upload_negative_keywords.xlsx").read_bytes()
    facts: dict[str, Any] = {"marketplace": "US", "date_from": "2026-01-01", "date_to": "2026-03-01"}
    done = await import_file(ads_database, tenant, content, **facts)
    assert done.operation.state == "succeeded", done.operation.problem
    negatives = await all_rows(ads, "/negative-targets")
    assert len(negatives) == done.row.rows_applied > 0
    assert {negative["state"] for negative in negatives} == {"enabled"}
    again = await import_file(ads_database, tenant, content, **facts)
    assert again.row.duplicate_of == done.row.id


@pytest.mark.parametrize(
    ("name", "report", "rows"),
    [
        ("ads_sp_purchased_product_us_2019.xlsx", "purchased_products", 19),
        ("ads_api_v3_spTargeting_in_2026-03-09_two_rows.json", "targets", 2),
        ("ads_api_v3_spCampaigns_official_example.json", "ad_groups", None),
    ],
)
async def test_other_reports_import_whole(
    name: str, report: str, rows: int | None, ads_database: Database, ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    marketplace = "IN" if "_in_" in name else "US"
    facts: dict[str, Any] = {"marketplace": marketplace, "date_from": "2026-03-09", "date_to": "2026-03-09"}
    done = await import_file(ads_database, tenant, sample(name).read_bytes(), **facts)
    assert done.operation.state == "succeeded", done.operation.problem
    assert done.errors == [], done.error_places
    assert done.row.rows_applied == (rows or done.row.totals["rows"]) > 0
    items = await all_rows(ads, "/performance")
    assert {item["report"] for item in items} == {report}
    if report == "purchased_products":
        assert {(item["impressions"], item["clicks"]) for item in items} == {(None, None)}
