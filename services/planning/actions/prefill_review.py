"""Gathers what a review opens with: gaps with their drivers, health that changed, slips, and what was promised."""

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.drivers import Effect, rounded
from services.planning.domain.gaps import GapStatus, routes
from services.planning.domain.initiative_dates import finish_of
from services.planning.domain.launched_product import LaunchedProduct
from services.planning.domain.pace import Health
from services.planning.domain.period import Period, month_period
from services.planning.domain.review_prefill import (
    GapItem,
    HealthChange,
    Prefill,
    ReviewedGap,
    Slip,
    missing_sides,
    prefill,
)
from services.planning.domain.reviews import ReviewKind
from services.planning.domain.rounding import MONEY_PLACES, RATIO_PLACES, half_up, places_of
from services.planning.queries.gap_drivers import EXPLAINED, load_drivers
from services.planning.queries.gaps import TARGET_KINDS, UnitGap, UnitGaps, find_planned_side, load_gaps
from services.planning.queries.key_results import find_cycles_of_key_results
from services.planning.queries.objective_progress import MeasuredKeyResult, ObjectiveTree, load_tree
from services.planning.queries.reviews import action_of, find_previous_review, list_open_actions
from services.planning.queries.roadmap import Roadmap, RoadmapSelection, load_roadmap
from services.planning.schemas.fields import ScopeBody
from services.planning.schemas.gaps import EffectRead, PeriodRead
from services.planning.schemas.initiatives import DatesRead
from services.planning.schemas.reviews import (
    MAX_ITEMS,
    CarriedActionRead,
    HealthChangeRead,
    LaunchRead,
    NotComparedRead,
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
    """What the review opens with by what is known now; gaps are of its month, of an annual review of the cycle.

    A launch review is about the product that was launched, where it is sold, and about its initiative alone.
    """
    whole = Period(cycle.start_date, cycle.end_date)
    days = whole if review.kind == ReviewKind.ANNUAL else month_period(review.month_date)
    roadmap = await load_roadmap(session, tenant_id, _selection(review))
    launch = None if review.initiative_id is None else _launch(roadmap, review.initiative_id, now.date())
    launched = None if launch is None else _launched_product(launch)
    report = await load_gaps(session, tenant_id, unit, cycle, now=now, days=days, launched=launched)
    gaps = {each.key.ref: each for each in report.gaps if each.gap is not None}
    unknown = [each for each in report.gaps if each.gap is None and not each.is_unpursued]
    reviewed = await _reviewed(session, tenant_id, unit, cycle, report, now)
    titles, changes = await _health_changes(session, tenant_id, review, roadmap, now)
    # A launch that is reviewed is news, whenever it was.
    slips = _slips(roadmap, now.date(), days.start_date if launch is None else None)
    actions = await list_open_actions(session, tenant_id, unit.id, review.month_date)
    found = prefill(reviewed, changes, slips, [action_of(each) for each in actions], now.date())
    return PrefillRead(
        period=PeriodRead(start_date=days.start_date, end_date=days.end_date),
        currency=report.currency,
        gaps=[_gap_read(item, gaps[item.gap.ref]) for item in found.gaps],
        not_compared=[_not_compared_read(each) for each in unknown[:MAX_ITEMS]],
        launch=launch,
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
                each.told_by,
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


def _selection(review: ReviewRow) -> RoadmapSelection:
    if review.initiative_id is None:
        return RoadmapSelection(unit_id=review.unit_id)
    return RoadmapSelection(initiative_id=review.initiative_id)


def _launch(roadmap: Roadmap, initiative_id: UUID, today: date) -> LaunchRead:
    key = str(initiative_id)
    card = roadmap.cards[key]
    item = next(each for each in roadmap.items if each.key == key)
    schedule = roadmap.bars(today)[key].schedule
    promised = finish_of(item.committed, item.kind)
    return LaunchRead(
        initiative_id=initiative_id,
        title=card.title,
        product_ref=card.product_ref,
        marketplaces=list(card.marketplaces),
        committed=DatesRead.of(item.committed),
        actual=DatesRead.of(item.actual),
        slip_days=None if schedule is None or promised is None else schedule.slip_days,
    )


def _launched_product(launch: LaunchRead) -> LaunchedProduct:
    return LaunchedProduct(str(launch.initiative_id), launch.product_ref, tuple(launch.marketplaces))


async def _health_changes(
    session: AsyncSession, tenant_id: UUID, review: ReviewRow, roadmap: Roadmap, now: datetime
) -> tuple[dict[str, str], list[HealthChange]]:
    """Titles by key, and how each key result in question stood at the review before and stands now.

    Those of the unit's objectives in the cycle; of a launch those that it was to move, of whichever unit and cycle.
    """
    cycle_ids, keys = [review.cycle_id], None
    if review.initiative_id is not None:
        keys = frozenset(roadmap.cards[str(review.initiative_id)].key_result_ids)
        cycle_ids = await find_cycles_of_key_results(session, tenant_id, [UUID(each) for each in keys])
    before = await find_previous_review(session, tenant_id, review)
    titles: dict[str, str] = {}
    healths: dict[str, Health] = {}
    earlier: dict[str, Health] = {}
    for cycle_id in cycle_ids:
        found = _key_results(await load_tree(session, tenant_id, cycle_id, as_of=None, now=now), review.unit_id, keys)
        titles |= {key: each.facts.title for key, each in found.items()}
        healths |= {key: each.standing.health for key, each in found.items()}
        if before is not None:
            tree = await load_tree(session, tenant_id, cycle_id, as_of=before.prefilled_at, now=now)
            was = _key_results(tree, review.unit_id, keys)
            earlier |= {key: each.standing.health for key, each in was.items()}
    return titles, [HealthChange(key, earlier.get(key), health) for key, health in healths.items()]


def _key_results(tree: ObjectiveTree, unit_id: UUID, keys: Set[str] | None) -> dict[str, MeasuredKeyResult]:
    """Those of these keys, or else of the unit's objectives."""
    return {
        str(each.facts.id): each
        for node in tree.nodes.values()
        for each in node.key_results
        if (node.facts.unit_id == unit_id if keys is None else str(each.facts.id) in keys)
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


def _not_compared_read(each: UnitGap) -> NotComparedRead:
    return NotComparedRead(
        ref=each.key.ref,
        metric_code=each.key.metric_code,
        scope=ScopeBody.of(each.key.scope),
        lacks=list(missing_sides(each.target, each.actual.value, each.metric.better)),
    )


def _slips(roadmap: Roadmap, today: date, since: date | None) -> list[Slip]:
    """By how much each initiative is expected later than promised, and which other holds it up.

    What was over before `since` is no news.
    """
    bars = roadmap.bars(today)
    schedules = ((key, bars[key].schedule) for key in roadmap.selected)
    return [
        Slip(key, found.slip_days, found.cause)
        for key, found in schedules
        if found is not None and (since is None or found.finish >= since)
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
