"""Plans of a company: drafts to write in, to submit and to delete, and submitted ones to return and to waive."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Source
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading
from services.planning.domain.scope import Scope
from shared.client.tradewind import TradewindClient
from shared.db.engine import Database
from tests.contracts.bodies import Maker, Use
from tests.contracts.seeds.at_once import at_once, post_all

_RATES = [{"currency": "EUR", "rate": "1.1"}]


# Units and cycles at random do not exist, months lie outside of the cycle, metrics are unknown.
def _lines(use: Use) -> dict[str, Any]:
    """One line, of a month that is another one each time."""
    line = {"metric_code": "net_revenue", "scope": {"marketplace": "US"}, "month": f"2027-{use.number % 12 + 1:02}"}
    return {"lines": [line | {"value": f"{use.number}.5", "origin": "trend"}]}


BODIES: Mapping[str, Maker] = {
    "create_plan": lambda use: {
        "kind": "budget",
        "unit_id": use.known("planning units"),
        "cycle_id": use.known("planned cycles"),
        "title": f"Budget {use.number}",
        "currency": "USD",
        "exchange_rates": _RATES,
        "organic_growth": 0.05,
    },
    "update_plan": lambda use: {"title": f"Plan {use.number}", "exchange_rates": _RATES},
    "create_plan_version": lambda use: {"title": f"Version {use.number}"},
    "put_plan_lines": _lines,
    "put_plan_years": lambda use: {
        "years": [{"metric_code": "net_revenue", "first_month": "2027-01", "value": f"{use.number}"}]
    },
    "return_plan": lambda use: {"reason": f"Not yet ({use.number})."},
    "waive_plan_finding": lambda use: {"finding_key": use.known("findings"), "reason": "Known."},
    "approve_plan": lambda use: {"exchange_rates": _RATES, "waivers": []},
    # Inventory may be handed a plan beside the others; to reject it lets it be handed on again.
    "create_handoff": lambda use: {"receiver": "inventory"},
    "answer_handoff": lambda use: {"answer": "rejected", "reason": f"Too many ({use.number})."},
}
PLACES: Mapping[tuple[str, str], str] = {
    ("delete_plan", "plan_id"): "plans to delete",
    ("submit_plan", "plan_id"): "plans to submit",
    ("return_plan", "plan_id"): "plans to return",
    ("get_plan_changes", "plan_id"): "later versions",
    # Nobody decides about what they have written: a colleague wrote these.
    ("waive_plan_finding", "plan_id"): "colleague's plans to waive",
    ("approve_plan", "plan_id"): "colleague's plans to approve",
    ("release_plan", "plan_id"): "approved plans",
    ("create_handoff", "plan_id"): "released plans",
}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """A company that plans a year: two dozen drafts to write in, as many to delete, to submit and to give back."""
    unit = await client.post(
        "/organisation-units",
        {"code": "planners", "name": "Planners", "level": "company", "active_from_date": "2026-01-01"},
    )
    days = {"start_date": "2027-01-01", "end_date": "2027-12-31"}
    cycle = await client.post("/cycles", {"code": "planned-2027", "name": "The year 2027", "kind": "year"} | days)
    place = {"unit_id": unit["id"], "cycle_id": cycle["id"], "currency": "USD"}

    async def add(count: int, kind: str) -> list[str]:
        return await post_all(client, "/plans", [place | {"kind": kind, "title": f"Plan {n}"} for n in range(count)])

    drafts, doomed = await add(24, "one_year"), await add(16, "potential")
    given = await add(28, "sales")
    await at_once([_write(client, plan_id) for plan_id in given])
    await at_once([_submit(client, plan_id) for plan_id in given[14:]])
    later = [await client.post(f"/plans/{given[0]}/versions", {"title": f"Version {n}"}) for n in range(4)]
    return {
        "path.plan_id": drafts,
        "plans to delete": doomed,
        "plans to submit": given[:14],
        "plans to return": given[14:28],
        "later versions": [str(version["id"]) for version in later],
        "planning units": [unit["id"]],
        "query.unit_id": [unit["id"]],
        "planned cycles": [cycle["id"]],
    }


async def decide(client: TradewindClient, colleague: TradewindClient) -> dict[str, list[str]]:
    """Plans of units of their own that a colleague has approved: some to release, others released and handed on."""
    days = {"start_date": "2027-01-01", "end_date": "2027-12-31"}
    cycle = await client.post("/cycles", {"code": "handed-2027", "name": "The year 2027", "kind": "year"} | days)

    async def approve(number: int) -> str:
        unit = {"code": f"seller-{number}", "name": "A seller", "level": "company", "active_from_date": "2026-01-01"}
        place = {"unit_id": (await client.post("/organisation-units", unit))["id"], "cycle_id": cycle["id"]}
        plan = await client.post("/plans", place | {"kind": "sales", "title": "Sales", "currency": "USD"})
        await _write(client, plan["id"], "units_sold", ("10",))
        await _submit(client, plan["id"])
        await _step(colleague, plan["id"], "approvals", 3, {})
        return str(plan["id"])

    async def hand_on(plan_id: str) -> str:
        await _step(colleague, plan_id, "releases", 4)
        return str((await client.post(f"/plans/{plan_id}/handoffs", {"receiver": "production"}))["id"])

    async def offer(number: int, values: Sequence[str]) -> str:
        """Of the colleague, submitted; with two values its parts do not sum to the whole."""
        unit = {"code": f"writer-{number}", "name": "A writer", "level": "company", "active_from_date": "2026-01-01"}
        place = {"unit_id": (await client.post("/organisation-units", unit))["id"], "cycle_id": cycle["id"]}
        plan = await colleague.post("/plans", place | {"kind": "sales", "title": "Sales", "currency": "USD"})
        await _write(colleague, plan["id"], "units_sold", values)
        await _submit(colleague, plan["id"])
        return str(plan["id"])

    measured = await _measured_gap(client, colleague)
    to_approve = await at_once([offer(number, ("10",)) for number in range(14)])
    to_waive = await at_once([offer(14 + number, ("10", "9")) for number in range(10)])
    found = await client.get(f"/plans/{to_waive[0]}/checks")
    approved = await at_once([approve(number) for number in range(24)])
    released = approved[12:]
    handed = await at_once([hand_on(plan_id) for plan_id in released])
    return {
        "path.gap_key": [measured],
        "approved plans": approved[:12],
        "released plans": released,
        "path.handoff_id": handed,
        "colleague's plans to approve": to_approve,
        "colleague's plans to waive": to_waive,
        "findings": [finding["key"] for finding in found["findings"]],
    }


async def _measured_gap(client: TradewindClient, colleague: TradewindClient) -> str:
    """The key of a gap between what was planned of a month that is over, and what was read of it."""
    days = {"start_date": "2025-01-01", "end_date": "2025-12-31"}
    cycle = await client.post("/cycles", {"code": "measured-2025", "name": "The year 2025", "kind": "year"} | days)
    unit = {"code": "measuring", "name": "A seller", "level": "company", "active_from_date": "2024-01-01"}
    place = {"unit_id": (await client.post("/organisation-units", unit))["id"], "cycle_id": cycle["id"]}
    plan = await client.post("/plans", place | {"kind": "sales", "title": "Sales", "currency": "USD"})
    lines = [{"month": "2025-01", "metric_code": "net_revenue", "scope": {}, "value": "100"}]
    headers = {"If-Match": '"v1"'}
    await client.send("PUT", f"/plans/{plan['id']}/lines", headers=headers, content=lambda: {"json": {"lines": lines}})
    await _submit(client, plan["id"])
    await _step(colleague, plan["id"], "approvals", 3, {})
    await _step(colleague, plan["id"], "releases", 4)
    return f"{cycle['id']}.{place['unit_id']}.net_revenue"


async def tell(database: Database, tenant_id: UUID) -> None:
    """What was sold in the month of `_measured_gap`, as a feed brings it."""
    month = Period(date(2025, 1, 1), date(2025, 1, 31))
    seen = datetime(2025, 2, 1, 6, tzinfo=UTC)
    sold = Reading("net_revenue", Scope(), month, Decimal(80), seen, "USD")
    async with database.session(tenant_id) as session:
        await record_readings(session, tenant_id, [sold], Origin(Source.FEED, seen, provider="inventory"))


async def _write(
    client: TradewindClient, plan_id: str, metric_code: str = "net_revenue", values: Sequence[str] = ("10", "9")
) -> None:
    """January as a whole and, where a second value is given, in the only marketplace."""
    january = {"month": "2027-01", "metric_code": metric_code}
    lines = [
        january | {"scope": scope, "value": value}
        for scope, value in zip(({}, {"marketplace": "US"}), values, strict=False)
    ]
    headers = {"If-Match": '"v1"'}
    await client.send("PUT", f"/plans/{plan_id}/lines", headers=headers, content=lambda: {"json": {"lines": lines}})


async def _submit(client: TradewindClient, plan_id: str) -> None:
    await _step(client, plan_id, "submissions", 2)


async def _step(client: TradewindClient, plan_id: str, noun: str, version: int, body: Any = None) -> None:
    headers = {"If-Match": f'"v{version}"', "Idempotency-Key": str(uuid4())}
    content = dict if body is None else lambda: {"json": body}
    await client.send("POST", f"/plans/{plan_id}/{noun}", headers=headers, content=content)
