"""The demo seller's files are what they claim to be: readable, consistent with each other, the same every time."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from deploy.demo.catalogue import LISTINGS, MARKETS
from deploy.demo.generate import SEED, DemoFile, demo_today, generate
from deploy.demo.history import DAYS, expected_demand, histories
from services.inventory.formats.kinds import KINDS
from shared.core.marketplaces import find_marketplace, get_marketplace
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


def test_the_report_by_date_tells_the_sales_of_the_orders_and_visits_of_every_day(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    for market in MARKETS:
        (report,) = [f for f in files if f.kind == "business_report_by_date" and f.marketplace == market]
        days = {row.sales_date: row for row in read[report.name].rows}
        assert sorted(days) == [TODAY - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
        sold: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for file in files:
            if file.kind == "all_orders" and file.marketplace == market:
                for row in read[file.name].rows:
                    if not row.is_cancelled and row.is_amazon_sale:
                        sold[row.sales_date][0] += row.units
                        sold[row.sales_date][1] += row.item_price
        assert {day: [row.units, row.sales] for day, row in days.items()} == {day: sold[day] for day in days}
        assert all(row.sessions >= row.order_items for row in days.values())
    us = next(f for f in files if f.kind == "business_report_by_date" and f.marketplace == "US")
    visits = {row.sales_date: row.sessions for row in read[us.name].rows}
    traffic = next(f for f in files if f.kind == "sales_and_traffic")
    told = {row.start_date: row.sessions for row in read[traffic.name].rows if hasattr(row, "start_date")}
    assert told == {day: visits[day] for day in told}


@pytest.mark.parametrize("today", [date(2026, 3, 1), TODAY, date(2026, 11, 29)])
def test_a_best_seller_was_sold_out_for_ten_days_of_a_month_that_is_over(today: date) -> None:
    (history,) = [each for each in histories(today, SEED) if each.listing.sold_out is not None]
    assert history.listing.daily_units == max(listing.daily_units for listing in LISTINGS)
    days = history.listing.sold_out.dates(today)  # type: ignore[union-attr]
    assert len(days) == 10
    assert {(each.year, each.month) for each in days} == {(days[0].year, days[0].month)}
    months = (today.year - days[0].year) * 12 + today.month - days[0].month
    assert 1 <= months <= 3
    first = (days[0] - history.first_date).days
    assert history.sold[first : first + 10].sum() == history.sellable[first : first + 10].sum() == 0
    assert history.sold[first - 10 : first].sum() > 30
    assert history.sold[first + 10 : first + 20].sum() > 30


def test_the_sell_out_stands_in_a_stock_report_of_each_of_its_days_and_the_day_before_and_after(
    files: list[DemoFile], read: dict[str, WholeFile[Any]]
) -> None:
    (lamp,) = [each for each in histories(TODAY, SEED) if each.listing.sold_out is not None]
    days = lamp.listing.sold_out.dates(TODAY)  # type: ignore[union-attr]
    stock: dict[date, int] = {}
    for file in files:
        if file.kind == "fba_manage_inventory" and file.marketplace == "US":
            assert file.as_of is not None
            day = get_marketplace("US").day_of(file.as_of)
            rows = {row.seller_sku: row for row in read[file.name].rows}
            stock[day] = rows["HR-LAMP"].fulfillable_units
    assert [stock[day] for day in days] == [0] * 10
    assert stock[days[0] - timedelta(days=1)] > 0
    assert stock[days[-1] + timedelta(days=1)] > 0


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
