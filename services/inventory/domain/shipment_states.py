"""Which state a shipment may go to from which, and what each move does to stock; the rules are data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class ShipmentState(StrEnum):
    """Where a shipment stands between the domestic warehouse and the marketplace's shelves."""

    PLANNED = "planned"
    BOOKED = "booked"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    RECEIVING = "receiving"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class StockEffect(StrEnum):
    """What a move does to the units of the shipment."""

    NONE = "none"
    RELEASE = "release"  # the allocation at home is given up; nothing had left
    DEPART = "depart"  # allocated units leave the domestic warehouse and are in transit
    RETURN = "return"  # units in transit come back to the domestic warehouse
    SETTLE = "settle"  # what was shipped and never received leaves the ledger as a shortfall


PLANNED, BOOKED, DEPARTED, ARRIVED, RECEIVING, CLOSED, CANCELLED = ShipmentState

MOVES: Mapping[tuple[ShipmentState, ShipmentState], StockEffect] = MappingProxyType(
    {
        (PLANNED, BOOKED): StockEffect.NONE,
        (PLANNED, DEPARTED): StockEffect.DEPART,  # a parcel sent by air is often never booked
        (PLANNED, CANCELLED): StockEffect.RELEASE,
        (BOOKED, PLANNED): StockEffect.NONE,  # the carrier rolled the booking
        (BOOKED, DEPARTED): StockEffect.DEPART,
        (BOOKED, CANCELLED): StockEffect.RELEASE,
        (DEPARTED, ARRIVED): StockEffect.NONE,
        (DEPARTED, RECEIVING): StockEffect.NONE,  # arrival is often noticed only by the first receipt
        (DEPARTED, CLOSED): StockEffect.SETTLE,  # lost on the way
        (DEPARTED, CANCELLED): StockEffect.RETURN,
        (ARRIVED, RECEIVING): StockEffect.NONE,
        (ARRIVED, CLOSED): StockEffect.SETTLE,
        (ARRIVED, CANCELLED): StockEffect.RETURN,
        (RECEIVING, CLOSED): StockEffect.SETTLE,
    }
)

HOLDS_DOMESTIC_STOCK = frozenset({PLANNED, BOOKED})
IN_TRANSIT = frozenset({DEPARTED, ARRIVED, RECEIVING})
FINAL = frozenset({CLOSED, CANCELLED})
RECEIVABLE = IN_TRANSIT


def allowed_moves(state: ShipmentState) -> tuple[ShipmentState, ...]:
    """The states that a shipment in `state` may go to, in the order of a shipment's life."""
    return tuple(to for to in ShipmentState if (state, to) in MOVES)


def effect_of(state: ShipmentState, to: ShipmentState) -> StockEffect | None:
    """What going from `state` to `to` does to stock; None where the move is not allowed."""
    return MOVES.get((state, to))


@dataclass(frozen=True, slots=True)
class Milestones:
    """The days on which a shipment departed, arrived and was first received, as far as they are known."""

    departed_date: date | None = None
    arrived_date: date | None = None
    receiving_date: date | None = None


@dataclass(frozen=True, slots=True)
class DateFault:
    """Why a day cannot be that of a move: `code` is `in_future` or `before_milestone`, `limit` the day it breaks."""

    code: str
    limit: date


def date_fault(occurred_date: date, milestones: Milestones, latest_date: date) -> DateFault | None:
    """Refuses a move dated after `latest_date` or before a milestone that the shipment has already passed."""
    if occurred_date > latest_date:
        return DateFault("in_future", latest_date)
    passed = [
        day for day in (milestones.departed_date, milestones.arrived_date, milestones.receiving_date) if day is not None
    ]
    if passed and occurred_date < max(passed):
        return DateFault("before_milestone", max(passed))
    return None
