"""All Orders: which line is a sale, on which day, under which key, and whose data is left out."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.inventory.formats.all_orders import COLUMNS, OrderLine, latest_lines
from services.inventory.formats.kinds import KINDS
from shared.files.recognise import recognise
from tests.inventory.formats.build import errors, read, tsv

HEADER = [
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "url", "ship-service-level", "product-name",
    "sku", "asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price",
    "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount",
    "ship-promotion-discount", "ship-city", "ship-state", "ship-postal-code", "ship-country",
    "promotion-ids", "is-business-order", "purchase-order-number", "price-designation ",
]  # fmt: skip
LINE: dict[str, str] = {
    "amazon-order-id": "111-1111111-1111111",
    "purchase-date": "2026-01-10T18:00:00+00:00",
    "last-updated-date": "2026-01-12T18:00:00+00:00",
    "order-status": "Shipped",
    "fulfillment-channel": "Amazon",
    "sales-channel": "Amazon.com",
    "product-name": 'Mat 17.7" x 29.5"',
    "sku": "A-1",
    "item-status": "Shipped",
    "quantity": "2",
    "currency": "USD",
    "item-price": "39.98",
    "ship-city": "Springfield",
    "ship-postal-code": "12345",
    "ship-country": "US",
    "is-business-order": "false",
    "purchase-order-number": "PO 77",
}


def orders(*lines: dict[str, str], header: list[str] = HEADER) -> bytes:
    return tsv(header, *([({**LINE, **line}).get(name, "") for name in header] for line in lines))


def only(**changes: str) -> Any:
    whole = read(orders({name.replace("_", "-"): value for name, value in changes.items()}), None)
    assert whole.errors == []
    (row,) = whole.rows
    return row


def test_the_report_tells_everything_itself() -> None:
    assert recognise(KINDS, orders({})).needs == ()


def test_the_price_is_the_total_of_the_line() -> None:
    row = only()
    assert (row.units, row.item_price, row.currency) == (2, Decimal("39.98"), "USD")


@pytest.mark.parametrize(
    ("channel", "purchased", "day"),
    [
        ("Amazon.com", "2026-01-11T07:59:59+00:00", date(2026, 1, 10)),
        ("Amazon.com", "2026-01-11T08:00:00+00:00", date(2026, 1, 11)),
        ("Amazon.co.jp", "2026-01-10T23:30:00+09:00", date(2026, 1, 10)),
        ("Amazon.co.jp", "2026-01-10T15:00:00+00:00", date(2026, 1, 11)),
        ("Amazon.de", "2026-07-10T22:00:00+00:00", date(2026, 7, 11)),
    ],
)
def test_a_sales_day_is_a_day_of_the_marketplace(channel: str, purchased: str, day: date) -> None:
    assert only(sales_channel=channel, purchase_date=purchased).sales_date == day


@pytest.mark.parametrize(("quantity", "price"), [("0", ""), ("1", "19.99"), ("0", "14.0")])
@pytest.mark.parametrize("status", ["Cancelled", "Canceled"])
def test_the_status_decides_that_a_line_is_cancelled(status: str, quantity: str, price: str) -> None:
    row = only(order_status=status, item_status="Unshipped", quantity=quantity, item_price=price)
    assert row.is_cancelled
    assert (row.sold_units, row.consumed_units) == (0, 0)


def test_an_order_from_elsewhere_takes_stock_but_is_no_sale() -> None:
    row = only(sales_channel="Non-Amazon", amazon_order_id="S01-1111111-1111111", item_price="", currency="")
    assert row.marketplace.country_code == "US"
    assert (row.sold_units, row.consumed_units, row.item_price) == (0, 2, None)


def test_an_order_from_elsewhere_needs_a_marketplace_from_somewhere() -> None:
    line = {"sales-channel": "Non-Amazon", "ship-country": ""}
    assert errors(read(orders(line), None)) == [(2, "sales-channel", "unknown_marketplace")]
    assert read(orders(line), "CA").rows[0].marketplace.country_code == "CA"
    assert read(orders({**line, "sales-channel": "Non-Amazon DE"}), None).rows[0].marketplace.country_code == "DE"


def test_what_the_seller_ships_takes_nothing_from_amazons_stock() -> None:
    row = only(fulfillment_channel="Merchant")
    assert (row.sold_units, row.consumed_units) == (2, 0)


def test_a_replacement_takes_stock_but_is_no_sale() -> None:
    header = [*HEADER, "is-replacement-order"]
    (row,) = read(orders({"is-replacement-order": "true"}, header=header), None).rows
    assert (row.sold_units, row.consumed_units) == (0, 2)


def test_pending_orders_are_demand_although_their_price_is_not_known_yet() -> None:
    row = only(order_status="Pending", item_price="", item_status="")
    assert (row.sold_units, row.item_price, row.item_status) == (2, None, None)


def test_without_an_item_id_the_key_is_sku_and_occurrence() -> None:
    whole = read(orders({}, {"sku": "B-1"}, {}, {"amazon-order-id": "222-2222222-2222222"}), None)
    assert [(row.amazon_order_id[:3], row.line_key) for row in whole.rows] == [
        ("111", "A-1#1"),
        ("111", "B-1#1"),
        ("111", "A-1#2"),
        ("222", "A-1#1"),
    ]


def test_an_item_id_is_the_key_unless_it_is_a_line_number() -> None:
    header = [*HEADER, "order-item-id"]
    data = orders({"order-item-id": "12345678901234"}, {"order-item-id": "2"}, {"order-item-id": "gift"}, header=header)
    whole = read(data, None)
    assert whole.recognition.generation == "2026"
    assert [row.line_key for row in whole.rows] == ["12345678901234", "A-1#2", "A-1#3"]


def test_an_item_id_rounded_by_a_spreadsheet_is_refused() -> None:
    header = [*HEADER, "order-item-id"]
    whole = read(orders({"order-item-id": "1.23457E+13"}, header=header), None)
    assert errors(whole) == [(2, "order-item-id", "damaged_id")]


def test_the_line_updated_last_wins() -> None:
    header = [*HEADER, "order-item-id"]
    one = {"order-item-id": "12345678901234"}
    later = {**one, "last-updated-date": "2026-01-20T00:00:00+00:00", "order-status": "Cancelled"}
    for lines in ([one, later], [later, one]):
        (row,) = latest_lines(read(orders(*lines, header=header), None).rows)
        assert row.is_cancelled


def test_what_tells_who_the_buyer_is_is_left_out() -> None:
    header = [*HEADER, "buyer-company-name", "buyer-email", "recipient-name", "cpf"]
    line = {"buyer-company-name": "Duff", "buyer-email": "h@example.com", "recipient-name": "Homer", "cpf": "1"}
    whole = read(orders(line, header=header), None)
    written = repr(whole.rows)
    for secret in ("Springfield", "12345'", "PO 77", "Duff", "example.com", "Homer"):
        assert secret not in written
    personal = {column.name for column in COLUMNS if column.personal}
    assert not personal & {field.name for field in fields(OrderLine)}
    assert whole.recognition.unknown_columns == ()


def test_the_variant_of_2022_without_url_is_read() -> None:
    header = [name for name in HEADER if name != "url"] + ["cpf", "signature-confirmation-recommended"]
    whole = read(orders({}, header=header), None)
    assert (whole.recognition.generation, len(whole.rows)) == ("2022", 1)


def test_a_status_may_be_longer_than_a_word() -> None:
    assert only(order_status="Shipped - Delivered to Buyer").order_status == "shipped"


def test_bad_lines_are_reported_each_with_its_place() -> None:
    whole = read(
        orders({}, {"purchase-date": "10/01/2026"}, {"quantity": "two"}, {"sales-channel": "Amazon.xx"}, {"sku": ""}),
        None,
    )
    assert len(whole.rows) == 1
    assert errors(whole) == [
        (3, "purchase-date", "bad_instant"),
        (4, "quantity", "bad_number"),
        (5, "sales-channel", "unknown_marketplace"),
        (6, "sku", "empty"),
    ]


def test_amounts_in_several_currencies_are_never_added_up() -> None:
    euros = {"sales-channel": "Amazon.de", "currency": "EUR", "item-price": "10.00"}
    totals = read(orders({}, euros, euros), None).totals
    assert (totals["sold_amount_eur"], totals["sold_amount_usd"]) == (Decimal("20.00"), Decimal("39.98"))
    assert "sold_amount" not in totals
    assert read(orders({}, {}), None).totals["sold_amount"] == Decimal("79.96")
    assert read(orders({"order-status": "Cancelled"}), None).totals["sold_amount"] == 0
