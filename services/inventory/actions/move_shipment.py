"""Moves a shipment from state to state, and its units: promises, the way abroad, the way back, the shortfall."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.allocate_stock import list_allocations, release_stock
from services.inventory.actions.create_shipment import record_event
from services.inventory.actions.open_locations import ADJUSTMENT, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.lead_time import TYPICAL_TRANSIT_DAYS, Mode
from services.inventory.domain.ledger import Leg, LocationKind, MovementKind, between
from services.inventory.domain.shipment_states import (
    HOLDS_DOMESTIC_STOCK,
    Milestones,
    ShipmentState,
    StockEffect,
    allowed_moves,
    date_fault,
    effect_of,
)
from services.inventory.queries.shipments import list_lines_of, lock_in_transit, lock_shipment
from services.inventory.tables import LaneRow, ShipmentRow
from shared.core.errors import FieldProblem, IllegalTransition, Invalid, PreconditionFailed, ReasonMissing

# The day it is already somewhere: a date is not in the future as long as it has begun for anybody.
FARTHEST_EAST = timedelta(hours=14)
_NEEDS_REASON = frozenset({ShipmentState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a shipment goes, since when, and why; `claim` says that a shortfall will be claimed."""

    to: ShipmentState
    occurred_date: date
    eta_date: date | None = None
    reason: str | None = None
    claim: bool = False


async def move_shipment(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    shipment_id: UUID,
    move: Move,
    *,
    expected_version: int,
    now: datetime,
) -> ShipmentRow:
    """The shipment in its new state.

    PreconditionFailed at another version, IllegalTransition for a move that does not exist, Invalid for an
    impossible day, ReasonMissing where the history must say why.
    """
    shipment = await lock_shipment(session, tenant_id, shipment_id)
    if shipment.version != expected_version:
        raise PreconditionFailed(current_version=shipment.version)
    state = ShipmentState(shipment.state)
    effect = effect_of(state, move.to)
    if effect is None:
        allowed = ", ".join(allowed_moves(state)) or "none"
        raise IllegalTransition(
            f"A shipment that is {state.value} cannot become {move.to.value}; it can become: {allowed}.",
            state=state.value,
            to=move.to.value,
            allowed=allowed,
        )
    check_day(shipment, move.occurred_date, now, "#/occurred_date")
    if move.to in _NEEDS_REASON and not move.reason:
        raise ReasonMissing
    details = await _STOCK[effect](session, shipment, principal_id, move, now)
    _note_dates(shipment, state, move)
    if move.to is ShipmentState.DEPARTED and shipment.eta_date is None:
        shipment.eta_date = move.occurred_date + timedelta(days=await usual_days(session, shipment))
    shipment.state = move.to.value
    shipment.version += 1
    shipment.updated_at = now
    record_event(
        session,
        shipment,
        "moved",
        state.value,
        move.to.value,
        move.occurred_date,
        principal_id,
        now,
        reason=move.reason,
        details=details,
    )
    await session.flush()
    return shipment


def check_day(shipment: ShipmentRow, day: date, now: datetime, pointer: str) -> None:
    """Invalid for a day that has not begun anywhere, or that lies before what the shipment has already passed."""
    milestones = Milestones(shipment.departed_date, shipment.arrived_date, shipment.receiving_date)
    fault = date_fault(day, milestones, (now + FARTHEST_EAST).date())
    if fault is not None:
        words = "is in the future" if fault.code == "in_future" else f"is before {fault.limit}, which is passed"
        raise Invalid(errors=[FieldProblem(pointer, fault.code, f"{day} {words}.")])


def moment_of(day: date, now: datetime) -> datetime:
    """The moment at which something that happened on `day` moves stock: noon, or now where that is later."""
    return min(datetime.combine(day, time(12), UTC), now)


async def _nothing(
    session: AsyncSession, shipment: ShipmentRow, principal_id: UUID, move: Move, now: datetime
) -> dict[str, Any]:
    return {}


async def _release(
    session: AsyncSession, shipment: ShipmentRow, principal_id: UUID, move: Move, now: datetime
) -> dict[str, Any]:
    await release_stock(session, shipment.tenant_id, await list_allocations(session, shipment.tenant_id, shipment.id))
    return {}


