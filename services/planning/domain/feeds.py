"""Decides which services tell planning what was measured, and when one has been silent for too long."""

from datetime import timedelta
from enum import StrEnum


class Provider(StrEnum):
    """A service that measures."""

    INVENTORY = "inventory"
    ADS = "ads"


# Figures are of whole days: a feed that has not been pulled for one leaves something out.
SILENT_AFTER = timedelta(hours=24)
