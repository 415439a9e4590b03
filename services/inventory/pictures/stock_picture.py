"""What a picture of a listing's stock shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DayUnits:
    """Units on a day; None where nobody knows."""

    day: date
    units: float | None


@dataclass(frozen=True, slots=True)
class BandDay:
    """Stock at a day's end that is not exceeded with 10, 50 and 90 % probability."""

    day: date
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units that come on a day by a mode; `proposed` while nobody has decided to send them."""

    day: date
    units: int
    mode: str
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class StockOut:
    """Chance that the listing runs out within the horizon, and the days by which it does with 10, 50, 90 %."""

    probability: float
    p10_date: date | None
    p50_date: date | None
    p90_date: date | None


@dataclass(frozen=True, slots=True)
class StockPicture:
    """Everything the drawing shows; days ascending.

    `band` is what happens if nothing more is sent; `with_proposals` the median if all that is proposed is.
    """

    name: str
    today: date
    stock: Sequence[DayUnits]
    sales: Sequence[DayUnits]
    band: Sequence[BandDay]
    arrivals: Sequence[Arrival]
    stock_out: StockOut
    with_proposals: Sequence[DayUnits] = ()
