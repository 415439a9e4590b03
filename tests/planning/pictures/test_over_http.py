"""Pictures over HTTP: each is an SVG that says in words what its numbers say."""

from datetime import date

import httpx
import pytest

from services.planning.domain.period import month_period
from shared.db.engine import Database
from tests.planning.measured import Tell, reading, tell
from tests.planning.objectives.okrs import Okrs
from tests.planning.reviews.test_gaps import a_released_plan, gaps_of, months
from tests.support.tenants import Tenant

__all__ = ["tell"]


@pytest.fixture
def okrs(planning: httpx.AsyncClient, tenant: Tenant, planning_database: Database) -> Okrs:
    return Okrs(planning, tenant, planning_database)


async def svg(client: httpx.AsyncClient, path: str, **params: str) -> str:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    return answer.text


async def test_the_tree_and_the_course_of_a_key_result(okrs: Okrs) -> None:
    cycle, company = await okrs.cycle(), await okrs.unit()
    top = await okrs.objective(company, cycle, title="Lead the market")
    below = await okrs.objective(await okrs.unit("module", company), cycle, title="Win the US", parent_id=top["id"])
    key_result = await okrs.key_result(below, title="Lamps sold")
    tree = await svg(okrs.client, "/okr-tree.svg", cycle_id=cycle)
    assert tree.index("Lead the market") < tree.index("Win the US") < tree.index("Lamps sold")
    assert "2 objectives: 2 no data." in tree
    alone = await svg(okrs.client, "/okr-tree.svg", cycle_id=cycle, unit_id=below["unit_id"])
    assert "Lead the market" not in alone
    course = await svg(okrs.client, f"/key-results/{key_result['id']}/trajectory.svg")
    assert "From 0 to 100. Nothing was measured yet." in course


async def test_the_steps_of_a_gap(planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell) -> None:
    planned = await a_released_plan(planning, approver, months("net_revenue", [600_000] * 12))
    await tell(reading("net_revenue", month_period(date(2025, 1, 1)), 500_000, "USD"))
    key = (await gaps_of(planning, planned, month="2025-01"))["net_revenue"]["key"]
    drawn = await svg(planning, f"/gaps/{key}/waterfall.svg", month="2025-01")
    assert "In USD: from 500,000 (actual) to 600,000 (target)." in drawn
