"""Starts a service for a contract test: on a database of its own, with data of one tenant beside an empty one.

How a service adds data for new operations is said in tests/contracts/seeds.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.roles import DatabaseUrls
from shared.client.tradewind import TradewindClient
from shared.db.engine import Database
from tests.contracts.seeds import SEEDS
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

Known = Mapping[str, Sequence[str]]
ETAGS = ('"v1"', '"v2"')
SETTINGS = {"RATE_LIMIT_QUOTA": "1000000000"}


@dataclass(frozen=True, slots=True)
class SeededService:
    """A running service without workers. `keys` are of two tenants; `known` says what the first one has, by place.

    `bodies_fit` is false where other data than those of the seeds are there, so that their bodies do not apply.
    """

    service: str
    url: str
    keys: tuple[str, str]
    known: Known
    bodies_fit: bool = True


@asynccontextmanager
async def seeded_service(service: str, urls: DatabaseUrls, logs: Path) -> AsyncIterator[SeededService]:
    """The service with its data, while the block runs; its workers have done their work and are gone."""
    tenants = [await create_tenant(urls.owner) for _ in range(2)]
    # A tenant's own key ends after an hour, and the full test may last longer.
    first, second = [await tenant.make_key() for tenant in tenants]
    with running_services(urls, [service], logs=logs, settings=SETTINGS) as services:
        running = services[service]
        colleague_key = await tenants[0].make_key()
        async with (
            TradewindClient(running.url, first) as client,
            TradewindClient(running.url, colleague_key) as colleague,
        ):
            known: dict[str, Sequence[str]] = {"header.If-Match": ETAGS, **await SEEDS[service].fill(client)}
            known |= await SEEDS[service].decide(client, colleague)
            database = Database(urls.of_service(service), pool_size=1, reader_pool_size=1)
            await SEEDS[service].tell(database, tenants[0].id)
            await database.close()
            for worker in running.workers:
                worker.stop()
            known["path.operation_id"] = await SEEDS[service].leave_undone(client)
        yield SeededService(service, running.url, (first, second), known)
