"""Reads our exchange rates template: what one unit of a currency costs in another, from a day on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.files.cells import Cells
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals
from shared.files.once import each_once

NAME = "exchange_rates"


@dataclass(frozen=True, slots=True)
class ExchangeRateRow:
    """One unit of `from_currency` costs `rate` of `to_currency` on `rate_date`."""

    line: int
    rate_date: date
    from_currency: str
    to_currency: str
    rate: Decimal


COLUMNS = (
    Column("rate_date", ("rate_date", "date"), required=True),
    Column("from_currency", ("from_currency", "base_currency"), required=True),
    Column("to_currency", ("to_currency", "quote_currency"), required=True),
    Column("rate", required=True),
)


def make_row(cells: Cells) -> ExchangeRateRow:
    """One row; the rate is above zero, the currencies differ."""
    for column in ("from_currency", "to_currency"):
        if not cells.raw(column):
            cells.refuse(column, "empty", "This cell must not be empty.")
    rate = cells.amount("rate")
    source, target = cells.currency_or_none("from_currency"), cells.currency_or_none("to_currency")
    if not cells.errors and rate <= 0:
        cells.refuse("rate", "out_of_range", "A rate is above zero.")
    if not cells.errors and source == target:
        cells.refuse("to_currency", "same_currency", "The two currencies must differ.")
    return ExchangeRateRow(cells.line, cells.day("rate_date"), source or "", target or "", rate)


_begin = each_once(
    make_row,
    lambda row: (row.rate_date, row.from_currency, row.to_currency),
    "day and pair",
)

KIND: TableKind[ExchangeRateRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(distinct={"pairs": lambda row: (row.from_currency, row.to_currency)}),
    own=True,
)
