"""Clients of the real applications: in this process, with their lifespan, checked against their own documents."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import httpx
from pydantic import SecretStr

from deploy.roles import DatabaseUrls
from services.ads.app import create_app as create_ads_app
from services.ads.settings import AdsSettings
from services.inventory.app import create_app as create_inventory_app
from services.inventory.settings import InventorySettings
from services.planning.app import create_app as create_planning_app
from services.planning.settings import PlanningSettings
from shared.web.app import ServiceApp
from tests.support.tenants import SERVICE_KEY_SECRET, Tenant

PUBLIC_URL = "http://test"
APPLICATIONS: dict[str, tuple[Callable[..., ServiceApp], type[Any]]] = {
    "ads": (create_ads_app, AdsSettings),
    "inventory": (create_inventory_app, InventorySettings),
    "planning": (create_planning_app, PlanningSettings),
}
_DOCUMENTS: dict[tuple[str, str], dict[str, Any]] = {}
# What the edge answers to requests that reach no operation: no document can declare these.
_BEFORE_AN_OPERATION = {"not-found", "method-not-allowed"}


def build_app(service: str, urls: DatabaseUrls, **settings: Any) -> ServiceApp:
    """The application of a service on the test's database, not yet started."""
    create, settings_type = APPLICATIONS[service]
    options: dict[str, Any] = {"public_url": PUBLIC_URL, "pool_size": 5, "reader_pool_size": 5, **settings}
    if "service_key_secret" in settings_type.model_fields:
        options.setdefault("service_key_secret", SecretStr(SERVICE_KEY_SECRET))
    return create(settings_type(database_url=SecretStr(urls.of_service(service)), **options))


@asynccontextmanager
async def running_app(service: str, urls: DatabaseUrls, **settings: Any) -> AsyncIterator[ServiceApp]:
    """The application between start and stop."""
    app = build_app(service, urls, **settings)
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def client_of(
    app: ServiceApp, tenant: Tenant | None = None, *, key: str | None = None, declared: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a started application, calling as the tenant or with a key.

    Unless `declared` is false, every answer must be one that the document declares for its operation.
    """
    headers = {}
    if key is not None or tenant is not None:
        headers["Authorization"] = f"Bearer {key if key is not None else tenant.key}"  # type: ignore[union-attr]
    hooks: dict[str, list[Callable[..., Any]]] = {"response": [_checker(app)]} if declared else {}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=f"{PUBLIC_URL}/v1", headers=headers, event_hooks=hooks
    ) as client:
        yield client


def _checker(app: ServiceApp) -> Callable[[httpx.Response], Any]:
    async def check(response: httpx.Response) -> None:
        await response.aread()
        check_declared(app, response)

    return check


def check_declared(app: ServiceApp, response: httpx.Response) -> None:
    """AssertionError when the document does not declare this answer: status, media type, problem type, headers."""
    request = response.request
    problem = problem_slug(response)
    path = request.url.path
    found = operation_of(app, request.method, path.removeprefix("/v1")) if path.startswith("/v1/") else None
    if found is None:
        assert problem in _BEFORE_AN_OPERATION, f"{request.method} {request.url.path} is served but not published"
        return
    template, operation = found
    place = f"{request.method} {template} answered {response.status_code}"
    declared = operation["responses"].get(str(response.status_code))
    assert declared is not None, f"{place}, which is not declared: {response.text[:500]}"
    media_type = response.headers.get("content-type", "").partition(";")[0]
    content = declared.get("content", {})
    if media_type or content:
        assert media_type in content, f"{place} as {media_type}, which is not declared"
    if problem is not None:
        examples = content[media_type]["examples"]
        assert problem in examples, f"{place} with problem {problem}, declared are {sorted(examples)}"
    for header in ("Request-Id", "RateLimit", "RateLimit-Policy"):
        assert header in response.headers, f"{place} without {header}"


def problem_slug(response: httpx.Response) -> str | None:
    """The slug of the problem in a response, None when it holds none."""
    if response.headers.get("content-type") != "application/problem+json":
        return None
    return str(response.json()["type"]).rpartition(":")[2]


def published(app: ServiceApp) -> dict[str, Any]:
    """The application's document, which all applications of one title and address have in common."""
    if app.openapi_schema is None:
        known = app.title, app.state.settings.public_url
        app.openapi_schema = _DOCUMENTS.get(known)
        _DOCUMENTS[known] = app.openapi()
    return app.openapi()


def operation_of(app: ServiceApp, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """The published operation that a request reaches."""
    paths = published(app)["paths"]
    for template, pattern in _patterns(tuple(paths)):
        if pattern.fullmatch(path):
            operation = paths[template].get(method.lower())
            if operation is not None:
                return template, operation
    return None


@lru_cache(maxsize=32)
def _patterns(templates: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    # Fixed paths come first, as when they are served.
    ordered = sorted(templates, key=lambda template: template.count("{"))
    return tuple((each, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", each))) for each in ordered)
