"""Writes readings straight into the tables, as `record_readings` leaves them, for tests of what is read from there."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.readings import Observation, Reading
from services.planning.domain.scope import Scope
from services.planning.schemas.fields import scope_columns
from services.planning.tables import MetricSeriesRow, ReadingRow
from shared.core.ids import new_id


async def write_readings(
    session: AsyncSession, tenant_id: UUID, observed: Iterable[Observation], now: datetime
) -> None:
    """One row for each observation, with the moment that the next one of its period was made."""
    series: dict[tuple[str, Scope], list[Observation]] = defaultdict(list)
    for reading in observed:
        series[reading.metric_code, reading.scope].append(reading)
    for (code, scope), listed in series.items():
        row = MetricSeriesRow(
            tenant_id=tenant_id,
            id=new_id(),
            metric_code=code,
            first_date=min(each.period.start_date for each in listed),
            last_date=max(each.period.end_date for each in listed),
            longest_days=max(each.period.days for each in listed),
            created_at=now,
            **scope_columns(scope),
        )
        session.add(row)
        for reading in listed:
            later = [
                each.observed_at
                for each in listed
                if each.period == reading.period and each.observed_at > reading.observed_at
            ]
            session.add(
                ReadingRow(
                    tenant_id=tenant_id,
                    series_id=row.id,
                    start_date=reading.period.start_date,
                    end_date=reading.period.end_date,
                    observed_at=reading.observed_at,
                    superseded_at=min(later, default=None),
                    value=reading.value if isinstance(reading, Reading) else None,
                    currency=reading.currency if isinstance(reading, Reading) else None,
                    source="feed",
                    provider=None,
                    import_id=None,
                    recorded_by=None,
                    recorded_at=now,
                )
            )
    await session.flush()
