"""Each running service keeps to its document: schemathesis with all checks and phases, as two tenants.

Few examples here; `make contract` is the same with many.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from deploy.roles import SERVICES, DatabaseUrls
from tests.contracts.schemathesis_run import QUICK_EXAMPLES, run
from tests.contracts.seed import leave_work_undone, seed
from tests.support.processes import running_services
from tests.support.tenants import create_tenant


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
async def test_a_running_service_keeps_to_its_document(
    service: str, clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]], tmp_path: Path
) -> None:
    async with clone_database(f"contract_{service}") as urls:
        first, second = [await create_tenant(urls.owner) for _ in range(2)]
        settings = {"RATE_LIMIT_QUOTA": "1000000000"}
        with running_services(urls, [service], logs=tmp_path, settings=settings) as services:
            url = services[service].url
            known = dict(await seed(service, url, first.key))
            for worker in services[service].workers:
                worker.stop()
            known["path.operation_id"] = await leave_work_undone(service, url, first.key)
            outcome = await asyncio.to_thread(
                run, url, (first.key, second.key), tmp_path, max_examples=QUICK_EXAMPLES, known_values=known
            )
        assert outcome.succeeded, outcome.output
        assert outcome.cases > 200
