"""Reads of calibrations and of what they move."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.calibration import CalibrationState, CalibrationSubject
from services.planning.tables import CalibrationRow, PlanLineRow
from shared.db.listing import Filter, ListQuery, Sort, decimal_json

CALIBRATIONS = ListQuery(
    name="calibrations",
    source="planning.calibration c",
    where="c.tenant_id = $1",
    fields={
        **{
            name: f"c.{name}"
            for name in (
                "id",
                "cycle_id",
                "review_id",
                "subject_kind",
                "key_result_id",
                "plan_id",
                "metric_code",
                "scope_key",
            )
        },
        "month": "to_char(c.month_date, 'YYYY-MM')",
        "old_value": decimal_json("c.old_value"),
        "new_value": decimal_json("c.new_value"),
        **{
            name: f"c.{name}"
            for name in (
                "reason",
                "override_reason",
                "status",
                "decided_by",
                "decided_at",
                "decision_reason",
                "version",
                "created_by",
                "created_at",
                "updated_at",
            )
        },
    },
    sorts={"created_at": Sort("c.created_at", "timestamptz")},
    default_sort="-created_at",
    key=Sort("c.id", "uuid"),
    filters={
        "cycle_id": Filter("c.cycle_id = {}", UUID, "Only calibrations in this cycle."),
        "status": Filter("c.status = ANY({})", list[CalibrationState], "Only calibrations in these states."),
        "subject_kind": Filter("c.subject_kind = {}", CalibrationSubject, "Only of key results, or of plan lines."),
        "key_result_id": Filter("c.key_result_id = {}", UUID, "Only calibrations of this key result."),
        "plan_id": Filter("c.plan_id = {}", UUID, "Only calibrations of this plan."),
        "review_id": Filter("c.review_id = {}", UUID, "Only calibrations that came out of this review."),
    },
)


async def list_earlier_states(
    session: AsyncSession, tenant_id: UUID, calibration: CalibrationRow
) -> Sequence[CalibrationState]:
    """The states of the other calibrations of the same subject in the same cycle."""
    row = CalibrationRow
    found = await session.scalars(
        select(row.status).where(
            row.tenant_id == tenant_id,
            row.cycle_id == calibration.cycle_id,
            row.id != calibration.id,
            row.key_result_id.is_not_distinct_from(calibration.key_result_id),
            row.plan_id.is_not_distinct_from(calibration.plan_id),
            row.metric_code.is_not_distinct_from(calibration.metric_code),
            row.scope_key.is_not_distinct_from(calibration.scope_key),
            row.month_date.is_not_distinct_from(calibration.month_date),
        )
    )
    return [CalibrationState(state) for state in found]


async def lock_plan_line(session: AsyncSession, tenant_id: UUID, calibration: CalibrationRow) -> PlanLineRow | None:
    """The line that the calibration is of, held until the transaction ends."""
    key = (tenant_id, calibration.plan_id, calibration.metric_code, calibration.scope_key, calibration.month_date)
    return await session.get(PlanLineRow, key, with_for_update=True, populate_existing=True)
