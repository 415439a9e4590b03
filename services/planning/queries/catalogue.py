"""Reads the metrics of a company: the starting catalogue, overlaid by what the company has changed and added."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.metric import Better, Fold, Metric, Source, Unit
from services.planning.domain.metric_catalogue import HEADLINE_CODES, STARTING_CATALOGUE
from services.planning.tables import MetricRow


async def load_catalogue(session: AsyncSession, tenant_id: UUID) -> dict[str, Metric]:
    """Every metric by its code."""
    rows = await session.scalars(select(MetricRow).where(MetricRow.tenant_id == tenant_id))
    return {**STARTING_CATALOGUE, **{row.code: metric_of(row) for row in rows}}


async def load_headlines(session: AsyncSession, tenant_id: UUID) -> tuple[str, ...]:
    """The codes of the headline metrics: those of the start in their order, then the company's own by code."""
    row = MetricRow
    found = await session.execute(
        select(row.code, row.is_headline).where(row.tenant_id == tenant_id).order_by(row.code)
    )
    own = {code: is_headline for code, is_headline in found}  # noqa: C416 - rows are no pairs to the type checker
    added = (code for code, is_headline in own.items() if is_headline and code not in HEADLINE_CODES)
    return (*(code for code in HEADLINE_CODES if own.get(code, True)), *added)


def metric_of(row: MetricRow) -> Metric:
    """The domain value of a company's own metric."""
    return Metric(
        row.code,
        Unit(row.unit),
        Better(row.better),
        Fold(row.fold),
        Source(row.source),
        row.freshness_hours,
        numerator=row.numerator,
        denominator=row.denominator,
        formula=row.formula,
        band_low=row.band_low,
        band_high=row.band_high,
    )
