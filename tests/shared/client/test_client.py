"""The clients: what is repeated, what is not, what callers are told."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
import structlog

from shared.client.base import ApiError, Unreachable
from shared.client.tradewind import OperationFailed, TradewindClient

Answer = httpx.Response | Exception


@pytest.fixture(autouse=True)
def _without_pauses() -> Any:
    with stamina.set_testing(True, attempts=6, cap=True):
        yield


class Service:
    """A service that gives the prepared answers one after the other, the last one for ever."""

    def __init__(self, *answers: Answer | Callable[[httpx.Request], httpx.Response]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def client(self) -> TradewindClient:
        return TradewindClient("http://service/v1", "tw_live_x", transport=httpx.MockTransport(self))


def problem(status: int, slug: str = "conflict", **members: Any) -> httpx.Response:
    body = {"type": f"urn:tradewind:problem:{slug}", "title": "T", "status": status, "detail": "D", **members}
    return httpx.Response(status, json=body)


def operation(state: str, done: int = 0, **members: Any) -> httpx.Response:
    return httpx.Response(200, json={"id": "1", "state": state, "progress": {"done": done}, **members})


async def test_a_read_is_repeated_until_the_service_is_back() -> None:
    service = Service(
        httpx.ConnectError("refused"), httpx.ReadTimeout("late"), problem(503), httpx.Response(200, json={"a": 1})
    )
    async with service.client() as client:
        assert await client.get("/things") == {"a": 1}
    assert len(service.requests) == 4


async def test_a_write_is_repeated_with_the_same_key() -> None:
    service = Service(httpx.ReadError("reset"), problem(409, "idempotency-key-in-flight"), httpx.Response(201, json={}))
    async with service.client() as client:
        await client.post("/things", {"name": "a"})
    keys = {request.headers["idempotency-key"] for request in service.requests}
    assert len(service.requests) == 3
    assert len(keys) == 1
    assert [request.content for request in service.requests] == [b'{"name":"a"}'] * 3


async def test_a_write_without_a_key_is_sent_once() -> None:
    service = Service(httpx.ReadError("reset"))
    async with service.client() as client:
        with pytest.raises(Unreachable, match="POST http://service/v1/things"):
            await client.send("POST", "/things")
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 500])
async def test_a_refusal_is_not_repeated(status: int) -> None:
    service = Service(problem(status))
    async with service.client() as client:
        with pytest.raises(ApiError):
            await client.get("/things")
    assert len(service.requests) == 1


async def test_a_service_that_stays_away_is_given_up() -> None:
    service = Service(httpx.ConnectError("refused"))
    async with service.client() as client:
        with pytest.raises(Unreachable, match="refused"):
            await client.get("/things")
    assert len(service.requests) == 6


async def test_a_problem_becomes_an_error_with_all_it_says() -> None:
    errors = [{"pointer": "/units", "code": "int", "detail": "must be whole"}]
    service = Service(problem(422, "invalid", errors=errors, parameters={"most": 5}, request_id="r-1"))
    async with service.client() as client:
        with pytest.raises(ApiError, match="/units: must be whole") as caught:
            await client.get("/things")
    error = caught.value
    assert (error.status, error.slug, error.errors, error.parameters) == (422, "invalid", errors, {"most": 5})
    assert error.request_id == "r-1"


async def test_an_answer_that_is_no_problem_still_becomes_an_error() -> None:
    service = Service(httpx.Response(404, text="<h1>Not found</h1>"))
    async with service.client() as client:
        with pytest.raises(ApiError, match="404 Not Found"):
            await client.get("/things")


async def test_requests_carry_the_key_and_the_trace_of_what_they_are_part_of() -> None:
    service = Service(httpx.Response(200, json={}))
    async with service.client() as client:
        with structlog.contextvars.bound_contextvars(trace_id="ab" * 16):
            await client.get("/things")
        await client.get("/things")
    first, second = service.requests
    assert first.headers["authorization"] == "Bearer tw_live_x"
    assert first.headers["traceparent"].split("-")[1] == "ab" * 16
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", second.headers["traceparent"])
    assert second.headers["traceparent"].split("-")[1] != "ab" * 16


async def test_the_key_never_goes_to_another_host() -> None:
    service = Service(httpx.Response(200, json={"items": [], "next": "http://elsewhere/v1/things?cursor=x"}))
    async with service.client() as client:
        with pytest.raises(ValueError, match="not an address"):
            [item async for item in client.list_all("/things")]
    assert len(service.requests) == 1


async def test_a_list_is_read_to_its_last_page() -> None:
    service = Service(
        httpx.Response(200, json={"items": [{"n": 1}, {"n": 2}], "next": "http://service/v1/things?cursor=x"}),
        httpx.Response(200, json={"items": [{"n": 3}]}),
    )
    async with service.client() as client:
        found = [
            item["n"] async for item in client.list_all("/things", state=["a", "b"], limit=2, open=True, sort=None)
        ]
    assert found == [1, 2, 3]
    assert dict(service.requests[0].url.params) == {"state": "a,b", "limit": "2", "open": "true"}
    assert dict(service.requests[1].url.params) == {"cursor": "x"}


async def test_waiting_tells_every_state_and_ends_with_success() -> None:
    service = Service(operation("pending"), operation("running", 5), operation("succeeded", 9))
    seen: list[int] = []
    async with service.client() as client:
        done = await client.wait_for("/operations/1", lambda found: seen.append(found["progress"]["done"]))
    assert (done["state"], seen) == ("succeeded", [0, 5, 9])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (operation("failed", problem={"detail": "The file ends in the middle."}), "ends in the middle"),
        (operation("cancelled"), "was cancelled"),
    ],
)
async def test_work_without_a_result_is_an_error(answer: httpx.Response, words: str) -> None:
    async with Service(answer).client() as client:
        with pytest.raises(OperationFailed, match=words):
            await client.wait_for("/operations/1")


async def test_a_file_is_sent_whole_again_when_the_first_attempt_broke(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"a,b\n" * 1000)
    service = Service(
        httpx.WriteError("broken pipe"),
        httpx.Response(202, json={"id": "i", "operation_id": "o"}),
        operation("succeeded"),
        httpx.Response(200, json={"id": "i", "rows_applied": 1000}),
    )
    async with service.client() as client:
        done = await client.import_file(path, marketplace="DE", validate_only=False, account=None)
    assert done["rows_applied"] == 1000
    first, second, *_ = service.requests
    for request in (first, second):
        assert path.read_bytes() in request.content
        assert b'name="marketplace"\r\n\r\nDE' in request.content
        assert b'name="validate_only"\r\n\r\nfalse' in request.content
        assert b"account" not in request.content
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


async def test_long_work_is_begun_and_named() -> None:
    service = Service(httpx.Response(202, json={}, headers={"Location": "http://service/v1/operations/1"}))
    async with service.client() as client:
        assert await client.start("/replenishment-runs", {}) == "http://service/v1/operations/1"
