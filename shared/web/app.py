"""Builds the web application of a service: its operations, and everything that all services have in common."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.db.engine import Database
from shared.web.auth import KeyRing, authenticate
from shared.web.docs import documentation
from shared.web.edge import Edge
from shared.web.health import Health
from shared.web.logs import configure_logs
from shared.web.observe import METRICS_TYPE, Metrics
from shared.web.openapi import VERSION, build_document, service_routes
from shared.web.quota import Quota
from shared.web.routing import Dispatcher, ServiceRouter
from shared.web.settings import ServiceSettings

log = structlog.get_logger("app")


class ServiceApp(FastAPI):
    """A FastAPI application whose surroundings are one callable (`Edge`) and whose document is completed."""

    service: str
    routers: Sequence[ServiceRouter]
    edge_options: dict[str, Any]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Straight to the edge: FastAPI's own telemetry is not used and not paid for."""
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        return Edge(lifespan=self.router, **self.edge_options)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            settings: ServiceSettings = self.state.settings
            self.openapi_schema = build_document(
                title=self.title,
                description=self.description,
                server_url=settings.base_url,
                public_url=settings.public_url,
                routers=self.routers,
            )
        return self.openapi_schema


def create_service_app(
    *,
    service: str,
    title: str,
    description: str,
    settings: ServiceSettings,
    routers: Sequence[ServiceRouter],
    beside: Callable[[], None] | None = None,
) -> ServiceApp:
    """The application of `service`; nothing is connected before its lifespan begins.

    It refuses to start as a database role that row security does not bind. Beside `/v1` it serves
    `/health/live`, `/health/ready`, `/metrics`, `/docs` and `/openapi.json`, which are no part of the API.
    `beside` is called in a thread once it is up: what first requests would otherwise wait for.
    """
    ring, metrics = KeyRing(), Metrics(service)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logs(service, settings.log_level)
        health = Health(service, settings.queue_age_limit_seconds)
        database = Database(
            settings.database_url,
            pool_size=settings.pool_size,
            reader_pool_size=settings.reader_pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
            application_name=f"tradewind-{service}",
        )
        app.state.database, app.state.health = database, health
        try:
            await database.check_role()
            log.info("started", public_url=settings.public_url)
            if beside is not None:
                asyncio.get_running_loop().run_in_executor(None, beside)
            yield
        finally:
            await database.close()
            log.info("stopped")

    app = ServiceApp(
        title=title,
        description=description,
        version=VERSION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )

    async def live() -> Response:
        return Response(b'{"status":"live"}', media_type="application/json")

    async def ready() -> Response:
        health: Health = app.state.health
        return await health.ready(app.state.database)

    async def exposition() -> Response:
        return Response(metrics.exposition(), headers={"Content-Type": METRICS_TYPE})

    async def document() -> Response:
        return Response(orjson.dumps(app.openapi()), media_type="application/json")

    async def verify_key(request: Request) -> None:
        """Looks the caller's key up when only the process's memory has vouched for it so far."""
        if not request.scope["state"]["key_is_live"]:
            await authenticate(app.state.database, ring, request.scope["state"]["key"])

    app.service, app.routers = service, routers
    app.state.service, app.state.settings = service, settings
    app.state.key_ring, app.state.verify_key, app.state.metrics = ring, verify_key, metrics
    app.edge_options = {
        "dispatcher": Dispatcher(tuple(service_routes(routers))),
        "unpublished": {
            "/health/live": live,
            "/health/ready": ready,
            "/metrics": exposition,
            "/openapi.json": document,
            **documentation(title),
        },
        "quota": Quota(settings.rate_limit_quota, settings.rate_limit_window_seconds, settings.workers),
        "metrics": metrics,
        "ring": ring,
        "max_body_bytes": settings.max_body_bytes,
        "database": lambda: app.state.database,
    }
    return app
