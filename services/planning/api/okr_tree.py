"""How objectives stand over HTTP: progress, the tree of a cycle, the course of a key result, what does not fit."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.api.as_of import AsOf
from services.planning.api.objective_bodies import finding_body, progress_body, trajectory_body, tree_body
from services.planning.domain.alignment import aligned_share
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.rounding import RATIO_PLACES, half_up
from services.planning.queries.alignment import align_cycle, load_alignment
from services.planning.queries.objective_progress import load_branch, measure_tree
from services.planning.queries.objective_rows import facts_of, load_cycle_facts, load_earlier_targets
from services.planning.queries.resources import get_resource
from services.planning.queries.trajectories import load_course
from services.planning.schemas.alignment import AlignmentFindingRead, AlignmentFindingsRead, AlignmentRateRead
from services.planning.schemas.objective_progress import ObjectiveProgressRead, OkrTreeRead, TrajectoryRead
from services.planning.tables import CycleRow, KeyResultRow, ObjectiveRow, OrganisationUnitRow
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.exports import OR_TABLE, VARY, AcceptTable, Table, export, wants_table
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter(
    "okr-tree",
    "How objectives stand: measured by readings, expected by plans, rolled up from below. Nothing is typed in.",
)
CycleId = Annotated[UUID, Query(description="The cycle.")]
UnitId = Annotated[UUID | None, Query(description="Only objectives of this unit and those below it.")]


@router.get(
    "/objectives/{objective_id}/progress",
    response_model=ObjectiveProgressRead,
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_objective_progress(
    objective_id: UUID, session: SessionDep, caller: CallerDep, as_of: AsOf = None
) -> Response:
    """Read how an objective stands, with its key results and the objectives directly below it.

    What was cancelled stands nowhere: it is not found.
    """
    await get_resource(session, ObjectiveRow, caller.tenant_id, objective_id)
    tree = await load_branch(session, caller.tenant_id, objective_id, as_of=as_of, now=utc_now())
    if objective_id not in tree.nodes:
        raise NotFound
    return _json(progress_body(tree, objective_id))


@router.get(
    "/okr-tree",
    response_model=OkrTreeRead,
    dependencies=[requires("planning.read")],
    responses=problem_responses(Invalid),
)
async def get_okr_tree(
    cycle_id: CycleId, session: SessionDep, caller: CallerDep, unit_id: UnitId = None, as_of: AsOf = None
) -> Response:
    """Read the objectives of a cycle and all below them, with progress, expectation, health, landing and findings."""
    tenant_id = caller.tenant_id
    await _check_named(session, tenant_id, cycle_id, unit_id)
    facts = await load_cycle_facts(session, tenant_id, cycle_id, as_of=as_of)
    tree, alignment = await measure_tree(facts, utc_now()), await align_cycle(facts, cycle_id)
    shown = frozenset(
        key
        for key, node in tree.nodes.items()
        if unit_id is None or alignment.is_below(unit_id, str(node.facts.unit_id))
    )
    return _json(tree_body(tree, cycle_id, alignment.findings, shown))


@router.get(
    "/key-results/{key_result_id}/trajectory",
    response_model=TrajectoryRead,
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_key_result_trajectory(
    key_result_id: UUID, session: SessionDep, caller: CallerDep, as_of: AsOf = None
) -> Response:
    """Read the course of a key result: values by week, what was expected, what was said, how its target moved."""
    tenant_id = caller.tenant_id
    row = await get_resource(session, KeyResultRow, tenant_id, key_result_id)
    objective = await get_resource(session, ObjectiveRow, tenant_id, row.objective_id)
    if objective.status == ObjectiveState.CANCELLED:
        raise NotFound
    [facts] = facts_of([row], as_of, await load_earlier_targets(session, tenant_id, as_of))
    course = await load_course(session, tenant_id, facts, as_of=as_of, now=utc_now())
    around = (course.cycle.start_date, course.cycle.end_date, course.today)
    return _json(trajectory_body(course.measured, course.trajectory, course.unit, around, course.start, course.target))


@router.get(
    "/alignment-findings",
    response_model=AlignmentFindingsRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(Invalid)},
)
async def get_alignment_findings(
    cycle_id: CycleId,
    session: SessionDep,
    caller: CallerDep,
    unit_id: UnitId = None,
    as_of: AsOf = None,
    accept: AcceptTable = None,
) -> Response:
    """Read what does not hang together among the objectives of a cycle: AL1-AL12, with parameters and sentences."""
    await _check_named(session, caller.tenant_id, cycle_id, unit_id)
    alignment = await load_alignment(session, caller.tenant_id, cycle_id, as_of=as_of)
    asked = alignment.below_unit(unit_id)
    items = [finding_body(each) for each in alignment.findings if each.objective_key in asked]
    if wants_table(accept):
        return await export(Table("alignment_findings", AlignmentFindingRead, items), accept)
    return _json({"cycle_id": cycle_id, "items": items}, headers=VARY)


@router.get(
    "/alignment-rate",
    response_model=AlignmentRateRead,
    dependencies=[requires("planning.read")],
    responses=problem_responses(Invalid),
)
async def get_alignment_rate(
    cycle_id: CycleId, session: SessionDep, caller: CallerDep, unit_id: UnitId = None, as_of: AsOf = None
) -> Response:
    """Read how many of the objectives below the company have a valid parent."""
    await _check_named(session, caller.tenant_id, cycle_id, unit_id)
    alignment = await load_alignment(session, caller.tenant_id, cycle_id, as_of=as_of)
    share = aligned_share(alignment.objectives, alignment.below_unit(unit_id))
    return _json(
        {
            "cycle_id": cycle_id,
            "on_date": (as_of or utc_now()).date(),
            "rate": None if share.rate is None else float(half_up(share.rate, RATIO_PLACES)),
            "aligned_count": share.aligned,
            "below_company_count": share.below_company,
        }
    )


async def _check_named(session: AsyncSession, tenant_id: UUID, cycle_id: UUID, unit_id: UUID | None) -> None:
    """Invalid where the cycle or the unit does not exist."""
    named = (("cycle_id", CycleRow, cycle_id), ("unit_id", OrganisationUnitRow, unit_id))
    for name, table, identifier in named:
        if identifier is not None and await session.get(table, (tenant_id, identifier)) is None:
            problem = FieldProblem(f"query:{name}", "unknown", "There is none with this id.")
            raise Invalid("Something that the request names does not exist.", errors=[problem])


def _json(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body, default=str), media_type="application/json", headers=headers)
