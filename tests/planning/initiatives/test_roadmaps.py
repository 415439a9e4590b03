"""Roadmaps over HTTP: dates to expect, slips and their causes, groups and windows, and how it looked before."""

from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.planning.initiatives.initiative_calls import (
    PRICE,
    advance,
    depend,
    good,
    listed,
    move,
    patch,
    pointers,
    problem,
    propose,
    put,
    ready,
)
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

# Before anything here begins, so that nothing is late of itself.
EARLY = "2027-01-01T00:00:00+00:00"


def dates(**known: str) -> dict[str, str | None]:
    return {f"{name}_date": known.get(name) for name in ("start", "dev_done", "launch", "end")}


async def roadmap(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    return good(await client.get("/roadmap", params={"as_of": EARLY} | asked))


def bar(found: dict[str, Any], initiative: dict[str, Any]) -> dict[str, Any]:
    [shown] = [each for each in found["bars"] if each["id"] == initiative["id"]]
    return dict(shown)


async def mould_and_lamp(client: httpx.AsyncClient, effort_days: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """K36: the mould is ready on 16 July, the lamp is promised for 25 July."""
    mould = await propose(
        client,
        code="mould",
        title="Mould",
        effort_days=10,
        planned={"start_date": "2027-07-06"},
        committed={"launch_date": "2027-07-16"},
    )
    lamp = await propose(
        client,
        code="lamp",
        effort_days=effort_days,
        planned={"start_date": "2027-07-01"},
        committed={"launch_date": "2027-07-25"},
    )
    good(await depend(client, mould, lamp), 201)
    return mould, lamp


# Roadmaps of the past ask for what was known then; these initiatives are known only from now on.
LATER = {"as_of": "2027-07-01T00:00:00+00:00"}


async def test_k36_slack_absorbs_a_delay_before_the_date_slips(planning: httpx.AsyncClient) -> None:
    _mould, lamp = await mould_and_lamp(planning, 6)
    found = await roadmap(planning, **LATER)
    shown = bar(found, lamp)
    assert shown["forecast"] == dates(start="2027-07-16", launch="2027-07-25")
    assert (shown["slip_days"], shown["slack_days"], shown["cause"]) == (0, 3, None)
    [link] = found["dependencies"]
    assert (link["start_slack_days"], link["finish_slack_days"]) == (0, 3)


async def test_k36_beyond_the_slack_the_date_slips_and_the_predecessor_is_the_cause(
    planning: httpx.AsyncClient,
) -> None:
    mould, lamp = await mould_and_lamp(planning, 15)
    found = await roadmap(planning, **LATER)
    shown = bar(found, lamp)
    assert shown["forecast"]["launch_date"] == "2027-07-31"
    assert (shown["slip_days"], shown["start_set_by"]) == (6, "predecessor")
    assert shown["cause"] == {"id": mould["id"], "code": "mould", "title": "Mould"}
    assert found["critical_chain"] == [mould["id"], lamp["id"]]
    assert [each["is_critical"] for each in found["bars"]] == [True, True]


async def test_a_closed_factory_delays_what_is_made_and_no_campaign(planning: httpx.AsyncClient) -> None:
    work = {"effort_days": 10, "planned": {"start_date": "2027-02-01"}}
    lamp, sale = await propose(planning, **work), await propose(planning, kind="campaign", **work)
    closure = {"name": "New Year", "from_date": "2027-02-04", "to_date": "2027-02-20"}
    good(await planning.post("/work-closures", json=closure), 201)
    found = await roadmap(planning)
    assert bar(found, lamp)["forecast"]["launch_date"] == "2027-02-28"
    assert bar(found, sale)["forecast"]["end_date"] == "2027-02-11"


async def test_the_cause_of_a_slip_is_named_though_it_is_not_shown(planning: httpx.AsyncClient) -> None:
    mould, lamp = await mould_and_lamp(planning, 15)
    node = {"code": "lamps", "name": "Lamps", "kind": "category"}
    lamps = good(await planning.post("/portfolio-nodes", json=node), 201)
    good(await patch(planning, lamp, node_id=lamps["id"]))
    found = await roadmap(planning, **LATER, node_id=lamps["id"])
    assert [each["id"] for each in found["bars"]] == [lamp["id"]]
    assert bar(found, lamp)["cause"]["id"] == mould["id"]
    assert [each["from_id"] for each in found["dependencies"]] == [mould["id"]]


async def test_what_was_killed_holds_up_nobody_and_is_shown_when_asked_for(planning: httpx.AsyncClient) -> None:
    mould, lamp = await mould_and_lamp(planning, 15)
    good(await move(planning, mould, "killed", reason="Bought instead."))
    found = await roadmap(planning, **LATER)
    assert [each["id"] for each in found["bars"]] == [lamp["id"]]
    assert bar(found, lamp)["slip_days"] == 0
    found = await roadmap(planning, **LATER, include_killed=True)
    assert (bar(found, mould)["status"], bar(found, mould)["slip_days"]) == ("killed", None)


async def groups(client: httpx.AsyncClient, group_by: str) -> list[tuple[str | None, list[str]]]:
    found = await roadmap(client, group_by=group_by)
    codes = {each["id"]: each["code"] for each in found["bars"]}
    return [(group["name"], [codes[each] for each in group["initiative_ids"]]) for group in found["groups"]]


async def test_bars_are_put_together_by_series_owner_marketplace_and_quarter(planning: httpx.AsyncClient) -> None:
    node = {"code": "lamps", "name": "Lamps", "kind": "series"}
    lamps = good(await planning.post("/portfolio-nodes", json=node), 201)
    unit = {"code": "acme", "name": "Acme", "level": "company", "active_from_date": "2026-01-01"}
    acme = good(await planning.post("/organisation-units", json=unit), 201)
    lamp = await propose(
        planning, code="lamp", node_id=lamps["id"], planned={"start_date": "2027-05-01", "launch_date": "2027-08-01"}
    )
    await propose(
        planning, code="early", node_id=lamps["id"], planned={"start_date": "2027-04-01", "launch_date": "2027-08-01"}
    )
    await propose(
        planning,
        code="sale",
        kind="campaign",
        owner_id=acme["id"],
        planned={"start_date": "2027-09-01", "end_date": "2027-11-01"},
    )
    british = PRICE | {"marketplace": "GB", "currency": "GBP"}
    good(await put(planning, lamp, "prices", {"prices": [PRICE, british]}))
    assert await groups(planning, "series") == [("Lamps", ["early", "lamp"]), (None, ["sale"])]
    assert await groups(planning, "owner") == [("Acme", ["sale"]), (None, ["early", "lamp"])]
    assert await groups(planning, "marketplace") == [("GB", ["lamp"]), ("US", ["lamp"]), (None, ["early", "sale"])]
    assert await groups(planning, "quarter") == [("2027-Q3", ["early", "lamp"]), ("2027-Q4", ["sale"])]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"lamp", "mat", "bare"}),
        ({"from_date": "2027-08-02"}, {"mat"}),
        ({"to_date": "2027-08-31"}, {"lamp", "bare"}),
        ({"from_date": "2027-06-01", "to_date": "2027-06-02"}, {"lamp"}),
        ({"from_date": "2030-01-01"}, set()),
    ],
)
async def test_a_window_shows_what_reaches_into_it(
    planning: httpx.AsyncClient, asked: dict[str, str], expected: set[str]
) -> None:
    await propose(planning, code="lamp", planned={"start_date": "2027-05-01", "launch_date": "2027-08-01"})
    await propose(planning, code="mat", planned={"start_date": "2027-09-01", "launch_date": "2027-10-01"})
    # What has no date at all begins, as far as is known, today: on the first of January.
    await propose(planning, code="bare")
    found = await roadmap(planning, **asked)
    assert {each["code"] for each in found["bars"]} == expected


