"""Reads how objectives stand: key results measured in sets, their progress and health, rolled up from below."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.confidence import ConfidenceRollUp, confidence_roll_up
from services.planning.domain.currency import PlanRates
from services.planning.domain.key_result import MEASURED, KeyResultKind
from services.planning.domain.measurement import UNMEASURED, Measurement
from services.planning.domain.metric import Catalogue, Unit, read_metrics
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.objective_tree import TreeObjective, expected_part, roll_up_tree
from services.planning.domain.pace import Health, Landing, Phasing, landing
from services.planning.domain.period import Period
from services.planning.domain.planned_targets import follows_months
from services.planning.domain.progress import Progress
from services.planning.domain.roll_up import Part, RollUp
from services.planning.domain.scope import Ancestry
from services.planning.domain.standing import Graded, Standing, standing
from services.planning.queries.measuring import WindowAsk, measure_months_all, measure_windows
from services.planning.queries.objective_rows import (
    KeyResultFacts,
    ObjectiveFacts,
    OkrFacts,
    load_branch_facts,
    load_cycle_facts,
)
from services.planning.queries.plain_months import MonthsAsk
from services.planning.queries.plan_lines import load_phasings, load_rates_of_places


@dataclass(frozen=True, slots=True)
class LatestCheckIn:
    """What was last said of a key result."""

    checked_in_at: datetime
    confidence: Decimal
    blocker: str | None


@dataclass(frozen=True, slots=True)
class MeasuredKeyResult:
    """A key result with what it comes to; `check_in` is None where nobody has said anything yet."""

    facts: KeyResultFacts
    measurement: Measurement
    standing: Standing
    check_in: LatestCheckIn | None


@dataclass(frozen=True, slots=True)
class ObjectiveNode:
    """An objective with its key results, and what they and the children that contribute come to."""

    facts: ObjectiveFacts
    key_results: tuple[MeasuredKeyResult, ...]
    children: tuple[UUID, ...]
    roll_up: RollUp
    health: Health
    landing: Landing | None
    confidence: ConfidenceRollUp | None


@dataclass(frozen=True, slots=True)
class ObjectiveTree:
    """Objectives by their id, those of the longest cycle first; keys in roll-ups are ids as text.

    `today` is the day of `as_of`, else the present one. A draft does not count for a parent that is agreed.
    """

    today: date
    nodes: Mapping[UUID, ObjectiveNode]


async def load_tree(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, *, as_of: datetime | None, now: datetime
) -> ObjectiveTree:
    """The objectives of a cycle and all below them, measured by what was known at `as_of`."""
    return await measure_tree(await load_cycle_facts(session, tenant_id, cycle_id, as_of=as_of), now)


async def load_branch(
    session: AsyncSession, tenant_id: UUID, objective_id: UUID, *, as_of: datetime | None, now: datetime
) -> ObjectiveTree:
    """An objective and all below it; empty where it was cancelled."""
    return await measure_tree(await load_branch_facts(session, tenant_id, objective_id, as_of=as_of), now)


async def measure_tree(facts: OkrFacts, now: datetime) -> ObjectiveTree:
    """The objectives that were asked for and all below them, of what has been read already."""
    objectives = {each.id: each for each in facts.objectives if each.id in facts.below}
    measured = await measure_key_results(
        facts.session,
        facts.tenant_id,
        [(each, one) for each in facts.key_results if (one := objectives.get(each.objective_id)) is not None],
        as_of=facts.as_of,
        now=now,
        catalogue=facts.catalogue,
        ancestry=facts.ancestry,
    )
    of_objective: dict[UUID, list[MeasuredKeyResult]] = defaultdict(list)
    for each in measured:
        of_objective[each.facts.objective_id].append(each)
    return ObjectiveTree((facts.as_of or now).date(), _nodes([*objectives.values()], of_objective))


def _nodes(
    objectives: Sequence[ObjectiveFacts], measured: Mapping[UUID, Sequence[MeasuredKeyResult]]
) -> dict[UUID, ObjectiveNode]:
    known = {each.id: each for each in objectives}
    children: dict[UUID, list[UUID]] = defaultdict(list)
    for each in objectives:
        if each.parent_id is not None:
            children[each.parent_id].append(each.id)
    rolled = roll_up_tree(
        TreeObjective(
            str(each.id),
            tuple(_part(one) for one in measured.get(each.id, ())),
            _counting_parent(each, known),
            each.mode,
            each.weight,
            each.is_over,
        )
        for each in objectives
    )
    nodes = {}
    for each in objectives:
        found, own = rolled[str(each.id)], tuple(measured.get(each.id, ()))
        progress, expected = found.roll_up.progress, found.roll_up.expected
        nodes[each.id] = ObjectiveNode(
            each,
            own,
            tuple(children[each.id]),
            found.roll_up,
            found.health,
            None if progress is None or expected is None else landing(Progress(progress), expected),
            confidence_roll_up(
                (None if one.check_in is None else one.check_in.confidence, one.facts.definition.weight) for one in own
            ),
        )
    return nodes


def _part(one: MeasuredKeyResult) -> Part:
    found, definition = one.standing, one.facts.definition
    return Part(
        str(one.facts.id),
        None if found.progress is None else found.progress.shown,
        definition.weight,
        found.health,
        expected=expected_part(definition.kind, found.expected.progress),
    )


def _counting_parent(each: ObjectiveFacts, known: Mapping[UUID, ObjectiveFacts]) -> str | None:
    parent = None if each.parent_id is None else known.get(each.parent_id)
    if parent is None:
        return None
    is_premature = each.state is ObjectiveState.DRAFT and parent.state is not ObjectiveState.DRAFT
    return None if is_premature else str(parent.id)


async def measure_key_results(
    session: AsyncSession,
    tenant_id: UUID,
    key_results: Sequence[tuple[KeyResultFacts, ObjectiveFacts]],
    *,
    as_of: datetime | None,
    now: datetime,
    catalogue: Catalogue,
    ancestry: Ancestry,
) -> list[MeasuredKeyResult]:
    """Each key result with what it comes to, in the order given; all of them in a few statements."""
    moment = as_of or now
    today = moment.date()
    asked = [each for each in key_results if _is_measurable(each[0], catalogue)]
    rates = await load_rates_of_places(session, tenant_id, {(one.unit_id, one.cycle_id) for _, one in asked})
    phasings = await load_phasings(
        session,
        tenant_id,
        [
            (str(each.id), one.unit_id, one.cycle_id, each.definition.metric_code or "", each.definition.scope)
            for each, one in asked
            if rates and follows_months(each.definition, catalogue)
        ],
    )
    values: dict[str, Measurement] = {}
    months: dict[str, tuple[Decimal | None, ...]] = {}
    for period, plan, group in _groups(asked, rates, catalogue):
        moment_there = min(moment, end_of(period))
        values |= await measure_windows(
            session,
            tenant_id,
            [_window_ask(each, period) for each in group],
            today=today,
            catalogue=catalogue,
            ancestry=ancestry,
            now=moment_there,
            as_of=as_of,
            plan=plan,
        )
        holds = [_months_ask(each, period) for each in group if each.definition.kind is KeyResultKind.HOLD]
        if holds:
            months |= await measure_months_all(
                session,
                tenant_id,
                holds,
                today=today,
                catalogue=catalogue,
                ancestry=ancestry,
                now=moment_there,
                as_of=as_of,
                plan=plan,
            )
    check_ins = await load_latest_check_ins(session, tenant_id, [each.id for each, _ in key_results], as_of)
    return [
        _measured(each, one, values, months, phasings.get(str(each.id)), check_ins.get(each.id), today)
        for each, one in key_results
    ]


def _is_measurable(each: KeyResultFacts, catalogue: Catalogue) -> bool:
    """What was graded is not measured again: it keeps what it was graded on."""
    return (
        each.definition.kind in MEASURED
        and each.definition.metric_code in catalogue
        and each.graded_as_known_at is None
    )


def end_of(period: Period) -> datetime:
    """The first moment after it: freshness of a cycle that is over is judged by its end."""
    return datetime.combine(period.end_date + timedelta(days=1), time(), UTC)


_GroupKey = tuple[Period, str | None, tuple[tuple[str, Decimal], ...]]


def _groups(
    asked: Iterable[tuple[KeyResultFacts, ObjectiveFacts]],
    rates: Mapping[tuple[UUID, UUID], PlanRates],
    catalogue: Catalogue,
) -> Iterator[tuple[Period, PlanRates | None, list[KeyResultFacts]]]:
    """Those of the same days and the same rates together; what rests on no money goes with any of its days."""
    rests_on_money: dict[str, bool] = {}
    plans: dict[tuple[str | None, tuple[UUID, UUID]], PlanRates | None] = {}
    groups: dict[_GroupKey, list[KeyResultFacts]] = defaultdict(list)
    chosen: dict[_GroupKey, PlanRates | None] = {}
    others: dict[Period, list[KeyResultFacts]] = defaultdict(list)
    for each, one in asked:
        code = each.definition.metric_code or ""
        if code not in rests_on_money:
            rests_on_money[code] = any(catalogue[read].unit is Unit.MONEY for read in read_metrics(code, catalogue))
        if not rests_on_money[code]:
            others[one.period].append(each)
            continue
        place = (one.unit_id, one.cycle_id)
        if (each.currency, place) not in plans:
            plans[each.currency, place] = rates_in(each.currency, rates.get(place))
        plan = plans[each.currency, place]
        key: _GroupKey = (
            (one.period, plan.currency, tuple(sorted(plan.rates.items()))) if plan else (one.period, None, ())
        )
        groups[key].append(each)
        chosen[key] = plan
    for key, group in groups.items():
        yield key[0], chosen[key], group + others.pop(key[0], [])
    for period, group in others.items():
        yield period, None, group


def rates_in(currency: str | None, plan: PlanRates | None) -> PlanRates | None:
    """The rates of the plan as seen from the currency of a target; a plan without it knows no other money."""
    if currency is None or (plan is not None and plan.currency == currency):
        return plan
    own = None if plan is None else plan.rates.get(currency)
    if plan is None or own is None:
        return PlanRates(currency, {})
    others = {code: rate / own for code, rate in plan.rates.items() if code != currency}
    return PlanRates(currency, others | {plan.currency: 1 / own})


def _window_ask(each: KeyResultFacts, period: Period) -> WindowAsk:
    one = each.definition
    return WindowAsk(str(each.id), one.metric_code or "", one.scope, one.window, period)


def _months_ask(each: KeyResultFacts, period: Period) -> MonthsAsk:
    return MonthsAsk(str(each.id), each.definition.metric_code or "", each.definition.scope, period)


def _measured(
    each: KeyResultFacts,
    one: ObjectiveFacts,
    values: Mapping[str, Measurement],
    months: Mapping[str, tuple[Decimal | None, ...]],
    phasing: Phasing | None,
    check_in: LatestCheckIn | None,
    today: date,
) -> MeasuredKeyResult:
    measurement = values.get(str(each.id), UNMEASURED)
    graded = None if each.graded_as_known_at is None else Graded(each.graded_value, each.graded_progress)
    found = standing(
        each.definition,
        one.period,
        today,
        measurement,
        months.get(str(each.id), ()),
        phasing,
        is_closed=one.is_over,
        graded=graded,
    )
    return MeasuredKeyResult(each, measurement, found, check_in)


_LATEST_CHECK_INS = text("""
    SELECT k.id, c.checked_in_at, c.confidence, c.blocker
    FROM unnest(:key_result_ids) AS k (id)
    CROSS JOIN LATERAL (
        SELECT c.checked_in_at, c.confidence, c.blocker FROM planning.check_in c
        WHERE c.tenant_id = :tenant_id AND c.key_result_id = k.id
            AND (CAST(:as_of AS timestamptz) IS NULL OR c.checked_in_at <= :as_of)
        ORDER BY c.checked_in_at DESC, c.id DESC
        LIMIT 1
    ) c
""").bindparams(bindparam("key_result_ids", type_=ARRAY(Uuid)))


async def load_latest_check_ins(
    session: AsyncSession, tenant_id: UUID, key_result_ids: Sequence[UUID], as_of: datetime | None
) -> dict[UUID, LatestCheckIn]:
    """What was last said of each key result by then."""
    if not key_result_ids:
        return {}
    found = await session.execute(
        _LATEST_CHECK_INS, {"key_result_ids": [*key_result_ids], "tenant_id": tenant_id, "as_of": as_of}
    )
    return {row.id: LatestCheckIn(row.checked_in_at, row.confidence, row.blocker) for row in found}
