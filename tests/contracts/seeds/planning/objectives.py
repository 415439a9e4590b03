"""Objectives in every state, as many as tests move on, with key results of which something is said, and grades."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker
from tests.contracts.seeds.at_once import at_once, post_all

_EACH = 14
_COUNTED = {"kind": "reach", "metric_code": "units_sold", "start": "0", "target": "100"}

# Ids do not exist, parents close circles, states do not follow each other, a kind lacks what belongs to it.
BODIES: Mapping[str, Maker] = {
    "create_objective": lambda use: {
        "unit_id": use.known("companies with objectives"),
        "cycle_id": use.known("cycles of objectives"),
        "title": f"Lead the market of lamps ({use.number})",
        "why": "We sell a quarter of what the leader sells.",
    },
    "update_objective": lambda use: {"title": f"Be first in lamps ({use.number})"},
    "create_objective_activation": lambda use: {"note": f"Agreed ({use.number})."},
    "create_objective_grade": lambda use: {"explanation": f"The ship was late ({use.number})."},
    "create_objective_closing": lambda use: {"decision": "modify", "note": f"Once more ({use.number})."},
    "create_objective_cancellation": lambda use: {"reason": f"The category was closed to us ({use.number})."},
    "create_objective_basis": lambda use: {"kind": "need", "text": f"A lamp without a socket ({use.number})."},
    "create_key_result": lambda use: {"title": f"Units ({use.number})"} | _COUNTED,
    "update_key_result": lambda use: {"title": f"Units of lamps ({use.number})"},
    "mark_milestone_done": lambda use: {"done_date": f"2025-11-{use.number % 28 + 1:02}"},
    "create_check_in": lambda use: {"confidence": 0.2, "blocker": f"No ship before May ({use.number})."},
    "create_key_result_grade": lambda use: {"grade": 0.7, "reason": f"A recall helped ({use.number})."},
}
PLACES: Mapping[tuple[str, str], str] = {
    ("update_objective", "objective_id"): "drafted objectives",
    ("create_key_result", "objective_id"): "drafted objectives",
    ("create_objective_basis", "objective_id"): "drafted objectives",
    ("delete_objective", "objective_id"): "objectives to delete",
    ("create_objective_activation", "objective_id"): "objectives to activate",
    ("create_objective_grade", "objective_id"): "objectives to grade",
    ("create_objective_closing", "objective_id"): "objectives to close",
    ("create_objective_cancellation", "objective_id"): "objectives to cancel",
    # A basis belongs to one objective, so that whoever picks both picks what belongs together.
    ("get_basis_of_objective", "objective_id"): "objective with bases",
    ("delete_objective_basis", "objective_id"): "objective with bases",
    ("update_key_result", "key_result_id"): "drafted key results",
    ("delete_key_result", "key_result_id"): "key results to delete",
    ("get_milestone", "key_result_id"): "key results with milestones",
    ("mark_milestone_done", "key_result_id"): "key results with milestones",
    ("get_milestone", "milestone_position"): "milestones",
    ("mark_milestone_done", "milestone_position"): "milestones",
    ("create_check_in", "key_result_id"): "agreed milestones",
    ("create_key_result_grade", "key_result_id"): "key results to grade",
}


async def fill(client: TradewindClient, known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Companies with drafts and active objectives in an open cycle, and others in one that is being graded."""
    company = (await client.post("/organisation-units", _company()))["id"]
    opened, graded = [await _cycle(client, code) for code in ("objectives-open", "objectives-graded")]

    async def objectives(cycle_id: str, count: int = _EACH) -> tuple[list[str], list[str]]:
        """So many drafts, each with one key result of milestones."""
        owned = {"unit_id": company, "cycle_id": cycle_id, "why": "We lag behind."}
        made = await post_all(client, "/objectives", [owned | {"title": f"Lead {n}"} for n in range(count)])
        steps = {"title": "Tool", "kind": "milestone", "milestones": [{"title": "Released"}], "owner_id": company}
        added = await at_once([client.post(f"/objectives/{each}/key-results", steps) for each in made])
        return made, [result["id"] for result in added]

    async def step(path: str, noun: str, version: int, **body: Any) -> None:
        headers = {"If-Match": f'"v{version}"', "Idempotency-Key": str(uuid4())}
        await client.send("POST", f"{path}/{noun}", headers=headers, content=lambda: {"json": body})

    drafted, drafted_results = await objectives(opened)
    doomed, doomed_results = await objectives(opened, 2 * _EACH)
    ready, _ = await objectives(opened)
    cancelled, _ = await objectives(opened)
    agreed, agreed_results = await objectives(opened, 5)
    to_grade, graded_results = await objectives(graded)
    to_close, closed_results = await objectives(graded)
    # A key result is graded anew as often as one likes, while its objective is not.
    open_still, ungraded_results = await objectives(graded, 5)
    active = (*agreed, *to_grade, *to_close, *open_still)
    await at_once([step(f"/objectives/{each}", "activations", 1) for each in active])
    await step(f"/cycles/{graded}", "transitions", 2, to="grading")
    half = {"grade": 0.5, "reason": "By hand"}
    results = (*graded_results, *closed_results)
    await at_once([step(f"/key-results/{each}", "grades", 1, **half) for each in results])
    late = "The ship was late."
    await at_once([step(f"/objectives/{each}", "grades", 2, explanation=late) for each in to_close])
    need = {"kind": "need", "text": "A lamp without a socket."}
    bases = await post_all(client, f"/objectives/{drafted[0]}/bases", [need] * _EACH)
    return {
        "companies with objectives": [company],
        "cycles of objectives": [opened],
        "query.cycle_id": [opened, graded],
        "path.objective_id": [*drafted, *agreed, *to_close],
        "drafted objectives": drafted,
        "objectives to delete": doomed[:_EACH],
        "objectives to activate": ready,
        "objectives to grade": to_grade,
        "objectives to close": to_close,
        "objectives to cancel": cancelled,
        "objective with bases": [drafted[0]],
        "path.objective_basis_id": bases,
        "path.key_result_id": [*drafted_results, *agreed_results, *closed_results],
        "drafted key results": drafted_results,
        "key results to delete": doomed_results[_EACH:],
        "key results with milestones": drafted_results,
        # A number in the document: bound to its place as text it would not be of the declared type.
        "milestones": ["1"],
        "agreed milestones": agreed_results,
        "key results to grade": ungraded_results,
    }


def _company() -> dict[str, Any]:
    return {"code": "objectives", "name": "Lamps", "level": "company", "active_from_date": "2025-01-01"}


async def _cycle(client: TradewindClient, code: str) -> str:
    """An open cycle that is over."""
    days = {"start_date": "2025-10-01", "end_date": "2025-12-31"}
    made = await client.post("/cycles", {"code": code, "name": "A quarter", "kind": "quarter"} | days)
    headers = {"If-Match": '"v1"', "Idempotency-Key": str(uuid4())}
    await client.send(
        "POST", f"/cycles/{made['id']}/transitions", headers=headers, content=lambda: {"json": {"to": "open"}}
    )
    return str(made["id"])
