"""What a scoring run reads of restated, daily, weekly and summary reports, and what it makes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest

from services.ads.domain.arrays import Identifiers
from services.ads.domain.completeness import DEFAULT_COMPLETENESS, DayPull, learn_completeness
from services.ads.domain.scored import InventoryState
from services.ads.domain.scoring_facts import (
    DAILY,
    PullColumns,
    ScoringRows,
    advertising_facts,
    completeness_of,
    counting_rows,
)
from services.ads.domain.vocabulary import Report
from services.ads.queries.scoring_inputs import ScoringWish, read_below, read_campaigns, read_pulls
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.ads.actions.test_take_over_changes import applied, known_account, told
from tests.ads.builders import a_scored_account, an_advertised_account
from tests.ads.importing import import_file
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

WISH = ScoringWish(date(2026, 3, 1), 28)
HEADER = "Date,Currency,Campaign Name,Impressions,Clicks,Spend,7 Day Total Orders (#),7 Day Total Sales\r\n"
PERIODS = "Start Date,End " + HEADER


async def imported(
    database: Database, tenant: Tenant, as_of: str, *lines: str, header: str = HEADER, hour: int = 8
) -> None:
    """A campaign report as it was pulled at that moment."""
    content = header + "".join(f"{line}\r\n" for line in lines)
    moment = f"{as_of}T{hour:02}:00:00+00:00"
    outcome = await import_file(database, tenant, content.encode(), marketplace="US", as_of=moment)
    assert outcome.row.rows_rejected == 0


async def gathered(database: Database, tenant: Tenant, wish: ScoringWish = WISH) -> ScoringRows:
    """What a run reads."""
    async with database.reader(tenant.id) as connection:
        campaigns = await read_campaigns(connection, tenant.id, wish)
        pulls = await read_pulls(connection, tenant.id, wish, [row["id"] for row in campaigns])
        completeness, _ = completeness_of(pulls)
        now = utc_now()
        below = await read_below(connection, tenant.id, wish, now, campaigns, pulls, completeness)
    return ScoringRows(
        as_of_date=wish.as_of_date,
        window_days=wish.window_days,
        now=now,
        campaigns=campaigns,
        ad_groups=below.ad_groups,
        targets=below.targets,
        products=below.products,
        product_ads=below.product_ads,
        placements=below.placements,
        negatives=below.negatives,
        benchmarks=below.benchmarks,
        pulls=pulls,
        counts=below.counts,
        changes=below.changes,
        sums=below.sums,
        all_sales={},
        product_sales={},
        inventory=InventoryState.SILENT,
        completeness=completeness,
        ended=below.ended,
    )


async def test_the_newest_pull_of_a_day_counts_and_its_young_clicks_weigh_less(
    ads_database: Database, tenant: Tenant
) -> None:
    old, young = "2026-02-10,USD,Kettle,100,10,5.00,{},30", "2026-02-26,USD,Kettle,200,20,8.00,1,20"
    await imported(ads_database, tenant, "2026-02-11", old.format(1))
    await imported(ads_database, tenant, "2026-02-28", old.format(2), young)
    rows = await gathered(ads_database, tenant)
    campaigns = advertising_facts(rows).campaigns
    assert rows.pulls.is_current.tolist().count(True) == 2
    assert campaigns.figures.impressions.tolist() == [300]
    assert campaigns.figures.clicks.tolist() == [30]
    assert campaigns.figures.orders.tolist() == [3]
    assert campaigns.figures.cost.tolist() == [13]
    # The second pull saw one day at the age of two days and the other complete.
    assert campaigns.figures.effective_clicks == pytest.approx([10 + 20 * rows.completeness[2]])
    assert campaigns.daily_orders[0, [-19, -3]].tolist() == [2, 1]
    assert campaigns.has_days.tolist() == [True]


async def test_completeness_is_learnt_from_what_pulls_added_to_the_same_day(
    ads_database: Database, tenant: Tenant
) -> None:
    line = "2026-02-10,USD,Kettle,100,200,5.00,{},30"
    await imported(ads_database, tenant, "2026-02-11", line.format(20))
    await imported(ads_database, tenant, "2026-02-20", line.format(100))
    rows = await gathered(ads_database, tenant)
    learned = learn_completeness([DayPull("0", 0, 1, 20.0), DayPull("0", 0, 10, 100.0)])
    assert rows.completeness == pytest.approx(learned.tolist())
    assert rows.completeness != pytest.approx(DEFAULT_COMPLETENESS)


async def test_of_two_pulls_on_one_day_the_evenings_teaches_in_whatever_order_they_came(
    ads_database: Database, tenant: Tenant
) -> None:
    line = "2026-02-10,USD,Kettle,90000,9000,900.00,{},30000"
    for day, hour, orders in (("20", 8, 900), ("10", 23, 400), ("10", 6, 150), ("25", 8, 1000)):
        await imported(ads_database, tenant, f"2026-02-{day}", line.format(orders), hour=hour)
    rows = await gathered(ads_database, tenant)
    assert rows.pulls.orders.tolist() == [150, 400, 900, 1000]
    assert rows.pulls.is_current.tolist() == [False, False, False, True]
    learned = learn_completeness([DayPull("0", 0, 0, 400.0), DayPull("0", 0, 15, 1000.0)])
    assert rows.completeness == pytest.approx(learned.tolist())
    assert rows.completeness[0] == pytest.approx(0.4, abs=0.02)


async def test_one_pull_of_each_day_teaches_nothing(ads_database: Database, tenant: Tenant) -> None:
    await imported(ads_database, tenant, "2026-02-11", "2026-02-10,USD,Kettle,100,10,5.00,1,30")
    assert (await gathered(ads_database, tenant)).completeness == tuple(DEFAULT_COMPLETENESS)


async def test_weeks_count_where_no_days_are_known(ads_database: Database, tenant: Tenant) -> None:
    weeks = ("2026-02-02,2026-02-08", "2026-02-09,2026-02-15")
    lines = [f"{week},USD,Kettle,100,{clicks},5.00,1,30" for week, clicks in zip(weeks, (7, 14), strict=True)]
    await imported(ads_database, tenant, "2026-02-20", *lines, header=PERIODS)
    await imported(ads_database, tenant, "2026-02-21", "2026-02-10,USD,Kettle,100,3,5.00,1,30")
    rows = await gathered(ads_database, tenant)
    figures = advertising_facts(rows).campaigns.figures
    assert figures.clicks.tolist() == [7 + 3]
    assert figures.effective_clicks.tolist() == pytest.approx([10])


def pulls(**columns: list[float]) -> PullColumns:
    """Two rows of one campaign's campaign report, unless said otherwise."""
    day = date(2026, 2, 1).toordinal()
    zero = np.zeros(2, dtype=np.intp)
    given: dict[str, Any] = dict.fromkeys(("campaign", "report", "granularity"), zero)
    given |= dict.fromkeys(("first", "last", "pull_first", "pull_last", "pulled"), zero + day)
    given |= {"is_current": np.ones(2, dtype=bool)}
    given |= dict.fromkeys(("impressions", "clicks", "cost", "orders", "sales"), np.ones(2))
    return PullColumns(**(given | {name: np.array(values) for name, values in columns.items()}))


