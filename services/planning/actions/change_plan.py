"""Holds a plan while somebody writes in it: only drafts are written in, in cycles that are not closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.period import Period
from services.planning.domain.plan_states import EDITABLE, PlanStatus
from services.planning.queries.plans import add_author
from services.planning.queries.resources import lock_resource
from services.planning.tables import PlanRow
from shared.core.errors import Conflict


class PlanNotDraft(Conflict):
    """Only a draft is written in: released values change by a calibration, all else by a new version."""

    slug, title = "plan-not-draft", "The plan is no draft"


async def lock_draft(
    session: AsyncSession,
    tenant_id: UUID,
    plan_id: UUID,
    *,
    expected_version: int | None,
    by: UUID,
    now: datetime,
) -> tuple[PlanRow, Period]:
    """The draft and its cycle, held until the transaction ends; whoever asks for it becomes one of its authors.

    NotFound, PreconditionFailed at another version than the expected one, PlanNotDraft, CycleClosed.
    """
    if expected_version is None:
        row = await lock_resource(session, PlanRow, tenant_id, plan_id)
    else:
        row = await lock_at_version(session, PlanRow, tenant_id, plan_id, expected_version)
    if PlanStatus(row.status) not in EDITABLE:
        raise PlanNotDraft(status=row.status)
    cycle = await lock_open_cycle(session, tenant_id, row.cycle_id)
    await add_author(session, tenant_id, plan_id, by, now)
    return row, Period(cycle.start_date, cycle.end_date)
