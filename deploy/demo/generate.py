"""Decides which files the demo seller has on its disk on a given day, and writes them: the same day, the same bytes."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from deploy.demo import template_files
from deploy.demo.catalogue import MARKETS
from deploy.demo.history import DAYS, ListingHistory, histories
from deploy.demo.orders import OrderLine, all_orders_report, order_lines
from deploy.demo.stock_reports import inventory_report, restock_report
from deploy.demo.traffic_reports import (
    business_report,
    business_report_by_date,
    days_before,
    sales_and_traffic_report,
)
from shared.core.marketplaces import get_marketplace

SEED = 20
OPENING_DAYS_AGO = 60
SNAPSHOTS_DAYS_AGO = (49, 35, 21, 14, 7, 0)
_ORDER_FILE_DAYS = 100
_REPORT_DAYS = 30
_TRAFFIC_DAYS = 14


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file as a person would upload it, with the facts that it does not hold itself."""

    name: str
    kind: str
    content: bytes
    account: str | None = None
    marketplace: str | None = None
    from_date: date | None = None
    to_date: date | None = None
    as_of: datetime | None = None


def demo_today(now: datetime) -> date:
    """The day the demo is made for: the last one to have begun in all of the seller's marketplaces."""
    return min(get_marketplace(market).day_of(now) for market in MARKETS)


def generate(today: date, seed: int = SEED) -> list[DemoFile]:
    """All files of the demo seller in the order in which to import them; deterministic."""
    opening = today - timedelta(days=OPENING_DAYS_AGO)
    files = [
        DemoFile(
            f"products_{today}.xlsx",
            "product_master",
            template_files.product_master(today),
            account=MARKETS["US"].account,  # of listings whose row names none
        ),
        DemoFile("lanes.csv", "lanes", template_files.lanes()),
        DemoFile(f"exchange_rates_{today}.csv", "exchange_rates", template_files.exchange_rates(today, DAYS, seed)),
        DemoFile(
            f"domestic_stock_{opening}.csv",
            "domestic_stock",
            template_files.domestic_stock(opening, with_what_left_since=True),
        ),
    ]
    everything = histories(today, seed)
    for market in MARKETS:
        files += _market_files(market, [each for each in everything if each.listing.marketplace == market], today, seed)
    # Counted after the shipments under way have left: see deploy.demo.shipments.
    return [*files, DemoFile(f"domestic_stock_{today}.csv", "domestic_stock", template_files.domestic_stock(today))]


def _market_files(market: str, own: Sequence[ListingHistory], today: date, seed: int) -> list[DemoFile]:
    """The files of one marketplace: orders, snapshots of stock, business reports, and for the US two more."""
    lines = order_lines(market, own, seed)
    country = market.lower()
    made = partial(DemoFile, account=MARKETS[market].account, marketplace=market)
    files = _order_files(market, lines, today)
    for days_ago in snapshots_days_ago(own, today):
        day = today - timedelta(days=days_ago)
        name, content = f"fba_inventory_{country}_{day}.csv", inventory_report(own, seed, days_ago)
        as_of = midnight(market, day) - timedelta(minutes=1)  # what was left when the day before ended
        files.append(made(name, "fba_manage_inventory", content, as_of=as_of))
    days = days_before(today, _REPORT_DAYS)
    name, content = (
        f"BusinessReport_{country}_{days[0]}_{days[-1]}.csv",
        business_report(market, lines, own, days, seed),
    )
    files.append(made(name, "business_report_by_child", content, from_date=days[0], to_date=days[-1]))
    days = days_before(today, DAYS)
    name, content = (
        f"BusinessReport_by_date_{country}_{days[0]}_{days[-1]}.csv",
        business_report_by_date(market, lines, own, days, seed),
    )
    files.append(made(name, "business_report_by_date", content, from_date=days[0], to_date=days[-1]))
    if market == "US":
        days = days_before(today, _TRAFFIC_DAYS)
        name = f"sales_and_traffic_{country}_{days[0]}_{days[-1]}.json"
        files.append(made(name, "sales_and_traffic", sales_and_traffic_report(market, lines, own, days, seed)))
        name, content = f"restock_{country}_{today}.csv", restock_report(own, today, seed)
        files.append(made(name, "restock", content, as_of=midnight(market, today)))
    return files


def snapshots_days_ago(own: Sequence[ListingHistory], today: date) -> list[int]:
    """How many days ago stock was reported, oldest first: every week or two, and day by day around a sell-out."""
    around = {
        (today - day).days - 1 + beside
        for history in own
        if history.listing.sold_out is not None
        for day in history.listing.sold_out.dates(today)
        for beside in (-1, 0, 1)
    }
    return sorted({*SNAPSHOTS_DAYS_AGO, *around}, reverse=True)


def midnight(market: str, day: date) -> datetime:
    """The instant at which a marketplace's day begins."""
    return datetime.combine(day, time(), get_marketplace(market).zone_info).astimezone(UTC)


def _order_files(market: str, lines: Sequence[OrderLine], today: date) -> list[DemoFile]:
    """The all-orders reports, each of a stretch that Seller Central gives at once, oldest first."""
    files = []
    for start in range(DAYS, 0, -_ORDER_FILE_DAYS):
        first, last = today - timedelta(days=start), today - timedelta(days=start - _ORDER_FILE_DAYS + 1)
        part = [line for line in lines if first <= line.sale_date <= last]
        files.append(
            DemoFile(
                f"all_orders_{market.lower()}_{first}_{last}.txt",
                "all_orders",
                all_orders_report(part),
                account=MARKETS[market].account,
                marketplace=market,
                from_date=first,
                to_date=last,
            )
        )
    return files


def write(files: Sequence[DemoFile], directory: Path) -> None:
    """Put the files into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in files:
        (directory / file.name).write_bytes(file.content)


def main() -> None:
    """Write the demo seller's files for a day: `python -m deploy.demo.generate DIRECTORY --today 2026-03-31`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--today", type=date.fromisoformat, default=demo_today(datetime.now(UTC)))
    arguments = parser.parse_args()
    files = generate(arguments.today)
    write(files, arguments.directory)
    for file in files:
        print(f"{file.name:60} {len(file.content):>10,} bytes")


if __name__ == "__main__":
    main()
