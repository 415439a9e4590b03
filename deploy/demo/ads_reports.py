"""Writes what Amazon says of the demo seller's advertising: Ads API reports, German console files, bulk sheets."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import xlsxwriter

from deploy.demo.ads_catalogue import DAYS, Target
from deploy.demo.ads_history import (
    CampaignHistory,
    invented_id,
    reported_orders,
    reported_orders_at,
    split_cents,
)
from deploy.demo.history import Ints
from services.ads.formats.bulk_columns import BULK_HEADERS
from shared.core.marketplaces import get_marketplace

_PLACEMENTS = ("Top of Search on-Amazon", "Other on-Amazon", "Detail Page on-Amazon")
_BULK_PLACEMENTS = ("Placement Top", "Placement Rest Of Search", "Placement Product Page")
_AUTOMATIC = ("close-match", "loose-match", "substitutes", "complements")

Record = dict[str, Any]


def pulled_days(pulled_days_ago: int, days: int) -> range:
    """The rows of the last `days` days before a pull so many days before `today`."""
    last = DAYS - pulled_days_ago
    return range(max(0, last - days), last)


def search_terms(histories: Sequence[CampaignHistory], pulled_days_ago: int, days: int) -> Iterator[Record]:
    """A row for each day and term that somebody clicked: others are not in Amazon's report."""
    for history in histories:
        known = reported_orders(history, pulled_days_ago)
        terms = [(target, term) for target in history.campaign.targets for term in target.terms]
        for day in pulled_days(pulled_days_ago, days):
            for number in np.flatnonzero(history.clicks[day]).tolist():
                target, term = terms[number]
                yield {
                    **_of_target(history, day, target),
                    "search_term": term.text,
                    **_figures(
                        history,
                        history.impressions[day, number],
                        history.clicks[day, number],
                        history.cents[day, number],
                        known[day, number],
                    ),
                }


def targets(histories: Sequence[CampaignHistory], pulled_days_ago: int, days: int) -> Iterator[Record]:
    """A row for each day and target that was seen."""
    for history in histories:
        known = reported_orders(history, pulled_days_ago)
        place = np.array(history.target_of_term)
        for day in pulled_days(pulled_days_ago, days):
            for row, target in enumerate(history.campaign.targets):
                if history.target_impressions[day, row]:
                    mine = place == row
                    yield {
                        **_of_target(history, day, target),
                        **_figures(
                            history,
                            history.target_impressions[day, row],
                            history.clicks[day, mine].sum(),
                            history.cents[day, mine].sum(),
                            known[day, mine].sum(),
                        ),
                    }


def campaigns(histories: Sequence[CampaignHistory], pulled_days_ago: int, days: int) -> Iterator[Record]:
    """A row for each day and campaign that was seen."""
    for history, day, known in _days(histories, pulled_days_ago, days):
        yield {**_of_campaign(history, day), **_all_of_day(history, day, known)}


def advertised_products(histories: Sequence[CampaignHistory], pulled_days_ago: int, days: int) -> Iterator[Record]:
    """A row for each day and ad that was seen."""
    for history, day, known in _days(histories, pulled_days_ago, days):
        listing = history.listing
        yield {
            **_of_ad_group(history, day),
            "ad_id": invented_id(history.campaign.name, "ad"),
            "sku": listing.listing.seller_sku,
            "asin": listing.asin,
            **_all_of_day(history, day, known),
        }


def placements(histories: Sequence[CampaignHistory], pulled_days_ago: int, days: int) -> Iterator[Record]:
    """A row for each day, campaign and placement that was clicked."""
    for history in histories:
        known = reported_orders_at(history, pulled_days_ago)
        for day in pulled_days(pulled_days_ago, days):
            clicked: Ints = history.at_placement[day].sum(axis=0)
            if not clicked.any():
                continue
            cents = split_cents(history.cents[[day]].sum(axis=1), clicked[None, :])[0]
            seen = split_cents(history.target_impressions[[day]].sum(axis=1), clicked[None, :])[0]
            for number in np.flatnonzero(clicked).tolist():
                yield {
                    **_of_campaign(history, day),
                    "placement": _PLACEMENTS[number],
                    **_figures(history, seen[number], clicked[number], cents[number], known[day, number]),
                }


def _days(
    histories: Sequence[CampaignHistory], pulled_days_ago: int, days: int
) -> Iterator[tuple[CampaignHistory, int, int]]:
    for history in histories:
        known = reported_orders(history, pulled_days_ago).sum(axis=1)
        for day in pulled_days(pulled_days_ago, days):
            if history.target_impressions[day].any():
                yield history, day, int(known[day])


