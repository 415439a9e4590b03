"""Adds a key result to a draft of an objective."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.define_key_result import (
    check_definition,
    check_links,
    fields_of,
    key_result_columns,
)
from services.planning.actions.hold_objective import check_draft, hold_objective
from services.planning.queries.key_results import next_position
from services.planning.queries.objectives import lock_links
from services.planning.schemas.key_results import KeyResultCreate
from services.planning.tables import KeyResultRow
from shared.core.ids import new_id


async def create_key_result(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    key_result: KeyResultCreate,
    *,
    by: UUID,
    now: datetime,
) -> KeyResultRow:
    """The last key result of the objective; Invalid, ObjectiveNotDraft, MisplacedKeyResult, CycleClosed."""
    if key_result.parent_key_result_id is not None:
        await lock_links(session, tenant_id)
    held = await hold_objective(session, tenant_id, objective_id)
    check_draft(held.state)
    row = KeyResultRow(
        tenant_id=tenant_id,
        id=new_id(),
        objective_id=objective_id,
        position=await next_position(session, tenant_id, objective_id),
        is_done=False,
        **key_result_columns(fields_of(key_result)),
    )
    await check_definition(session, tenant_id, row)
    await check_links(session, tenant_id, row, ("owner_id", "parent_key_result_id"))
    await write_new(session, row, by=by, now=now)
    return row
