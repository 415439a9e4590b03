"""Initiatives over HTTP: what is done, by whom, when, why, and at which price."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.check_initiative import GroundworkMissing, NotASuccessor
from services.planning.actions.create_initiative import create_initiative as create
from services.planning.actions.delete_initiative import InitiativeWaitedFor, NotOnlyProposed
from services.planning.actions.delete_initiative import delete_initiative as delete
from services.planning.actions.move_initiative import move_initiative as move
from services.planning.actions.set_budget_months import BudgetExceeded, set_budget_months
from services.planning.actions.set_initiative_key_results import set_initiative_key_results as set_key_results
from services.planning.actions.set_initiative_prices import set_initiative_prices as set_prices
from services.planning.actions.update_initiative import KindDoesNotFit, LaunchReleased
from services.planning.actions.update_initiative import update_initiative as update
from services.planning.queries.initiative_details import read_initiative
from services.planning.queries.initiatives import BUDGET_MONTHS, INITIATIVES, KEY_RESULTS, PRICES, TRANSITIONS
from services.planning.schemas.initiative_parts import (
    BudgetMonthBody,
    BudgetMonthsBody,
    InitiativeKeyResultRead,
    KeyResultSetBody,
    PriceBody,
    PriceSetBody,
)
from services.planning.schemas.initiatives import (
    InitiativeCreate,
    InitiativeDetailRead,
    InitiativePatch,
    InitiativeRead,
    InitiativeTransitionCreate,
    InitiativeTransitionRead,
)
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, IllegalTransition, NotFound, ReasonMissing
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter(
    "initiatives", "Products, campaigns, market entries and so on: what has dates, an owner and a purpose."
)
_READ, _WRITE = "planning.read", "planning.write"

list_endpoint(router, "/initiatives", INITIATIVES, InitiativeRead, scope=_READ)
list_endpoint(router, "/initiatives/{initiative_id}/prices", PRICES, PriceBody, scope=_READ)
list_endpoint(router, "/initiatives/{initiative_id}/budget-months", BUDGET_MONTHS, BudgetMonthBody, scope=_READ)
list_endpoint(router, "/initiatives/{initiative_id}/key-results", KEY_RESULTS, InitiativeKeyResultRead, scope=_READ)
list_endpoint(router, "/initiatives/{initiative_id}/transitions", TRANSITIONS, InitiativeTransitionRead, scope=_READ)


@router.post(
    "/initiatives",
    status_code=201,
    response_model=InitiativeDetailRead,
    dependencies=[requires(_WRITE)],
    responses=problem_responses(*KEYED, DuplicateKey, NotASuccessor),
)
async def create_initiative(initiative: InitiativeCreate, write: WriteDep) -> Response:
    """Propose an initiative."""

    async def produce() -> InitiativeDetailRead:
        tenant_id = write.caller.tenant_id
        row = await create(write.session, tenant_id, initiative, by=write.caller.principal_id, now=utc_now())
        return await read_initiative(write.session, tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/initiatives/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/initiatives/{initiative_id}", dependencies=[requires(_READ)], responses=problem_responses(NotFound))
async def get_initiative(
    initiative_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> InitiativeDetailRead:
    """Read one initiative with its parts, its line of products, and where it may go from here."""
    found = await read_initiative(session, caller.tenant_id, initiative_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/initiatives/{initiative_id}",
    dependencies=[requires(_WRITE)],
    responses=problem_responses(
        NotFound,
        *STALE,
        DuplicateKey,
        NotASuccessor,
        GroundworkMissing,
        LaunchReleased,
        KindDoesNotFit,
        BudgetExceeded,
        ReasonMissing,
    ),
)
async def update_initiative(
    initiative_id: UUID,
    patch: Annotated[InitiativePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> InitiativeDetailRead:
    """Change an initiative; past concept a promise changes only for a reason, and a released launch has settled much.

    Its status changes by transitions, its prices, months and key results as whole sets.
    """
    now = utc_now()
    await update(
        session, caller.tenant_id, initiative_id, patch, expected_version=version, by=caller.principal_id, now=now
    )
    found = await read_initiative(session, caller.tenant_id, initiative_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/initiatives/{initiative_id}",
    status_code=204,
    dependencies=[requires(_WRITE)],
    responses=problem_responses(NotFound, *STALE, NotOnlyProposed, InitiativeWaitedFor),
)
async def delete_initiative(initiative_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete an initiative that was only proposed; what has begun is killed by a transition and stays on record."""
    now = utc_now()
    await delete(session, caller.tenant_id, initiative_id, expected_version=version, by=caller.principal_id, now=now)


@router.post(
    "/initiatives/{initiative_id}/transitions",
    response_model=InitiativeDetailRead,
    dependencies=[requires(_WRITE)],
    responses=problem_responses(NotFound, *KEYED, *STALE, IllegalTransition, GroundworkMissing, ReasonMissing),
)
async def move_initiative(
    initiative_id: UUID, step: InitiativeTransitionCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Take an initiative on, back to an earlier stage, on hold and back, or kill it.

    Nothing leaves proposed without a why and a gap or need; nothing developed comes to requirements without product,
    market and category manager. The step settles the actual date that it reaches, and notes the gate that it passes.
    """

    async def produce() -> InitiativeDetailRead:
        caller = write.caller
        await move(
            write.session,
            caller.tenant_id,
            initiative_id,
            step,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return await read_initiative(write.session, caller.tenant_id, initiative_id)

    return await write.once(produce, etag=lambda moved: etag(moved.version))


@router.put(
    "/initiatives/{initiative_id}/prices",
    dependencies=[requires(_WRITE)],
    responses=problem_responses(NotFound, *STALE),
)
async def set_initiative_prices(
    initiative_id: UUID,
    wanted: PriceSetBody,
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> InitiativeDetailRead:
    """Set all prices of an initiative; only a special channel goes below the list price."""
    now = utc_now()
    await set_prices(
        session,
        caller.tenant_id,
        initiative_id,
        wanted.prices,
        expected_version=version,
        by=caller.principal_id,
        now=now,
    )
    found = await read_initiative(session, caller.tenant_id, initiative_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put(
    "/initiatives/{initiative_id}/budget-months",
    dependencies=[requires(_WRITE)],
    responses=problem_responses(NotFound, *STALE, BudgetExceeded),
)
async def set_initiative_budget_months(
    initiative_id: UUID,
    wanted: BudgetMonthsBody,
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> InitiativeDetailRead:
    """Spread the budget of an initiative over months, which together do not exceed it."""
    now = utc_now()
    await set_budget_months(
        session,
        caller.tenant_id,
        initiative_id,
        wanted.months,
        expected_version=version,
        by=caller.principal_id,
        now=now,
    )
    found = await read_initiative(session, caller.tenant_id, initiative_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put(
    "/initiatives/{initiative_id}/key-results",
    dependencies=[requires(_WRITE)],
    responses=problem_responses(NotFound, *STALE),
)
async def set_initiative_key_results(
    initiative_id: UUID,
    wanted: KeyResultSetBody,
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> InitiativeDetailRead:
    """Say which key results an initiative is meant to move; `/initiatives?key_result_id=` reads it the other way."""
    now = utc_now()
    await set_key_results(
        session,
        caller.tenant_id,
        initiative_id,
        wanted.key_result_ids,
        expected_version=version,
        by=caller.principal_id,
        now=now,
    )
    found = await read_initiative(session, caller.tenant_id, initiative_id)
    response.headers["ETag"] = etag(found.version)
    return found
