"""The queue: a job exists exactly when what caused it does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.roles import DatabaseUrls
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.engine import Database
from shared.jobs.operations import start_operation
from shared.jobs.queue import JobRef, NotOurs, TryAgain, enqueue, process_jobs, queue_age_seconds
from tests.support.tenants import Tenant

HEARTBEAT, POLL = timedelta(seconds=1), timedelta(seconds=0.2)


async def queued(database: Database, service: str) -> list[bytes]:
    async with database.bare_connection() as connection:
        rows = await connection.fetch(
            "SELECT payload FROM platform.pgqueuer WHERE entrypoint = $1 ORDER BY id", service
        )
    return [row["payload"] for row in rows]


async def start(session: AsyncSession, tenant_id: UUID, service: str) -> UUID:
    row = await start_operation(
        session,
        tenant_id=tenant_id,
        service=service,
        kind="steps",
        parameters={},
        created_by=new_id(),
        now=utc_now(),
    )
    return row.id


async def rolled_back(
    transaction: AbstractAsyncContextManager[AsyncSession], write: Callable[[AsyncSession], Awaitable[object]]
) -> None:
    """Writes, and then something goes wrong."""

    async def write_and_fail() -> None:
        async with transaction as session:
            await write(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()


async def test_an_operation_that_is_rolled_back_leaves_no_job(jobs_database: Database, seller: Tenant) -> None:
    service = f"queue-{new_id()}"
    await rolled_back(jobs_database.session(seller.id), lambda session: start(session, seller.id, service))
    assert await queued(jobs_database, service) == []


async def test_a_job_enqueued_as_the_first_statement_still_belongs_to_the_transaction(
    jobs_database: Database, seller: Tenant
) -> None:
    service = f"queue-{new_id()}"
    ref = JobRef(seller.id, new_id())
    await rolled_back(jobs_database.directory(), lambda session: enqueue(session, service, ref))
    assert await queued(jobs_database, service) == []


async def test_a_committed_operation_has_one_job_that_names_it(jobs_database: Database, seller: Tenant) -> None:
    service = f"queue-{new_id()}"
    async with jobs_database.session(seller.id) as session:
        operation_id = await start(session, seller.id, service)
        await enqueue(session, service, JobRef(seller.id, operation_id))
    (payload,) = await queued(jobs_database, service)
    assert JobRef.decode(payload) == JobRef(seller.id, operation_id)


async def test_a_worker_takes_the_jobs_of_its_own_service_only(jobs_database: Database, seller: Tenant) -> None:
    mine, others = f"mine-{new_id()}", f"others-{new_id()}"
    async with jobs_database.session(seller.id) as session:
        operation_id = await start(session, seller.id, mine)
        await start(session, seller.id, others)
    seen: list[JobRef] = []
    shutdown = asyncio.Event()

    async def process(ref: JobRef, returned: int) -> None:
        seen.append(ref)
        shutdown.set()

    await asyncio.wait_for(
        process_jobs(jobs_database, mine, process, shutdown=shutdown, poll_interval=POLL, heartbeat_timeout=HEARTBEAT),
        10,
    )
    assert seen == [JobRef(seller.id, operation_id)]
    assert await queued(jobs_database, mine) == []
    assert len(await queued(jobs_database, others)) == 1


async def test_a_job_handed_back_is_taken_again_and_says_how_often(jobs_database: Database, seller: Tenant) -> None:
    service = f"queue-{new_id()}"
    async with jobs_database.session(seller.id) as session:
        await start(session, seller.id, service)
    counts: list[int] = []
    shutdown = asyncio.Event()

    async def process(ref: JobRef, returned: int) -> None:
        counts.append(returned)
        if returned < 2:
            raise TryAgain
        shutdown.set()

    await asyncio.wait_for(
        process_jobs(
            jobs_database, service, process, shutdown=shutdown, poll_interval=POLL, heartbeat_timeout=HEARTBEAT
        ),
        10,
    )
    assert counts == [0, 1, 2]


async def test_a_worker_that_lost_its_job_does_not_remove_it_from_the_queue(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    service = f"queue-{new_id()}"
    async with jobs_database.session(seller.id) as session:
        await start(session, seller.id, service)
    successor = new_id()
    shutdown = asyncio.Event()

    async def process(ref: JobRef, returned: int) -> None:
        connection = await asyncpg.connect(jobs_urls.inventory)
        await connection.execute(
            "UPDATE platform.pgqueuer SET queue_manager_id = $1 WHERE entrypoint = $2", successor, service
        )
        await connection.close()
        shutdown.set()
        raise NotOurs

    await asyncio.wait_for(
        process_jobs(
            jobs_database, service, process, shutdown=shutdown, poll_interval=POLL, heartbeat_timeout=HEARTBEAT
        ),
        10,
    )
    assert len(await queued(jobs_database, service)) == 1


async def test_the_queue_tells_how_long_its_oldest_job_has_waited(jobs_database: Database, seller: Tenant) -> None:
    service = f"queue-{new_id()}"
    async with jobs_database.bare_connection() as connection:
        assert await queue_age_seconds(connection, service) == 0
    async with jobs_database.session(seller.id) as session:
        await start(session, seller.id, service)
    async with jobs_database.bare_connection() as connection:
        await connection.execute(
            "UPDATE platform.pgqueuer SET execute_after = now() - interval '90 s' WHERE entrypoint = $1", service
        )
        assert 89 < await queue_age_seconds(connection, service) < 120
