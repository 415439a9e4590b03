"""Carries out the stateless planning call: from the bytes of a request to the bytes of its answer, in a child."""

import asyncio
import os
import re
import zlib
from typing import Any

import orjson
from pydantic import ValidationError

from services.inventory.domain.planning_call import PlanRequestError, plan_decoded
from services.inventory.schemas.replenishment_plan import PlanRequest
from shared.core.errors import BadRequest, ContentTooLarge, FieldProblem, Invalid, Unavailable, UnsupportedMediaType
from shared.jobs.compute import compute

MOST_BODY_BYTES = 64_000_000
MOST_DECODED_BYTES = 256_000_000
MOST_FAULTS = 50
LONGEST_SECONDS = 300.0
# Plans that one process computes at once, and those that may wait for it: each holds its request in memory.
AT_ONCE = max(os.cpu_count() or 1, 2)
MOST_WAITING = 8
_GZIP = 16 + zlib.MAX_WBITS


class Planner:
    """Computes planning calls in child processes, a few at a time."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._room = at_once + most_waiting
        self._present = 0

    async def plan(self, content: bytes, content_encoding: str = "") -> bytes:
        """The answer to one planning call; its child process dies with the request.

        ContentTooLarge, UnsupportedMediaType or BadRequest for a body that cannot be read, Invalid naming the field
        for one that cannot be planned, Unavailable when too many plans wait or this one takes too long.
        """
        if self._present >= self._room:
            raise Unavailable("Too many plans are being computed.", retry_after_seconds=5)
        self._present += 1
        try:
            async with self._places, asyncio.timeout(LONGEST_SECONDS):
                answer: bytes = await compute(answer_to, content, content_encoding)
                return answer
        except TimeoutError:
            raise Unavailable(
                f"The plan took longer than {LONGEST_SECONDS:g} seconds.", retry_after_seconds=60
            ) from None
        finally:
            self._present -= 1


def answer_to(content: bytes, content_encoding: str = "") -> bytes:
    """The planning call as a pure function of the request's bytes."""
    try:
        body = orjson.loads(decoded(content, content_encoding))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at position {error.pos}.") from None
    _check_shape(body)
    try:
        return orjson.dumps(plan_decoded(body))
    except PlanRequestError as error:
        raise Invalid(
            "1 field(s) are not valid.",
            errors=[FieldProblem(pointer_of(error.field), _code(error), f"It {error.reason}.")],
        ) from None


def decoded(content: bytes, content_encoding: str, limit: int = MOST_DECODED_BYTES) -> bytes:
    """The body without its content encoding; ContentTooLarge as soon as it turns out longer than `limit`."""
    encoding = content_encoding.strip().lower()
    if encoding in ("", "identity"):
        return content
    if encoding not in ("gzip", "x-gzip"):
        raise UnsupportedMediaType("A body may be sent as it is or with Content-Encoding: gzip.")
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(content, limit + 1)
    except zlib.error:
        raise BadRequest("The body is not the gzip that its Content-Encoding says.") from None
    if len(plain) > limit:
        raise ContentTooLarge(f"The body has more than {limit} bytes when decompressed.", limit_bytes=limit)
    if not reader.eof or reader.unused_data:
        raise BadRequest("The gzip of the body ends early, or something follows it.")
    return plain


def pointer_of(field: str) -> str:
    """`skus[0].econ.cogs` as the JSON pointer `#/skus/0/econ/cogs`; `body` is the whole."""
    if field == "body":
        return "#"
    return "#/" + re.sub(r"\[(\d+)\]", r"/\1", field).replace(".", "/")


def _check_shape(body: Any) -> None:
    try:
        PlanRequest.model_validate(body)
    except ValidationError as error:
        # Building fifty errors is cheap; building those of fifty thousand SKUs is not.
        count = error.error_count()
        found = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_FAULTS]
        raise Invalid(
            f"{count} field(s) are not valid.",
            errors=[
                FieldProblem("#" + "".join(f"/{part}" for part in each["loc"]), each["type"], each["msg"])
                for each in found
            ],
        ) from None


def _code(error: PlanRequestError) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
