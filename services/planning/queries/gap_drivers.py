"""Reads why a revenue differs from its plan or from before: traffic, conversion, stock-outs and price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.drivers import Decomposition, Sales
from services.planning.domain.gap_drivers import (
    Comparison,
    ProductStock,
    explain,
    lost_units,
    previous_period,
    year_before,
)
from services.planning.domain.metric import Catalogue
from services.planning.domain.period import Period
from services.planning.domain.plan_lines import Months, Series
from services.planning.domain.planned_values import planned_value
from services.planning.domain.scope import Ancestry, Scope, covers
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.measuring import Ask, measure_all
from services.planning.queries.metric_series import load_series

VISITS, UNITS, REVENUE, STOCKOUT_DAYS = "visits", "units_sold", "net_revenue", "stockout_days"
# The metrics whose gaps are told by the drivers of revenue.
EXPLAINED = frozenset({REVENUE})
# Days before a period that tell what a product sells a day, where it had no stock in the whole of it.
_DAYS_TO_GO_BY = 28


@dataclass(frozen=True, slots=True)
class GapDrivers:
    """What took revenue from `before` to `after`; `explained` is None where a side is not known or sold nothing."""

    comparison: Comparison
    compared_with: Period
    before: Sales | None
    after: Sales | None
    explained: Decomposition | None


async def load_drivers(
    session: AsyncSession,
    tenant_id: UUID,
    planned_scope: Scope,
    scope: Scope,
    period: Period,
    *,
    planned: Mapping[Series, Months],
    rates: PlanRates | None,
    catalogue: Catalogue,
    now: datetime,
    as_of: datetime | None = None,
    comparison: Comparison | None = None,
) -> GapDrivers:
    """The drivers of the revenue of a scope, which the plan knows as `planned_scope`.

    Without a `comparison` the plan is taken where it plans visits, units and revenue of the scope, else the year
    before where that sold anything, else the period before.
    """
    ancestry = await load_ancestry(session, tenant_id)
    by_plan = _planned_sales(planned_scope, period, planned, catalogue)
    periods = {Comparison.PREVIOUS_YEAR: year_before(period), Comparison.PREVIOUS_PERIOD: previous_period(period)}
    wanted = [period, *periods.values()]
    sold = await _load_sales(session, tenant_id, scope, wanted, ancestry, catalogue, rates, now, as_of)
    candidates = {Comparison.PLAN: by_plan, **{name: sold[each] for name, each in periods.items()}}
    chosen = comparison or next((name for name in Comparison if candidates[name] is not None), Comparison.PLAN)
    before, after = candidates[chosen], sold[period]
    explained = None if before is None or after is None else explain(before, after)
    return GapDrivers(chosen, periods.get(chosen, period), before, after, explained)


def _planned_sales(
    scope: Scope, period: Period, planned: Mapping[Series, Months], catalogue: Catalogue
) -> Sales | None:
    visits, units, revenue = (
        planned_value(code, scope, period, planned, catalogue) for code in (VISITS, UNITS, REVENUE)
    )
    return None if visits is None or units is None or revenue is None else Sales(visits, units, revenue)


async def _load_sales(
    session: AsyncSession,
    tenant_id: UUID,
    scope: Scope,
    periods: Sequence[Period],
    ancestry: Ancestry,
    catalogue: Catalogue,
    rates: PlanRates | None,
    now: datetime,
    as_of: datetime | None,
) -> dict[Period, Sales | None]:
    asks = [
        Ask(f"{place} {code}", code, scope, each)
        for place, each in enumerate(periods)
        for code in (VISITS, UNITS, REVENUE)
    ]
    measured = await measure_all(
        session, tenant_id, asks, catalogue=catalogue, ancestry=ancestry, now=now, as_of=as_of, plan=rates
    )
    found: dict[Period, Sales | None] = {}
    for place, each in enumerate(periods):
        visits, units, revenue = (measured[f"{place} {code}"].value for code in (VISITS, UNITS, REVENUE))
        if visits is None or units is None or revenue is None:
            found[each] = None
            continue
        products = await _load_stock(session, tenant_id, scope, each, ancestry, as_of)
        found[each] = Sales(visits, units, revenue, lost_units(products))
    return found


_KNOWN = (
    "{0}.value IS NOT NULL AND {0}.observed_at <= :as_of AND ({0}.superseded_at IS NULL OR {0}.superseded_at > :as_of)"
)
_CURRENT = "{0}.value IS NOT NULL AND {0}.superseded_at IS NULL"
# Each product's days by whether it had stock; days on which that is not known count for neither side.
_STOCK = """
SELECT p.place,
    coalesce(sum(o.value) FILTER (WHERE o.start_date >= :first), 0) AS stockout_days,
    count(*) FILTER (WHERE o.value = 0 AND o.start_date >= :first) AS days_in_stock,
    coalesce(sum(u.value) FILTER (WHERE o.value = 0 AND o.start_date >= :first), 0) AS units_in_stock,
    count(*) FILTER (WHERE o.value = 0 AND o.start_date < :first) AS days_before,
    coalesce(sum(u.value) FILTER (WHERE o.value = 0 AND o.start_date < :first), 0) AS units_before
FROM unnest(CAST(:stock AS uuid[]), CAST(:units AS uuid[])) WITH ORDINALITY AS p (stock_id, units_id, place)
JOIN planning.reading o ON o.tenant_id = :tenant_id AND o.series_id = p.stock_id
    AND o.start_date = o.end_date AND o.start_date BETWEEN :before AND :last AND {stock_known}
LEFT JOIN planning.reading u ON u.tenant_id = :tenant_id AND u.series_id = p.units_id
    AND u.start_date = o.start_date AND u.end_date = o.end_date AND {units_known}
GROUP BY p.place
HAVING sum(o.value) FILTER (WHERE o.start_date >= :first) > 0
"""


async def _load_stock(
    session: AsyncSession, tenant_id: UUID, scope: Scope, period: Period, ancestry: Ancestry, as_of: datetime | None
) -> list[ProductStock]:
    """The products inside the scope that had no stock on some day of the period."""
    series = await load_series(session, tenant_id, [STOCKOUT_DAYS, UNITS])
    units = {each.scope: each.id for each in series.get(UNITS, ())}
    pairs = [
        (each.id, units[each.scope])
        for each in series.get(STOCKOUT_DAYS, ())
        if each.scope.product_ref is not None and each.scope in units and covers(scope, each.scope, ancestry)
    ]
    if not pairs:
        return []
    known = _CURRENT if as_of is None else _KNOWN
    statement = text(_STOCK.format(stock_known=known.format("o"), units_known=known.format("u")))
    values = {
        "tenant_id": tenant_id,
        "stock": [stock for stock, _ in pairs],
        "units": [sold for _, sold in pairs],
        "before": period.start_date - timedelta(days=_DAYS_TO_GO_BY),
        "first": period.start_date,
        "last": period.end_date,
        **({} if as_of is None else {"as_of": as_of}),
    }
    found = []
    for row in await session.execute(statement, values):
        in_period = row.days_in_stock > 0
        found.append(
            ProductStock(
                int(row.stockout_days),
                Decimal(row.units_in_stock if in_period else row.units_before),
                int(row.days_in_stock if in_period else row.days_before),
            )
        )
    return found
