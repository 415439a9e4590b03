"""How complete a cycle's loop is, over HTTP."""

from uuid import UUID

from services.planning.api.as_of import AsOf
from services.planning.domain.isor import missing_title
from services.planning.domain.rounding import RATIO_PLACES, half_up
from services.planning.queries.isor import load_isor
from services.planning.queries.resources import get_resource
from services.planning.schemas.isor import MAX_MISSING, IsorRead, IsorStepRead, MissingRead
from services.planning.tables import CycleRow
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("isor", "Insight, strategy, objectives, review: how complete the loop of a cycle is.")


@router.get("/cycles/{cycle_id}/isor", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_isor(cycle_id: UUID, session: SessionDep, caller: CallerDep, as_of: AsOf = None) -> IsorRead:
    """Tell what of the loop is there, and what is missing, by name and title."""
    cycle = await get_resource(session, CycleRow, caller.tenant_id, cycle_id)
    found = await load_isor(session, caller.tenant_id, cycle, now=utc_now(), as_of=as_of)
    return IsorRead(
        cycle_id=cycle_id,
        steps=[
            IsorStepRead(
                step=each.step,
                total=each.total,
                completion=None if each.completion is None else float(half_up(each.completion, RATIO_PLACES)),
                is_complete=each.is_complete,
                missing=[
                    MissingRead(name=name, title=missing_title(name, found.titles))
                    for name in each.missing[:MAX_MISSING]
                ],
            )
            for each in found.steps
        ],
    )
