"""Removes a key result from a draft of an objective."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.hold_objective import check_draft, hold_key_result
from services.planning.actions.journal_change import journal_step


async def delete_key_result(
    session: AsyncSession, tenant_id: UUID, key_result_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes it; ObjectiveNotDraft, CycleClosed, PreconditionFailed."""
    row, held = await hold_key_result(session, tenant_id, key_result_id, expected_version)
    check_draft(held.state)
    changes = {"title": {"old": row.title, "new": None}}
    journal_step(session, tenant_id, ("key_result", key_result_id), "deleted", changes, by=by, now=now)
    await session.delete(row)
    await session.flush()
