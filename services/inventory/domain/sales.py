"""Decides which report about a day's sales and stock is believed, and of which days a report has all orders."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.core.marketplaces import Marketplace


class SalesSource(StrEnum):
    """Who reports sales, least believed first.

    Of some days only a few orders are known, as of those before a report by last update: they say what was sold at
    least, and no plan counts them. Business reports count what was ordered, cancelled later or not; order lines know
    their end; what the seller states in a file of our own template is meant to correct both.
    """

    PARTIAL_ORDERS = "partial_orders"
    BUSINESS_REPORT = "business_report"
    SALES_AND_TRAFFIC = "sales_and_traffic"
    ORDERS = "orders"
    STATED = "stated"


class StockDaySource(StrEnum):
    """Who says whether a listing was in stock; what the seller states is not overruled by a report."""

    SNAPSHOT = "snapshot"
    STATED = "stated"


def rank(source: str) -> int:
    """Place of a source in the order of belief; a lower one never replaces figures of a higher."""
    return list(SalesSource).index(SalesSource(source))


def complete_days(
    purchased_from: date, purchased_to: date, updated_from: date, finished_to: date
) -> tuple[date, date] | None:
    """The first and last day whose orders a report of order lines has all of, when its sender does not say.

    A report by order date has all orders from the first to the last. A report by last update has old orders too,
    among which others are missing: complete is only what was ordered since its first update. The later of the
    two beginnings is right for both, and costs a report by order date its first few days at most. `finished_to` is
    the last day that was over when the report was made. None when no day is left.
    """
    first, last = max(purchased_from, min(updated_from, purchased_to)), min(purchased_to, finished_to)
    return (first, last) if first <= last else None


def last_finished_day(marketplace: Marketplace, last_updated_at: datetime) -> date:
    """The last day that was over when a report was made, told by the newest update in it.

    An update within the last hour of a day shows that the day was as good as over.
    """
    return marketplace.day_of(last_updated_at + timedelta(hours=1)) - timedelta(days=1)
