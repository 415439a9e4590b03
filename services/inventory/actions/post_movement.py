"""Posts a stock movement: the event, its legs and the balances, together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.ledger import LedgerFault, Leg, MovementKind, balance_changes, checked_legs
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


_CHANGES = """
    unnest(CAST(:locations AS uuid[]), CAST(:products AS uuid[]), CAST(:quantities AS bigint[]))
        WITH ORDINALITY AS change (location_id, product_id, quantity, position)
"""
# One statement, so that busy balances are held for as short as can be. `held` locks them in their order and sees what
# others have just committed; nothing is written unless all of them are there and can bear their change.
_POST = text(f"""
    WITH held AS MATERIALIZED (
        SELECT b.location_id, b.product_id, b.on_hand, b.allocated, b.may_go_negative, change.quantity
        FROM inventory.stock_balance AS b
        JOIN {_CHANGES} ON b.location_id = change.location_id AND b.product_id = change.product_id
        WHERE b.tenant_id = :tenant_id
        ORDER BY b.location_id, b.product_id
        FOR NO KEY UPDATE OF b
    ),
    verdict AS MATERIALIZED (
        SELECT count(*) = cardinality(CAST(:locations AS uuid[])) AS all_there,
            coalesce(bool_and(may_go_negative OR on_hand + quantity >= allocated), true) AS all_bear
        FROM held
    ),
    balances AS (
        UPDATE inventory.stock_balance AS b SET on_hand = b.on_hand + held.quantity
        FROM held, verdict
        WHERE verdict.all_there AND verdict.all_bear
          AND b.tenant_id = :tenant_id AND b.location_id = held.location_id AND b.product_id = held.product_id
    ),
    movement AS (
        INSERT INTO inventory.stock_movement
            (tenant_id, id, kind, occurred_at, recorded_at, reason, note, import_id, shipment_id, created_by)
        SELECT :tenant_id, :id, :kind, :occurred_at, :recorded_at, :reason, :note, :import_id, :shipment_id, :created_by
        FROM verdict WHERE verdict.all_there AND verdict.all_bear
    ),
    legs AS (
        INSERT INTO inventory.stock_leg
            (tenant_id, movement_id, position, location_id, product_id, quantity, occurred_at)
        SELECT :tenant_id, :id, leg.position - 1, leg.location_id, leg.product_id, leg.quantity, :occurred_at
        FROM verdict, unnest(CAST(:leg_locations AS uuid[]), CAST(:leg_products AS uuid[]),
            CAST(:leg_quantities AS bigint[])) WITH ORDINALITY AS leg (location_id, product_id, quantity, position)
        WHERE verdict.all_there AND verdict.all_bear
    )
    SELECT verdict.all_there, verdict.all_bear, held.*
    FROM verdict LEFT JOIN held ON NOT (held.may_go_negative OR held.on_hand + held.quantity >= held.allocated)
    ORDER BY held.location_id, held.product_id
    LIMIT 1
""")
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


async def post_movement(session: AsyncSession, tenant_id: UUID, movement: Movement, now: datetime) -> UUID:
    """Post one movement and return its id.

    LedgerFault when the legs do not balance; InsufficientStock when a place would hold less than nothing, or less
    than is allocated there. Balances are locked in one order by all writers, so that two movements never deadlock.
    """
    legs = checked_legs(movement.legs)
    changes = balance_changes(legs)
    of_balances = {
        "tenant_id": tenant_id,
        "locations": [change.location_id for change in changes],
        "products": [change.product_id for change in changes],
        "quantities": [change.quantity for change in changes],
    }
    movement_id = new_id()
    of_movement = {
        "id": movement_id,
        "kind": movement.kind.value,
        "occurred_at": movement.occurred_at,
        "recorded_at": now,
        "reason": movement.reason,
        "note": movement.note,
        "import_id": movement.import_id,
        "shipment_id": movement.shipment_id,
        "created_by": movement.created_by,
        "leg_locations": [leg.location_id for leg in legs],
        "leg_products": [leg.product_id for leg in legs],
        "leg_quantities": [leg.quantity for leg in legs],
    }
    verdict = (await session.execute(_POST, of_balances | of_movement)).one()
    if not verdict.all_there:
        await session.execute(_OPEN_BALANCES, of_balances)
        verdict = (await session.execute(_POST, of_balances | of_movement)).one()
    if not verdict.all_there:
        raise LedgerFault("a leg names a location that does not exist")
    if not verdict.all_bear:
        raise InsufficientStock(
            f"{-verdict.quantity} units were to leave a place that holds {verdict.on_hand},"
            f" of which {verdict.allocated} are allocated.",
            location_id=str(verdict.location_id),
            product_id=str(verdict.product_id),
            on_hand=verdict.on_hand,
            allocated=verdict.allocated,
            requested=-verdict.quantity,
        )
    return movement_id
