"""The way of an initiative over HTTP: every step there is, what it asks for, what it settles, and none besides."""

from typing import Any

import httpx
import pytest

from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus, allowed_moves, statuses_of
from tests.planning.initiatives.initiative_calls import (
    add_need,
    advance,
    assign_team,
    days_ago,
    good,
    move,
    patch,
    pointers,
    problem,
    propose,
    read,
    ready,
)
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

S = InitiativeStatus


async def test_a_product_goes_its_whole_way_and_every_gate_is_noted(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    retired = await advance(planning, lamp, "retired")
    assert (retired["status"], retired["allowed_moves"]) == ("retired", [])
    assert set(retired["actual"].values()) == {days_ago(0)}
    steps = good(await planning.get(f"/initiatives/{lamp['id']}/transitions"))["items"]
    assert [(each["to_status"], each["gate"]) for each in steps] == [
        ("concept", None),
        ("requirements", "concept"),
        ("design", "requirements"),
        ("test", "design"),
        ("launch", "test"),
        ("ramp", "launch"),
        ("steady", None),
        ("exit", None),
        ("retired", None),
    ]
    assert {each["move"] for each in steps} == {"advance"}


async def test_a_campaign_goes_the_short_way(planning: httpx.AsyncClient) -> None:
    sale = await propose(planning, kind="campaign")
    await add_need(planning, sale)
    for to in ("planned", "running"):
        good(await move(planning, sale, to, on_date=days_ago(5)))
    done = good(await move(planning, sale, "done", on_date=days_ago(2)))
    assert (done["actual"]["start_date"], done["actual"]["end_date"]) == (days_ago(5), days_ago(2))
    assert problem(await move(planning, sale, "killed", reason="No.")) == (409, "illegal-transition")


@pytest.mark.parametrize(
    "kind", [pytest.param(InitiativeKind.UPGRADE, marks=pytest.mark.slow), InitiativeKind.MARKET_ENTRY]
)
async def test_every_pair_of_statuses_is_an_allowed_move_or_refused(
    planning: httpx.AsyncClient, tenant: Tenant, kind: InitiativeKind
) -> None:
    """Each initiative is put where it stands by the database's owner, so that all pairs can be tried."""
    for status in S:
        if status not in statuses_of(kind):
            continue
        initiative = await ready(planning, kind=kind)
        held = S.CONCEPT if status is S.ON_HOLD else None
        allowed = allowed_moves(kind, status, held)
        await _put_at(tenant, initiative, status, held)
        for to in S:
            if to not in allowed:
                refused = await move(planning, initiative, to, reason="To try it.")
                assert problem(refused) == (409, "illegal-transition"), (status, to)
                assert refused.json()["parameters"]["allowed"] == (", ".join(allowed) or "none")
        for to, kind_of_move in allowed.items():
            await _put_at(tenant, initiative, status, held)
            moved = good(await move(planning, initiative, to, reason="To try it."))
            assert (moved["status"], moved["held_from"]) == (to, status if kind_of_move == "hold" else None)


async def _put_at(tenant: Tenant, initiative: dict[str, Any], status: S, held: S | None) -> None:
    await run_as_owner(
        tenant,
        "UPDATE planning.initiative SET status = $3, held_from = $4, actual_start_date = NULL,"
        " actual_dev_done_date = NULL, actual_launch_date = NULL, actual_end_date = NULL"
        " WHERE tenant_id = $1 AND id = $2",
        initiative["id"],
        status.value,
        held and held.value,
    )


async def test_nothing_leaves_proposed_without_a_why_and_a_gap_or_need(planning: httpx.AsyncClient) -> None:
    for kind, to in (("product", "concept"), ("campaign", "planned")):
        bare = await propose(planning, kind=kind, why=None)
        refused = await move(planning, bare, to)
        assert problem(refused) == (409, "groundwork-missing")
        assert refused.json()["parameters"]["faults"] == "why_missing, gap_or_need_missing"
        good(await patch(planning, bare, why="Readers ask for one."))
        insight = {"kind": "insight", "text": "Rivals have one."}
        good(await planning.post(f"/initiatives/{bare['id']}/bases", json=insight), 201)
        refused = await move(planning, bare, to)
        assert refused.json()["parameters"]["faults"] == "gap_or_need_missing"
        need = await add_need(planning, bare)
        good(await move(planning, bare, to))
        path = f"/initiatives/{bare['id']}/bases/{need['id']}"
        assert problem(await planning.delete(path, headers={"If-Match": '"v1"'})) == (409, "groundwork-missing")
        await add_need(planning, bare)
        assert (await planning.delete(path, headers={"If-Match": '"v1"'})).status_code == 204


async def test_requirements_need_product_market_and_category_manager(planning: httpx.AsyncClient) -> None:
    node = {"code": "lighting", "name": "Lighting", "kind": "category"}
    lighting = good(await planning.post("/portfolio-nodes", json=node), 201)
    series = {"code": "lamps", "name": "Lamps", "kind": "series", "parent_id": lighting["id"]}
    lamps = good(await planning.post("/portfolio-nodes", json=series), 201)
    lamp = await propose(planning, node_id=lamps["id"])
    await add_need(planning, lamp)
    good(await move(planning, lamp, "concept"))
    # A manager of the category manages what is developed in it.
    await assign_team(planning, "portfolio_node", lighting["id"], "CM")
    await assign_team(planning, "initiative", lamp["id"], "PM")
    refused = await move(planning, lamp, "requirements")
    assert problem(refused) == (409, "groundwork-missing")
    assert refused.json()["parameters"]["missing_roles"] == "MM"
    await assign_team(planning, "portfolio_node", lamps["id"], "MM")
    good(await move(planning, lamp, "requirements"))
    # Elsewhere it would have no category manager.
    moved = await patch(planning, lamp, node_id=None)
    assert problem(moved) == (409, "groundwork-missing")
    assert moved.json()["parameters"]["missing_roles"] == "MM, CM"


async def test_holding_killing_and_recycling_need_a_reason(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    await advance(planning, lamp, "design")
    for to in ("on_hold", "killed", "requirements"):
        assert problem(await move(planning, lamp, to, reason=" ")) == (422, "reason-missing")
    held = good(await move(planning, lamp, "on_hold", reason="No budget."))
    assert held["held_from"] == "design"
    assert problem(await move(planning, lamp, "test")) == (409, "illegal-transition")
    assert good(await move(planning, lamp, "design"))["held_from"] is None
    assert good(await move(planning, lamp, "killed", reason="No budget at all."))["status"] == "killed"
    steps = good(await planning.get(f"/initiatives/{lamp['id']}/transitions"))["items"]
    assert [(each["move"], each["reason"]) for each in steps[-3:]] == [
        ("hold", "No budget."),
        ("resume", None),
        ("kill", "No budget at all."),
    ]


async def test_a_released_launch_leads_nowhere_back(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    await advance(planning, lamp, "launch")
    # Before it is released it may still go back, which takes back the end of development.
    recycled = good(await move(planning, lamp, "design", reason="The plug is wrong."))
    assert recycled["actual"]["dev_done_date"] is None
    await advance(planning, lamp, "ramp")
    for to in ("launch", "test", "concept", "proposed", "killed"):
        assert problem(await move(planning, lamp, to, reason="It was too early.")) == (409, "illegal-transition")


async def test_a_step_happened_on_a_day_that_has_come_and_fits_the_others(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    assert pointers(await move(planning, lamp, "concept", on_date=days_ago(-1))) == [("#/on_date", "in_future")]
    good(await move(planning, lamp, "concept", on_date=days_ago(10)))
    await advance(planning, lamp, "test")
    assert pointers(await move(planning, lamp, "launch", on_date=days_ago(11))) == [("#/on_date", "out_of_order")]
    launched = good(await move(planning, lamp, "launch", on_date=days_ago(4)))
    assert launched["actual"] == {
        "start_date": days_ago(10),
        "dev_done_date": days_ago(4),
        "launch_date": None,
        "end_date": None,
    }


async def test_a_step_is_made_once_for_a_key_and_from_the_version_that_was_read(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    path = f"/initiatives/{lamp['id']}/transitions"
    headers = {"If-Match": '"v1"', "Idempotency-Key": "concept-of-lamp"}
    first = await planning.post(path, json={"to": "concept"}, headers=headers)
    again = await planning.post(path, json={"to": "concept"}, headers=headers)
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", good(first))
    stale = await planning.post(path, json={"to": "requirements"}, headers=headers | {"Idempotency-Key": "next"})
    assert problem(stale) == (412, "precondition-failed")
    assert problem(await planning.post(path, json={"to": "requirements"}, headers={"If-Match": '"v2"'})) == (
        400,
        "idempotency-key-missing",
    )
    assert (await read(planning, lamp))["status"] == "concept"
