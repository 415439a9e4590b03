"""Applies our daily sales template at the speed of COPY: read column-wise, numbered listings, one upsert per chunk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.cover_sales import Covered, cover_sales
from services.inventory.actions.ensure_listings import NamedListing, ensure_listings
from services.inventory.actions.resolve_account import find_accounts, prepare_account
from services.inventory.actions.write_daily_sales import write_daily_sales
from services.inventory.domain.codes import code_key
from services.inventory.domain.sales import SalesSource
from services.inventory.formats.daily_sales import NAME
from shared.db.bulk import copy_rows, create_staging
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import facts_of
from shared.jobs.imports import Applied, ImportContext, ImportKind

COPIED = ("listing_number", "sales_date", "units", "orders", "revenue", "currency", "in_stock")
_SALES_COLUMNS = (
    "listing_number integer",
    "sales_date date",
    "units integer",
    "orders integer",
    "revenue numeric",
    "currency text",
    "in_stock boolean",
)
_WITH_LISTINGS = """(
    SELECT n.listing_id, s.sales_date, s.units, s.orders, s.revenue AS revenue_amount,
           CASE WHEN s.revenue IS NOT NULL THEN s.currency END AS revenue_currency, s.in_stock
    FROM pg_temp.staged_numbered_sales AS s
    JOIN pg_temp.numbered_listing AS n USING (listing_number)
) AS told"""


@dataclass(frozen=True, slots=True)
class NumberedSales:
    """Rows for COPY as CSV, whose listings are numbers into `listings`: number, account, marketplace, SKU, line."""

    listings: list[tuple[int, str | None, str, str, int]]
    rows_of: dict[int, int]
    csv: bytes


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The file at once, then in chunks: what can be done in columns is done here, in the child."""
    # Only a child that reads such a file pays for importing the library of columns.
    from services.inventory.actions.number_daily_sales import numbered_chunks

    yield from numbered_chunks(path, parameters)


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """COPY into a staging table, then one upsert that leaves alone what says the same."""
    sales: NumberedSales = chunk.rows
    if not sales.listings:
        return Applied(0)
    accounts = await find_accounts(
        session, context.tenant_id, {account for _, account, *_ in sales.listings if account}
    )
    named: dict[int, NamedListing] = {}
    errors: list[RowError] = []
    for number, account, marketplace, sku, line in sales.listings:
        account_id = accounts.get(code_key(account)) if account else UUID(context.parameters["account_id"])
        if account_id is None:
            message = f"There is no account of this code; {sales.rows_of[number]} rows name it for this SKU."
            errors.append(RowError(line, "account", "unknown_account", message, account))
        else:
            named[number] = NamedListing(account_id, marketplace, sku)
    found = await ensure_listings(session, context.tenant_id, named.values(), context.now)
    await create_staging(session, "numbered_listing", ["listing_number integer", "listing_id uuid"])
    await copy_rows(
        session,
        "numbered_listing",
        ["listing_number", "listing_id"],
        [(number, found[listing.key].id) for number, listing in named.items()],
    )
    await create_staging(session, "staged_numbered_sales", _SALES_COLUMNS)
    await copy_rows(session, "staged_numbered_sales", COPIED, sales.csv)
    written = await write_daily_sales(
        session, context.tenant_id, SalesSource.STATED, context.import_id, relation=_WITH_LISTINGS
    )
    rows = sum(sales.rows_of[number] for number in named)
    return Applied(written, rows - written, errors)


async def finish(session: AsyncSession, context: ImportContext, summary: Summary) -> None:
    """Days that the file leaves out are unknown, unless its sender says that it covers a range of days."""
    facts = facts_of(context.parameters)
    if facts.from_date and facts.to_date and facts.marketplace:
        covered = Covered(
            UUID(context.parameters["account_id"]),
            facts.marketplace.country_code,
            facts.from_date,
            facts.to_date,
            SalesSource.STATED,
        )
        await cover_sales(session, context.tenant_id, covered, context.import_id)


KIND = ImportKind(NAME, read, apply, finish=finish, prepare=prepare_account, restates=True)
