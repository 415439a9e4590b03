"""The stateless planning call over HTTP."""

from fastapi import Request, Response

from services.inventory.actions.children import Children
from services.inventory.actions.plan_replenishment import MOST_BODY_BYTES, plan_replenishment
from services.inventory.schemas.replenishment_plan import REQUEST_EXAMPLES, PlanAnswer, request_schema
from shared.core.errors import BadRequest, ContentTooLarge, Invalid, Unavailable, UnsupportedMediaType
from shared.web.auth import requires
from shared.web.problems import problem_responses
from shared.web.routing import JSON, ServiceRouter, content_type_of

router = ServiceRouter("replenishment-plans", "One review planned from what the request holds; nothing is kept.")
children = Children()


@router.post(
    "/replenishment-plans",
    response_model=PlanAnswer,
    max_body_size=MOST_BODY_BYTES,
    dependencies=[requires("inventory.read")],
    responses=problem_responses(BadRequest, ContentTooLarge, Invalid, UnsupportedMediaType, Unavailable),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Everything the review needs. May be sent with Content-Encoding: gzip.",
            "content": {JSON: {"schema": request_schema(), "examples": REQUEST_EXAMPLES}},
        }
    },
)
async def create_replenishment_plan(request: Request) -> Response:
    """Plan one review day for all SKUs at once: what to ship today by which mode, and what to buy.

    A pure function of the request: days are integers of your own calendar, money is plain numbers of one currency,
    and the same request has the same answer. Made for replaying a policy over years of history.
    """
    if content_type_of(request.scope) != JSON:
        raise UnsupportedMediaType(f"Send {JSON}.")
    answer = await plan_replenishment(children, await request.body(), request.headers.get("content-encoding", ""))
    return Response(answer, media_type=JSON)
