"""Generated from the OpenAPI documents: no operation works without a key, without its scope, or across companies."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

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
from tests.support.tenants import Tenant, create_tenant

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


@dataclass(frozen=True, slots=True)
class Companies:
    """Two companies for all tests of this module; `lesser` holds keys of the first by the scope they lack."""

    home: Tenant
    stranger: Tenant
    lesser: dict[str, str]


@pytest_asyncio.fixture(scope="module")
async def companies(database_urls: DatabaseUrls) -> Companies:
    """The two companies and a key for every scope that is needed anywhere."""
    home, stranger = await create_tenant(database_urls.owner), await create_tenant(database_urls.owner)
    scopes = {operation_at(*each)["x-required-scope"] for each in OPERATIONS}
    return Companies(home, stranger, {scope: await home.make_key(lesser_scopes(scope)) for scope in sorted(scopes)})


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
    service: str, method: str, path: str, apps: dict[str, ServiceApp], companies: Companies
) -> None:
    scope = operation_at(service, method, path)["x-required-scope"]
    assert scope.startswith(f"{service}.")
    values = dict.fromkeys(path_parameters(path), NO_ID)
    async with client_of(apps[service], key=companies.lesser[scope]) as client:
        answer = await ask(client, service, method, path, values)
    assert (answer.status_code, problem_slug(answer)) == (403, "forbidden")


@pytest.mark.parametrize(("service", "method", "path"), WITH_ID)
async def test_what_another_company_owns_does_not_exist(
    service: str, method: str, path: str, apps: dict[str, ServiceApp], companies: Companies
) -> None:
    async with client_of(apps[service], companies.home) as owner:
        values = await build(owner, companies.home, service, path)
    async with client_of(apps[service], companies.stranger) as stranger:
        answer = await ask(stranger, service, method, path, values)
    assert (answer.status_code, problem_slug(answer)) == (404, "not-found"), answer.text
    plain = plain_read(service, path)
    async with client_of(apps[service], companies.home) as owner:
        answer = await owner.get(plain.format(**values))
    assert answer.status_code == 200, "the builder makes something else than this operation is about"


def plain_read(service: str, path: str) -> str:
    """The shortest path that reads what this one is about: proof enough that it is there, and quick."""
    paths = unconnected_app(service).openapi()["paths"]
    shorter = [each for each in paths if path_parameters(each) == path_parameters(path) and "get" in paths[each]]
    return str(min(shorter, key=len))


@pytest.mark.parametrize(("service", "method", "path"), LISTS)
async def test_every_list_is_of_its_declared_type_and_of_one_company(
    service: str, method: str, path: str, apps: dict[str, ServiceApp], companies: Companies
) -> None:
    async with client_of(apps[service], companies.home) as owner:
        values = await fill(owner, companies.home, service, path)
        rows = await check_list(owner, apps[service], path.format(**values))
    if not path_parameters(path):
        async with client_of(apps[service], companies.stranger) as stranger:
            others = (await stranger.get(path)).json()["items"]
        # Rows that come with the product belong to nobody.
        assert [row for row in rows if row in others and row.get("origin") not in ("shipped", "standard")] == []


async def fill(client: httpx.AsyncClient, tenant: Tenant, service: str, path: str) -> dict[str, str]:
    """Rows for a list: by its own filler, or by the builder of its single resource."""
    filler = FILLERS.get((service, path))
    if filler is not None:
        return await filler(client, tenant)
    singles = [each for each in unconnected_app(service).openapi()["paths"] if each.startswith(path + "/{")]
    assert singles, f"tests/support/builders.py has no filler for {service} {path}"
    return await build(client, tenant, service, min(singles, key=len))
