"""What plans tell the rest of planning: the plan in force, the months that goals are phased by, the rates of money."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.roles import DatabaseUrls
from services.planning.domain.pace import phased_share
from services.planning.domain.period import Period
from services.planning.domain.plan_states import PlanKind
from services.planning.domain.scope import EVERYTHING, Scope
from services.planning.queries.plan_lines import (
    find_plan_in_force,
    load_phasings,
    load_plan_lines,
    load_plan_rates,
)
from shared.db.engine import Database
from tests.planning.plans.plan_calls import a_cycle, a_plan, a_unit, every_month, good, line, put_lines, release
from tests.support.tenants import Tenant

US = Scope(marketplace="US")


@pytest_asyncio.fixture
async def session(database_urls: DatabaseUrls, tenant: Tenant) -> AsyncIterator[AsyncSession]:
    """A transaction of the tenant."""
    database = Database(database_urls.of_service("planning"), pool_size=1, reader_pool_size=1)
    async with database.session(tenant.id) as opened:
        yield opened
    await database.close()


class House:
    """A company with a module, a year with a quarter in it, and plans that are released for them."""

    def __init__(self, author: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
        self.author, self.approver = author, approver
        self.company: dict[str, Any] = {}
        self.module: dict[str, Any] = {}
        self.year: dict[str, Any] = {}
        self.quarter: dict[str, Any] = {}

    async def build(self) -> None:
        client = self.author
        self.company = await a_unit(client)
        self.module = await a_unit(client, level="module", parent_id=self.company["id"])
        self.year = await a_cycle(client)
        days = {"start_date": "2027-10-01", "end_date": "2027-12-31", "kind": "quarter"}
        self.quarter = await a_cycle(client, parent_id=self.year["id"], **days)

    async def release(
        self, unit: dict[str, Any], cycle: dict[str, Any], lines: list[dict[str, Any]], **changes: Any
    ) -> dict[str, Any]:
        plan = await a_plan(self.author, unit, cycle, **changes)
        good(await put_lines(self.author, plan, lines))
        rates = [{"currency": "EUR", "rate": "1.1"}]
        return await release(self.author, self.approver, plan, exchange_rates=rates)


@pytest_asyncio.fixture
async def house(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> House:
    """The house, built."""
    built = House(planning, approver)
    await built.build()
    return built


async def phased(
    session: AsyncSession, tenant: Tenant, unit: dict[str, Any], cycle: dict[str, Any], scope: Scope = EVERYTHING
) -> dict[date, Decimal] | None:
    want = ("wanted", UUID(unit["id"]), UUID(cycle["id"]), "net_revenue", scope)
    found = (await load_phasings(session, tenant.id, [want])).get("wanted")
    return None if found is None else dict(found)


async def test_a_goal_is_phased_by_the_nearest_plan_that_has_its_metric_and_scope(
    session: AsyncSession, tenant: Tenant, house: House
) -> None:
    whole = await house.release(house.company, house.year, every_month("net_revenue", "10"))
    assert len(await load_plan_lines(session, tenant.id, UUID(whole["id"]))) == 12
    quarter = {date(2027, month, 1): Decimal(10) for month in (10, 11, 12)}
    # The module has no plan: that of the company speaks for it, of the quarter's months alone.
    assert await phased(session, tenant, house.module, house.quarter) == quarter
    assert await phased(session, tenant, house.module, house.quarter, US) is None
    own = [*every_month("net_revenue", "3"), *every_month("net_revenue", "3", marketplace="US")]
    await house.release(house.module, house.year, own)
    assert await phased(session, tenant, house.module, house.quarter) == dict.fromkeys(quarter, Decimal(3))
    assert await phased(session, tenant, house.module, house.quarter, US) == dict.fromkeys(quarter, Decimal(3))
    # Without unit, or with its own: the same in a plan of the unit; another unit's line is another line.
    named = Scope(org_unit_id=house.module["id"])
    assert await phased(session, tenant, house.module, house.quarter, named) == dict.fromkeys(quarter, Decimal(3))
    assert await phased(session, tenant, house.company, house.quarter, named) is None
    # A plan of the quarter itself stands nearer than that of the year.
    await house.release(house.module, house.quarter, [line("net_revenue", "2027-11", "7")])
    assert await phased(session, tenant, house.module, house.quarter) == {date(2027, 11, 1): Decimal(7)}


async def test_k24_the_year_to_date_is_phased_by_the_plans_months(
    session: AsyncSession, tenant: Tenant, house: House
) -> None:
    """5.40 of 12.0 million planned by the end of June are 0.45 of the year, and not half of it."""
    months = [line("net_revenue", f"2027-{n:02}", "900000" if n <= 6 else "1100000") for n in range(1, 13)]
    await house.release(house.company, house.year, months)
    found = await phased(session, tenant, house.company, house.year)
    assert found is not None
    assert phased_share(found, Period(date(2027, 1, 1), date(2027, 12, 31)), date(2027, 6, 30)) == Decimal("0.45")


async def test_drafts_and_what_is_only_possible_phase_nothing(
    session: AsyncSession, tenant: Tenant, house: House
) -> None:
    draft = await a_plan(house.author, house.company, house.year)
    good(await put_lines(house.author, draft, every_month("net_revenue", "1")))
    await house.release(house.company, house.year, every_month("net_revenue", "99"), kind="potential")
    assert await phased(session, tenant, house.company, house.year) is None
    await house.release(house.company, house.year, every_month("net_revenue", "5"), kind="sales")
    assert set((await phased(session, tenant, house.company, house.year) or {}).values()) == {Decimal(5)}
    # The one-year plan is asked before the sales plan.
    await house.release(house.company, house.year, every_month("net_revenue", "6"))
    assert set((await phased(session, tenant, house.company, house.year) or {}).values()) == {Decimal(6)}


async def test_many_goals_are_phased_at_once(session: AsyncSession, tenant: Tenant, house: House) -> None:
    await house.release(house.company, house.year, every_month("net_revenue", "4", marketplace="US"))
    unit, cycle = UUID(house.module["id"]), UUID(house.year["id"])
    wants = [(str(number), unit, cycle, "net_revenue", US if number % 2 else EVERYTHING) for number in range(5_000)]
    found = await load_phasings(session, tenant.id, wants)
    assert {int(key) % 2 for key in found} == {1}
    assert len(found) == 2_500


async def test_k33_the_rates_of_the_plan_that_speaks_for_the_unit(
    session: AsyncSession, tenant: Tenant, house: House
) -> None:
    unit, quarter = UUID(house.module["id"]), UUID(house.quarter["id"])
    assert await load_plan_rates(session, tenant.id, unit, quarter) is None
    await house.release(house.company, house.year, every_month("net_revenue", "10"))
    rates = await load_plan_rates(session, tenant.id, unit, quarter)
    assert rates is not None
    assert (rates.currency, rates.rate("EUR") * 100_000) == ("USD", Decimal(110_000))


async def test_the_plan_in_force_is_the_released_or_approved_one_of_the_first_kind_that_has_one(
    session: AsyncSession, tenant: Tenant, house: House
) -> None:
    unit, year = UUID(house.company["id"]), UUID(house.year["id"])

    async def in_force(*kinds: PlanKind) -> str | None:
        found = await find_plan_in_force(session, tenant.id, unit, year, kinds)
        return None if found is None else str(found.id)

    assert await in_force(PlanKind.ONE_YEAR, PlanKind.SALES) is None
    sales = await house.release(house.company, house.year, every_month("net_revenue", "1"), kind="sales")
    assert await in_force(PlanKind.ONE_YEAR, PlanKind.SALES) == sales["id"]
    assert await in_force(PlanKind.BUDGET) is None
    one = await house.release(house.company, house.year, every_month("net_revenue", "1"))
    assert await in_force(PlanKind.ONE_YEAR, PlanKind.SALES) == one["id"]
    assert await in_force(PlanKind.SALES, PlanKind.ONE_YEAR) == sales["id"]
