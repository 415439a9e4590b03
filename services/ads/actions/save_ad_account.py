"""Adds and changes advertising accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.change_resource import lock_at_version, write_changes
from services.ads.domain.names import name_key
from services.ads.schemas.ad_accounts import AdAccountCreate, AdAccountPatch
from services.ads.tables import AdAccountRow
from shared.core.errors import Conflict
from shared.core.ids import new_id


class DuplicateAccount(Conflict):
    """Another account has this code already."""

    slug, title = "duplicate-account", "Code is in use"


async def create_ad_account(
    session: AsyncSession, tenant_id: UUID, account: AdAccountCreate, *, now: datetime
) -> AdAccountRow:
    """A new account; DuplicateAccount when its code is taken."""
    key = name_key(account.code)
    await _check_unused(session, tenant_id, key, None)
    row = AdAccountRow(
        tenant_id=tenant_id,
        id=new_id(),
        code=account.code,
        code_key=key,
        name=account.name,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def update_ad_account(
    session: AsyncSession,
    tenant_id: UUID,
    account_id: UUID,
    patch: AdAccountPatch,
    *,
    expected_version: int,
    now: datetime,
) -> AdAccountRow:
    """The changed account; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_at_version(session, AdAccountRow, tenant_id, account_id, expected_version)
    changes = patch.changes()
    if "code" in changes:
        changes["code_key"] = name_key(changes["code"])
        await _check_unused(session, tenant_id, changes["code_key"], row.id)
    await write_changes(session, row, changes, now)
    return row


async def _check_unused(session: AsyncSession, tenant_id: UUID, key: str, own_id: UUID | None) -> None:
    other = await session.scalar(
        select(AdAccountRow.id).where(AdAccountRow.tenant_id == tenant_id, AdAccountRow.code_key == key)
    )
    if other is not None and other != own_id:
        raise DuplicateAccount(existing_id=str(other))
