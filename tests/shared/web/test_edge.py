"""What is around every operation: ids, headers, quota, logs, measures, probes."""

import asyncio
import io
import json
import re
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.roles import DatabaseUrls
from shared.core.api_key import new_api_key
from shared.db import engine
from shared.db.engine import Database, UnsafeRole
from shared.web.app import ServiceApp
from shared.web.logs import REDACTED, configure_logs
from shared.web.observe import trace_from
from shared.web.quota import Quota
from tests.shared.web.conftest import probe_app
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant


async def test_a_request_id_is_returned_or_made(probes: httpx.AsyncClient) -> None:
    assert (await probes.get("/effects", headers={"Request-Id": "order-4711"})).headers["request-id"] == "order-4711"
    for wrong in ("", "a b", "x" * 65, "a\u00e4"):
        made = (await probes.get("/effects", headers=[(b"Request-Id", wrong.encode("latin-1"))])).headers["request-id"]
        assert made != wrong
        assert len(made) == 36


async def test_a_trace_goes_on_or_begins(probes: httpx.AsyncClient) -> None:
    sent = f"00-{'a' * 32}-{'b' * 16}-01"
    returned = (await probes.get("/effects", headers={"traceparent": sent})).headers["traceparent"]
    version, trace, span, flags = returned.split("-")
    assert (version, trace, flags) == ("00", "a" * 32, "01")
    assert span != "b" * 16
    for wrong in ("00-" + "0" * 32 + "-" + "b" * 16 + "-01", "junk", f"01-{'a' * 32}-{'b' * 16}-01"):
        assert trace_from(wrong.encode())[0] != "a" * 32


async def test_every_answer_is_guarded(probes: httpx.AsyncClient, probes_app: ServiceApp) -> None:
    for answer in (await probes.get("/effects"), await probes.get("/nothing"), await probes.get("/leaks")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers.get_list("content-security-policy")) == 1


