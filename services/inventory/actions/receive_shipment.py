"""Books what Amazon has received of a shipment: never twice with Amazon's own report, never lost between the two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.create_shipment import record_event
from services.inventory.actions.move_shipment import check_day, moment_of
from services.inventory.actions.open_locations import ADJUSTMENT, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import Leg, LocationKind, MovementKind, between
from services.inventory.domain.shipment_states import (
    RECEIVABLE,
    ShipmentState,
)
from services.inventory.queries.shipments import list_lines_of, lock_in_transit, lock_shipment
from services.inventory.tables import (
    ShipmentLineRow,
    ShipmentReceiptLineRow,
    ShipmentReceiptRow,
    ShipmentRow,
)
from shared.core.errors import FieldProblem, IllegalTransition, Invalid
from shared.core.ids import new_id
from shared.core.marketplaces import get_marketplace


@dataclass(frozen=True, slots=True)
class ReceivedPacks:
    """Packs of a listing that were received; negative packs take back what an earlier count had too many."""

    listing_id: UUID
    units: int


_NEWEST_SNAPSHOT = text("""
    SELECT max(as_of) FROM inventory.inventory_snapshot
    WHERE tenant_id = :tenant_id AND account_id = :account_id AND marketplace = :marketplace AND posted
""")


async def receive_shipment(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    shipment_id: UUID,
    received_date: date,
    packs: Sequence[ReceivedPacks],
    *,
    note: str | None,
    now: datetime,
) -> ShipmentReceiptRow:
    """One count of received packs, its movements, and the shipment that is now being received.

    More may be received than was shipped: the surplus comes from the adjustment, in a movement of its own. Where
    Amazon has reported its stock on that day or since, its report has counted these units already, and only their
    way ends: a day says no hour, and units that are missing until the next report harm less than units that are not
    there. IllegalTransition for a shipment that is not on its way, Invalid for listings that are not in it or counts
    below zero.
    """
    shipment = await lock_shipment(session, tenant_id, shipment_id)
    if ShipmentState(shipment.state) not in RECEIVABLE:
        raise IllegalTransition(
            f"A shipment that is {shipment.state} is not on its way, so nothing of it can be received.",
            state=shipment.state,
        )
    check_day(shipment, received_date, now, "#/received_date")
    lines = {line.listing_id: line for line in await list_lines_of(session, tenant_id, shipment_id)}
    _check(packs, lines)
    occurred_at = _moment_of(shipment, received_date, now)
    reported_at: datetime | None = await session.scalar(
        _NEWEST_SNAPSHOT,
        {"tenant_id": tenant_id, "account_id": shipment.account_id, "marketplace": shipment.marketplace},
    )
    counted = reported_at is not None and reported_at >= occurred_at
    movement_id = None
    for kind, legs in (await _legs(session, shipment, packs, lines, counted)).items():
        movement_id = await post_movement(
            session,
            tenant_id,
            Movement(
                kind=kind,
                occurred_at=occurred_at,
                legs=legs,
                created_by=principal_id,
                note=note,
                reason="counted_in_snapshot" if counted else None,
                shipment_id=shipment_id,
            ),
            now,
        )
    receipt = ShipmentReceiptRow(
        tenant_id=tenant_id,
        id=new_id(),
        shipment_id=shipment_id,
        received_date=received_date,
        movement_id=movement_id,
        note=note,
        recorded_by=principal_id,
        recorded_at=now,
    )
    session.add(receipt)
    await session.flush()
    for each in packs:
        lines[each.listing_id].received_units += each.units
        session.add(
            ShipmentReceiptLineRow(
                tenant_id=tenant_id, receipt_id=receipt.id, listing_id=each.listing_id, units=each.units
            )
        )
    await _begin_receiving(session, shipment, principal_id, received_date, now)
    shipment.version += 1
    shipment.updated_at = now
    await session.flush()
    return receipt


def _moment_of(shipment: ShipmentRow, received_date: date, now: datetime) -> datetime:
    """The beginning of the marketplace's day, so that any report of the day comes after; never before departure."""
    zone = get_marketplace(shipment.marketplace).zone_info
    moment = min(datetime.combine(received_date, time(), zone).astimezone(UTC), now)
    return moment if shipment.departed_date is None else max(moment, moment_of(shipment.departed_date, now))


