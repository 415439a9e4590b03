"""Reads objectives with their units and cycles, and their key results, in sets: a cycle's tree, or one branch of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.calibration import CalibrationState
from services.planning.domain.cycle_states import CycleState
from services.planning.domain.grades import Ambition
from services.planning.domain.key_result import KeyResult
from services.planning.domain.objective_states import OVER, Horizon, ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.period import Period
from services.planning.domain.roll_up import ParentMode
from services.planning.queries.key_results import key_result_of
from services.planning.tables import CalibrationRow, KeyResultRow


@dataclass(frozen=True, slots=True)
class ObjectiveFacts:
    """An objective with the level of its unit and the days of its cycle. `state` is that of the moment asked for."""

    id: UUID
    unit_id: UUID
    level: UnitLevel
    cycle_id: UUID
    cycle_status: CycleState
    period: Period
    horizon: Horizon
    title: str
    parent_id: UUID | None
    mode: ParentMode
    weight: Decimal
    ambition: Ambition
    state: ObjectiveState
    grade: Decimal | None

    @property
    def is_over(self) -> bool:
        """Whether it is graded or closed."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class KeyResultFacts:
    """A key result as defined at the moment asked for, and what it was graded on by then."""

    id: UUID
    objective_id: UUID
    position: int
    title: str
    definition: KeyResult
    currency: str | None
    done_date: date | None
    owner_id: UUID | None
    parent_id: UUID | None
    grade: Decimal | None
    graded_value: Decimal | None
    graded_progress: Decimal | None
    graded_as_known_at: datetime | None

    def ungraded(self) -> Self:
        """The same before it was graded."""
        return replace(self, grade=None, graded_value=None, graded_progress=None, graded_as_known_at=None)


_COLUMNS = """
    SELECT o.id, o.unit_id, u.level, o.cycle_id, c.status AS cycle_status, c.start_date, c.end_date, o.horizon,
        o.title, o.parent_id, o.parent_mode, o.weight, o.ambition, o.status, o.grade, o.graded_at
    FROM planning.objective o
    JOIN planning.organisation_unit u ON u.tenant_id = o.tenant_id AND u.id = o.unit_id
    JOIN planning.cycle c ON c.tenant_id = o.tenant_id AND c.id = o.cycle_id
    WHERE o.tenant_id = :tenant_id AND o.status <> 'cancelled' AND o.id IN ({ids})
    ORDER BY c.start_date, c.end_date DESC, o.created_at, o.id
"""
# UNION, not UNION ALL: links that run in a circle end there.
_BELOW = """
    WITH RECURSIVE below AS (
        SELECT o.id FROM planning.objective o WHERE o.tenant_id = :tenant_id AND o.{start} = :start_id
        UNION
        SELECT o.id FROM below JOIN planning.objective o ON o.tenant_id = :tenant_id AND o.parent_id = below.id
    )
"""
_ABOVE = """, above AS (
        SELECT o.id, o.parent_id FROM planning.objective o WHERE o.tenant_id = :tenant_id AND o.{start} = :start_id
        UNION
        SELECT o.id, o.parent_id FROM above
            JOIN planning.objective o ON o.tenant_id = :tenant_id AND o.id = above.parent_id
    )
"""
_OF_CYCLE = text((_BELOW + _COLUMNS.format(ids="SELECT id FROM below")).format(start="cycle_id"))
_OF_OBJECTIVE = text((_BELOW + _COLUMNS.format(ids="SELECT id FROM below")).format(start="id"))
_ONE = text(_COLUMNS.format(ids=":start_id"))
_AROUND_CYCLE = text(
    (_BELOW + _ABOVE + _COLUMNS.format(ids="SELECT id FROM below UNION SELECT id FROM above")).format(start="cycle_id")
)


async def load_cycle_objectives(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, as_of: datetime | None
) -> list[ObjectiveFacts]:
    """The objectives of a cycle and all below them, in whatever cycle; those that were cancelled are left out."""
    found = await session.execute(_OF_CYCLE, {"tenant_id": tenant_id, "start_id": cycle_id})
    return [_facts(row, as_of) for row in found]


async def load_objectives_around(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, as_of: datetime | None
) -> list[ObjectiveFacts]:
    """The same with all that stand above them."""
    found = await session.execute(_AROUND_CYCLE, {"tenant_id": tenant_id, "start_id": cycle_id})
    return [_facts(row, as_of) for row in found]


