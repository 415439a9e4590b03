"""Long work: how an operation is started, carried out by one attempt at a time, reported, cancelled and ended."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import func, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, NotFound, TradewindError, Unavailable
from shared.core.ids import new_id
from shared.db.engine import Database
from shared.db.platform import OperationRow
from shared.db.transient import is_transient
from shared.jobs import compute as child
from shared.jobs.queue import JobRef, NotOurs, TryAgain, enqueue

T = TypeVar("T")

UNFINISHED = ("pending", "running")
FINISHED = ("succeeded", "failed", "cancelled")

# How often progress is written and a request to cancel is looked for.
PULSE_SECONDS = 0.4
# Passing faults (deadlock, lost connection) are tried again this often, an attempt that died more often:
# work that kills every worker that touches it must end some day.
MAX_RETURNS = 8
MAX_ATTEMPTS = 40

# Callers are told soon that a row is taken; work that nobody waits for lets the other transaction finish.
_PATIENCE = text("SET LOCAL lock_timeout = '60s'")

log = structlog.get_logger("tradewind.jobs")


class WorkFailed(TradewindError):
    """The work ended unexpectedly; the cause is in the service's log under the operation's id."""

    slug, title, status = "work-failed", "The work could not be finished", 500


class Fenced(Exception):
    """This attempt may not commit any more: the operation was cancelled, or another worker has taken it."""


@dataclass(frozen=True, slots=True)
class OperationKind:
    """One kind of long work; `run` does it, and ends it with `job.succeed` in its last effect."""

    name: str
    run: Callable[["Job"], Awaitable[None]]


@dataclass(eq=False)
class Job:
    """What a kind's `run` works with: one attempt at one operation."""

    database: Database
    tenant_id: UUID
    operation_id: UUID
    service: str
    attempt: int
    parameters: Mapping[str, Any]
    created_by: UUID
    _done: int = 0
    _total: int = 0
    _told: tuple[int, int] = (0, 0)
    _cancelled: bool = field(default=False)
    _ended_in: AsyncSession | None = field(default=None)

    @staticmethod
    def of(database: Database, row: OperationRow) -> "Job":
        """The attempt that has just claimed the row."""
        at = (row.progress_done, row.progress_total)
        return Job(
            database, row.tenant_id, row.id, row.service, row.attempt, row.parameters, row.created_by, *at, _told=at
        )

    @property
    def progress_total(self) -> int:
        """How much there is to do, as far as is known."""
        return self._total

    @property
    def cancelled(self) -> bool:
        """Whether somebody has asked to cancel; the run is interrupted soon after by itself."""
        return self._cancelled

    async def progress(self, done: int, total: int) -> None:
        """Say how far the work is; it is written a few times a second at most, and never goes back."""
        self._done, self._total = done, max(total, done)

    @asynccontextmanager
    async def effect(self, *, done: int | None = None, total: int | None = None) -> AsyncIterator[AsyncSession]:
        """One transaction of the work, which commits only while this attempt is the current one and uncancelled.

        The operation's row is locked last, for the commit alone: of two attempts that both believe to be the
        current one, one finds the other's number and rolls back. `done` and `total` are written with it.
        """
        async with self.database.session(self.tenant_id) as session:
            await session.execute(_PATIENCE)
            yield session
            if done is not None:
                await self.progress(done, total if total is not None else self._total)
            await self._pass_fence(session)

    async def succeed(self, session: AsyncSession, result_url: str | None = None) -> None:
        """End the operation well, in the session of the last effect: its result becomes visible with this state."""
        now = utc_now()
        await self._guarded(
            session,
            state="succeeded",
            result_url=result_url,
            problem=None,
            progress_total=func.greatest(OperationRow.progress_total, self._total),
            progress_done=func.greatest(OperationRow.progress_total, self._total),
            updated_at=now,
            finished_at=now,
        )
        self._ended_in = session

    async def compute(
        self, function: Callable[..., Any], *args: Any, on_progress: child.OnProgress | None = None
    ) -> Any:
        """`function(*args)` in a child process (see shared.jobs.compute); Progress it yields is the job's progress."""
        return await child.compute(function, *args, on_progress=on_progress or self.progress)

    def stream(
        self,
        function: Callable[..., Iterable[T]],
        *args: Any,
        on_progress: child.OnProgress | None = None,
        ahead: int = 1,
    ) -> AbstractAsyncContextManager[AsyncGenerator[T, None]]:
        """What `function(*args)` yields in a child process, bounded, `ahead` of its use."""
        return child.stream(function, *args, on_progress=on_progress or self.progress, ahead=ahead)

    async def _pass_fence(self, session: AsyncSession) -> None:
        if self._ended_in is session:
            return  # `succeed` holds the row's lock already
        told = (self._done, self._total)
        await self._guarded(session, **self._progress_values(), updated_at=utc_now())
        self._told = told

    async def _guarded(self, session: AsyncSession, **values: Any) -> None:
        result = await session.execute(
            update(OperationRow)
            .where(
                OperationRow.tenant_id == self.tenant_id,
                OperationRow.id == self.operation_id,
                OperationRow.attempt == self.attempt,
                OperationRow.state == "running",
                OperationRow.cancel_requested_at.is_(None),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if _rows(result) != 1:
            raise Fenced

    async def _pulse(self) -> str:
        """Writes new progress, and looks whether the work is still wanted: `go on`, `cancel` or `lost`."""
        async with self.database.session(self.tenant_id) as session:
            mine = (
                OperationRow.tenant_id == self.tenant_id,
                OperationRow.id == self.operation_id,
                OperationRow.attempt == self.attempt,
                OperationRow.state == "running",
            )
            now_at = (self._done, self._total)
            if now_at == self._told:
                statement: Any = select(OperationRow.cancel_requested_at).where(*mine)
            else:
                statement = (
                    update(OperationRow)
                    .where(*mine)
                    .values(**self._progress_values(), updated_at=utc_now())
                    .returning(OperationRow.cancel_requested_at)
                    .execution_options(synchronize_session=False)
                )
            found = (await session.execute(statement)).one_or_none()
        self._told = now_at
        if found is None:
            # Its own success ends it too; only the work itself knows that, until it returns.
            return "lost" if self._ended_in is None else "go on"
        return "go on" if found.cancel_requested_at is None else "cancel"

    def _progress_values(self) -> dict[str, Any]:
        total = func.greatest(OperationRow.progress_total, self._total)
        return {
            "progress_total": total,
            "progress_done": func.least(func.greatest(OperationRow.progress_done, self._done), total),
        }


async def start_operation(
    session: AsyncSession,
    *,
    tenant_id: UUID,
    service: str,
    kind: str,
    parameters: Mapping[str, Any],
    created_by: UUID,
    now: datetime,
    total: int = 0,
    unit: str = "rows",
    operation_id: UUID | None = None,
) -> OperationRow:
    """A new pending operation and its job in the service's queue, both in the session's transaction."""
    row = OperationRow(
        tenant_id=tenant_id,
        id=operation_id or new_id(),
        service=service,
        kind=kind,
        state="pending",
        parameters=dict(parameters),
        progress_done=0,
        progress_total=total,
        progress_unit=unit,
        attempt=0,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    await enqueue(session, service, JobRef(tenant_id, row.id))
    return row


async def get_operation(session: AsyncSession, tenant_id: UUID, service: str, operation_id: UUID) -> OperationRow:
    """The service's operation, or NotFound."""
    row = await session.get(OperationRow, (tenant_id, operation_id))
    if row is None or row.service != service:
        raise NotFound("There is no such operation.")
    return row


async def request_cancellation(
    session: AsyncSession, *, tenant_id: UUID, service: str, operation_id: UUID, now: datetime
) -> OperationRow:
    """Ask that an operation end without its result: at once when it is pending, soon when it runs.

    Asking again changes nothing. IllegalTransition when it has succeeded or failed, NotFound when there is none.
    """
    row = await session.scalar(
        select(OperationRow)
        .where(OperationRow.tenant_id == tenant_id, OperationRow.id == operation_id, OperationRow.service == service)
        .with_for_update()
    )
    if row is None:
        raise NotFound("There is no such operation.")
    if row.state in ("succeeded", "failed"):
        raise IllegalTransition(f"The operation has {row.state} already.", state=row.state)
    if row.cancel_requested_at is None:
        row.cancel_requested_at = row.updated_at = now
        if row.state == "pending":
            row.state, row.finished_at = "cancelled", now
        await session.flush()
    return row


async def run_operation(
    database: Database,
    service: str,
    kinds: Mapping[str, OperationKind],
    ref: JobRef,
    returned: int,
    hand_back: asyncio.Event,
) -> None:
    """Make one attempt at the operation of a job taken from the queue.

    Returns when the operation has ended, by this attempt or an earlier one. Raises TryAgain when the job must go
    back (passing fault, or `hand_back` was set), NotOurs when another worker has it.
    """
    try:
        claimed = await _claim(database, service, ref)
    except Exception as error:
        raise _again(error, returned) from error
    if claimed is None:
        return
    with structlog.contextvars.bound_contextvars(
        tenant_id=str(ref.tenant_id), operation_id=str(ref.operation_id), kind=claimed.kind, attempt=claimed.attempt
    ):
        await _attempt(database, kinds, claimed, returned, hand_back)


async def _attempt(
    database: Database, kinds: Mapping[str, OperationKind], row: OperationRow, returned: int, hand_back: asyncio.Event
) -> None:
    job = Job.of(database, row)
    kind = kinds.get(row.kind)
    began = asyncio.get_running_loop().time()
    log.info("operation started")
    try:
        if kind is None:
            raise WorkFailed(f"This release of the service does not know the kind {row.kind}.")
        if row.attempt > MAX_ATTEMPTS:
            raise WorkFailed(f"The work was begun {MAX_ATTEMPTS} times and never came to an end.")
        if row.cancel_requested_at is not None:
            raise Fenced
        await _watched(kind, job, hand_back)
        if job._ended_in is None:
            async with job.effect() as session:
                await job.succeed(session)
    except TryAgain:
        log.info("operation handed back")
        raise
    except NotOurs:
        log.warning("operation taken over by another worker")
        raise
    except Fenced:
        await _end(job, "cancelled", None, returned)
    except TradewindError as error:
        log.info("operation failed", problem=error.slug, detail=error.detail)
        await _end(job, "failed", problem_of(error), returned)
    except Exception as error:
        if is_transient(error) and returned < MAX_RETURNS:
            log.warning("operation met a passing fault", error=repr(error))
            raise _again(error, returned) from error
        log.exception("operation broke")
        cause = Unavailable() if is_transient(error) else WorkFailed()
        await _end(job, "failed", problem_of(cause), returned)
    else:
        log.info("operation succeeded", seconds=round(asyncio.get_running_loop().time() - began, 3))


async def _watched(kind: OperationKind, job: Job, hand_back: asyncio.Event) -> None:
    """Runs the kind beside its pulse; interrupts it when it is cancelled, lost to another or to be handed back."""
    work = asyncio.ensure_future(kind.run(job))
    returning = asyncio.ensure_future(hand_back.wait())
    verdict = "go on"
    try:
        while verdict == "go on":
            await asyncio.wait({work, returning}, timeout=PULSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                break
            if returning.done():
                verdict = "hand back"
                break
            try:
                verdict = await job._pulse()
            except Exception as error:
                # The work meets the same fault, or it does not matter.
                if not is_transient(error):
                    raise
                log.warning("pulse missed", error=repr(error))
        job._cancelled = verdict == "cancel"
    finally:
        returning.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
    if verdict == "hand back" and (work.cancelled() or work.exception() is not None):
        raise TryAgain
    if verdict == "lost" and (work.cancelled() or work.exception() is not None):
        raise NotOurs
    if work.cancelled():
        raise Fenced
    work.result()


async def _claim(database: Database, service: str, ref: JobRef) -> OperationRow | None:
    """Makes this the operation's current attempt; None when it has ended or does not exist."""
    now = utc_now()
    async with database.session(ref.tenant_id) as session:
        return await session.scalar(
            update(OperationRow)
            .where(
                OperationRow.tenant_id == ref.tenant_id,
                OperationRow.id == ref.operation_id,
                OperationRow.service == service,
                OperationRow.state.in_(UNFINISHED),
            )
            .values(
                state="running",
                attempt=OperationRow.attempt + 1,
                started_at=func.coalesce(OperationRow.started_at, now),
                updated_at=now,
            )
            .returning(OperationRow)
        )


async def _end(job: Job, state: str, problem: dict[str, Any] | None, returned: int) -> None:
    """Ends the operation for this attempt; NotOurs when it is no longer the current one."""
    now = utc_now()
    try:
        async with job.database.session(job.tenant_id) as session:
            conditions = [
                OperationRow.tenant_id == job.tenant_id,
                OperationRow.id == job.operation_id,
                OperationRow.attempt == job.attempt,
                OperationRow.state == "running",
            ]
            if state == "cancelled":
                conditions.append(OperationRow.cancel_requested_at.is_not(None))
            result = await session.execute(
                update(OperationRow)
                .where(*conditions)
                .values(state=state, problem=problem, updated_at=now, finished_at=now)
                .execution_options(synchronize_session=False)
            )
            if _rows(result) == 1:
                log.info("operation ended", state=state)
            elif await _state(session, job) not in FINISHED:
                raise NotOurs
    except NotOurs:
        raise
    except Exception as error:
        raise _again(error, returned) from error


async def _state(session: AsyncSession, job: Job) -> str | None:
    return await session.scalar(
        select(OperationRow.state).where(OperationRow.tenant_id == job.tenant_id, OperationRow.id == job.operation_id)
    )


def problem_of(error: TradewindError) -> dict[str, Any]:
    """The RFC 9457 object of an error, as operations keep it."""
    return {
        "type": error.type_urn,
        "title": error.title,
        "status": error.status,
        "detail": error.detail[:2_000],
        "errors": [{"pointer": each.pointer, "code": each.code, "detail": each.detail} for each in error.errors[:50]],
        "parameters": {name: value for name, value in error.parameters.items() if value is not None},
    }


def _again(error: Exception, returned: int) -> TryAgain:
    if not is_transient(error):
        log.exception("operation could not be recorded", error=repr(error))
    return TryAgain(timedelta(seconds=min(2**returned * 0.5, 30)))


def _rows(result: Any) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
