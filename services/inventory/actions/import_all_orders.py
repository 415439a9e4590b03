"""Applies order lines: the newest word on each is kept, and the sales of the days it touches are counted anew.

A day's lines are its sales once a file has told all of them; until then they are sales of which some are missing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.cover_sales import Covered, cover_sales
from services.inventory.actions.ensure_listings import NamedListing, ensure_listings
from services.inventory.actions.import_reading import read_chunks
from services.inventory.actions.resolve_account import prepare_account
from services.inventory.actions.write_daily_sales import STAGING, STAGING_COLUMNS, write_daily_sales
from services.inventory.domain.sales import SalesSource, complete_days, last_finished_day
from services.inventory.formats.all_orders import NAME, OrderLine, latest_lines
from shared.core.marketplaces import Marketplace
from shared.db.bulk import copy_rows, create_staging
from shared.files.facts import Facts
from shared.files.problems import Notice
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import facts_of
from shared.jobs.imports import Applied, ImportContext, ImportKind

_COLUMNS = (
    ("amazon_order_id", "text"),
    ("line_key", "text"),
    ("listing_id", "uuid"),
    ("marketplace", "text"),
    ("purchased_at", "timestamptz"),
    ("last_updated_at", "timestamptz"),
    ("sales_date", "date"),
    ("order_status", "text"),
    ("item_status", "text"),
    ("fulfillment_channel", "text"),
    ("sales_channel", "text"),
    ("quantity", "integer"),
    ("sold_units", "integer"),
    ("consumed_units", "integer"),
    ("item_price_amount", "numeric"),
    ("item_price_currency", "text"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_CHANGING = [name for name, _ in _COLUMNS if name not in ("amazon_order_id", "line_key")]
_UPSERT = text(f"""
    INSERT INTO inventory.order_line AS o (tenant_id, account_id, {_NAMES}, import_id)
    SELECT CAST(:tenant_id AS uuid), CAST(:account_id AS uuid), {_NAMES}, CAST(:import_id AS uuid)
    FROM pg_temp.staged_order_line
    ORDER BY amazon_order_id, line_key
    ON CONFLICT (tenant_id, account_id, amazon_order_id, line_key) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _CHANGING)}, import_id = excluded.import_id
    WHERE excluded.last_updated_at >= o.last_updated_at
      AND ({", ".join(f"o.{name}" for name in _CHANGING)})
          IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _CHANGING)})
    RETURNING o.listing_id, o.marketplace, o.sales_date
""")
# Amazon gives order item ids to some accounts and times, so one line may come with and without. Of an order's lines
# of a listing only one kind stays: the one that was updated last, those with ids when even. `#` stands in the keys
# of lines without an id, and in no id.
_OTHER_KIND = """
    o.tenant_id = CAST(:tenant_id AS uuid) AND o.account_id = CAST(:account_id AS uuid)
    AND o.amazon_order_id = s.amazon_order_id AND o.listing_id = s.listing_id
    AND (position('#' IN o.line_key) > 0) <> (position('#' IN s.line_key) > 0)
"""
_DROP_KNOWN_OTHERWISE = text(f"""
    DELETE FROM pg_temp.staged_order_line AS s USING inventory.order_line AS o
    WHERE {_OTHER_KIND}
      AND (o.last_updated_at > s.last_updated_at
           OR o.last_updated_at = s.last_updated_at AND position('#' IN s.line_key) > 0)
""")
_REPLACE_OTHER_KIND = text(f"""
    DELETE FROM inventory.order_line AS o USING pg_temp.staged_order_line AS s
    WHERE {_OTHER_KIND}
    RETURNING o.listing_id, o.marketplace, o.sales_date
""")
# Chunks beside each other, the end of a file alone: else a chunk could miss that its days have just become known.
_LOCK_BESIDE = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('all_orders ' || :account_id, 0))")
_LOCK_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('all_orders ' || :account_id, 0))")
_LOCK_LISTINGS = text("""
    SELECT id FROM inventory.listing WHERE tenant_id = :tenant_id AND id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE
""")
_KNOWN_RANGES = text("""
    SELECT marketplace, date_from, date_to FROM inventory.sales_coverage
    WHERE tenant_id = :tenant_id AND account_id = :account_id AND listing_id IS NULL AND source = 'orders'
""")
_DAYS_OF_LINES = text("""
    SELECT marketplace, sales_date, bool_or(import_id = :import_id) AS are_mentioned FROM inventory.order_line
    WHERE tenant_id = :tenant_id AND account_id = :account_id
    GROUP BY marketplace, sales_date
