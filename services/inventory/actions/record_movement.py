"""Records a receipt, correction or transfer that a person or an ERP states."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.open_locations import ADJUSTMENT, SUPPLIER, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import LedgerFault, Leg, LocationKind, MovementKind, PostableKind, between
from services.inventory.domain.ledger import posted_between as places_of
from services.inventory.schemas.stock_movements import StockMovementCreate
from services.inventory.tables import StockMovementRow
from shared.core.errors import FieldProblem, Invalid

CLOCK_DIFFERENCE = timedelta(minutes=10)
_KNOWN = text("""
    SELECT 'warehouse', id FROM inventory.warehouse
    WHERE tenant_id = :tenant_id AND id = ANY(CAST(:warehouses AS uuid[]))
    UNION ALL
    SELECT 'product', id FROM inventory.product
    WHERE tenant_id = :tenant_id AND id = ANY(CAST(:products AS uuid[]))
""")


async def record_movement(
    session: AsyncSession, tenant_id: UUID, stated: StockMovementCreate, *, created_by: UUID, now: datetime
) -> StockMovementRow:
    """The posted movement; Invalid when it cannot be meant, InsufficientStock when the warehouse holds too little."""
    _check(stated, now)
    await _check_known(session, tenant_id, stated)
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
    # As it was just written: reading it again would hold busy balances for longer.
    return StockMovementRow(
        tenant_id=tenant_id,
        id=movement_id,
        kind=movement.kind.value,
        occurred_at=movement.occurred_at,
        recorded_at=now,
        reason=movement.reason,
        note=movement.note,
        import_id=None,
        shipment_id=None,
        created_by=created_by,
    )


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


async def _check_known(session: AsyncSession, tenant_id: UUID, stated: StockMovementCreate) -> None:
    warehouses = {"#/warehouse_id": stated.warehouse_id}
    if stated.to_warehouse_id is not None:
        warehouses["#/to_warehouse_id"] = stated.to_warehouse_id
    products = {f"#/lines/{index}/product_id": line.product_id for index, line in enumerate(stated.lines)}
    arguments = {
        "tenant_id": tenant_id,
        "warehouses": list(warehouses.values()),
        "products": list(set(products.values())),
    }
    known = {(noun, found) for noun, found in await session.execute(_KNOWN, arguments)}
    problems = [
        FieldProblem(pointer, "unknown", f"There is no {noun} with this id.")
        for noun, named in (("warehouse", warehouses), ("product", products))
        for pointer, wanted in named.items()
        if (noun, wanted) not in known
    ]
    if problems:
        raise Invalid("The movement names what does not exist.", errors=problems)
