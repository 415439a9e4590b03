"""Dependencies over HTTP: never in a circle, however many write at once; confirmed, or a risk that somebody owns."""

import asyncio

import asyncpg
import httpx
import pytest

from tests.planning.initiatives.initiative_calls import (
    a_person,
    depend,
    good,
    listed,
    patch,
    pointers,
    problem,
    propose,
)
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

MERGE = {"Content-Type": "application/merge-patch+json"}


async def test_a_dependency_is_made_found_changed_and_removed(planning: httpx.AsyncClient) -> None:
    mould, lamp = await propose(planning, code="mould"), await propose(planning, code="lamp")
    made = good(await depend(planning, mould, lamp, lag_days=3), 201)
    assert (made["from_code"], made["to_code"], made["type"], made["lag_days"]) == ("mould", "lamp", "finish_start", 3)
    path = f"/dependencies/{made['id']}"
    assert good(await planning.get(path)) == made
    for filters in ({"from_id": mould["id"]}, {"to_id": lamp["id"]}, {"initiative_id": lamp["id"]}):
        assert listed(await planning.get("/dependencies", params=filters)) == [made]
    assert good(await planning.get("/dependencies", params={"to_id": mould["id"]}))["items"] == []
    headers = {"If-Match": '"v1"'} | MERGE
    changed = good(await planning.patch(path, json={"lag_days": 0, "type": "start_start"}, headers=headers))
    assert (changed["lag_days"], changed["type"], changed["version"]) == (0, "start_start", 2)
    assert (await planning.delete(path, headers={"If-Match": '"v2"'})).status_code == 204
    assert (await planning.get(path)).status_code == 404


async def test_what_it_names_must_exist_and_once_is_enough(planning: httpx.AsyncClient) -> None:
    mould, lamp = await propose(planning), await propose(planning)
    ghost = {"id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"}
    assert pointers(await depend(planning, ghost, lamp)) == [("#/from_id", "unknown")]
    assert pointers(await depend(planning, mould, ghost)) == [("#/to_id", "unknown")]
    assert pointers(await depend(planning, mould, lamp, risk_owner_id=ghost["id"])) == [("#/risk_owner_id", "unknown")]
    good(await depend(planning, mould, lamp), 201)
    assert problem(await depend(planning, mould, lamp, type="start_start")) == (409, "duplicate-key")


async def test_nobody_comes_to_wait_for_himself(planning: httpx.AsyncClient, tenant: Tenant) -> None:
    a, b, c = [await propose(planning, code=code) for code in "abc"]
    for pair in ((a, b), (b, c)):
        good(await depend(planning, *pair), 201)
    refused = await depend(planning, c, a)
    assert problem(refused) == (409, "circular-dependency")
    assert sorted(refused.json()["parameters"]["circle"].split(" → ")[:3]) == ["a", "b", "c"]
    assert problem(await depend(planning, a, a)) == (409, "circular-dependency")
    good(await depend(planning, a, c), 201)
    with pytest.raises(asyncpg.CheckViolationError, match="itself"):
        await run_as_owner(tenant, "UPDATE planning.dependency SET to_id = from_id WHERE tenant_id = $1")


@pytest.mark.parametrize("attempt", range(3))
async def test_two_writers_at_once_close_no_circle_together(planning: httpx.AsyncClient, attempt: int) -> None:
    """Each half of the circle is harmless alone, and they share no initiative whose row could be locked."""
    a, b, c, d = [await propose(planning) for _ in range(4)]
    for pair in ((b, c), (d, a)):
        good(await depend(planning, *pair), 201)
    answers = await asyncio.gather(depend(planning, a, b), depend(planning, c, d))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(good(await planning.get("/dependencies"))["items"]) == 3


async def test_two_writers_at_once_make_no_line_of_products_that_comes_back(planning: httpx.AsyncClient) -> None:
    a, b, c, d = [await propose(planning) for _ in range(4)]
    good(await patch(planning, c, predecessor_id=b["id"]))
    good(await patch(planning, a, predecessor_id=d["id"]))
    answers = await asyncio.gather(
        patch(planning, b, predecessor_id=a["id"]), patch(planning, d, predecessor_id=c["id"])
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_promise_is_given_once_and_again_when_something_else_is_asked_for(planning: httpx.AsyncClient) -> None:
    made = good(await depend(planning, await propose(planning), await propose(planning)), 201)
    path = f"/dependencies/{made['id']}"
    keyed = {"If-Match": '"v1"', "Idempotency-Key": "yes"}
    confirmed = good(await planning.post(f"{path}/confirmation", headers=keyed))
    assert confirmed["confirmed_by"] is not None
    again = {"If-Match": '"v2"', "Idempotency-Key": "yes-again"}
    assert problem(await planning.post(f"{path}/confirmation", headers=again)) == (409, "already-confirmed")
    assert listed(await planning.get("/dependencies", params={"confirmed": "true"})) == [confirmed]
    owner = await a_person(planning)
    owned = good(await planning.patch(path, json={"risk_owner_id": owner}, headers={"If-Match": '"v2"'} | MERGE))
    assert (owned["risk_owner_id"], owned["confirmed_by"]) == (owner, confirmed["confirmed_by"])
    asked = good(await planning.patch(path, json={"lag_days": 9}, headers={"If-Match": '"v3"'} | MERGE))
    assert (asked["confirmed_by"], asked["confirmed_at"]) == (None, None)
    stale = {"If-Match": '"v3"', "Idempotency-Key": "no"}
    assert problem(await planning.post(f"{path}/confirmation", headers=stale)) == (412, "precondition-failed")