""")
# What the days of a staging table sold, by the lines as they now are. A pending line has units and no price yet: until
# every sold line has one, the revenue of the day is unknown, or it would not be that of the day's units.
_IS_PRICED = "bool_and(item_price_amount IS NOT NULL) FILTER (WHERE sold_units > 0)"
_RECOUNT = """
    INSERT INTO pg_temp.{staging}
        (listing_id, sales_date, units, orders, revenue_amount, revenue_currency, in_stock)
    SELECT listing_id, sales_date, least(sum(sold_units), 2147483647)::integer,
           (count(DISTINCT amazon_order_id) FILTER (WHERE sold_units > 0))::integer,
           CASE WHEN {is_priced} THEN sum(item_price_amount) FILTER (WHERE sold_units > 0) END,
           CASE WHEN {is_priced} THEN max(item_price_currency) FILTER (WHERE sold_units > 0) END,
           NULL
    FROM inventory.order_line
    JOIN pg_temp.recounted_day USING ({key}, sales_date)
    WHERE tenant_id = CAST(:tenant_id AS uuid) AND account_id = CAST(:account_id AS uuid)
    GROUP BY listing_id, sales_date
"""

COVERED = "covered_days_"
UNKNOWN_MARKETPLACE = "unknown_marketplace"  # of rows that belong to no marketplace that is known here
# A hundredth of the lines is less than what any forecast can tell.
MOST_REFUSED = 0.01
_NOT_COMPLETE = Notice(
    "no_complete_days",
    "No day's sales are known by this file: too many rows were refused, or none of its days was told to its end.",
)


@dataclass(slots=True)
class _Span:
    """When the orders in a file were placed and last updated, in all its marketplaces, growing as it is read.

    A report is of a span of time and of all the marketplaces it names: one that sold little has its quiet days in it
    as well, before its first order and after its last.
    """

    marketplaces: dict[str, Marketplace]
    purchased_from: datetime
    purchased_to: datetime
    updated_from: datetime
    updated_to: datetime

    @staticmethod
    def of(line: OrderLine) -> "_Span":
        return _Span({}, line.purchased_at, line.purchased_at, line.last_updated_at, line.last_updated_at)

    def widen(self, line: OrderLine) -> None:
        self.marketplaces[line.marketplace.country_code] = line.marketplace
        self.purchased_from = min(self.purchased_from, line.purchased_at)
        self.purchased_to = max(self.purchased_to, line.purchased_at)
        self.updated_from = min(self.updated_from, line.last_updated_at)
        self.updated_to = max(self.updated_to, line.last_updated_at)

    def complete_days(self) -> tuple[date, date] | None:
        """The days that the file has to their ends in every zone: where it is earlier, a day began before the file."""
        zones = self.marketplaces.values()
        return complete_days(
            max(zone.day_of(self.purchased_from) for zone in zones),
            min(zone.day_of(self.purchased_to) for zone in zones),
            max(zone.day_of(self.updated_from) for zone in zones),
            min(last_finished_day(zone, self.updated_to) for zone in zones),
        )


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """Chunks of order lines; the summary also says from when to when the orders of its marketplaces are all there.

    Orders from elsewhere tell nothing of that: a report of one marketplace has them of any country. Nor does a
    file of which too many rows were refused.
    """
    span: _Span | None = None
    rows = refused = 0
    for item in read_chunks(path, parameters):
        if isinstance(item, RowsChunk):
            for line in item.rows:
                if not line.is_from_elsewhere:
                    span = span or _Span.of(line)
                    span.widen(line)
            rows += len(item.rows)
            refused += len({error.line for error in item.errors if error.code != UNKNOWN_MARKETPLACE})
            yield item
        else:
            told = {} if refused > MOST_REFUSED * (rows + refused) else _told(span, facts_of(parameters))
            warnings = [*item.warnings, *([] if told or not rows else [_NOT_COMPLETE])]
            yield Summary({**item.totals, **told}, warnings)


def _told(span: _Span | None, facts: Facts) -> dict[str, str]:
    """The days of each marketplace whose orders are all there: as the sender says, else as the orders tell."""
    countries = sorted(span.marketplaces) if span else []
    days = span.complete_days() if span else None
    if facts.from_date and facts.to_date:
        countries += [facts.marketplace.country_code] if facts.marketplace else []
        days = facts.from_date, facts.to_date
    return {f"{COVERED}{country.lower()}": f"{days[0]}/{days[1]}" for country in countries} if days else {}


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Upsert the lines by their identity, the later update winning, and recount the touched days that are known."""
    account_id = UUID(context.parameters["account_id"])
    lines = latest_lines(chunk.rows)
    if not lines:
        return Applied(0)
    named = {
        line.line: NamedListing(
            account_id, line.marketplace.country_code, line.seller_sku, line.asin, None, line.product_name
        )
        for line in lines
    }
    scope = {"tenant_id": context.tenant_id, "account_id": account_id, "import_id": context.import_id}
    await session.execute(_LOCK_BESIDE, {"account_id": str(account_id)})
    found = await ensure_listings(session, context.tenant_id, named.values(), context.now)
    listing_ids = sorted({listing.id for listing in found.values()})
    # Two imports that touch the same day must count one after the other, or each misses the other's lines.
    await session.execute(_LOCK_LISTINGS, {"tenant_id": context.tenant_id, "ids": listing_ids})
    await create_staging(session, "staged_order_line", [f"{name} {kind}" for name, kind in _COLUMNS])
    await copy_rows(
        session,
        "staged_order_line",
        [name for name, _ in _COLUMNS],
        [_record(line, found[named[line.line].key].id) for line in lines],
    )
    await session.execute(_DROP_KNOWN_OTHERWISE, scope)
    replaced = (await session.execute(_REPLACE_OTHER_KIND, scope)).all()
    written = (await session.execute(_UPSERT, scope)).all()
    known = await _known_ranges(session, scope)
    touched = {
        (row.listing_id, row.sales_date)
        for row in (*replaced, *written)
        if _is_known(known, row.marketplace, row.sales_date)
    }
    await _recount(session, scope, SalesSource.ORDERS, "listing_id", touched)
    return Applied(len(written), len(chunk.rows) - len(written))


