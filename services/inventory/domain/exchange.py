"""Decides at what rate money of one currency counts in another: by stated rates, at need over a third currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# Units of a currency for one US dollar, rounded averages of 2024: used, and flagged, only where no rate is stated.
ASSUMED_PER_USD: Mapping[str, Decimal] = {
    code: Decimal(text)
    for code, text in {
        "USD": "1",
        "EUR": "0.92",
        "GBP": "0.78",
        "JPY": "150",
        "CNY": "7.2",
        "CAD": "1.37",
        "MXN": "18",
        "BRL": "5.4",
        "AUD": "1.52",
        "INR": "83.5",
        "SEK": "10.6",
        "PLN": "4.0",
        "TRY": "33",
        "AED": "3.67",
        "SAR": "3.75",
        "SGD": "1.34",
        "EGP": "45",
        "ZAR": "18.3",
        "CHF": "0.88",
        "HKD": "7.8",
        "KRW": "1360",
        "TWD": "32",
        "VND": "25000",
        "THB": "35",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` costs `rate` of `quote`."""

    base: str
    quote: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Conversion:
    """What one unit costs in the other currency, and whether nobody has stated it."""

    rate: Decimal
    assumed: bool


@dataclass(slots=True)
class Exchange:
    """The rates of one day; the most recent stated one of each pair is handed in."""

    rates: Iterable[Rate]
    _of: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    _found: dict[tuple[str, str], Conversion | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rate in self.rates:
            self._of.setdefault(rate.base, {})[rate.quote] = rate.rate
            self._of.setdefault(rate.quote, {}).setdefault(rate.base, 1 / rate.rate)

    def find_conversion(self, base: str, quote: str) -> Conversion | None:
        """From `base` to `quote` by the fewest stated rates, else by assumed ones; None where neither leads there."""
        if (base, quote) not in self._found:
            self._found[base, quote] = self._search(base, quote)
        return self._found[base, quote]

    def _search(self, base: str, quote: str) -> Conversion | None:
        reached = {base: Decimal(1)}
        frontier = [base]
        while frontier and quote not in reached:
            following: list[str] = []
            for currency in frontier:
                for other, rate in sorted(self._of.get(currency, {}).items()):
                    if other not in reached:
                        reached[other] = reached[currency] * rate
                        following.append(other)
            frontier = following
        if quote in reached:
            return Conversion(reached[quote], assumed=False)
        if base not in ASSUMED_PER_USD or quote not in ASSUMED_PER_USD:
            return None
        return Conversion(ASSUMED_PER_USD[quote] / ASSUMED_PER_USD[base], assumed=True)
