"""The demo seller's files are what they claim to be: readable, consistent with each other, the same every time."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from deploy.demo.catalogue import LISTINGS, MARKETS
from deploy.demo.generate import DemoFile, demo_today, generate
from deploy.demo.history import DAYS, expected_demand, histories
from services.inventory.formats.kinds import KINDS
from shared.core.marketplaces import find_marketplace
from shared.files.facts import Facts
from shared.files.reading import WholeFile, read_whole

TODAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def files() -> list[DemoFile]:
    return generate(TODAY)


@pytest.fixture(scope="module")
def read(files: list[DemoFile]) -> dict[str, WholeFile[Any]]:
    """Every file as our own readers understand it, by name."""
    return {
        file.name: read_whole(
            KINDS,
            file.content,
            Facts(
                find_marketplace(file.marketplace) if file.marketplace else None,
                file.from_date,
                file.to_date,
                file.as_of,
            ),
        )
        for file in files
    }


def test_every_file_is_recognised_as_its_kind_and_read_without_an_error(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    for file in files:
        assert read[file.name].recognition.kind == file.kind
        assert read[file.name].errors == []
        assert read[file.name].totals["rows"] > 0


def test_the_same_day_gives_the_same_bytes(files: list[DemoFile]) -> None:
    assert generate(TODAY) == files


def test_nothing_in_the_files_is_later_than_the_morning_they_are_of(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    for file in files:
        assert file.to_date is None or file.to_date < TODAY
        if file.kind == "all_orders":
            assert all(row.sales_date < TODAY for row in read[file.name].rows)


def test_business_report_and_orders_tell_the_same_sales(files: list[DemoFile], read: dict[str, WholeFile[Any]]) -> None:
    for market in MARKETS:
        report = next(f for f in files if f.kind == "business_report_by_child" and f.marketplace == market)
        assert report.from_date is not None
        units, amount = 0, Decimal(0)
        for file in files:
            if file.kind != "all_orders" or file.marketplace != market:
                continue
            for row in read[file.name].rows:
                if row.sales_date >= report.from_date and not row.is_cancelled and row.is_amazon_sale:
                    units, amount = units + row.units, amount + row.item_price
        totals = read[report.name].totals
        assert (totals["units"], totals["sales"]) == (units, amount)


def test_sold_units_are_those_of_the_history_and_never_more_than_was_on_the_shelf() -> None:
    for history in histories(TODAY, 20):
        before = history.sellable[:-1]
        assert (history.sellable >= 0).all()
        empty = (before == 0) & (history.sellable[1:] == 0)
        arrived = history.sellable[1:] + history.sold[1:] > before
        assert (history.sold[1:][empty & ~arrived] == 0).all()


def test_the_cast_has_a_launch_a_dying_item_an_empty_shelf_a_multipack_and_a_shared_pool() -> None:
    assert len(LISTINGS) >= 40
    by_sku = {history.listing.seller_sku: history for history in histories(TODAY, 20)}
    launched = by_sku["HR-ADAPTER"]
    assert launched.sold[: launched.launched].sum() == 0
    assert launched.sold[-60:].sum() > 60
    dying = expected_demand(by_sku["HR-LAMP-W"].listing, by_sku["HR-LAMP-W"].product, TODAY)
    assert dying[-30:].mean() < 0.2 * dying[:30].mean()
    assert by_sku["HR-DRAWER-EU"].sellable[-1] == 0
    assert any(listing.units_per_listing > 1 for listing in LISTINGS)
    sharing: dict[str, set[str]] = defaultdict(set)
    for listing in LISTINGS:
        sharing[listing.product].add(listing.marketplace)
    assert sum(len(markets) > 1 for markets in sharing.values()) >= 10
    assert len(by_sku["HR-CUBE6"].sold) == DAYS


def test_the_demo_day_has_begun_in_every_marketplace() -> None:
    assert demo_today(datetime(2026, 3, 31, 5, 0, tzinfo=UTC)) == date(2026, 3, 30)
    assert demo_today(datetime(2026, 3, 31, 12, 0, tzinfo=UTC)) == date(2026, 3, 31)
