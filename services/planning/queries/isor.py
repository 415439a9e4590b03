"""Reads how complete insight, strategy, objectives and review of a cycle are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.bases import BasisKind
from services.planning.domain.gap_key import gap_ref
from services.planning.domain.gaps import GapStatus
from services.planning.domain.isor import StepCompletion, insight, objectives, review, strategy
from services.planning.domain.metric_catalogue import standard_name
from services.planning.domain.objective_states import Horizon, ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.period import Period
from services.planning.domain.reviews import ReviewKind
from services.planning.domain.scope import Scope
from services.planning.domain.severity import Severity
from services.planning.queries.alignment import load_alignment
from services.planning.queries.gaps import UnitGap, load_gaps
from services.planning.queries.scope_names import load_scope_names
from services.planning.tables import BasisRow, CycleRow, MetricRow, ObjectiveRow, OrganisationUnitRow, ReviewRow

_ALIVE = (ObjectiveState.ACTIVE, ObjectiveState.GRADED, ObjectiveState.CLOSED)


@dataclass(frozen=True, slots=True)
class Isor:
    """The four steps, and what people call the metrics, gaps and units that they name."""

    steps: tuple[StepCompletion, ...]
    titles: Mapping[str, str]


async def load_isor(
    session: AsyncSession, tenant_id: UUID, cycle: CycleRow, *, now: datetime, as_of: datetime | None = None
) -> Isor:
    """How complete the steps are. Gaps are those of the companies at the top; worksheets of insight are not kept yet.

    A red gap is pursued by a strategic objective, of any cycle, that names it as what it answers.
    """
    moment = as_of or now
    period = Period(cycle.start_date, cycle.end_date)
    units = await _list_units(session, tenant_id, period)
    headlines: tuple[str, ...] = ()
    gaps: list[UnitGap] = []
    for unit in units:
        if unit.parent_id is None:
            report = await load_gaps(session, tenant_id, unit, cycle, now=now, as_of=as_of)
            headlines = report.headlines
            gaps += report.gaps
    known = [each for each in gaps if each.gap is not None]
    red = {each.key.ref for each in known if each.gap is not None and each.gap.status is GapStatus.RED}
    alignment = await load_alignment(session, tenant_id, cycle.id, as_of=as_of)
    errors = sum(each.severity is Severity.ERROR for each in alignment.findings)
    levels = {str(unit.id): UnitLevel(unit.level) for unit in units}
    steps = (
        insight(headlines, {each.key.metric_code for each in known}, ()),
        strategy(
            sorted(red),
            await _pursued(session, tenant_id, cycle.id),
            {each.key.ref for each in known if each.is_unpursued},
        ),
        objectives(levels, await _units_with_objective(session, tenant_id, cycle.id), errors),
        review(
            period,
            [unit for unit, level in levels.items() if level is not UnitLevel.PERSON],
            await _closed_on(session, tenant_id, cycle.id),
            moment.date(),
        ),
    )
    return Isor(steps, await _titles(session, tenant_id, headlines, units, gaps))


async def _titles(
    session: AsyncSession,
    tenant_id: UUID,
    headlines: Sequence[str],
    units: Iterable[OrganisationUnitRow],
    gaps: Iterable[UnitGap],
) -> dict[str, str]:
    row = MetricRow
    found = await session.execute(select(row.code, row.name).where(row.tenant_id == tenant_id))
    metrics = {code: standard_name(code) for code in headlines} | {each.code: each.name for each in found}
    names = await load_scope_names(session, tenant_id)

    def spoken(gap: UnitGap) -> str:
        return ", ".join((metrics[gap.key.metric_code], *names.to_codes(gap.key.scope).keys.values()))

    return {
        **metrics,
        **{str(unit.id): f"{unit.name} ({unit.code})" for unit in units},
        **{each.key.ref: spoken(each) for each in gaps},
    }


async def _list_units(session: AsyncSession, tenant_id: UUID, period: Period) -> list[OrganisationUnitRow]:
    """The units that exist on some day of the cycle, by their codes."""
    row = OrganisationUnitRow
    found = await session.scalars(
        select(row)
        .where(
            row.tenant_id == tenant_id,
            row.active_from_date <= period.end_date,
            or_(row.active_to_date.is_(None), row.active_to_date >= period.start_date),
        )
        .order_by(row.code_key)
    )
    return list(found)


async def _pursued(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> set[str]:
    basis, objective = BasisRow, ObjectiveRow
    found = await session.execute(
        select(basis.metric_code, basis.scope)
        .join(objective, (objective.tenant_id == basis.tenant_id) & (objective.id == basis.objective_id))
        .where(
            basis.tenant_id == tenant_id,
            basis.cycle_id == cycle_id,
            basis.kind == BasisKind.GAP,
            objective.horizon == Horizon.STRATEGIC,
            objective.status != ObjectiveState.CANCELLED,
        )
    )
    return {gap_ref(code or "", Scope(**scope)) for code, scope in found}


async def _units_with_objective(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> set[str]:
    row = ObjectiveRow
    found = await session.scalars(
        select(row.unit_id)
        .where(row.tenant_id == tenant_id, row.cycle_id == cycle_id, row.status.in_(_ALIVE))
        .distinct()
    )
    return {str(each) for each in found}


async def _closed_on(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> dict[tuple[str, date], date]:
    row = ReviewRow
    found = await session.execute(
        select(row.unit_id, row.month_date, row.closed_at).where(
            row.tenant_id == tenant_id,
            row.cycle_id == cycle_id,
            row.kind == ReviewKind.MONTHLY,
            row.closed_at.is_not(None),
        )
    )
    return {(str(unit), month): closed_at.date() for unit, month, closed_at in found if closed_at is not None}
