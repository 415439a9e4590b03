"""Reads our daily sales template: units sold of a listing on a day, and whether it could be sold at the day's end."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.core.marketplaces import MARKETPLACES, Marketplace
from shared.files.cells import Cells
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals
from shared.files.once import each_once

NAME = "daily_sales"
KEY_WORDS = "listing and day"

_FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class DailySalesRow:
    """One listing on one day of its marketplace.

    A day that is not in the file is unknown, not zero. `is_in_stock` None is unknown. `revenue` is rounded to
    four places, in `currency`, the marketplace's own unless the row names another.
    """

    line: int
    account: str | None
    marketplace: Marketplace
    seller_sku: str
    sales_date: date
    units: int
    orders: int | None
    revenue: Decimal | None
    currency: str
    is_in_stock: bool | None


COLUMNS = (
    Column("account"),
    Column("marketplace", required=True),
    Column("seller_sku", required=True),
    Column("sales_date", required=True),
    Column("units", required=True),
    Column("orders"),
    Column("revenue"),
    Column("currency"),
    Column("in_stock"),
)


def make_row(cells: Cells) -> DailySalesRow:
    """One row; dates are written year first."""
    if not cells.raw("marketplace"):
        cells.refuse("marketplace", "empty", "This cell must not be empty.")
    marketplace = cells.marketplace_or_none("marketplace") or MARKETPLACES[0]
    revenue = cells.amount_or_none("revenue")
    return DailySalesRow(
        line=cells.line,
        account=cells.identifier_or_none("account"),
        marketplace=marketplace,
        seller_sku=cells.identifier("seller_sku"),
        sales_date=cells.day("sales_date"),
        units=cells.integer("units"),
        orders=cells.integer_or_none("orders"),
        revenue=None if revenue is None else revenue.quantize(_FOUR_PLACES),
        currency=cells.currency_or_none("currency") or marketplace.currency,
        is_in_stock=cells.boolean_or_none("in_stock"),
    )


def key_of(row: DailySalesRow) -> tuple[str, str, str, date]:
    """What may stand once per file: account, marketplace, SKU without case, day."""
    return (row.account or "").casefold(), row.marketplace.id, row.seller_sku.casefold(), row.sales_date


_begin = each_once(make_row, key_of, KEY_WORDS)

KIND: TableKind[DailySalesRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(
        sums={"units": lambda row: row.units, "in_stock_days": lambda row: int(row.is_in_stock is True)},
        distinct={"listings": lambda row: key_of(row)[:3], "days": lambda row: row.sales_date},
    ),
    own=True,
)
