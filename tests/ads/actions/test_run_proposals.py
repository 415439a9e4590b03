"""What a scoring run proposes beside what was decided already, and which runs propose nothing."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.core.ids import new_id
from shared.db.engine import Database
from tests.ads.actions.advertised import Account, an_account
from tests.ads.end_to_end.test_real_account import every, scored
from tests.support.tenants import Tenant

AS_OF = date(2026, 3, 2)


async def losing(client: httpx.AsyncClient, tenant: Tenant) -> Account:
    """An account whose term has 300 clicks without an order, and of which nothing is proposed yet."""
    account = await an_account(client, tenant)
    await account.run("UPDATE ads.performance SET clicks = 300, cost = 300, orders = 0, sales = 0 WHERE tenant_id = $1")
    await account.run("UPDATE ads.pull_day SET clicks = 300, cost = 300, orders = 0, sales = 0 WHERE tenant_id = $1")
    await account.run("UPDATE ads.ad_proposal SET state = 'rejected' WHERE tenant_id = $1")
    return account


async def proposed(
    client: httpx.AsyncClient, database: Database, account: Account, as_of: str = AS_OF.isoformat()
) -> list[dict[str, Any]]:
    """What a new run proposes about the term."""
    run = await scored(client, database, account.tenant, as_of_date=as_of, tau=0.7)
    return [
        each
        async for each in every(client, "/ad-proposals", run_id=run["id"])
        if each["subject_id"] == account.ids["search_term_id"]
    ]


async def test_a_newer_run_supersedes_what_waits(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await losing(ads, tenant)
    [first] = await proposed(ads, ads_database, account)
    assert (first["kind"], first["state"]) == ("negate", "proposed")
    [second] = await proposed(ads, ads_database, account)
    assert second["id"] != first["id"]
    assert (await ads.get(f"/ad-proposals/{first['id']}")).json()["state"] == "superseded"


async def told_of(client: httpx.AsyncClient, database: Database, account: Account, as_of: str) -> dict[str, Any]:
    """A new run, once its totals were found to be those of the proposals that are listed of it."""
    run = await scored(client, database, account.tenant, as_of_date=as_of, tau=0.7)
    listed = [each async for each in every(client, "/ad-proposals", run_id=run["id"])]
    assert run["proposals_count"] == len(listed)
    kinds = Counter(each["kind"] for each in listed)
    assert {each["kind"]: each["count"] for each in run["totals"]["proposals"]} == kinds
    [market] = run["totals"]["markets"]
    for name in ("waste_saved", "sales_at_risk", "sales_gained"):
        assert market[name]["currency"] == "USD"
        assert Decimal(market[name]["amount"]) == sum(Decimal(each[name]["amount"]) for each in listed)
    return run


async def test_the_totals_of_a_run_are_of_what_it_really_proposes(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await losing(ads, tenant)
    first = await told_of(ads, ads_database, account, "2026-03-02")
    assert {"kind": "negate", "count": 1} in first["totals"]["proposals"]
    assert float(first["totals"]["markets"][0]["waste_saved"]["amount"]) > 0
    await account.run(
        "UPDATE ads.ad_proposal SET state = 'approved' WHERE tenant_id = $1 AND kind = 'negate' AND run_id = $2",
        UUID(first["id"]),
    )
    second = await told_of(ads, ads_database, account, "2026-03-02")
    assert "negate" not in {each["kind"] for each in second["totals"]["proposals"]}
    earlier = await told_of(ads, ads_database, account, "2026-02-27")
    assert (earlier["proposals_count"], earlier["totals"]["proposals"]) == (0, [])
    assert earlier["totals"]["markets"][0]["waste_saved"] == {"amount": "0", "currency": "USD"}


@pytest.mark.parametrize(
    ("kind", "state", "count"),
    [("harvest", "approved", 0), ("pause", "exported", 0), ("budget", "approved", 1), ("harvest", "rejected", 1)],
)
async def test_nothing_is_proposed_beside_what_was_approved_about_a_subject(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, kind: str, state: str, count: int
) -> None:
    account = await losing(ads, tenant)
    await account.add_proposal(kind, account.id("search_term_id"), "red kettle", state=state)
    assert len(await proposed(ads, ads_database, account)) == count


async def test_what_was_negated_is_not_proposed_again_from_the_days_before(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await losing(ads, tenant)
    term = account.id("search_term_id")
    change = await account.add_proposal("negate", term, "red kettle", state="applied")
    await account.run(
        "INSERT INTO ads.ad_change (tenant_id, id, proposal_id, kind, level, subject_id, campaign_id, currency, origin,"
        " applied_at, applied_by) VALUES ($1, $2, $2, 'negate', 'search_term', $3, $4, 'USD', 'stated', '2026-02-20',"
        " $5)",
        change,
        term,
        account.id("campaign_id"),
        tenant.principal_id,
    )
    assert await proposed(ads, ads_database, account) == []
    await account.run("UPDATE ads.ad_change SET applied_at = '2025-12-01' WHERE tenant_id = $1 AND id = $2", change)
    assert len(await proposed(ads, ads_database, account)) == 1


async def test_a_run_of_an_earlier_day_leaves_a_later_ones_proposals_alone(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await losing(ads, tenant)
    [later] = await proposed(ads, ads_database, account)
    assert await proposed(ads, ads_database, account, "2026-02-27") == []
    assert (await ads.get(f"/ad-proposals/{later['id']}")).json()["state"] == "proposed"


async def test_a_run_of_a_day_long_before_the_newest_figures_scores_and_proposes_nothing(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await losing(ads, tenant)
    pull: UUID = new_id()
    await account.run(
        "INSERT INTO ads.report_pull (tenant_id, id, import_id, ad_account_id, marketplace, currency, report,"
        " granularity, date_from, date_to, as_of, row_count) VALUES ($1, $2, $2, $3, 'US', 'USD', 'campaigns', 'daily',"
        " '2026-03-17', '2026-03-17', '2026-03-18', 0)",
        pull,
        account.id("ad_account_id"),
    )
    assert await proposed(ads, ads_database, account) == []
    assert len(await proposed(ads, ads_database, account, "2026-03-03")) == 1


async def test_a_negated_product_page_is_not_negated_again(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await losing(ads, tenant)
    await account.run(
        "UPDATE ads.search_term SET text = 'B0ABCDEFGH', text_key = 'b0abcdefgh', is_asin = true WHERE tenant_id = $1"
    )
    assert len(await proposed(ads, ads_database, account)) == 1
    await account.run(
        "INSERT INTO ads.negative_target (tenant_id, id, campaign_id, ad_group_id, text, text_key, match_type, as_of)"
        " VALUES ($1, $2, $3, $4, 'asin=\"B0ABCDEFGH\"', 'asin=\"b0abcdefgh\"', 'negative_product', now())",
        new_id(),
        account.id("campaign_id"),
        account.id("ad_group_id"),
    )
    assert await proposed(ads, ads_database, account) == []


async def with_placements(client: httpx.AsyncClient, tenant: Tenant) -> Account:
    """An account whose clicks are worth six times as much at the top of search as on product pages."""
    account = await an_account(client, tenant)
    await account.run("UPDATE ads.ad_proposal SET state = 'rejected' WHERE tenant_id = $1")
    await account.run("DELETE FROM ads.ad_change_effect WHERE tenant_id = $1")
    await account.run("DELETE FROM ads.ad_change WHERE tenant_id = $1")
    await account.run("UPDATE ads.placement_modifier SET percentage = 0 WHERE tenant_id = $1")
    pages: UUID = new_id()
    await account.run(
        "INSERT INTO ads.placement_modifier (tenant_id, id, campaign_id, placement, percentage, as_of)"
        " VALUES ($1, $2, $3, 'product_pages', 0, now())",
        pages,
        account.id("campaign_id"),
    )
    for report, subject, clicks, orders in (
        ("campaigns", account.id("campaign_id"), 1000, 70),
        ("targets", account.id("target_id"), 1000, 70),
        ("placements", account.id("placement_id"), 500, 60),
        ("placements", pages, 500, 10),
    ):
        pull: UUID = new_id()
        await account.run(
            "INSERT INTO ads.report_pull (tenant_id, id, import_id, ad_account_id, marketplace, currency, report,"
            " granularity, date_from, date_to, as_of, row_count) VALUES ($1, $2, $2, $3, 'US', 'USD', $4, 'daily',"
            " '2026-02-01', '2026-02-01', '2026-03-01', 0)",
            pull,
            account.id("ad_account_id"),
            report,
        )
        figures = "impressions, clicks, cost, orders, sales"
        await account.run(
            "INSERT INTO ads.performance (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id,"
            f" pull_id, {figures}) VALUES ($1, $2, 'daily', '2026-02-01', '2026-02-01', $3, $4, $5, 100000, $6, 500,"
            " $7, 1800)",
            report,
            account.id("campaign_id"),
            subject,
            pull,
            clicks,
            orders,
        )
        await account.run(
            "INSERT INTO ads.pull_day (tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id, as_of,"
            f" row_count, {figures}) SELECT tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id,"
            f" '2026-03-01', 1, {figures} FROM ads.performance WHERE tenant_id = $1 AND pull_id = $2",
            pull,
        )
    return account


async def of_campaign(client: httpx.AsyncClient, database: Database, account: Account) -> list[dict[str, Any]]:
    """What a new run proposes of modifiers and of bids."""
    run = await scored(client, database, account.tenant, as_of_date=AS_OF.isoformat(), tau=0.7)
    found = [each async for each in every(client, "/ad-proposals", run_id=run["id"])]
    return [each for each in found if each["level"] in ("campaign", "target") and each["kind"] != "budget"]


@pytest.mark.parametrize("words", [None, "kettle"])
async def test_a_modifier_and_the_bid_that_falls_for_it_are_proposed_as_one_bundle_or_not_at_all(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, words: str | None
) -> None:
    account = await with_placements(ads, tenant)
    found = await of_campaign(ads, ads_database, account)
    assert {each["kind"] for each in found} == {"placement_modifier", "bid_down"}
    assert len({each["bundle_id"] for each in found}) == 1
    assert found[0]["bundle_id"] is not None
    # What else was approved about the target holds the bid, which then pays for no modifier; also when the run could
    # not see that it was, as of what is approved while it computes (here: under another level).
    waiting = await account.add_proposal("pause", account.id("target_id"), words, state="approved")
    assert await of_campaign(ads, ads_database, account) == []
    await account.run("UPDATE ads.ad_proposal SET state = 'rejected' WHERE tenant_id = $1 AND id = $2", waiting)
    assert {each["kind"] for each in await of_campaign(ads, ads_database, account)} == {
        "placement_modifier",
        "bid_down",
    }
