"""Removes a draft of an objective with everything that belongs to it alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.hold_objective import check_draft, hold_objective
from services.planning.actions.journal_change import journal_step
from services.planning.queries.objectives import has_objectives_below
from services.planning.tables import BasisRow, KeyResultRow
from shared.core.errors import Conflict


class ObjectiveHasObjectivesBelow(Conflict):
    """Other objectives stand below this one; move or delete them first."""

    slug, title = "objective-has-objectives-below", "Objectives stand below this one"


async def delete_objective(
    session: AsyncSession, tenant_id: UUID, objective_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes a draft; ObjectiveNotDraft, ObjectiveHasObjectivesBelow, CycleClosed, PreconditionFailed."""
    held = await hold_objective(session, tenant_id, objective_id, expected_version)
    check_draft(held.state)
    if await has_objectives_below(session, tenant_id, objective_id):
        raise ObjectiveHasObjectivesBelow
    for table in (KeyResultRow, BasisRow):
        await session.execute(delete(table).where(table.tenant_id == tenant_id, table.objective_id == objective_id))
    title = held.objective.title
    await session.delete(held.objective)
    subject = ("objective", objective_id)
    journal_step(session, tenant_id, subject, "deleted", {"title": {"old": title, "new": None}}, by=by, now=now)
    await session.flush()
