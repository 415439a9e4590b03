"""Reads Restock Inventory Recommendations: Amazon's own view of stock, velocity and what to send, per SKU."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.core.marketplaces import MARKETPLACES, Marketplace
from shared.files.cells import Cells
from shared.files.facts import AS_OF
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals, Variant
from shared.files.numbers import read_integer
from shared.files.once import each_once
from shared.files.problems import CellProblem

NAME = "restock"


@dataclass(frozen=True, slots=True)
class RestockRow:
    """One SKU. Units are of the listing.

    `recommended_units` None is no advice, 0 is the advice to send nothing. `is_days_of_supply_capped` says
    that the days were written as `365+`. `price` and `sales_30_days` are in `currency`.
    """

    line: int
    marketplace: Marketplace
    seller_sku: str
    fnsku: str | None
    asin: str | None
    product_name: str | None
    condition: str | None
    supplier: str | None
    supplier_part_number: str | None
    currency: str | None
    price: Decimal | None
    sales_30_days: Decimal | None
    units_30_days: int | None
    total_units: int | None
    inbound_units: int | None
    available_units: int | None
    fc_transfer_units: int | None
    fc_processing_units: int | None
    customer_order_units: int | None
    unfulfillable_units: int | None
    inbound_working_units: int | None
    inbound_shipped_units: int | None
    inbound_receiving_units: int | None
    fulfilled_by: str | None
    days_of_supply: int | None
    is_days_of_supply_capped: bool
    days_of_supply_at_amazon: int | None
    alert: str | None
    recommended_units: int | None
    recommended_ship_date: date | None
    recommended_action: str | None
    unit_storage_size: str | None


COLUMNS = (
    Column("country", ("Country",), required=True),
    Column("product_name", ("Product Name", "Product Description")),
    Column("fnsku", ("FNSKU",)),
    Column("seller_sku", ("Merchant SKU", "SKU"), required=True),
    Column("asin", ("ASIN",)),
    Column("condition", ("Condition",)),
    Column("supplier", ("Supplier",)),
    Column("supplier_part", ("Supplier part no.",)),
    Column("currency", ("Currency code",)),
    Column("price", ("Price",)),
    Column("sales_30_days", ("Sales last 30 days", "Sales last 30 days (sales)")),
    Column("units_30_days", ("Units Sold Last 30 Days", "Sales last 30 days (units)"), required=True),
    Column("total", ("Total Units", "Total Inventory"), required=True),
    Column("inbound", ("Inbound", "Inbound Inventory")),
    Column("available", ("Available", "Available Inventory"), required=True),
    Column("fc_transfer", ("FC transfer", "Reserved - FC transfer")),
    Column("fc_processing", ("FC Processing", "Reserved - FC processing")),
    Column("customer_order", ("Customer Order", "Reserved - Customer Order")),
    Column("unfulfillable", ("Unfulfillable",)),
    Column("working", ("Working",)),
    Column("shipped", ("Shipped",)),
    Column("receiving", ("Receiving",)),
    Column("fulfilled_by", ("Fulfilled by",)),
    Column(
        "days_of_supply",
        ("Total Days of Supply (including units from open shipments)", "Total Days of Supply", "Days of Supply"),
    ),
    Column("days_at_amazon", ("Days of Supply at Amazon Fulfillment Network", "Days of Supply at Amazon")),
    Column("alert", ("Alert", "Instock Alert")),
    Column(
        "recommended_units",
        ("Recommended replenishment qty", "Recommended Order Quantity", "Recommended replenishment quantity"),
        required=True,
    ),
    Column("recommended_date", ("Recommended ship date", "Recommended Order Date")),
    Column("action", ("Recommended action",)),
    Column("storage_size", ("Unit storage size",)),
)


def make_row(cells: Cells) -> RestockRow:
    """One row; the country gives the marketplace, and so the order of its dates."""
    marketplace = cells.marketplace_or_none("country")
    if marketplace is None:
        if not cells.raw("country"):
            cells.refuse("country", "empty", "This cell must not be empty.")
        marketplace = MARKETPLACES[0]
    days, capped = _days(cells, "days_of_supply")
    return RestockRow(
        line=cells.line,
        marketplace=marketplace,
        seller_sku=cells.identifier("seller_sku"),
        fnsku=cells.identifier_or_none("fnsku"),
        asin=cells.identifier_or_none("asin"),
        product_name=cells.text_or_none("product_name"),
        condition=cells.text_or_none("condition"),
        supplier=_unless_unassigned(cells.text_or_none("supplier")),
        supplier_part_number=cells.text_or_none("supplier_part"),
        currency=cells.currency_or_none("currency"),
        price=cells.amount_or_none("price"),
        sales_30_days=cells.amount_or_none("sales_30_days"),
        units_30_days=cells.integer_or_none("units_30_days"),
        total_units=cells.integer_or_none("total"),
        inbound_units=cells.integer_or_none("inbound"),
        available_units=cells.integer_or_none("available"),
        fc_transfer_units=cells.integer_or_none("fc_transfer"),
        fc_processing_units=cells.integer_or_none("fc_processing"),
        customer_order_units=cells.integer_or_none("customer_order"),
        unfulfillable_units=cells.integer_or_none("unfulfillable"),
        inbound_working_units=cells.integer_or_none("working"),
        inbound_shipped_units=cells.integer_or_none("shipped"),
        inbound_receiving_units=cells.integer_or_none("receiving"),
        fulfilled_by=cells.text_or_none("fulfilled_by"),
        days_of_supply=days,
        is_days_of_supply_capped=capped,
        days_of_supply_at_amazon=_days(cells, "days_at_amazon")[0],
        alert=_alert(cells.text_or_none("alert")),
        recommended_units=cells.integer_or_none("recommended_units"),
        recommended_ship_date=cells.day_or_none("recommended_date", marketplace.date_order.value),
        recommended_action=cells.text_or_none("action"),
        unit_storage_size=cells.text_or_none("storage_size"),
    )


def _days(cells: Cells, column: str) -> tuple[int | None, bool]:
    text = cells.raw(column)
    capped = text.endswith("+")
    if not text:
        return None, False
    try:
        return read_integer(text.removesuffix("+")), capped
    except CellProblem as problem:
        cells.refuse(column, problem.code, problem.message)
        return None, False


def _alert(text: str | None) -> str | None:
    """`Out of stock`, `out_of_stock` and `Out-of-Stock` are one code."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split()) if text else None


def _unless_unassigned(supplier: str | None) -> str | None:
    return None if supplier is None or supplier.casefold() == "unassigned" else supplier


_begin = each_once(make_row, lambda row: (row.marketplace.id, row.seller_sku), "SKU")

KIND: TableKind[RestockRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    totals=Totals(
        sums={
            "total_units": lambda row: row.total_units or 0,
            "out_of_stock_rows": lambda row: int(row.alert == "out_of_stock"),
            "low_stock_rows": lambda row: int(row.alert == "low_stock"),
            "recommended_rows": lambda row: int((row.recommended_units or 0) > 0),
            "recommended_units": lambda row: row.recommended_units or 0,
        }
    ),
    needs=lambda glance: (AS_OF,),
    variants=(
        Variant("current", "en", ("Merchant SKU", "Total Units")),
        Variant("2019", "en", ("SKU", "Total Inventory")),
        Variant("current", "en"),
    ),
)
