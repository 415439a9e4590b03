"""Reads our domestic stock template: how many units of each product lie in each warehouse at home, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.files.cells import Cells
from shared.files.facts import AS_OF
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals
from shared.files.once import each_once

NAME = "domestic_stock"


@dataclass(frozen=True, slots=True)
class DomesticStockRow:
    """One product in one warehouse. Exactly one of `as_of_at` and `as_of_date` (the end of that
    day, as far as it has come) is set."""

    line: int
    warehouse: str
    product_code: str
    on_hand_units: int
    as_of_at: datetime | None
    as_of_date: date | None


COLUMNS = (
    Column("warehouse", required=True),
    Column("product_code", required=True),
    Column("on_hand_units", required=True),
    Column("as_of_at"),
    Column("as_of_date"),
)


def make_row(cells: Cells) -> DomesticStockRow:
    """One row; its own moment or day counts before the sender's."""
    moment = cells.instant_or_none("as_of_at")
    day = cells.day_or_none("as_of_date") if moment is None else None
    if moment is None and day is None:
        moment = cells.facts.as_of
        if moment is None and not cells.errors:
            cells.refuse("as_of_date", "empty", "The row does not say when it was counted.")
    return DomesticStockRow(
        line=cells.line,
        warehouse=cells.identifier("warehouse"),
        product_code=cells.identifier("product_code"),
        on_hand_units=cells.integer("on_hand_units"),
        as_of_at=moment,
        as_of_date=day,
    )


_begin = each_once(
    make_row,
    lambda row: (row.warehouse.casefold(), row.product_code.casefold(), row.as_of_at, row.as_of_date),
    "warehouse, product and moment",
)

KIND: TableKind[DomesticStockRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(
        sums={"on_hand_units": lambda row: row.on_hand_units},
        distinct={"products": lambda row: row.product_code.casefold()},
    ),
    needs=lambda glance: () if "as_of_at" in glance or "as_of_date" in glance else (AS_OF,),
    own=True,
)
