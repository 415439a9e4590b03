"""Decides how the ledger is brought to what Amazon's own report, or a count at home, says."""

from collections.abc import Collection
from dataclasses import dataclass

from services.inventory.domain.ledger import AMAZON_POOLS, LocationKind


@dataclass(frozen=True, slots=True)
class Pools:
    """Product units of one listing in each of Amazon's pools."""

    sellable: int = 0
    reserved: int = 0
    unfulfillable: int = 0
    receiving: int = 0
    inbound: int = 0

    def by_kind(self) -> dict[LocationKind, int]:
        """The units by location kind, in the order of AMAZON_POOLS."""
        values = (self.sellable, self.reserved, self.unfulfillable, self.receiving, self.inbound)
        return dict(zip(AMAZON_POOLS, values, strict=True))


@dataclass(frozen=True, slots=True)
class Correction:
    """What a report changes for one listing, in product units; all parts sum to zero.

    `pools` enter (or leave) Amazon's pools, `customer` went to customers by sales known since the last report,
    `adjustment` is the rest, which nobody has explained.
    """

    pools: dict[LocationKind, int]
    customer: int
    adjustment: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """Units on their way that are in no shipment known here."""

    receiving: int
    inbound: int


def unexplained_inbound(shipped: int, receiving: int, own_in_transit: int) -> Inbound:
    """What of Amazon's shipped and receiving units is not already in the ledger as a shipment of our own.

    Own shipments explain units that are shipped first, then those being received, because Amazon starts to
    count our units as receiving before we record a receipt. Counting both would plan on stock twice.
    """
    beyond = max(0, shipped + receiving - own_in_transit)
    still_receiving = min(receiving, beyond)
    return Inbound(receiving=still_receiving, inbound=beyond - still_receiving)


def reconcile(ledger: Pools, reported: Pools, sold_since_last: int) -> Correction | None:
    """The correction that makes `ledger` (as of the report's moment) equal to `reported`; None when nothing moves.

    Sales known since the last report explain units that left; what remains, of either sign, is an adjustment.
    All figures are product units; `sold_since_last` is zero for a first report, which opens the books.
    """
    if sold_since_last < 0:
        raise ValueError("units sold cannot be negative")
    told, known = reported.by_kind(), ledger.by_kind()
    changes = {kind: told[kind] - known[kind] for kind in AMAZON_POOLS if told[kind] != known[kind]}
    adjustment = -sum(changes.values()) - sold_since_last
    if not changes and sold_since_last == 0:
        return None
    return Correction(pools=changes, customer=sold_since_last, adjustment=adjustment)


def count_difference(counted: int, levels: Collection[int]) -> int:
    """Units by which a count differs from the ledger, when it was made at an unknown moment among `levels`.

    What moved around the count explains any figure between the lowest and the highest level: nobody knows on which
    side of a departure the shelf was counted, and to take the wrong one would invent units that can be promised.
    """
    return counted - min(max(counted, min(levels)), max(levels))
