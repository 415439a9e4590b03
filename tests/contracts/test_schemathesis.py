"""Each service keeps to its document: schemathesis with every check, as two tenants that must not meet.

A few random cases of every operation, and more of them in all phases: minutes, so among the slow tests;
`make contract` is the same with many.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from deploy.roles import SERVICES, DatabaseUrls
from tests.contracts.schemathesis_run import QUICK, SHORT_EXAMPLES, run
from tests.contracts.seed import SETTINGS, SeededService, seeded_service
from tests.support.builders import BUILDERS
from tests.support.documents import NO_ID, path_parameters, unconnected_app
from tests.support.http import build_app
from tests.support.tenants import create_tenant

QUICK_CASES = 60
CloneDatabase = Callable[[str], AbstractAsyncContextManager[DatabaseUrls]]


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
async def test_an_application_keeps_to_its_document_in_a_few_cases(
    service: str, clone_database: CloneDatabase, tmp_path: Path
) -> None:
    operations = sum(map(len, unconnected_app(service).openapi()["paths"].values()))
    examples = max(2, QUICK_CASES // operations)
    async with clone_database(f"quick_{service}") as urls, built_service(service, urls) as built:
        outcome = await asyncio.to_thread(run, built, tmp_path, max_examples=examples, arguments=QUICK)
    assert outcome.succeeded, outcome.output
    assert outcome.cases > operations


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
async def test_a_running_service_keeps_to_its_document(
    service: str, clone_database: CloneDatabase, tmp_path: Path
) -> None:
    async with clone_database(f"contract_{service}") as urls, seeded_service(service, urls, tmp_path) as seeded:
        outcome = await asyncio.to_thread(run, seeded, tmp_path, max_examples=SHORT_EXAMPLES)
    assert outcome.succeeded, outcome.output
    assert outcome.cases > 200


@asynccontextmanager
async def built_service(service: str, urls: DatabaseUrls) -> AsyncIterator[SeededService]:
    """The application, served by this process; every path parameter has an object that exists and one that does not."""
    first, second = [await create_tenant(urls.owner) for _ in range(2)]
    known: dict[str, Sequence[str]] = {}
    async with served(service, urls) as url, httpx.AsyncClient(base_url=url, headers=first.headers) as client:
        for path in unconnected_app(service).openapi()["paths"]:
            for parameter in path_parameters(path):
                if f"path.{parameter}" not in known:
                    builder = BUILDERS.get((service, parameter))
                    assert builder is not None, f"tests/support/builders.py has no builder for {service} {parameter}"
                    values = await builder(client, first)
                    known |= {f"path.{name}": [value, NO_ID] for name, value in values.items()}
        yield SeededService(service, url, (first.key, second.key), known, bodies_fit=False)


@asynccontextmanager
async def served(service: str, urls: DatabaseUrls) -> AsyncIterator[str]:
    """The address of the application's API on a free port, while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = {name.lower(): int(value) for name, value in SETTINGS.items()}
        app = build_app(service, urls, public_url=address, **settings)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", access_log=False, log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110  # it has no event to wait for
                await asyncio.sleep(0.01)
            yield f"{address}/v1"
        finally:
            server.should_exit = True
            await serving
