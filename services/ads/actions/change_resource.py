"""Decides how a change of a versioned resource of ads is checked and written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.queries.one_row import lock_resource
from services.ads.tables import AdAccountRow, AdvertisedProductRow, CampaignRow
from shared.core.errors import PreconditionFailed

Versioned = TypeVar("Versioned", AdAccountRow, AdvertisedProductRow, CampaignRow)


async def lock_at_version(
    session: AsyncSession, table: type[Versioned], tenant_id: UUID, resource_id: UUID, expected_version: int
) -> Versioned:
    """The resource, held until the transaction ends; NotFound, or PreconditionFailed at another version."""
    row = await lock_resource(session, table, tenant_id, resource_id)
    if row.version != expected_version:
        raise PreconditionFailed(current_version=row.version)
    return row


async def write_changes(session: AsyncSession, row: Versioned, columns: Mapping[str, Any], now: datetime) -> None:
    """Set the columns and raise the version."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now
    await session.flush()
