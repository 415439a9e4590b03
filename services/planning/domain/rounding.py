"""Decides how figures are rounded where they leave the service: half-up, and nowhere before."""

from decimal import ROUND_HALF_UP, Context, Decimal

MONEY_PLACES = 2
RATIO_PLACES = 4
# Products of stored values are longer than the usual 28 digits.
_WIDE = Context(prec=100)


def half_up(value: Decimal, places: int) -> Decimal:
    """`value` with so many places; a half goes away from zero (0.125 is 0.13, -0.125 is -0.13)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
