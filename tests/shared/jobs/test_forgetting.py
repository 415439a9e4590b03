"""Answers to keyed requests and the queue's log are kept for seven days, then forgotten, whomever they concern."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, text

from deploy.roles import DatabaseUrls
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.engine import Database
from shared.db.platform import IdempotencyKeyRow
from shared.jobs.forgetting import forget_old_answers, forget_old_log
from tests.support.fake_jobs import working
from tests.support.tenants import Tenant, create_tenant

AGES = {"young": timedelta(days=6, hours=23), "old": timedelta(days=7, minutes=1)}


async def answer_keyed_requests(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        for name, age in AGES.items():
            session.add(
                IdempotencyKeyRow(
                    tenant_id=tenant.id,
                    service="inventory",
                    key=name,
                    fingerprint=b"x",
                    status=201,
                    headers={},
                    body=b"{}",
                    created_at=utc_now() - age,
                )
            )


async def kept(database: Database, tenant: Tenant) -> set[str]:
    async with database.session(tenant.id) as session:
        rows = await session.scalars(select(IdempotencyKeyRow.key).where(IdempotencyKeyRow.tenant_id == tenant.id))
        return set(rows)


async def note_jobs(database: Database) -> str:
    entrypoint = f"recount-{new_id()}"
    async with database.directory() as session:
        for number, age in enumerate(AGES.values()):
            await session.execute(
                text(
                    "INSERT INTO platform.pgqueuer_log (created, job_id, status, priority, entrypoint)"
                    " VALUES (:created, :job_id, 'successful', 0, :entrypoint)"
                ),
                {"created": utc_now() - age, "job_id": number, "entrypoint": entrypoint},
            )
    return entrypoint


async def noted(database: Database, entrypoint: str) -> int:
    async with database.directory() as session:
        found = await session.execute(
            text("SELECT count(*) FROM platform.pgqueuer_log WHERE entrypoint = :entrypoint"),
            {"entrypoint": entrypoint},
        )
        return int(found.scalar_one())


async def test_the_log_of_the_queue_is_forgotten_after_seven_days(jobs_database: Database) -> None:
    entrypoint = await note_jobs(jobs_database)
    await forget_old_log(jobs_database, utc_now() - timedelta(days=1))
    assert await noted(jobs_database, entrypoint) == 2
    await forget_old_log(jobs_database, utc_now())
    assert await noted(jobs_database, entrypoint) == 1


async def test_answers_of_every_company_are_forgotten_after_seven_days(
    jobs_database: Database, jobs_urls: DatabaseUrls
) -> None:
    tenants = [await create_tenant(jobs_urls.owner) for _ in range(2)]
    for tenant in tenants:
        await answer_keyed_requests(jobs_database, tenant)
    await forget_old_answers(jobs_database, utc_now())
    assert [await kept(jobs_database, tenant) for tenant in tenants] == [{"young"}, {"young"}]


async def test_a_worker_forgets_what_is_old(jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant) -> None:
    await answer_keyed_requests(jobs_database, seller)
    entrypoint = await note_jobs(jobs_database)
    async with working(jobs_urls.inventory), asyncio.timeout(60):
        while await kept(jobs_database, seller) != {"young"} or await noted(jobs_database, entrypoint) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
