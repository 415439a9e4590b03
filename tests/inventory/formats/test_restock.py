"""Restock reports: both generations, and what their empty and odd cells mean."""

from datetime import date
from decimal import Decimal

import pytest

from services.inventory.formats.kinds import KINDS
from shared.files.recognise import recognise
from tests.inventory.formats.build import csv, errors, read

OLD = [
    "Country", "Product Description", "FNSKU", "SKU", "ASIN", "Condition", "Supplier", "Supplier part no.",
    "Currency Code", "Price", "Sales last 30 days (sales)", "Sales last 30 days (units)", "Total Inventory",
    "Inbound Inventory", "Available Inventory", "Reserved - FC transfer", "Reserved - FC processing",
    "Reserved - Customer Order", "Unfulfillable", "Fulfilled by", "Days of Supply", "Instock Alert",
    "Recommended Order Quantity", "Recommended Order Date",
]  # fmt: skip
NOW = [
    "Country", "Product Name", "FNSKU", "Merchant SKU", "ASIN", "Condition", "Supplier", "Supplier part no.",
    "Currency code", "Price", "Sales last 30 days", "Units Sold Last 30 Days", "Total Units", "Inbound", "Available",
    "FC transfer", "FC Processing", "Customer Order", "Unfulfillable", "Working", "Shipped", "Receiving",
    "Fulfilled by", "Total Days of Supply (including units from open shipments)",
    "Days of Supply at Amazon Fulfillment Network", "Alert", "Recommended replenishment qty",
    "Recommended ship date", "Recommended action", "Unit storage size",
]  # fmt: skip


def old(country: str = "US", days: str = "40", alert: str = "", units: str = "", day: str = "") -> list[str]:
    return [
        country, "Mat", "X1", "A-1", "B01", "New", "unassigned", "", "USD", "59.99", "39.99", "1", "30", "10", "20",
        "1", "2", "3", "4", "Amazon", days, alert, units, day,
    ]  # fmt: skip


def now(country: str = "United Kingdom", day: str = "04/07/2026") -> list[str]:
    return [
        country, "Sign", "X1", "A-1", "B01", "New", "Acme", "P7", "GBP", "9.99", "245.00", "24", "30", "10", "20",
        "1", "2", "3", "4", "5", "6", "7", "Amazon", "15", "10", "Out of stock", "227", day, "Create shipment", "Small",
    ]  # fmt: skip


def test_both_generations_give_the_same_fields() -> None:
    first, second = read(csv(OLD, old())), read(csv(NOW, now()))
    assert (first.recognition.generation, second.recognition.generation) == ("2019", "current")
    assert first.errors == second.errors == []
    for row in (first.rows[0], second.rows[0]):
        assert (row.seller_sku, row.total_units, row.inbound_units, row.available_units) == ("A-1", 30, 10, 20)
        assert (row.fc_transfer_units, row.fc_processing_units, row.customer_order_units) == (1, 2, 3)
        assert row.unfulfillable_units == 4
    assert (first.rows[0].sales_30_days, first.rows[0].units_30_days) == (Decimal("39.99"), 1)
    assert (second.rows[0].sales_30_days, second.rows[0].units_30_days) == (Decimal("245.00"), 24)
    assert second.rows[0].inbound_working_units == 5


def test_no_advice_is_not_the_advice_to_send_nothing() -> None:
    assert read(csv(OLD, old(units=""))).rows[0].recommended_units is None
    assert read(csv(OLD, old(units="0"))).rows[0].recommended_units == 0


@pytest.mark.parametrize(("text", "days", "capped"), [("365+", 365, True), ("40", 40, False), ("", None, False)])
def test_days_of_supply_may_be_capped_or_empty(text: str, days: int | None, capped: bool) -> None:
    (row,) = read(csv(OLD, old(days=text))).rows
    assert (row.days_of_supply, row.is_days_of_supply_capped) == (days, capped)


def test_alerts_are_codes_however_they_are_written() -> None:
    assert read(csv(OLD, old(alert="out_of_stock"))).rows[0].alert == "out_of_stock"
    assert read(csv(NOW, now())).rows[0].alert == "out_of_stock"
    assert read(csv(OLD, old(alert=""))).rows[0].alert is None


def test_the_country_is_a_code_or_a_name_and_tells_the_order_of_the_date() -> None:
    assert read(csv(OLD, old(day="12/15/2019"))).rows[0].recommended_ship_date == date(2019, 12, 15)
    assert read(csv(NOW, now("United Kingdom"))).rows[0].recommended_ship_date == date(2026, 7, 4)
    assert read(csv(NOW, now("US"))).rows[0].recommended_ship_date == date(2026, 4, 7)


def test_an_unassigned_supplier_is_none() -> None:
    assert read(csv(OLD, old())).rows[0].supplier is None
    assert read(csv(NOW, now())).rows[0].supplier == "Acme"


def test_bad_cells_are_reported_by_the_header_as_printed() -> None:
    whole = read(csv(OLD, old(), old(country="Atlantis"), old(days="many"), old(day="15/12/2019")))
    assert errors(whole) == [
        (3, "Country", "unknown_marketplace"),
        (4, "Days of Supply", "bad_number"),
        (5, "Recommended Order Date", "bad_date"),
    ]


def test_the_moment_is_asked_for_and_the_marketplace_is_not() -> None:
    assert recognise(KINDS, csv(NOW)).needs == ("as_of",)
