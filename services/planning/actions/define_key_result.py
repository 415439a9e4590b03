"""Decides whether a key result may be defined so; used by the actions that create and change key results."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.check_scope import scope_problems
from services.planning.domain.forest import closes_circle
from services.planning.domain.key_result import MEASURED, KeyResultFault, key_result_faults
from services.planning.domain.measurement import WindowKind
from services.planning.domain.metric import Metric, Unit
from services.planning.domain.scope import Scope
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.key_results import key_result_of
from services.planning.queries.objectives import load_line
from services.planning.queries.resources import lock_named
from services.planning.schemas.fields import ScopeBody, scope_columns
from services.planning.schemas.key_results import GradePointBody, MilestoneCreate, WindowBody
from services.planning.tables import KeyResultRow, OrganisationUnitRow
from shared.core.errors import Conflict, FieldProblem, Invalid
from shared.web.schemas import decimal_text

_FAULTS: Mapping[KeyResultFault, tuple[str, str]] = {
    KeyResultFault.START_IS_TARGET: ("target", "The target is the start: there is no way to go."),
    KeyResultFault.BOUND_MISSING: ("bound", "A hold has a bound."),
    KeyResultFault.BOUND_NOT_WANTED: ("bound", "Only a hold has a bound."),
    KeyResultFault.MILESTONES_MISSING: ("milestones", "A milestone key result has milestones."),
    KeyResultFault.MILESTONES_NOT_WANTED: ("milestones", "Only a milestone key result has milestones."),
    KeyResultFault.MILESTONE_WEIGHT_NOT_POSITIVE: ("milestones", "The weights of milestones are above 0."),
    KeyResultFault.METRIC_NOT_WANTED: ("metric_code", "Milestones and what is done or not have no metric."),
    KeyResultFault.WEIGHT_NEGATIVE: ("weight", "A weight is at least 0."),
    KeyResultFault.GRADE_POINTS_TOO_FEW: ("grade_points", "Grades are stated for at least two values."),
    KeyResultFault.GRADE_POINTS_NOT_ORDERED: ("grade_points", "The values of grade points rise or fall."),
    KeyResultFault.GRADE_OUT_OF_RANGE: ("grade_points", "Grades lie between 0 and 1."),
}


class MisplacedKeyResult(Conflict):
    """A key result adds to one of another objective, and never to itself."""

    slug, title = "misplaced-key-result", "Not a possible parent of the key result"


def key_result_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for fields of a body, of those that are there."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        match name, value:
            case "scope", ScopeBody():
                columns |= scope_columns(value.to_scope())
            case "window", WindowBody():
                columns |= {"window_kind": value.kind, "window_days": value.days}
            case "start" | "target", _:
                columns[f"{name}_value"] = value
            case "grade_points", _:
                columns[name] = [_grade_point(each) for each in value]
            case "milestones", _:
                columns[name] = [_milestone(each) for each in value]
            case "done_date", _:
                columns |= {"done_date": value, "is_done": value is not None}
            case _:
                columns[name] = value
    return columns


def fields_of(body: BaseModel) -> dict[str, Any]:
    """The fields of a body as they are, not as plain values."""
    return {name: getattr(body, name) for name in type(body).model_fields}


def _grade_point(point: GradePointBody) -> dict[str, str]:
    return {"value": decimal_text(point.value), "grade": repr(point.grade)}


def _milestone(step: MilestoneCreate) -> dict[str, str | None]:
    return {
        "title": step.title,
        "weight": decimal_text(step.weight),
        "due_date": None if step.due_date is None else step.due_date.isoformat(),
        "done_date": None,
    }


async def check_definition(session: AsyncSession, tenant_id: UUID, row: KeyResultRow) -> None:
    """Invalid, naming every field, where the definition breaks a rule or names what does not exist."""
    if (row.window_kind == WindowKind.TRAILING_DAYS) != (row.window_days is not None):
        problem = FieldProblem("#/window/days", "window_days", "Trailing days say how many, no other window does.")
        raise Invalid("The key result is not whole.", errors=[problem])
    problems = [
        FieldProblem(f"#/{_FAULTS[fault][0]}", fault, _FAULTS[fault][1])
        for fault in key_result_faults(key_result_of(row))
    ]
    catalogue = await load_catalogue(session, tenant_id)
    metric = None if row.metric_code is None else catalogue.get(row.metric_code)
    if row.metric_code is not None and metric is None:
        problems.append(FieldProblem("#/metric_code", "unknown", "There is no metric with this code."))
    problems += _currency_problems(row, metric)
    problems += await scope_problems(session, tenant_id, Scope(**row.scope))
    if problems:
        raise Invalid("The key result cannot be defined so.", errors=problems)


def _currency_problems(row: KeyResultRow, metric: Metric | None) -> Iterator[FieldProblem]:
    is_money = metric is not None and metric.unit is Unit.MONEY
    if is_money and row.currency is None and (row.start_value is not None or row.target_value is not None):
        yield FieldProblem("#/currency", "currency_missing", "Start and target of a metric of money have a currency.")
    if row.currency is not None and (row.kind not in MEASURED or (metric is not None and not is_money)):
        yield FieldProblem("#/currency", "currency_not_wanted", "Only a metric of money has a currency.")


async def check_links(session: AsyncSession, tenant_id: UUID, row: KeyResultRow, names: Sequence[str]) -> None:
    """Holds the owner and the parent, of those that are named; Invalid where there is none, MisplacedKeyResult.

    The caller holds the links where a parent is named.
    """
    if "owner_id" in names and row.owner_id is not None:
        await lock_named(session, OrganisationUnitRow, tenant_id, row.owner_id, "owner_id")
    if "parent_key_result_id" in names and row.parent_key_result_id is not None:
        line = await load_line(session, KeyResultRow, tenant_id, row.parent_key_result_id)
        if closes_circle(line, str(row.id), str(row.parent_key_result_id)):
            raise MisplacedKeyResult("The key result would add to itself.")
        parent = await lock_named(session, KeyResultRow, tenant_id, row.parent_key_result_id, "parent_key_result_id")
        if parent.objective_id == row.objective_id:
            raise MisplacedKeyResult("The parent belongs to the same objective.")
