"""Decides which order lines make up a day's sales, and writes them as Amazon's all-orders report does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import numpy as np

from deploy.demo.catalogue import MARKETS, Market
from deploy.demo.history import DAYS, ListingHistory, random_for
from shared.core.marketplaces import get_marketplace

COLUMNS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "url", "ship-service-level", "product-name", "sku",
    "asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "is-business-order",
    "purchase-order-number", "price-designation ",
)  # fmt: skip

_CENT = Decimal("0.01")
_HOURS = np.array([2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 8, 8, 7, 5, 3], dtype=np.float64)
_TWO_UNITS = 0.08
_SAME_ORDER = 0.05
_ON_OFFER = 0.06
_BUSINESS = 0.07
_CANCELLED = 0.02
_ELSEWHERE = 0.004


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of the report; `sale_date` is the day in the marketplace's own time zone."""

    order_id: str
    merchant_order_id: str
    sale_date: date
    purchased_at: datetime
    updated_at: datetime
    order_status: str
    item_status: str
    sales_channel: str
    history: ListingHistory
    quantity: int
    price: Decimal | None
    discount: Decimal | None
    place: tuple[str, str, str, str]
    business: bool


def order_lines(market: str, histories: Sequence[ListingHistory], seed: int) -> list[OrderLine]:
    """All lines of one marketplace, newest first: the sales of the histories, and around them cancelled orders
    and a few that were sold elsewhere but sent from Amazon's warehouse."""
    terms = MARKETS[market]
    lines: list[OrderLine] = []
    for history in histories:
        lines.extend(_lines_of(terms, history, seed))
    lines.sort(key=lambda line: (line.purchased_at, line.order_id), reverse=True)
    return _join_some_orders(lines, random_for(seed, market, "same order"))


def _lines_of(terms: Market, history: ListingHistory, seed: int) -> list[OrderLine]:
    random = random_for(seed, history.listing.seller_sku, "orders")
    zone = get_marketplace(terms.marketplace).zone_info
    days: list[int] = []
    quantities: list[int] = []
    for index in np.flatnonzero(history.sold):
        left = int(history.sold[index])
        while left > 0:
            quantity = 2 if left >= 2 and random.random() < _TWO_UNITS else 1
            days.append(int(index))
            quantities.append(quantity)
            left -= quantity
    count = len(days)
    hours = random.choice(24, size=count, p=_HOURS / _HOURS.sum()).tolist()
    chances = random.random(count).tolist()
    draws = _draws(terms, random, 2 * count)
    lines = []
    for row in range(count):
        day, draw = history.day(days[row]), next(draws)
        local = datetime.combine(day, time(hours[row]), zone) + timedelta(seconds=draw.seconds)
        line = _line(terms, history, day, local.astimezone(UTC), quantities[row], draw)
        if days[row] >= len(history.sold) - 2 and chances[row] < 0.3:
            line = replace(line, order_status="Pending", item_status="Unshipped", updated_at=line.purchased_at)
        lines.append(line)
        if chances[row] > 1 - _CANCELLED:
            lines.append(_cancelled(_line(terms, history, day, line.purchased_at, 1, next(draws)), random))
        elif chances[row] > 1 - _CANCELLED - _ELSEWHERE:
            lines.append(_elsewhere(_line(terms, history, day, line.purchased_at, 1, next(draws)), random))
    return lines


@dataclass(frozen=True, slots=True)
class _Draw:
    """Everything random about one line."""

    order_id: str
    seconds: int
    handled_seconds: int
    on_offer: bool
    place: int
    business: bool


def _draws(terms: Market, random: np.random.Generator, count: int) -> Iterator[_Draw]:
    """All draws of a listing at once: one by one they would take most of the generator's time."""
    columns = zip(
        random.integers(len(terms.order_prefixes), size=count).tolist(),
        random.integers(10**5, size=count).tolist(),
        random.integers(10**7, size=count).tolist(),
        random.integers(0, 3600, size=count).tolist(),
        random.integers(18_000, 160_000, size=count).tolist(),
        random.random(count).tolist(),
        random.integers(len(terms.places), size=count).tolist(),
        random.random(count).tolist(),
        strict=True,
    )
    for prefix, middle, end, seconds, handled, offer, place, business in columns:
        order_id = f"{terms.order_prefixes[prefix]}-00{middle:05d}-{end:07d}"
        yield _Draw(order_id, seconds, handled, offer < _ON_OFFER, place, business < _BUSINESS)


