"""Reads the business report by date: units, sales and sessions of the whole account and marketplace per day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.core.marketplaces import Marketplace
from shared.files.cells import Cells
from shared.files.facts import MARKETPLACE
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals, Variant
from shared.files.once import each_once

NAME = "business_report_by_date"


@dataclass(frozen=True, slots=True)
class DateReportRow:
    """One day of the whole marketplace, all listings together."""

    line: int
    marketplace: Marketplace
    sales_date: date
    units: int
    sales: Decimal
    currency: str
    order_items: int | None
    sessions: int | None
    page_views: int | None
    featured_offer_ratio: Decimal | None


COLUMNS = (
    Column("date", ("Date", "Datum", "日付"), required=True),
    Column(
        "sales",
        ("Ordered Product Sales", "Durch bestellte Produkte erzielter Umsatz", "注文商品の売上額"),
        required=True,
    ),
    Column("units", ("Units Ordered", "Bestellte Einheiten", "注文された商品点数"), required=True),
    Column("order_items", ("Total Order Items", "Zahl der Bestellposten", "注文品目総数"), required=True),
    Column(
        "sessions",
        ("Sessions", "Sessions - Total", "Sitzungen – Summe", "Sitzungen – Gesamt", "Sitzungen", "セッション数 - 合計"),
    ),
    Column(
        "page_views",
        (
            "Page Views",
            "Page Views - Total",
            "Seitenaufrufe – Summe",
            "Seitenaufrufe – Gesamt",
            "Seitenaufrufe",
            "ページビュー数 - 合計",
        ),
    ),
    Column(
        "featured_offer",
        ("Buy Box Percentage", "Featured Offer (Buy Box) Percentage", "おすすめ出品の獲得率"),
    ),
)


def make_row(cells: Cells) -> DateReportRow:
    """One row; the order of day and month is the marketplace's."""
    marketplace = cells.facts.marketplace
    assert marketplace is not None, "needs() asks for the marketplace"
    return DateReportRow(
        line=cells.line,
        marketplace=marketplace,
        sales_date=cells.day("date", marketplace.date_order.value),
        units=cells.integer("units"),
        sales=cells.amount("sales"),
        currency=marketplace.currency,
        order_items=cells.integer_or_none("order_items"),
        sessions=cells.integer_or_none("sessions"),
        page_views=cells.integer_or_none("page_views"),
        featured_offer_ratio=cells.percent_or_none("featured_offer"),
    )


_begin = each_once(make_row, lambda row: row.sales_date, "day")

KIND: TableKind[DateReportRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(
        sums={
            "units": lambda row: row.units,
            "sales": lambda row: row.sales,
            "order_items": lambda row: row.order_items or 0,
            "sessions": lambda row: row.sessions or 0,
        }
    ),
    needs=lambda glance: (MARKETPLACE,),
    variants=(Variant("current", "de", ("Datum",)), Variant("current", "ja", ("日付",)), Variant("2019", "en")),
)
