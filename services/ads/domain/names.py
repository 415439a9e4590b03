"""Decides when two names of campaigns, targets, search terms or products are the same name."""

import re
import unicodedata
from collections.abc import Sequence

_ASIN = re.compile(r"b0[a-z0-9]{8}")
# Books have the ISBN of ten characters as their ASIN.
_ISBN = re.compile(r"[0-9]{9}[0-9x]")
_NAMED_ASIN = re.compile(r'asin(?:-expanded)?\s*=\s*"?([a-z0-9]{10})"?')


# In texts of which each is a line: space that is not the single one between two words.
_UNEVEN = ("  ", "\n ", " \n", *"\t\r\v\f\x1c\x1d\x1e\x1f")


def name_key(text: str) -> str:
    """The form in which names are compared: compatibility-normalised, case-folded, inner and outer space reduced."""
    normal = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(normal.casefold().split())


def name_keys(texts: Sequence[str]) -> list[str]:
    """The `name_key` of each: of all at once where nothing but case differs, as of a hundred thousand search terms."""
    whole = "\n".join(("", *texts, ""))
    if whole.isascii() and whole.count("\n") == len(texts) + 1 and not any(each in whole for each in _UNEVEN):
        return whole.casefold().split("\n")[1:-1]
    return [name_key(text) for text in texts]


def is_asin(key: str) -> bool:
    """Whether a compared name is an ASIN: such a search term is a product page, not something typed."""
    return _ASIN.fullmatch(key) is not None or (_ISBN.fullmatch(key) is not None and _is_isbn(key))


def _is_isbn(key: str) -> bool:
    """Whether the last character is the check digit of the nine before: ten digits may be anything else."""
    digits = [10 if each == "x" else int(each) for each in key]
    return sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0


def product_of(key: str) -> str:
    """The ASIN in a compared targeting expression (`asin="b0…"`); what is none, as it is."""
    found = _NAMED_ASIN.fullmatch(key)
    return key if found is None else found[1]


def product_key(seller_sku: str | None, asin: str | None) -> str | None:
    """The compared name of an advertised product: its SKU, else its ASIN; None where neither is known."""
    if seller_sku:
        return f"sku:{name_key(seller_sku)}"
    return f"asin:{name_key(asin)}" if asin else None
