"""Decides how many people there are after joins, transfers and leaves, month by month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class HeadcountMoves:
    """Who comes and goes in a month; half a person is one who works half the time."""

    month: date
    joins: Decimal = ZERO
    transfers_in: Decimal = ZERO
    transfers_out: Decimal = ZERO
    leaves: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """By how many the headcount grows."""
        return self.joins + self.transfers_in - self.transfers_out - self.leaves


@dataclass(frozen=True, slots=True)
class HeadcountMonth:
    """One step of the bridge. `closing` below zero means that more leave than there are."""

    moves: HeadcountMoves
    opening: Decimal

    @property
    def closing(self) -> Decimal:
        """opening + joins + transfers in - transfers out - leaves."""
        return self.opening + self.moves.net


def headcount_bridge(opening: Decimal, moves: Iterable[HeadcountMoves]) -> tuple[HeadcountMonth, ...]:
    """The bridge over the months given, in order: each opens with what the one before closed with."""
    steps = []
    for month in sorted(moves, key=lambda each: each.month):
        steps.append(HeadcountMonth(month, opening))
        opening = steps[-1].closing
    return tuple(steps)
