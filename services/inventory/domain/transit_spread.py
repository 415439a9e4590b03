"""Decides how widely transit days spread around their median when only the median is stated."""

from services.inventory.domain.lead_time import TYPICAL_TRANSIT_DAYS, Mode


def assumed_p10(mode: Mode, median_days: int) -> int:
    """The days that one of ten shipments beats, in proportion to the mode's typical spread; at least one."""
    return max(1, min(median_days, round(median_days * _typical(mode, 0.1) / _typical(mode, 0.5))))


def assumed_p90(mode: Mode, median_days: int) -> int:
    """The days that one of ten shipments exceeds, in proportion to the mode's typical spread."""
    return max(median_days, round(median_days * _typical(mode, 0.9) / _typical(mode, 0.5)))


def _typical(mode: Mode, probability: float) -> float:
    days = TYPICAL_TRANSIT_DAYS[mode]
    return days[min(len(days) - 1, int(probability * len(days)))]
