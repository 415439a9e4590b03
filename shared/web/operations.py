"""Decides how long work is seen and cancelled over HTTP: a list, one operation, its events, its cancellation."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request, Response
from pydantic import Field
from starlette.responses import StreamingResponse

from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, NotFound
from shared.db.engine import Database
from shared.db.listing import Filter, ListQuery, Sort
from shared.db.platform import OperationRow
from shared.jobs.operations import FINISHED, request_cancellation
from shared.jobs.operations import get_operation as get
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep, SessionDep, SettingsDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter
from shared.web.schemas import (
    BigCount,
    Count,
    FieldProblemBody,
    Id,
    Instant,
    ProblemParameter,
    Schema,
    Slug,
)

# How often a watched operation is looked at, the longest silence on its stream, and the longest stream: clients
# of server-sent events come back by themselves and say what they saw last.
LOOK_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 15.0
STREAM_SECONDS = 300.0
RETRY_MILLISECONDS = 2_000


class OperationState(StrEnum):
    """Where long work stands; the last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OperationProgress(Schema):
    """How far the work is; it never goes back."""

    done: BigCount = Field(description="Units that are done.", examples=[1200])
    total: BigCount = Field(
        description="Units there are, as far as is known; 0 while nothing is known.", examples=[5000]
    )
    unit: Slug = Field(description="What is counted.", examples=["lines"])


class OperationProblem(Schema):
    """Why the work failed, as a problem (RFC 9457)."""

    type: str = Field(max_length=200, description="Stable type.", examples=["urn:tradewind:problem:unreadable-file"])
    title: str = Field(max_length=200, description="The type in words.")
    status: int = Field(ge=400, le=599, description="The HTTP status.", json_schema_extra={"format": "int32"})
    detail: str = Field(max_length=2_000, description="What happened this time.")
    errors: list[FieldProblemBody] = Field(default=[], max_length=50, description="The fields that are not valid.")
    parameters: dict[Annotated[str, Field(max_length=64)], ProblemParameter] = Field(
        default={}, description="The facts of the sentence.", json_schema_extra={"maxProperties": 50}
    )


class OperationRead(Schema):
    """Long work: how far it is and how it ended."""

    id: Id
    kind: Slug = Field(description="What is done.", examples=["import"])
    state: OperationState = Field(description="Where the work stands.", examples=["running"])
    progress: OperationProgress
    attempt: Count = Field(description="How often the work was begun; above 1 after a worker was lost.", examples=[1])
    result_url: Annotated[str, Field(max_length=500)] | None = Field(
        description="Where the result is, as a path below this service's /v1; null until the work has succeeded.",
        examples=["/imports/019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"],
    )
    problem: OperationProblem | None = Field(description="Why the work failed; null otherwise.")
    cancel_requested_at: Instant | None = Field(description="When somebody asked to cancel it.")
    created_by: Id = Field(description="The principal who started it.")
    created_at: Instant = Field(description="When it was started.")
    started_at: Instant | None = Field(description="When a worker first took it.")
    updated_at: Instant = Field(description="When anything of this last changed.")
    finished_at: Instant | None = Field(description="When it ended.")


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


def operation_body(row: OperationRow) -> OperationRead:
    """The body of an operation's row."""
    return OperationRead(
        id=row.id,
        kind=row.kind,
        state=OperationState(row.state),
        progress=OperationProgress(done=row.progress_done, total=row.progress_total, unit=row.progress_unit),
        attempt=row.attempt,
        result_url=row.result_url,
        problem=None if row.problem is None else OperationProblem.model_validate(row.problem),
        cancel_requested_at=row.cancel_requested_at,
        created_by=row.created_by,
        created_at=row.created_at,
        started_at=row.started_at,
        updated_at=row.updated_at,
        finished_at=row.finished_at,
    )


def operations_query(service: str) -> ListQuery:
    """The list of a service's operations, newest first."""
    return ListQuery(
        name="operations",
        source="platform.operation o",
        where=f"o.tenant_id = $1 AND o.service = '{service}'",
        fields={
            "id": "o.id",
            "kind": "o.kind",
            "state": "o.state",
            "progress": "json_build_object('done', o.progress_done, 'total', o.progress_total,"
            " 'unit', o.progress_unit)",
            "attempt": "o.attempt",
            "result_url": "o.result_url",
            "problem": "o.problem",
            "cancel_requested_at": "o.cancel_requested_at",
            "created_by": "o.created_by",
            "created_at": "o.created_at",
            "started_at": "o.started_at",
            "updated_at": "o.updated_at",
            "finished_at": "o.finished_at",
        },
        sorts={"created_at": Sort("o.created_at", "timestamptz"), "updated_at": Sort("o.updated_at", "timestamptz")},
        default_sort="-created_at",
        key=Sort("o.id", "uuid"),
        filters={
            "state": Filter("o.state = ANY({})", list[OperationState], "Only operations in these states."),
            "kind": Filter("o.kind = ANY({})", list[Slug], "Only operations of these kinds."),
        },
    )


