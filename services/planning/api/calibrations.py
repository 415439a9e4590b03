"""Calibrations over HTTP."""

from uuid import UUID

from fastapi import Response

from services.planning.actions.calibrate import (
    NotCalibrated,
    propose_calibration,
)
from services.planning.actions.calibrate import approve_calibration as approve
from services.planning.actions.calibrate import reject_calibration as reject
from services.planning.queries.calibrations import CALIBRATIONS
from services.planning.queries.resources import get_resource
from services.planning.schemas.calibrations import CalibrationCreate, CalibrationDecision, CalibrationRead
from services.planning.tables import CalibrationRow
from shared.core.clock import utc_now
from shared.core.errors import AlreadyDecided, NotFound, ReasonMissing
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("calibrations", "How agreed targets and planned values move: rarely, with a reason, by two.")

list_endpoint(router, "/calibrations", CALIBRATIONS, CalibrationRead, scope="planning.read")


@router.post(
    "/calibrations",
    status_code=201,
    response_model=CalibrationRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotCalibrated),
)
async def create_calibration(calibration: CalibrationCreate, write: KeyedWriteDep) -> Response:
    """Propose to move the target of an active key result, or a value of a released plan."""

    async def produce() -> CalibrationRead:
        caller = write.caller
        row = await propose_calibration(
            write.session, caller.tenant_id, calibration, by=caller.principal_id, now=utc_now()
        )
        return CalibrationRead.of(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/calibrations/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/calibrations/{calibration_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_calibration(
    calibration_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> CalibrationRead:
    """Read one calibration."""
    row = await get_resource(session, CalibrationRow, caller.tenant_id, calibration_id)
    response.headers["ETag"] = etag(row.version)
    return CalibrationRead.of(row)


@router.post(
    "/calibrations/{calibration_id}/approval",
    response_model=CalibrationRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, *STALE, NotCalibrated),
)
async def approve_calibration(
    calibration_id: UUID, decision: CalibrationDecision, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Approve a calibration that somebody else has proposed; the value moves at once."""

    async def produce() -> CalibrationRead:
        caller = write.caller
        row = await approve(
            write.session,
            caller.tenant_id,
            calibration_id,
            decision.reason,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return CalibrationRead.of(row)

    return await write.once(produce, etag=lambda decided: etag(decided.version))


@router.post(
    "/calibrations/{calibration_id}/rejection",
    response_model=CalibrationRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, *STALE, AlreadyDecided, ReasonMissing),
)
async def reject_calibration(
    calibration_id: UUID, decision: CalibrationDecision, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Reject a calibration, or take back one's own, with the reason."""

    async def produce() -> CalibrationRead:
        caller = write.caller
        row = await reject(
            write.session,
            caller.tenant_id,
            calibration_id,
            decision.reason,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return CalibrationRead.of(row)

    return await write.once(produce, etag=lambda decided: etag(decided.version))
