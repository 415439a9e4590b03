"""Decides what share of its market a plan implies, year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class YearShare:
    """A year's planned revenue beside the size its market will have; both in one currency."""

    year: int
    revenue: Decimal
    market_size: Decimal

    @property
    def share(self) -> Decimal | None:
        """Revenue as a share of the market, 0-1; None where the market's size is not above zero."""
        return self.revenue / self.market_size if self.market_size > 0 else None


def implied_shares(
    first_year: int, revenues: Sequence[Decimal], market_size: Decimal, market_growth: Decimal
) -> tuple[YearShare, ...]:
    """The share in each year of a market that has `market_size` in the first and grows by the ratio every year."""
    return tuple(
        YearShare(first_year + step, revenue, market_size * (1 + market_growth) ** step)
        for step, revenue in enumerate(revenues)
    )


def rising_shares(shares: Sequence[YearShare]) -> tuple[tuple[YearShare, YearShare], ...]:
    """Years after which the share is larger, with the year that it is larger in; years without a share break off."""
    pairs = []
    for before, after in pairwise(shares):
        if before.share is not None and after.share is not None and after.share > before.share:
            pairs.append((before, after))
    return tuple(pairs)
