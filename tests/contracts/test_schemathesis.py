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
from tests.contracts.seed import seeded_service


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
async def test_a_running_service_keeps_to_its_document(
    service: str, clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]], tmp_path: Path
) -> None:
    async with clone_database(f"contract_{service}") as urls, seeded_service(service, urls, tmp_path) as seeded:
        outcome = await asyncio.to_thread(run, seeded, tmp_path, max_examples=QUICK_EXAMPLES)
    assert outcome.succeeded, outcome.output
    assert outcome.cases > 200
