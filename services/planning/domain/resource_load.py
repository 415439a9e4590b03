"""Decides whether the demands of initiatives on a domain fit into what it has committed, month by month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

ZERO = Decimal(0)


class ResourceKind(StrEnum):
    """What is asked for."""

    HEADCOUNT = "headcount"
    MONEY = "money"
    CAPACITY = "capacity"
    CAPABILITY = "capability"


class DemandStatus(StrEnum):
    """What the domain answered."""

    REQUESTED = "requested"
    COMMITTED = "committed"
    DECLINED = "declined"


DEMAND_ANSWERS: Mapping[DemandStatus, frozenset[DemandStatus]] = MappingProxyType(
    {
        DemandStatus.REQUESTED: frozenset({DemandStatus.COMMITTED, DemandStatus.DECLINED}),
        DemandStatus.COMMITTED: frozenset(),
        DemandStatus.DECLINED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class ResourceDemand:
    """What an initiative asks of a domain in a month; `unit` is a currency for money, else a word (`person`)."""

    initiative_id: str
    domain: str
    kind: ResourceKind
    unit: str
    month: date
    quantity: Decimal
    status: DemandStatus = DemandStatus.REQUESTED

    @property
    def place(self) -> "Place":
        """What the demand competes for."""
        return self.domain, self.kind, self.unit, self.month


Place = tuple[str, ResourceKind, str, date]


@dataclass(frozen=True, slots=True)
class Load:
    """Demand against capacity of one domain, kind, unit and month. `capacity` None: nobody has said what there is."""

    domain: str
    kind: ResourceKind
    unit: str
    month: date
    requested: Decimal
    committed: Decimal
    capacity: Decimal | None
    initiative_ids: tuple[str, ...] = ()

    @property
    def demand(self) -> Decimal:
        """What is asked for and not declined."""
        return self.requested + self.committed

    @property
    def over(self) -> Decimal:
        """What is asked for beyond the capacity; 0 where that is not known."""
        return max(self.demand - self.capacity, ZERO) if self.capacity is not None else ZERO

    @property
    def load(self) -> Decimal | None:
        """Demand as a ratio of capacity; None where there is none or it is not known."""
        return self.demand / self.capacity if self.capacity else None


def resource_loads(demands: Iterable[ResourceDemand], capacities: Mapping[Place, Decimal]) -> tuple[Load, ...]:
    """Every domain, kind, unit and month with a demand or a capacity, in that order."""
    sums: dict[Place, dict[DemandStatus, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    asking: dict[Place, set[str]] = defaultdict(set)
    for demand in demands:
        sums[demand.place][demand.status] += demand.quantity
        if demand.status is not DemandStatus.DECLINED:
            asking[demand.place].add(demand.initiative_id)
    return tuple(
        Load(
            *place,
            requested=sums[place][DemandStatus.REQUESTED],
            committed=sums[place][DemandStatus.COMMITTED],
            capacity=capacities.get(place),
            initiative_ids=tuple(sorted(asking[place])),
        )
        for place in sorted({*sums, *capacities})
    )
