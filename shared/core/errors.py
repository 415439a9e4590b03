"""The errors that callers see: each class is one problem type of RFC 9457, its docstring the general sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

PROBLEM_URN = "urn:tradewind:problem:"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `pointer` is a JSON pointer (RFC 6901) or names a query parameter or header."""

    pointer: str
    code: str
    detail: str


class TradewindError(Exception):
    """Something was asked for that cannot be done."""

    slug: ClassVar[str] = "error"
    title: ClassVar[str] = "The request could not be carried out"
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldProblem] = (),
        **parameters: str | int | float | bool | None,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or self.title).strip()
        self.errors = tuple(errors)
        self.parameters = parameters
        super().__init__(self.detail)

    @property
    def type_urn(self) -> str:
        return PROBLEM_URN + self.slug


class NotFound(TradewindError):
    """There is no such resource for this caller."""

    slug, title, status = "not-found", "Not found", 404


class Invalid(TradewindError):
    """The request was understood, but its content is not valid."""

    slug, title, status = "invalid", "Invalid content", 422


class BadRequest(TradewindError):
    """The request could not be understood."""

    slug, title, status = "bad-request", "Bad request", 400


class Unauthorized(TradewindError):
    """A valid API key is required."""

    slug, title, status = "unauthorized", "Authentication required", 401


class Forbidden(TradewindError):
    """The key's scopes do not allow this."""

    slug, title, status = "forbidden", "Not allowed", 403


class Conflict(TradewindError):
    """The present state of the resource does not allow this."""

    slug, title, status = "conflict", "Conflict with the present state", 409


class InsufficientStock(Conflict):
    """There is less unallocated stock than was asked for."""

    slug, title = "insufficient-stock", "Not enough unallocated stock"


class IllegalTransition(Conflict):
    """The resource cannot go from its present state to the one asked for."""

    slug, title = "illegal-transition", "Transition not allowed"


class PreconditionFailed(TradewindError):
    """The resource has changed since it was read."""

    slug, title, status = "precondition-failed", "Stale version", 412


class PreconditionRequired(TradewindError):
    """This change needs an If-Match header with the version that was read."""

    slug, title, status = "precondition-required", "If-Match required", 428


class ContentTooLarge(TradewindError):
    """The request body is larger than this resource accepts."""

    slug, title, status = "content-too-large", "Content too large", 413


class UnsupportedMediaType(TradewindError):
    """The request body is of a media type that this resource does not accept."""

    slug, title, status = "unsupported-media-type", "Unsupported media type", 415


class QuotaExceeded(TradewindError):
    """Too many requests in the present window."""

    slug, title, status = "quota-exceeded", "Too many requests", 429


class Unavailable(TradewindError):
    """The service cannot answer just now; the same request may succeed later."""

    slug, title, status = "temporary-reduced-capacity", "Temporarily unavailable", 503


class IdempotencyKeyMissing(BadRequest):
    """This operation needs an Idempotency-Key header, so that it can be retried without doing it twice."""

    slug, title = "idempotency-key-missing", "Idempotency-Key required"


class IdempotencyKeyReused(Invalid):
    """The Idempotency-Key was used before with another request."""

    slug, title = "idempotency-key-reused", "Idempotency-Key reused"


class IdempotencyKeyInFlight(Conflict):
    """A request with this Idempotency-Key is still being carried out."""

    slug, title = "idempotency-key-in-flight", "Request in progress"


class DuplicateKey(Conflict):
    """Another resource has this code, name, day or place already."""

    slug, title = "duplicate-key", "Already in use"


class AlreadyDecided(Conflict):
    """The proposal has been decided, or a later run has superseded it."""

    slug, title = "already-decided", "Already decided"


class ReasonMissing(Invalid):
    """What is done here needs a reason."""

    slug, title = "reason-missing", "Reason missing"


class DayOutOfRange(Invalid):
    """A run can decide for today or a day of the past."""

    slug, title = "day-out-of-range", "Day out of range"
