"""Imports of sheets, their operations, and feeds as a worker would have left them."""

from uuid import uuid4

import httpx

from tests.support.builders import builds, fills, made, run_as_owner
from tests.support.tenants import Tenant


@builds("planning", "import_id")
async def an_import(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """An import of readings that no worker has taken."""
    content = f"metric,product,month,value\r\nheadcount,{uuid4()},2026-10,29\r\n"
    answer = await client.post(
        "/imports",
        files={"file": ("readings.csv", content.encode(), "text/csv")},
        headers={"Idempotency-Key": str(uuid4())},
    )
    return {"import_id": made(answer), "operation_id": str(answer.json()["operation_id"])}


@builds("planning", "operation_id")
async def an_operation(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The pending operation of an import."""
    return await an_import(client, tenant)


@fills("planning", "/imports/{import_id}/row-errors")
async def a_row_error(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A refused row, written as a worker would."""
    values = await an_import(client, tenant)
    await run_as_owner(
        tenant,
        'INSERT INTO platform.import_row_error (tenant_id, import_id, position, line, "column", code, message, value)'
        " VALUES ($1, $2, 0, 2, 'value', 'not_a_number', 'This is not a number.', 'abc')",
        values["import_id"],
    )
    return values


@fills("planning", "/feeds")
async def some_feeds(_client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """Feeds of which one has answered, written as a worker would."""
    await run_as_owner(
        tenant,
        "INSERT INTO planning.feed (tenant_id, provider, cursor, attempted_at, succeeded_at, problem, left_out,"
        " readings_taken) VALUES ($1, 'inventory', 'here', now(), now(), NULL, '{\"new\": \"unknown_metric\"}', 7),"
        " ($1, 'ads', NULL, now(), NULL, 'It cannot be reached.', '{}', 0) ON CONFLICT DO NOTHING",
    )
    return {}
