"""Decides which services tell planning what was measured, and when one has been silent for too long."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Provider(StrEnum):
    """A service that measures."""

    INVENTORY = "inventory"
    ADS = "ads"


# A product's code (empty for all products), a metric's code, a first day: the order of readings that end on one day.
ReadingPlace = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class ToldStretch:
    """A part of a marketplace's day of which a feed has told all that was known at `observed_at`.

    It holds the readings that end on the day behind one place and up to another; None: from the first, to the last.
    """

    marketplace: str
    channel: str
    end_date: date
    after: ReadingPlace | None
    until: ReadingPlace | None
    observed_at: datetime


# Figures are of whole days: a feed that has not been pulled for one leaves something out.
SILENT_AFTER = timedelta(hours=24)
