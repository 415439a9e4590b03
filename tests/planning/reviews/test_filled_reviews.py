"""What the migration fills in for reviews that were opened before it."""

from typing import Any

import httpx
from alembic.script import ScriptDirectory

from shared.db import migrate
from shared.db.tenancy import set_tenant_statement
from tests.planning.measured import Tell
from tests.planning.plans.plan_calls import good
from tests.planning.reviews.review_calls import a_short_february, open_review
from tests.support.connections import lent_connection
from tests.support.tenants import Tenant


async def test_a_review_of_before_is_read_as_it_was_opened(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell, tenant: Tenant
) -> None:
    review = await open_review(planning, await a_short_february(planning, approver, tell), "2025-02")
    scripts = ScriptDirectory.from_config(migrate.chain_config("planning"))
    migration: Any = scripts.get_revision("planning_0003").module
    async with lent_connection(tenant.owner_url) as connection, connection.transaction():
        await connection.execute(set_tenant_statement(tenant.id))
        await connection.execute("UPDATE planning.review SET prefill = prefill - 'not_compared' - 'launch'")
        await connection.execute(migration.FILL)
    found = good(await planning.get(f"/reviews/{review['id']}"))
    assert (found["prefill"]["not_compared"], found["prefill"]["launch"]) == ([], None)
    assert found["prefill"]["gaps"] == review["prefill"]["gaps"]
