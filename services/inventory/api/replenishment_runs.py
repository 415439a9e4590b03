"""Replenishment runs over HTTP."""

from uuid import UUID

from fastapi import Response

from services.inventory.actions.start_replenishment_run import RunWish, UnknownCurrency
from services.inventory.actions.start_replenishment_run import start_replenishment_run as start
from services.inventory.queries.replenishment_runs import REPLENISHMENT_OUTCOMES, REPLENISHMENT_RUNS
from services.inventory.schemas.replenishment_runs import (
    ReplenishmentOutcomeRead,
    ReplenishmentRunCreate,
    ReplenishmentRunRead,
)
from shared.core.clock import utc_now
from shared.core.errors import DayOutOfRange, NotFound
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.operations import OperationRead, operation_body
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("replenishment-runs", "What to ship, decided for all listings at once from one frozen input.")

list_endpoint(router, "/replenishment-runs", REPLENISHMENT_RUNS, ReplenishmentRunRead, scope="inventory.read")
list_endpoint(
    router,
    "/replenishment-runs/{run_id}/outcomes",
    REPLENISHMENT_OUTCOMES,
    ReplenishmentOutcomeRead,
    scope="inventory.read",
    description="Every listing that the run looked at: its demand, its cover, when it runs out, why nothing is sent.",
)


@router.post(
    "/replenishment-runs",
    status_code=202,
    response_model=OperationRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DayOutOfRange, UnknownCurrency),
)
async def create_replenishment_run(run: ReplenishmentRunCreate, write: KeyedWriteDep) -> Response:
    """Start a run; follow the operation, whose `result_url` is the run once it is complete."""

    async def produce() -> OperationRead:
        now = utc_now()
        wish = RunWish(
            as_of_date=run.as_of_date or now.date(),
            review_days=run.review_days,
            history_days=run.history_days,
            goodwill=run.goodwill,
            capital_rate=run.capital_rate,
            currency=run.currency,
            marketplaces=None if run.marketplaces is None else tuple(run.marketplaces),
            account_ids=None if run.account_ids is None else tuple(run.account_ids),
            listing_ids=None if run.listing_ids is None else tuple(run.listing_ids),
        )
        return operation_body(await start(write.session, write.caller.tenant_id, write.caller.principal_id, wish, now))

    return await write.once(
        produce,
        status=202,
        location=lambda operation: f"/operations/{operation.id}",
        headers={"Retry-After": "1"},
    )


@router.get(
    "/replenishment-runs/{run_id}",
    dependencies=[requires("inventory.read")],
    responses=problem_responses(NotFound),
)
async def get_replenishment_run(run_id: UUID, session: SessionDep, caller: CallerDep) -> ReplenishmentRunRead:
    """Read one run: its totals, what it had to assume, and how long it took."""
    row = await get_row(session, REPLENISHMENT_RUNS, caller.tenant_id, run_id)
    return ReplenishmentRunRead.model_validate_json(row)
