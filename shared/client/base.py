"""The base of all HTTP clients: time limits, retries of what may be repeated, trace headers, problems as errors."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import stamina
import structlog

from shared.core.clock import utc_now
from shared.core.ids import new_id

TIME_LIMITS = httpx.Timeout(30.0, connect=5.0)
ATTEMPTS = 6
RETRY_SECONDS = 60.0
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PASSING_STATUSES = frozenset({429, 502, 503, 504})
_KEY_IN_FLIGHT = "urn:tradewind:problem:idempotency-key-in-flight"
_TRACE_ID = re.compile(r"[0-9a-f]{32}")

Json = Any


class ApiError(Exception):
    """A problem (RFC 9457) that a service answered with."""

    def __init__(self, response: httpx.Response) -> None:
        body = _problem_of(response)
        self.status = response.status_code
        self.type = str(body.get("type", "about:blank"))
        self.title = str(body.get("title", response.reason_phrase))
        self.detail = str(body.get("detail", ""))
        self.errors: list[dict[str, Any]] = body.get("errors") or []
        self.parameters: dict[str, Any] = body.get("parameters") or {}
        self.request_id = str(body.get("request_id") or response.headers.get("request-id", ""))
        self.retry_after = _seconds(response.headers.get("retry-after"))
        fields = "".join(f"\n  {each.get('pointer')}: {each.get('detail')}" for each in self.errors)
        super().__init__(f"{self.status} {self.title}. {self.detail}{fields}")

    @property
    def slug(self) -> str:
        """The last part of the type: `not-found`."""
        return self.type.rpartition(":")[2]


class Unreachable(Exception):
    """A service did not answer, or not in time, however often it was asked."""


class ApiClient:
    """Requests to one service with one key.

    What may be repeated (reads, PUT, DELETE, anything with an Idempotency-Key) is repeated after connection
    errors, time limits and the statuses 429, 502, 503 and 504, with growing pauses or the one that the service
    asks for. Answers from 400 on become ApiError.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        attempts: int = ATTEMPTS,
        transport: httpx.AsyncBaseTransport | None = None,
        time_limits: httpx.Timeout = TIME_LIMITS,
    ) -> None:
        self.url = url.rstrip("/")
        self._attempts = attempts
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}", "Accept": "application/json", "User-Agent": "tradewind"},
            transport=transport,
            timeout=time_limits,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, **parameters: Any) -> Json:
        """The JSON of a resource; parameters that are None are left out."""
        return (await self.send("GET", path, params=parameters)).json()

    async def post(self, path: str, body: Json = None, *, key: str | None = None) -> Json:
        """The JSON that a keyed POST answers; without `key` one is made, so that a repetition does nothing twice."""
        headers = {"Idempotency-Key": key or str(new_id())}
        response = await self.send("POST", path, headers=headers, content=lambda: {"json": body})
        return response.json() if response.content else None

    async def list_all(self, path: str, **parameters: Any) -> AsyncIterator[dict[str, Any]]:
        """The items of all pages of a list."""
        page = await self.get(path, **parameters)
        while True:
            for item in page["items"]:
                yield item
            if not page.get("next"):
                return
            page = await self.get(page["next"])

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: Callable[[], Mapping[str, Any]] = dict,
    ) -> httpx.Response:
        """One request, repeated where that is safe; `content` makes httpx's arguments of the body for each attempt.

        `path` is below the client's URL, or an absolute URL of the same service as answers contain them.
        """
        sent = {**_trace_headers(), **(headers or {})}
        repeatable = method in _SAFE_METHODS or "Idempotency-Key" in sent
        url = self._absolute(path)
        query = {name: _as_text(value) for name, value in (params or {}).items() if value is not None}
        try:
            async for attempt in stamina.retry_context(
                on=lambda error: _may_pass(error) if repeatable else False,
                attempts=self._attempts,
                timeout=RETRY_SECONDS,
                wait_initial=0.2,
                wait_max=5.0,
                wait_jitter=0.2,
            ):
                with attempt:
                    response = await self._http.request(method, url, params=query or None, headers=sent, **content())
                    if response.status_code >= 400:
                        raise ApiError(response)
                    return response
        except httpx.TransportError as error:
            raise Unreachable(f"{method} {url}: {type(error).__name__} {error}".rstrip()) from error
        raise AssertionError("an attempt either answers or raises")

    def _absolute(self, path: str) -> str:
        if "://" not in path:
            return f"{self.url}/{path.lstrip('/')}"
        # The key goes to the service it was given for, never elsewhere.
        if urlsplit(path)[:2] != urlsplit(self.url)[:2]:
            raise ValueError(f"{path} is not an address of {self.url}")
        return path


def _may_pass(error: Exception) -> bool | float:
    if isinstance(error, httpx.TransportError):
        return True
    if isinstance(error, ApiError) and (error.status in _PASSING_STATUSES or error.type == _KEY_IN_FLIGHT):
        return True if error.retry_after is None else error.retry_after
    return False


def _trace_headers() -> dict[str, str]:
    """This process's part in the trace of the request or operation it works on; a new trace outside of one."""
    known = str(structlog.contextvars.get_contextvars().get("trace_id", ""))
    trace_id = known if _TRACE_ID.fullmatch(known) else secrets.token_hex(16)
    return {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01", "Request-Id": str(new_id())}


def _problem_of(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(retry_after: str | None) -> float | None:
    """The pause that a service asks for, in seconds or as a date (RFC 9110)."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        try:
            return max(0.0, (parsedate_to_datetime(retry_after) - utc_now()).total_seconds())
        except (TypeError, ValueError):
            return None


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | set):
        return ",".join(str(each) for each in value)
    return value
