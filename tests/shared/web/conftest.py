"""A service for tests alone: operations that raise, wait and write, on the planning service's database role."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from fastapi import Response
from pydantic import Field, SecretStr
from sqlalchemy import text

from deploy.roles import DatabaseUrls
from services.planning.settings import PlanningSettings
from services.planning.tables import OrganisationUnitRow
from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, InsufficientStock, TradewindError, Unavailable
from shared.core.ids import new_id
from shared.web.app import ServiceApp, create_service_app
from shared.web.auth import requires
from shared.web.dependencies import ReaderDep, SessionDep
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.problems import problem_responses, problem_types
from shared.web.routing import ServiceRouter
from shared.web.schemas import Body, Count, Name, Schema
from tests.support.http import PUBLIC_URL, client_of, running_app
from tests.support.tenants import Tenant

router = ServiceRouter("probes", "Operations for tests.")
READ, WRITE = [requires("planning.read")], [requires("planning.write")]


class Probe(Body):
    """What a probe is told."""

    code: Name
    fail_after: bool = Field(default=False, description="Fail after the effect.")
    wait_milliseconds: Count = 0


class ProbeAnswer(Schema):
    """What a probe did."""

    code: Name
    count: Count


@router.get("/problems/{slug}", dependencies=READ)
async def raise_problem(slug: str) -> ProbeAnswer:
    """Raise a problem by its slug."""
    error = problem_types()[slug]
    raise error(("GET",)) if slug == "method-not-allowed" else error()  # type: ignore[arg-type]


@router.get("/leaks", dependencies=READ)
async def leak() -> ProbeAnswer:
    """Fail with a secret in the message."""
    raise RuntimeError("postgresql://tw_owner:hunter2@database/tradewind")


@router.get("/broken-statements", dependencies=READ)
async def break_statement(session: SessionDep) -> ProbeAnswer:
    """Divide by zero in the database."""
    await session.execute(text("SELECT 1/0 AS secret_column"))
    raise AssertionError


@router.get("/late-failures", dependencies=READ)
async def fail_at_commit(session: SessionDep) -> ProbeAnswer:
    """Answer, and fail when the transaction commits."""
    await session.execute(
        text("CREATE TEMPORARY TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
    )
    await session.execute(text("INSERT INTO late VALUES (1), (1)"))
    return ProbeAnswer(code="never seen", count=0)


@router.post(
    "/effects",
    status_code=201,
    response_model=ProbeAnswer,
    dependencies=WRITE,
    responses=problem_responses(*KEYED, InsufficientStock, IllegalTransition),
)
async def add_effect(probe: Probe, write: KeyedWriteDep) -> Response:
    """Add a unit, once per key."""

    async def produce() -> ProbeAnswer:
        now, code = utc_now(), f"{probe.code}-{new_id()}"
        unit = OrganisationUnitRow(
            tenant_id=write.caller.tenant_id,
            id=new_id(),
            code=code,
            code_key=code,
            name=code,
            level="company",
            active_from_date=now.date(),
            version=1,
            created_at=now,
            updated_at=now,
        )
        write.session.add(unit)
        await write.session.flush()
        await asyncio.sleep(probe.wait_milliseconds / 1000)
        if probe.fail_after:
            raise Unavailable("Failed after the effect.")
        return ProbeAnswer(code=probe.code, count=1)

    return await write.once(produce, status=201, location="/effects/1")


@router.get("/effects", dependencies=READ)
async def count_effects(reader: ReaderDep) -> ProbeAnswer:
    """Count the units that this tenant's row security shows, whatever the statement says."""
    return ProbeAnswer(code="units", count=await reader.fetchval("SELECT count(*) FROM planning.organisation_unit"))


@router.post("/large-bodies", dependencies=WRITE, max_body_size=3_000_000)
async def measure_body(probe: list[Name]) -> ProbeAnswer:
    """Take a body above the service's own limit."""
    return ProbeAnswer(code="names", count=len(probe))


def probe_app(urls: DatabaseUrls, **settings: Any) -> ServiceApp:
    """The service, not yet started."""
    options: dict[str, Any] = {"public_url": PUBLIC_URL, "pool_size": 5, "reader_pool_size": 5, **settings}
    return create_service_app(
        service="planning",
        title="Probes",
        description="Operations for tests.",
        settings=PlanningSettings(database_url=SecretStr(urls.planning), **options),
        routers=(router,),
    )


@pytest_asyncio.fixture(scope="session")
async def probes_app(database_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    """The started service."""
    app = probe_app(database_urls)
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture
async def probes(probes_app: ServiceApp, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with all rights of a fresh tenant; its answers are not held against the document."""
    async with client_of(probes_app, tenant, declared=False) as client:
        yield client


def error_of(slug: str) -> type[TradewindError]:
    """The class of a problem."""
    return problem_types()[slug]


@pytest_asyncio.fixture(scope="session")
async def planning_lists(database_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    """The planning service, for what only lists do."""
    async with running_app("planning", database_urls) as app:
        yield app
