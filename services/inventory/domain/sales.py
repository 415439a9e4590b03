"""Decides which report about a day's sales and stock is believed."""

from enum import StrEnum


class SalesSource(StrEnum):
    """Who reports sales, least believed first.

    Business reports count what was ordered, cancelled later or not; order lines know their end; what the seller
    states in a file of our own template is meant to correct both.
    """

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
