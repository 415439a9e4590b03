"""Carries out the stateless planning call: from the bytes of a request to the bytes of its answer, in a child."""

import re
from typing import Any

import orjson
from pydantic import ValidationError

from services.inventory.actions.children import Children
from services.inventory.domain.planning_call import PlanRequestError, plan_decoded
from services.inventory.schemas.replenishment_plan import PlanRequest
from shared.core.content_encoding import decoded
from shared.core.errors import BadRequest, FieldProblem, Invalid

MOST_BODY_BYTES = 64_000_000
MOST_FAULTS = 50


async def plan_replenishment(children: Children, content: bytes, content_encoding: str = "") -> bytes:
    """The answer to one planning call.

    ContentTooLarge, UnsupportedMediaType or BadRequest for a body that cannot be read, Invalid naming the field
    for one that cannot be planned, Unavailable when too many plans wait or this one takes too long.
    """
    answer: bytes = await children.run(answer_to, content, content_encoding)
    return answer


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
