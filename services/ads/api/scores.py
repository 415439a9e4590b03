"""The stateless scoring call over HTTP."""

from fastapi import Request, Response

from services.ads.actions.children import Children
from services.ads.actions.score_request import MOST_BODY_BYTES, score_request
from services.ads.schemas.scoring_call import REQUEST_EXAMPLES, ScoreAnswer, request_schema
from shared.core.errors import BadRequest, ContentTooLarge, Invalid, Unavailable, UnsupportedMediaType
from shared.web.auth import requires
from shared.web.problems import problem_responses
from shared.web.routing import JSON, ServiceRouter, content_type_of

router = ServiceRouter("scores", "Campaigns and search terms scored from what the request holds; nothing is kept.")
children = Children()


@router.post(
    "/scores",
    response_model=ScoreAnswer,
    max_body_size=MOST_BODY_BYTES,
    dependencies=[requires("ads.read")],
    responses=problem_responses(BadRequest, ContentTooLarge, Invalid, UnsupportedMediaType, Unavailable),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Everything to be scored. May be sent with Content-Encoding: gzip.",
            "content": {JSON: {"schema": request_schema(), "examples": REQUEST_EXAMPLES}},
        }
    },
)
async def create_scores(request: Request) -> Response:
    """Score campaigns and search terms at once: how likely each loses money, what to do, and why.

    A pure function of the request: money is plain numbers of one currency, rates are learned from the request's own
    campaigns and terms, and the same request has the same answer.
    """
    if content_type_of(request.scope) != JSON:
        raise UnsupportedMediaType(f"Send {JSON}.")
    answer = await score_request(children, await request.body(), request.headers.get("content-encoding", ""))
    return Response(answer, media_type=JSON)
