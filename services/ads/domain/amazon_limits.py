"""Decides what Amazon takes in a bulk sheet: the least bids, and which words can be a keyword or a negative."""

from decimal import Decimal

# Of Sponsored Products, by the marketplace's currency, as Amazon Ads publishes its bid constraints.
LEAST_BIDS = {
    "AED": Decimal("0.24"),
    "AUD": Decimal("0.10"),
    "BRL": Decimal("0.07"),
    "CAD": Decimal("0.02"),
    "EGP": Decimal("0.15"),
    "EUR": Decimal("0.02"),
    "GBP": Decimal("0.02"),
    "INR": Decimal(1),
    "JPY": Decimal(2),
    "MXN": Decimal("0.10"),
    "PLN": Decimal("0.04"),
    "SAR": Decimal("0.10"),
    "SEK": Decimal("0.18"),
    "SGD": Decimal("0.02"),
    "TRY": Decimal("0.05"),
    "USD": Decimal("0.02"),
}
# Written down from memory, not read at Amazon: whoever is told of one of them is told that too. Nor is the usual one
# that stands for currencies which are not in the table.
UNVERIFIED = frozenset({"AED", "EGP", "PLN", "SEK", "TRY"})
USUAL_LEAST_BID = Decimal("0.02")
CURRENCIES_WITHOUT_CENTS = frozenset({"JPY", "KRW", "CLP", "VND"})
MOST_WORDS = 10
MOST_CHARACTERS = 80


def least_bid(currency: str) -> Decimal:
    """The lowest bid that Amazon takes in this currency."""
    return LEAST_BIDS.get(currency, USUAL_LEAST_BID)


def is_least_bid_verified(currency: str) -> bool:
    """Whether that is what Amazon publishes for this currency."""
    return currency in LEAST_BIDS and currency not in UNVERIFIED


def smallest_step(currency: str) -> Decimal:
    """The unit in which bids and budgets are given: a cent, or a whole yen."""
    return Decimal(1) if currency in CURRENCIES_WITHOUT_CENTS else Decimal("0.01")


def fits_keyword(words: str) -> bool:
    """Whether the words can be a keyword or an exact negative: ten words and eighty characters at most."""
    return 0 < len(words.split()) <= MOST_WORDS and len(words) <= MOST_CHARACTERS
