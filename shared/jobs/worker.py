"""The process that carries out one service's operations: how it starts, survives the loss of its database and stops."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from pydantic import SecretStr
from sqlalchemy import select

from shared.db.engine import Database
from shared.db.platform import OperationRow, TenantRow
from shared.db.transient import is_connection_loss
from shared.jobs import compute
from shared.jobs.forgetting import forget_hourly
from shared.jobs.operations import UNFINISHED, OperationKind, run_operation
from shared.jobs.queue import HEARTBEAT_TIMEOUT, POLL_INTERVAL, JobRef, enqueue, process_jobs

# Work in hand may end by itself this long after SIGTERM; then it goes back to the queue.
GRACE_SECONDS = 10.0
_RECONNECT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

log = structlog.get_logger("tradewind.worker")

# What a service's workers do besides, for as long as they serve; it is cancelled when they stop.
Beside = Callable[[Database], Coroutine[Any, Any, None]]


class WorkerSettings(Protocol):
    """What a worker needs of its service's settings."""

    @property
    def database_url(self) -> SecretStr: ...


def run_worker(
    service: str,
    kinds: Sequence[OperationKind],
    settings: WorkerSettings,
    *,
    concurrency: int = 2,
    preload: Sequence[str] = (),
    beside: Sequence[Beside] = (),
) -> None:
    """Carry out operations of `service` until SIGTERM or SIGINT; the main function of a worker.

    `preload` names modules that children need; importing them once in the fork server makes children start at
    once. Logs as the process has configured structlog.
    """
    compute.warm_up(*preload)
    asyncio.run(work(service, kinds, settings, concurrency=concurrency, beside=beside))


async def work(
    service: str,
    kinds: Sequence[OperationKind],
    settings: WorkerSettings,
    *,
    concurrency: int = 2,
    beside: Sequence[Beside] = (),
    stop: asyncio.Event | None = None,
    grace_seconds: float = GRACE_SECONDS,
    heartbeat_timeout: timedelta = HEARTBEAT_TIMEOUT,
    poll_interval: timedelta = POLL_INTERVAL,
) -> None:
    """The worker in a running loop; ends when `stop` is set, or a signal comes where none is given."""
    if stop is None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Each operation in hand holds one connection for its effect and one for its pulse.
    concurrency = max(2, concurrency)
    database = Database(
        settings.database_url,
        pool_size=2 * concurrency + 1,
        reader_pool_size=concurrency,
        application_name=f"tradewind-{service}-worker",
    )
    registered = {kind.name: kind for kind in kinds}
    failures = 0
    own_ids: list[UUID] = []
    log.info("worker started", service=service, kinds=sorted(registered), concurrency=concurrency)
    try:
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await database.check_role()
                await _serve(
                    database,
                    service,
                    registered,
                    stop,
                    grace_seconds,
                    own_ids=own_ids,
                    beside=beside,
                    concurrency=concurrency,
                    heartbeat_timeout=heartbeat_timeout,
                    poll_interval=poll_interval,
                )
            except Exception as error:
                if not is_connection_loss(error):
                    raise
                # The server restarts or fails over: the process stays, and asks again ever more slowly.
                if asyncio.get_running_loop().time() - began > HEARTBEAT_TIMEOUT.total_seconds():
                    failures = 0
                pause = _RECONNECT_SECONDS[min(failures, len(_RECONNECT_SECONDS) - 1)]
                failures += 1
                log.warning("database lost", error=repr(error), again_in_seconds=pause)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
    finally:
        await database.close()
        log.info("worker stopped", service=service)


async def _serve(
    database: Database,
    service: str,
    kinds: Mapping[str, OperationKind],
    stop: asyncio.Event,
    grace_seconds: float,
    *,
    own_ids: list[UUID],
    beside: Sequence[Beside],
    concurrency: int,
    heartbeat_timeout: timedelta,
    poll_interval: timedelta,
) -> None:
    """Takes jobs until `stop`, then lets those in hand end within the time of grace, or hands them back."""
    hand_back = asyncio.Event()
    shutdown = asyncio.Event()

    async def wind_down() -> None:
        await stop.wait()
        shutdown.set()
        await asyncio.sleep(grace_seconds)
        hand_back.set()

    async def process(ref: JobRef, returned: int) -> None:
        await run_operation(database, service, kinds, ref, returned, hand_back)

    async def find_lost() -> None:
        try:
            log.info("unfinished operations found", count=await recover(database, service))
        except Exception as error:
            # Whoever starts next looks again.
            log.warning("unfinished operations not looked for", error=repr(error))

    own = (wind_down(), find_lost(), forget_hourly(database))
    tasks = [asyncio.ensure_future(task) for task in (*own, *(start(database) for start in beside))]
    try:
        await process_jobs(
            database,
            service,
            process,
            shutdown=shutdown,
            own_ids=own_ids,
            connection_lost=hand_back.set,
            concurrency=concurrency,
            heartbeat_timeout=heartbeat_timeout,
            poll_interval=poll_interval,
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def recover(database: Database, service: str) -> int:
    """Give every unfinished operation of the service a job again, should one have lost it; how many there are.

    The queue keeps one job per operation, so nothing happens to those that have theirs.
    """
    async with database.directory() as session:
        tenants = (await session.scalars(select(TenantRow.id))).all()
    count = 0
    for tenant_id in tenants:
        async with database.session(tenant_id) as session:
            unfinished = await session.scalars(
                select(OperationRow.id).where(
                    OperationRow.tenant_id == tenant_id,
                    OperationRow.service == service,
                    OperationRow.state.in_(UNFINISHED),
                )
            )
            for operation_id in unfinished.all():
                await enqueue(session, service, JobRef(tenant_id, operation_id))
                count += 1
    return count
