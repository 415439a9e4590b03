"""Every error is a problem (RFC 9457) of a known type, and none tells what is inside."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from sqlalchemy.exc import DBAPIError

import services.ads.app
import services.inventory.app
import services.planning.app  # noqa: F401  (all problem types are declared once the applications are imported)
from shared.core.errors import PROBLEM_URN
from shared.web.app import ServiceApp
from shared.web.problems import problem_for, problem_types
from tests.shared.web.conftest import error_of
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant


@pytest.mark.parametrize("slug", sorted(problem_types()))
async def test_each_type_is_answered_with_its_own_status_and_words(slug: str, probes: httpx.AsyncClient) -> None:
    error = error_of(slug)
    answer = await probes.get(f"/problems/{slug}")
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["status"]) == (error.status, error.status)
    assert (body["type"], body["title"]) == (PROBLEM_URN + slug, error.title)
    assert body["detail"] == (error.__doc__ or "").strip()
    assert body["request_id"] == answer.headers["request-id"]


def test_each_type_has_a_sentence_and_a_slug_of_its_own() -> None:
    for slug, error in problem_types().items():
        assert error.__doc__, f"{error.__name__} has no sentence"
        assert slug != "error", f"{error.__name__} has no slug"
        assert 400 <= error.status < 600


async def test_an_unknown_error_says_nothing(probes: httpx.AsyncClient) -> None:
    answer = await probes.get("/leaks")
    assert (answer.status_code, problem_slug(answer)) == (500, "internal-error")
    assert "hunter2" not in answer.text
    assert "postgres" not in answer.text


async def test_a_broken_statement_says_nothing(probes: httpx.AsyncClient) -> None:
    answer = await probes.get("/broken-statements")
    assert (answer.status_code, problem_slug(answer)) == (500, "internal-error")
    assert "secret_column" not in answer.text


async def test_a_failing_commit_is_not_answered_with_success(probes: httpx.AsyncClient) -> None:
    answer = await probes.get("/late-failures")
    assert (answer.status_code, problem_slug(answer)) == (409, "conflict")


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("got result for unknown protocol state"),
        asyncpg.TooManyConnectionsError("too many"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.DeadlockDetectedError("deadlock"),
        asyncpg.SerializationError("serialize"),
        asyncpg.LockNotAvailableError("lock timeout"),
        asyncpg.QueryCanceledError("statement timeout"),
        asyncpg.DiskFullError("no space left on device"),
        asyncpg.InvalidPasswordError("rotated"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_answered_with_503(error: Exception) -> None:
    assert problem_for(error).slug == "temporary-reduced-capacity"
    wrapped = DBAPIError("SELECT", {}, Exception())
    assert wrapped.orig is not None
    wrapped.orig.__cause__ = error
    assert problem_for(wrapped).slug == "temporary-reduced-capacity"


def test_what_cannot_be_stored_is_the_callers_mistake() -> None:
    assert problem_for(asyncpg.CharacterNotInRepertoireError("0x00")).status == 422
    assert problem_for(asyncpg.NumericValueOutOfRangeError("too big")).status == 422
    assert problem_for(asyncpg.DataError("invalid input for query argument $1")).status == 422
    assert problem_for(asyncpg.DivisionByZeroError("division by zero")).status == 500


async def test_what_is_not_there_is_404_even_without_a_key(probes_app: ServiceApp) -> None:
    async with client_of(probes_app) as client:
        for path in ("/nothing", "/effects/", "/effects/1/2"):
            answer = await client.get(path)
            assert (answer.status_code, problem_slug(answer)) == (404, "not-found")


async def test_outside_v1_there_are_no_operations(probes_app: ServiceApp, tenant: Tenant) -> None:
    async with client_of(probes_app, tenant) as client:
        answer = await client.get("http://test/effects")
        assert (answer.status_code, problem_slug(answer)) == (404, "not-found")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "QUERY"])
async def test_another_method_is_405_and_all_methods_are_named(method: str, probes: httpx.AsyncClient) -> None:
    answer = await probes.request(method, "/effects")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    if method != "HEAD":
        assert problem_slug(answer) == "method-not-allowed"


@pytest.mark.parametrize(
    ("content", "media_type", "status", "slug"),
    [
        (b"{", "application/json", 400, "bad-request"),
        (b'{"code": "\xff"}', "application/json", 400, "bad-request"),
        (b"[" * 100_000, "application/json", 400, "bad-request"),
        (b'{"code": "a"}', "text/plain", 415, "unsupported-media-type"),
        (b'{"code": "a"}', "application/merge-patch+json", 415, "unsupported-media-type"),
        (b'{"code": "a"}', "", 415, "unsupported-media-type"),
        (b"", "application/json", 422, "invalid"),
        (b"null", "application/json", 422, "invalid"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"code": 1}', "application/json", 422, "invalid"),
        (b'{"code": "a\\u0000b"}', "application/json", 422, "invalid"),
        (b'{"code": "\\ud800"}', "application/json", 422, "invalid"),
        (b'{"code": "a", "\\ud800": 1}', "application/json", 422, "invalid"),
        (b'{"code": "a", "fail_after": 1}', "application/json", 422, "invalid"),
        (b'{"code": "a", "wait_milliseconds": "1"}', "application/json", 422, "invalid"),
        (b'{"code": "a", "wait_milliseconds": 1e400}', "application/json", 422, "invalid"),
        (b'{"code": "a", "wait_milliseconds": NaN}', "application/json", 422, "invalid"),
        (b'{"code": "a", "wait_milliseconds": %s}' % (b"9" * 400), "application/json", 422, "invalid"),
        (b'{"code": "a", "wait_milliseconds": %s}' % (b"9" * 5_000), "application/json", 400, "bad-request"),
        (b'{"code": "a", "unknown": 1}', "application/json", 422, "invalid"),
    ],
)
async def test_a_wrong_body_is_the_callers_mistake(
    content: bytes, media_type: str, status: int, slug: str, probes: httpx.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "a"} | ({"Content-Type": media_type} if media_type else {})
    answer = await probes.post("/effects", content=content, headers=headers)
    assert (answer.status_code, problem_slug(answer)) == (status, slug), answer.text


async def test_a_field_problem_points_to_the_field(probes: httpx.AsyncClient) -> None:
    answer = await probes.post("/effects", json={"code": "", "a/b": 1}, headers={"Idempotency-Key": "a"})
    assert sorted(each["pointer"] for each in answer.json()["errors"]) == ["#/a~1b", "#/code"]


async def test_a_large_body_is_refused_unless_the_operation_takes_it(probes: httpx.AsyncClient) -> None:
    names = ["x" * 100] * 20_000
    answer = await probes.post("/effects", json={"code": "a" * 2_000_000}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, problem_slug(answer)) == (413, "content-too-large")
    assert (await probes.post("/large-bodies", json=names)).json()["count"] == 20_000
    answer = await probes.post("/large-bodies", json=names * 2)
    assert (answer.status_code, problem_slug(answer)) == (413, "content-too-large")
    answer = await probes.request("GET", "/effects", content=b"x" * 2_000_000)
    assert (answer.status_code, problem_slug(answer)) == (413, "content-too-large")


async def test_a_body_without_a_length_is_counted(probes: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100_000

    headers = {"Idempotency-Key": "a", "Content-Type": "application/json"}
    answer = await probes.post("/effects", content=endless(), headers=headers)
    assert (answer.status_code, problem_slug(answer)) == (413, "content-too-large")
