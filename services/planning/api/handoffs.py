"""Hand-offs over HTTP: a released sales plan goes to production, then to procurement, and each answers."""

from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.answer_handoff import AlreadyAnswered
from services.planning.actions.answer_handoff import answer_handoff as answer
from services.planning.actions.create_handoff import (
    AlreadyHandedOn,
    NotASalesPlan,
    NothingToHandOn,
    PlanNotReleased,
    ProductionNotAcknowledged,
)
from services.planning.actions.create_handoff import create_handoff as create
from services.planning.queries.handoffs import HANDOFFS, WHOLE_HANDOFFS
from services.planning.schemas.handoffs import HandoffAnswerCreate, HandoffCreate, HandoffRead, HandoffSummary
from shared.core.clock import utc_now
from shared.core.errors import NotFound, ReasonMissing
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import etag
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("handoffs", "Released sales plans, handed on to production, procurement and inventory.")

list_endpoint(router, "/handoffs", HANDOFFS, HandoffSummary, scope="planning.read")


async def _read(session: AsyncSession, tenant_id: UUID, handoff_id: UUID) -> HandoffRead:
    return HandoffRead.model_validate_json(await get_row(session, WHOLE_HANDOFFS, tenant_id, handoff_id))


@router.post(
    "/plans/{plan_id}/handoffs",
    status_code=201,
    response_model=HandoffRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(
        *KEYED,
        NotFound,
        NotASalesPlan,
        PlanNotReleased,
        AlreadyHandedOn,
        ProductionNotAcknowledged,
        NothingToHandOn,
    ),
)
async def create_handoff(plan_id: UUID, handoff: HandoffCreate, write: KeyedWriteDep) -> Response:
    """Hand a released sales plan on: to procurement only after production has acknowledged it."""

    async def produce() -> HandoffRead:
        caller = write.caller
        row = await create(
            write.session, caller.tenant_id, plan_id, handoff.receiver, by=caller.principal_id, now=utc_now()
        )
        return await _read(write.session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/handoffs/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/handoffs/{handoff_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_handoff(handoff_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> HandoffRead:
    """Read a hand-off with the units that were handed on."""
    found = await _read(session, caller.tenant_id, handoff_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/handoffs/{handoff_id}/answers",
    response_model=HandoffRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, AlreadyAnswered, ReasonMissing),
)
async def answer_handoff(handoff_id: UUID, given: HandoffAnswerCreate, write: KeyedWriteDep) -> Response:
    """Acknowledge the plan, or reject it with a reason; it may then be handed on again."""

    async def produce() -> HandoffRead:
        caller = write.caller
        await answer(write.session, caller.tenant_id, handoff_id, given, by=caller.principal_id, now=utc_now())
        return await _read(write.session, caller.tenant_id, handoff_id)

    return await write.once(produce, etag=lambda made: etag(made.version))