def _of_campaign(history: CampaignHistory, day: int) -> Record:
    return {
        "day": history.first_date + timedelta(days=day),
        "campaign_id": history.amazon_id,
        "campaign": history.campaign.name,
        "portfolio": history.campaign.portfolio,
        "budget": history.campaign.daily_budget,
        "currency": get_marketplace(history.campaign.marketplace).currency,
    }


def _of_ad_group(history: CampaignHistory, day: int) -> Record:
    return _of_campaign(history, day) | {
        "ad_group_id": ad_group_id(history),
        "ad_group": ad_group_name(history),
    }


def _of_target(history: CampaignHistory, day: int, target: Target) -> Record:
    return _of_ad_group(history, day) | {
        "target_id": target_id(history, target),
        "targeting": target.text,
        "match": target.match,
        "bid": target.bid,
    }


def _all_of_day(history: CampaignHistory, day: int, orders: int) -> Record:
    return _figures(
        history,
        history.target_impressions[day].sum(),
        history.clicks[day].sum(),
        history.cents[day].sum(),
        orders,
    )


def _figures(history: CampaignHistory, seen: int, clicks: int, cents: int, orders: int) -> Record:
    return {
        "impressions": int(seen),
        "clicks": int(clicks),
        "cost": Decimal(int(cents)) / 100,
        "orders": int(orders),
        "sales": int(orders) * history.price,
    }


def ad_group_id(history: CampaignHistory) -> int:
    """An invented id."""
    return invented_id(history.campaign.name, "ad group")


def ad_group_name(history: CampaignHistory) -> str:
    """What its only ad group is called."""
    return history.listing.listing.seller_sku


def target_id(history: CampaignHistory, target: Target) -> int:
    """An invented id."""
    return invented_id(history.campaign.name, target.text, target.match or "")


# What the Ads API calls each figure; dates and money are written as it does.
_API_NAMES = {
    "day": "date",
    "campaign_id": "campaignId",
    "campaign": "campaignName",
    "budget": "campaignBudgetAmount",
    "currency": "campaignBudgetCurrencyCode",
    "ad_group_id": "adGroupId",
    "ad_group": "adGroupName",
    "target_id": "keywordId",
    "targeting": "targeting",
    "bid": "keywordBid",
    "search_term": "searchTerm",
    "placement": "placementClassification",
    "ad_id": "adId",
    "sku": "advertisedSku",
    "asin": "advertisedAsin",
    "impressions": "impressions",
    "clicks": "clicks",
    "cost": "cost",
}


def api_report(records: Iterator[Record]) -> bytes:
    """The answer of the reporting API, version 3, unzipped."""
    rows = []
    for record in records:
        row = {
            name: _api_value(record[key])
            for key, name in _API_NAMES.items()
            if key in record and (key != "budget" or "ad_group_id" not in record)
        }
        if "targeting" in record:
            row["matchType"] = (record["match"] or _api_match(record["targeting"])).upper()
        if "budget" in record and "ad_group_id" not in record:
            row |= {"campaignStatus": "ENABLED", "campaignBudgetType": "DAILY_BUDGET"}
        row |= {
            "purchases7d": record["orders"],
            "unitsSoldClicks7d": record["orders"],
            "sales7d": float(record["sales"]),
            "unitsSoldSameSku7d": record["orders"],
            "attributedSalesSameSku7d": float(record["sales"]),
        }
        rows.append(row)
    return json.dumps(rows, separators=(",", ":")).encode()


def _api_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _api_match(targeting: str) -> str:
    return "targeting_expression_predefined" if targeting in _AUTOMATIC else "targeting_expression"


