"""Applies counts of stock at home: the ledger is brought to them by a movement that cites the file."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.open_locations import ADJUSTMENT, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.codes import code_key
from services.inventory.domain.ledger import LocationKind, MovementKind, between
from services.inventory.domain.reconciliation import count_difference
from services.inventory.formats.domestic_stock import NAME, DomesticStockRow
from services.inventory.tables import ProductRow, WarehouseRow
from shared.core.ids import new_id
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk
from shared.jobs.imports import Applied, ImportContext, ImportKind

_HELD = text("""
    SELECT b.on_hand, b.allocated, b.counted_at,
           b.on_hand - coalesce((
               SELECT sum(leg.quantity) FROM inventory.stock_leg AS leg
               WHERE leg.tenant_id = :tenant_id AND leg.location_id = :location_id AND leg.product_id = :product_id
                 AND leg.occurred_at > :as_of
           ), 0) AS held_then
    FROM inventory.stock_balance AS b
    WHERE b.tenant_id = :tenant_id AND b.location_id = :location_id AND b.product_id = :product_id
    FOR NO KEY UPDATE
""")
# Counts restate what was there, so they are not what moved.
_MOVED_SINCE = text("""
    SELECT leg.quantity, leg.occurred_at
    FROM inventory.stock_leg AS leg
    JOIN inventory.stock_movement AS m ON m.tenant_id = leg.tenant_id AND m.id = leg.movement_id
    WHERE leg.tenant_id = :tenant_id AND leg.location_id = :location_id AND leg.product_id = :product_id
      AND leg.occurred_at > :since AND m.kind <> 'domestic_snapshot'
    ORDER BY leg.occurred_at DESC, leg.movement_id DESC, leg.position DESC
""")
_OPEN_BALANCE = text("""
    INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
    VALUES (:tenant_id, :location_id, :product_id, 0, 0, false)
    ON CONFLICT (tenant_id, location_id, product_id) DO NOTHING
""")
_COUNTED = text("""
    UPDATE inventory.stock_balance SET counted_at = :as_of
    WHERE tenant_id = :tenant_id AND location_id = :location_id AND product_id = :product_id
""")


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Each count moves its balance by what it differs from the ledger at its own moment.

    A product must be known; a warehouse is opened with its first count. A count older than the newest changes
    nothing. One below what is allocated to shipments is refused, since those units are promised. A count of a day
    that is not over, or that was counted before it was, can be of any moment of it: see count_difference.
    """
    products = await _products(session, context, chunk.rows)
    errors: list[RowError] = []
    rows: list[tuple[DomesticStockRow, UUID]] = []
    for row in chunk.rows:
        product_id = products.get(code_key(row.product_code))
        if product_id is None:
            message = "There is no product of this code; load the product master first."
            errors.append(RowError(row.line, "product_code", "unknown_product", message, row.product_code))
        else:
            rows.append((row, product_id))
    warehouses = await _warehouses(session, context, {row.warehouse for row, _ in rows})
    places = {name: Place(LocationKind.DOMESTIC, warehouse_id=warehouse) for name, warehouse in warehouses.items()}
    locations = await open_locations(session, context.tenant_id, {*places.values(), ADJUSTMENT})
    counts = [
        (locations[places[code_key(row.warehouse)]], product_id, moment_of(row, context.now), row)
        for row, product_id in rows
    ]
    applied = unchanged = 0
    for location_id, product_id, as_of, row in sorted(counts, key=lambda count: count[:3]):
        outcome = await _count(session, context, location_id, product_id, as_of, row, locations[ADJUSTMENT])
        if isinstance(outcome, RowError):
            errors.append(outcome)
        else:
            applied, unchanged = applied + outcome, unchanged + (not outcome)
    return Applied(applied, unchanged, errors)


