"""Records a receipt, correction or transfer that a person or an ERP states."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import check_known
from services.inventory.actions.open_locations import ADJUSTMENT, SUPPLIER, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import LedgerFault, Leg, LocationKind, MovementKind, PostableKind, between
from services.inventory.domain.ledger import posted_between as places_of
from services.inventory.schemas.stock_movements import StockMovementCreate
from services.inventory.tables import ProductRow, StockMovementRow, WarehouseRow
from shared.core.errors import FieldProblem, Invalid

CLOCK_DIFFERENCE = timedelta(minutes=10)


async def record_movement(
    session: AsyncSession, tenant_id: UUID, stated: StockMovementCreate, *, created_by: UUID, now: datetime
) -> StockMovementRow:
    """The posted movement; Invalid when it cannot be meant, InsufficientStock when the warehouse holds too little."""
    _check(stated, now)
    await check_known(session, WarehouseRow, tenant_id, "#/warehouse_id", stated.warehouse_id)
    if stated.to_warehouse_id is not None:
        await check_known(session, WarehouseRow, tenant_id, "#/to_warehouse_id", stated.to_warehouse_id)
    await _check_products(session, tenant_id, stated)
    here = Place(LocationKind.DOMESTIC, warehouse_id=stated.warehouse_id)
    there = {
        PostableKind.RECEIPT: SUPPLIER,
        PostableKind.CORRECTION: ADJUSTMENT,
        PostableKind.TRANSFER: Place(LocationKind.DOMESTIC, warehouse_id=stated.to_warehouse_id),
    }[stated.kind]
    locations = await open_locations(session, tenant_id, [here, there])
    source, target = (here, there) if stated.kind is PostableKind.TRANSFER else (there, here)
    legs: list[Leg] = []
    for line in stated.lines:
        legs += between(locations[source], locations[target], line.product_id, line.quantity)
    movement = Movement(
        kind=MovementKind(stated.kind.value),
        occurred_at=stated.occurred_at or now,
        legs=legs,
        created_by=created_by,
        reason=stated.reason,
        note=stated.note,
    )
    movement_id = await post_movement(session, tenant_id, movement, now)
    return await session.get_one(StockMovementRow, (tenant_id, movement_id))


def _check(stated: StockMovementCreate, now: datetime) -> None:
    problems = []
    for index, line in enumerate(stated.lines):
        try:
            places_of(stated.kind, line.quantity)
        except LedgerFault as fault:
            problems.append(FieldProblem(f"#/lines/{index}/quantity", "impossible_quantity", str(fault)))
    is_transfer = stated.kind is PostableKind.TRANSFER
    if is_transfer != (stated.to_warehouse_id is not None):
        detail = "A transfer, and only a transfer, names the warehouse that it goes to."
        problems.append(FieldProblem("#/to_warehouse_id", "transfers_only", detail))
    if is_transfer and stated.to_warehouse_id == stated.warehouse_id:
        detail = "A transfer goes to another warehouse."
        problems.append(FieldProblem("#/to_warehouse_id", "same_warehouse", detail))
    if stated.occurred_at is not None and stated.occurred_at > now + CLOCK_DIFFERENCE:
        problems.append(FieldProblem("#/occurred_at", "in_future", "The moment lies in the future."))
    if problems:
        raise Invalid("The movement cannot be meant.", errors=problems)


async def _check_products(session: AsyncSession, tenant_id: UUID, stated: StockMovementCreate) -> None:
    wanted = {line.product_id for line in stated.lines}
    known = set(
        await session.scalars(select(ProductRow.id).where(ProductRow.tenant_id == tenant_id, ProductRow.id.in_(wanted)))
    )
    problems = [
        FieldProblem(f"#/lines/{index}/product_id", "unknown", "There is no product with this id.")
        for index, line in enumerate(stated.lines)
        if line.product_id not in known
    ]
    if problems:
        raise Invalid("The movement names products that do not exist.", errors=problems)
