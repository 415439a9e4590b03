"""Reads objectives with their units and cycles, and their key results, in sets: a cycle's tree, or one branch of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import orjson
from sqlalchemy import TextClause, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.calibration import CalibrationState
from services.planning.domain.cycle_states import CycleState
from services.planning.domain.grades import Ambition
from services.planning.domain.key_result import KeyResult
from services.planning.domain.metric import Catalogue
from services.planning.domain.objective_states import OVER, Horizon, ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.period import Period
from services.planning.domain.roll_up import ParentMode
from services.planning.domain.scope import Ancestry, Scope
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.key_results import columns_of, key_result_of, key_result_value, scope_of
from services.planning.tables import CalibrationRow, KeyResultRow
from shared.db.bulk import raw_connection


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


@dataclass(frozen=True, slots=True)
class OkrFacts:
    """Objectives with their key results, the metrics these point at, and who stands above whom, at a moment.

    `below` are the objectives that were asked for and all below them; the others stand above.
    """

    session: AsyncSession
    tenant_id: UUID
    as_of: datetime | None
    objectives: Sequence[ObjectiveFacts]
    key_results: Sequence[KeyResultFacts]
    below: frozenset[UUID]
    catalogue: Catalogue
    ancestry: Ancestry


_COLUMNS = """
    SELECT o.id, o.unit_id, u.level, o.cycle_id, c.status AS cycle_status, c.start_date, c.end_date, o.horizon,
        o.title, o.parent_id, o.parent_mode, o.weight, o.ambition, o.status, o.grade, o.graded_at,
        {is_below} AS is_below
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
_SELF = text(_COLUMNS.format(ids=":start_id", is_below="true"))
_BRANCH = text((_BELOW + _COLUMNS.format(ids="SELECT id FROM below", is_below="true")).format(start="id"))
_CYCLE = text(
    (
        _BELOW
        + _ABOVE
        + _COLUMNS.format(
            ids="SELECT id FROM below UNION SELECT id FROM above", is_below="o.id IN (SELECT id FROM below)"
        )
    ).format(start="cycle_id")
)


async def load_cycle_facts(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, *, as_of: datetime | None
) -> OkrFacts:
    """The objectives of a cycle, all below and all above them in whatever cycle; cancelled ones are left out."""
    return await _load_facts(session, tenant_id, _CYCLE, cycle_id, as_of)


async def load_branch_facts(
    session: AsyncSession, tenant_id: UUID, objective_id: UUID, *, as_of: datetime | None
) -> OkrFacts:
    """An objective and all below it; nothing where it was cancelled."""
    return await _load_facts(session, tenant_id, _BRANCH, objective_id, as_of)


async def _load_facts(
    session: AsyncSession, tenant_id: UUID, statement: TextClause, start_id: UUID, as_of: datetime | None
) -> OkrFacts:
    rows = (await session.execute(statement, {"tenant_id": tenant_id, "start_id": start_id})).all()
    return OkrFacts(
        session,
        tenant_id,
        as_of,
        [_facts(row, as_of) for row in rows],
        await load_key_result_facts(session, tenant_id, [row.id for row in rows], as_of),
        frozenset(row.id for row in rows if row.is_below),
        await load_catalogue(session, tenant_id),
        await load_ancestry(session, tenant_id),
    )


async def load_objective_facts(session: AsyncSession, tenant_id: UUID, objective_id: UUID) -> ObjectiveFacts:
    """One objective that is not cancelled."""
    [found] = await session.execute(_SELF, {"tenant_id": tenant_id, "start_id": objective_id})
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


# Scopes, grade points and milestones come as text: most are empty or the same, and are read once.
_KEY_RESULTS = """
    SELECT k.id, k.objective_id, k.position, k.title, k.kind, k.metric_code, k.scope::text AS scope, k.window_kind,
        k.window_days, k.start_value, k.target_value, k.currency, k.bound, k.grade_points::text AS grade_points,
        k.milestones::text AS milestones, k.is_done, k.done_date, k.weight, k.owner_id, k.parent_key_result_id, k.grade,
        k.graded_value, k.graded_progress, k.graded_as_known_at
    FROM planning.key_result k
    WHERE k.tenant_id = $1 AND k.objective_id = ANY($2::uuid[])
    ORDER BY k.objective_id, k.position
"""


async def load_key_result_facts(
    session: AsyncSession, tenant_id: UUID, objective_ids: Collection[UUID], as_of: datetime | None
) -> list[KeyResultFacts]:
    """The key results of the objectives, in their order."""
    if not objective_ids:
        return []
    connection = await raw_connection(session)
    records = await connection.fetch(_KEY_RESULTS, tenant_id, [*objective_ids])
    targets = await load_earlier_targets(session, tenant_id, as_of)
    scopes: dict[str, Scope] = {}
    found = []
    for record in records:
        scope_text = record["scope"]
        scope = scopes.get(scope_text)
        if scope is None:
            scope = scopes[scope_text] = scope_of(orjson.loads(scope_text))
        found.append(_key_result_facts(record, _definition(record, scope), as_of, targets))
    return found


def _definition(record: Any, scope: Scope) -> KeyResult:
    points, milestones = record["grade_points"], record["milestones"]
    return key_result_value(
        record,
        scope,
        () if points == "[]" else orjson.loads(points),
        () if milestones == "[]" else orjson.loads(milestones),
    )


def facts_of(
    rows: Iterable[KeyResultRow], as_of: datetime | None, targets: Mapping[UUID, Decimal]
) -> list[KeyResultFacts]:
    """Key results by their rows, as of the moment; `targets` are those that have been moved since."""
    return [_key_result_facts(columns_of(row), key_result_of(row), as_of, targets) for row in rows]


def _key_result_facts(
    record: Any, definition: KeyResult, as_of: datetime | None, targets: Mapping[UUID, Decimal]
) -> KeyResultFacts:
    key, known_at, done_date = record["id"], record["graded_as_known_at"], record["done_date"]
    is_graded = record["grade"] is not None and (as_of is None or known_at is None or known_at <= as_of)
    if as_of is not None and done_date is not None and done_date > as_of.date():
        definition = replace(definition, is_done=False)
    if key in targets:
        definition = replace(definition, target=targets[key])
    return KeyResultFacts(
        key,
        record["objective_id"],
        record["position"],
        record["title"],
        definition,
        record["currency"],
        done_date,
        record["owner_id"],
        record["parent_key_result_id"],
        record["grade"] if is_graded else None,
        record["graded_value"] if is_graded else None,
        record["graded_progress"] if is_graded else None,
        known_at if is_graded else None,
    )


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