def _check(packs: Sequence[ReceivedPacks], lines: dict[UUID, ShipmentLineRow]) -> None:
    seen: set[UUID] = set()
    for index, each in enumerate(packs):
        pointer = f"#/lines/{index}"
        line = lines.get(each.listing_id)
        if line is None:
            problem = FieldProblem(f"{pointer}/listing_id", "not_in_shipment", "The listing is not in this shipment.")
        elif each.listing_id in seen:
            problem = FieldProblem(f"{pointer}/listing_id", "repeated", "Each listing may be there once.")
        elif each.units == 0 or line.received_units + each.units < 0:
            detail = f"{line.received_units} packs have been received; a count cannot go below zero or say nothing."
            problem = FieldProblem(f"{pointer}/units", "below_zero", detail)
        else:
            seen.add(each.listing_id)
            continue
        raise Invalid(errors=[problem])


async def _legs(
    session: AsyncSession,
    shipment: ShipmentRow,
    packs: Sequence[ReceivedPacks],
    lines: dict[UUID, ShipmentLineRow],
    counted: bool,
) -> dict[MovementKind, list[Leg]]:
    """From the way to the shelf; where Amazon's report has the units already, to the adjustment that brought them.

    The surplus comes first: it locks what others lock too, and the way is this shipment's alone.
    """
    tenant_id = shipment.tenant_id
    held = {each.listing_id: each.on_hand for each in await lock_in_transit(session, tenant_id, shipment.id)}
    shelves = {each.listing_id: Place(LocationKind.AMAZON_SELLABLE, listing_id=each.listing_id) for each in packs}
    ways = {
        each.listing_id: Place(LocationKind.IN_TRANSIT, listing_id=each.listing_id, shipment_id=shipment.id)
        for each in packs
    }
    found = await open_locations(session, tenant_id, [*shelves.values(), *ways.values(), ADJUSTMENT])
    legs: dict[MovementKind, list[Leg]] = {MovementKind.SURPLUS: [], MovementKind.RECEIVING: []}
    for each in packs:
        line = lines[each.listing_id]
        units = each.units * line.units_per_listing
        way = found[ways[each.listing_id]]
        shelf = found[ADJUSTMENT] if counted else found[shelves[each.listing_id]]
        if units > 0:
            expected = min(units, held.get(each.listing_id, 0))
            surplus = units - expected
        else:
            # A count is taken back: what had been a surplus first, the rest is on its way again.
            beyond = max(line.received_units - (line.shipped_units or 0), 0) * line.units_per_listing
            surplus = -min(-units, beyond)
            expected = units - surplus
        if expected:
            legs[MovementKind.RECEIVING] += between(way, shelf, line.product_id, expected)
        if surplus and not counted:
            legs[MovementKind.SURPLUS] += between(found[ADJUSTMENT], shelf, line.product_id, surplus)
    return {kind: posted for kind, posted in legs.items() if posted}


async def _begin_receiving(
    session: AsyncSession, shipment: ShipmentRow, principal_id: UUID, received_date: date, now: datetime
) -> None:
    """The first count makes the shipment one that is being received: later runs learn how long its way took."""
    state = ShipmentState(shipment.state)
    if shipment.receiving_date is None:
        shipment.receiving_date = received_date
    if shipment.arrived_date is None:
        shipment.arrived_date = received_date
    if state is not ShipmentState.RECEIVING:
        shipment.state = ShipmentState.RECEIVING.value
        record_event(
            session,
            shipment,
            "received",
            state.value,
            ShipmentState.RECEIVING.value,
            received_date,
            principal_id,
            now,
        )
