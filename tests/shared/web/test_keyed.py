"""Idempotency-Key: an effect happens once however often it is asked for, and a failed one leaves nothing."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from shared.web.app import ServiceApp
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant


async def effects(client: httpx.AsyncClient) -> int:
    return int((await client.get("/effects")).json()["count"])


async def post(client: httpx.AsyncClient, key: str | None, **body: Any) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post("/effects", json={"code": "a"} | body, headers=headers)


async def test_without_a_key_nothing_happens(probes: httpx.AsyncClient) -> None:
    answer = await post(probes, None)
    assert (answer.status_code, problem_slug(answer)) == (400, "idempotency-key-missing")
    assert await effects(probes) == 0


@pytest.mark.parametrize("key", ["", '""', "with space", "x" * 201, "tab\tbed"])
async def test_a_malformed_key_is_refused(key: str, probes: httpx.AsyncClient) -> None:
    answer = await post(probes, key)
    assert (answer.status_code, problem_slug(answer)) == (400, "bad-request")
    assert await effects(probes) == 0


async def test_a_repeated_request_gets_the_first_answer(probes: httpx.AsyncClient) -> None:
    first = await post(probes, "one")
    second = await post(probes, "one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"] == "http://test/v1/effects/1"
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await effects(probes) == 1


async def test_a_quoted_key_is_the_same_as_a_bare_one(probes: httpx.AsyncClient) -> None:
    await post(probes, "one")
    assert (await post(probes, '"one"')).headers["idempotency-replayed"] == "true"


async def test_a_key_with_another_body_is_refused(probes: httpx.AsyncClient) -> None:
    await post(probes, "one")
    answer = await post(probes, "one", code="b")
    assert (answer.status_code, problem_slug(answer)) == (422, "idempotency-key-reused")
    assert await effects(probes) == 1


async def test_keys_of_two_companies_do_not_meet(
    probes: httpx.AsyncClient, probes_app: ServiceApp, make_tenant: Any
) -> None:
    await post(probes, "one")
    async with client_of(probes_app, await make_tenant(), declared=False) as other:
        assert "idempotency-replayed" not in (await post(other, "one")).headers
        assert await effects(other) == 1


async def test_another_principal_cannot_read_the_answer_with_the_key(
    tenant: Tenant, probes: httpx.AsyncClient, probes_app: ServiceApp
) -> None:
    await post(probes, "one")
    async with client_of(probes_app, key=await tenant.make_key(), declared=False) as colleague:
        assert problem_slug(await post(colleague, "one")) == "idempotency-key-reused"


async def test_of_many_at_once_one_happens_and_all_get_its_answer(probes: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(post(probes, "one", wait_milliseconds=50) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await effects(probes) == 1


async def test_of_many_at_once_with_other_bodies_one_happens(probes: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(post(probes, "one", code=f"code-{n}", wait_milliseconds=50) for n in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 5
    assert await effects(probes) == 1


async def test_a_failure_after_the_effect_leaves_neither_effect_nor_key(probes: httpx.AsyncClient) -> None:
    assert (await post(probes, "one", fail_after=True)).status_code == 503
    assert await effects(probes) == 0
    retried = await post(probes, "one", fail_after=False)
    assert (retried.status_code, "idempotency-replayed" in retried.headers) == (201, False)
    assert await effects(probes) == 1


async def test_a_lost_connection_leaves_neither_effect_nor_key(probes: httpx.AsyncClient, admin: Any) -> None:
    request = asyncio.create_task(post(probes, "one", wait_milliseconds=1_000))
    killed = False
    for _ in range(100):
        await asyncio.sleep(0.01)
        killed = await admin.fetchval(
            "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'tradewind-planning'"
            " AND state = 'idle in transaction' AND query LIKE 'INSERT INTO planning.organisation_unit%'"
        )
        if killed:
            break
    assert killed
    answer = await request
    assert (answer.status_code, problem_slug(answer)) == (503, "temporary-reduced-capacity")
    assert await effects(probes) == 0
    assert (await post(probes, "one")).status_code == 201
    assert await effects(probes) == 1


async def test_a_request_that_is_still_running_is_not_waited_for_forever(
    tenant: Tenant, probes: httpx.AsyncClient, database_urls: Any
) -> None:
    holder = await asyncpg.connect(database_urls.planning)
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute(f"SET LOCAL app.tenant_id = '{tenant.id}'")
    await holder.execute(
        "INSERT INTO platform.idempotency_key (tenant_id, service, key, fingerprint, status, headers, body, created_at)"
        " VALUES ($1, 'planning', 'one', '', 0, '{}', '', now())",
        tenant.id,
    )
    answer = await post(probes, "one")
    assert (answer.status_code, problem_slug(answer)) == (409, "idempotency-key-in-flight")
    assert answer.headers["retry-after"] == "1"
    await transaction.rollback()
    await holder.close()
    assert (await post(probes, "one")).status_code == 201
