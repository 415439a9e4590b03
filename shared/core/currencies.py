"""Decides which currency codes money may be stated in: those that ISO 4217 has today."""

from functools import cache

from babel.core import get_global

from shared.core.errors import FieldProblem, Invalid


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


def check_currency(code: str, pointer: str) -> None:
    """Invalid, naming the field of a body, for what is no currency of today: nothing could be counted in it."""
    if not is_current_currency(code):
        detail = f"{code} is no currency of ISO 4217; the Chinese yuan is CNY."
        raise Invalid(
            "The body names a currency that does not exist.", errors=[FieldProblem(pointer, "unknown", detail)]
        )
