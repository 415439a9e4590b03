"""Posts a stock movement: the event, its legs and the balances, together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.ledger import BalanceChange, Leg, MovementKind, balance_changes, checked_legs
from shared.core.errors import InsufficientStock
from shared.core.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What happened, when, why and on whose word; `import_id` and `shipment_id` cite what caused it."""

    kind: MovementKind
    occurred_at: datetime
    legs: Sequence[Leg]
    created_by: UUID
    reason: str | None = None
    note: str | None = None
    import_id: UUID | None = None
    shipment_id: UUID | None = None


_INSERT_MOVEMENT = text("""
    INSERT INTO inventory.stock_movement
        (tenant_id, id, kind, occurred_at, recorded_at, reason, note, import_id, shipment_id, created_by)
    VALUES (:tenant_id, :id, :kind, :occurred_at, :recorded_at, :reason, :note, :import_id, :shipment_id, :created_by)
""")
_INSERT_LEGS = text("""
    INSERT INTO inventory.stock_leg
        (tenant_id, movement_id, position, location_id, product_id, quantity, occurred_at)
    SELECT :tenant_id, :movement_id, position, location_id, product_id, quantity, :occurred_at
    FROM unnest(CAST(:positions AS integer[]), CAST(:locations AS uuid[]), CAST(:products AS uuid[]),
                CAST(:quantities AS bigint[])) AS leg (position, location_id, product_id, quantity)
""")
_CHANGES = """
    unnest(CAST(:locations AS uuid[]), CAST(:products AS uuid[]), CAST(:quantities AS bigint[]))
        WITH ORDINALITY AS change (location_id, product_id, quantity, position)
"""
_OPEN_BALANCES = text(f"""
    INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
    SELECT :tenant_id, change.location_id, change.product_id, 0, 0, l.may_go_negative
    FROM {_CHANGES}
    JOIN inventory.stock_location AS l ON l.tenant_id = :tenant_id AND l.id = change.location_id
    WHERE NOT EXISTS (
        SELECT FROM inventory.stock_balance AS b
        WHERE b.tenant_id = :tenant_id AND b.location_id = change.location_id AND b.product_id = change.product_id
    )
    ORDER BY change.position
    ON CONFLICT (tenant_id, location_id, product_id) DO NOTHING
""")
_LOCK_BALANCES = text(f"""
    SELECT b.location_id, b.product_id, b.on_hand, b.allocated, b.may_go_negative
    FROM inventory.stock_balance AS b
    JOIN {_CHANGES} ON b.location_id = change.location_id AND b.product_id = change.product_id
    WHERE b.tenant_id = :tenant_id
    ORDER BY b.location_id, b.product_id
    FOR NO KEY UPDATE OF b
""")
_CHANGE_BALANCES = text(f"""
    UPDATE inventory.stock_balance AS b SET on_hand = b.on_hand + change.quantity
    FROM {_CHANGES}
    WHERE b.tenant_id = :tenant_id AND b.location_id = change.location_id AND b.product_id = change.product_id
""")


async def post_movement(session: AsyncSession, tenant_id: UUID, movement: Movement, now: datetime) -> UUID:
    """Post one movement and return its id.

    LedgerFault when the legs do not balance; InsufficientStock when a place would hold less than nothing, or less
    than is allocated there. Balances are locked in one order by all writers, so that two movements never deadlock.
    """
    legs = checked_legs(movement.legs)
    changes = balance_changes(legs)
    await _change_balances(session, tenant_id, changes)
    movement_id = new_id()
    await session.execute(
        _INSERT_MOVEMENT,
        {
            "tenant_id": tenant_id,
            "id": movement_id,
            "kind": movement.kind.value,
            "occurred_at": movement.occurred_at,
            "recorded_at": now,
            "reason": movement.reason,
            "note": movement.note,
            "import_id": movement.import_id,
            "shipment_id": movement.shipment_id,
            "created_by": movement.created_by,
        },
    )
    await session.execute(
        _INSERT_LEGS,
        {
            "tenant_id": tenant_id,
            "movement_id": movement_id,
            "occurred_at": movement.occurred_at,
            "positions": list(range(len(legs))),
            "locations": [leg.location_id for leg in legs],
            "products": [leg.product_id for leg in legs],
            "quantities": [leg.quantity for leg in legs],
        },
    )
    return movement_id


async def _change_balances(session: AsyncSession, tenant_id: UUID, changes: list[BalanceChange]) -> None:
    arguments = {
        "tenant_id": tenant_id,
        "locations": [change.location_id for change in changes],
        "products": [change.product_id for change in changes],
        "quantities": [change.quantity for change in changes],
    }
    locked = await _lock(session, arguments)
    if len(locked) < len(changes):
        await session.execute(_OPEN_BALANCES, arguments)
        locked = await _lock(session, arguments)
    for change in changes:
        held = locked[change.location_id, change.product_id]
        if not held.may_go_negative and held.on_hand + change.quantity < held.allocated:
            raise InsufficientStock(
                f"{-change.quantity} units were to leave a place that holds {held.on_hand},"
                f" of which {held.allocated} are allocated.",
                location_id=str(change.location_id),
                product_id=str(change.product_id),
                on_hand=held.on_hand,
                allocated=held.allocated,
                requested=-change.quantity,
            )
    await session.execute(_CHANGE_BALANCES, arguments)


async def _lock(
    session: AsyncSession, arguments: dict[str, object]
) -> dict[tuple[UUID, UUID], Row[tuple[object, ...]]]:
    rows = await session.execute(_LOCK_BALANCES, arguments)
    return {(row.location_id, row.product_id): row for row in rows}
