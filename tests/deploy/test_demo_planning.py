"""The demo seller plans its year through the real API, once; the plan fits what its history is made of."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.demo.generate import SEED
from deploy.demo.history import histories
from deploy.demo.planning_figures import GROWTH, planned_months
from deploy.demo.planning_goals import demo_objectives
from deploy.demo.planning_initiatives import INITIATIVES
from deploy.demo.planning_records import Records
from deploy.demo.planning_run import plan_year
from deploy.roles import DatabaseUrls
from shared.client.tradewind import TradewindClient
from shared.core.clock import utc_now
from shared.web.app import ServiceApp
from tests.support.http import running_app
from tests.support.tenants import Tenant

COUNTED = (
    "/organisation-units",
    "/portfolio-nodes",
    "/cycles",
    "/initiatives",
    "/dependencies",
    "/role-assignments",
    "/plans",
    "/objectives",
    "/snapshots",
    "/metrics/payroll/readings",
)


@pytest_asyncio.fixture
async def app(database_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    async with running_app("planning", database_urls) as planning:
        yield planning


async def test_a_year_is_planned_once(app: ServiceApp, tenant: Tenant) -> None:
    today = utc_now().date()
    transport = httpx.ASGITransport(app)
    async with (
        TradewindClient("http://test/v1", tenant.key, transport=transport) as planning,
        TradewindClient("http://test/v1", await tenant.make_key(), transport=transport) as approver,
    ):
        company, plan = await plan_year(Records(planning), Records(approver), today)
        assert plan["status"] == "released"
        before = await counts(planning)
        assert (before["/initiatives"], before["/plans"]) == (len(INITIATIVES), 2)
        again, same = await plan_year(Records(planning), Records(approver), today)
        assert (await counts(planning), same["id"], again.units) == (before, plan["id"], company.units)

        bars = {each["code"]: each for each in (await planning.get("/roadmap"))["bars"]}
        lamp, mould = bars["HR-LAMP-2"], bars["lamp-mould"]
        assert 0 < lamp["slip_days"] < mould["slip_days"]
        assert lamp["cause"]["code"] == "lamp-mould"
        assert bars["lamp-launch-ads"]["slip_days"] == 0
        nodes = (await planning.get("/okr-tree", cycle_id=company.year["id"]))["nodes"]
        assert len(nodes) == len(demo_objectives(planned_months(today.year, today), company))
        assert {each["status"] for each in nodes} == {"active"}
        checks = await planning.get(f"/plans/{plan['id']}/checks")
        assert [each for each in checks["findings"] if each["severity"] == "error"] == []


async def counts(planning: TradewindClient) -> dict[str, int]:
    return {path: len([each async for each in planning.list_all(path)]) for path in COUNTED}


def test_a_plan_is_what_a_usual_year_brings_and_a_little_more() -> None:
    today = utc_now().date()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    for market in ("US", "DE"):
        planned = [each for each in planned_months(month.year, today) if each.marketplace == market]
        assert len(planned) == 12
        for each in planned:
            values = each.values
            assert 0 < values["cogs"] < values["net_revenue"] / 2
            assert values["visits"] > values["units_sold"] > 0
        sold = Decimal(0)
        for history in histories(today, SEED):
            days = [number for number in range(len(history.sold)) if history.day(number).replace(day=1) == month]
            if history.listing.marketplace == market:
                sold += int(history.sold[days].sum())
        [units] = [each.values["units_sold"] for each in planned if each.month == month]
        assert units / Decimal(GROWTH) == pytest.approx(sold, rel=Decimal("0.25"))


def test_every_initiative_has_its_way_and_its_people() -> None:
    known: dict[str, Any] = {}
    for each in INITIATIVES:
        assert each.predecessor is None or each.predecessor in known
        assert each.start <= each.promised
        assert [day for _, day in each.reached] == sorted(day for _, day in each.reached)
        known[each.code] = each


@pytest.mark.slow
@pytest.mark.parametrize("day", [(1, 10), (3, 1), (12, 31)])
async def test_a_year_is_planned_on_any_day_of_it(app: ServiceApp, tenant: Tenant, day: tuple[int, int]) -> None:
    today = date(utc_now().year - 1, *day)
    transport = httpx.ASGITransport(app)
    async with (
        TradewindClient("http://test/v1", tenant.key, transport=transport) as planning,
        TradewindClient("http://test/v1", await tenant.make_key(), transport=transport) as approver,
    ):
        company, plan = await plan_year(Records(planning), Records(approver), today)
        assert plan["status"] == "released"
        # In January nothing of the new year is over, so the one before is shown.
        assert company.year["code"] == str(today.year - (day[0] == 1))
        active = [each async for each in planning.list_all("/objectives", status="active")]
        assert len(active) == len(demo_objectives(planned_months(today.year, today), company))
