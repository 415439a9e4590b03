"""Writes what Amazon says of the demo seller's stock: the FBA Manage Inventory and restock reports."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from deploy.demo.history import DAYS, ListingHistory, random_for
from shared.core.marketplaces import DateOrder, get_marketplace

INVENTORY_COLUMNS = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity",
    "afn-unsellable-quantity", "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
    "afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity",
    "afn-researching-quantity", "afn-reserved-future-supply", "afn-future-supply-buyable",
)  # fmt: skip

RESTOCK_COLUMNS = (
    "Country", "Product Name", "FNSKU", "Merchant SKU", "ASIN", "Condition", "Supplier", "Supplier part no.",
    "Currency code", "Price", "Sales last 30 days", "Units Sold Last 30 Days", "Total Units", "Inbound",
    "Available", "FC transfer", "FC Processing", "Customer Order", "Unfulfillable", "Working", "Shipped",
    "Receiving", "Fulfilled by", "Total Days of Supply (including units from open shipments)",
    "Days of Supply at Amazon Fulfillment Network", "Alert", "Recommended replenishment qty",
    "Recommended ship date", "Recommended action", "Unit storage size",
)  # fmt: skip

_CUBIC_FOOT_L = 28.3168
_COVER_ADVISED_DAYS = 60
_SHIP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Stock:
    """What Amazon counts of one listing one morning, in the listing's own packs."""

    fulfillable: int
    unsellable: int
    customer_orders: int
    transfer: int
    working: int
    shipped: int

    @property
    def reserved(self) -> int:
        """Units that are there but promised or moving between warehouses."""
        return self.customer_orders + self.transfer

    @property
    def warehouse(self) -> int:
        """Units inside Amazon's warehouses."""
        return self.fulfillable + self.unsellable + self.reserved

    @property
    def total(self) -> int:
        """Units inside and on the way, drafts included, as Amazon adds them up."""
        return self.warehouse + self.working + self.shipped


def stock_of(history: ListingHistory, seed: int, days_ago: int = 0) -> Stock:
    """The stock of a listing on the morning so many days before `today`."""
    index = DAYS - 1 - days_ago
    random = random_for(seed, history.listing.seller_sku, "stock", str(days_ago))
    rate = float(history.sold[max(0, index - 29) : index + 1].mean())
    return Stock(
        fulfillable=int(history.sellable[index]),
        unsellable=int(random.binomial(3, 0.35)) if history.sold[: index + 1].any() else 0,
        customer_orders=int(random.poisson(rate * 0.8)),
        transfer=int(random.poisson(rate * 0.5)) if history.sellable[index] else 0,
        working=history.listing.working_units if days_ago == 0 else 0,
        shipped=sum(way.units for way in history.listing.under_way if way.departed_days_ago > days_ago),
    )


def inventory_report(histories: Sequence[ListingHistory], seed: int, days_ago: int = 0) -> bytes:
    """FBA Manage Inventory as Seller Central gives it: every cell quoted, cp1252, LF."""
    launched = [history for history in histories if history.launched <= DAYS - 1 - days_ago]
    return _all_quoted(INVENTORY_COLUMNS, [_inventory_row(history, seed, days_ago) for history in launched])


def _inventory_row(history: ListingHistory, seed: int, days_ago: int) -> tuple[object, ...]:
    stock = stock_of(history, seed, days_ago)
    litres = history.product.volume_l * history.listing.units_per_listing
    in_feet = history.listing.marketplace == "US"
    return (
        history.listing.seller_sku,
        history.fnsku,
        history.asin,
        history.name,
        "New",
        history.listing.price,
        "No",
        "",
        "Yes",
        stock.warehouse,
        stock.fulfillable,
        stock.unsellable,
        stock.reserved,
        stock.total,
        f"{litres / _CUBIC_FOOT_L:.2f}" if in_feet else f"{litres * 1000:.2f}",
        stock.working,
        stock.shipped,
        0,
        0,
        0,
        0,
    )


def restock_report(histories: Sequence[ListingHistory], today: date, seed: int) -> bytes:
    """Amazon's own restock advice under its present header: recent velocity times a fixed cover."""
    return _all_quoted(RESTOCK_COLUMNS, [_restock_row(history, today, seed) for history in histories])


def _restock_row(history: ListingHistory, today: date, seed: int) -> tuple[object, ...]:
    stock = stock_of(history, seed)
    sold = history.sold_in_last(30)
    rate = sold / 30
    advised = max(0, round(rate * _COVER_ADVISED_DAYS) - (stock.total - stock.unsellable))
    market = get_marketplace(history.listing.marketplace)
    month_first = market.date_order is DateOrder.MONTH_FIRST
    days_left = stock.fulfillable / rate if rate else 365.0
    ship_date = today + timedelta(days=max(0, int(days_left) - _SHIP_DAYS))
    alert = "out_of_stock" if stock.fulfillable == 0 else "low_stock" if days_left < 14 else ""
    return (
        market.country_code,
        history.name,
        history.fnsku,
        history.listing.seller_sku,
        history.asin,
        "New",
        "unassigned",
        "",
        market.currency,
        history.listing.price,
        history.listing.price * sold,
        sold,
        stock.total,
        stock.working + stock.shipped,
        stock.fulfillable,
        stock.transfer,
        0,
        stock.customer_orders,
        stock.unsellable,
        stock.working,
        stock.shipped,
        0,
        "Amazon",
        _days_of_supply(stock.total - stock.unsellable, rate),
        _days_of_supply(stock.fulfillable + stock.reserved, rate),
        alert,
        advised if advised else "",
        (f"{ship_date:%m/%d/%Y}" if month_first else f"{ship_date:%d.%m.%Y}") if advised else "",
        "Create shipping plan" if advised else "",
        "Standard-size",
    )


def _days_of_supply(units: int, rate: float) -> str:
    days = units / rate if rate else 366
    return "365+" if days > 365 else str(round(days))


def _all_quoted(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("cp1252")