def test_a_period_that_a_daily_report_covers_does_not_count() -> None:
    day = date(2026, 2, 2).toordinal()
    both = pulls(
        granularity=[DAILY, 1 - DAILY],
        first=[day, day],
        last=[day, day + 6],
        pull_first=[day, day],
        pull_last=[day, day + 6],
    )
    assert counting_rows(both, [UUID(int=1)], WISH.first_date, WISH.last_date).tolist() == [True, False]
    apart = pulls(
        granularity=[DAILY, 1 - DAILY],
        first=[day, day + 7],
        last=[day, day + 13],
        pull_first=[day, day + 7],
        pull_last=[day, day + 13],
    )
    assert counting_rows(apart, [UUID(int=1)], WISH.first_date, WISH.last_date).tolist() == [True, True]


def test_the_most_trusted_of_two_restated_reports_teaches() -> None:
    day = date(2026, 2, 1).toordinal()
    columns = {
        "report": np.array([0, 0, 1, 1]),
        "pulled": np.array([day + 1, day + 9, day + 1, day + 9]),
        "orders": np.array([20.0, 100.0, 90.0, 100.0]),
    }
    twice = pulls()
    both = PullColumns(
        *(columns.get(name, np.concatenate([getattr(twice, name)] * 2)) for name in PullColumns.__dataclass_fields__)
    )
    expected = learn_completeness([DayPull("0", day, 1, 20.0), DayPull("0", day, 9, 100.0)])
    completeness, learned = completeness_of(both)
    assert learned
    assert completeness == pytest.approx(expected.tolist())


