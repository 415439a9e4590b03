"""Objects for tests that are generated from the OpenAPI documents: who makes what a path parameter stands for.

`@builds("planning", "unit_id")` registers a coroutine that makes the object through the public API and returns the
values of the path parameters, such as `{"unit_id": …}`. `@fills("inventory", "/stock-positions")` registers one that
makes rows for a list without an operation for the single row. Both are given the client and its tenant, for what only
a worker could make. Every service adds its own below.
"""

import importlib
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx

from shared.db.tenancy import set_tenant_statement
from tests.support.connections import lent_connection
from tests.support.tenants import Tenant

Builder = Callable[[httpx.AsyncClient, Tenant], Awaitable[dict[str, str]]]

BUILDERS: dict[tuple[str, str], Builder] = {}
FILLERS: dict[tuple[str, str], Builder] = {}


def builds(service: str, parameter: str) -> Callable[[Builder], Builder]:
    """Registers the builder of a path parameter."""

    def register(builder: Builder) -> Builder:
        BUILDERS[service, parameter] = builder
        return builder

    return register


def fills(service: str, path: str) -> Callable[[Builder], Builder]:
    """Registers the builder of rows of the list at `path`; it returns the path parameters of the list."""

    def register(builder: Builder) -> Builder:
        FILLERS[service, path] = builder
        return builder

    return register


def made(answer: httpx.Response) -> str:
    """The id in the answer to a successful POST."""
    assert answer.status_code in (201, 202), answer.text
    return str(answer.json()["id"])


@builds("ads", "benchmark_id")
async def an_advertising_benchmark(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A benchmark of a category that no other test uses."""
    body = {
        "category": f"category {uuid4()}",
        "conversion_rate_low": 0.07,
        "conversion_rate_high": 0.1,
        "click_through_rate": 0.0036,
        "cost_per_click": {"amount": "0.98", "currency": "USD"},
        "source": "A test",
        "observed_date": "2026-10-01",
        "valid_from_date": "2026-10-01",
    }
    return {"benchmark_id": made(await client.post("/advertising-benchmarks", json=body))}


@builds("inventory", "import_id")
async def an_import(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """An import that no worker has taken."""
    rate = f"1.{uuid4().int % 10**6}"
    content = f"rate_date,from_currency,to_currency,rate\r\n2026-01-31,EUR,USD,{rate}\r\n".encode()
    answer = await client.post(
        "/imports",
        files={"file": ("rates.csv", content, "text/csv")},
        headers={"Idempotency-Key": str(uuid4())},
    )
    return {"import_id": made(answer), "operation_id": str(answer.json()["operation_id"])}


@builds("inventory", "operation_id")
async def an_operation(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The pending operation of an import."""
    return await an_import(client, tenant)


@fills("inventory", "/imports/{import_id}/row-errors")
async def a_row_error(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A refused row, written as a worker would."""
    values = await an_import(client, tenant)
    await run_as_owner(
        tenant,
        'INSERT INTO platform.import_row_error (tenant_id, import_id, position, line, "column", code, message, value)'
        " VALUES ($1, $2, 0, 2, 'rate', 'not_a_number', 'This is not a number.', 'abc'),"
        " ($1, $2, 1, 3, NULL, 'not_a_row', 'This is not a row.', NULL)",
        values["import_id"],
    )
    counted = "UPDATE platform.import SET rows_rejected = 2 WHERE tenant_id = $1 AND id = $2"
    await run_as_owner(tenant, counted, values["import_id"])
    return values


async def run_as_owner(tenant: Tenant, statement: str, *values: object) -> None:
    """One statement in the tenant's name whose first value is the tenant."""
    async with lent_connection(tenant.owner_url) as connection, connection.transaction():
        await connection.execute(set_tenant_statement(tenant.id))
        await connection.execute(statement, tenant.id, *values)


# Services whose objects need more room register them in a module of their own.
importlib.import_module("tests.ads.builders")
importlib.import_module("tests.inventory.builders")
importlib.import_module("tests.planning.builders")
