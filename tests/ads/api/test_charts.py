"""Pictures of advertising over HTTP: the numbers they show, the picture where it is asked for, and nobody else's."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import httpx
import pytest
import pytest_asyncio

from shared.core.ids import new_id
from shared.db.tenancy import set_tenant_statement
from tests.ads.builders import an_advertised_account
from tests.support.connections import lent_connection
from tests.support.http import problem_slug
from tests.support.tenants import Tenant

AS_OF = date(2026, 2, 5)
SVG = {"Accept": "image/svg+xml"}


@pytest_asyncio.fixture
async def account(ads: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A campaign with three days of figures, two runs over it, and a bid that was changed between them."""
    made = await an_advertised_account(ads, tenant)
    campaign, account_id = UUID(made["campaign_id"]), UUID(made["ad_account_id"])
    runs = [new_id(), new_id()]
    async with lent_connection(tenant.owner_url) as connection, connection.transaction():
        await connection.execute(set_tenant_statement(tenant.id))
        for number in range(3):
            await _day(connection, tenant, campaign, account_id, date(2026, 2, 2) + timedelta(days=number))
        for number, run in enumerate(runs):
            await _run(connection, tenant, run, AS_OF - timedelta(days=1 - number))
            await _scores(connection, tenant, run, made, score=70.0 - 20 * number, cap=100.0 - 30 * number)
    return made | {"run_id": str(runs[1])}


async def _day(connection: Any, tenant: Tenant, campaign: UUID, account: UUID, day: date) -> None:
    pull = new_id()
    await connection.execute(
        "INSERT INTO ads.report_pull (tenant_id, id, import_id, ad_account_id, marketplace, currency, report,"
        " granularity, date_from, date_to, as_of, attribution_days, row_count) VALUES ($1, $2, $3, $4, 'US', 'USD',"
        " 'campaigns', 'daily', $5, $5, $6::date + time '08:00', 7, 1)",
        *(tenant.id, pull, new_id(), account, day, AS_OF),
    )
    await connection.execute(
        "INSERT INTO ads.pull_day (tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id, as_of,"
        " row_count, impressions, clicks, cost, orders, sales) VALUES ($1, 'campaigns', 'daily', $2, $2, $3, $4,"
        " $5::date + time '08:00', 1, 1000, 20, 15, 2, 60)",
        *(tenant.id, day, campaign, pull, AS_OF),
    )


async def _run(connection: Any, tenant: Tenant, run: UUID, day: date) -> None:
    await connection.execute(
        "INSERT INTO ads.scoring_run (tenant_id, id, operation_id, as_of_date, window_days, tau, parameters,"
        " inventory_state, completeness, completeness_learned, subjects_count, proposals_count, totals, findings,"
        " notes, timings, created_by, created_at, completed_at) VALUES ($1, $2, $3, $4, 60, 0.9, '{}', 'answered',"
        " '[0.55, 0.72, 0.81, 0.87, 0.9, 0.94, 0.97, 1]', false, 3, 0, '{}', '[]', '[]', '{}', $5, now(), now())",
        *(tenant.id, run, new_id(), day, tenant.id),
    )


async def _scores(connection: Any, tenant: Tenant, run: UUID, made: dict[str, str], score: float, cap: float) -> None:
    parts = '[{"part": "profit", "value": 0.5, "points": 40.0, "lost": 20.0}, {"part": "ctr", "value": null,'
    parts += ' "points": null, "lost": null}]'
    diagnosis = '{"code": "low_conversion", "parameters": {}, "sentence": "It converts badly.", "remedy": "none"}'
    for level, subject, cost, chance, wasted in (
        ("campaign", made["campaign_id"], 45, 0.8, 12),
        ("search_term", made["search_term_id"], 30, 0.95, 10),
        ("search_term", str(uuid4()), 5, None, None),
        ("target", made["target_id"], 45, 0.7, 12),
    ):
        await connection.execute(
            "INSERT INTO ads.score (tenant_id, run_id, level, subject_id, ad_account_id, campaign_id, marketplace,"
            " currency, impressions, clicks, effective_clicks, cost, orders, sales, order_value, break_even_acos,"
            " target_acos, p_unprofitable, score, cap, wasted_spend, action, parts, diagnosis) VALUES ($1, $2, $3,"
            " $4, $5, $6, 'US', 'USD', 1000, 20, 18, $7, 2, 60, 30, 0.4, 0.3, $8, $9, $10, $11, 'negate', $12, $13)",
            *(tenant.id, run, level, UUID(subject), UUID(made["ad_account_id"]), UUID(made["campaign_id"])),
            *(cost, chance, score, cap, wasted, parts, diagnosis),
        )


