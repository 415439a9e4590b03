"""Decides which currency codes money may be stated in: those that ISO 4217 has today."""

from functools import cache

from babel.core import get_global


@cache
def current_currencies() -> frozenset[str]:
    """Codes that are legal tender somewhere now, by the Unicode CLDR: `CNY`, not `RMB` and not `HRK`."""
    history = get_global("territory_currencies")
    return frozenset(
        code for periods in history.values() for code, _first, last, is_tender in periods if last is None and is_tender
    )


def is_current_currency(code: str) -> bool:
    """Whether money may be stated in it. What is stored already may be in a currency that has since been retired."""
    return code in current_currencies()
