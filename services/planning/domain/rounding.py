"""Decides how figures are rounded where they leave the service: half-up, and nowhere before."""

from decimal import ROUND_HALF_UP, Context, Decimal

from services.planning.domain.metric import Unit

MONEY_PLACES = 2
RATIO_PLACES = 4
# Products of stored values are longer than the usual 28 digits.
_WIDE = Context(prec=100)


def places_of(unit: Unit) -> int:
    """The places of a figure that is compared with a plan; counts may be parts, as units lost for want of stock are."""
    return RATIO_PLACES if unit in (Unit.RATIO, Unit.SCORE) else MONEY_PLACES


def half_up(value: Decimal, places: int) -> Decimal:
    """`value` with so many places; a half goes away from zero (0.125 is 0.13, -0.125 is -0.13)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