def moment_of(row: DomesticStockRow, now: datetime) -> datetime:
    """When the row was counted: its moment, else the end of its day, but never later than now."""
    if row.as_of_at is not None:
        return min(row.as_of_at, now)
    assert row.as_of_date is not None, "the reader gives one of the two"
    return min(_start_of(row.as_of_date) + timedelta(days=1), now)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def _count(
    session: AsyncSession,
    context: ImportContext,
    location_id: UUID,
    product_id: UUID,
    as_of: datetime,
    row: DomesticStockRow,
    adjustment_id: UUID,
) -> bool | RowError:
    """Whether the count changed the ledger; an error where it cannot be true."""
    place = {"tenant_id": context.tenant_id, "location_id": location_id, "product_id": product_id, "as_of": as_of}
    await session.execute(_OPEN_BALANCE, place)
    held = (await session.execute(_HELD, place)).one()
    if held.counted_at is not None and held.counted_at > as_of:
        return False
    difference = row.on_hand_units - int(held.held_then)
    if row.as_of_at is None and row.as_of_date is not None:
        began_at = _start_of(row.as_of_date)
        was_counted_in_it = held.counted_at is not None and held.counted_at >= began_at
        if was_counted_in_it or as_of < began_at + timedelta(days=1):
            moved = (await session.execute(_MOVED_SINCE, place | {"since": began_at})).all()
            difference = count_difference(row.on_hand_units, _levels(held.on_hand, moved, as_of))
    if held.on_hand + difference < held.allocated:
        message = f"{held.allocated} units are allocated to shipments, which is more than this leaves."
        return RowError(row.line, "on_hand_units", "below_allocated", message, str(row.on_hand_units))
    if difference:
        legs = between(adjustment_id, location_id, product_id, difference)
        movement = Movement(
            kind=MovementKind.DOMESTIC_SNAPSHOT,
            occurred_at=as_of,
            legs=legs,
            created_by=context.created_by,
            reason="counted",
            import_id=context.import_id,
        )
        await post_movement(session, context.tenant_id, movement, context.now)
    await session.execute(_COUNTED, place)
    return difference != 0


def _levels(on_hand: int, moved: Iterable[Row[Any]], as_of: datetime) -> list[int]:
    """What was there at the moments until `as_of`, from what is there now and moved since, the latest first."""
    levels = [on_hand]
    for leg in moved:
        level = levels[-1] - int(leg.quantity)
        levels = [level] if leg.occurred_at > as_of else [*levels, level]
    return levels


async def _products(session: AsyncSession, context: ImportContext, rows: Iterable[DomesticStockRow]) -> dict[str, UUID]:
    keys = sorted({code_key(row.product_code) for row in rows})
    found: dict[str, UUID] = {}
    for start in range(0, len(keys), 5_000):
        known = await session.execute(
            select(ProductRow.code_key, ProductRow.id).where(
                ProductRow.tenant_id == context.tenant_id, ProductRow.code_key.in_(keys[start : start + 5_000])
            )
        )
        found |= {row.code_key: row.id for row in known}
    return found


async def _warehouses(session: AsyncSession, context: ImportContext, codes: set[str]) -> dict[str, UUID]:
    """The warehouses by the form in which codes are compared, opened where they are new."""
    if not codes:
        return {}
    by_key = {code_key(code): code for code in sorted(codes)}
    await session.execute(
        insert(WarehouseRow).on_conflict_do_nothing(index_elements=["tenant_id", "code_key"]),
        [
            {
                "tenant_id": context.tenant_id,
                "id": new_id(),
                "code": code,
                "code_key": key,
                "name": code,
                "version": 1,
                "created_at": context.now,
                "updated_at": context.now,
            }
            for key, code in sorted(by_key.items())
        ],
    )
    rows = await session.execute(
        select(WarehouseRow.code_key, WarehouseRow.id).where(
            WarehouseRow.tenant_id == context.tenant_id, WarehouseRow.code_key.in_(by_key)
        )
    )
    return {row.code_key: row.id for row in rows}


KIND = ImportKind(NAME, read_at_once, apply, restates=True)