async def _depart(
    session: AsyncSession, shipment: ShipmentRow, principal_id: UUID, move: Move, now: datetime
) -> dict[str, Any]:
    """What was promised leaves the warehouse and is on its way; nothing else can take it in between."""
    tenant_id = shipment.tenant_id
    allocations = await list_allocations(session, tenant_id, shipment.id)
    if not allocations:
        raise IllegalTransition("A shipment without units cannot depart.", state=shipment.state, to=move.to.value)
    ways = {
        each.listing_id: Place(LocationKind.IN_TRANSIT, listing_id=each.listing_id, shipment_id=shipment.id)
        for each in allocations
    }
    locations = await open_locations(session, tenant_id, ways.values())
    await release_stock(session, tenant_id, allocations)
    legs: list[Leg] = []
    shipped: dict[UUID, int] = defaultdict(int)
    for each in allocations:
        legs += between(each.location_id, locations[ways[each.listing_id]], each.product_id, each.quantity)
        shipped[each.listing_id] += each.quantity
    await _post(session, shipment, MovementKind.DEPARTURE, legs, principal_id, move, now)
    for line in await list_lines_of(session, tenant_id, shipment.id):
        line.shipped_units = shipped[line.listing_id] // line.units_per_listing
    return {}


async def _return(
    session: AsyncSession, shipment: ShipmentRow, principal_id: UUID, move: Move, now: datetime
) -> dict[str, Any]:
    held = await lock_in_transit(session, shipment.tenant_id, shipment.id)
    home = Place(LocationKind.DOMESTIC, warehouse_id=shipment.warehouse_id)
    location_id = (await open_locations(session, shipment.tenant_id, [home]))[home]
    legs = [leg for each in held for leg in between(each.location_id, location_id, each.product_id, each.on_hand)]
    if legs:
        await _post(session, shipment, MovementKind.RETURN_HOME, legs, principal_id, move, now)
    return {}


async def _settle(
    session: AsyncSession, shipment: ShipmentRow, principal_id: UUID, move: Move, now: datetime
) -> dict[str, Any]:
    """What never came leaves the ledger against the adjustment, citing the shipment; the history keeps how much."""
    held = await lock_in_transit(session, shipment.tenant_id, shipment.id)
    if not held:
        return {"claim": False}
    if not move.reason:
        raise ReasonMissing("Units that were shipped have not been received: say what is known of them.")
    adjustment = (await open_locations(session, shipment.tenant_id, [ADJUSTMENT]))[ADJUSTMENT]
    legs = [leg for each in held for leg in between(each.location_id, adjustment, each.product_id, each.on_hand)]
    await _post(session, shipment, MovementKind.SHORTFALL, legs, principal_id, move, now)
    return {
        "claim": move.claim,
        "shortfall": [
            {"listing_id": str(each.listing_id), "product_units": each.on_hand}
            for each in sorted(held, key=lambda each: str(each.listing_id))
        ],
    }


_STOCK = {
    StockEffect.NONE: _nothing,
    StockEffect.RELEASE: _release,
    StockEffect.DEPART: _depart,
    StockEffect.RETURN: _return,
    StockEffect.SETTLE: _settle,
}


async def _post(
    session: AsyncSession,
    shipment: ShipmentRow,
    kind: MovementKind,
    legs: list[Leg],
    principal_id: UUID,
    move: Move,
    now: datetime,
) -> None:
    await post_movement(
        session,
        shipment.tenant_id,
        Movement(
            kind=kind,
            occurred_at=moment_of(move.occurred_date, now),
            legs=legs,
            created_by=principal_id,
            reason=move.reason,
            shipment_id=shipment.id,
        ),
        now,
    )


def _note_dates(shipment: ShipmentRow, state: ShipmentState, move: Move) -> None:
    if move.to is ShipmentState.PLANNED:
        shipment.booked_date = None
    else:
        setattr(shipment, f"{move.to.value}_date", move.occurred_date)
    if move.to is ShipmentState.RECEIVING and shipment.arrived_date is None:
        shipment.arrived_date = move.occurred_date
    if move.eta_date is not None:
        shipment.eta_date, shipment.eta_stated = move.eta_date, True
    elif move.to is ShipmentState.DEPARTED and state in HOLDS_DOMESTIC_STOCK and not _announces(shipment, move):
        # What was expected on planning was for another departure.
        shipment.eta_date, shipment.eta_stated = None, False


def _announces(shipment: ShipmentRow, move: Move) -> bool:
    return shipment.eta_stated and shipment.eta_date is not None and shipment.eta_date > move.occurred_date


async def usual_days(session: AsyncSession, shipment: ShipmentRow) -> int:
    """Days that half of the shipments of its lane stay below, else those usual in the trade."""
    lane = None if shipment.lane_id is None else await session.get(LaneRow, (shipment.tenant_id, shipment.lane_id))
    if lane is not None:
        return lane.transit_days_p50
    typical = TYPICAL_TRANSIT_DAYS[Mode(shipment.mode)]
    return int(typical[len(typical) // 2])
