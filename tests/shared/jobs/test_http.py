"""Operations and imports over HTTP, as every service with long work serves them."""

import asyncio
import gzip
import hashlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from pydantic import SecretStr

from deploy.roles import DatabaseUrls
from shared.core.ids import new_id
from shared.db.engine import Database
from shared.files.problems import FileProblem
from shared.jobs.import_files import unpacked
from shared.jobs.imports import ImportRegistry
from shared.web.app import ServiceApp, create_service_app
from shared.web.imports import ImportRead, ImportRowErrorRead, imports_router
from shared.web.operations import OperationRead, operations_router
from shared.web.settings import ServiceSettings
from tests.shared.jobs.test_imports import items_file
from tests.shared.jobs.test_operations import attempt, begin, has_done
from tests.support.fake_jobs import REGISTRY, SERVICE, working
from tests.support.http import problem_slug
from tests.support.tenants import Tenant, create_tenant


@pytest_asyncio.fixture(scope="session")
async def app(jobs_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.web.imports.MOST_UPLOAD_BYTES", 10_000_000)
        routers = (operations_router(SERVICE), imports_router(REGISTRY))
    made = create_service_app(
        service=SERVICE,
        title="Fake",
        description="Long work that does nothing useful.",
        settings=ServiceSettings(database_url=SecretStr(jobs_urls.inventory), public_url="http://test"),
        routers=routers,
    )
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture
async def api(app: ServiceApp, seller: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/v1", headers=seller.headers) as client:
        yield client


async def post(
    api: httpx.AsyncClient, content: bytes, *, key: str | None = None, name: str = "items.csv", **fields: str
) -> httpx.Response:
    return await api.post(
        "/imports",
        files={"file": (name, content)},
        data=fields,
        headers={"Idempotency-Key": key or str(new_id())},
    )


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    found = []
    for block in response.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append({**json.loads(fields["data"]), "event_id": fields["id"], "event": fields["event"]})
    return found


async def test_a_file_is_accepted_with_its_operation_and_applied(
    api: httpx.AsyncClient, jobs_database: Database, seller: Tenant
) -> None:
    content = items_file(3) + b"b,many\n"
    sent = await post(api, content, marketplace="DE", date_from="2026-01-01")
    assert sent.status_code == 202
    body = sent.json()
    assert sent.headers["location"] == f"http://test/v1/operations/{body['operation_id']}"
    assert body["kind"] == "items"
    assert body["state"] == "pending"
    assert body["file_sha256"] == hashlib.sha256(content).hexdigest()
    assert body["parameters"] == {"marketplace": "DE", "date_from": "2026-01-01"}
    await attempt(jobs_database, seller, UUID(body["operation_id"]))
    operation = (await api.get(sent.headers["location"])).json()
    assert operation["state"] == "succeeded"
    done = (await api.get(operation["result_url"].removeprefix("/"))).json()
    assert (done["state"], done["rows_applied"], done["rows_rejected"]) == ("succeeded", 3, 1)
    ImportRead.model_validate_json(json.dumps(done))


async def test_the_same_request_twice_is_one_import_even_with_another_boundary(api: httpx.AsyncClient) -> None:
    key = str(new_id())
    first = await post(api, items_file(3), key=key)
    again = await post(api, items_file(3), key=key)
    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    other = await post(api, items_file(4), key=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:tradewind:problem:idempotency-key-reused")
    assert len((await api.get("/imports")).json()["items"]) == 1


async def test_an_import_needs_an_idempotency_key(api: httpx.AsyncClient) -> None:
    sent = await api.post("/imports", files={"file": ("items.csv", items_file(1))})
    assert (sent.status_code, sent.json()["type"]) == (400, "urn:tradewind:problem:idempotency-key-missing")


async def test_a_refused_file_names_what_is_missing_and_leaves_nothing(api: httpx.AsyncClient) -> None:
    refused = await post(api, b"snapshot,units\na,1\n")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tradewind:problem:facts-missing")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/as_of", "/marketplace"]
    unknown = await post(api, b"sku\na\n")
    assert (unknown.status_code, unknown.json()["type"]) == (422, "urn:tradewind:problem:unreadable-file")
    other = await post(api, items_file(1), kind="item_snapshot")
    assert (other.status_code, other.json()["type"]) == (422, "urn:tradewind:problem:kind-mismatch")
    assert (await api.get("/imports")).json()["items"] == []
    assert (await api.get("/operations")).json()["items"] == []


async def test_a_request_without_file_is_refused(api: httpx.AsyncClient) -> None:
    refused = await api.post("/imports", files={"other": ("a.csv", b"x")}, headers={"Idempotency-Key": str(new_id())})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tradewind:problem:invalid")
    plain = await api.post("/imports", json={}, headers={"Idempotency-Key": str(new_id())})
    assert plain.status_code == 415


async def test_a_body_beyond_the_limit_is_refused(api: httpx.AsyncClient) -> None:
    sent = await post(api, b"code,units\n" + bytes(11_000_000))
    assert (sent.status_code, sent.json()["type"]) == (413, "urn:tradewind:problem:content-too-large")


async def test_the_original_file_comes_back_byte_for_byte(api: httpx.AsyncClient) -> None:
    content = items_file(200_000)
    sent = await post(api, content, name="../Lager — März.csv")
    got = await api.get(f"/imports/{sent.json()['id']}/file")
    assert got.content == content
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Lager%20%E2%80%94%20M%C3%A4rz.csv"
    assert got.headers["content-length"] == str(len(content))


async def test_a_file_may_be_sent_as_gzip_and_is_the_same_file(api: httpx.AsyncClient) -> None:
    content = items_file(3)
    plain = (await post(api, content, marketplace="DE", date_from="2026-01-01")).json()
    packed = await post(api, gzip.compress(content), name="items.csv.gz", marketplace="DE", date_from="2026-01-01")
    assert packed.status_code == 202, packed.text
    for name in ("file_name", "file_sha256", "file_size_bytes", "kind"):
        assert packed.json()[name] == plain[name]
    original = await api.get(f"/imports/{packed.json()['id']}/file")
    assert original.content == content


@pytest.mark.parametrize("damage", ["cut", "changed"])
async def test_damaged_gzip_is_refused(api: httpx.AsyncClient, damage: str) -> None:
    packed = gzip.compress(items_file(300))
    content = packed[:-20] if damage == "cut" else packed[:30] + bytes(20) + packed[50:]
    answer = await post(api, content, marketplace="DE", date_from="2026-01-01")
    assert (answer.status_code, problem_slug(answer)) == (422, "unreadable-file")
    assert answer.json()["parameters"]["code"] == "damaged_gzip"


def test_gzip_that_unpacks_to_more_than_a_file_may_have_is_refused() -> None:
    packed = io.BytesIO(gzip.compress(bytes(3_000_000)))
    with pytest.raises(FileProblem, match="2 MB"):
        unpacked(packed, "zeros.csv.gz", 2_000_000, io.BytesIO())
    stream, name = unpacked(packed, "zeros.csv.GZ", 3_000_000, io.BytesIO())
    stream.seek(0)
    assert (len(stream.read()), name) == (3_000_000, "zeros.csv")


async def test_what_a_kind_brings_that_has_no_way_back_is_not_withdrawn(api: httpx.AsyncClient) -> None:
    sent = (await post(api, items_file(3), marketplace="DE", date_from="2026-01-01")).json()
    answer = await api.post(
        f"/imports/{sent['id']}/withdrawal", json={"reason": "Wrong."}, headers={"Idempotency-Key": str(new_id())}
    )
    assert (answer.status_code, problem_slug(answer)) == (409, "not-withdrawable")
    assert answer.json()["parameters"]["kind"] == sent["kind"]


def test_a_service_of_whose_kinds_none_has_a_way_back_offers_no_withdrawal() -> None:
    def paths(registry: ImportRegistry) -> set[str]:
        return {route.path for route in imports_router(registry).routes if isinstance(route, APIRoute)}

    items = REGISTRY.kinds["items"]
    assert "/imports/{import_id}/withdrawal" in paths(REGISTRY)
    assert paths(REGISTRY) - paths(ImportRegistry.of(SERVICE, [items], REGISTRY.recognise)) == {
        "/imports/{import_id}/withdrawal"
    }


async def test_refused_rows_are_listed_and_exported(
    api: httpx.AsyncClient, jobs_database: Database, seller: Tenant
) -> None:
    sent = await post(api, b"code,units\na,1\nb,many\nx-unknown,4\n")
    await attempt(jobs_database, seller, UUID(sent.json()["operation_id"]))
    path = f"/imports/{sent.json()['id']}/row-errors"
    rows = (await api.get(path)).json()["items"]
    assert [(row["line"], row["code"]) for row in rows] == [(3, "not_a_number"), (4, "unknown_code")]
    for row in rows:
        ImportRowErrorRead.model_validate_json(json.dumps(row))
    exported = await api.get(path, headers={"Accept": "text/csv"})
    assert exported.text.lstrip("\ufeff").splitlines()[0] == "line,column,code,message,value"
    assert len(exported.text.splitlines()) == 3
    assert (await api.get(f"/imports/{new_id()}/row-errors")).status_code == 404


async def test_lists_answer_with_the_declared_types(
    api: httpx.AsyncClient, jobs_database: Database, seller: Tenant
) -> None:
    for content in (items_file(2), items_file(2), items_file(2) + b"!broken,1\n"):
        sent = await post(api, content)
        await attempt(jobs_database, seller, UUID(sent.json()["operation_id"]))
    imports = (await api.get("/imports")).json()["items"]
    operations = (await api.get("/operations")).json()["items"]
    assert [row["state"] for row in imports] == ["failed", "succeeded", "succeeded"]
    assert imports[1]["duplicate_of"] == imports[2]["id"]
    for row in imports:
        one = (await api.get(f"/imports/{row['id']}")).text
        assert ImportRead.model_validate_json(one) == ImportRead.model_validate_json(json.dumps(row))
    for row in operations:
        OperationRead.model_validate_json(json.dumps(row))
        assert OperationRead.model_validate((await api.get(f"/operations/{row['id']}")).json()) == OperationRead(**row)
    failed = (await api.get("/operations", params={"state": "failed,cancelled", "kind": "import"})).json()["items"]
    assert [row["problem"]["parameters"]["code"] for row in failed] == ["broken"]


async def test_events_tell_the_progress_and_end_with_the_end(
    api: httpx.AsyncClient, jobs_urls: DatabaseUrls, jobs_database: Database, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=30, pause=0.05)
    async with working(jobs_urls.inventory):
        response = await api.get(f"/operations/{operation_id}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.startswith("retry: ")
    events = events_of(response)
    assert [event["event"] for event in events] == ["progress"] * (len(events) - 1) + ["end"]
    assert len(events) >= 3
    done = [event["progress"]["done"] for event in events]
    assert done == sorted(done)
    assert (events[-1]["state"], done[-1]) == ("succeeded", 30)
    ids = [int(event["event_id"]) for event in events]
    assert ids == sorted(set(ids))


async def test_a_stream_taken_up_again_leaves_out_what_was_seen(
    api: httpx.AsyncClient, jobs_database: Database, jobs_urls: DatabaseUrls, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=20, pause=0.05)
    path = f"/operations/{operation_id}/events"
    async with working(jobs_urls.inventory):
        await has_done(3, jobs_database, seller, operation_id)
        whole = asyncio.create_task(api.get(path))
        await has_done(10, jobs_database, seller, operation_id)
        events = events_of(await whole)
    resumed = events_of(await api.get(path, headers={"Last-Event-ID": events[0]["event_id"]}))
    assert [event["event_id"] for event in resumed] == [events[-1]["event_id"]]
    finished = await api.get(path, headers={"Last-Event-ID": events[-1]["event_id"]})
    assert (finished.status_code, finished.content) == (204, b"")


async def test_cancelling_answers_with_the_operation(
    api: httpx.AsyncClient, jobs_database: Database, seller: Tenant
) -> None:
    operation_id = await begin(jobs_database, seller, "steps", steps=1)
    cancelled = await api.post(f"/operations/{operation_id}/cancellation")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    again = await api.post(f"/operations/{operation_id}/cancellation")
    assert again.json() == cancelled.json()
    finished = await begin(jobs_database, seller, "steps", steps=0)
    await attempt(jobs_database, seller, finished)
    refused = await api.post(f"/operations/{finished}/cancellation")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tradewind:problem:illegal-transition")


async def test_nothing_of_another_tenant_is_seen(
    api: httpx.AsyncClient, jobs_urls: DatabaseUrls, app: ServiceApp
) -> None:
    sent = (await post(api, items_file(1))).json()
    stranger = await create_tenant(jobs_urls.owner)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://test/v1", headers=stranger.headers
    ) as other:
        for path in (
            f"/imports/{sent['id']}",
            f"/imports/{sent['id']}/file",
            f"/imports/{sent['id']}/row-errors",
            f"/operations/{sent['operation_id']}",
            f"/operations/{sent['operation_id']}/events",
        ):
            assert (await other.get(path)).status_code == 404, path
        assert (await other.post(f"/operations/{sent['operation_id']}/cancellation")).status_code == 404
        assert (await other.get("/imports")).json()["items"] == []


def test_the_document_says_what_is_sent(app: ServiceApp) -> None:
    paths = app.openapi()["paths"]
    events = paths["/operations/{operation_id}/events"]["get"]["responses"]
    assert list(events["200"]["content"]) == ["text/event-stream"]
    assert "content" not in events["204"]
    file = paths["/imports/{import_id}/file"]["get"]["responses"]["200"]["content"]
    assert list(file) == ["application/octet-stream"]
    assert list(paths["/imports"]["post"]["requestBody"]["content"]) == ["multipart/form-data"]
    assert "itemSchema" not in json.dumps(paths)
