"""Decides what happens around every operation: ids, quota, key and scope, problems, headers, measures, one log line.

One pure ASGI callable instead of a tower of middleware; what runs inside it is FastAPI's own route.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.core.clock import utc_now
from shared.core.errors import (
    ContentTooLarge,
    NotFound,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)
from shared.db.api_keys import LAST_USED_STEP, note_use
from shared.db.transient import sqlstate_of
from shared.web.auth import KeyRing, authenticate, check_scope, presented_key
from shared.web.observe import Metrics, request_id_from, trace_from
from shared.web.problems import MethodNotAllowed, problem_for, problem_response
from shared.web.quota import Quota, RawHeaders
from shared.web.routing import Dispatcher, ServiceRoute, content_type_of

if TYPE_CHECKING:
    from shared.db.engine import Database

log = structlog.get_logger("edge")

PREFIX = "/v1"
SECURITY_HEADERS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]

Unpublished = Mapping[str, Callable[[], Awaitable[Response]]]


class Edge:
    """The outermost callable of a service: everything that is the same for all operations."""

    def __init__(
        self,
        *,
        dispatcher: Dispatcher,
        unpublished: Unpublished,
        quota: Quota,
        metrics: Metrics,
        ring: KeyRing,
        max_body_bytes: int,
        database: Callable[[], "Database"],
        lifespan: ASGIApp,
    ) -> None:
        self._dispatcher = dispatcher
        self._unpublished = unpublished
        self._quota = quota
        self._metrics = metrics
        self._ring = ring
        self._database = database
        self._lifespan = lifespan
        self._limited = RequestBodyLimitMiddleware(self._operate, max_body_bytes)
        self._background: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await _Exchange(self, scope, receive, send).run()

    def note_use(self, key_id: str) -> None:
        """Has the key's last use written beside the request, which does not wait for it."""

        async def write() -> None:
            try:
                async with self._database().bare_connection() as connection:
                    await note_use(connection, key_id, utc_now())
            except Exception as error:
                log.warning("last use of a key not noted", exc_info=error)

        task = asyncio.create_task(write())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _operate(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: ServiceRoute = scope["route"]
        async with AsyncExitStack() as files:
            scope["fastapi_middleware_astack"] = files
            await route.app(scope, receive, send)


class _Exchange:
    """One request and its answer."""

    __slots__ = ("added", "edge", "headers", "receive", "request_id", "scope", "send", "sent", "status")

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
        self.edge, self.scope, self.receive, self.send = edge, scope, receive, send
        self.headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            # Of a repeated header the first counts; a second Authorization is refused below.
            if self.headers.setdefault(name, value) != value and name == b"authorization":
                self.headers[name] = b""
        self.added: RawHeaders = []
        self.request_id = ""
        self.status = 0
        self.sent = False

    async def run(self) -> None:
        began = time.perf_counter()
        scope = self.scope
        self.request_id = request_id_from(self.headers.get(b"request-id"))
        trace_id, traceparent = trace_from(self.headers.get(b"traceparent"))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=self.request_id, trace_id=trace_id)
        self.added = [
            *SECURITY_HEADERS,
            (b"request-id", self.request_id.encode()),
            (b"traceparent", traceparent.encode()),
        ]
        state = scope.setdefault("state", {})
        state["request_id"], state["traceparent"] = self.request_id, traceparent
        try:
            await self._answer()
        except Exception as error:
            await self._refuse(error)
        finally:
            self._record(time.perf_counter() - began)

    async def _answer(self) -> None:
        edge, scope = self.edge, self.scope
        path: str = scope["path"]
        if not path.startswith("/v1/"):
            await self._unpublished(path)
            return
        route, values = edge._dispatcher.find(scope["method"], path[len(PREFIX) :])
        scope["route"], scope["endpoint"], scope["path_params"] = route, route.endpoint, dict(values)
        scope["root_path"] = scope.get("root_path", "") + PREFIX
        await self._admit(route)
        self._check_media_type(route)
        await edge._limited(scope, self.receive, self._send)

    async def _unpublished(self, path: str) -> None:
        answer = self.edge._unpublished.get(path)
        if answer is None:
            raise NotFound("There is nothing at this path; the API begins at /v1.")
        if self.scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(("GET", "HEAD"))
        await (await answer())(self.scope, self.receive, self._send)

    async def _admit(self, route: ServiceRoute) -> None:
        """Quota, room, key and scope, in this order and before the body is read."""
        edge, state = self.edge, self.scope["state"]
        try:
            key = presented_key(self.headers.get(b"authorization"))
        except Unauthorized:
            self._spend_address()
            raise
        self._spend(key.sha256.hex())
        if edge._database().is_crowded:
            raise Unavailable("Too many requests are waiting; try again in a moment.")
        state["key"] = key
        if getattr(route, "checks_key_itself", False):
            caller = edge._ring.recall(key)
            if caller is not None:
                state["caller"], state["key_is_live"] = caller, False
                structlog.contextvars.bind_contextvars(tenant_id=str(caller.tenant_id))
                check_scope(caller, route.required_scope)
                return
        try:
            caller, known = await authenticate(edge._database(), edge._ring, key)
        except Unauthorized:
            # A key that does not exist has a quota of its own; whoever makes up many is known by the address.
            self._spend_address()
            raise
        state["caller"], state["key_is_live"] = caller, True
        structlog.contextvars.bind_contextvars(tenant_id=str(caller.tenant_id))
        now = utc_now()
        if known.last_used_at is None or now - known.last_used_at > LAST_USED_STEP:
            edge.note_use(caller.key_id)
        check_scope(caller, route.required_scope)

    def _spend_address(self) -> None:
        client = self.scope.get("client") or ("unknown", 0)
        self._spend(f"address {client[0]}")

    def _spend(self, identity: str) -> None:
        headers, problem = self.edge._quota.spend(identity)
        self.added = [header for header in self.added if not header[0].startswith(b"ratelimit")] + headers
        if problem is not None:
            raise problem

    def _check_media_type(self, route: ServiceRoute) -> None:
        if not route.accepted or self.headers.get(b"content-length") == b"0":
            return
        if b"content-length" not in self.headers and b"transfer-encoding" not in self.headers:
            return
        given = content_type_of(self.scope)
        if given not in route.accepted:
            accepted = ", ".join(route.accepted)
            raise UnsupportedMediaType(f"Send {accepted}, not {given or 'a body without Content-Type'}.")

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = list(message.get("headers", ()))
            if self.status == 413 and (b"content-type", b"text/plain; charset=utf-8") in own:
                # Starlette's own words for a body beyond the limit.
                raise ContentTooLarge
            present = {name for name, _ in own}
            message["headers"] = own + [header for header in self.added if header[0] not in present]
            self.sent = True
        await self.send(message)

    async def _refuse(self, error: Exception) -> None:
        problem = problem_for(error)
        if isinstance(problem, Unavailable):
            # They come in thousands when something is away, and no line of ours is at fault.
            log.warning("request turned away", error=type(error).__name__, sqlstate=sqlstate_of(error))
        elif problem.status >= 500:
            log.error("request failed", exc_info=error, problem=problem.slug)
        if self.sent:
            # The answer has begun; closing the connection is the only way to say that it is not whole.
            raise error
        await problem_response(problem, self.request_id)(self.scope, self.receive, self._send)

    def _record(self, seconds: float) -> None:
        scope = self.scope
        route = scope.get("route")
        template = PREFIX + route.path_format if route is not None else "(none)"
        self.edge._metrics.count(scope["method"] if route is not None else "-", template, self.status, seconds)
        log.info(
            "request",
            method=scope["method"],
            route=template,
            path=scope["path"][:200],
            status=self.status,
            milliseconds=round(seconds * 1000, 2),
        )
