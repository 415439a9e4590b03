"""Decides what is measured and traced of every request: ids that travel with it, counters, one log line."""

import re
import secrets
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from shared.core.ids import new_id

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def request_id_from(sent: bytes | None) -> str:
    """The caller's own request id where it is one, else a new one."""
    if sent is not None and _REQUEST_ID.fullmatch(sent):
        return sent.decode()
    return str(new_id())


def trace_from(sent: bytes | None) -> tuple[str, str]:
    """The trace id of this request and the traceparent that names our part in it (W3C Trace Context)."""
    match = _TRACEPARENT.fullmatch(sent) if sent is not None else None
    if match is not None and match[1] != b"0" * 32 and match[2] != b"0" * 16:
        trace_id, flags = match[1].decode(), match[3].decode()
    else:
        trace_id, flags = secrets.token_hex(16), "00"
    return trace_id, f"00-{trace_id}-{secrets.token_hex(8)}-{flags}"


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("tradewind_http_requests", "Requests answered", labels, registry=self.registry)
        self._seconds = Histogram(
            "tradewind_http_request_seconds",
            "Time to the last byte of the answer",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        Gauge("tradewind_service_info", "The service", ("service",), registry=self.registry).labels(service).set(1)
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Notes one answered request; `route` is the template, never a path with ids."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            counter = self._requests.labels(method, route, str(status))
            children = self._children[key] = (counter, self._seconds.labels(method, route))
        children[0].inc()
        children[1].observe(seconds)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text form."""
        return generate_latest(self.registry)
