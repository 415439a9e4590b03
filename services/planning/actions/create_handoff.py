"""Hands a released sales plan on: its units as they are now, kept with the hand-off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.domain.handoffs import HandoffStatus, Receiver, handed_lines, handoff_faults
from services.planning.domain.months import month_text
from services.planning.domain.plan_lines import PlanLine
from services.planning.domain.plan_states import PlanKind, PlanStatus
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.handoffs import list_handoffs_of
from services.planning.queries.plan_lines import load_plan_lines
from services.planning.queries.resources import lock_resource
from services.planning.schemas.fields import ScopeBody
from services.planning.tables import HandoffRow, PlanRow
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.web.schemas import decimal_text


class NotASalesPlan(Conflict):
    """Only sales plans are handed on."""

    slug, title = "not-a-sales-plan", "Not a sales plan"


class PlanNotReleased(Conflict):
    """A plan is handed on once it is released."""

    slug, title = "plan-not-released", "The plan is not released"


class AlreadyHandedOn(Conflict):
    """The receiver has the plan already, and has not rejected it."""

    slug, title = "already-handed-on", "Already handed on"


class ProductionNotAcknowledged(Conflict):
    """Procurement is handed a plan after production has acknowledged it."""

    slug, title = "production-not-acknowledged", "Production has not acknowledged"


class NothingToHandOn(Conflict):
    """The plan has no units."""

    slug, title = "nothing-to-hand-on", "The plan has no units"


_PROBLEMS = {
    "not_a_sales_plan": NotASalesPlan,
    "not_released": PlanNotReleased,
    "already_sent": AlreadyHandedOn,
    "not_acknowledged_before": ProductionNotAcknowledged,
}


async def create_handoff(
    session: AsyncSession, tenant_id: UUID, plan_id: UUID, receiver: Receiver, *, by: UUID, now: datetime
) -> HandoffRow:
    """The plan in the receiver's hands.

    NotFound, NotASalesPlan, PlanNotReleased, AlreadyHandedOn, ProductionNotAcknowledged, NothingToHandOn.
    """
    # The plan is held, so that two who hand it on at once see each other's.
    plan = await lock_resource(session, PlanRow, tenant_id, plan_id)
    existing = await list_handoffs_of(session, tenant_id, plan_id)
    for fault in handoff_faults(PlanKind(plan.kind), PlanStatus(plan.status), receiver, existing):
        raise _PROBLEMS[fault](receiver=receiver)
    lines = handed_lines(await load_plan_lines(session, tenant_id, plan_id), await load_ancestry(session, tenant_id))
    if not lines:
        raise NothingToHandOn
    row = HandoffRow(
        tenant_id=tenant_id,
        id=new_id(),
        plan_id=plan_id,
        receiver=receiver,
        status=HandoffStatus.SENT,
        lines=[_kept(line) for line in lines],
    )
    await write_new(session, row, by=by, now=now)
    return row


def _kept(line: PlanLine) -> dict[str, Any]:
    return {
        "scope": ScopeBody.of(line.scope).model_dump(mode="json"),
        "month": month_text(line.month),
        "units": decimal_text(line.value),
    }
