"""Feeds of measured figures over HTTP."""

from fastapi import Response

from services.planning.actions.start_feed_pull import start_feed_pull
from services.planning.domain.feeds import Provider
from services.planning.queries.feeds import FEEDS
from services.planning.schemas.feeds import FeedPullCreate, FeedRead
from shared.core.clock import utc_now
from shared.web.auth import requires
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.operations import OperationRead, operation_body
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("feeds", "The services that tell what they have measured, and how far they have been asked.")

list_endpoint(
    router,
    "/feeds",
    FEEDS,
    FeedRead,
    scope="planning.read",
    description="Every service that measures: when it was last asked, whether it answered, what of it was left out.",
)


@router.post(
    "/feed-pulls",
    status_code=202,
    response_model=OperationRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED),
)
async def create_feed_pull(pull: FeedPullCreate, write: KeyedWriteDep) -> Response:
    """Take what the services have measured since the last time; follow the operation. Workers do so by themselves."""

    async def produce() -> OperationRead:
        caller = write.caller
        providers = tuple(dict.fromkeys(pull.providers or Provider))
        operation = await start_feed_pull(
            write.session,
            caller.tenant_id,
            providers,
            by=caller.principal_id,
            now=utc_now(),
            from_start=pull.from_start,
        )
        return operation_body(operation)

    return await write.once(
        produce,
        status=202,
        location=lambda operation: f"/operations/{operation.id}",
        headers={"Retry-After": "1"},
    )
