"""Decides what a stock movement may be: double entry, whole units, and which pools may run negative."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class LocationKind(StrEnum):
    """Where units can be. The last three are the world outside, which may owe us units."""

    DOMESTIC = "domestic"
    IN_TRANSIT = "in_transit"  # of one shipment and listing
    AMAZON_INBOUND = "amazon_inbound"  # on the way by Amazon's own count, in no shipment known here
    AMAZON_RECEIVING = "amazon_receiving"
    AMAZON_SELLABLE = "amazon_sellable"
    AMAZON_RESERVED = "amazon_reserved"
    AMAZON_UNFULFILLABLE = "amazon_unfulfillable"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    ADJUSTMENT = "adjustment"


OUTSIDE = frozenset({LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.ADJUSTMENT})
AMAZON_POOLS = (
    LocationKind.AMAZON_SELLABLE,
    LocationKind.AMAZON_RESERVED,
    LocationKind.AMAZON_UNFULFILLABLE,
    LocationKind.AMAZON_RECEIVING,
    LocationKind.AMAZON_INBOUND,
)


class MovementKind(StrEnum):
    """Why units moved."""

    RECEIPT = "receipt"  # supplier to domestic
    CORRECTION = "correction"  # domestic counted anew by a person
    TRANSFER = "transfer"  # between domestic warehouses
    DEPARTURE = "departure"  # domestic to in transit
    RETURN_HOME = "return_home"  # a shipment that left was called back
    RECEIVING = "receiving"  # in transit to Amazon's pools
    SHORTFALL = "shortfall"  # shipped and never received
    SURPLUS = "surplus"  # received beyond what was shipped
    SNAPSHOT = "snapshot"  # Amazon's report against the ledger
    DOMESTIC_SNAPSHOT = "domestic_snapshot"  # the warehouse's report against the ledger
    RELINK = "relink"  # a listing turned out to be of another product or pack size


def may_go_negative(kind: LocationKind) -> bool:
    """Suppliers, customers and adjustments are sources and sinks without a bottom; every real place has one."""
    return kind in OUTSIDE


@dataclass(frozen=True, slots=True)
class Leg:
    """`quantity` product units that enter a location, or leave it where negative."""

    location_id: UUID
    product_id: UUID
    quantity: int


class LedgerFault(ValueError):
    """A movement that breaks double entry."""


@dataclass(frozen=True, slots=True, order=True)
class BalanceChange:
    """The net effect of a movement on one balance; ordering is the order in which rows are locked."""

    location_id: UUID
    product_id: UUID
    quantity: int


def checked_legs(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs without zeros; LedgerFault unless at least two remain and each product's quantities sum to zero."""
    kept = tuple(leg for leg in legs if leg.quantity != 0)
    if len(kept) < 2:
        raise LedgerFault("a movement needs units that leave one location and enter another")
    sums: dict[UUID, int] = defaultdict(int)
    for leg in kept:
        sums[leg.product_id] += leg.quantity
    for product_id, total in sums.items():
        if total != 0:
            raise LedgerFault(f"legs of product {product_id} sum to {total} and not to zero")
    return kept


def balance_changes(legs: Sequence[Leg]) -> list[BalanceChange]:
    """The net change of each balance, sorted by location and product so that all writers lock in one order."""
    sums: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for leg in legs:
        sums[leg.location_id, leg.product_id] += leg.quantity
    return sorted(
        BalanceChange(location_id, product_id, quantity)
        for (location_id, product_id), quantity in sums.items()
        if quantity != 0
    )


def between(source_id: UUID, target_id: UUID, product_id: UUID, quantity: int) -> tuple[Leg, Leg]:
    """The two legs that take `quantity` (positive) from one location and give it to another."""
    return Leg(source_id, product_id, -quantity), Leg(target_id, product_id, quantity)


class PostableKind(StrEnum):
    """The movements that people and ERPs may post; all others follow from reports and shipments."""

    RECEIPT = "receipt"
    CORRECTION = "correction"
    TRANSFER = "transfer"


def posted_between(kind: PostableKind, quantity: int) -> tuple[LocationKind, LocationKind]:
    """Where `quantity` units leave and enter; LedgerFault for a quantity that the kind cannot have.

    A correction of fewer units than thought takes them out of the warehouse again.
    """
    if quantity == 0 or (quantity < 0 and kind is not PostableKind.CORRECTION):
        raise LedgerFault("a receipt or a transfer is of at least one unit, a correction of more or fewer than none")
    if kind is PostableKind.RECEIPT:
        return LocationKind.SUPPLIER, LocationKind.DOMESTIC
    if kind is PostableKind.TRANSFER:
        return LocationKind.DOMESTIC, LocationKind.DOMESTIC
    found = (LocationKind.ADJUSTMENT, LocationKind.DOMESTIC)
    return found if quantity > 0 else found[::-1]
