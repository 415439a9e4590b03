"""Decides how the roadmap of the demo comes into planning: initiatives, their parts and steps, a baseline."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from deploy.demo.planning_company import DemoCompany
from deploy.demo.planning_initiatives import BASELINE, DEPENDENCIES, INITIATIVES, MOVED, DemoInitiative
from deploy.demo.planning_records import Record, Records
from services.planning.domain.initiative_states import DEVELOPED

# Who answers for product, market and category of what is developed.
_TEAM = {"PM": "lena", "MM": "mei", "CM": "tom"}
_CENT = Decimal("0.01")


async def draw_roadmap(records: Records, company: DemoCompany, today: date) -> Mapping[str, str]:
    """Make what is missing of the roadmap; the initiatives' ids by code."""
    known = await records.known("/initiatives")
    if MOVED[0] in known and BASELINE in await records.known("/snapshots", by="label"):
        return {code: str(each["id"]) for code, each in known.items()}
    for each in INITIATIVES:  # in their order: a successor names its predecessor
        await records.ensure("/initiatives", _body(each, company, known, today), known)
    ids = {code: str(each["id"]) for code, each in known.items()}
    linked = {(each["from_id"], each["to_id"]) async for each in records.client.list_all("/dependencies")}
    for earlier, later, lag in DEPENDENCIES:
        if (ids[earlier], ids[later]) not in linked:
            await records.add("/dependencies", {"from_id": ids[earlier], "to_id": ids[later], "lag_days": lag})
    await asyncio.gather(*(_furnish(records, each, ids[each.code], company, today) for each in INITIATIVES))
    await records.add("/snapshots", {"label": BASELINE})
    code, promised, reason = MOVED
    await records.change(f"/initiatives/{ids[code]}", committed={"end_date": _day(today, promised)}, reason=reason)
    return ids


def _body(each: DemoInitiative, company: DemoCompany, known: Mapping[str, Record], today: date) -> Record:
    start, finish = _day(today, each.start), _day(today, each.promised)
    return {
        "code": each.code,
        "kind": each.kind.value,
        "title": each.title,
        "why": each.why,
        "unit_id": company.units[each.unit],
        "owner_id": company.units[each.owner],
        "node_id": None if each.node is None else company.nodes[each.node],
        "grade": each.grade,
        "product_ref": each.product_ref,
        "predecessor_id": None if each.predecessor is None else known[each.predecessor]["id"],
        "planned": {"start_date": start, each.finish_name: _day(today, each.start + each.effort)},
        "committed": {each.finish_name: finish},
        "effort_days": each.effort,
        "budget": None if each.budget is None else {"amount": str(each.budget), "currency": "USD"},
    }


async def _furnish(
    records: Records, each: DemoInitiative, initiative_id: str, company: DemoCompany, today: date
) -> None:
    """What it answers, who manages it, what it costs by month and marketplace, and the steps that were made."""
    path = f"/initiatives/{initiative_id}"
    found: Record = await records.client.get(path)
    if not (await records.client.get(f"{path}/bases"))["items"]:
        await records.add(f"{path}/bases", {"kind": "need", "text": each.need})
    if each.kind in DEVELOPED:
        await _assign(records, each, initiative_id, company, today)
    if each.prices and not found["prices"]:
        await records.put(path, "prices", {"prices": [_price(*price) for price in each.prices]})
    if each.budget is not None and not found["budget_months"]:
        await records.put(path, "budget-months", {"months": _by_month(each, each.budget, today)})
    made = {step["to_status"] async for step in records.client.list_all(f"{path}/transitions")}
    for status, day in each.reached:
        if status.value not in made:
            await records.step(path, "transitions", {"to": status.value, "on_date": _day(today, day)})


async def _assign(
    records: Records, each: DemoInitiative, initiative_id: str, company: DemoCompany, today: date
) -> None:
    there = await records.known("/role-assignments", by="role", subject_id=initiative_id)
    for role, person in _TEAM.items():
        if role not in there:
            body = {
                "subject_kind": "initiative",
                "subject_id": initiative_id,
                "role": role,
                "person_id": company.units[person],
                "from_date": _day(today, min(each.start, 0)),
            }
            await records.add("/role-assignments", body)


def _price(marketplace: str, amount: str, currency: str) -> Record:
    return {
        "marketplace": marketplace,
        "channel": "amazon",
        "channel_kind": "mainstream",
        "list_amount": amount,
        "amount": amount,
        "currency": currency,
    }


def _by_month(each: DemoInitiative, budget: int, today: date) -> list[Record]:
    """The budget in equal parts over the months from start to promise; the last one takes what is left of a cent."""
    first, last = today + timedelta(days=each.start), today + timedelta(days=each.promised)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [divmod(first.year * 12 + first.month - 1 + number, 12) for number in range(count)]
    part = (Decimal(budget) / count).quantize(_CENT)
    amounts = [part] * (count - 1) + [budget - part * (count - 1)]
    return [
        {"month": f"{year}-{month + 1:02}", "amount": str(amount)}
        for (year, month), amount in zip(months, amounts, strict=True)
    ]


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()