async def test_the_chart_of_a_campaign_tells_its_days_with_late_orders_allowed_for(
    ads: httpx.AsyncClient, account: dict[str, str]
) -> None:
    path = f"/campaigns/{account['campaign_id']}/performance-chart"
    found = (await ads.get(path, params={"as_of_date": AS_OF.isoformat(), "past_days": 7})).json()
    assert (found["report"], found["run_id"]) == ("campaigns", account["run_id"])
    assert (found["break_even_acos"], found["target_acos"]) == (pytest.approx(0.4), pytest.approx(0.3))
    # 45 for 20 clicks; a sale of 30 leaves 12.
    assert found["needed_cvr"] == pytest.approx(45 / 20 / 12)
    assert len(found["periods"]) == 7
    *_, first, second, third = found["periods"]
    assert [each["reported"] for each in (first, second, third)] == [0.87, 0.81, 0.72]
    assert third["cost"] == {"amount": "15", "currency": "USD"}
    assert third["effective_clicks"] == pytest.approx(20 * 0.72)
    assert third["acos"] == pytest.approx(45 / 180)
    assert third["cvr"] == pytest.approx(6 / (20 * (0.87 + 0.81 + 0.72)))
    assert found["periods"][0]["reported"] is None


async def test_weeks_end_the_day_before_and_hold_the_days_that_are_asked_for(
    ads: httpx.AsyncClient, account: dict[str, str]
) -> None:
    path = f"/campaigns/{account['campaign_id']}/performance-chart"
    query: dict[str, str | int] = {"as_of_date": AS_OF.isoformat(), "past_days": 10, "by": "week"}
    found = (await ads.get(path, params=query)).json()
    assert [each["date_to"] for each in found["periods"]] == ["2026-01-28", "2026-02-04"]


async def test_the_history_of_scores_begins_with_the_oldest_run(
    ads: httpx.AsyncClient, account: dict[str, str]
) -> None:
    found = (await ads.get(f"/campaigns/{account['campaign_id']}/score-history")).json()
    assert [run["score"] for run in found["runs"]] == [70, 50]
    assert found["runs"][1]["cap"] == 70
    assert found["runs"][1]["sentence"] == "It converts badly."
    newest = (await ads.get(f"/campaigns/{account['campaign_id']}/score-history", params={"runs": 1})).json()
    assert [run["score"] for run in newest["runs"]] == [50]


async def test_the_map_of_waste_sums_all_terms_and_shows_those_that_can_be_judged(
    ads: httpx.AsyncClient, account: dict[str, str]
) -> None:
    path = f"/scoring-runs/{account['run_id']}/waste-map"
    found = (await ads.get(path)).json()
    assert (found["count"], found["unjudged"], len(found["points"])) == (2, 1, 1)
    assert (found["cost"]["amount"], found["wasted_spend"]["amount"]) == ("35", "10")
    assert (found["points"][0]["name"], found["points"][0]["action"]) == ("Red kettle", "negate")
    targets = (await ads.get(path, params={"level": "target"})).json()
    assert [each["name"] for each in targets["points"]] == ["Kettle"]
    nothing = (await ads.get(path, params={"marketplace": "DE"})).json()
    assert (nothing["count"], nothing["cost"], nothing["points"]) == (0, None, [])


async def test_pictures_come_at_their_own_address_and_to_those_who_ask_for_them(
    ads: httpx.AsyncClient, account: dict[str, str]
) -> None:
    for path in (
        f"/campaigns/{account['campaign_id']}/performance-chart",
        f"/campaigns/{account['campaign_id']}/score-history",
        f"/scoring-runs/{account['run_id']}/waste-map",
    ):
        by_address, by_header = await ads.get(f"{path}.svg"), await ads.get(path, headers=SVG)
        assert by_address.headers["content-type"] == by_header.headers["content-type"] == "image/svg+xml"
        assert by_address.content == by_header.content
        assert by_header.headers["vary"] == "Accept"
        assert "script" not in by_header.headers["content-security-policy"]
        assert ElementTree.fromstring(by_address.content).tag.endswith("svg")


async def test_an_unknown_campaign_or_run_is_not_found(ads: httpx.AsyncClient) -> None:
    for path in ("campaigns/{}/performance-chart", "campaigns/{}/score-history.svg", "scoring-runs/{}/waste-map"):
        answer = await ads.get("/" + path.format(uuid4()))
        assert (answer.status_code, problem_slug(answer)) == (404, "not-found")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
async def test_a_chart_of_days_outside_the_calendar_is_refused(
    ads: httpx.AsyncClient, account: dict[str, str], day: str
) -> None:
    answer = await ads.get(
        f"/campaigns/{account['campaign_id']}/performance-chart", params={"as_of_date": day, "past_days": 365}
    )
    assert answer.status_code == 422
