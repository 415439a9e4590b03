"""Decides which advertising files the demo seller has on its disk on a day: three pulls of reports, a bulk sheet."""

import argparse
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from deploy.demo import ads_reports
from deploy.demo.ads_history import CampaignHistory, campaign_histories
from deploy.demo.catalogue import MARKETS
from deploy.demo.generate import SEED, DemoFile, demo_today, midnight, write
from deploy.demo.history import histories

# The days of a pull overlap those of the one before: orders come late, and Amazon corrects its figures.
FIRST_PULL_DAYS_AGO, EARLIER_PULL_DAYS_AGO = 60, 3
FULL_PULL_DAYS, LAST_PULL_DAYS = 63, 17

_REPORTS = {
    "search_term": ads_reports.search_terms,
    "targeting": ads_reports.targets,
    "placement": ads_reports.placements,
    "advertised_product": ads_reports.advertised_products,
    "campaign": ads_reports.campaigns,
}
# What was spent for what is asked of long ago too; what shoppers typed then is not.
_KEPT_LONG = ("advertised_product", "campaign")


def generate_ads(today: date, seed: int = SEED) -> list[DemoFile]:
    """All advertising files in the order in which to import them; deterministic."""
    everything = campaign_histories(histories(today, seed), today, seed)
    files = []
    for market in MARKETS:
        own = [each for each in everything if each.campaign.marketplace == market]
        files += _pull(market, own, today, FIRST_PULL_DAYS_AGO, FULL_PULL_DAYS, _KEPT_LONG)
        files += _pull(market, own, today, EARLIER_PULL_DAYS_AGO, FULL_PULL_DAYS)
        files += _pull(market, own, today, 0, LAST_PULL_DAYS)
        first, last = today - timedelta(days=60), today - timedelta(days=1)
        files.append(
            DemoFile(
                f"bulk_{market.lower()}_{today}.xlsx",
                "bulk_sheet",
                ads_reports.bulk_sheet(own, today),
                account=MARKETS[market].account,
                marketplace=market,
                from_date=first,
                to_date=last,
                as_of=_pulled_at(today),
            )
        )
    return files


def _pull(
    market: str,
    own: list[CampaignHistory],
    today: date,
    days_ago: int,
    days: int,
    reports: Collection[str] = tuple(_REPORTS),
) -> list[DemoFile]:
    """One pull: the American ones by the Ads API, the German ones from the console."""
    made = partial(
        DemoFile,
        account=MARKETS[market].account,
        marketplace=market,
        as_of=_pulled_at(today - timedelta(days=days_ago)),
    )
    day = today - timedelta(days=days_ago)
    files = []
    for name in reports:
        rows = _REPORTS[name](own, days_ago, days)
        if market == "US":
            content, ending = ads_reports.api_report(rows), "json"
        elif name == "campaign":
            content, ending = ads_reports.german_csv(rows), "csv"
        else:
            content, ending = ads_reports.german_workbook(rows, day), "xlsx"
        files.append(made(f"sp_{name}_{market.lower()}_{day}.{ending}", f"{name}_report", content))
    return files


def _pulled_at(day: date) -> datetime:
    """The moment at which a day has begun in all of the seller's marketplaces, and the one before has ended."""
    return max(midnight(market, day) for market in MARKETS)


def main() -> None:
    """Write the advertising files for a day: `python -m deploy.demo.ads_files DIRECTORY --today 2026-03-31`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--today", type=date.fromisoformat, default=demo_today(datetime.now(UTC)))
    chosen = parser.parse_args()
    write(generate_ads(chosen.today), chosen.directory)


if __name__ == "__main__":
    main()
