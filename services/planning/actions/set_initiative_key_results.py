"""Says which key results an initiative is meant to move."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_step
from services.planning.tables import InitiativeKeyResultRow, InitiativeRow, KeyResultRow
from shared.core.errors import FieldProblem, Invalid


async def set_initiative_key_results(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    key_result_ids: Sequence[UUID],
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> InitiativeRow:
    """The initiative with links to these key results instead of those it had; Invalid where one does not exist."""
    row = await lock_at_version(session, InitiativeRow, tenant_id, initiative_id, expected_version)
    wanted = list(dict.fromkeys(key_result_ids))
    known = set(
        await session.scalars(
            select(KeyResultRow.id).where(KeyResultRow.tenant_id == tenant_id, KeyResultRow.id.in_(wanted))
        )
    )
    problems = [
        FieldProblem(f"#/key_result_ids/{index}", "unknown", "There is no key result with this id.")
        for index, each in enumerate(key_result_ids)
        if each not in known
    ]
    if problems:
        raise Invalid("A key result does not exist.", errors=problems)
    table = InitiativeKeyResultRow
    of_this = (table.tenant_id == tenant_id, table.initiative_id == initiative_id)
    old = (await session.scalars(select(table.key_result_id).where(*of_this))).all()
    await session.execute(delete(table).where(*of_this))
    session.add_all(table(tenant_id=tenant_id, initiative_id=initiative_id, key_result_id=each) for each in wanted)
    changes = {"key_result_ids": {"old": sorted(map(str, old)), "new": sorted(map(str, wanted))}}
    journal_step(session, tenant_id, ("initiative", initiative_id), "changed", changes, by=by, now=now)
    row.version += 1
    row.updated_at = now
    await session.flush()
    return row