async def finish(session: AsyncSession, context: ImportContext, summary: Summary) -> None:
    """Note the days for which the sales are now known, and count them; of others the lines are partial sales."""
    account_id = UUID(context.parameters["account_id"])
    scope = {"tenant_id": context.tenant_id, "account_id": account_id, "import_id": context.import_id}
    await session.execute(_LOCK_ALONE, {"account_id": str(account_id)})
    before = await _known_ranges(session, scope)
    for name, interval in summary.totals.items():
        if name.startswith(COVERED):
            first, last = (date.fromisoformat(day) for day in interval.split("/"))
            country = name.removeprefix(COVERED).upper()
            told = Covered(account_id, country, first, last, SalesSource.ORDERS)
            await cover_sales(session, context.tenant_id, told, context.import_id)
    known = await _known_ranges(session, scope)
    newly_known: set[tuple[str, date]] = set()
    partial: set[tuple[str, date]] = set()
    for row in await session.execute(_DAYS_OF_LINES, scope):
        day = (row.marketplace, row.sales_date)
        if not _is_known(known, *day):
            partial.update({day} if row.are_mentioned else ())
        elif not _is_known(before, *day):
            newly_known.add(day)
    await _recount(session, scope, SalesSource.ORDERS, "marketplace", newly_known)
    await _recount(session, scope, SalesSource.PARTIAL_ORDERS, "marketplace", partial)


async def _known_ranges(session: AsyncSession, scope: Mapping[str, UUID]) -> dict[str, list[tuple[date, date]]]:
    """The ranges of days of an account of which all orders have been told, by marketplace."""
    ranges: dict[str, list[tuple[date, date]]] = {}
    for row in await session.execute(_KNOWN_RANGES, scope):
        ranges.setdefault(row.marketplace, []).append((row.date_from, row.date_to))
    return ranges


def _is_known(ranges: Mapping[str, list[tuple[date, date]]], marketplace: str, day: date) -> bool:
    return any(first <= day <= last for first, last in ranges.get(marketplace, ()))


async def _recount(
    session: AsyncSession,
    scope: Mapping[str, UUID],
    source: SalesSource,
    key: Literal["listing_id", "marketplace"],
    days: Collection[tuple[UUID | str, date]],
) -> None:
    """Write what the days sold: of a listing each, or of all the account's listings in a marketplace."""
    if not days:
        return
    kind = "uuid" if key == "listing_id" else "text"
    await session.execute(text("DROP TABLE IF EXISTS pg_temp.recounted_day"))
    await create_staging(session, "recounted_day", [f"{key} {kind}", "sales_date date"])
    await copy_rows(session, "recounted_day", [key, "sales_date"], days)
    await create_staging(session, STAGING, STAGING_COLUMNS)
    await session.execute(text(_RECOUNT.format(staging=STAGING, key=key, is_priced=_IS_PRICED)), scope)
    await write_daily_sales(session, scope["tenant_id"], source, scope["import_id"])


def _record(line: OrderLine, listing_id: UUID) -> tuple[str | int | UUID | datetime | date | Any, ...]:
    return (
        line.amazon_order_id,
        line.line_key,
        listing_id,
        line.marketplace.country_code,
        line.purchased_at,
        line.last_updated_at,
        line.sales_date,
        line.order_status,
        line.item_status,
        "amazon" if line.is_amazon_fulfilled else "merchant",
        line.sales_channel,
        line.units,
        line.sold_units,
        line.consumed_units,
        line.item_price if line.currency else None,
        line.currency if line.item_price is not None else None,
    )


KIND = ImportKind(NAME, read, apply, finish=finish, prepare=prepare_account)
