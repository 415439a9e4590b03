"""Adds and changes seller accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import check_unused, lock_at_version, write_columns
from services.inventory.domain.codes import code_key
from services.inventory.schemas.accounts import AccountCreate, AccountPatch
from services.inventory.tables import AccountRow
from shared.core.ids import new_id


async def create_account(
    session: AsyncSession, tenant_id: UUID, account: AccountCreate, *, now: datetime
) -> AccountRow:
    """A new account; DuplicateKey when its code is taken."""
    key = code_key(account.code)
    await check_unused(session, AccountRow, tenant_id, {"code_key": key})
    row = AccountRow(
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


async def update_account(
    session: AsyncSession,
    tenant_id: UUID,
    account_id: UUID,
    patch: AccountPatch,
    *,
    expected_version: int,
    now: datetime,
) -> AccountRow:
    """The changed account; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_at_version(session, AccountRow, tenant_id, account_id, expected_version)
    changes = patch.changes()
    if "code" in changes:
        changes["code_key"] = code_key(changes["code"])
        await check_unused(session, AccountRow, tenant_id, {"code_key": changes["code_key"]}, row.id)
    write_columns(row, changes, now)
    await session.flush()
    return row
