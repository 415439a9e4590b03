"""Applies Amazon's restock report: its advice and its split of the stock by listing, and its prices."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.ensure_listings import NamedListing, ensure_listings
from services.inventory.actions.import_fba_manage_inventory import prepare
from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.state_prices import StatedPrice, state_prices
from services.inventory.actions.upsert_changed import upsert_changed
from services.inventory.formats.restock import NAME, RestockRow
from services.inventory.tables import RestockAdviceRow
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk
from shared.jobs.import_reading import facts_of
from shared.jobs.imports import Applied, ImportContext, ImportKind


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """One advice per listing and report day; a listing's price is taken from its newest report."""
    as_of = facts_of(context.parameters).as_of
    assert as_of is not None, "the kind needs its moment"
    account_id = UUID(context.parameters["account_id"])
    named: dict[int, NamedListing] = {}
    rows: dict[tuple[UUID, str, str], RestockRow] = {}
    errors: list[RowError] = []
    for row in chunk.rows:
        listing = NamedListing(
            account_id, row.marketplace.country_code, row.seller_sku, row.asin, row.fnsku, row.product_name
        )
        if listing.key in rows:
            errors.append(RowError(row.line, "sku", "duplicate_key", "This SKU came before.", row.seller_sku))
            continue
        rows[listing.key] = row
        named[row.line] = listing
    if not rows:
        return Applied(0, 0, errors)
    found = await ensure_listings(session, context.tenant_id, named.values(), context.now)
    told = {found[key].id: (row, row.marketplace.day_of(as_of)) for key, row in rows.items()}
    newest = await _newest_days(session, context.tenant_id, list(told))
    prices = [
        StatedPrice(listing_id, row.price, row.currency or row.marketplace.currency)
        for listing_id, (row, day) in told.items()
        if row.price is not None and day >= newest.get(listing_id, day)
    ]
    await state_prices(session, context.tenant_id, prices, context.now)
    advice = [_advice(context, listing_id, row, day) for listing_id, (row, day) in sorted(told.items())]
    key = ("tenant_id", "listing_id", "report_date")
    applied = await upsert_changed(session, RestockAdviceRow, advice, key)
    return Applied(applied, len(rows) - applied, errors)


async def _newest_days(session: AsyncSession, tenant_id: UUID, listing_ids: list[UUID]) -> dict[UUID, date]:
    rows = await session.execute(
        select(RestockAdviceRow.listing_id, func.max(RestockAdviceRow.report_date).label("day"))
        .where(RestockAdviceRow.tenant_id == tenant_id, RestockAdviceRow.listing_id.in_(listing_ids))
        .group_by(RestockAdviceRow.listing_id)
    )
    return {row.listing_id: row.day for row in rows}


def _advice(context: ImportContext, listing_id: UUID, row: RestockRow, day: date) -> dict[str, object]:
    currency = row.currency or row.marketplace.currency
    return {
        "tenant_id": context.tenant_id,
        "listing_id": listing_id,
        "report_date": day,
        "recommended_units": row.recommended_units,
        "recommended_ship_date": row.recommended_ship_date,
        "recommended_action": row.recommended_action,
        "alert": row.alert,
        "days_of_supply": row.days_of_supply,
        "days_of_supply_capped": row.is_days_of_supply_capped,
        "price_amount": row.price,
        "price_currency": currency if row.price is not None else None,
        "sales_30_days_amount": row.sales_30_days,
        "sales_30_days_currency": currency if row.sales_30_days is not None else None,
        "units_sold_30_days": row.units_30_days,
        "total_units": row.total_units,
        "inbound_units": row.inbound_units,
        "available_units": row.available_units,
        "fc_transfer_units": row.fc_transfer_units,
        "fc_processing_units": row.fc_processing_units,
        "customer_order_units": row.customer_order_units,
        "unfulfillable_units": row.unfulfillable_units,
        "working_units": row.inbound_working_units,
        "shipped_units": row.inbound_shipped_units,
        "receiving_units": row.inbound_receiving_units,
        "import_id": context.import_id,
    }


KIND = ImportKind(NAME, read_at_once, apply, prepare=prepare, restates=True)
