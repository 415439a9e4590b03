"""A seller whose stock runs down, and replenishment runs carried out for it as a worker would."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.open_locations import ADJUSTMENT, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.actions.run_replenishment import KIND, run_replenishment
from services.inventory.actions.start_replenishment_run import RunWish, start_replenishment_run
from services.inventory.domain.ledger import LocationKind, MovementKind, between
from services.inventory.domain.sales import SalesSource
from services.inventory.tables import DailySalesRow, SalesCoverageRow
from shared.core.ids import new_id
from shared.db.engine import Database
from shared.db.platform import OperationRow
from shared.jobs.operations import OperationKind, run_operation
from shared.jobs.queue import JobRef
from tests.inventory.seed import NOW, Seed
from tests.support.children import warm_children
from tests.support.tenants import Tenant

AS_OF = NOW.date()
KINDS = {KIND: OperationKind(KIND, run_replenishment)}


async def sell(session: AsyncSession, seed: Seed, code: str, a_day: int, days: int = 120, until: date = AS_OF) -> None:
    """The same sales every day until yesterday, and that these days are known."""
    session.add_all(
        DailySalesRow(
            tenant_id=seed.tenant_id,
            listing_id=seed.listings[code],
            sales_date=until - timedelta(days=age),
            units=a_day,
            source=SalesSource.STATED.value,
        )
        for age in range(1, days + 1)
    )
    session.add(
        SalesCoverageRow(
            tenant_id=seed.tenant_id,
            id=new_id(),
            account_id=seed.account_id,
            marketplace="US",
            listing_id=seed.listings[code],
            date_from=until - timedelta(days=days),
            date_to=until - timedelta(days=1),
            source=SalesSource.STATED.value,
        )
    )
    await session.flush()


async def put(session: AsyncSession, seed: Seed, code: str, units: int, kind: LocationKind) -> None:
    """Product units that appear at a place: at home, or in a pool of the product's listing."""
    if kind is LocationKind.DOMESTIC:
        place = Place(kind, warehouse_id=seed.warehouses["HOME"])
    else:
        place = Place(kind, listing_id=seed.listings[code])
    found = await open_locations(session, seed.tenant_id, [place, ADJUSTMENT])
    legs = between(found[ADJUSTMENT], found[place], seed.products[code], units)
    movement = Movement(kind=MovementKind.SNAPSHOT, occurred_at=NOW, legs=legs, created_by=seed.tenant_id)
    await post_movement(session, seed.tenant_id, movement, NOW)


async def state_money(session: AsyncSession, seed: Seed, code: str, carton_units: int = 12) -> None:
    """A product and listing of which all money is known."""
    await session.execute(
        text(
            "UPDATE inventory.product SET unit_cost_amount = 6, unit_cost_currency = 'USD', carton_units = :carton,"
            " unit_weight_kg = 0.4, unit_volume_cm3 = 1800 WHERE tenant_id = :tenant_id AND id = :id"
        ),
        {"tenant_id": seed.tenant_id, "id": seed.products[code], "carton": carton_units},
    )
    await session.execute(
        text(
            "UPDATE inventory.listing SET price_amount = 25, price_currency = 'USD', referral_rate = 0.15,"
            " fba_fee_amount = 5, fba_fee_currency = 'USD', ad_cost_amount = 1, ad_cost_currency = 'USD',"
            " storage_cost_amount = 0.007, storage_cost_currency = 'USD' WHERE tenant_id = :tenant_id AND id = :id"
        ),
        {"tenant_id": seed.tenant_id, "id": seed.listings[code]},
    )


async def run(database: Database, tenant: Tenant, wish: RunWish | None = None) -> UUID:
    """Starts a run and carries it out; the id of the run. Fails with the operation's problem."""
    operation = await start(database, tenant, wish)
    await carry_out(database, operation)
    async with database.session(tenant.id) as session:
        ended = (
            await session.scalars(
                select(OperationRow).where(OperationRow.tenant_id == tenant.id, OperationRow.id == operation.id)
            )
        ).one()
    assert ended.state == "succeeded", ended.problem
    return UUID(operation.parameters["run_id"])


async def start(database: Database, tenant: Tenant, wish: RunWish | None = None) -> OperationRow:
    """A run that waits in the queue."""
    async with database.session(tenant.id) as session:
        return await start_replenishment_run(
            session, tenant.id, tenant.principal_id, wish or RunWish(AS_OF, history_days=180), NOW
        )


async def carry_out(database: Database, operation: OperationRow) -> None:
    """One attempt at the operation, as a worker makes it."""
    warm_children()
    ref = JobRef(operation.tenant_id, operation.id)
    await run_operation(database, "inventory", KINDS, ref, 0, asyncio.Event())
