"""What a run says that a change has done: equal days that are known on both sides, and nothing where none are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from services.ads.actions.measure_changes import measure_changes
from services.ads.domain.change_effect import days_compared
from services.ads.domain.completeness import DEFAULT_COMPLETENESS
from services.ads.tables import AdChangeEffectRow
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.ads.actions.advertised import Account, an_account
from tests.support.tenants import Tenant

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
APPLIED = date(2026, 3, 10)


async def changed(account: Account, kind: str, destination: UUID | None = None, origin: str = "bulk_sheet") -> None:
    """A change of the target or term, applied three weeks ago; a harvest into the destination."""
    is_term = kind == "harvest"
    subject = account.id("search_term_id" if is_term else "target_id")
    proposal = await account.add_proposal(kind, subject, "red kettle" if is_term else None, state="applied")
    await account.run(
        "INSERT INTO ads.ad_change (tenant_id, id, proposal_id, kind, level, subject_id, campaign_id, currency, origin,"
        " applied_at, applied_by) VALUES ($1, $2, $2, $3, $4, $5, $6, 'USD', $9, $7, $8)",
        proposal,
        kind,
        "search_term" if is_term else "target",
        subject,
        account.id("campaign_id"),
        datetime(APPLIED.year, APPLIED.month, APPLIED.day, 9, tzinfo=UTC),
        account.tenant.principal_id,
        origin,
    )
    await account.run(
        "UPDATE ads.ad_proposal SET destination_campaign_id = $3 WHERE tenant_id = $1 AND id = $2",
        proposal,
        destination,
    )


async def pulled(account: Account, report: str, first: date, last: date) -> None:
    """A daily report of these days: ten clicks for five, one order of twenty, every day."""
    pull = new_id()
    subject = account.id({"targets": "target_id", "campaigns": "campaign_id"}[report])
    await account.run(
        "INSERT INTO ads.report_pull (tenant_id, id, import_id, ad_account_id, marketplace, currency, report,"
        " granularity, date_from, date_to, as_of, row_count) VALUES ($1, $2, $2, $3, 'US', 'USD', $4, 'daily', $5, $6,"
        " '2026-04-30', 1)",
        pull,
        account.id("ad_account_id"),
        report,
        first,
        last,
    )
    await account.run(
        "INSERT INTO ads.performance (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id,"
        " pull_id, impressions, clicks, cost, orders, sales) SELECT $1, $2, 'daily', $6::date + n, $6::date + n,"
        " $3, $4, $5, 100, 10, 5, 1, 20 FROM generate_series(0, $7::integer) AS n",
        report,
        account.id("campaign_id"),
        subject,
        pull,
        first,
        (last - first).days,
    )


async def effects(database: Database, account: Account) -> list[AdChangeEffectRow]:
    """What a run writes; nothing of it stays."""
    tenant, run = account.tenant, account.id("run_id")
    async with database.session(tenant.id) as session:
        before = {row.change_id for row in await session.scalars(select(AdChangeEffectRow))}
        count = await measure_changes(session, tenant.id, run, DEFAULT_COMPLETENESS, NOW)
        rows = [row for row in await session.scalars(select(AdChangeEffectRow)) if row.change_id not in before]
        assert len(rows) == count
        for row in rows:
            session.expunge(row)
        await session.rollback()
    return rows


async def test_a_change_is_compared_over_whole_weeks_that_are_known_on_both_sides(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "bid_down")
    await pulled(account, "targets", APPLIED - timedelta(days=30), APPLIED + timedelta(days=8))
    [row] = await effects(ads_database, account)
    assert (row.days, row.first_date) == (7, APPLIED - timedelta(days=7))
    assert (row.clicks_before, row.clicks_after) == (70, 70)
    assert (row.cost_before, row.cost_after) == (Decimal(35), Decimal(35))


async def test_nothing_is_said_of_a_change_after_which_nothing_was_imported(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "bid_down")
    await pulled(account, "targets", APPLIED - timedelta(days=30), APPLIED + timedelta(days=5))
    # Another report is not this one's.
    await pulled(account, "campaigns", APPLIED - timedelta(days=30), APPLIED + timedelta(days=20))
    assert await effects(ads_database, account) == []


async def test_days_that_a_pull_covers_without_a_row_are_days_without_ads(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "pause")
    await pulled(account, "targets", APPLIED - timedelta(days=7), APPLIED + timedelta(days=6))
    await account.run(
        "DELETE FROM ads.performance WHERE tenant_id = $1 AND report = 'targets' AND date_from >= $2", APPLIED
    )
    [row] = await effects(ads_database, account)
    assert (row.days, row.clicks_before, row.clicks_after) == (7, 70, 0)


async def test_a_harvest_within_a_campaign_is_measured_on_it(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "harvest", account.id("campaign_id"))
    await pulled(account, "campaigns", APPLIED - timedelta(days=14), APPLIED + timedelta(days=13))
    [row] = await effects(ads_database, account)
    assert (row.days, row.clicks_before, row.clicks_after) == (14, 140, 140)
    assert row.profit_after is not None


async def moved(account: Account, margin: float | None = 0.3) -> UUID:
    """Another campaign of this margin, to which all that was sold goes with the change and sells twice as much."""
    there = (await account.add_destination())["campaign"]
    await account.run(
        "INSERT INTO ads.score (tenant_id, run_id, level, subject_id, ad_account_id, campaign_id, marketplace,"
        " currency, clicks, effective_clicks, cost, orders, sales, break_even_acos, reasons) VALUES ($1, $2,"
        " 'campaign', $3, $4, $3, 'US', 'USD', 0, 0, 0, 0, 0, $5, '[]')",
        account.id("run_id"),
        there,
        account.id("ad_account_id"),
        margin,
    )
    await pulled(account, "campaigns", APPLIED - timedelta(days=14), APPLIED + timedelta(days=13))
    await account.run(
        "UPDATE ads.performance SET campaign_id = $2, subject_id = $2, orders = 2, sales = 40 WHERE tenant_id = $1"
        " AND report = 'campaigns' AND date_from >= $3",
        there,
        APPLIED,
    )
    return there


async def test_a_harvest_is_measured_on_the_campaigns_from_and_to_which_it_went(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "harvest", await moved(account))
    [row] = await effects(ads_database, account)
    assert (row.days, row.clicks_before, row.clicks_after) == (14, 140, 140)
    assert (row.orders_before, row.orders_after) == (14, 28)
    assert (row.sales_before, row.sales_after) == (Decimal(280), Decimal(560))
    assert (row.profit_before, row.profit_after) == (Decimal(280 * 3 - 700) / 10, Decimal(560 * 3 - 700) / 10)
    assert row.probability_better is not None
    assert row.probability_better > 0.9


@pytest.mark.parametrize(("margin", "profit"), [(0.15, Decimal(14)), (None, None)])
async def test_each_campaign_of_a_harvest_earns_by_its_own_margin(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, margin: float | None, profit: Decimal | None
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "harvest", await moved(account, margin))
    [row] = await effects(ads_database, account)
    assert (row.profit_before, row.profit_after) == (Decimal(14), profit)
    assert (row.probability_better is None) == (profit is None)


@pytest.mark.parametrize("origin", ["stated", "bulk_sheet"])
async def test_nothing_is_said_of_a_harvest_that_went_nobody_knows_where(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, origin: str
) -> None:
    account = await an_account(ads, tenant)
    there = await moved(account)
    # By hand it may have gone elsewhere than a sheet had it; a run over other campaigns does not see where it went.
    await changed(account, "harvest", there if origin == "stated" else new_id(), origin)
    await changed(account, "harvest", None, origin)
    assert await effects(ads_database, account) == []


async def test_late_orders_of_both_campaigns_of_a_harvest_are_allowed_for(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "harvest", await moved(account))
    # All days were pulled on the last of them: each is a day older than the next.
    await account.run(
        "UPDATE ads.report_pull SET as_of = $2::date + interval '8 hours'"
        " WHERE tenant_id = $1 AND report = 'campaigns'",
        APPLIED + timedelta(days=13),
    )
    [row] = await effects(ads_database, account)
    effective = 10 * sum(DEFAULT_COMPLETENESS[min(age, 7)] for age in range(14))
    assert row.effective_clicks_after == pytest.approx(effective)
    assert float(row.profit_after or 0) == pytest.approx(560 * 140 / effective * 0.3 - 70, abs=1e-3)


async def test_a_run_over_other_campaigns_says_nothing_of_a_change(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await an_account(ads, tenant)
    await changed(account, "bid_down")
    await pulled(account, "targets", APPLIED - timedelta(days=30), APPLIED + timedelta(days=13))
    assert len(await effects(ads_database, account)) == 1
    await account.run("DELETE FROM ads.score WHERE tenant_id = $1 AND level = 'campaign'")
    assert await effects(ads_database, account) == []


def test_whole_weeks_are_compared_four_at_most() -> None:
    assert [days_compared(before, after) for before, after in ((30, 30), (30, 20), (6, 30), (10, 7))] == [28, 14, 0, 7]
