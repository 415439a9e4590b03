"""Unlinks an initiative from something that it answered."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.check_initiative import raise_faults
from services.planning.actions.journal_change import journal_removal
from services.planning.domain.bases import BasisKind
from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus, faults_at
from services.planning.queries.initiatives import get_basis, load_groundwork
from services.planning.queries.resources import lock_resource
from services.planning.tables import InitiativeRow
from shared.web.etags import check_version


async def remove_initiative_basis(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    basis_id: UUID,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> None:
    """Removes the link; GroundworkMissing where it is the last gap or need of what is more than proposed."""
    initiative = await lock_resource(session, InitiativeRow, tenant_id, initiative_id)
    basis = await get_basis(session, tenant_id, initiative_id, basis_id)
    check_version(basis.version, expected_version)
    standing = InitiativeStatus(initiative.held_from or initiative.status)
    before = await load_groundwork(
        session, tenant_id, initiative_id, why=initiative.why, node_id=initiative.node_id, today=now.date()
    )
    after = replace(before, gaps_and_needs=before.gaps_and_needs - (basis.kind != BasisKind.INSIGHT))
    kind = InitiativeKind(initiative.kind)
    present = faults_at(kind, standing, before)
    new = [fault for fault in faults_at(kind, standing, after) if fault not in present]
    raise_faults(new, standing, standing, ())
    journal_removal(session, basis, by=by, now=now)
    await session.delete(basis)
    await session.flush()
