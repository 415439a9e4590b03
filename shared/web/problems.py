"""Decides which problem (RFC 9457) a caller sees for each error, and that none tells more than it should."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.core.errors import (
    BadRequest,
    Conflict,
    ContentTooLarge,
    FieldProblem,
    Invalid,
    NotFound,
    QuotaExceeded,
    TradewindError,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)

PROBLEM_TYPE = "application/problem+json"
MAX_FIELD_PROBLEMS = 50
_PLACES = {"query": "query:", "path": "path:", "header": "header:", "cookie": "cookie:"}


class MethodNotAllowed(TradewindError):
    """This resource exists, but not for this method; the Allow header names those it has."""

    slug, title, status = "method-not-allowed", "Method not allowed", 405

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = ", ".join(sorted(allowed))


class InternalError(TradewindError):
    """Something went wrong on our side; the request id finds it in our logs."""

    slug, title, status = "internal-error", "Internal error", 500


class InvalidCursor(BadRequest):
    """The cursor was not made by this list for these filters and this order; start again from the first page."""

    slug, title = "invalid-cursor", "Invalid cursor"


RETRY_AFTER_SECONDS: Mapping[type[TradewindError], int] = {Unavailable: 1}
# Raised before a handler is chosen or by any handler at all, so every operation declares them.
EVERYWHERE: tuple[type[TradewindError], ...] = (QuotaExceeded, InternalError, Unavailable)

# Postgres errors after which the same request may well succeed.
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.PostgresIOError,
    PoolTimeout,
    TimeoutError,
    OSError,
)
_NOT_STORABLE = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.DatetimeFieldOverflowError,
    asyncpg.StringDataRightTruncationError,
)


def problem_types() -> dict[str, type[TradewindError]]:
    """All problem types that exist, by slug; two classes with one slug are an error in the code."""
    found: dict[str, type[TradewindError]] = {}
    pending = list(TradewindError.__subclasses__())
    while pending:
        cls = pending.pop()
        pending += cls.__subclasses__()
        if found.setdefault(cls.slug, cls) is not cls:
            raise RuntimeError(f"problem {cls.slug} is declared by {cls.__name__} and {found[cls.slug].__name__}")
    return found


def problem_responses(*errors: type[TradewindError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an operation that may raise these; what all operations may raise is added by itself."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = by_status.setdefault(error.status, {"description": error.title, "x-problems": []})
        entry["x-problems"].append(error.slug)
        if len(entry["x-problems"]) > 1:
            entry["description"] = entry["description"] + " / " + error.title
    return by_status


def problem_for(error: BaseException) -> TradewindError:
    """The problem that stands for any error; unknown ones become `internal-error` and say nothing."""
    match error:
        case TradewindError():
            return error
        case RequestValidationError():
            return _for_validation(error)
        case HTTPException():
            return _for_http(error)
        case IntegrityError() | asyncpg.IntegrityConstraintViolationError():
            return Conflict("The change contradicts data that exist: it repeats a unique value, or breaks a link.")
        case DBAPIError():
            cause = error.orig.__cause__ if error.orig is not None else None
            if error.connection_invalidated or isinstance(cause, _PASSING):
                return Unavailable()
            return problem_for(cause) if cause is not None else InternalError()
    # asyncpg raises the plain class itself when a value does not fit its parameter's type.
    if isinstance(error, _NOT_STORABLE) or type(error) is asyncpg.DataError:
        return Invalid("A value holds a character or a size that cannot be stored.")
    if isinstance(error, _PASSING):
        return Unavailable()
    return InternalError()


def problem_body(problem: TradewindError, request_id: str) -> dict[str, Any]:
    """The body as RFC 9457 has it, with the request's id, what is wrong with which field, and parameters."""
    body: dict[str, Any] = {
        "type": problem.type_urn,
        "title": problem.title,
        "status": problem.status,
        "detail": _plain(problem.detail),
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [
            {"pointer": _plain(each.pointer)[:500], "code": each.code, "detail": _plain(each.detail)}
            for each in problem.errors[:MAX_FIELD_PROBLEMS]
        ]
    if problem.parameters:
        body["parameters"] = {
            name: _plain(value) if isinstance(value, str) else value for name, value in problem.parameters.items()
        }
    return body


def problem_response(problem: TradewindError, request_id: str) -> Response:
    """The response for a problem, with the headers that belong to its status."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(problem, MethodNotAllowed):
        headers["Allow"] = problem.allowed
    if isinstance(problem, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="tradewind"'
    retry_after = problem.parameters.get("retry_after_seconds", RETRY_AFTER_SECONDS.get(type(problem)))
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response(
        orjson.dumps(problem_body(problem, request_id)), problem.status, headers=headers, media_type=PROBLEM_TYPE
    )


def _plain(text: str) -> str:
    """Text that can be sent: callers may name fields with halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode()[:2_000]


def _for_validation(error: RequestValidationError) -> TradewindError:
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        return BadRequest(f"The body is not JSON: {found[0]['ctx']['error']} at position {found[0]['loc'][-1]}.")
    fields = tuple(
        FieldProblem(pointer_of(each["loc"]), str(each["type"]), _sentence(each)) for each in found[:MAX_FIELD_PROBLEMS]
    )
    return Invalid(f"{len(found)} field(s) are not valid.", errors=fields)


def _sentence(found: Mapping[str, Any]) -> str:
    return re.sub(r"^Value error, ", "", str(found["msg"]))[:500]


def pointer_of(location: Sequence[int | str]) -> str:
    """`#/items/0/quantity` for a body field (RFC 6901 as a fragment), `query:limit` for a parameter."""
    place, *rest = [str(part) for part in location] or ["body"]
    if place in _PLACES:
        return _PLACES[place] + ".".join(rest)
    if place != "body":
        rest = [place, *rest]
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in rest)


def _for_http(error: HTTPException) -> TradewindError:
    match error.status_code:
        case 404:
            return NotFound()
        case 405:
            return MethodNotAllowed([part.strip() for part in (error.headers or {}).get("Allow", "").split(",")])
        case 413:
            return ContentTooLarge()
        case 415:
            return UnsupportedMediaType()
        case 400:
            return BadRequest()
        case _:
            return InternalError()
