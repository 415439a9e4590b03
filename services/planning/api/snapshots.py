"""Baselines over HTTP: taken, read, compared with what came of them; never changed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.planning.actions.take_snapshot import take_baseline
from services.planning.api.as_of import RoadmapAsOf
from services.planning.api.snapshot_bodies import differences_body, integrity_body
from services.planning.queries.frozen_roadmap import freeze_roadmap, load_frozen
from services.planning.queries.roadmap import EVERY_INITIATIVE, NoSchedule, RoadmapSelection, load_roadmap
from services.planning.queries.snapshots import SNAPSHOT_ITEMS, SNAPSHOTS, get_baseline
from services.planning.schemas.fields import PlannedDay
from services.planning.schemas.snapshots import (
    CommitmentIntegrityRead,
    DifferencesRead,
    SnapshotCreate,
    SnapshotItemRead,
    SnapshotRead,
)
from services.planning.tables import SnapshotRow
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid, NotFound
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("snapshots", "Roadmaps and reviews as they were at a moment, and what became of them.")

list_endpoint(router, "/snapshots", SNAPSHOTS, SnapshotRead, scope="planning.read")
list_endpoint(router, "/snapshots/{snapshot_id}/items", SNAPSHOT_ITEMS, SnapshotItemRead, scope="planning.read")


@router.post(
    "/snapshots",
    status_code=201,
    response_model=SnapshotRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NoSchedule),
)
async def create_snapshot(snapshot: SnapshotCreate, write: WriteDep) -> Response:
    """Take a baseline of the roadmap: every field of the selected initiatives, and what they wait for."""

    async def produce() -> SnapshotRead:
        session, caller = write.session, write.caller
        selection = RoadmapSelection(**snapshot.selector.model_dump())
        row = await take_baseline(
            session, caller.tenant_id, snapshot.label, selection, by=caller.principal_id, now=utc_now()
        )
        return SnapshotRead.model_validate_json(await get_row(session, SNAPSHOTS, caller.tenant_id, row.id))

    return await write.once(produce, status=201, location=lambda made: f"/snapshots/{made.id}")


@router.get("/snapshots/{snapshot_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_snapshot(snapshot_id: UUID, session: SessionDep, caller: CallerDep) -> SnapshotRead:
    """Read what a snapshot is of, when it was taken and by whom."""
    return SnapshotRead.model_validate_json(await get_row(session, SNAPSHOTS, caller.tenant_id, snapshot_id))


@router.get(
    "/snapshots/{snapshot_id}/differences",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound, Invalid, NoSchedule),
)
async def get_snapshot_differences(
    snapshot_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    against_id: Annotated[
        UUID | None, Query(description="Another baseline; absent for the roadmap as it is, or was at `as_of`.")
    ] = None,
    as_of: RoadmapAsOf = None,
) -> DifferencesRead:
    """Read what was added, removed, killed, moved or rescoped since a baseline, field by field."""
    tenant_id = caller.tenant_id
    snapshot = await get_baseline(session, tenant_id, snapshot_id)
    before = await load_frozen(session, tenant_id, snapshot_id)
    if against_id is not None:
        other = await _named(session, tenant_id, against_id, "against_id")
        return differences_body(
            snapshot, before, await load_frozen(session, tenant_id, against_id), against_id, other.taken_at
        )
    moment = as_of or utc_now()
    selection = RoadmapSelection.of_json(snapshot.selector)
    now = await freeze_roadmap(session, tenant_id, selection, today=moment.date(), as_of=as_of)
    return differences_body(snapshot, before, now, None, moment)


@router.get(
    "/commitment-integrity",
    dependencies=[requires("planning.read")],
    responses=problem_responses(Invalid, NoSchedule),
)
async def get_commitment_integrity(
    session: SessionDep,
    caller: CallerDep,
    snapshot_id: Annotated[UUID, Query(description="The baseline.")],
    from_date: Annotated[PlannedDay, Query(description="The first day of the period.")],
    to_date: Annotated[PlannedDay, Query(description="Its last day.")],
    tolerance_days: Annotated[
        int,
        Query(
            ge=0, le=365, description="Days late that still count as on time.", json_schema_extra={"format": "int32"}
        ),
    ] = 0,
    as_of: RoadmapAsOf = None,
) -> CommitmentIntegrityRead:
    """Read which launches of a period happened on the day that a baseline had them, moved out, or were given up."""
    _check_period(from_date, to_date)
    tenant_id, moment = caller.tenant_id, as_of or utc_now()
    snapshot = await _named(session, tenant_id, snapshot_id, "snapshot_id")
    kept = (await load_frozen(session, tenant_id, snapshot_id)).initiatives
    selection = RoadmapSelection.of_json(snapshot.selector)
    # What left the selection since is still launched, or not; only what is added must be of it.
    roadmap = await load_roadmap(session, tenant_id, EVERY_INITIATIVE, as_of=as_of)
    selected = roadmap.selected
    if selection != EVERY_INITIATIVE:
        selected = (await load_roadmap(session, tenant_id, selection, as_of=as_of)).selected
    return integrity_body(snapshot, kept, roadmap, selected, (from_date, to_date), moment, tolerance_days)


def _check_period(first: date, last: date) -> None:
    if last < first:
        problem = FieldProblem("query:to_date", "too_early", "The last day lies before the first.")
        raise Invalid("The days are in the wrong order.", errors=[problem])


async def _named(session: SessionDep, tenant_id: UUID, snapshot_id: UUID, parameter: str) -> SnapshotRow:
    try:
        return await get_baseline(session, tenant_id, snapshot_id)
    except NotFound:
        problem = FieldProblem(f"query:{parameter}", "unknown", "There is no baseline with this id.")
        raise Invalid("The baseline does not exist.", errors=[problem]) from None
