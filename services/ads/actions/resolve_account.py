"""Decides which Amazon account a file belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.names import name_key
from services.ads.tables import AdAccountRow
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id
from shared.jobs.imports import FactsMissing

DEFAULT_CODE = "main"


async def prepare_account(session: AsyncSession, tenant_id: UUID, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The sender's facts with `account` and `account_id` of the account that the file belongs to.

    A company with one account need not name it; one without any is given the account `main`, as in inventory.
    Invalid where the named one does not exist, FactsMissing where there are several.
    """
    code = parameters.get("account")
    accounts = (
        await session.execute(
            select(AdAccountRow.id, AdAccountRow.code, AdAccountRow.code_key)
            .where(AdAccountRow.tenant_id == tenant_id)
            .order_by(AdAccountRow.code_key)
        )
    ).all()
    known = ", ".join(account.code for account in accounts[:20]) or "none"
    if code:
        named = [account for account in accounts if account.code_key == name_key(str(code))]
        if not named:
            raise Invalid(
                f"There is no account {str(code)[:80]!r}; known: {known}.",
                errors=[FieldProblem("/account", "unknown_account", "Make the account first, or name another.")],
            )
        return dict(parameters) | {"account": named[0].code, "account_id": str(named[0].id)}
    if len(accounts) > 1:
        raise FactsMissing(
            "Several accounts exist: the file's own must be named.",
            errors=[FieldProblem("/account", "missing", f"One of: {known}")],
        )
    account_id = accounts[0].id if accounts else await _open_first(session, tenant_id, utc_now())
    return dict(parameters) | {
        "account": accounts[0].code if accounts else DEFAULT_CODE,
        "account_id": str(account_id),
    }


async def _open_first(session: AsyncSession, tenant_id: UUID, now: datetime) -> UUID:
    await session.execute(
        insert(AdAccountRow)
        .values(
            tenant_id=tenant_id,
            id=new_id(),
            code=DEFAULT_CODE,
            code_key=name_key(DEFAULT_CODE),
            name="Main account",
            version=1,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "code_key"])
    )
    found = await session.scalar(
        select(AdAccountRow.id).where(
            AdAccountRow.tenant_id == tenant_id, AdAccountRow.code_key == name_key(DEFAULT_CODE)
        )
    )
    assert found is not None, "it has just been made"
    return found