async def test_a_roadmap_is_read_as_it_was_at_a_moment(planning: httpx.AsyncClient) -> None:
    mould, lamp = await mould_and_lamp(planning, 15)
    mat = await propose(planning, code="mat")
    good(await depend(planning, mat, lamp), 201)
    before = await roadmap(planning, **LATER)
    changes = listed(await planning.get("/changes"))
    moment = max(each["changed_at"] for each in changes)
    known = good(await planning.get("/roadmap", params={"as_of": moment, "include_killed": True}))
    await advance(planning, await ready(planning, code="new"), "concept")
    good(await patch(planning, lamp, title="Lamp of the desk", committed={"launch_date": "2027-08-25"}, effort_days=1))
    good(await move(planning, mould, "killed", reason="Bought instead."))
    closure = {"name": "All year", "from_date": "2027-01-01", "to_date": "2027-12-31"}
    good(await planning.post("/work-closures", json=closure), 201)
    for link in good(await planning.get("/dependencies", params={"from_id": mat["id"]}))["items"]:
        await planning.delete(f"/dependencies/{link['id']}", headers={"If-Match": '"v1"'})
    assert (await planning.delete(f"/initiatives/{mat['id']}", headers={"If-Match": '"v1"'})).status_code == 204
    after = await roadmap(planning, **LATER)
    assert {each["code"] for each in after["bars"]} == {"lamp", "new"}
    again = good(await planning.get("/roadmap", params={"as_of": moment, "include_killed": True}))
    assert again == known
    assert {each["code"] for each in again["bars"]} == {each["code"] for each in before["bars"]}


