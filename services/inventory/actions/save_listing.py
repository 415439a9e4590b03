"""Adds and changes listings."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import (
    check_known,
    check_unused,
    columns_of,
    lock_at_version,
    write_columns,
)
from services.inventory.actions.note_readings import note_marketplaces
from services.inventory.actions.relink_listing import relink_listing
from services.inventory.domain.assumed import LISTING_FIELDS
from services.inventory.domain.codes import code_key
from services.inventory.schemas.listings import ListingCreate, ListingPatch
from services.inventory.tables import AccountRow, ListingRow, ProductRow
from shared.core.ids import new_id

MONEY = frozenset({"price", "fba_fee", "ad_cost", "storage_cost"})
# What the figures that are served of a day are computed with.
READ_FIELDS = frozenset({"product_id", "units_per_listing", "fba_fee", "referral_rate"})


async def create_listing(
    session: AsyncSession, tenant_id: UUID, listing: ListingCreate, *, now: datetime
) -> ListingRow:
    """A new listing; DuplicateKey when the SKU is taken there, Invalid when account or product does not exist."""
    await check_known(session, AccountRow, tenant_id, "#/account_id", listing.account_id)
    await check_known(session, ProductRow, tenant_id, "#/product_id", listing.product_id)
    key: dict[str, Any] = {
        "account_id": listing.account_id,
        "marketplace": listing.marketplace,
        "seller_sku_key": code_key(listing.seller_sku),
    }
    await check_unused(session, ListingRow, tenant_id, key)
    fields = {name: getattr(listing, name) for name in ListingCreate.model_fields}
    columns = listing_columns(fields)
    row = ListingRow(
        tenant_id=tenant_id,
        id=new_id(),
        assumed_fields=[name for name in LISTING_FIELDS if fields[name] is None],
        version=1,
        created_at=now,
        updated_at=now,
        **(columns | key),
    )
    session.add(row)
    await session.flush()
    return row


async def update_listing(
    session: AsyncSession,
    tenant_id: UUID,
    listing_id: UUID,
    patch: ListingPatch,
    *,
    expected_version: int,
    changed_by: UUID,
    now: datetime,
    notes_readings: bool = True,
) -> ListingRow:
    """The changed listing; PreconditionFailed when it is not at the version that the caller read.

    Without `notes_readings` the caller notes what this changes in the figures that are served.
    """
    changes = patch.changes()
    row = await lock_at_version(session, ListingRow, tenant_id, listing_id, expected_version)
    product_id = changes.get("product_id", row.product_id)
    if product_id != row.product_id:
        await check_known(session, ProductRow, tenant_id, "#/product_id", product_id)
    await relink_listing(
        session,
        row,
        product_id,
        changes.get("units_per_listing", row.units_per_listing),
        created_by=changed_by,
        import_id=None,
        now=now,
    )
    write_columns(row, listing_columns(changes), now, frozenset(changes))
    await session.flush()
    if notes_readings and not READ_FIELDS.isdisjoint(changes):
        await note_marketplaces(session, tenant_id, [row.marketplace])
    return row


def listing_columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of a body as columns of a listing. Invalid for a currency that does not exist."""
    columns = columns_of(fields, MONEY)
    if columns.get("referral_rate") is not None:
        columns["referral_rate"] = Decimal(str(columns["referral_rate"])).quantize(Decimal("0.00001"))
    return columns