async def load_branch_objectives(
    session: AsyncSession, tenant_id: UUID, objective_id: UUID, as_of: datetime | None
) -> list[ObjectiveFacts]:
    """An objective and all below it; empty where it was cancelled."""
    found = await session.execute(_OF_OBJECTIVE, {"tenant_id": tenant_id, "start_id": objective_id})
    return [_facts(row, as_of) for row in found]


async def load_objective_facts(session: AsyncSession, tenant_id: UUID, objective_id: UUID) -> ObjectiveFacts:
    """One objective that is not cancelled."""
    [found] = await session.execute(_ONE, {"tenant_id": tenant_id, "start_id": objective_id})
    return _facts(found, None)


def _facts(row: Any, as_of: datetime | None) -> ObjectiveFacts:
    is_graded_later = as_of is not None and row.graded_at is not None and row.graded_at > as_of
    return ObjectiveFacts(
        row.id,
        row.unit_id,
        UnitLevel(row.level),
        row.cycle_id,
        CycleState(row.cycle_status),
        Period(row.start_date, row.end_date),
        Horizon(row.horizon),
        row.title,
        row.parent_id,
        ParentMode(row.parent_mode),
        row.weight,
        Ambition(row.ambition),
        ObjectiveState.ACTIVE if is_graded_later else ObjectiveState(row.status),
        None if is_graded_later else row.grade,
    )


async def load_key_result_facts(
    session: AsyncSession, tenant_id: UUID, objective_ids: Collection[UUID], as_of: datetime | None
) -> list[KeyResultFacts]:
    """The key results of the objectives, in their order."""
    if not objective_ids:
        return []
    row = KeyResultRow.__table__.c
    rows = (
        await session.execute(
            select(
                row.id,
                row.objective_id,
                row.position,
                row.title,
                row.kind,
                row.metric_code,
                row.scope,
                row.window_kind,
                row.window_days,
                row.start_value,
                row.target_value,
                row.currency,
                row.bound,
                row.grade_points,
                row.milestones,
                row.is_done,
                row.done_date,
                row.weight,
                row.owner_id,
                row.parent_key_result_id,
                row.grade,
                row.graded_value,
                row.graded_progress,
                row.graded_as_known_at,
            )
            .where(row.tenant_id == tenant_id, row.objective_id == any_(literal([*objective_ids], ARRAY(Uuid))))
            .order_by(row.objective_id, row.position)
        )
    ).all()
    return facts_of(rows, as_of, await load_earlier_targets(session, tenant_id, as_of))


def facts_of(rows: Iterable[Any], as_of: datetime | None, targets: Mapping[UUID, Decimal]) -> list[KeyResultFacts]:
    """Key results by their rows, as of the moment; `targets` are those that have been moved since."""
    found = []
    for row in rows:
        known_at = row.graded_as_known_at
        is_graded = row.grade is not None and (as_of is None or known_at is None or known_at <= as_of)
        definition = key_result_of(row)
        if as_of is not None and row.done_date is not None and row.done_date > as_of.date():
            definition = replace(definition, is_done=False)
        if row.id in targets:
            definition = replace(definition, target=targets[row.id])
        found.append(
            KeyResultFacts(
                row.id,
                row.objective_id,
                row.position,
                row.title,
                definition,
                row.currency,
                row.done_date,
                row.owner_id,
                row.parent_key_result_id,
                row.grade if is_graded else None,
                row.graded_value if is_graded else None,
                row.graded_progress if is_graded else None,
                known_at if is_graded else None,
            )
        )
    return found


async def load_earlier_targets(session: AsyncSession, tenant_id: UUID, as_of: datetime | None) -> dict[UUID, Decimal]:
    """The targets of that moment, of the key results whose target has been calibrated since."""
    if as_of is None:
        return {}
    row = CalibrationRow
    found = await session.execute(
        select(row.key_result_id, row.old_value)
        .where(
            row.tenant_id == tenant_id,
            row.key_result_id.is_not(None),
            row.status == CalibrationState.APPROVED,
            row.decided_at > as_of,
        )
        .order_by(row.decided_at.desc())
    )
    # The earliest of them comes last: what it moved was the target then.
    return {each: old for each, old in found if each is not None}
