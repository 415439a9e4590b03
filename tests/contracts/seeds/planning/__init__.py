"""The planning service: an organisation with its goals and plans; a module for each noun, in the order of need."""

from collections.abc import Mapping
from types import ModuleType
from uuid import UUID

from shared.client.tradewind import TradewindClient
from shared.db.engine import Database
from tests.contracts.bodies import Maker
from tests.contracts.seeds.planning import foundations, initiatives, metrics, objectives, plans, reviews

# Each has `fill(client, known)`, which may use what the ones before have made, `BODIES` and `PLACES`.
MODULES: tuple[ModuleType, ...] = (foundations, initiatives, metrics, reviews, plans, objectives)

BODIES: Mapping[str, Maker] = {name: maker for module in MODULES for name, maker in module.BODIES.items()}
PLACES: Mapping[tuple[str, str], str] = {place: known for module in MODULES for place, known in module.PLACES.items()}


async def fill(client: TradewindClient) -> dict[str, list[str]]:
    """Everything that the contract test refers to, by place."""
    known: dict[str, list[str]] = {}
    for module in MODULES:
        known |= await module.fill(client, known)
    return known


async def decide(client: TradewindClient, colleague: TradewindClient) -> dict[str, list[str]]:
    """What takes two people."""
    return await plans.decide(client, colleague) | await reviews.decide(client, colleague)


async def tell(database: Database, tenant_id: UUID) -> None:
    """What no caller may write: figures as feeds bring them."""
    await plans.tell(database, tenant_id)


async def leave_undone(client: TradewindClient) -> list[str]:
    """Work that is started when no worker runs any more; its operations' ids."""
    return await metrics.leave_undone(client)
