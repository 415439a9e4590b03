"""Reviews of a company, with what was found and is done, gaps that are left, and calibrations of its key results."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker
from tests.contracts.seeds.at_once import at_once, post_all

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
    companies = [_company(f"reviewing-{number}") for number in range(3)]
    units = await post_all(client, "/organisation-units", companies)
    others = [_company(f"not-reviewing-{number}") for number in range(15)]
    fresh = await post_all(client, "/organisation-units", others)
    months = [
        {"cycle_id": cycle["id"], "unit_id": unit, "kind": "monthly", "month": f"2025-{month:02}"}
        for unit in units
        for month in range(1, 13)
    ]
    reviews = await post_all(client, "/reviews", months)
    # A review that is discussed is not written in any more.
    looked_at, prefilled = reviews[:24], reviews[24:]
    late, order = {"text": "We ordered late."}, {"text": "Order lamps."}
    findings = await at_once([client.post(f"/reviews/{each}/findings", late) for each in looked_at])
    actions = await at_once([client.post(f"/reviews/{each}/actions", order) for each in looked_at])
    gap = {"cycle_id": cycle["id"], "unit_id": units[0], "metric_code": "visits", "reason": "It is being left."}
    gaps = [gap | {"scope": {"product_ref": f"LAMP-{number}"}} for number in range(20)]
    agreed = await _agreed_key_results(client, units[0], cycle["id"])
    calibrated = {"subject_kind": "key_result", "old_value": "100"} | _REASON
    moved = [
        calibrated | {"key_result_id": key_result, "new_value": f"{120 + number}"}
        for number, key_result in enumerate(agreed)
    ]
    proposed = await post_all(client, "/calibrations", moved)
    return {
        "path.unpursued_gap_id": await post_all(client, "/unpursued-gaps", gaps),
        "path.review_id": looked_at,
        "prefilled reviews": prefilled,
        "path.finding_id": [finding["id"] for finding in findings],
        "path.action_id": [action["id"] for action in actions[:12]],
        "open actions": [action["id"] for action in actions[12:]],
        "path.calibration_id": proposed,
        "proposed calibrations": proposed,
        "reviewed cycles": [cycle["id"]],
        "reviewing units": units,
        "units that have not reviewed": fresh,
        "agreed key results": agreed,
    }


async def decide(client: TradewindClient, colleague: TradewindClient) -> dict[str, list[str]]:
    """Calibrations that a colleague has proposed, since nobody approves their own."""
    known = [each async for each in client.list_all("/calibrations", status="proposed")]
    bodies = [
        {
            "subject_kind": "key_result",
            "key_result_id": each["key_result_id"],
            "old_value": each["old_value"],
            "new_value": f"{300 + number}",
            "override_reason": "It was closed once more.",
        }
        | _REASON
        for number, each in enumerate(known)
    ]
    return {"others' calibrations": await post_all(colleague, "/calibrations", bodies)}


async def _agreed_key_results(client: TradewindClient, unit_id: str, cycle_id: str) -> list[str]:
    """Key results from 0 to 100 units, of active objectives."""
    await _step(client, f"/cycles/{cycle_id}", "transitions", {"to": "open"})

    async def agree(number: int) -> list[str]:
        body = {"unit_id": unit_id, "cycle_id": cycle_id, "title": f"Objective {number}", "why": "We lag behind."}
        objective = await client.post("/objectives", body)
        path = f"/objectives/{objective['id']}"
        reach = {"kind": "reach", "metric_code": "units_sold", "start": "0", "target": "100", "owner_id": unit_id}
        wanted = [reach | {"title": f"Units {n}", "scope": {"product_ref": f"LAMP-{number}-{n}"}} for n in range(3)]
        made = await post_all(client, f"{path}/key-results", wanted)
        await _step(client, path, "activations", {})
        return made

    return [each for agreed in await at_once([agree(number) for number in range(6)]) for each in agreed]


async def _step(client: TradewindClient, path: str, noun: str, body: dict[str, Any]) -> None:
    version = (await client.get(path))["version"]
    headers = {"If-Match": f'"v{version}"', "Idempotency-Key": str(uuid4())}
    await client.send("POST", f"{path}/{noun}", headers=headers, content=lambda: {"json": body})


def _company(code: str) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "level": "company", "active_from_date": "2025-01-01"}
