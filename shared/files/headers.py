"""Decides which column of a file is which, however its header is cased, dashed, spaced or translated."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_DASHES = re.compile("[\\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_GAPS = re.compile(r"[\s_\-]+")


@lru_cache(maxsize=8192)
def fold_header(text: str) -> str:
    """The form in which headers are compared: NFKC, dashes folded, case folded, gaps made one underscore.

    `Sessions – Total`, `sessions - total` and `Sessions\u00a0- Total␠` become one; so do `seller-sku`,
    `Seller SKU` and `seller_sku`.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _GAPS.sub("_", _DASHES.sub("-", plain).casefold()).strip("_")


@dataclass(frozen=True, slots=True)
class Column:
    """A column a reader knows: its name here, every header it goes by, and whether a file must have it."""

    name: str
    headers: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False

    @property
    def folded(self) -> frozenset[str]:
        """All headers of the column in compared form, its own name included."""
        return frozenset(fold_header(header) for header in (self.name, *self.headers))


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Which position of the header holds which known column."""

    positions: Mapping[str, int]
    printed: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]


@lru_cache(maxsize=64)
def _lookup(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {header: column for column in columns for header in column.folded}


def match_header(header: Sequence[str], columns: tuple[Column, ...]) -> HeaderMatch:
    """Match printed headers to known columns; `missing` names the required ones as they are printed.

    Unnamed columns are ignored. `repeated` holds known columns that occur twice: such a file is ambiguous.
    """
    lookup = _lookup(columns)
    positions: dict[str, int] = {}
    printed: dict[str, str] = {}
    unknown: list[str] = []
    repeated: list[str] = []
    for index, text in enumerate(header):
        folded = fold_header(text)
        column = lookup.get(folded)
        if column is None:
            if folded:
                unknown.append(text.strip())
        elif column.name in positions:
            repeated.append(text.strip())
        else:
            positions[column.name] = index
            printed[column.name] = text.strip()
    missing = tuple(
        (column.headers or (column.name,))[0] for column in columns if column.required and column.name not in positions
    )
    return HeaderMatch(positions, printed, missing, tuple(unknown), tuple(repeated))
