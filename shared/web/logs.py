"""Decides what a log line looks like and what must never be in one: JSON, with ids, without secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any, TextIO

import orjson
import structlog

_SECRET_NAMES = re.compile(
    r"authorization|password|passwd|secret|token|api_?key|cookie|dsn|database_url|signing_key", re.I
)
_KEY_TEXT = re.compile(r"(tw_live_[0-9A-Za-z]{12}_)[0-9A-Za-z]+")
_URL_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+(@)")
REDACTED = "[redacted]"
# Without the values of variables: they are a company's business, and describing them holds up all other requests.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=30)
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces secrets wherever they stand in an event: by the name of the field, or by their form in text."""
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, str):
        if _names_a_secret(name):
            return REDACTED
        if "tw_live_" in value:
            value = _KEY_TEXT.sub(rf"\1{REDACTED}", value)
        if "://" in value:
            value = _URL_PASSWORD.sub(rf"\1{REDACTED}\2", value)
        return value
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(name, each) for each in value]
    if isinstance(value, bytes):
        return REDACTED
    return _clean(name, str(value))


@lru_cache(maxsize=1_024)
def _names_a_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def render(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """One JSON object in one line."""
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")


def _std_record(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The name of the standard logger, for lines of libraries."""
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    if record is not None:
        event.setdefault("logger", record.name)
    return event


def configure_logs(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Sends this process's own lines and those of its libraries to `stream` (stdout) in one form."""
    stream = stream or sys.stdout
    number = logging.getLevelNamesMapping()[level.upper()]

    def add_service(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_service,
        _TRACEBACKS,
    ]
    structlog.configure(
        processors=[*shared, redact, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_std_record, redact, render])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    # Requests are logged once, by the edge, with their ids.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("uvicorn", "uvicorn.error"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(number)
