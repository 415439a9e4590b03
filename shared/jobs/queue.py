"""The one module that knows the queue's library: how a job enters with its cause, and how workers take it out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
from pgqueuer import AsyncpgDriver, Job, Queries, QueueManager, RetryRequested
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.settings import DBSettings
from pgqueuer.errors import FailingListenerError
from pgqueuer.models import Channel, TracebackRecord
from pgqueuer.types import JOB_STATUS
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.bulk import raw_connection
from shared.db.engine import Database

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

# A live worker beats at half this; a job whose beat is older is taken by another.
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
# How often a worker that was not woken looks for jobs whose worker has died.
POLL_INTERVAL = timedelta(seconds=2)

# Named in full: the library would else read unprefixed variables such as CHANNEL from the environment.
SETTINGS = DBSettings(
    prefix="",
    db_schema="platform",
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    trigger="tg_pgqueuer_changed",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    statistics_table="pgqueuer_statistics",
    schedules_table="pgqueuer_schedules",
    queue_status_type="pgqueuer_status",
)


_RELEASE = (
    f"UPDATE {SETTINGS.qualified.queue_table} SET status = 'queued', queue_manager_id = NULL, updated = now()"
    " WHERE queue_manager_id = ANY($1::uuid[]) AND status = 'picked'"
)


@dataclass(frozen=True, slots=True)
class JobRef:
    """What a job carries: whose operation it is, and which; the operation's row holds all the rest."""

    tenant_id: UUID
    operation_id: UUID

    def encode(self) -> bytes:
        return self.tenant_id.bytes + self.operation_id.bytes

    @staticmethod
    def decode(payload: bytes | None) -> "JobRef":
        if payload is None or len(payload) != 32:
            raise ValueError("a job of this queue carries two ids of 16 bytes")
        return JobRef(UUID(bytes=payload[:16]), UUID(bytes=payload[16:]))


class TryAgain(Exception):
    """Raised by a processor: the job goes back to the queue, for any worker, after the delay."""

    def __init__(self, delay: timedelta = timedelta(0)) -> None:
        super().__init__(f"again in {delay}")
        self.delay = delay


class NotOurs(Exception):
    """Raised by a processor: another worker has this job by now, so its entry in the queue is left alone."""


# (job, how often it was handed back before) → done; TryAgain and NotOurs as they say.
Processor = Callable[[JobRef, int], Awaitable[None]]


async def enqueue(session: AsyncSession, service: str, job: JobRef) -> None:
    """Put a job into the service's queue in the session's transaction: it exists if and only if that commits.

    A job of the same operation that is queued or running already is left as it is.
    """
    queries = _queries(await raw_connection(session))
    await queries.enqueue(service, job.encode(), dedupe_key=str(job.operation_id), on_conflict="skip")


async def process_jobs(
    database: Database,
    service: str,
    process: Processor,
    *,
    shutdown: asyncio.Event,
    own_ids: list[UUID] | None = None,
    connection_lost: Callable[[], None] = lambda: None,
    concurrency: int = 2,
    heartbeat_timeout: timedelta = HEARTBEAT_TIMEOUT,
    poll_interval: timedelta = POLL_INTERVAL,
) -> None:
    """Take jobs of one service until `shutdown`; then wait for those in hand and return.

    At most `concurrency` jobs (2 or more: the library counts so) are in hand at once. A job whose worker fell
    silent for `heartbeat_timeout` is taken again within `poll_interval`. Raises what the connection raises when
    the database goes away; `connection_lost` is called at once, and those in hand must then end, because nobody
    beats for them any more. `own_ids` remembers across calls of one process under which names it took jobs: what
    it could not hand back then is free again at once, not only when its heartbeats have grown old.
    """
    # Not of a pool: the listener lives on it, and it must not come back to life behind the library's back.
    connection = await asyncpg.connect(database.dsn, server_settings=database.server_settings)
    connection.add_termination_listener(lambda _: connection_lost())
    try:
        queue = QueueManager(_queries(connection), channel=SETTINGS.channel)
        queue.shutdown = shutdown
        if own_ids is not None:
            await connection.execute(_RELEASE, own_ids)
            own_ids.append(queue.queue_manager_id)

        # Held, not deleted, should the library fail to hand a job back: no operation may lose its job.
        @queue.entrypoint(service, accepts_context=False, on_failure="hold")
        async def run(job: Job) -> None:
            try:
                await process(JobRef.decode(job.payload), job.attempts)
            except TryAgain as again:
                raise RetryRequested(delay=again.delay, reason="handed back") from None
            except NotOurs:
                return

        await queue.run(
            dequeue_timeout=poll_interval,
            batch_size=1,
            max_concurrent_tasks=max(2, concurrency),
            heartbeat_timeout=heartbeat_timeout,
            shutdown_on_listener_failure=True,
        )
    except FailingListenerError as error:
        raise ConnectionError("the queue's listener does not answer") from error
    finally:
        connection.terminate()


async def queue_age_seconds(
    connection: "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]", service: str
) -> float:
    """How long the oldest job that is due has been waiting for a worker; 0 when none waits."""
    age = await connection.fetchval(
        f"SELECT extract(epoch FROM now() - min(execute_after)) FROM {SETTINGS.qualified.queue_table}"
        " WHERE entrypoint = $1 AND status = 'queued' AND execute_after <= now()",
        service,
    )
    return float(age or 0)


async def forget_log(session: AsyncSession, before: datetime) -> None:
    """Delete the library's notes on jobs from before a moment: each job leaves some, and nothing reads them."""
    await session.execute(
        text(f"DELETE FROM {SETTINGS.qualified.queue_table_log} WHERE created < :before"), {"before": before}
    )


class _OwnQueries(Queries):
    """Queries that end or hand back a job only while it is still this worker's.

    The library deletes by id alone: a worker believed dead would remove the job of its successor.
    """

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        owned = await self._owned([job for job, _, _ in job_status])
        mine = [entry for entry in job_status if entry[0].id in owned]
        if mine:
            await super().log_jobs(mine)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        if await self._owned([job]):
            await super().retry_job(job, delay, traceback_record)

    async def _owned(self, jobs: list[Job]) -> set[int]:
        rows = await self.driver.fetch(
            f"SELECT id FROM {SETTINGS.qualified.queue_table} q"
            " JOIN unnest($1::bigint[], $2::uuid[]) AS j(id, owner) USING (id) WHERE q.queue_manager_id = j.owner",
            [job.id for job in jobs],
            [job.queue_manager_id for job in jobs],
        )
        return {int(str(row["id"])) for row in rows}


def _queries(connection: "asyncpg.Connection[asyncpg.Record]") -> Queries:
    return _OwnQueries(
        AsyncpgDriver(connection),
        qbe=QueryBuilderEnvironment(SETTINGS),
        qbq=QueryQueueBuilder(SETTINGS),
        qbs=QuerySchedulerBuilder(SETTINGS),
    )
