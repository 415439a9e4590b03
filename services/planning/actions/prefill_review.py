"""Gathers what a review opens with: gaps with their drivers, health that changed, slips, and what was promised."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.drivers import Effect, rounded
from services.planning.domain.gaps import GapStatus, routes
from services.planning.domain.pace import Health
from services.planning.domain.period import Period, month_period
from services.planning.domain.review_prefill import GapItem, HealthChange, Prefill, ReviewedGap, Slip, prefill
from services.planning.domain.reviews import ReviewKind
from services.planning.domain.rounding import MONEY_PLACES, RATIO_PLACES, half_up, places_of
from services.planning.queries.gap_drivers import EXPLAINED, load_drivers
from services.planning.queries.gaps import TARGET_KINDS, UnitGap, UnitGaps, find_planned_side, load_gaps, measured_scope
from services.planning.queries.objective_progress import ObjectiveTree, load_tree
from services.planning.queries.reviews import action_of, find_previous_review, list_open_actions
from services.planning.queries.roadmap import Roadmap, RoadmapSelection, load_roadmap
from services.planning.schemas.fields import ScopeBody
from services.planning.schemas.gaps import EffectRead, PeriodRead
from services.planning.schemas.reviews import (
    CarriedActionRead,
    HealthChangeRead,
    PrefillRead,
    ReviewedGapRead,
    SlipRead,
)
from services.planning.tables import CycleRow, OrganisationUnitRow, ReviewActionRow, ReviewRow


async def prefill_review(
    session: AsyncSession,
    tenant_id: UUID,
    review: ReviewRow,
    unit: OrganisationUnitRow,
    cycle: CycleRow,
    *,
    now: datetime,
) -> PrefillRead:
    """What the review opens with by what is known now; gaps are of its month, of an annual review of the cycle."""
    whole = Period(cycle.start_date, cycle.end_date)
    days = whole if review.kind == ReviewKind.ANNUAL else month_period(review.month_date)
    report = await load_gaps(session, tenant_id, unit, cycle, now=now, days=days)
    gaps = {each.key.ref: each for each in report.gaps if each.gap is not None}
    reviewed = await _reviewed(session, tenant_id, unit, cycle, report, now)
    before = await find_previous_review(session, tenant_id, review)
    tree = await load_tree(session, tenant_id, cycle.id, as_of=None, now=now)
    earlier = (
        None if before is None else await load_tree(session, tenant_id, cycle.id, as_of=before.prefilled_at, now=now)
    )
    titles, changes = _health_changes(tree, earlier, unit.id)
    roadmap = await load_roadmap(session, tenant_id, RoadmapSelection(unit_id=unit.id))
    slips = _slips(roadmap, now.date(), days)
    actions = await list_open_actions(session, tenant_id, unit.id, review.month_date)
    found = prefill(reviewed, changes, slips, [action_of(each) for each in actions], now.date())
    return PrefillRead(
        period=PeriodRead(start_date=days.start_date, end_date=days.end_date),
        currency=report.currency,
        gaps=[_gap_read(item, gaps[item.gap.ref]) for item in found.gaps],
        changed=[
            HealthChangeRead(key_result_id=UUID(each.key), title=titles[each.key], before=each.before, now=each.now)
            for each in found.changed
        ],
        slipped=[_slip_read(each, roadmap.titles) for each in found.slipped],
        carried=_carried(found, actions),
    )


async def _reviewed(
    session: AsyncSession,
    tenant_id: UUID,
    unit: OrganisationUnitRow,
    cycle: CycleRow,
    report: UnitGaps,
    now: datetime,
) -> list[ReviewedGap]:
    """The gaps as the domain reviews them; the drivers of those in revenue that are not green."""
    side = await find_planned_side(session, tenant_id, unit.id, cycle, TARGET_KINDS)
    found = []
    for each in report.gaps:
        if each.gap is None or each.is_unpursued:
            continue
        effects: tuple[Effect, ...] = ()
        if each.key.metric_code in EXPLAINED and each.gap.status is not GapStatus.GREEN:
            drivers = await load_drivers(
                session,
                tenant_id,
                each.key.scope,
                measured_scope(each.key.scope, unit),
                each.period,
                planned={} if side is None else side.series,
                rates=None if side is None else side.rates,
                catalogue=report.catalogue,
                now=now,
            )
            effects = () if drivers.explained is None else rounded(drivers.explained, MONEY_PLACES).effects
        relative = each.gap.relative_performance
        found.append(ReviewedGap(each.key.ref, each.gap.status, relative, effects, routes(each.gap)))
    return found


def _health_changes(
    tree: ObjectiveTree, earlier: ObjectiveTree | None, unit_id: UUID
) -> tuple[dict[str, str], list[HealthChange]]:
    """Titles by key, and how each key result of the unit's objectives stood at the review before and stands now."""
    was = {} if earlier is None else _healths(earlier, unit_id)
    titles, changes = {}, []
    for node in tree.nodes.values():
        if node.facts.unit_id != unit_id:
            continue
        for each in node.key_results:
            key = str(each.facts.id)
            titles[key] = each.facts.title
            changes.append(HealthChange(key, was.get(key), each.standing.health))
    return titles, changes


def _healths(tree: ObjectiveTree, unit_id: UUID) -> dict[str, Health]:
    return {
        str(each.facts.id): each.standing.health
        for node in tree.nodes.values()
        if node.facts.unit_id == unit_id
        for each in node.key_results
    }


def _gap_read(item: GapItem, each: UnitGap) -> ReviewedGapRead:
    places = places_of(each.metric.unit)
    assert each.gap is not None

    def value(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else half_up(amount, places)

    return ReviewedGapRead(
        ref=item.gap.ref,
        metric_code=each.key.metric_code,
        scope=ScopeBody.of(each.key.scope),
        status=item.gap.status,
        target=value(each.target),
        actual=value(each.actual.value),
        performance=half_up(each.gap.performance, places),
        relative=None if item.gap.relative is None else float(half_up(item.gap.relative, RATIO_PLACES)),
        effects=[EffectRead(driver=effect.name, amount=effect.amount) for effect in item.gap.effects],
        suggested_cause=item.suggested_cause,
        driver_effect=item.driver_effect,
        routes=list(item.gap.routes),
    )


def _slips(roadmap: Roadmap, today: date, days: Period) -> list[Slip]:
    """By how much each of the unit's initiatives is expected later than promised, and which other holds it up.

    What was over before these days is no news of theirs.
    """
    bars = roadmap.bars(today)
    schedules = ((key, bars[key].schedule) for key in roadmap.selected)
    return [
        Slip(key, found.slip_days, found.cause)
        for key, found in schedules
        if found is not None and found.finish >= days.start_date
    ]


def _slip_read(slip: Slip, titles: Mapping[str, str]) -> SlipRead:
    return SlipRead(
        initiative_id=UUID(slip.key),
        title=titles[slip.key],
        slip_days=slip.slip_days,
        cause_id=None if slip.cause_key is None else UUID(slip.cause_key),
        cause_title=None if slip.cause_key is None else titles.get(slip.cause_key),
    )


def _carried(found: Prefill, actions: Sequence[ReviewActionRow]) -> list[CarriedActionRead]:
    rows = {str(each.id): each for each in actions}
    overdue = set(found.overdue)
    return [
        CarriedActionRead(
            action_id=rows[each.key].id,
            text=rows[each.key].text,
            gap_ref=each.gap_ref,
            owner_id=rows[each.key].owner_id,
            due_date=each.due_date,
            is_overdue=each.key in overdue,
        )
        for each in found.carried
    ]
