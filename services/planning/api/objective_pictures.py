"""Pictures of objectives over HTTP: the tree of a cycle, the course of a key result."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.planning.actions.draw_planning import draw
from services.planning.api.as_of import AsOf
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.scope import ScopeKey
from services.planning.pictures.content import OkrRow, OkrTreePicture, TrajectoryPicture
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.objective_progress import ObjectiveNode, ObjectiveTree, load_tree
from services.planning.queries.objective_rows import facts_of, load_earlier_targets
from services.planning.queries.resources import get_resource
from services.planning.queries.trajectories import Course, load_course
from services.planning.tables import CycleRow, KeyResultRow, ObjectiveRow, OrganisationUnitRow
from shared.core.clock import utc_now
from shared.core.errors import NotFound, Unavailable
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep
from shared.web.pictures import PICTURE, picture
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("objective-pictures", "Objectives as pictures: the tree of a cycle, the course of a key result.")


@router.get(
    "/okr-tree.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound, Unavailable)},
)
async def draw_okr_tree(
    cycle_id: Annotated[UUID, Query(description="The cycle.")],
    database: DatabaseDep,
    caller: CallerDep,
    unit_id: Annotated[UUID | None, Query(description="Only objectives of this unit and those below it.")] = None,
    as_of: AsOf = None,
) -> Response:
    """Draw the objectives of a cycle and all below them: how far each is, how far it should be, how it stands."""
    tenant_id = caller.tenant_id
    async with database.session(tenant_id) as session:
        cycle = await get_resource(session, CycleRow, tenant_id, cycle_id)
        if unit_id is not None:
            await get_resource(session, OrganisationUnitRow, tenant_id, unit_id)
        tree = await load_tree(session, tenant_id, cycle_id, as_of=as_of, now=utc_now())
        ancestry = await load_ancestry(session, tenant_id)
    shown = {
        key
        for key, node in tree.nodes.items()
        if unit_id is None or ancestry.reaches(ScopeKey.ORG_UNIT_ID, str(unit_id), str(node.facts.unit_id))
    }
    rows = list(_rows(tree, shown))
    return picture(await draw(OkrTreePicture(f"Objectives · {cycle.name}", tree.today, rows)))


def _rows(tree: ObjectiveTree, shown: set[UUID]) -> Iterator[OkrRow]:
    """From each objective whose parent is not shown, down; key results before children."""
    tops = [key for key, node in tree.nodes.items() if key in shown and node.facts.parent_id not in shown]
    waiting = [(key, 0) for key in reversed(tops)]
    while waiting:
        key, depth = waiting.pop()
        node = tree.nodes[key]
        yield _objective_row(node, depth)
        for each in node.key_results:
            found = each.standing
            yield OkrRow(
                title=each.facts.title,
                depth=depth,
                progress=None if found.progress is None else float(found.progress.shown),
                expected=float(found.expected.progress),
                health=found.health,
                is_key_result=True,
                grade=_number(each.facts.grade),
            )
        waiting += [(child, depth + 1) for child in reversed(node.children) if child in shown]


def _objective_row(node: ObjectiveNode, depth: int) -> OkrRow:
    return OkrRow(
        title=node.facts.title,
        depth=depth,
        progress=_number(node.roll_up.progress),
        expected=_number(node.roll_up.expected),
        health=node.health,
        grade=_number(node.facts.grade),
    )


@router.get(
    "/key-results/{key_result_id}/trajectory.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound, Unavailable)},
)
async def draw_key_result_trajectory(
    key_result_id: UUID, database: DatabaseDep, caller: CallerDep, as_of: AsOf = None
) -> Response:
    """Draw the course of a key result: what was measured and expected, what was said, how its target moved."""
    tenant_id = caller.tenant_id
    async with database.session(tenant_id) as session:
        row = await get_resource(session, KeyResultRow, tenant_id, key_result_id)
        objective = await get_resource(session, ObjectiveRow, tenant_id, row.objective_id)
        if objective.status == ObjectiveState.CANCELLED:
            raise NotFound
        [facts] = facts_of([row], as_of, await load_earlier_targets(session, tenant_id, as_of))
        course = await load_course(session, tenant_id, facts, as_of=as_of, now=utc_now())
    return picture(await draw(_trajectory(course)))


def _trajectory(course: Course) -> TrajectoryPicture:
    """The course from its start to its target; what is expected in the unit of what is measured."""
    told, way = course.trajectory, course.target - course.start
    facts = course.measured.facts
    return TrajectoryPicture(
        name=facts.title,
        unit=facts.currency or ("progress" if course.unit is None else course.unit.value),
        start=float(course.start),
        target=float(course.target),
        today=course.today,
        measured=[(each.on_date, float(each.value)) for each in told.points if each.value is not None],
        expected=[(day, float(course.start + way * share)) for day, share in told.expected],
        check_ins=[(each.on_date, float(each.confidence), each.has_blocker) for each in told.check_ins],
        target_changes=[(each.on_date, float(each.old), float(each.new)) for each in told.target_changes],
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
