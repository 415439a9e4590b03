"""Changes what a draft assumes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_plan import lock_draft
from services.planning.actions.change_resource import write_change
from services.planning.actions.create_plan import check_money
from services.planning.schemas.plans import PlanPatch, PlanRateBody, plan_columns
from services.planning.tables import PlanRow


async def update_plan(
    session: AsyncSession,
    tenant_id: UUID,
    plan_id: UUID,
    patch: PlanPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> PlanRow:
    """The changed draft; PlanNotDraft, CycleClosed, PreconditionFailed."""
    row, _ = await lock_draft(session, tenant_id, plan_id, expected_version=expected_version, by=by, now=now)
    changes = patch.changes()
    kept = [PlanRateBody.model_validate({"currency": code, "rate": rate}) for code, rate in row.fx.items()]
    check_money(changes.get("currency", row.currency), changes.get("exchange_rates", kept))
    await write_change(session, row, plan_columns(changes), by=by, now=now)
    return row
