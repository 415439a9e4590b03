"""Initiatives of which tests delete some, what waits for what, demands to be answered, and a baseline."""

from collections.abc import Mapping
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker, Use
from tests.contracts.seeds.at_once import post_all

_PRICE = {
    "marketplace": "US",
    "channel": "amazon",
    "channel_kind": "mainstream",
    "list_amount": "59.99",
    "currency": "USD",
}
_BUDGET = {"amount": "1000000", "currency": "USD"}


def _step(use: Use) -> dict[str, Any]:
    """On hold, and back again: that goes on for ever."""
    held_from = use.resource.get("held_from")
    return {"to": held_from or "on_hold", "reason": f"The budget was cut, or not ({use.number})."}


# Dates at random stand in the wrong order, ids do not exist, codes are taken, circles are closed.
BODIES: Mapping[str, Maker] = {
    "create_initiative": lambda use: _initiative(f"contract-{use.phase}-{use.number}"),
    "update_initiative": lambda use: {"title": f"Lamp {use.number}", "grade": "A"},
    "move_initiative": _step,
    "set_initiative_prices": lambda use: {"prices": [_PRICE | {"amount": f"{60 + use.number % 30}.5"}]},
    "set_initiative_budget_months": lambda use: {"months": [{"month": "2027-01", "amount": f"{use.number}"}]},
    "set_initiative_key_results": lambda use: {"key_result_ids": []},
    "create_initiative_basis": lambda use: {"kind": "need", "text": f"A lamp without a socket ({use.number})."},
    "create_dependency": lambda use: {"from_id": use.known("earlier"), "to_id": use.known("later")},
    "update_dependency": lambda use: {"lag_days": use.number % 60},
    "create_resource_demand": lambda use: (
        _people(f"domain_{use.phase}_{use.number}") | {"initiative_id": use.known("later")}
    ),
    "update_resource_demand": lambda use: {"quantity": f"{use.number}.5"},
    "answer_resource_demand": lambda use: {"status": "declined", "reason": "All are busy."},
    "create_resource_capacity": lambda use: _people(f"domain_{use.phase}_{use.number}"),
    "update_resource_capacity": lambda use: {"quantity": f"{use.number}.5"},
    "create_work_closure": lambda use: {"name": "Closed", "from_date": "2027-02-04", "to_date": "2027-02-20"},
    "update_work_closure": lambda use: {"name": f"Closed {use.number}"},
    "create_snapshot": lambda use: {"label": f"Baseline {use.number}", "selector": {"marketplace": "US"}},
}
PLACES: Mapping[tuple[str, str], str] = {
    ("delete_initiative", "initiative_id"): "initiatives to delete",
    ("confirm_dependency", "dependency_id"): "dependencies to confirm",
    ("answer_resource_demand", "demand_id"): "demands to answer",
    # A basis belongs to one initiative, so that whoever picks both picks what belongs together.
    ("get_initiative_basis", "initiative_id"): "based initiative",
    ("delete_initiative_basis", "initiative_id"): "based initiative",
}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Initiatives in three crowds: those that others wait for, those that wait, and those that may be deleted."""

    async def add(path: str, *bodies: dict[str, Any]) -> list[str]:
        return await post_all(client, path, bodies)

    earlier = await add("/initiatives", *(_initiative(f"earlier-{number}") for number in range(12)))
    later = await add("/initiatives", *(_initiative(f"later-{number}") for number in range(12)))
    doomed = await add("/initiatives", *(_initiative(f"doomed-{number}") for number in range(20)))
    [based] = await add("/initiatives", _initiative("based"))
    need = {"kind": "need", "text": "A lamp without a socket."}
    pairs = [{"from_id": earlier[number % 12], "to_id": later[number // 12]} for number in range(36)]
    dependencies = await add("/dependencies", *pairs)
    asking = [_people(f"asked_{number}") | {"initiative_id": later[0]} for number in range(36)]
    demands = await add("/resource-demands", *asking)
    closed = {"name": "Closed", "from_date": "2027-02-04", "to_date": "2027-02-20"}
    snapshots = await add("/snapshots", {"label": "First"}, {"label": "Second"})
    return {
        "path.initiative_id": [*earlier, *later],
        "earlier": earlier,
        "later": later[3:],
        "initiatives to delete": doomed,
        "based initiative": [based],
        "path.initiative_basis_id": await add(f"/initiatives/{based}/bases", *[need] * 20),
        "path.dependency_id": dependencies[:20],
        "dependencies to confirm": dependencies[20:],
        "path.demand_id": demands[:20],
        "demands to answer": demands[20:],
        "path.capacity_id": await add("/resource-capacities", *(_people(f"given_{number}") for number in range(20))),
        "path.closure_id": await add("/work-closures", *[closed] * 20),
        "path.snapshot_id": snapshots,
        "query.snapshot_id": snapshots,
        "query.baseline_id": snapshots,
        "query.against_id": snapshots,
        "query.from_date": ["2026-01-01"],
        "query.to_date": ["2027-12-31"],
    }


def _initiative(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "kind": "product",
        "title": "Desk lamp",
        "why": "Readers ask for one.",
        "planned": {"start_date": "2027-02-01", "launch_date": "2027-08-01"},
        "effort_days": 100,
        "budget": _BUDGET,
    }


def _people(domain: str) -> dict[str, Any]:
    return {"domain": domain, "kind": "headcount", "unit": "person", "month": "2027-03", "quantity": "2"}