TARGETS = (
    "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Impressions,Clicks,Spend,"
    "7 Day Total Orders (#),7 Day Total Sales\r\n"
)


async def test_one_day_of_a_campaign_report_does_not_replace_a_month_of_targets(
    ads_database: Database, tenant: Tenant
) -> None:
    days = [f"2026-02-{day:02},USD,Kettle,Steel,kettle,EXACT,100,10,5.00,1,30" for day in range(1, 29)]
    await imported(ads_database, tenant, "2026-03-01", *days, header=TARGETS)
    await imported(ads_database, tenant, "2026-03-01", "2026-02-10,USD,Kettle,100,11,6.00,1,30")
    campaigns = advertising_facts(await gathered(ads_database, tenant)).campaigns
    assert campaigns.figures.clicks.tolist() == [280]
    assert campaigns.days_told.tolist() == [28]
    whole = [f"2026-02-{day:02},USD,Kettle,100,11,6.00,1,30" for day in range(2, 29)]
    await imported(ads_database, tenant, "2026-03-02", *whole)
    campaigns = advertising_facts(await gathered(ads_database, tenant)).campaigns
    assert campaigns.figures.clicks.tolist() == [27 * 11]
    assert campaigns.is_told[0, -28:].tolist() == [False] + [True] * 27


async def test_days_of_a_report_that_names_the_campaign_are_told_also_where_it_had_nothing(
    ads_database: Database, tenant: Tenant
) -> None:
    lines = ("2026-02-20,USD,Kettle,100,10,5.00,1,30", "2026-02-23,USD,Other,100,10,5.00,1,30")
    await imported(ads_database, tenant, "2026-03-01", *lines)
    assert advertising_facts(await gathered(ads_database, tenant)).campaigns.days_told.tolist() == [4, 4]


