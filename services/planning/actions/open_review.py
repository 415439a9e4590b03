"""Opens a unit's review of a month, a year or a launch, filled in with what is to be spoken about."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.actions.prefill_review import prefill_review
from services.planning.domain.isor import review_due_date
from services.planning.domain.months import last_day, month_of
from services.planning.domain.period import Period, month_period
from services.planning.domain.reviews import ReviewKind, ReviewState
from services.planning.queries.resources import lock_named
from services.planning.queries.reviews import find_review_id
from services.planning.schemas.reviews import ReviewCreate
from services.planning.tables import CycleRow, InitiativeRow, OrganisationUnitRow, ReviewRow
from shared.core.errors import Conflict, DuplicateKey, FieldProblem, Invalid
from shared.core.ids import new_id


class NotReviewable(Conflict):
    """A month is reviewed once it is over, a launch once it has happened."""

    slug, title = "not-reviewable", "Not to be reviewed yet"


async def open_review(
    session: AsyncSession, tenant_id: UUID, wanted: ReviewCreate, *, by: UUID, now: datetime
) -> ReviewRow:
    """The prefilled review; DuplicateKey where there is one, NotReviewable too early, CycleClosed, Invalid."""
    cycle = await lock_open_cycle(session, tenant_id, wanted.cycle_id)
    # Held while it is written, so that two do not open the same review at once.
    unit = await lock_named(session, OrganisationUnitRow, tenant_id, wanted.unit_id, "unit_id")
    month = _month(wanted, cycle)
    if last_day(month) >= now.date():
        raise NotReviewable(month=f"{month:%Y-%m}")
    if (wanted.kind is ReviewKind.LAUNCH) != (wanted.initiative_id is not None):
        problem = FieldProblem("#/initiative_id", "does_not_fit", "Launch reviews name their initiative, others none.")
        raise Invalid("The review does not say what it is of.", errors=[problem])
    if wanted.initiative_id is not None:
        await _check_launched(session, tenant_id, wanted.initiative_id, month)
    row = ReviewRow(
        tenant_id=tenant_id,
        id=new_id(),
        unit_id=unit.id,
        cycle_id=cycle.id,
        kind=wanted.kind,
        month_date=month,
        initiative_id=wanted.initiative_id,
        due_date=review_due_date(month),
        status=ReviewState.PREFILLED,
        prefilled_at=now,
    )
    known = await find_review_id(session, tenant_id, row)
    if known is not None:
        raise DuplicateKey(existing_id=str(known))
    row.prefill = (await prefill_review(session, tenant_id, row, unit, cycle, now=now)).model_dump(mode="json")
    await write_new(session, row, by=by, now=now)
    return row


def _month(wanted: ReviewCreate, cycle: CycleRow) -> date:
    """The month that is reviewed; Invalid where it is missing, or lies outside the cycle."""
    last = month_of(cycle.end_date)
    if wanted.kind is ReviewKind.ANNUAL:
        if wanted.month not in (None, last):
            raise _invalid("does_not_fit", "An annual review has the last month of its cycle.")
        return last
    if wanted.month is None:
        raise _invalid("missing", "Say which month is reviewed.")
    if month_period(wanted.month).part_in(Period(cycle.start_date, cycle.end_date)) is None:
        raise _invalid("outside_cycle", "The month lies outside the cycle.")
    return wanted.month


def _invalid(code: str, detail: str) -> Invalid:
    return Invalid("The month does not fit.", errors=[FieldProblem("#/month", code, detail)])


async def _check_launched(session: AsyncSession, tenant_id: UUID, initiative_id: UUID, month: date) -> None:
    initiative = await lock_named(session, InitiativeRow, tenant_id, initiative_id, "initiative_id")
    launched = initiative.actual_launch_date
    if launched is None or launched >= last_day(month) + timedelta(days=1):
        raise NotReviewable("A launch is reviewed once it has happened, in a month that it was sold in.")
