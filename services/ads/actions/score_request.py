"""Carries out the stateless scoring call: from the bytes of a request to the bytes of its answer, in a child."""

from typing import Any

import orjson
from pydantic import ValidationError

from services.ads.actions.children import Children
from services.ads.domain.scoring_call import ScoreRequestError, score_decoded
from services.ads.schemas.scoring_call import ScoreRequest
from shared.core.content_encoding import decoded
from shared.core.errors import BadRequest, FieldProblem, Invalid

MOST_BODY_BYTES = 64_000_000
MOST_FAULTS = 50


async def score_request(children: Children, content: bytes, content_encoding: str = "") -> bytes:
    """The answer to one scoring call.

    ContentTooLarge, UnsupportedMediaType or BadRequest for a body that cannot be read, Invalid naming the field
    for one that cannot be scored, Unavailable when too many calls wait or this one takes too long.
    """
    answer: bytes = await children.run(answer_to, content, content_encoding)
    return answer


def answer_to(content: bytes, content_encoding: str = "") -> bytes:
    """The scoring call as a pure function of the request's bytes."""
    try:
        body = orjson.loads(decoded(content, content_encoding))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at position {error.pos}.") from None
    _check_shape(body)
    try:
        return orjson.dumps(score_decoded(body))
    except ScoreRequestError as error:
        fault = FieldProblem(_pointer(error.path), error.code, f"It {error.reason}.")
        raise Invalid("1 field(s) are not valid.", errors=[fault]) from None


def _check_shape(body: Any) -> None:
    try:
        ScoreRequest.model_validate(body)
    except ValidationError as error:
        # Building fifty errors is cheap; building those of a hundred thousand terms is not.
        count = error.error_count()
        found = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_FAULTS]
        raise Invalid(
            f"{count} field(s) are not valid.",
            errors=[FieldProblem(_pointer(each["loc"]), each["type"], each["msg"]) for each in found],
        ) from None


def _pointer(path: tuple[int | str, ...]) -> str:
    """A JSON pointer as a fragment."""
    return "#" + "".join(f"/{part}" for part in path)
