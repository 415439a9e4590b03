"""Reads All Orders (GET_FLAT_FILE_ALL_ORDERS_DATA_…_GENERAL): one row per order line, and whether it is a sale."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from shared.core.marketplaces import MARKETPLACES, Marketplace, find_marketplace
from shared.files.cells import Cells
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals, Variant

NAME = "all_orders"

_ORDER_ITEM_ID = re.compile(r"[0-9]{10,20}")
_NON_AMAZON = "non-amazon"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order, without anything that tells who the buyer is.

    `line_key` with `amazon_order_id` is its identity: the order item's id where Amazon gives one, else the
    SKU and its occurrence in the order. Upsert by it, the later `last_updated_at` winning. `item_price` is the
    total of the line before discounts, in `currency`. `sales_date` is the day in the marketplace's own zone.
    """

    line: int
    amazon_order_id: str
    merchant_order_id: str | None
    order_item_id: str | None
    occurrence: int
    line_key: str
    purchased_at: datetime
    last_updated_at: datetime
    sales_date: date
    marketplace: Marketplace
    sales_channel: str
    order_status: str
    item_status: str | None
    is_cancelled: bool
    is_amazon_sale: bool
    is_amazon_fulfilled: bool
    is_replacement: bool | None
    is_business_order: bool | None
    ship_service_level: str | None
    ship_state: str | None
    ship_country_code: str | None
    seller_sku: str
    asin: str | None
    product_name: str | None
    units: int
    currency: str | None
    item_price: Decimal | None
    item_tax: Decimal | None
    shipping_price: Decimal | None
    item_promotion_discount: Decimal | None
    ship_promotion_discount: Decimal | None
    promotion_ids: str | None

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the order was taken outside Amazon, which only sends it."""
        return _is_non_amazon(self.sales_channel)

    @property
    def sold_units(self) -> int:
        """Units of demand on Amazon: none when cancelled, replaced, or ordered elsewhere."""
        return self.units if self.is_amazon_sale else 0

    @property
    def consumed_units(self) -> int:
        """Units that leave Amazon's warehouse, orders from elsewhere and replacements included."""
        return 0 if self.is_cancelled or not self.is_amazon_fulfilled else self.units


COLUMNS = (
    Column("order_id", ("amazon-order-id",), required=True),
    Column("merchant_order_id", ("merchant-order-id",)),
    Column("order_item_id", ("order-item-id",)),
    Column("purchased", ("purchase-date",), required=True),
    Column("updated", ("last-updated-date",), required=True),
    Column("order_status", ("order-status",), required=True),
    Column("fulfillment", ("fulfillment-channel",), required=True),
    Column("sales_channel", ("sales-channel",), required=True),
    Column("order_channel", ("order-channel",)),
    Column("url"),
    Column("ship_service_level", ("ship-service-level",)),
    Column("product_name", ("product-name",)),
    Column("sku", ("sku",), required=True),
    Column("asin"),
    Column("item_status", ("item-status",)),
    Column("quantity", ("quantity",), required=True),
    Column("currency"),
    Column("item_price", ("item-price",), required=True),
    Column("item_tax", ("item-tax",)),
    Column("shipping_price", ("shipping-price",)),
    Column("shipping_tax", ("shipping-tax",)),
    Column("gift_wrap_price", ("gift-wrap-price",)),
    Column("gift_wrap_tax", ("gift-wrap-tax",)),
    Column("item_discount", ("item-promotion-discount",)),
    Column("ship_discount", ("ship-promotion-discount",)),
    Column("ship_city", ("ship-city",), personal=True),
    Column("ship_state", ("ship-state",)),
    Column("ship_postal_code", ("ship-postal-code",), personal=True),
    Column("ship_country", ("ship-country",)),
    Column("promotion_ids", ("promotion-ids",)),
    Column("cpf", personal=True),
    Column("is_business_order", ("is-business-order",)),
    Column("purchase_order_number", ("purchase-order-number",), personal=True),
    Column("price_designation", ("price-designation",)),
    Column("signature", ("signature-confirmation-recommended",)),
    Column("is_replacement", ("is-replacement-order",)),
    Column("is_exchange", ("is-exchange-order",)),
    Column("original_order_id", ("original-order-id",)),
    Column("is_prime", ("is-prime",)),
    Column("is_iba", ("is-iba",)),
    Column("buyer_company_name", ("buyer-company-name",), personal=True),
    Column("buyer_email", ("buyer-email",), personal=True),
    Column("buyer_name", ("buyer-name",), personal=True),
    Column("buyer_phone", ("buyer-phone-number",), personal=True),
    Column(
        "buyer_tax", ("buyer-tax-registration-id", "buyer-citizen-id", "buyer-cnpj", "buyer-vat-number"), personal=True
    ),
    Column("recipient_name", ("recipient-name",), personal=True),
    Column("ship_phone", ("ship-phone-number",), personal=True),
    Column("ship_address_1", ("ship-address-1",), personal=True),
    Column("ship_address_2", ("ship-address-2",), personal=True),
    Column("ship_address_3", ("ship-address-3",), personal=True),
)


def begin() -> Callable[[Cells], OrderLine | None]:
    """The maker of order lines for one file; it counts how often an order holds a SKU."""
    occurrences: dict[int, int] = {}

    def make(cells: Cells) -> OrderLine | None:
        row = _make_row(cells, occurrences)
        return None if cells.errors else row

    return make


