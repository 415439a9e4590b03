"""Reads the course of a key result: what its metric came to on the days of its cycle, as known at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.calibration import CalibrationState
from services.planning.domain.currency import PlanRates
from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.measurement import WindowKind, window_period
from services.planning.domain.metric import Catalogue, Unit
from services.planning.domain.months import month_of
from services.planning.domain.period import Period, month_period
from services.planning.domain.planned_targets import follows_months
from services.planning.domain.scope import Ancestry
from services.planning.domain.standing import progress_of
from services.planning.domain.trajectory import CheckInPoint, TargetChange, Trajectory, sampled_days, trajectory
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.measuring import Ask, WindowAsk, measure_all, measure_windows
from services.planning.queries.objective_progress import (
    MeasuredKeyResult,
    end_of,
    measure_key_results,
    rates_in,
)
from services.planning.queries.objective_rows import KeyResultFacts, load_objective_facts
from services.planning.queries.plan_lines import load_phasings, load_rates_of_places
from services.planning.tables import CalibrationRow, CheckInRow

# What is shown of a key result without a way in the unit of its metric: its progress.
_ALL_OF_IT = (Decimal(0), Decimal(1))


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a key result and what it is about; `start` and `target` are the ends of what is shown."""

    measured: MeasuredKeyResult
    cycle: Period
    today: date
    unit: Unit | None
    start: Decimal
    target: Decimal
    trajectory: Trajectory


@dataclass(frozen=True, slots=True)
class _Measuring:
    """How the figures of one key result are read."""

    session: AsyncSession
    tenant_id: UUID
    cycle: Period
    catalogue: Catalogue
    ancestry: Ancestry
    now: datetime
    as_of: datetime | None
    plan: PlanRates | None


async def load_course(
    session: AsyncSession, tenant_id: UUID, facts: KeyResultFacts, *, as_of: datetime | None, now: datetime
) -> Course:
    """The course by what was known at `as_of`. A key result that lacks start or target shows its progress, 0 to 1."""
    one = await load_objective_facts(session, tenant_id, facts.objective_id)
    moment = as_of or now
    cycle, today = one.period, moment.date()
    catalogue = await load_catalogue(session, tenant_id)
    place = (one.unit_id, one.cycle_id)
    rates = await load_rates_of_places(session, tenant_id, [place])
    measuring = _Measuring(
        session,
        tenant_id,
        cycle,
        catalogue,
        await load_ancestry(session, tenant_id),
        min(moment, end_of(cycle)),
        as_of,
        rates_in(facts.currency, rates.get(place)),
    )
    definition = facts.definition
    code = definition.metric_code
    days = sampled_days(cycle, today)
    is_value = (
        definition.kind is KeyResultKind.REACH
        and definition.start is not None
        and definition.target is not None
        and code in catalogue
    )
    if is_value:
        values = await _metric_values(measuring, facts, days)
        start, target = definition.start or Decimal(0), definition.target or Decimal(0)
    else:
        values = await _progress_values(measuring, facts, days)
        start, target = _ALL_OF_IT
    phasing = None
    if code is not None and follows_months(definition, catalogue):
        found = await load_phasings(
            session, tenant_id, [(str(facts.id), one.unit_id, one.cycle_id, code, definition.scope)]
        )
        phasing = found.get(str(facts.id))
    [measured] = await measure_key_results(
        session, tenant_id, [(facts, one)], as_of=as_of, now=now, catalogue=catalogue, ancestry=measuring.ancestry
    )
    return Course(
        measured,
        cycle,
        today,
        catalogue[code].unit if is_value and code is not None else None,
        start,
        target,
        trajectory(
            cycle,
            start,
            target,
            values,
            phasing,
            await _load_check_ins(session, tenant_id, facts.id, moment),
            await _load_target_changes(session, tenant_id, facts.id, moment) if is_value else (),
        ),
    )


