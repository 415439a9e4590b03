"""Numbers what the rows of a file are about, in the child that reads it, and lays it out as CSV for COPY.

A chunk's campaigns, ad groups, targets and so on become small tables whose rows name each other by number; what
they are in the database is decided set by set in `resolve_entities`.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from services.ads.domain.names import is_asin, name_key, product_key
from services.ads.domain.targeting import target_kind
from services.ads.domain.vocabulary import MatchType
from shared.core.ids import new_id
from shared.core.marketplaces import get_marketplace

# Columns that are copied; each staging table also has those of RESOLVED, which the database fills in.
STAGED: Mapping[str, tuple[str, ...]] = {
    "campaign": (
        "n integer",
        "new_id uuid",
        "marketplace text",
        "currency text",
        "ad_product text",
        "amazon_id text",
        "name text",
        "name_key text",
        "portfolio text",
        "targeting_type text",
        "state text",
        "daily_budget numeric",
        "bidding_strategy text",
        "start_date date",
        "end_date date",
        "told_at timestamptz",
    ),
    "ad_group": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "currency text",
        "amazon_id text",
        "name text",
        "name_key text",
        "state text",
        "default_bid numeric",
    ),
    "target": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "currency text",
        "amazon_id text",
        "kind text",
        "text text",
        "text_key text",
        "match_type text",
        "state text",
        "bid numeric",
        "told_at timestamptz",
    ),
    "search_term": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "text text",
        "text_key text",
        "is_asin boolean",
    ),
    "placement": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "placement text",
        "percentage numeric",
        "told_at timestamptz",
    ),
    "product": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "currency text",
        "product_key text",
        "seller_sku text",
        "asin text",
    ),
    "product_ad": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "product_n integer",
        "amazon_id text",
        "seller_sku text",
        "asin text",
        "state text",
    ),
    "negative_target": (
        "n integer",
        "new_id uuid",
        "parent_n integer",
        "ad_group_n integer",
        "amazon_id text",
        "text text",
        "text_key text",
        "match_type text",
        "state text",
    ),
}
RESOLVED = ("scope_id uuid", "found uuid")


@dataclass(frozen=True, slots=True)
class StagedEntities:
    """CSV of each staging table that has rows, and the marketplaces (country code to currency) that they name."""

    tables: Mapping[str, bytes]
    marketplaces: Mapping[str, str]


class EntityNumbers:
    """Gives every campaign, ad group … of a chunk a number; attributes are those of the latest row that has them.

    A report tells of attributes as they were when the last of its days ended (`told_at`); a file that
    `shows_present` tells of them as they were when it was made, whatever days its figures are of.
    """

    def __init__(self, *, shows_present: bool = False) -> None:
        self._shows_present = shows_present
        self._numbers: dict[str, dict[tuple[Any, ...], int]] = {name: {} for name in STAGED}
        self._rows: dict[str, list[list[Any]]] = {name: [] for name in STAGED}
        self._latest: dict[str, list[date]] = {name: [] for name in STAGED}
        self._keys: dict[str, str] = {}
        self._marketplaces: dict[str, str] = {}

    def campaign(
        self,
        marketplace: str,
        currency: str,
        ad_product: str,
        amazon_id: str | None,
        name: str | None,
        day: date,
        *attributes: Any,
    ) -> int:
        """`attributes`: portfolio, targeting type, state, daily budget, bidding strategy, first and last day."""
        self._marketplaces[marketplace] = currency
        named, key = self._named(name, amazon_id)
        return self._number(
            "campaign",
            (marketplace, ad_product, amazon_id, None if amazon_id else key),
            (marketplace, currency, ad_product, amazon_id, named, key),
            attributes,
            day,
        )

    def ad_group(
        self, campaign: int, currency: str, amazon_id: str | None, name: str | None, day: date, *attributes: Any
    ) -> int:
        """`attributes`: state, default bid. Some reports name no ad group: those of a campaign are one."""
        named, key = self._named(name, amazon_id)
        return self._number(
            "ad_group",
            (campaign, amazon_id, None if amazon_id else key),
            (campaign, currency, amazon_id, named, key),
            attributes,
            day,
        )

    def target(
        self,
        ad_group: int,
        currency: str,
        amazon_id: str | None,
        text: str | None,
        match_type: MatchType | None,
        day: date,
        *attributes: Any,
    ) -> int:
        """`attributes`: state, bid."""
        written = text or amazon_id or ""
        key = self._key(written)
        matched = match_type or MatchType.NONE
        return self._number(
            "target",
            (ad_group, amazon_id, None if amazon_id else (matched, key)),
            (ad_group, currency, amazon_id, target_kind(written, match_type).value, written, key, matched.value),
            attributes,
            day,
        )

    def search_term(self, target: int, text: str) -> int:
        key = self._key(text)
        return self._number("search_term", (target, key), (target, text, key, is_asin(key)), (), date.min)

    def placement(self, campaign: int, placement: str, day: date, *attributes: Any) -> int:
        """`attributes`: percentage."""
        return self._number("placement", (campaign, placement), (campaign, placement), attributes, day)

    def product_ad(
        self,
        campaign: int,
        ad_group: int,
        currency: str,
        amazon_id: str | None,
        seller_sku: str | None,
        asin: str | None,
        day: date,
        *attributes: Any,
    ) -> int | None:
        """`attributes`: state. None where neither SKU nor ASIN is known."""
        key = product_key(seller_sku, asin)
        if key is None:
            return None
        product = self._number("product", (campaign, key), (campaign, currency, key, seller_sku, asin), (), date.min)
        return self._number(
            "product_ad",
            (ad_group, amazon_id, None if amazon_id else key),
            (ad_group, product, amazon_id, seller_sku, asin),
            attributes,
            day,
        )

    def negative_target(
        self, campaign: int, ad_group: int | None, amazon_id: str | None, text: str, match_type: str, *attributes: Any
    ) -> int:
        """`attributes`: state."""
        key = self._key(text)
        return self._number(
            "negative_target",
            (campaign, ad_group, match_type, key),
            (campaign, ad_group, amazon_id, text, key, match_type),
            attributes,
            date.min,
        )

    def staged(self) -> StagedEntities:
        """All of it, as it is copied."""
        for name in ("campaign", "target", "placement"):
            for number, row in enumerate(self._rows[name]):
                row.append(self._told_at(name, number))
        tables = {name: csv_of(rows) for name, rows in self._rows.items() if rows}
        return StagedEntities(tables, dict(self._marketplaces))

    def _told_at(self, table: str, number: int) -> datetime | None:
        """When the latest day that tells the attributes ended in its marketplace; None: when the file was made."""
        day = self._latest[table][number]
        if self._shows_present or day == date.min:
            return None
        parent = self._rows[table][number][2]
        if table == "target":
            parent = self._rows["ad_group"][parent][2]
        return _end_of(day, parent if table == "campaign" else self._rows["campaign"][parent][2])

    def _named(self, name: str | None, amazon_id: str | None) -> tuple[str | None, str]:
        """The name as written and as compared; what has none is compared by its id."""
        return name or None, self._key(name or amazon_id or "(unnamed)")

    def _key(self, text: str) -> str:
        key = self._keys.get(text)
        if key is None:
            key = self._keys[text] = name_key(text)
        return key

    def _number(
        self, table: str, key: tuple[Any, ...], fixed: tuple[Any, ...], attributes: tuple[Any, ...], day: date
    ) -> int:
        numbers = self._numbers[table]
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(numbers)
            self._rows[table].append([number, new_id(), *fixed, *attributes])
            self._latest[table].append(day)
        elif attributes and day >= self._latest[table][number]:
            row, first = self._rows[table][number], 2 + len(fixed)
            for place, value in enumerate(attributes, first):
                if value is not None:
                    row[place] = value
            self._latest[table][number] = day
        return number


@lru_cache(maxsize=1_000)
def _end_of(day: date, marketplace: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, get_marketplace(marketplace).zone_info)


def csv_of(rows: list[list[Any]] | list[tuple[Any, ...]]) -> bytes:
    """Rows as CSV for COPY; None becomes NULL."""
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows(rows)
    return content.getvalue().encode()