def _make_row(cells: Cells, occurrences: dict[int, int]) -> OrderLine:
    order_id = cells.identifier("order_id")
    sku = cells.identifier("sku")
    channel = cells.raw("sales_channel")
    marketplace = _marketplace(cells, channel)
    purchased_at = cells.instant("purchased")
    status = _status(cells.raw("order_status"))
    if not status:
        cells.refuse("order_status", "empty", "This cell must not be empty.")
    is_cancelled = status == "cancelled"
    is_replacement = cells.boolean_or_none("is_replacement")
    item_id = cells.identifier_or_none("order_item_id")
    if item_id is not None and not _ORDER_ITEM_ID.fullmatch(item_id):
        item_id = None  # on Non-Amazon rows a line number or free text
    occurrence = 1
    if not cells.errors:
        where = hash((order_id, sku))
        occurrence = occurrences[where] = occurrences.get(where, 0) + 1
    return OrderLine(
        line=cells.line,
        amazon_order_id=order_id,
        merchant_order_id=cells.identifier_or_none("merchant_order_id"),
        order_item_id=item_id,
        occurrence=occurrence,
        line_key=item_id or f"{sku}#{occurrence}",
        purchased_at=purchased_at,
        last_updated_at=cells.instant("updated"),
        sales_date=marketplace.day_of(purchased_at),
        marketplace=marketplace,
        sales_channel=channel,
        order_status=status,
        item_status=_status(cells.raw("item_status")) or None,
        is_cancelled=is_cancelled,
        is_amazon_sale=not is_cancelled and not is_replacement and not _is_non_amazon(channel),
        is_amazon_fulfilled=cells.raw("fulfillment").casefold() in ("amazon", "afn"),
        is_replacement=is_replacement,
        is_business_order=cells.boolean_or_none("is_business_order"),
        ship_service_level=cells.text_or_none("ship_service_level", 100),
        ship_state=cells.text_or_none("ship_state", 100),
        ship_country_code=cells.text_or_none("ship_country", 100),
        seller_sku=sku,
        asin=cells.identifier_or_none("asin"),
        product_name=cells.text_or_none("product_name"),
        units=cells.integer("quantity"),
        currency=cells.currency_or_none("currency"),
        item_price=cells.amount_or_none("item_price"),
        item_tax=cells.amount_or_none("item_tax"),
        shipping_price=cells.amount_or_none("shipping_price"),
        item_promotion_discount=cells.amount_or_none("item_discount", least=None),
        ship_promotion_discount=cells.amount_or_none("ship_discount", least=None),
        promotion_ids=cells.text_or_none("promotion_ids", 10_000),
    )


@lru_cache(maxsize=256)
def _status(text: str) -> str:
    """`Shipped - Delivered to Buyer` is shipped; American and British spellings of cancelled are one."""
    word = text.partition(" - ")[0].strip().casefold()
    return "cancelled" if word == "canceled" else word.replace(" ", "_")


@lru_cache(maxsize=256)
def _is_non_amazon(channel: str) -> bool:
    return channel.casefold().startswith(_NON_AMAZON)


def _marketplace(cells: Cells, channel: str) -> Marketplace:
    """The store sold in; of an order from elsewhere the one it names, the file's, or that of the country it goes to."""
    if _is_non_amazon(channel):
        named = channel[len(_NON_AMAZON) :].strip()
        found = (
            (find_marketplace(named) if named else None)
            or cells.facts.marketplace
            or find_marketplace(cells.raw("ship_country"))
        )
    else:
        found = find_marketplace(channel)
    if found is None:
        message = "The row does not tell its marketplace; name the marketplace of the file."
        cells.refuse("sales_channel", "unknown_marketplace", message)
        return MARKETPLACES[0]
    return found


def latest_lines(lines: list[OrderLine]) -> list[OrderLine]:
    """Of lines with the same order and key the one updated last, the later in the file when even."""
    latest: dict[tuple[str, str], OrderLine] = {}
    for line in lines:
        key = (line.amazon_order_id, line.line_key)
        known = latest.get(key)
        if known is None or line.last_updated_at >= known.last_updated_at:
            latest[key] = line
    return list(latest.values())


KIND: TableKind[OrderLine] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=begin,
    totals=Totals(
        sums={
            "sold_units": lambda row: row.sold_units,
            "shipped_amazon_units": lambda row: row.units if _is_shipped_sale(row) else 0,
            "cancelled_lines": lambda row: int(row.is_cancelled),
            "non_amazon_lines": lambda row: int(_is_non_amazon(row.sales_channel)),
            "consumed_units": lambda row: row.consumed_units,
        },
        amounts={
            "sold_amount": lambda row: (row.currency, row.item_price if row.is_amazon_sale else None),
            "shipped_amazon_amount": lambda row: (row.currency, row.item_price if _is_shipped_sale(row) else None),
        },
        distinct={"orders": lambda row: row.amazon_order_id},
    ),
    variants=(
        Variant("2026", "en", ("order-item-id",)),
        Variant("2022", "en", ("signature-confirmation-recommended",)),
        Variant("2019", "en"),
    ),
    json_lines=True,
)


def _is_shipped_sale(row: OrderLine) -> bool:
    return row.order_status == "shipped" and not _is_non_amazon(row.sales_channel)
