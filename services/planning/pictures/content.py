"""What each picture of planning shows, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.planning.domain.pace import Health
from services.planning.domain.price_and_channels import ChannelKind


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day; either may be unknown."""

    start: date | None = None
    finish: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapBar:
    """An initiative: what was planned and promised, what is expected, what has happened, what a baseline said.

    `is_over`: it is done, retired or killed. `group` is the heading that it stands under, `` for none.
    """

    title: str
    planned: Span
    committed: Span
    forecast: Span
    actual: Span
    baseline: Span | None = None
    launch: date | None = None
    slip_days: int = 0
    cause: str | None = None
    is_over: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class RoadmapPicture:
    """Bars in the order they are drawn in, headings together."""

    name: str
    today: date
    bars: Sequence[RoadmapBar]


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePoint:
    """A product at its price, from its launch to its end of sale; `predecessor` names the key that it follows."""

    key: str
    title: str
    series: str
    price: float
    launch: date
    end: date | None = None
    predecessor: str | None = None
    channel_kind: ChannelKind = ChannelKind.MAINSTREAM


@dataclass(frozen=True, slots=True)
class PriceRoadmapPicture:
    """Prices of one marketplace, in one currency."""

    name: str
    currency: str
    today: date
    points: Sequence[PricePoint]


@dataclass(frozen=True, slots=True, kw_only=True)
class OkrRow:
    """An objective or, with `is_key_result`, one of its key results; `depth` is how far below the top it stands.

    Progress and expectation are parts of 1; None where nothing is known.
    """

    title: str
    depth: int
    progress: float | None
    expected: float | None
    health: Health
    is_key_result: bool = False
    grade: float | None = None


@dataclass(frozen=True, slots=True)
class OkrTreePicture:
    """Rows from the top down, each objective before its key results and those before its children."""

    name: str
    today: date
    rows: Sequence[OkrRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectoryPicture:
    """The course of a key result: what was measured, what was expected, what was said and when the target moved.

    `measured` and `expected` are in `unit`; confidence is a part of 1.
    """

    name: str
    unit: str
    start: float
    target: float
    today: date
    measured: Sequence[tuple[date, float]]
    expected: Sequence[tuple[date, float]]
    check_ins: Sequence[tuple[date, float, bool]] = ()
    target_changes: Sequence[tuple[date, float, float]] = ()


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """A bar from `start` to `end`; a `is_total` one stands on nothing and is drawn dark, others by their direction."""

    name: str
    start: float
    end: float
    is_total: bool = False
    is_open: bool = False  # not covered, or not explained


@dataclass(frozen=True, slots=True)
class BridgePicture:
    """Steps that join, from first to last; `lower_is_better` turns what is drawn as good."""

    name: str
    unit: str
    steps: Sequence[BridgeStep]
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """A month of a profit and loss statement: costs by name, None where nothing is known."""

    month: date
    net_revenue: float
    costs: Mapping[str, float]
    actual_revenue: float | None = None
    actual_profit: float | None = None

    @property
    def profit(self) -> float:
        """What is left of the revenue."""
        return self.net_revenue - sum(self.costs.values())


@dataclass(frozen=True, slots=True)
class ProfitAndLossPicture:
    """The months of a plan, and what was reached so far."""

    name: str
    currency: str
    months: Sequence[StatementMonth]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadcountMonthDrawn:
    """Who comes and goes in a month; `actual` is how many there were at its end, where it is known."""

    month: date
    opening: float
    joins: float = 0
    transfers_in: float = 0
    transfers_out: float = 0
    leaves: float = 0
    actual: float | None = None

    @property
    def closing(self) -> float:
        """How many there are at the end."""
        return self.opening + self.joins + self.transfers_in - self.transfers_out - self.leaves


@dataclass(frozen=True, slots=True)
class HeadcountPicture:
    """The months of a bridge."""

    name: str
    months: Sequence[HeadcountMonthDrawn] = field(default_factory=tuple)


Picture = (
    RoadmapPicture
    | PriceRoadmapPicture
    | OkrTreePicture
    | TrajectoryPicture
    | BridgePicture
    | ProfitAndLossPicture
    | HeadcountPicture
)
