"""Reads the business report by child ASIN: sessions, units and sales of a period, per ASIN or per SKU."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.core.marketplaces import Marketplace
from shared.files.cells import EMPTY_DAY, Cells
from shared.files.facts import DATE_RANGE, MARKETPLACE
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals, Variant

NAME = "business_report_by_child"


@dataclass(frozen=True, slots=True)
class ChildReportRow:
    """One child ASIN (or SKU of it) over the period the sender named. Ratios are 0-1, may exceed 1 for conversion.

    The same child ASIN may stand on several rows, one per SKU: never taken for a repetition.
    """

    line: int
    marketplace: Marketplace
    from_date: date
    to_date: date
    parent_asin: str | None
    child_asin: str
    seller_sku: str | None
    title: str | None
    sessions: int | None
    page_views: int | None
    featured_offer_ratio: Decimal | None
    units: int
    unit_session_ratio: Decimal | None
    sales: Decimal
    currency: str
    order_items: int | None
    refunded_units: int | None
    shipped_units: int | None
    shipped_sales: Decimal | None
    business_units: int | None
    business_sales: Decimal | None

    @property
    def is_one_day_of_a_listing(self) -> bool:
        """Whether the row is the sales of one listing on one day; else it is an aggregate of a period."""
        return self.seller_sku is not None and self.from_date == self.to_date


COLUMNS = (
    Column("parent_asin", ("(Parent) ASIN", "(Übergeordnete) ASIN", "（親）ASIN")),
    Column("child_asin", ("(Child) ASIN", "(Untergeordnete) ASIN", "（子）ASIN"), required=True),
    Column("sku", ("SKU",)),
    Column("title", ("Title", "Titel", "タイトル", "商品名")),
    Column(
        "sessions",
        ("Sessions", "Sessions - Total", "Sitzungen – Summe", "Sitzungen – Gesamt", "Sitzungen", "セッション数 - 合計"),
        required=True,
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
        (
            "Buy Box Percentage",
            "Featured Offer (Buy Box) Percentage",
            "Featured Offer Percentage",
            'Hervorgehobenes Angebot ("In-den-Einkaufswagen") – Prozentsatz',
            "おすすめ出品の獲得率",
        ),
    ),
    Column("units", ("Units Ordered", "Bestellte Einheiten", "注文された商品点数"), required=True),
    Column(
        "unit_session",
        ("Unit Session Percentage", "Prozentsatz an Einheiten pro Sitzung", "ユニットセッション率"),
    ),
    Column(
        "sales",
        ("Ordered Product Sales", "Durch bestellte Produkte erzielter Umsatz", "注文商品の売上額"),
        required=True,
    ),
    Column("order_items", ("Total Order Items", "Zahl der Bestellposten", "注文品目総数")),
    Column("refunded", ("Units Refunded", "Erstattete Einheiten", "返金された商品点数")),
    Column("shipped_units", ("Units Shipped", "Versandte Einheiten", "発送された商品点数")),
    Column("shipped_sales", ("Shipped Product Sales", "Umsatz mit versandten Produkten", "発送済み商品の売上額")),
    Column("business_units", ("Units Ordered - B2B", "Bestellte Einheiten – B2B")),
    Column("business_sales", ("Ordered Product Sales - B2B", "Bestellsumme – B2B")),
)


def make_row(cells: Cells) -> ChildReportRow:
    """One row, in the currency of the marketplace the sender named."""
    facts = cells.facts
    assert facts.marketplace is not None, "needs() asks for the marketplace"
    return ChildReportRow(
        line=cells.line,
        marketplace=facts.marketplace,
        from_date=facts.from_date or EMPTY_DAY,
        to_date=facts.to_date or EMPTY_DAY,
        parent_asin=cells.identifier_or_none("parent_asin"),
        child_asin=cells.identifier("child_asin"),
        seller_sku=cells.identifier_or_none("sku"),
        title=cells.text_or_none("title"),
        sessions=cells.integer_or_none("sessions"),
        page_views=cells.integer_or_none("page_views"),
        featured_offer_ratio=cells.percent_or_none("featured_offer"),
        units=cells.integer("units"),
        unit_session_ratio=cells.percent_or_none("unit_session"),
        sales=cells.amount("sales"),
        currency=facts.marketplace.currency,
        order_items=cells.integer_or_none("order_items"),
        refunded_units=cells.integer_or_none("refunded"),
        shipped_units=cells.integer_or_none("shipped_units"),
        shipped_sales=cells.amount_or_none("shipped_sales"),
        business_units=cells.integer_or_none("business_units"),
        business_sales=cells.amount_or_none("business_sales"),
    )


KIND: TableKind[ChildReportRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=lambda: make_row,
    totals=Totals(
        sums={
            "sessions": lambda row: row.sessions or 0,
            "page_views": lambda row: row.page_views or 0,
            "units": lambda row: row.units,
            "sales": lambda row: row.sales,
            "order_items": lambda row: row.order_items or 0,
        },
        distinct={"child_asins": lambda row: row.child_asin},
    ),
    needs=lambda glance: (MARKETPLACE, DATE_RANGE),
    variants=(
        Variant("current", "de", ("(Untergeordnete) ASIN",)),
        Variant("current", "ja", ("（子）ASIN",)),
        Variant("current", "en", ("Sessions - Total",)),
        Variant("2019", "en"),
    ),
)
