"""Key results over HTTP: defined, spoken of, graded."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.check_in_key_result import check_in_key_result
from services.planning.actions.create_key_result import create_key_result as create
from services.planning.actions.define_key_result import MisplacedKeyResult
from services.planning.actions.delete_key_result import delete_key_result as delete
from services.planning.actions.grade_key_result import CycleNotGrading, grade_key_result
from services.planning.actions.hold_objective import (
    FieldsFrozen,
    ObjectiveNotActive,
    ObjectiveNotDraft,
    ObjectiveOver,
)
from services.planning.actions.mark_milestone import mark_milestone
from services.planning.actions.update_key_result import update_key_result as update
from services.planning.queries.key_results import CHECK_INS, KEY_RESULTS
from services.planning.schemas.key_results import (
    CheckInCreate,
    CheckInRead,
    KeyResultCreate,
    KeyResultGradeCreate,
    KeyResultPatch,
    KeyResultRead,
    MilestoneDone,
    MilestoneRead,
)
from shared.core.clock import utc_now
from shared.core.errors import NotFound, ReasonMissing
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter(
    "key-results", "How it is known that an objective is reached: a metric in a scope, or milestones; never typed in."
)
Position = Annotated[int, Path(ge=1, le=50, description="Its place, from 1.", json_schema_extra={"format": "int32"})]

list_endpoint(router, "/objectives/{objective_id}/key-results", KEY_RESULTS, KeyResultRead, scope="planning.read")
list_endpoint(router, "/key-results/{key_result_id}/check-ins", CHECK_INS, CheckInRead, scope="planning.read")


@router.post(
    "/objectives/{objective_id}/key-results",
    status_code=201,
    response_model=KeyResultRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *KEYED, ObjectiveNotDraft, MisplacedKeyResult, CycleClosed),
)
async def create_key_result(objective_id: UUID, key_result: KeyResultCreate, write: WriteDep) -> Response:
    """Add a key result to a draft: what is measured points at a metric, and its progress is never typed in."""

    async def produce() -> KeyResultRead:
        caller = write.caller
        row = await create(
            write.session, caller.tenant_id, objective_id, key_result, by=caller.principal_id, now=utc_now()
        )
        return await _read(write.session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/key-results/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/key-results/{key_result_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_key_result(
    key_result_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> KeyResultRead:
    """Read one key result as it is defined."""
    found = await _read(session, caller.tenant_id, key_result_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/key-results/{key_result_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ObjectiveOver, FieldsFrozen, MisplacedKeyResult, CycleClosed),
)
async def update_key_result(
    key_result_id: UUID,
    patch: Annotated[KeyResultPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> KeyResultRead:
    """Change a key result: all but its kind in a draft, else title, owner and parent, and when a `binary` was done."""
    await update(
        session,
        caller.tenant_id,
        key_result_id,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    found = await _read(session, caller.tenant_id, key_result_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/key-results/{key_result_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ObjectiveNotDraft, CycleClosed),
)
async def delete_key_result(key_result_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a key result of a draft."""
    await delete(
        session, caller.tenant_id, key_result_id, expected_version=version, by=caller.principal_id, now=utc_now()
    )


@router.get(
    "/key-results/{key_result_id}/milestones/{milestone_position}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_milestone(
    key_result_id: UUID, milestone_position: Position, session: SessionDep, caller: CallerDep, response: Response
) -> MilestoneRead:
    """Read one milestone; its ETag is that of the key result."""
    found = await _read(session, caller.tenant_id, key_result_id)
    if milestone_position > len(found.milestones):
        raise NotFound
    response.headers["ETag"] = etag(found.version)
    return found.milestones[milestone_position - 1]


@router.put(
    "/key-results/{key_result_id}/milestones/{milestone_position}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ObjectiveOver, CycleClosed),
)
async def mark_milestone_done(
    key_result_id: UUID,
    milestone_position: Position,
    done: MilestoneDone,
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> KeyResultRead:
    """Say when a milestone was done, or that it is not. If-Match is the ETag of the key result, which comes back."""
    await mark_milestone(
        session,
        caller.tenant_id,
        key_result_id,
        milestone_position,
        done.done_date,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    found = await _read(session, caller.tenant_id, key_result_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/key-results/{key_result_id}/check-ins",
    status_code=201,
    response_model=CheckInRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *KEYED, ObjectiveNotActive, CycleClosed),
)
async def create_check_in(key_result_id: UUID, check_in: CheckInCreate, write: WriteDep) -> Response:
    """Say how sure the key result is to be reached, and what stands in the way; only a manual metric takes a value."""

    async def produce() -> CheckInRead:
        caller = write.caller
        row = await check_in_key_result(
            write.session, caller.tenant_id, key_result_id, check_in, by=caller.principal_id, now=utc_now()
        )
        return CheckInRead.model_validate_json(await get_row(write.session, CHECK_INS, caller.tenant_id, row.id))

    return await write.once(produce, status=201, location=f"/key-results/{key_result_id}/check-ins")


@router.post(
    "/key-results/{key_result_id}/grades",
    response_model=KeyResultRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(
        NotFound, *KEYED, *STALE, ObjectiveNotActive, CycleNotGrading, ReasonMissing, CycleClosed
    ),
)
async def create_key_result_grade(
    key_result_id: UUID, grade: KeyResultGradeCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Grade a key result on what is known now; it keeps these figures. Another grade than suggested has a reason."""

    async def produce() -> KeyResultRead:
        caller = write.caller
        await grade_key_result(
            write.session,
            caller.tenant_id,
            key_result_id,
            None if grade.grade is None else Decimal(repr(grade.grade)),
            grade.reason,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return await _read(write.session, caller.tenant_id, key_result_id)

    return await write.once(produce, etag=lambda graded: etag(graded.version))


async def _read(session: AsyncSession, tenant_id: UUID, key_result_id: UUID) -> KeyResultRead:
    return KeyResultRead.model_validate_json(await get_row(session, KEY_RESULTS, tenant_id, key_result_id))
