"""Decides when two names of campaigns, targets, search terms or products are the same name."""

import re
import unicodedata

_ASIN = re.compile(r"b0[a-z0-9]{8}")


def name_key(text: str) -> str:
    """The form in which names are compared: compatibility-normalised, case-folded, inner and outer space reduced."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_asin(key: str) -> bool:
    """Whether a compared name is an ASIN: such a search term is a product page, not something typed."""
    return _ASIN.fullmatch(key) is not None


def product_key(seller_sku: str | None, asin: str | None) -> str | None:
    """The compared name of an advertised product: its SKU, else its ASIN; None where neither is known."""
    if seller_sku:
        return f"sku:{name_key(seller_sku)}"
    return f"asin:{name_key(asin)}" if asin else None