async def test_work_laid_end_to_end_beyond_the_calendar_is_a_problem_and_no_fault(
    planning: httpx.AsyncClient, tenant: Tenant
) -> None:
    lamp, mat = [await propose(planning, planned={"start_date": "2199-01-01"}, effort_days=3_650) for _ in range(2)]
    good(await depend(planning, lamp, mat), 201)
    assert bar(await roadmap(planning), mat)["forecast"]["launch_date"].startswith("2218")
    # Some eight hundred such steps lead out of the calendar; one long one does as well.
    await run_as_owner(tenant, "UPDATE planning.initiative SET effort_days = 2900000 WHERE tenant_id = $1")
    assert problem(await planning.get("/roadmap")) == (409, "no-schedule")
    assert problem(await planning.post("/snapshots", json={"label": "Never"})) == (409, "no-schedule")
    assert [each["pointer"] for each in (await planning.get("/roadmap?from_date=1999-12-31")).json()["errors"]] == [
        "query:from_date"
    ]


async def test_products_stand_by_price_and_launch_with_what_they_replace(planning: httpx.AsyncClient) -> None:
    first = await propose(planning, code="first", planned={"start_date": "2027-02-01", "launch_date": "2027-05-01"})
    second = await propose(
        planning,
        code="second",
        predecessor_id=first["id"],
        planned={"start_date": "2027-05-01", "launch_date": "2027-11-01"},
        committed={"end_date": "2029-01-01"},
    )
    sale = await propose(planning, kind="campaign", planned={"start_date": "2027-02-01", "launch_date": "2027-05-01"})
    special = PRICE | {"channel": "deals", "channel_kind": "special", "amount": "99.99"}
    for initiative, prices in ((first, [PRICE, special]), (second, [special]), (sale, [PRICE])):
        good(await put(planning, initiative, "prices", {"prices": prices}))
    answer = good(await planning.get("/price-roadmap", params={"as_of": EARLY, "marketplace": "US"}))
    assert [
        (each["code"], each["price"], each["launch_date"], each["end_date"], each["predecessor_id"])
        for each in answer["points"]
    ] == [
        ("first", "59.99", "2027-05-01", None, None),
        ("second", "99.99", "2027-11-01", "2029-01-01", first["id"]),
    ]
    assert good(await planning.get("/price-roadmap", params={"marketplace": "GB"}))["points"] == []
    assert pointers(await planning.get("/price-roadmap")) == [("query:marketplace", "missing")]


async def test_roadmaps_are_drawn_for_whoever_asks_for_a_picture(planning: httpx.AsyncClient) -> None:
    _mould, lamp = await mould_and_lamp(planning, 15)
    good(await put(planning, lamp, "prices", {"prices": [PRICE]}))
    for path, words in (("/roadmap", "held up by Mould"), ("/price-roadmap", "Lamp (no series): 59.99")):
        asked = LATER | ({"marketplace": "US"} if path == "/price-roadmap" else {})
        drawn = await planning.get(f"{path}.svg", params=asked)
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml"), drawn.text
        root = ElementTree.fromstring(drawn.content)
        description = "".join(root.find("{http://www.w3.org/2000/svg}desc").itertext())  # type: ignore[union-attr]
        assert words in description
        same = await planning.get(path, params=asked, headers={"Accept": "image/svg+xml"})
        assert same.content == drawn.content