def operations_router(service: str) -> ServiceRouter:
    """The operations of one service: `/operations` and what is below."""
    router = ServiceRouter("operations", "Long work: its progress, its end, its cancellation.")
    list_endpoint(router, "/operations", operations_query(service), OperationRead, scope=f"{service}.read")

    @router.get(
        "/operations/{operation_id}",
        dependencies=[requires(f"{service}.read")],
        responses=problem_responses(NotFound),
    )
    async def get_operation(
        operation_id: UUID, session: SessionDep, caller: CallerDep, response: Response
    ) -> OperationRead:
        """Read one operation; ask again a second later while it has not ended."""
        row = await get(session, caller.tenant_id, service, operation_id)
        if row.state not in FINISHED:
            response.headers["Retry-After"] = "1"
        return operation_body(row)

    @router.get(
        "/operations/{operation_id}/events",
        dependencies=[requires(f"{service}.read")],
        response_class=EventStream,
        responses={
            **problem_responses(NotFound),
            200: {"description": "Server-sent events; the data of each is the operation as JSON."},
            204: {"description": "The operation has ended and its last event was seen: do not come back."},
        },
    )
    async def watch_operation(
        operation_id: UUID,
        request: Request,
        database: DatabaseDep,
        caller: CallerDep,
        last_event_id: Annotated[
            str | None,
            Header(
                description="The id of the last event that was seen; what came after it is sent.",
                max_length=40,
                pattern="^[0-9]+$",
                examples=["1767225600000000"],
            ),
        ] = None,
    ) -> Response:
        """Follow one operation: an event `progress` for each change, then one `end`."""
        seen = int(last_event_id or 0)
        first = await _look(database, caller.tenant_id, service, operation_id)
        if first.state in FINISHED and _event_id(first.updated_at) <= seen:
            return Response(status_code=204)
        events = _events(request, database, caller.tenant_id, service, first, seen)
        return EventStream(events, headers={"X-Accel-Buffering": "no"})

    @router.post(
        "/operations/{operation_id}/cancellation",
        status_code=202,
        dependencies=[requires(f"{service}.write")],
        responses=problem_responses(NotFound, IllegalTransition),
    )
    async def cancel_operation(
        operation_id: UUID, session: SessionDep, caller: CallerDep, settings: SettingsDep, response: Response
    ) -> OperationRead:
        """Ask that an operation end without its result; asking again changes nothing."""
        row = await request_cancellation(
            session, tenant_id=caller.tenant_id, service=service, operation_id=operation_id, now=utc_now()
        )
        response.headers["Location"] = f"{settings.base_url}/operations/{row.id}"
        return operation_body(row)

    return router


async def _look(database: Database, tenant_id: UUID, service: str, operation_id: UUID) -> OperationRow:
    async with database.session(tenant_id) as session:
        return await get(session, tenant_id, service, operation_id)


async def _events(
    request: Request, database: Database, tenant_id: UUID, service: str, row: OperationRow, seen: int
) -> AsyncIterator[bytes]:
    """The operation whenever it has changed, until it has ended, the caller has gone or the stream is too long."""
    began = told = time.monotonic()
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    changed = _event_id(row.updated_at) > seen
    while True:
        now = time.monotonic()
        if changed or row.state in FINISHED:
            told = now
            yield _event(row)
        elif now - told > KEEP_ALIVE_SECONDS:
            told = now
            yield b": still there\n\n"
        if row.state in FINISHED or now - began > STREAM_SECONDS or await request.is_disconnected():
            return
        await asyncio.sleep(LOOK_SECONDS)
        before, row = row, await _look(database, tenant_id, service, row.id)
        changed = row.updated_at != before.updated_at


def _event_id(updated_at: datetime) -> int:
    """The change's moment in microseconds: grows with every change of an operation."""
    return int(updated_at.timestamp() * 1_000_000)


def _event(row: OperationRow) -> bytes:
    name = "end" if row.state in FINISHED else "progress"
    return f"id: {_event_id(row.updated_at)}\nevent: {name}\ndata: {operation_body(row).model_dump_json()}\n\n".encode()
