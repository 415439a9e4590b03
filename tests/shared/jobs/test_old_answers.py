"""Answers to keyed requests are kept for seven days, then forgotten, whoever they were given to."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from deploy.roles import DatabaseUrls
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.platform import IdempotencyKeyRow
from shared.jobs.old_answers import forget_old_answers
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


async def test_answers_of_every_company_are_forgotten_after_seven_days(
    jobs_database: Database, jobs_urls: DatabaseUrls
) -> None:
    tenants = [await create_tenant(jobs_urls.owner) for _ in range(2)]
    for tenant in tenants:
        await answer_keyed_requests(jobs_database, tenant)
    await forget_old_answers(jobs_database, utc_now())
    assert [await kept(jobs_database, tenant) for tenant in tenants] == [{"young"}, {"young"}]


async def test_a_worker_forgets_old_answers(jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant) -> None:
    await answer_keyed_requests(jobs_database, seller)
    async with working(jobs_urls.inventory), asyncio.timeout(60):
        while await kept(jobs_database, seller) != {"young"}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
