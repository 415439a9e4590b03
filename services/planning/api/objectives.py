"""Objectives over HTTP: set, agreed, graded, closed."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.activate_objective import AlignmentErrors, CycleNotOpen, activate_objective
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.create_objective import create_objective as create
from services.planning.actions.delete_objective import ObjectiveHasObjectivesBelow
from services.planning.actions.delete_objective import delete_objective as delete
from services.planning.actions.end_objective import cancel_objective, close_objective
from services.planning.actions.grade_key_result import CycleNotGrading
from services.planning.actions.grade_objective import KeyResultsNotGraded, grade_objective
from services.planning.actions.hold_objective import FieldsFrozen, ObjectiveNotDraft, ObjectiveOver
from services.planning.actions.place_objective import MisplacedObjective
from services.planning.actions.save_objective_basis import add_objective_basis, drop_objective_basis
from services.planning.actions.update_objective import update_objective as update
from services.planning.queries.objective_bases import OBJECTIVE_BASES, get_objective_basis
from services.planning.queries.objectives import OBJECTIVES
from services.planning.schemas.objective_bases import ObjectiveBasisCreate, ObjectiveBasisRead
from services.planning.schemas.objectives import (
    ObjectiveActivationCreate,
    ObjectiveCancellationCreate,
    ObjectiveClosingCreate,
    ObjectiveCreate,
    ObjectiveGradeCreate,
    ObjectivePatch,
    ObjectiveRead,
)
from services.planning.tables import ObjectiveRow
from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, NotFound, ReasonMissing, TradewindError
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWrite, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter(
    "objectives", "What units want to reach in a cycle, and why: drafted, agreed, graded, closed with a decision."
)
_STEP: tuple[type[TradewindError], ...] = (NotFound, *KEYED, *STALE, IllegalTransition, CycleClosed)

list_endpoint(router, "/objectives", OBJECTIVES, ObjectiveRead, scope="planning.read")
list_endpoint(router, "/objectives/{objective_id}/bases", OBJECTIVE_BASES, ObjectiveBasisRead, scope="planning.read")


@router.post(
    "/objectives",
    status_code=201,
    response_model=ObjectiveRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, MisplacedObjective, CycleClosed),
)
async def create_objective(objective: ObjectiveCreate, write: WriteDep) -> Response:
    """Draft an objective of a unit in a cycle."""

    async def produce() -> ObjectiveRead:
        caller = write.caller
        row = await create(write.session, caller.tenant_id, objective, by=caller.principal_id, now=utc_now())
        return await _read(write.session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/objectives/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/objectives/{objective_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_objective(
    objective_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ObjectiveRead:
    """Read one objective."""
    found = await _read(session, caller.tenant_id, objective_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/objectives/{objective_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, MisplacedObjective, ObjectiveOver, FieldsFrozen, CycleClosed),
)
async def update_objective(
    objective_id: UUID,
    patch: Annotated[ObjectivePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ObjectiveRead:
    """Change an objective: everything while it is a draft, wording and parent while it is active."""
    await update(
        session,
        caller.tenant_id,
        objective_id,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    found = await _read(session, caller.tenant_id, objective_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/objectives/{objective_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ObjectiveNotDraft, ObjectiveHasObjectivesBelow, CycleClosed),
)
async def delete_objective(objective_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a draft with its key results; what was agreed is cancelled instead."""
    await delete(
        session, caller.tenant_id, objective_id, expected_version=version, by=caller.principal_id, now=utc_now()
    )