async def test_other_origins_are_not_let_in(probes: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://elsewhere.test", "Access-Control-Request-Method": "GET"}
    answer = await probes.request("OPTIONS", "/effects", headers=headers)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    answer = await probes.get("/effects", headers=headers)
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_used_up_quota_is_429_until_the_window_ends(database_urls: DatabaseUrls, tenant: Tenant) -> None:
    app = probe_app(database_urls, rate_limit_quota=2, rate_limit_window_seconds=60)
    async with app.router.lifespan_context(app), client_of(app, tenant) as client:
        left = [(await client.get("/effects")).headers["ratelimit"].partition(";t=")[0] for _ in range(2)]
        refused = await client.get("/effects")
        # Another key has a quota of its own, and so has who presents none.
        async with client_of(app, key=await tenant.make_key()) as other:
            assert (await other.get("/effects")).status_code == 200
    assert left == ['"default";r=1', '"default";r=0']
    assert (refused.status_code, problem_slug(refused)) == (429, "quota-exceeded")
    assert refused.headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert 1 <= int(refused.headers["retry-after"]) <= 60


async def test_when_too_many_wait_for_the_database_the_next_is_turned_away_at_once(
    database_urls: DatabaseUrls, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAITING_LIMIT", 1)
    app = probe_app(database_urls, pool_size=1)
    async with app.router.lifespan_context(app), client_of(app, tenant) as client:
        database: Database = app.state.database

        async def wait() -> None:
            async with database.session(tenant.id):
                pass

        async with database.session(tenant.id):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.05)
            turned_away = await client.get("/effects")
        await waiting
        assert (await client.get("/effects")).status_code == 200
    assert (turned_away.status_code, problem_slug(turned_away)) == (503, "temporary-reduced-capacity")
    assert turned_away.headers["retry-after"] == "1"


async def test_made_up_keys_are_charged_to_who_sends_them(database_urls: DatabaseUrls) -> None:
    app = probe_app(database_urls, rate_limit_quota=2, rate_limit_window_seconds=60)
    async with app.router.lifespan_context(app):
        answers = []
        for _ in range(3):
            async with client_of(app, key=new_api_key().text) as client:
                answers.append(await client.get("/effects"))
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    (left,) = answers[0].headers.get_list("ratelimit")
    assert left.startswith('"default";r=1;')


def test_callers_beyond_what_is_remembered_share_one_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.quota.MOST_CALLERS", 2)
    quota = Quota(1, 60, clock=lambda: 0.0)
    assert [quota.spend(caller)[1] is None for caller in "abcd"] == [True, True, True, False]


def test_a_quota_is_whole_again_in_the_next_window_and_shared_by_processes() -> None:
    now = [0.0]
    quota = Quota(10, 60, workers=5, clock=lambda: now[0])
    assert [quota.spend("a")[1] is None for _ in range(3)] == [True, True, False]
    assert quota.spend("b")[1] is None
    now[0] = 60.0
    assert quota.spend("a")[1] is None


async def test_logs_are_json_with_ids_and_without_secrets(
    tenant: Tenant, probes: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    configure_logs("planning", stream=stream)
    try:
        await probes.get("/effects", headers={"Request-Id": "find-me"})
        await probes.get("/leaks")
        log = structlog.get_logger("test")
        key = new_api_key().text
        log.info("words", authorization=key, nested={"password": "hunter2", "list": [f"key {key}"]}, raw=key.encode())
        log.info(f"a sentence with {key} and postgresql://tw_ads:hunter2@database/x")
    finally:
        configure_logs("planning")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    request = next(line for line in lines if line.get("request_id") == "find-me")
    assert (request["tenant_id"], request["route"], request["status"]) == (str(tenant.id), "/v1/effects", 200)
    assert {"trace_id", "milliseconds", "timestamp", "service"} <= set(request)
    failure = next(line for line in lines if line["event"] == "request failed")
    assert failure["exception"][0]["exc_type"] == "RuntimeError"
    assert not any(frame.get("locals") for frame in failure["exception"][0]["frames"])
    text = stream.getvalue()
    assert "hunter2" not in text
    assert key.rpartition("_")[2] not in text
    assert tenant.key not in text
    assert REDACTED in text


async def test_requests_turned_away_in_thousands_are_a_short_line_each(
    probes: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    configure_logs("planning", stream=stream)
    try:
        answer = await probes.get("/problems/temporary-reduced-capacity")
    finally:
        configure_logs("planning")
    assert answer.status_code == 503
    line = next(each for each in stream.getvalue().splitlines() if "turned away" in each)
    assert len(line) < 500
    assert json.loads(line)["error"] == "Unavailable"


async def test_the_process_lives_and_is_ready(probes_app: ServiceApp) -> None:
    async with client_of(probes_app, declared=False) as client:
        assert (await client.get("http://test/health/live")).json() == {"status": "live"}
        ready = await client.get("http://test/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        assert ready.json()["checks"]["migrations"] == {"status": "ok", "behind": []}
        assert ready.json()["checks"]["queue"]["status"] == "ok"
        assert (await client.post("http://test/health/live")).status_code == 405


async def test_without_a_database_the_process_lives_but_is_not_ready(database_urls: DatabaseUrls) -> None:
    app = probe_app(database_urls)
    async with app.router.lifespan_context(app), client_of(app, declared=False) as client:
        await app.state.database.close()
        app.state.database.url = app.state.database.url.set(port=1)
        app.state.database.engine = _engine_to_nowhere()
        app.state.database._sessions.configure(bind=app.state.database.engine)
        assert (await client.get("http://test/health/live")).status_code == 200
        assert (await client.get("http://test/health/ready")).status_code == 503
        answer = await client.get("/effects", headers={"Authorization": f"Bearer {new_api_key().text}"})
        assert (answer.status_code, problem_slug(answer)) == (503, "temporary-reduced-capacity")
        assert answer.headers["retry-after"] == "1"


def _engine_to_nowhere() -> Any:
    return create_async_engine("postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none")


async def test_what_is_measured_names_routes_not_ids(probes: httpx.AsyncClient) -> None:
    await probes.get("/problems/conflict")
    text = (await probes.get("http://test/metrics")).text
    assert 'route="/v1/problems/{slug}",status="409"' in text
    assert "/problems/conflict" not in text


async def test_documents_are_served_beside_the_api(probes: httpx.AsyncClient) -> None:
    document = (await probes.get("http://test/openapi.json")).json()
    assert document["servers"][0]["url"] == "http://test/v1"
    assert all(not path.startswith("/v1") for path in document["paths"])
    page = await probes.get("http://test/docs")
    assert "openapi.json" in page.text
    assert "script-src" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 3
    for address in loaded:
        assert "//" not in address, "the page needs no other host"
        part = await probes.get(f"http://test/{address}")
        assert (part.status_code, bool(part.content)) == (200, True)


async def test_a_role_that_row_security_does_not_bind_is_refused(database_urls: DatabaseUrls) -> None:
    for url in (database_urls.owner, database_urls.admin):
        assert url is not None
        database = Database(url)
        with pytest.raises(UnsafeRole):
            await database.check_role()
        await database.close()
