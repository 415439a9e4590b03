"""Decides whether the conversion of advertising is low, normal or high."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class BandLabel(StrEnum):
    """Where a value lies; low conversion asks for an analysis."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Band:
    """What is normal, both edges included; a category may have its own."""

    low: Decimal
    high: Decimal


AD_CONVERSION_BAND = Band(Decimal("0.07"), Decimal("0.10"))


@dataclass(frozen=True, slots=True)
class BandVerdict:
    """A conversion and where it lies; both None without a click."""

    conversion: Decimal | None
    label: BandLabel | None


def judge_conversion(orders: Decimal, clicks: Decimal, band: Band = AD_CONVERSION_BAND) -> BandVerdict:
    """Orders to clicks, 0-1, against the band of the category."""
    if clicks == 0:
        return BandVerdict(None, None)
    conversion = orders / clicks
    if conversion < band.low:
        return BandVerdict(conversion, BandLabel.LOW)
    return BandVerdict(conversion, BandLabel.NORMAL if conversion <= band.high else BandLabel.HIGH)
