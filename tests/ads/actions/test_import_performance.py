"""Pulls of the same days: what is newest counts, what is older is kept, and nothing counts twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from services.ads.domain.report_periods import Period, choose_periods, common_period
from services.ads.domain.vocabulary import Granularity
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.ads.importing import Outcome, import_file
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

TARGETING = (
    "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Impressions,Clicks,Spend,7 Day Total Sales ,"
)
TARGETING += "7 Day Total Orders (#)"
WITH_IDS = TARGETING + ",Campaign ID,Ad Group ID,Keyword ID"


def csv_of(header: str, *rows: str) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def day(number: int, clicks: int, orders: int, campaign: str = "Kettle", target: str = "kettle") -> str:
    cost, sales = f"{clicks * 0.5:.2f}", f"{orders * 20:.2f}"
    return f'"Feb {number:02}, 2026",USD,{campaign},Main,{target},BROAD,{clicks * 50},{clicks},{cost},{sales},{orders}'


async def pull(database: Database, tenant: Tenant, content: bytes, as_of: str, **facts: Any) -> Outcome:
    done = await import_file(database, tenant, content, marketplace="US", as_of=as_of, **facts)
    assert done.operation.state == "succeeded", done.operation.problem
    assert done.errors == [], done.error_places
    return done


async def figures(ads: httpx.AsyncClient) -> list[tuple[str, int, int]]:
    items = (await ads.get("/performance", params={"sort": "date_from"})).json()["items"]
    return [(item["date_from"], item["clicks"], item["orders"]) for item in items]


async def sums(ads: httpx.AsyncClient, **filters: str) -> list[tuple[str, bool, int]]:
    items = (await ads.get("/performance-days", params={"sort": "date_from", **filters})).json()["items"]
    return sorted((item["date_from"], item["is_current"], item["orders"]) for item in items)


FIRST, LATER, LAST = "2026-02-03T06:00:00Z", "2026-02-05T06:00:00Z", "2026-02-09T06:00:00Z"


async def test_a_newer_pull_replaces_a_day_and_the_older_one_is_kept(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1), day(2, 8, 0)), FIRST)
    await pull(ads_database, tenant, csv_of(TARGETING, day(2, 9, 2)), LATER)
    assert await figures(ads) == [("2026-02-01", 10, 1), ("2026-02-02", 9, 2)]
    assert await sums(ads) == [("2026-02-01", True, 1), ("2026-02-02", False, 0), ("2026-02-02", True, 2)]


async def test_what_the_newer_pull_does_not_name_of_a_campaigns_day_is_gone(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1), day(1, 3, 0, target="teapot")), FIRST)
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 11, 2), day(1, 5, 1, campaign="Pan")), LATER)
    assert sorted(await figures(ads)) == [("2026-02-01", 5, 1), ("2026-02-01", 11, 2)]


async def test_an_older_pull_that_comes_late_counts_nothing(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 12, 3)), LATER)
    late = await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1), day(2, 4, 0)), FIRST)
    assert late.row.rows_applied == 2
    assert await figures(ads) == [("2026-02-01", 12, 3), ("2026-02-02", 4, 0)]
    assert await sums(ads, date_to_lte="2026-02-01") == [("2026-02-01", False, 1), ("2026-02-01", True, 3)]


async def test_a_pull_between_two_others_stands_between_them(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    for moment, orders in ((FIRST, 1), (LAST, 3), (LATER, 2)):
        await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, orders)), moment)
    assert await figures(ads) == [("2026-02-01", 10, 3)]
    items = (await ads.get("/performance-days")).json()["items"]
    assert [item["orders"] for item in sorted(items, key=lambda item: item["as_of"])] == [1, 2, 3]


async def test_the_same_file_changes_nothing_even_after_newer_ones(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    content = csv_of(TARGETING, day(1, 10, 1))
    first = await import_file(ads_database, tenant, content, marketplace="US")
    await import_file(ads_database, tenant, csv_of(TARGETING, day(1, 12, 2)), marketplace="US")
    again = await import_file(ads_database, tenant, content, marketplace="US")
    assert again.row.duplicate_of == first.row.id
    assert await figures(ads) == [("2026-02-01", 12, 2)]


async def test_days_of_a_cancelled_import_are_whole_again_once_the_file_before_is_sent_again(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    content = csv_of(TARGETING, day(1, 10, 1))
    await import_file(ads_database, tenant, content, marketplace="US")
    begun = await import_file(ads_database, tenant, csv_of(TARGETING, day(1, 2, 0)), marketplace="US")
    cancelled = "UPDATE platform.operation SET state = 'cancelled' WHERE tenant_id = $1 AND id = $2"
    await run_as_owner(tenant, cancelled, begun.row.operation_id)
    assert await figures(ads) == [("2026-02-01", 2, 0)]
    again = await import_file(ads_database, tenant, content, marketplace="US")
    assert again.row.duplicate_of is None
    assert await figures(ads) == [("2026-02-01", 10, 1)]
    third = await import_file(ads_database, tenant, content, marketplace="US")
    assert third.row.duplicate_of == again.row.id


async def test_rows_of_one_key_are_added_within_a_pull_also_across_chunks(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    rows = [day(1, 10, 1)] + [day(2, 1, 0, target=f"kettle {number}") for number in range(1_200)] + [day(1, 5, 2)]
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 99, 9)), FIRST)
    done = await pull(ads_database, tenant, csv_of(TARGETING, *rows), LATER)
    assert done.counts == (1_202, 0, 0)
    assert (await figures(ads))[0] == ("2026-02-01", 15, 3)
    assert await sums(ads, date_to_lte="2026-02-01") == [("2026-02-01", False, 9), ("2026-02-01", True, 3)]


async def test_only_validating_leaves_nothing(ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant) -> None:
    content = csv_of(TARGETING, day(1, 10, 1))
    done = await import_file(ads_database, tenant, content, marketplace="US", validate_only=True)
    assert (done.operation.state, done.counts) == ("succeeded", (1, 0, 0))
    for path in ("/performance", "/campaigns", "/report-pulls", "/ad-accounts"):
        assert (await ads.get(path)).json()["items"] == []


async def test_figures_in_another_currency_are_refused(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    content = csv_of(TARGETING, day(1, 10, 1), day(2, 10, 1).replace("USD", "EUR"))
    done = await import_file(ads_database, tenant, content, marketplace="US")
    assert done.counts == (1, 0, 1)
    assert done.errors[0].line == 3


async def test_a_name_alone_is_the_campaign_whose_id_is_told_later(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1)), FIRST)
    [before] = (await ads.get("/campaigns")).json()["items"]
    await pull(ads_database, tenant, csv_of(WITH_IDS, day(2, 8, 1) + ",111,222,333"), LATER)
    [after] = (await ads.get("/campaigns")).json()["items"]
    assert (before["amazon_campaign_id"], after["amazon_campaign_id"]) == (None, "111")
    assert (after["id"], after["version"]) == (before["id"], 2)
    [target] = (await ads.get("/targets")).json()["items"]
    assert (target["amazon_target_id"], target["match_type"]) == ("333", "broad")
    assert len((await ads.get("/ad-groups")).json()["items"]) == 1


async def test_a_renamed_campaign_stays_the_same_one(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(WITH_IDS, day(1, 10, 1) + ",111,222,333"), FIRST)
    renamed = day(2, 8, 1, campaign="Kettle 2026") + ",111,222,333"
    await pull(ads_database, tenant, csv_of(WITH_IDS, renamed), LATER)
    [campaign] = (await ads.get("/campaigns")).json()["items"]
    assert campaign["name"] == "Kettle 2026"
    # A file without ids now means it by its new name; an older file does not take its name back.
    await pull(ads_database, tenant, csv_of(TARGETING, day(3, 5, 0, campaign="KETTLE  2026")), LAST)
    await pull(ads_database, tenant, csv_of(WITH_IDS, day(1, 10, 1) + ",111,222,333"), "2026-02-02T00:00:00Z")
    [campaign] = (await ads.get("/campaigns")).json()["items"]
    assert campaign["name"] == "KETTLE  2026"
    assert len(await figures(ads)) == 3


async def test_two_campaigns_of_one_name_are_told_apart_by_their_ids(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    content = csv_of(WITH_IDS, day(1, 10, 1) + ",111,222,333", day(1, 7, 0) + ",112,223,334")
    await pull(ads_database, tenant, content, FIRST)
    items = (await ads.get("/campaigns")).json()["items"]
    assert sorted(item["amazon_campaign_id"] for item in items) == ["111", "112"]
    assert sorted(await figures(ads)) == [("2026-02-01", 7, 0), ("2026-02-01", 10, 1)]


async def test_accounts_keep_campaigns_of_one_name_apart(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    for code in ("america", "europe"):
        assert (await ads.post("/ad-accounts", json={"code": code, "name": code})).status_code == 201
        content = csv_of(TARGETING, day(1, 10 + len(code), 1))
        await pull(ads_database, tenant, content, FIRST, account=code)
    items = (await ads.get("/campaigns")).json()["items"]
    assert sorted(item["account"] for item in items) == ["america", "europe"]


@pytest.mark.parametrize("own", [{"category": "Kitchen", "goal": "launch", "is_brand_defence": True}])
async def test_what_a_company_says_of_its_campaign_survives_imports(
    own: dict[str, Any], ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1)), FIRST)
    [campaign] = (await ads.get("/campaigns")).json()["items"]
    headers = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    url = f"/campaigns/{campaign['id']}"
    assert (await ads.patch(url, json=own, headers=headers)).status_code == 200
    assert (await ads.patch(url, json=own, headers=headers)).status_code == 412
    await pull(ads_database, tenant, csv_of(TARGETING, day(2, 10, 1)), LATER)
    after = (await ads.get(url)).json()
    assert {name: after[name] for name in own} == own
    assert after["version"] == 2


async def test_all_rows_of_a_summary_are_of_one_period(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    header = "Start Date,End Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,"
    header += "Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)"
    tail = "USD,Kettle,Main,kettle,BROAD"
    content = csv_of(
        header,
        f'"Feb 01, 2026","Feb 20, 2026",{tail},red kettle,90,9,4.50,20.00,1',
        f'"Feb 03, 2026","Feb 03, 2026",{tail},blue kettle,10,1,0.50,0.00,0',
        f'"Feb 12, 2026","Feb 24, 2026",{tail},B000000001,20,2,1.00,0.00,0',
    )
    await pull(ads_database, tenant, content, LAST)
    items = (await ads.get("/performance")).json()["items"]
    assert {(item["date_from"], item["date_to"], item["granularity"]) for item in items} == {
        ("2026-02-01", "2026-02-24", "summary")
    }
    assert sum(Decimal(item["cost"]) for item in items) == Decimal(6)
    terms = (await ads.get("/search-terms")).json()["items"]
    assert sorted((term["text"], term["is_asin"]) for term in terms) == [
        ("B000000001", True),
        ("blue kettle", False),
        ("red kettle", False),
    ]


def a_period(granularity: Granularity, first: int, last: int, covers: tuple[int, int] | None = None) -> Period:
    campaign, pulled = CAMPAIGN, covers or (first, last)
    days = [date(2026, 1, number) for number in (first, last, *pulled)]
    return Period(campaign, granularity, days[0], days[1], days[2], days[3])


CAMPAIGN = new_id()
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 1, 28)


def chosen(*periods: Period) -> list[tuple[int, int]]:
    return sorted((each.date_from.day, each.date_to.day) for each in choose_periods(periods, FIRST_DAY, LAST_DAY))


def test_a_week_counts_only_where_no_day_of_it_is_known() -> None:
    weeks = [a_period(Granularity.WEEKLY, first, first + 6) for first in (1, 8, 15)]
    assert chosen(*weeks) == [(1, 7), (8, 14), (15, 21)]
    assert chosen(*weeks, a_period(Granularity.DAILY, 9, 9)) == [(1, 7), (15, 21)]


def test_days_without_rows_are_known_where_a_daily_report_covers_them() -> None:
    week = a_period(Granularity.WEEKLY, 8, 14)
    assert chosen(week, a_period(Granularity.DAILY, 2, 2, covers=(1, 10))) == []


def test_of_overlapping_summaries_the_longest_counts() -> None:
    summaries = [a_period(Granularity.SUMMARY, *ends) for ends in ((1, 10), (5, 28), (11, 12))]
    assert chosen(*summaries) == [(5, 28)]


def test_weeks_come_before_summaries_and_nothing_reaches_over_the_window() -> None:
    week, summary = a_period(Granularity.WEEKLY, 8, 14), a_period(Granularity.SUMMARY, 1, 28)
    assert chosen(week, summary) == [(8, 14)]
    assert chosen(a_period(Granularity.SUMMARY, 20, 30)) == []


def test_another_campaigns_days_hide_nothing() -> None:
    other = Period(new_id(), Granularity.DAILY, FIRST_DAY, FIRST_DAY, FIRST_DAY, LAST_DAY)
    assert chosen(a_period(Granularity.WEEKLY, 1, 7), other) == [(1, 7)]


def test_weeks_beside_each_other_are_periods_of_their_own() -> None:
    first, second = (date(2026, 1, 1), date(2026, 1, 7)), (date(2026, 1, 8), date(2026, 1, 14))
    assert common_period({first, second}) is None
    assert common_period({first, second, (date(2026, 1, 3), date(2026, 1, 3))}) == (first[0], second[1])
    assert common_period({first}, (FIRST_DAY, LAST_DAY)) == (FIRST_DAY, LAST_DAY)
    assert common_period(set()) is None


async def test_what_is_kept_of_several_pulls_holds_together(
    ads_database: Database, tenant: Tenant, database_urls: DatabaseUrls
) -> None:
    """Also where money has more digits than are kept, rows of a key come in several chunks, and a pull comes late."""
    odd = day(1, 3, 0, target="pot").replace("1.50", "0.20192090000000001")
    rows = [odd, odd] + [day(1, 1, 0, target=f"kettle {number}") for number in range(1_200)] + [odd]
    await pull(ads_database, tenant, csv_of(TARGETING, *rows), LATER)
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 9, 2), day(2, 8, 1)), FIRST)
    await pull(ads_database, tenant, csv_of(TARGETING, odd, day(2, 8, 2)), LAST)
    [finding] = [each for each in await verify(database_urls, storage=False) if each.code == "I9"]
    assert [line for line in finding.violations if "2026-02" in line] == []


@pytest.mark.parametrize("with_ids", [("New",), ("Old", "New"), ("New", "Old")])
async def test_a_renamed_campaign_that_a_file_without_ids_made_a_second_one_is_told_of(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, with_ids: tuple[str, ...]
) -> None:
    moments = ["2026-02-03T06:00:00Z", "2026-02-05T06:00:00Z", "2026-02-09T06:00:00Z", "2026-02-10T06:00:00Z"]
    first = csv_of(WITH_IDS, day(1, 10, 1, campaign="Old") + ",1,2,3")
    if with_ids[0] == "New" and len(with_ids) == 1:
        await pull(ads_database, tenant, first, moments[0])  # its id is known from the beginning
    else:
        await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1, campaign="Old")), moments[0])
    renamed = await pull(ads_database, tenant, csv_of(TARGETING, day(2, 8, 0, campaign="New")), moments[1])
    assert renamed.row.warnings == []
    for name, moment in zip(with_ids, moments[2:], strict=False):
        told = await pull(ads_database, tenant, csv_of(WITH_IDS, day(2, 8, 0, campaign=name) + ",1,2,3"), moment)
    [warning] = told.row.warnings
    assert warning["code"] == "campaign_known_twice"
    [double] = (await ads.get("/campaigns", params={"is_probably_double": "true"})).json()["items"]
    [known] = (await ads.get("/campaigns", params={"amazon_campaign_id": "1"})).json()["items"]
    assert double["same_as_id"] == known["id"]
    assert warning["value"] == double["name"]
    assert known["id"] in warning["message"]
    # From now on the name is that of the campaign whose id is known.
    name = double["name"]
    await pull(ads_database, tenant, csv_of(TARGETING, day(5, 3, 0, campaign=name)), "2026-02-12T06:00:00Z")
    days = (await ads.get("/performance-days", params={"date_from_gte": "2026-02-05"})).json()["items"]
    assert {each["campaign_id"] for each in days} == {known["id"]}


async def test_a_campaign_whose_own_id_is_told_is_no_double_any_more(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(WITH_IDS, day(1, 10, 1, campaign="Old") + ",1,2,3"), FIRST)
    await pull(ads_database, tenant, csv_of(TARGETING, day(2, 8, 0, campaign="New")), FIRST)
    await pull(ads_database, tenant, csv_of(WITH_IDS, day(2, 8, 0, campaign="New") + ",1,2,3"), LATER)
    assert len((await ads.get("/campaigns", params={"is_probably_double": "true"})).json()["items"]) == 1
    done = await pull(ads_database, tenant, csv_of(WITH_IDS, day(3, 1, 0, campaign="New") + ",7,8,9"), LAST)
    assert done.row.warnings == []
    assert (await ads.get("/campaigns", params={"is_probably_double": "true"})).json()["items"] == []
    assert len((await ads.get("/campaigns")).json()["items"]) == 2
