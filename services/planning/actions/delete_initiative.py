"""Removes an initiative that was only proposed; what has begun is killed instead, and stays on record."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_removal
from services.planning.domain.initiative_states import InitiativeStatus
from services.planning.queries.initiatives import is_waited_for
from services.planning.tables import (
    BasisRow,
    DependencyRow,
    InitiativeBudgetRow,
    InitiativeKeyResultRow,
    InitiativePriceRow,
    InitiativeRow,
    ResourceDemandRow,
)
from shared.core.errors import Conflict

_PARTS = (
    InitiativePriceRow,
    InitiativeBudgetRow,
    InitiativeKeyResultRow,
    BasisRow,
    ResourceDemandRow,
)


class NotOnlyProposed(Conflict):
    """Only what is proposed is deleted; kill the initiative instead, so that it stays on record."""

    slug, title = "not-only-proposed", "More than proposed"


class InitiativeWaitedFor(Conflict):
    """Other initiatives wait for this one, or replace it."""

    slug, title = "initiative-waited-for", "Others depend on the initiative"


async def delete_initiative(
    session: AsyncSession, tenant_id: UUID, initiative_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes a proposed initiative with its parts; NotOnlyProposed, InitiativeWaitedFor, PreconditionFailed."""
    row = await lock_at_version(session, InitiativeRow, tenant_id, initiative_id, expected_version)
    if row.status != InitiativeStatus.PROPOSED:
        raise NotOnlyProposed(status=row.status)
    if await is_waited_for(session, tenant_id, initiative_id):
        raise InitiativeWaitedFor
    for part in _PARTS:
        await session.execute(delete(part).where(part.tenant_id == tenant_id, part.initiative_id == initiative_id))
    waits = select(DependencyRow).where(DependencyRow.tenant_id == tenant_id, DependencyRow.to_id == initiative_id)
    for dependency in (await session.scalars(waits)).all():
        journal_removal(session, dependency, by=by, now=now)
        await session.delete(dependency)
    await session.flush()
    journal_removal(session, row, by=by, now=now)
    await session.delete(row)
    await session.flush()
