"""Generated from the OpenAPI documents: no operation works without a key, without its scope, or across companies."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.web.app import ServiceApp
from tests.support.builders import BUILDERS, FILLERS
from tests.support.documents import (
    NO_ID,
    SERVICES,
    all_operations,
    operation_at,
    path_parameters,
    request_of,
    unconnected_app,
)
from tests.support.http import client_of, problem_slug, running_app
from tests.support.lists import check_list
from tests.support.tenants import Tenant

OPERATIONS = all_operations()
WITH_ID = [each for each in OPERATIONS if path_parameters(each[2])]
LISTS = [each for each in OPERATIONS if "x-list" in operation_at(*each)]


@pytest_asyncio.fixture(scope="module")
async def apps(database_urls: DatabaseUrls) -> AsyncIterator[dict[str, ServiceApp]]:
    """All services, started."""
    async with (
        running_app("inventory", database_urls) as inventory,
        running_app("ads", database_urls) as ads,
        running_app("planning", database_urls) as planning,
    ):
        yield {"inventory": inventory, "ads": ads, "planning": planning}


def lesser_scopes(scope: str) -> list[str]:
    """All that a key can hold without being allowed `scope`."""
    service, _, right = scope.rpartition(".")
    rights = ("read", "write", "admin")
    lesser = [f"{service}.{each}" for each in rights[: rights.index(right)]]
    return lesser + [f"{other}.admin" for other in SERVICES if other != service]


async def ask(
    client: httpx.AsyncClient, service: str, method: str, path: str, values: dict[str, str]
) -> httpx.Response:
    return await client.request(method, path.format(**values), **request_of(service, method, path))


async def build(client: httpx.AsyncClient, tenant: Tenant, service: str, path: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for parameter in path_parameters(path):
        if parameter not in values:
            builder = BUILDERS.get((service, parameter))
            assert builder is not None, f"tests/support/builders.py has no builder for {service} {parameter}"
            values |= await builder(client, tenant)
    return values


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
async def test_without_a_key_there_is_401(service: str, method: str, path: str, apps: dict[str, ServiceApp]) -> None:
    values = dict.fromkeys(path_parameters(path), NO_ID)
    async with client_of(apps[service]) as client:
        answer = await ask(client, service, method, path, values)
    assert (answer.status_code, problem_slug(answer)) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
async def test_with_a_lesser_scope_there_is_403(
    service: str, method: str, path: str, apps: dict[str, ServiceApp], tenant: Tenant
) -> None:
    scope = operation_at(service, method, path)["x-required-scope"]
    assert scope.startswith(f"{service}.")
    key = await tenant.make_key(lesser_scopes(scope))
    values = dict.fromkeys(path_parameters(path), NO_ID)
    async with client_of(apps[service], key=key) as client:
        answer = await ask(client, service, method, path, values)
    assert (answer.status_code, problem_slug(answer)) == (403, "forbidden")


@pytest.mark.parametrize(("service", "method", "path"), WITH_ID)
async def test_what_another_company_owns_does_not_exist(
    service: str, method: str, path: str, apps: dict[str, ServiceApp], tenant: Tenant, make_tenant: Any
) -> None:
    async with client_of(apps[service], tenant) as owner:
        values = await build(owner, tenant, service, path)
    async with client_of(apps[service], await make_tenant()) as stranger:
        answer = await ask(stranger, service, method, path, values)
    assert (answer.status_code, problem_slug(answer)) == (404, "not-found"), answer.text
    async with client_of(apps[service], tenant) as owner:
        answer = await ask(owner, service, method, path, values)
    assert answer.status_code != 404, "the builder makes something else than this operation is about"


@pytest.mark.parametrize(("service", "method", "path"), LISTS)
async def test_every_list_is_of_its_declared_type_and_of_one_company(
    service: str, method: str, path: str, apps: dict[str, ServiceApp], tenant: Tenant, make_tenant: Any
) -> None:
    async with client_of(apps[service], tenant) as owner:
        values = await fill(owner, tenant, service, path)
        rows = await check_list(owner, apps[service], path.format(**values))
    if not path_parameters(path):
        async with client_of(apps[service], await make_tenant()) as stranger:
            others = (await stranger.get(path)).json()["items"]
        # Rows that come with the product belong to nobody.
        assert [row for row in rows if row in others and row.get("origin") != "shipped"] == []


async def fill(client: httpx.AsyncClient, tenant: Tenant, service: str, path: str) -> dict[str, str]:
    """Rows for a list: by its own filler, or by the builder of its single resource."""
    filler = FILLERS.get((service, path))
    if filler is not None:
        return await filler(client, tenant)
    singles = [each for each in unconnected_app(service).openapi()["paths"] if each.startswith(path + "/{")]
    assert singles, f"tests/support/builders.py has no filler for {service} {path}"
    return await build(client, tenant, service, min(singles, key=len))
