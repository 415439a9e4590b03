"""Decides which currencies a money sign may stand for, so that a file in another currency is not taken silently."""

import re
import unicodedata
from collections import Counter

from shared.core.marketplaces import MARKETPLACES, Marketplace

_DOLLARS = frozenset({"USD", "CAD", "MXN", "AUD", "SGD"})
_SIGNS: dict[str, frozenset[str]] = {
    "$": _DOLLARS,
    "US$": frozenset({"USD"}),
    "C$": frozenset({"CAD"}),
    "CA$": frozenset({"CAD"}),
    "CDN$": frozenset({"CAD"}),
    "MX$": frozenset({"MXN"}),
    "A$": frozenset({"AUD"}),
    "AU$": frozenset({"AUD"}),
    "S$": frozenset({"SGD"}),
    "R$": frozenset({"BRL"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "¥": frozenset({"JPY"}),
    "円": frozenset({"JPY"}),
    "₹": frozenset({"INR"}),
    "RS": frozenset({"INR"}),
    "RS.": frozenset({"INR"}),
    "KR": frozenset({"SEK"}),
    "ZŁ": frozenset({"PLN"}),
    "TL": frozenset({"TRY"}),
    "₺": frozenset({"TRY"}),
    "R": frozenset({"ZAR"}),
}
_CURRENCIES = Counter(market.currency for market in MARKETPLACES)
_ONLY_HOME = {market.currency: market for market in MARKETPLACES if _CURRENCIES[market.currency] == 1}
_FIGURES = re.compile(r"[-+0-9.,'’ \u00a0\u202f]+")
_IN_BRACKETS = re.compile(r"\(([^()#%]{1,4})\)\s*$")

SIGNS = ("$", "€", "£", "¥", "₹", "kr", "zł", "TL", "₺", "R$", "R", "Rs.", *(sorted(_CURRENCIES)))


def currencies_of(sign: str) -> frozenset[str] | None:
    """The currencies a sign or code may stand for; None for what is neither."""
    plain = unicodedata.normalize("NFKC", sign).strip().upper()
    if plain in _CURRENCIES:
        return frozenset({plain})
    return _SIGNS.get(plain)


def stated_currencies(cell: str) -> frozenset[str] | None:
    """What the sign in an amount's cell says of its currency."""
    if not cell or (cell[0].isdigit() and cell[-1].isdigit()):
        return None
    return currencies_of(_FIGURES.sub("", cell))


def bracketed_currencies(header: str) -> frozenset[str] | None:
    """What the sign in the brackets of an amount's header says of its currency."""
    bracketed = _IN_BRACKETS.search(header)
    return currencies_of(bracketed[1]) if bracketed else None


def only_marketplace(currency: str | None) -> Marketplace | None:
    """The marketplace whose money this is, if there is one only: GBP says it, EUR does not."""
    return _ONLY_HOME.get(currency or "")