async def test_stock_that_inventory_did_not_say_to_this_run_is_unknown(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await an_advertised_account(ads, tenant)
    rows = await gathered(ads_database, tenant)
    [said_at] = [row["inventory_said_at"] for row in rows.products]
    now = advertising_facts(replace(rows, asked_at=said_at)).products
    assert (now.sellable.tolist(), now.lead_time_days.tolist()) == ([70], [14])
    for asked_at in (None, said_at + timedelta(seconds=1)):
        before = advertising_facts(replace(rows, asked_at=asked_at)).products
        assert np.isnan([before.sellable, before.arriving, before.daily_units, before.lead_time_days]).all()
        assert before.price.tolist() == [30]


async def test_a_run_of_a_marketplace_reads_the_products_of_no_other(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await an_advertised_account(ads, tenant)
    facts = advertising_facts(await gathered(ads_database, tenant, replace(WISH, marketplaces=["US"])))
    assert (len(facts.markets), len(facts.products.ids)) == (1, 1)
    others = advertising_facts(await gathered(ads_database, tenant, replace(WISH, marketplaces=["DE"])))
    assert (len(others.markets), len(others.products.ids)) == (0, 0)


async def test_a_campaign_without_a_category_has_that_of_its_products_and_its_own_goal(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await an_advertised_account(ads, tenant)
    rows = await gathered(ads_database, tenant)
    usual = {
        "conversion_rate_low": 0.2, "conversion_rate_high": 0.3, "click_through_rate": 0.01,
        "cost_per_click": None, "cost_per_click_currency": None,
    }  # fmt: skip
    rows = replace(
        rows,
        campaigns=[{**row, "category": None, "goal": "mature"} for row in rows.campaigns],
        products=[{**row, "category": "Kettles"} for row in rows.products],
        benchmarks=[{"marketplace_key": "US", "category_key": "kettles"} | usual],
    )
    facts = advertising_facts(rows)
    assert facts.benchmarks[int(facts.campaigns.category[0])].conversion_rate_low == 0.2
    assert facts.campaigns.goal_factor.tolist() == [0.7]
    own = replace(rows, campaigns=[{**row, "category": "Teapots", "goal": None} for row in rows.campaigns])
    facts = advertising_facts(own)
    assert facts.benchmarks[int(facts.campaigns.category[0])].conversion_rate_low != 0.2
    assert np.isnan(facts.campaigns.goal_factor).all()


async def test_targets_of_a_paused_ad_group_are_not_enabled(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await an_advertised_account(ads, tenant)
    assert advertising_facts(await gathered(ads_database, tenant)).targets.is_enabled.tolist() == [True]
    await run_as_owner(tenant, "UPDATE ads.ad_group SET state = 'paused' WHERE tenant_id = $1")
    assert advertising_facts(await gathered(ads_database, tenant)).targets.is_enabled.tolist() == [False]


async def test_a_term_that_was_negated_lately_is_kept_away_before_any_file_says_so(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await a_scored_account(ads, tenant)

    terms = advertising_facts(await gathered(ads_database, tenant)).terms
    assert not terms.is_negated.any()
    change = (
        "INSERT INTO ads.ad_change (tenant_id, id, proposal_id, kind, level, subject_id, campaign_id, currency,"
        " origin, applied_at, applied_by) SELECT tenant_id, $2, id, 'negate', 'search_term', $3, campaign_id, 'USD',"
        " 'stated', $4, $5 FROM ads.ad_proposal WHERE tenant_id = $1"
        " AND id NOT IN (SELECT proposal_id FROM ads.ad_change) ORDER BY id LIMIT 1"
    )
    moment = datetime.combine(WISH.as_of_date, time(9), UTC) - timedelta(days=2)
    await run_as_owner(tenant, change, new_id(), terms.ids[0], moment, tenant.principal_id)
    ended = advertising_facts(await gathered(ads_database, tenant)).terms
    assert ended.is_negated.tolist() == [each == terms.ids[0] for each in ended.ids]


async def test_what_stock_did_is_known_while_nobody_else_has_changed_it(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    account = await known_account(ads, tenant)

    async def seen() -> tuple[bool, float]:
        facts = advertising_facts(await gathered(ads_database, tenant))
        paused, before = facts.campaigns.paused_for_stock, facts.targets.bid_before_stock
        assert paused is not None
        assert before is not None
        return bool(paused[0]), float(before[0])

    paused, before = await seen()
    assert not paused
    assert np.isnan(before)
    await applied(ads, account, "throttle", "target_id", 0.4)
    await applied(ads, account, "pause", "campaign_id", None)
    assert await seen() == (True, 0.8)
    await told(ads, ads_database, account, "2026-02-13T09:00:00Z", day=12, Budget=20, Status="ENABLED")
    await told(ads, ads_database, account, "2026-02-14T09:00:00Z", day=13, Budget=20, Status="PAUSED")
    await told(ads, ads_database, account, "2026-02-14T09:00:00Z", day=13, Bid=0.45)
    paused, before = await seen()
    assert not paused, "somebody has run it and paused it again"
    assert np.isnan(before)


async def test_a_launch_loses_no_more_than_its_budget(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await an_advertised_account(ads, tenant)
    rows = await gathered(ads_database, tenant)
    [ad_id] = rows.product_ads.ids
    sums = {name: np.array([40.0]) for name in rows.sums[Report.ADVERTISED_PRODUCTS]}
    sums["id"] = Identifiers.of([ad_id]).column

    def target(budget: float | None) -> float:
        products = [{**row, "break_even": 0.4, "target_acos": 0.7, "launch_budget": budget} for row in rows.products]
        given = replace(rows, products=products, sums={**rows.sums, Report.ADVERTISED_PRODUCTS: sums})
        return float(advertising_facts(given).products.target_acos[0])

    assert [target(41.0), target(40.0), target(None)] == [0.7, 0.4, 0.7]
