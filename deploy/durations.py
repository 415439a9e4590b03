"""Reads how long something shall last, as people write it on a command line."""

import re
from datetime import timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks", "y": "years"}


def parse_duration(text: str) -> timedelta:
    """`30m`, `12h`, `90d`, `4w` or `1y` (365 days); ValueError for anything else or for nothing."""
    match = re.fullmatch(r"(\d{1,5})\s*([mhdwy])", text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise ValueError(f"{text!r} is not a duration such as 12h, 90d or 1y")
    number, unit = int(match[1]), match[2]
    return timedelta(days=365 * number) if unit == "y" else timedelta(**{_UNITS[unit]: number})