def _line(
    terms: Market, history: ListingHistory, day: date, purchased_at: datetime, quantity: int, draw: _Draw
) -> OrderLine:
    price = (history.listing.price * quantity).quantize(_CENT)
    return OrderLine(
        order_id=draw.order_id,
        merchant_order_id=draw.order_id,
        sale_date=day,
        purchased_at=purchased_at,
        updated_at=min(purchased_at + timedelta(seconds=draw.handled_seconds), _downloaded_at(terms, history)),
        order_status="Shipped",
        item_status="Shipped",
        sales_channel=get_marketplace(terms.marketplace).sales_channel,
        history=history,
        quantity=quantity,
        price=price,
        discount=(price / 10).quantize(_CENT, ROUND_HALF_UP) if draw.on_offer else None,
        place=terms.places[draw.place],
        business=draw.business,
    )


@cache
def _downloaded_at(terms: Market, history: ListingHistory) -> datetime:
    """The first instant of `today` in the marketplace, when its reports are downloaded."""
    return datetime.combine(history.day(DAYS), time(), get_marketplace(terms.marketplace).zone_info).astimezone(UTC)


def _cancelled(line: OrderLine, random: np.random.Generator) -> OrderLine:
    """Cancelled before payment: quantity 0 without a price; after it: the quantity and price stay in the report."""
    if random.random() < 0.7:
        line = replace(line, quantity=0, price=None, discount=None)
    return replace(line, order_status="Cancelled", item_status="Cancelled")


def _elsewhere(line: OrderLine, random: np.random.Generator) -> OrderLine:
    """Multi-channel fulfilment: sold in the brand's own shop, no price, an id of another form."""
    return replace(
        line,
        order_id=f"S01-{line.order_id[4:]}",
        merchant_order_id=f"HR{random.integers(10**7):07d}",
        sales_channel="Non-Amazon",
        price=None,
        discount=None,
        business=False,
    )


def _join_some_orders(lines: list[OrderLine], random: np.random.Generator) -> list[OrderLine]:
    """Let some neighbours be bought together: the second line takes the first one's order."""
    joined: list[OrderLine] = []
    for line in lines:
        before = joined[-1] if joined else None
        together = (
            before is not None
            and before.history is not line.history
            and before.sale_date == line.sale_date
            and before.order_status == line.order_status == "Shipped"
            and before.sales_channel == line.sales_channel
            and before.sales_channel != "Non-Amazon"
        )
        if together and before is not None and random.random() < _SAME_ORDER:
            line = replace(
                line,
                order_id=before.order_id,
                merchant_order_id=before.merchant_order_id,
                purchased_at=before.purchased_at,
                updated_at=before.updated_at,
                place=before.place,
                business=before.business,
            )
        joined.append(line)
    return joined


def all_orders_report(lines: Sequence[OrderLine]) -> bytes:
    """The bytes of GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL: TSV, UTF-8 without mark, CRLF, no quoting."""
    rows = ["\t".join(COLUMNS), *("\t".join(_cells(line)) for line in lines)]
    return "".join(row + "\r\n" for row in rows).encode()


def _cells(line: OrderLine) -> tuple[str, ...]:
    elsewhere = line.sales_channel == "Non-Amazon"
    priced = line.price is not None
    terms = MARKETS[line.history.listing.marketplace]
    city, state, postal_code, country = line.place
    return (
        line.order_id,
        line.merchant_order_id,
        _instant(line.purchased_at),
        _instant(line.updated_at),
        line.order_status,
        "Amazon",
        line.sales_channel,
        "",
        "",
        "Standard" if elsewhere else "Expedited",
        line.history.name[:150],
        line.history.listing.seller_sku,
        line.history.asin,
        line.item_status,
        str(line.quantity),
        get_marketplace(terms.marketplace).currency if priced else "",
        str(line.price) if priced else "",
        str(terms.tax_of(line.price)) if line.price is not None and line.order_status == "Shipped" else "",
        "",
        "",
        "",
        "",
        str(line.discount) if line.discount is not None else "",
        "",
        city,
        state,
        postal_code,
        country,
        f"HR-SAVE10-{line.sale_date:%y%m}" if line.discount is not None else "",
        "true" if line.business else "false",
        "",
        "Business Price" if line.business and priced else "",
    )


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
