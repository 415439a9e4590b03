"""Reads which series there are of metrics."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.period import Period
from services.planning.domain.scope import Scope
from services.planning.domain.series import Series
from services.planning.tables import MetricSeriesRow


async def load_series(session: AsyncSession, tenant_id: UUID, codes: Collection[str]) -> dict[str, list[Series]]:
    """All series of each of the metrics; none for those without readings."""
    row = MetricSeriesRow
    found = await session.execute(
        select(row.metric_code, row.id, row.scope, row.first_date, row.last_date, row.longest_days).where(
            row.tenant_id == tenant_id, row.metric_code.in_(codes)
        )
    )
    series: dict[str, list[Series]] = defaultdict(list)
    for code, series_id, scope, first_date, last_date, longest_days in found:
        series[code].append(Series(series_id, Scope(**scope), Period(first_date, last_date), longest_days))
    return series
