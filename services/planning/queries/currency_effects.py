"""Measures what actual exchange rates add to money at a plan's rates: told apart, so that neither hides the other."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates, RateMissing
from services.planning.domain.metric import Catalogue, Fold, Unit, derive, is_additive, read_metrics
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading, currency_effect, last_of_parts, within
from services.planning.domain.scope import Ancestry
from services.planning.queries.counted_readings import Read, Readings, flow_totals, newest_of_parts
from services.planning.queries.exchange_rates import load_actual_rates
from services.planning.queries.measuring import Ask

Rates = Mapping[tuple[str, date], Decimal]


async def currency_effects(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[Ask],
    *,
    plan: PlanRates,
    catalogue: Catalogue,
    ancestry: Ancestry,
    as_of: datetime | None = None,
) -> dict[str, Decimal | None]:
    """For each ask what actual rates add to its value at the plan's rates, in the plan's currency.

    None where a rate is not known, and for what is no money that adds up, such as a ratio. The actual rate is that of
    the last day of each reading, or of the nearest day before it for which there is one.
    """
    told = [ask for ask in asks if ask.code in catalogue and _has_effect(ask.code, catalogue)]
    reads = {
        (ask.key, code): Read(code, ask.scope, ask.period, ask.carried)
        for ask in told
        for code in read_metrics(ask.code, catalogue)
        if catalogue[code].unit is Unit.MONEY
    }
    figures = [(read.code, read.scope) for read in reads.values()]
    readings = await Readings.of(session, tenant_id, figures, catalogue=catalogue, ancestry=ancestry, as_of=as_of)
    counted = await _foreign(readings, reads, plan)
    wanted = {
        (each.currency, each.period.end_date)
        for found in counted.values()
        for each in found
        if each.currency is not None
    }
    rates = await load_actual_rates(session, tenant_id, wanted, plan.currency)
    parts: dict[str, dict[str, Decimal | None]] = {ask.key: {} for ask in told}
    for key, code in reads:
        parts[key][code] = _effect(counted[key, code], plan, rates)
    effects: dict[str, Decimal | None] = {ask.key: None for ask in asks}
    effects |= {ask.key: derive(ask.code, catalogue, parts[ask.key]) for ask in told}
    return effects


def _has_effect(code: str, catalogue: Catalogue) -> bool:
    """Whether effects of what it is computed from add up to its own."""
    metric = catalogue[code]
    return metric.unit is Unit.MONEY and (metric.fold in (Fold.SUM, Fold.LAST) or is_additive(code, catalogue))


def _effect(readings: Sequence[Reading], plan: PlanRates, rates: Rates) -> Decimal | None:
    try:
        return currency_effect(readings, plan, rates)
    except RateMissing:
        return None


async def _foreign(
    readings: Readings, reads: Mapping[tuple[str, str], Read], plan: PlanRates
) -> dict[tuple[str, str], list[Reading]]:
    """What counts for each read in other currencies than the plan's, day by day."""
    catalogue = readings.catalogue
    one_by_one = await readings.counted((read.code, read.scope) for read in reads.values())
    flows = [read for read in reads.values() if catalogue[read.code].fold is not Fold.LAST]
    states = [read for read in reads.values() if catalogue[read.code].fold is Fold.LAST]
    totals = await flow_totals(readings, flows)
    days = {
        read: [Read(read.code, read.scope, Period(day, day)) for day in read.period.each_day()]
        for read in flows
        if any(each.currency not in (None, plan.currency) for each in totals[read])
    }
    by_day = await flow_totals(readings, [day for listed in days.values() for day in listed])
    newest = await newest_of_parts(readings, states)
    found: dict[tuple[str, str], list[Reading]] = {}
    for key, read in reads.items():
        counted = within(catalogue[read.code], one_by_one.get((read.code, read.scope), ()), read.period, read.carried)
        if catalogue[read.code].fold is Fold.LAST:
            counted = last_of_parts([*newest[read], *counted], readings.ancestry)
        daily = [
            Reading(read.code, read.scope, day.period, each.value, each.observed_at, each.currency)
            for day in days.get(read, ())
            for each in by_day[day]
        ]
        found[key] = [each for each in (*daily, *counted) if each.currency != plan.currency]
    return found
