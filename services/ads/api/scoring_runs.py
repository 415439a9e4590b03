"""Scoring runs, and what they say of every subject, over HTTP."""

from uuid import UUID

from fastapi import Response

from services.ads.actions.start_scoring_run import RunWish
from services.ads.actions.start_scoring_run import start_scoring_run as start
from services.ads.queries.one_row import get_one
from services.ads.queries.scoring_runs import SCORE_CHANGES, SCORE_HISTORY, SCORES, SCORING_RUNS
from services.ads.schemas.scoring_runs import ScoreChangeRead, ScoreRead, ScoringRunCreate, ScoringRunRead
from shared.core.clock import utc_now
from shared.core.errors import DayOutOfRange, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.operations import OperationRead, operation_body
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("scoring-runs", "Scores, diagnoses and proposals for all that is advertised, of one moment.")

list_endpoint(router, "/scoring-runs", SCORING_RUNS, ScoringRunRead, scope="ads.read")
list_endpoint(
    router,
    "/scoring-runs/{run_id}/scores",
    SCORES,
    ScoreRead,
    scope="ads.read",
    description="What a run says of accounts, portfolios, campaigns, ad groups, targets, search terms and products;"
    " the dearest waste first; also as CSV or XLSX (Accept).",
)
list_endpoint(
    router,
    "/scoring-runs/{run_id}/changes",
    SCORE_CHANGES,
    ScoreChangeRead,
    scope="ads.read",
    description="How scores moved since the run before, the greatest fall first.",
)
list_endpoint(
    router,
    "/campaigns/{campaign_id}/scores",
    SCORE_HISTORY,
    ScoreRead,
    scope="ads.read",
    description="What each run said of a campaign, the newest first.",
)


@router.post(
    "/scoring-runs",
    status_code=202,
    response_model=OperationRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(*KEYED, DayOutOfRange),
)
async def create_scoring_run(run: ScoringRunCreate, write: KeyedWriteDep) -> Response:
    """Start a run; follow the operation, whose `result_url` is the run once it is complete."""

    async def produce() -> OperationRead:
        now = utc_now()
        wish = RunWish(
            as_of_date=run.as_of_date or now.date(),
            window_days=run.window_days,
            tau=run.tau,
            marketplaces=None if run.marketplaces is None else tuple(run.marketplaces),
            ad_account_ids=None if run.ad_account_ids is None else tuple(run.ad_account_ids),
        )
        return operation_body(await start(write.session, write.caller.tenant_id, write.caller.principal_id, wish, now))

    return await write.once(
        produce,
        status=202,
        location=lambda operation: f"/operations/{operation.id}",
        headers={"Retry-After": "1"},
    )


@router.get("/scoring-runs/{run_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_scoring_run(run_id: UUID, session: SessionDep, caller: CallerDep) -> ScoringRunRead:
    """Read one run: its totals, its dearest findings, what it left out, and how long it took."""
    return await get_one(session, SCORING_RUNS, ScoringRunRead, caller.tenant_id, run_id)