@router.post(
    "/objectives/{objective_id}/activations",
    response_model=ObjectiveRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP, CycleNotOpen, AlignmentErrors),
)
async def create_objective_activation(
    objective_id: UUID, activation: ObjectiveActivationCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Agree on an objective: in an open cycle, without an error among its findings. Targets are frozen then."""
    caller = write.caller
    return await _step(
        write,
        objective_id,
        lambda: activate_objective(
            write.session,
            caller.tenant_id,
            objective_id,
            activation.note,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        ),
    )


@router.post(
    "/objectives/{objective_id}/grades",
    response_model=ObjectiveRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP, CycleNotGrading, KeyResultsNotGraded),
)
async def create_objective_grade(
    objective_id: UUID, grade: ObjectiveGradeCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Grade an objective by its key results: their weighted mean. A promise below 1.0 is explained."""
    caller = write.caller
    return await _step(
        write,
        objective_id,
        lambda: grade_objective(
            write.session,
            caller.tenant_id,
            objective_id,
            grade.explanation,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        ),
    )


@router.post(
    "/objectives/{objective_id}/closings",
    response_model=ObjectiveRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP),
)
async def create_objective_closing(
    objective_id: UUID, closing: ObjectiveClosingCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Close a graded objective with a decision: to be kept, modified or dropped in the next cycle."""
    caller = write.caller
    return await _step(
        write,
        objective_id,
        lambda: close_objective(
            write.session,
            caller.tenant_id,
            objective_id,
            closing.decision,
            closing.note,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        ),
    )


@router.post(
    "/objectives/{objective_id}/cancellations",
    response_model=ObjectiveRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP, ReasonMissing),
)
async def create_objective_cancellation(
    objective_id: UUID, cancellation: ObjectiveCancellationCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Give up a draft or an active objective, with the reason."""
    caller = write.caller
    return await _step(
        write,
        objective_id,
        lambda: cancel_objective(
            write.session,
            caller.tenant_id,
            objective_id,
            cancellation.reason,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        ),
    )


@router.post(
    "/objectives/{objective_id}/bases",
    status_code=201,
    response_model=ObjectiveBasisRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *KEYED, ObjectiveOver, CycleClosed),
)
async def create_objective_basis(objective_id: UUID, basis: ObjectiveBasisCreate, write: WriteDep) -> Response:
    """State a gap, a need or an insight that the objective answers."""

    async def produce() -> ObjectiveBasisRead:
        caller = write.caller
        row = await add_objective_basis(
            write.session, caller.tenant_id, objective_id, basis, by=caller.principal_id, now=utc_now()
        )
        return ObjectiveBasisRead.model_validate_json(
            await get_row(write.session, OBJECTIVE_BASES, caller.tenant_id, row.id)
        )

    return await write.once(
        produce,
        status=201,
        location=lambda made: f"/objectives/{objective_id}/bases/{made.id}",
        etag=lambda made: etag(made.version),
    )


@router.get(
    "/objectives/{objective_id}/bases/{objective_basis_id}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_basis_of_objective(
    objective_id: UUID, objective_basis_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ObjectiveBasisRead:
    """Read one of what the objective answers."""
    row = await get_objective_basis(session, caller.tenant_id, objective_id, objective_basis_id)
    response.headers["ETag"] = etag(row.version)
    return ObjectiveBasisRead.model_validate_json(await get_row(session, OBJECTIVE_BASES, caller.tenant_id, row.id))


@router.delete(
    "/objectives/{objective_id}/bases/{objective_basis_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ObjectiveOver, CycleClosed),
)
async def delete_objective_basis(
    objective_id: UUID, objective_basis_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep
) -> None:
    """Take back what the objective was said to answer."""
    await drop_objective_basis(
        session,
        caller.tenant_id,
        objective_id,
        objective_basis_id,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )


async def _step(write: KeyedWrite, objective_id: UUID, act: Callable[[], Awaitable[ObjectiveRow]]) -> Response:
    async def produce() -> ObjectiveRead:
        await act()
        return await _read(write.session, write.caller.tenant_id, objective_id)

    return await write.once(produce, etag=lambda moved: etag(moved.version))


async def _read(session: AsyncSession, tenant_id: UUID, objective_id: UUID) -> ObjectiveRead:
    return ObjectiveRead.model_validate_json(await get_row(session, OBJECTIVES, tenant_id, objective_id))
