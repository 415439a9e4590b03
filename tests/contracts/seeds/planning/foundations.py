"""An organisation with many teams, of which tests delete some."""

from collections.abc import Mapping

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker

# A level at random lacks the parent that it needs, or has one of the wrong level.
BODIES: Mapping[str, Maker] = {
    "create_organisation_unit": lambda use: {
        "code": f"contract-{use.number}",
        "name": "A company",
        "level": "company",
        "active_from_date": "2026-01-01",
    },
}
PLACES: Mapping[tuple[str, str], str] = {}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """A company with many teams."""
    company = await client.post("/organisation-units", _unit("acme", "company"))
    for number in range(200):
        await client.post("/organisation-units", _unit(f"module-{number}", "module") | {"parent_id": company["id"]})
    return {"path.unit_id": [unit["id"] async for unit in client.list_all("/organisation-units")]}


def _unit(code: str, level: str) -> dict[str, str]:
    return {"code": code, "name": code.title(), "level": level, "active_from_date": "2026-01-01"}