async def _metric_values(
    measuring: _Measuring, facts: KeyResultFacts, days: Sequence[date]
) -> list[tuple[date, Decimal | None]]:
    """What the metric came to by each day."""
    definition, code = facts.definition, facts.definition.metric_code or ""
    if definition.window.kind is WindowKind.LATEST:
        # Only the readings say which period is the latest one, so each day is asked for by itself.
        ask = WindowAsk("", code, definition.scope, definition.window, measuring.cycle)
        return [(day, await _value_on(measuring, ask, day)) for day in days]
    periods = {day: window_period(definition.window, measuring.cycle, day) for day in days}
    asks = [Ask(day.isoformat(), code, definition.scope, period) for day, period in periods.items() if period]
    found = await _values(measuring, asks)
    return [(day, found.get(day.isoformat())) for day in days]


async def _value_on(measuring: _Measuring, ask: WindowAsk, day: date) -> Decimal | None:
    found = await measure_windows(
        measuring.session,
        measuring.tenant_id,
        [ask],
        today=day,
        catalogue=measuring.catalogue,
        ancestry=measuring.ancestry,
        now=measuring.now,
        as_of=measuring.as_of,
        plan=measuring.plan,
    )
    return found[""].value


async def _values(measuring: _Measuring, asks: Sequence[Ask]) -> dict[str, Decimal | None]:
    found = await measure_all(
        measuring.session,
        measuring.tenant_id,
        asks,
        catalogue=measuring.catalogue,
        ancestry=measuring.ancestry,
        now=measuring.now,
        as_of=measuring.as_of,
        plan=measuring.plan,
    )
    return {key: each.value for key, each in found.items()}


async def _progress_values(
    measuring: _Measuring, facts: KeyResultFacts, days: Sequence[date]
) -> list[tuple[date, Decimal | None]]:
    """The progress itself by each day: of bounds held, milestones, and what is done or not."""
    definition = facts.definition
    months: dict[str, Decimal | None] = {}
    if definition.kind is KeyResultKind.HOLD and definition.metric_code in measuring.catalogue:
        parts = {_part(measuring.cycle, month, day) for day in days for month in measuring.cycle.months if month <= day}
        asks = [
            Ask(_key(part), definition.metric_code or "", definition.scope, part, carried=False)
            for part in sorted(each for each in parts if each is not None)
        ]
        months = await _values(measuring, asks)
    values: list[tuple[date, Decimal | None]] = []
    for day in days:
        begun = [_part(measuring.cycle, month, day) for month in measuring.cycle.months if month <= month_of(day)]
        held = [months.get(_key(part)) for part in begun if part is not None]
        if definition.kind is KeyResultKind.BINARY:
            is_done = facts.done_date is not None and facts.done_date <= day
            values.append((day, Decimal(is_done)))
            continue
        progress = None if definition.kind is KeyResultKind.REACH else progress_of(definition, None, held, day)
        values.append((day, None if progress is None else progress.raw))
    return values


def _part(cycle: Period, month: date, until: date) -> Period | None:
    """The days of the month that lie in the cycle and are over by then."""
    days = month_period(month).part_in(cycle)
    return None if days is None or days.start_date > until else Period(days.start_date, min(days.end_date, until))


def _key(part: Period) -> str:
    return f"{part.start_date} {part.end_date}"


async def _load_check_ins(
    session: AsyncSession, tenant_id: UUID, key_result_id: UUID, until: datetime
) -> list[CheckInPoint]:
    row = CheckInRow
    found = await session.execute(
        select(row.checked_in_at, row.confidence, row.blocker)
        .where(row.tenant_id == tenant_id, row.key_result_id == key_result_id, row.checked_in_at <= until)
        .order_by(row.checked_in_at)
    )
    return [
        CheckInPoint(at.astimezone(UTC).date(), confidence, blocker is not None) for at, confidence, blocker in found
    ]


async def _load_target_changes(
    session: AsyncSession, tenant_id: UUID, key_result_id: UUID, until: datetime
) -> list[TargetChange]:
    row = CalibrationRow
    found = await session.execute(
        select(row.decided_at, row.old_value, row.new_value)
        .where(
            row.tenant_id == tenant_id,
            row.key_result_id == key_result_id,
            row.status == CalibrationState.APPROVED,
            row.decided_at <= until,
        )
        .order_by(row.decided_at)
    )
    return [TargetChange(at.astimezone(UTC).date(), old, new) for at, old, new in found if at is not None]
