"""Reads our lanes template: what it costs and how long it takes to bring goods to a marketplace, per mode."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.core.marketplaces import MARKETPLACES, Marketplace
from shared.files.cells import Cells
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals
from shared.files.once import each_once

NAME = "lanes"

Mode = Literal["slow_sea", "fast_sea", "air"]

_MODES: dict[str, Mode] = {
    "slow sea": "slow_sea",
    "slow": "slow_sea",
    "sea": "slow_sea",
    "慢船": "slow_sea",
    "普船": "slow_sea",
    "fast sea": "fast_sea",
    "fast": "fast_sea",
    "快船": "fast_sea",
    "air": "air",
    "空运": "air",
}


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One lane. Costs add up where several are given; all are in `currency`.

    Transit days are from leaving the domestic warehouse to sellable at Amazon: 10, 50 and 90 of a hundred
    shipments arrive within them.
    """

    line: int
    origin: str
    marketplace: Marketplace
    mode: Mode
    cost_per_unit: Decimal | None
    cost_per_kg: Decimal | None
    cost_per_m3: Decimal | None
    currency: str
    transit_days_p10: int | None
    transit_days_p50: int
    transit_days_p90: int | None


COLUMNS = (
    Column("origin"),
    Column("marketplace", required=True),
    Column("mode", required=True),
    Column("cost_per_unit"),
    Column("cost_per_kg"),
    Column("cost_per_m3"),
    Column("currency", ("currency", "cost_currency"), required=True),
    Column("transit_days_p10"),
    Column("transit_days_p50", required=True),
    Column("transit_days_p90"),
)


def make_row(cells: Cells) -> LaneRow:
    """One row; it needs at least one cost, and its three times in order."""
    for column in ("marketplace", "mode", "currency"):
        if not cells.raw(column):
            cells.refuse(column, "empty", "This cell must not be empty.")
    costs = [cells.amount_or_none(name) for name in ("cost_per_unit", "cost_per_kg", "cost_per_m3")]
    if all(cost is None for cost in costs) and not cells.errors:
        cells.refuse("cost_per_unit", "empty", "A lane needs a cost per unit, per kg or per cubic metre.")
    early = cells.integer_or_none("transit_days_p10")
    middle = cells.integer("transit_days_p50", least=1)
    late = cells.integer_or_none("transit_days_p90")
    times = [days for days in (early, middle, late) if days is not None]
    if not cells.errors and times != sorted(times):
        cells.refuse("transit_days_p50", "out_of_order", "The transit days must not fall from p10 to p90.")
    return LaneRow(
        line=cells.line,
        origin=cells.text_or_none("origin", 100) or "",
        marketplace=cells.marketplace_or_none("marketplace") or MARKETPLACES[0],
        mode=cells.choice_or_none("mode", _MODES) or "slow_sea",
        cost_per_unit=costs[0],
        cost_per_kg=costs[1],
        cost_per_m3=costs[2],
        currency=cells.currency_or_none("currency") or "",
        transit_days_p10=early,
        transit_days_p50=middle,
        transit_days_p90=late,
    )


_begin = each_once(
    make_row,
    lambda row: (row.origin.casefold(), row.marketplace.id, row.mode),
    "lane",
)

KIND: TableKind[LaneRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(distinct={"marketplaces": lambda row: row.marketplace.id}),
    own=True,
)