_GERMAN_NAMES: dict[str, tuple[str, Callable[[Record], Any]]] = {
    "day": ("Datum", lambda record: record["day"]),
    "portfolio": ("Portfolioname", lambda record: record["portfolio"]),
    "currency": ("Währung", lambda record: record["currency"]),
    "campaign": ("Kampagnen-Name", lambda record: record["campaign"]),
    "ad_group": ("Anzeigengruppenname", lambda record: record["ad_group"]),
    "sku": ("Beworbene SKU", lambda record: record["sku"]),
    "asin": ("Beworbene ASIN", lambda record: record["asin"]),
    "targeting": ("Targeting", lambda record: record["targeting"]),
    "match": ("Übereinstimmungstyp", lambda record: (record["match"] or "-").upper()),
    "search_term": ("Suchbegriff des Kunden", lambda record: record["search_term"]),
    "placement": ("Platzierung", lambda record: record["placement"]),
    "impressions": ("Impressionen", lambda record: record["impressions"]),
    "clicks": ("Klicks", lambda record: record["clicks"]),
    "cost": ("Ausgaben", lambda record: float(record["cost"])),
    "sales": ("7 Tage, Umsatz gesamt (€)", lambda record: float(record["sales"])),
    "orders": ("7 Tage, Aufträge gesamt (#)", lambda record: record["orders"]),
    "units": ("7 Tage, Einheiten gesamt (#)", lambda record: record["orders"]),
}


def _german(records: Iterator[Record]) -> tuple[list[str], list[list[Any]]]:
    rows = list(records)
    keys = [key for key in _GERMAN_NAMES if key == "units" or key in rows[0]]
    return [_GERMAN_NAMES[key][0] for key in keys], [[_GERMAN_NAMES[key][1](row) for key in keys] for row in rows]


def german_workbook(records: Iterator[Record], today: date) -> bytes:
    """The console's German download: dates are dates, money numbers."""
    header, rows = _german(records)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(today.year, today.month, today.day, tzinfo=UTC)})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet("Sponsored Products")
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            sheet.write_datetime(number, 0, row[0], day)
            sheet.write_row(number, 1, row[1:])
    return file.getvalue()


def german_csv(records: Iterator[Record]) -> bytes:
    """The console's German campaign file: English dates, euros with their sign in front, a byte order mark."""
    header, rows = _german(records)
    cost, sales = header.index("Ausgaben"), header.index("7 Tage, Umsatz gesamt (€)")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*header, "Status"])
    for row in rows:
        cells = [f"{row[0]:%b %d, %Y}", *row[1:], "ENABLED"]
        cells[cost], cells[sales] = f"€{row[cost]:.2f}", f"€{row[sales]:.2f}"
        writer.writerow(cells)
    return ("\ufeff" + text.getvalue()).encode()


def bulk_sheet(histories: Sequence[CampaignHistory], today: date) -> bytes:
    """The bulk-operations sheet (2.0) that the console gives for download: what there is, with Amazon's ids."""
    names = list(BULK_HEADERS)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(today.year, today.month, today.day, tzinfo=UTC)})
        sheet = book.add_worksheet("Sponsored Products Campaigns")
        sheet.write_row(0, 0, list(BULK_HEADERS.values()))
        rows = [row for history in histories for row in _entities(history)]
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row.get(name, "") for name in names])
    return file.getvalue()


def _entities(history: CampaignHistory) -> Iterator[Record]:
    campaign = history.campaign
    base: Record = {
        "product": "Sponsored Products",
        "campaign_id": str(history.amazon_id),
        "shown_campaign_name": campaign.name,
        "portfolio": campaign.portfolio,
        "state": "enabled",
    }
    yield base | {
        "entity": "Campaign",
        "campaign_name": campaign.name,
        "start_date": f"{history.first_date:%Y%m%d}",
        "targeting_type": "Auto" if campaign.is_automatic else "Manual",
        "daily_budget": campaign.daily_budget,
        "bidding_strategy": "Dynamic bids - down only",
    }
    for number, placement in enumerate(_BULK_PLACEMENTS):
        percentage = campaign.modifier if number == 0 else 0
        yield base | {"entity": "Bidding Adjustment", "placement": placement, "percentage": percentage}
    group = base | {"ad_group_id": str(ad_group_id(history)), "shown_ad_group_name": ad_group_name(history)}
    bid = max(target.bid for target in campaign.targets)
    yield group | {"entity": "Ad Group", "ad_group_name": ad_group_name(history), "default_bid": bid}
    yield group | {
        "entity": "Product Ad",
        "ad_id": str(invented_id(campaign.name, "ad")),
        "seller_sku": history.listing.listing.seller_sku,
        "asin": history.listing.asin,
    }
    for target in campaign.targets:
        own = str(target_id(history, target))
        if target.match is None:
            told = {"entity": "Product Targeting", "product_targeting_id": own, "targeting_expression": target.text}
        else:
            told = {
                "entity": "Keyword",
                "keyword_id": own,
                "keyword_text": target.text,
                "match_type": target.match.title(),
            }
        yield group | told | {"bid": target.bid}
