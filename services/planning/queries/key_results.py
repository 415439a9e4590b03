"""Reads of key results and of what people said of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.key_result import Bound, GradePoint, KeyResult, KeyResultKind, Milestone
from services.planning.domain.measurement import CYCLE_TO_DATE, Window, WindowKind
from services.planning.domain.reviews import ActionState
from services.planning.domain.scope import EVERYTHING, Scope
from services.planning.tables import KeyResultRow, ObjectiveRow, ReviewActionRow
from shared.db.listing import Filter, ListQuery, Sort, decimal_json

KEY_RESULTS = ListQuery(
    name="key_results",
    source="planning.key_result k",
    where="k.tenant_id = $1",
    fields={
        "id": "k.id",
        "objective_id": "k.objective_id",
        "position": "k.position",
        "title": "k.title",
        "kind": "k.kind",
        "metric_code": "k.metric_code",
        "scope": "k.scope",
        "window": "json_build_object('kind', k.window_kind, 'days', k.window_days)",
        "start": decimal_json("k.start_value"),
        "target": decimal_json("k.target_value"),
        "currency": "k.currency",
        "bound": "k.bound",
        "grade_points": """(SELECT coalesce(json_agg(json_build_object(
            'value', p.point ->> 'value', 'grade', (p.point ->> 'grade')::numeric) ORDER BY p.place), '[]'::json)
            FROM jsonb_array_elements(k.grade_points) WITH ORDINALITY p (point, place))""",
        "milestones": """(SELECT coalesce(json_agg(json_build_object(
            'position', m.place, 'title', m.step ->> 'title', 'weight', m.step ->> 'weight',
            'due_date', m.step -> 'due_date', 'done_date', m.step -> 'done_date') ORDER BY m.place), '[]'::json)
            FROM jsonb_array_elements(k.milestones) WITH ORDINALITY m (step, place))""",
        "is_done": "k.is_done",
        "done_date": "k.done_date",
        "weight": decimal_json("k.weight"),
        "owner_id": "k.owner_id",
        "parent_key_result_id": "k.parent_key_result_id",
        "grade": "trim_scale(k.grade)",
        "suggested_grade": "trim_scale(k.suggested_grade)",
        "grade_reason": "k.grade_reason",
        "graded_value": decimal_json("k.graded_value"),
        "graded_progress": "trim_scale(round(k.graded_progress, 4))",
        "graded_as_known_at": "k.graded_as_known_at",
        "version": "k.version",
        "created_by": "k.created_by",
        "created_at": "k.created_at",
        "updated_at": "k.updated_at",
    },
    sorts={"position": Sort("k.position", "integer")},
    default_sort="position",
    key=Sort("k.id", "uuid"),
    path={"objective_id": Filter("k.objective_id = {}", UUID, "The objective.")},
    parent="SELECT FROM planning.objective WHERE tenant_id = $1 AND id = $2",
)

CHECK_INS = ListQuery(
    name="check_ins",
    source="planning.check_in c",
    where="c.tenant_id = $1",
    fields={
        "id": "c.id",
        "key_result_id": "c.key_result_id",
        "checked_in_at": "c.checked_in_at",
        "checked_in_by": "c.checked_in_by",
        "confidence": "trim_scale(c.confidence)",
        "note": "c.note",
        "blocker": "c.blocker",
        "value": decimal_json("c.value"),
    },
    sorts={"checked_in_at": Sort("c.checked_in_at", "timestamptz")},
    default_sort="-checked_in_at",
    key=Sort("c.id", "uuid"),
    path={"key_result_id": Filter("c.key_result_id = {}", UUID, "The key result.")},
    parent="SELECT FROM planning.key_result WHERE tenant_id = $1 AND id = $2",
)


def key_result_of(row: KeyResultRow) -> KeyResult:
    """The domain value of a row."""
    return key_result_value(columns_of(row), scope_of(row.scope), row.grade_points, row.milestones)


def columns_of(row: KeyResultRow) -> dict[str, Any]:
    """The columns of a row by their names."""
    return {each.key: getattr(row, each.key) for each in KeyResultRow.__table__.columns}


def scope_of(keys: Mapping[str, str]) -> Scope:
    """The scope of the keys as they are kept."""
    return Scope(**keys) if keys else EVERYTHING


def key_result_value(
    record: Mapping[str, Any], scope: Scope, points: Sequence[Mapping[str, str]], steps: Sequence[Mapping[str, Any]]
) -> KeyResult:
    """The domain value of the columns of a row, however they were read."""
    window_kind, bound = record["window_kind"], record["bound"]
    return KeyResult(
        _KINDS[record["kind"]],
        record["metric_code"],
        scope,
        CYCLE_TO_DATE if window_kind == "cycle_to_date" else Window(WindowKind(window_kind), record["window_days"]),
        record["start_value"],
        record["target_value"],
        None if bound is None else Bound(bound),
        tuple(GradePoint(Decimal(each["value"]), Decimal(each["grade"])) for each in points) if points else (),
        tuple(
            Milestone(each["title"], Decimal(each["weight"]), _day(each["due_date"]), _day(each["done_date"]))
            for each in steps
        )
        if steps
        else (),
        record["weight"],
        record["is_done"],
    )


_KINDS = {each.value: each for each in KeyResultKind}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


async def load_key_results(session: AsyncSession, tenant_id: UUID, objective_id: UUID) -> Sequence[KeyResultRow]:
    """The key results of an objective in their order."""
    row = KeyResultRow
    found = await session.scalars(
        select(row)
        .where(row.tenant_id == tenant_id, row.objective_id == objective_id)
        .order_by(row.position)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def find_cycles_of_key_results(
    session: AsyncSession, tenant_id: UUID, key_result_ids: Collection[UUID]
) -> list[UUID]:
    """The cycles of the objectives that these key results belong to."""
    row, objective = KeyResultRow, ObjectiveRow
    found = await session.scalars(
        select(objective.cycle_id)
        .join(row, (row.tenant_id == objective.tenant_id) & (row.objective_id == objective.id))
        .where(row.tenant_id == tenant_id, row.id.in_(key_result_ids))
        .distinct()
        .order_by(objective.cycle_id)
    )
    return list(found)


async def next_position(session: AsyncSession, tenant_id: UUID, objective_id: UUID) -> int:
    """The place of a new key result of an objective that the transaction holds."""
    row = KeyResultRow
    last = await session.scalar(
        select(func.max(row.position)).where(row.tenant_id == tenant_id, row.objective_id == objective_id)
    )
    return (last or 0) + 1


async def has_open_action(session: AsyncSession, tenant_id: UUID, key_result_id: UUID) -> bool:
    """Whether an open action of a review is about the key result."""
    row = ReviewActionRow
    there = exists().where(
        row.tenant_id == tenant_id, row.key_result_id == key_result_id, row.status == ActionState.OPEN
    )
    return bool(await session.scalar(select(there)))
