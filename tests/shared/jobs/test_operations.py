"""Operations: one terminal state, one attempt that commits, progress that never goes back."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from deploy.roles import DatabaseUrls
from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, NotFound
from shared.db.engine import Database
from shared.db.platform import OperationRow
from shared.jobs import operations
from shared.jobs.operations import Fenced, Job, request_cancellation, start_operation
from shared.jobs.queue import JobRef, NotOurs, TryAgain
from tests.shared.jobs.test_compute import is_alive, until
from tests.support.fake_jobs import KINDS, SERVICE, add_effect, working
from tests.support.paths import REPOSITORY
from tests.support.tenants import Tenant

REGISTERED = {kind.name: kind for kind in KINDS}


async def begin(database: Database, seller: Tenant, kind: str, **parameters: Any) -> UUID:
    async with database.session(seller.id) as session:
        row = await start_operation(
            session,
            tenant_id=seller.id,
            service=SERVICE,
            kind=kind,
            parameters=parameters,
            created_by=seller.principal_id,
            now=utc_now(),
        )
        return row.id


async def read(database: Database, seller: Tenant, operation_id: UUID) -> OperationRow:
    async with database.session(seller.id) as session:
        return await session.get_one(OperationRow, (seller.id, operation_id))


async def ended(database: Database, seller: Tenant, operation_id: UUID, seconds: float = 30) -> OperationRow:
    deadline = time.monotonic() + seconds
    while (row := await read(database, seller, operation_id)).state not in operations.FINISHED:
        assert time.monotonic() < deadline, f"still {row.state}, attempt {row.attempt}, {row.progress_done} done"
        await asyncio.sleep(0.05)
    return row


async def has_done(steps: int, database: Database, seller: Tenant, operation_id: UUID) -> None:
    async with asyncio.timeout(60):
        while (await read(database, seller, operation_id)).progress_done < steps:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def effects(database: Database, seller: Tenant, operation_id: UUID) -> list[tuple[int, int, int]]:
    async with database.session(seller.id) as session:
        rows = await session.execute(
            text(
                "SELECT position, attempt, process FROM inventory.fake_effect"
                " WHERE tenant_id = :t AND operation_id = :o ORDER BY position"
            ),
            {"t": seller.id, "o": operation_id},
        )
        return [(row.position, row.attempt, row.process) for row in rows]


async def cancel(database: Database, seller: Tenant, operation_id: UUID) -> OperationRow:
    async with database.session(seller.id) as session:
        return await request_cancellation(
            session, tenant_id=seller.id, service=SERVICE, operation_id=operation_id, now=utc_now()
        )


async def claim(database: Database, seller: Tenant, operation_id: UUID) -> Job:
    row = await operations._claim(database, SERVICE, JobRef(seller.id, operation_id))
    assert row is not None
    return Job.of(database, row)


async def attempt(database: Database, seller: Tenant, operation_id: UUID, returned: int = 0) -> None:
    await operations.run_operation(
        database, SERVICE, REGISTERED, JobRef(seller.id, operation_id), returned, asyncio.Event()
    )


@contextmanager
def worker_process(urls: DatabaseUrls) -> Iterator["subprocess.Popen[bytes]"]:
    worker = subprocess.Popen([sys.executable, "-m", "tests.support.fake_jobs", urls.inventory], cwd=REPOSITORY)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


async def test_an_operation_runs_to_its_end_and_says_where_the_result_is(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=5)
    async with working(jobs_urls.inventory):
        row = await ended(jobs_database, seller, operation_id)
    assert (row.state, row.attempt, row.progress_done, row.progress_total) == ("succeeded", 1, 5, 5)
    assert row.result_url == f"/steps/{operation_id}"
    assert row.started_at is not None
    assert row.finished_at is not None
    assert [position for position, *_ in await effects(jobs_database, seller, operation_id)] == [0, 1, 2, 3, 4]


async def test_a_refusal_becomes_the_operations_problem(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "refusal")
    await attempt(jobs_database, seller, operation_id)
    row = await read(jobs_database, seller, operation_id)
    assert row.state == "failed"
    assert row.problem == {
        "type": "urn:tradewind:problem:conflict",
        "title": "Conflict with the present state",
        "status": 409,
        "detail": "The stock is being counted.",
        "errors": [],
        "parameters": {"warehouse": "north"},
    }


@pytest.mark.parametrize("kind", ["breakage", "a kind of another release"])
async def test_what_broke_is_not_told_to_callers(jobs_database: Database, seller: Tenant, kind: str) -> None:
    operation_id = await begin(jobs_database, seller, kind)
    await attempt(jobs_database, seller, operation_id)
    row = await read(jobs_database, seller, operation_id)
    assert row.state == "failed"
    assert row.problem is not None
    assert row.problem["type"] == "urn:tradewind:problem:work-failed"
    assert "secret" not in str(row.problem)


async def test_a_job_of_an_ended_operation_does_nothing(jobs_database: Database, seller: Tenant) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    await attempt(jobs_database, seller, operation_id)
    first = await read(jobs_database, seller, operation_id)
    await attempt(jobs_database, seller, operation_id)
    second = await read(jobs_database, seller, operation_id)
    assert (second.attempt, second.finished_at) == (first.attempt, first.finished_at)
    assert len(await effects(jobs_database, seller, operation_id)) == 1


async def test_of_two_attempts_only_the_current_one_commits(jobs_database: Database, seller: Tenant) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    old = await claim(jobs_database, seller, operation_id)
    new = await claim(jobs_database, seller, operation_id)

    async def commit(job: Job) -> None:
        async with job.effect() as session:
            await add_effect(session, job, 0)

    with pytest.raises(Fenced):
        await commit(old)
    await commit(new)
    assert [attempt for _, attempt, _ in await effects(jobs_database, seller, operation_id)] == [new.attempt]


async def test_an_attempt_overtaken_in_the_middle_of_its_effect_rolls_back(
    jobs_database: Database, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    old = await claim(jobs_database, seller, operation_id)

    async def overtaken() -> None:
        async with old.effect() as session:
            await add_effect(session, old, 0)
            await claim(jobs_database, seller, operation_id)

    with pytest.raises(Fenced):
        await overtaken()
    assert await effects(jobs_database, seller, operation_id) == []


async def test_an_overtaken_attempt_cannot_end_the_operation(jobs_database: Database, seller: Tenant) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    old = await claim(jobs_database, seller, operation_id)
    await claim(jobs_database, seller, operation_id)

    async def succeed() -> None:
        async with old.effect() as session:
            await old.succeed(session)

    with pytest.raises(Fenced):
        await succeed()
    with pytest.raises(NotOurs):
        await operations._end(old, "failed", {"title": "late"}, 0)
    assert (await read(jobs_database, seller, operation_id)).state == "running"


async def test_progress_never_goes_back_and_never_exceeds_its_total(jobs_database: Database, seller: Tenant) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    first = await claim(jobs_database, seller, operation_id)
    await first.progress(60, 100)
    await first._pulse()
    second = await claim(jobs_database, seller, operation_id)
    seen = []
    for done in (10, 70, 65, 100, 130):
        await second.progress(done, 100)
        await second._pulse()
        row = await read(jobs_database, seller, operation_id)
        seen.append((row.progress_done, row.progress_total))
    assert seen == [(60, 100), (70, 100), (70, 100), (100, 100), (130, 130)]


async def test_progress_is_written_a_few_times_a_second_at_most(
    jobs_database: Database, seller: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulses = 0
    pulse = Job._pulse

    async def counted(job: Job) -> str:
        nonlocal pulses
        pulses += 1
        return await pulse(job)

    monkeypatch.setattr(Job, "_pulse", counted)
    operation_id = await begin(jobs_database, seller, "computation", steps=1000, pause=0.001)
    began = time.monotonic()
    await attempt(jobs_database, seller, operation_id)
    seconds = time.monotonic() - began
    row = await read(jobs_database, seller, operation_id)
    assert (row.progress_done, row.progress_total) == (1000, 1000)
    assert 1 <= pulses <= seconds / operations.PULSE_SECONDS


async def test_a_pending_operation_is_cancelled_at_once(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=3)
    assert (await cancel(jobs_database, seller, operation_id)).state == "cancelled"
    await attempt(jobs_database, seller, operation_id)
    assert await effects(jobs_database, seller, operation_id) == []


async def test_a_running_operation_stops_soon_after_it_is_cancelled(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1000, pause=0.02)
    async with working(jobs_urls.inventory):
        await has_done(3, jobs_database, seller, operation_id)
        requested = await cancel(jobs_database, seller, operation_id)
        assert requested.state == "running"
        again = await cancel(jobs_database, seller, operation_id)
        assert again.cancel_requested_at == requested.cancel_requested_at
        row = await ended(jobs_database, seller, operation_id)
    assert row.state == "cancelled"
    assert 3 <= len(await effects(jobs_database, seller, operation_id)) < 1000


async def test_an_effect_that_ends_after_the_request_to_cancel_does_not_commit(
    jobs_database: Database, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    job = await claim(jobs_database, seller, operation_id)

    async def cancelled_meanwhile() -> None:
        async with job.effect() as session:
            await add_effect(session, job, 0)
            await cancel(jobs_database, seller, operation_id)

    with pytest.raises(Fenced):
        await cancelled_meanwhile()
    assert await effects(jobs_database, seller, operation_id) == []


async def test_cancelling_kills_the_child(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant, tmp_path: Path
) -> None:
    path = tmp_path / "pid"
    operation_id = await begin(jobs_database, seller, "computation", steps=10_000, pause=0.01, pid_path=str(path))
    async with working(jobs_urls.inventory):
        await until(lambda: path.exists() and path.read_text())
        pid = int(path.read_text())
        await cancel(jobs_database, seller, operation_id)
        assert (await ended(jobs_database, seller, operation_id)).state == "cancelled"
        await until(lambda: not is_alive(pid), 20)


async def test_what_has_ended_cannot_be_cancelled(jobs_database: Database, seller: Tenant) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=0)
    await attempt(jobs_database, seller, operation_id)
    with pytest.raises(IllegalTransition):
        await cancel(jobs_database, seller, operation_id)


async def test_an_operation_of_another_tenant_cannot_be_cancelled(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant, make_seller: Callable[[], Awaitable[Tenant]]
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    stranger = await make_seller()
    with pytest.raises(NotFound):
        await cancel(jobs_database, stranger, operation_id)


async def test_work_handed_back_is_interrupted_and_taken_up_again(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=80, pause=0.02)
    async with working(jobs_urls.inventory, grace_seconds=0.1) as stop:
        await has_done(3, jobs_database, seller, operation_id)
        stop.set()
    row = await read(jobs_database, seller, operation_id)
    assert (row.state, row.attempt) == ("running", 1)
    async with working(jobs_urls.inventory):
        row = await ended(jobs_database, seller, operation_id)
    assert (row.state, row.attempt) == ("succeeded", 2)
    assert [position for position, *_ in await effects(jobs_database, seller, operation_id)] == list(range(80))


async def test_a_passing_fault_is_tried_again_and_then_reported(jobs_database: Database, seller: Tenant) -> None:
    async def unlucky(job: Job) -> None:
        raise ConnectionResetError("gone")

    kinds = {"unlucky": operations.OperationKind("unlucky", unlucky)}
    operation_id = await begin(jobs_database, seller, "unlucky")
    ref = JobRef(seller.id, operation_id)
    with pytest.raises(TryAgain) as caught:
        await operations.run_operation(jobs_database, SERVICE, kinds, ref, 0, asyncio.Event())
    assert caught.value.delay.total_seconds() < 5
    assert (await read(jobs_database, seller, operation_id)).state == "running"
    await operations.run_operation(jobs_database, SERVICE, kinds, ref, operations.MAX_RETURNS, asyncio.Event())
    row = await read(jobs_database, seller, operation_id)
    assert row.state == "failed"
    assert row.problem is not None
    assert row.problem["status"] == 503


async def test_work_that_never_comes_to_an_end_is_given_up(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    async with jobs_database.session(seller.id) as session:
        row = await session.get_one(OperationRow, (seller.id, operation_id))
        row.state, row.attempt = "running", operations.MAX_ATTEMPTS
    await attempt(jobs_database, seller, operation_id)
    assert (await read(jobs_database, seller, operation_id)).state == "failed"


async def test_the_work_of_a_killed_worker_is_finished_by_another_without_a_doubled_effect(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=60, pause=0.05)
    with worker_process(jobs_urls) as first:
        await has_done(10, jobs_database, seller, operation_id)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    with worker_process(jobs_urls):
        row = await ended(jobs_database, seller, operation_id, 60)
    done = await effects(jobs_database, seller, operation_id)
    assert (row.state, row.attempt) == ("succeeded", 2)
    assert [position for position, *_ in done] == list(range(60))
    assert {attempt for _, attempt, _ in done} == {1, 2}


async def test_an_operation_that_lost_its_job_gets_another_when_a_worker_starts(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    async with jobs_database.bare_connection() as connection:
        await connection.execute("DELETE FROM platform.pgqueuer WHERE dedupe_key = $1", str(operation_id))
    async with working(jobs_urls.inventory):
        assert (await ended(jobs_database, seller, operation_id)).state == "succeeded"


async def test_a_worker_that_lost_the_database_goes_on_as_soon_as_it_is_back(
    jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=30, pause=0.05)
    assert jobs_urls.admin is not None
    admin = await asyncpg.connect(jobs_urls.admin)
    async with working(jobs_urls.inventory, heartbeat_timeout=timedelta(seconds=60)):
        await has_done(3, jobs_database, seller, operation_id)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'tradewind-inventory-worker'"
        )
        row = await ended(jobs_database, seller, operation_id, 20)
    await admin.close()
    assert (row.state, row.attempt) == ("succeeded", 2)
    assert [position for position, *_ in await effects(jobs_database, seller, operation_id)] == list(range(30))
