"""Writes what only the seller knows, in our own templates: products, listings, lanes, domestic stock, rates."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import xlsxwriter

from deploy.demo.catalogue import LANES, LISTINGS, MARKETS, PRODUCTS, SUPPLIER_CURRENCY, WAREHOUSE, Listing, Product
from deploy.demo.history import random_for
from shared.core.marketplaces import get_marketplace

Cell = str | int | Decimal | date | None
_CENT = Decimal("0.01")
REFERRAL_RATE = Decimal("0.15")
SUPPLIER_RATES = {"USD": 7.12, "EUR": 8.18}


def product_master(today: date) -> bytes:
    """One row per listing with the facts of its product, as XLSX."""
    products = {product.code: product for product in PRODUCTS}
    rows = [_product_row(listing, products[listing.product]) for listing in LISTINGS]
    return _xlsx(rows, today)


def _product_row(listing: Listing, product: Product) -> dict[str, Cell]:
    market = get_marketplace(listing.marketplace)
    return {
        "product_code": product.code,
        "product_name": product.name,
        "unit_cost": product.cost,
        "unit_cost_currency": SUPPLIER_CURRENCY,
        "carton_units": product.carton_units,
        "moq_units": product.minimum_order_units,
        "production_days": product.production_days,
        "unit_weight_kg": Decimal(str(product.weight_kg)),
        "unit_volume_cm3": Decimal(product.length_cm * product.width_cm * product.height_cm),
        "account": MARKETS[listing.marketplace].account,
        "marketplace": listing.marketplace,
        "seller_sku": listing.seller_sku,
        "units_per_listing": listing.units_per_listing,
        "price": listing.price,
        "price_currency": market.currency,
        "referral_rate": REFERRAL_RATE,
        "fba_fee": fulfilment_fee(listing, product),
        "ad_cost_per_unit": (listing.price * Decimal("0.06")).quantize(_CENT, ROUND_HALF_UP),
        "storage_cost_per_unit_day": storage_cost(listing, product),
    }


def fulfilment_fee(listing: Listing, product: Product) -> Decimal:
    """An invented fee that grows with weight and volume as Amazon's does."""
    weight = product.weight_kg * listing.units_per_listing
    litres = product.volume_l * listing.units_per_listing
    return Decimal(str(2.9 + 0.9 * weight + 0.12 * litres)).quantize(_CENT, ROUND_HALF_UP)


def storage_cost(listing: Listing, product: Product) -> Decimal:
    """An invented rent per pack and day, by volume."""
    litres = product.volume_l * listing.units_per_listing
    return Decimal(str(litres * 0.00095)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def lanes() -> bytes:
    """Cost and transit days of each mode to each marketplace, as CSV."""
    return _csv(
        [
            {
                "marketplace": lane.marketplace,
                "mode": lane.mode,
                "origin": WAREHOUSE,
                "cost_per_kg": lane.cost_per_kg,
                "currency": SUPPLIER_CURRENCY,
                "transit_days_p10": lane.minimum_days,
                "transit_days_p50": lane.likely_days,
                "transit_days_p90": lane.late_days,
            }
            for lane in LANES
        ]
    )


def domestic_stock(day: date, *, with_what_left_since: bool = False) -> bytes:
    """What lies in the domestic warehouse in the morning of a day, in units of the product, as CSV.

    `with_what_left_since` adds what shipments have taken since, for the count before they left.
    """
    counted_at = datetime.combine(day, time(8), ZoneInfo("Asia/Shanghai"))
    left: Counter[str] = Counter()
    if with_what_left_since:
        for listing in LISTINGS:
            left[listing.product] += listing.units_per_listing * sum(way.units for way in listing.under_way)
    return _csv(
        [
            {
                "warehouse": WAREHOUSE,
                "product_code": product.code,
                "on_hand_units": product.domestic_cartons * product.carton_units + left[product.code],
                "as_of_at": counted_at.isoformat(),
            }
            for product in PRODUCTS
        ]
    )


def exchange_rates(today: date, days: int, seed: int) -> bytes:
    """Invented rates of the supplier's currency, one row a week and pair, as CSV."""
    rows: list[dict[str, Cell]] = []
    for currency, level in SUPPLIER_RATES.items():
        steps = random_for(seed, "rate", currency).normal(0, 0.003, days // 7 + 1).cumsum()
        for week, step in enumerate(steps):
            rows.append(
                {
                    "rate_date": today - timedelta(days=days - 7 * week),
                    "from_currency": currency,
                    "to_currency": SUPPLIER_CURRENCY,
                    "rate": Decimal(str(level * (1 + step))).quantize(Decimal("0.0001")),
                }
            )
    return _csv(rows)


def _csv(rows: Sequence[Mapping[str, Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" + text.getvalue()).encode()


def _xlsx(rows: Sequence[Mapping[str, Cell]], today: date) -> bytes:
    """A workbook that has the same bytes whenever it is written for the same day."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(today.year, today.month, today.day, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Products and listings")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(rows[0]), bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [float(cell) if isinstance(cell, Decimal) else cell for cell in row.values()])
    return file.getvalue()
