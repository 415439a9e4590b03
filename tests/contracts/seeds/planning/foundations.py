"""Units, cycles, the portfolio and people in roles: what the rest of planning refers to, and some that tests delete."""

from collections.abc import Mapping
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker
from tests.contracts.seeds.at_once import post_all

_YEAR = {"kind": "year", "start_date": "2027-01-01", "end_date": "2027-12-31"}

# A level at random lacks the parent that it needs, two days at random are in the wrong order, a code is taken.
BODIES: Mapping[str, Maker] = {
    "create_organisation_unit": lambda use: _unit(f"contract-{use.number}", "company"),
    "create_cycle": lambda use: {"code": f"contract-{use.number}", "name": "A year"} | _YEAR,
    "update_cycle": lambda use: {"name": f"Year {use.number}"},
    "move_cycle": lambda use: {"to": "open"},
    "create_portfolio_node": lambda use: {"code": f"contract-{use.number}", "name": "Lamps", "kind": "series"},
    "update_portfolio_node": lambda use: {"name": f"Lamps {use.number}"},
    "create_role_assignment": lambda use: {
        "subject_kind": "portfolio_node",
        "subject_id": use.known("path.node_id"),
        "role": "other",
        "person_id": use.known("people"),
        "from_date": f"20{use.number % 60 + 20}-01-01",
        "to_date": f"20{use.number % 60 + 20}-01-31",
    },
    "update_role_assignment": lambda use: {"to_date": "2090-12-31"},
}
PLACES: Mapping[tuple[str, str], str] = {("move_cycle", "cycle_id"): "preparing cycles"}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """A company with many modules and people, years to be opened and deleted, nodes, and roles."""
    company = await client.post("/organisation-units", _unit("acme", "company"))
    below = {"parent_id": company["id"]}
    modules = [_unit(f"module-{number}", "module") | below for number in range(40)]
    await post_all(client, "/organisation-units", modules)
    persons = [_unit(f"person-{number}", "person") | below for number in range(8)]
    people = await post_all(client, "/organisation-units", persons)
    cycles = await post_all(client, "/cycles", [_cycle(f"year-{number}") for number in range(40)])
    nodes = await post_all(client, "/portfolio-nodes", [_node(f"node-{number}") for number in range(40)])
    held = {"subject_kind": "portfolio_node", "role": "PM", "from_date": "2027-01-01"}
    roles = [
        held | {"subject_id": node, "person_id": people[number % len(people)]} for number, node in enumerate(nodes[:10])
    ]
    return {
        "path.unit_id": [unit["id"] async for unit in client.list_all("/organisation-units")],
        "people": people,
        "path.cycle_id": cycles[:28],
        "preparing cycles": cycles[28:],
        "path.node_id": nodes,
        "path.assignment_id": await post_all(client, "/role-assignments", roles),
    }


def _unit(code: str, level: str) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "level": level, "active_from_date": "2026-01-01"}


def _cycle(code: str) -> dict[str, Any]:
    return {"code": code, "name": code.title()} | _YEAR


def _node(code: str) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "kind": "category"}
