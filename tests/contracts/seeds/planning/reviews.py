"""Reviews of a company, with what was found and is done, gaps that are left, and calibrations of its key results."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker

_YEAR = {"name": "The year 2025", "kind": "year", "start_date": "2025-01-01", "end_date": "2025-12-31"}
_REASON = {"reason": "The marketplace was closed."}

BODIES: Mapping[str, Maker] = {
    "create_unpursued_gap": lambda use: {
        "cycle_id": use.known("reviewed cycles"),
        "unit_id": use.known("reviewing units"),
        "metric_code": "net_revenue",
        "scope": {"product_ref": f"LAMP-{use.phase}-{use.number}"},
        "reason": "The market is being left.",
    },
    "create_review": lambda use: {
        "cycle_id": use.known("reviewed cycles"),
        "unit_id": use.known("units that have not reviewed"),
        "kind": "monthly",
        "month": f"2025-{use.number % 12 + 1:02}",
    },
    "update_review": lambda use: {"habits": f"Look every morning ({use.number})."},
    "move_review": lambda use: {"to": "discussed"},
    "create_review_finding": lambda use: {"cause": "supply", "text": f"We ordered late ({use.number})."},
    "update_review_finding": lambda use: {"text": f"We ordered late again ({use.number})."},
    "create_review_action": lambda use: {"text": f"Order lamps ({use.number}).", "due_date": "2027-04-20"},
    "update_review_action": lambda use: {"due_date": "2027-04-30"},
    "end_review_action": lambda use: {"to": "done", "outcome": "They came."},
    "create_calibration": lambda use: (
        {
            "subject_kind": "key_result",
            "key_result_id": use.known("agreed key results"),
            "old_value": "100",
            "new_value": f"{200 + use.number}",
            "override_reason": "It was closed once more.",
        }
        | _REASON
    ),
    "approve_calibration": lambda use: {"reason": "Agreed."},
    "reject_calibration": lambda use: {"reason": "Not agreed."},
}
PLACES: Mapping[tuple[str, str], str] = {
    ("move_review", "review_id"): "prefilled reviews",
    ("end_review_action", "action_id"): "open actions",
    ("approve_calibration", "calibration_id"): "others' calibrations",
    ("reject_calibration", "calibration_id"): "proposed calibrations",
}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Twelve reviewed months each of several companies, and one whose key results are calibrated."""
    cycle = await client.post("/cycles", {"code": "reviewed-2025"} | _YEAR)
    units = [await client.post("/organisation-units", _company(f"reviewing-{number}")) for number in range(8)]
    fresh = [await client.post("/organisation-units", _company(f"not-reviewing-{number}")) for number in range(40)]
    reviews, findings, actions, left = [], [], [], []
    for unit in units:
        place = {"cycle_id": cycle["id"], "unit_id": unit["id"]}
        for month in range(1, 13):
            review = await client.post("/reviews", place | {"kind": "monthly", "month": f"2025-{month:02}"})
            reviews.append(review["id"])
            path = f"/reviews/{review['id']}"
            findings.append((await client.post(f"{path}/findings", {"text": "We ordered late."}))["id"])
            actions.append((await client.post(f"{path}/actions", {"text": "Order lamps."}))["id"])
            gap = place | {"metric_code": "visits", "scope": {"product_ref": f"LAMP-{month}"}}
            left.append((await client.post("/unpursued-gaps", gap | {"reason": "It is being left."}))["id"])
    agreed = await _agreed_key_results(client, units[0]["id"], cycle["id"])
    proposed = []
    for number, key_result_id in enumerate(agreed):
        body = {"subject_kind": "key_result", "key_result_id": key_result_id, "old_value": "100"}
        moved = body | {"new_value": f"{120 + number}"} | _REASON
        proposed.append((await client.post("/calibrations", moved))["id"])
    return {
        "path.gap_key": [f"{cycle['id']}.{unit['id']}.net_revenue" for unit in units],
        "path.unpursued_gap_id": left,
        "path.review_id": reviews[:72],
        "prefilled reviews": reviews[72:],
        "path.finding_id": findings[:72],
        "path.action_id": actions[:40],
        "open actions": actions[40:72],
        "path.calibration_id": proposed,
        "proposed calibrations": proposed,
        # One principal proposes and decides here: an approval is refused, as it has to be.
        "others' calibrations": proposed,
        "reviewed cycles": [cycle["id"]],
        "reviewing units": [unit["id"] for unit in units],
        "units that have not reviewed": [unit["id"] for unit in fresh],
        "agreed key results": agreed,
    }


async def _agreed_key_results(client: TradewindClient, unit_id: str, cycle_id: str) -> list[str]:
    """Key results from 0 to 100 units, of active objectives."""
    await _step(client, f"/cycles/{cycle_id}", "transitions", {"to": "open"})
    agreed = []
    for number in range(12):
        body = {"unit_id": unit_id, "cycle_id": cycle_id, "title": f"Objective {number}", "why": "We lag behind."}
        objective = await client.post("/objectives", body)
        path = f"/objectives/{objective['id']}"
        for each in range(3):
            reach = {"kind": "reach", "metric_code": "units_sold", "start": "0", "target": "100", "owner_id": unit_id}
            scope = {"product_ref": f"LAMP-{number}-{each}"}
            made = await client.post(f"{path}/key-results", reach | {"title": f"Units {each}", "scope": scope})
            agreed.append(made["id"])
        await _step(client, path, "activations", {})
    return agreed


async def _step(client: TradewindClient, path: str, noun: str, body: dict[str, Any]) -> None:
    version = (await client.get(path))["version"]
    headers = {"If-Match": f'"v{version}"', "Idempotency-Key": str(uuid4())}
    await client.send("POST", f"{path}/{noun}", headers=headers, content=lambda: {"json": body})


def _company(code: str) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "level": "company", "active_from_date": "2025-01-01"}
