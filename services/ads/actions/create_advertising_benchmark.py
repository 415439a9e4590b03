"""Adds a company's own benchmark."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.fill_advertising_benchmark import fill_advertising_benchmark
from services.ads.schemas.advertising_benchmarks import AdvertisingBenchmarkCreate
from services.ads.tables import AdvertisingBenchmarkRow
from shared.core.ids import new_id


async def create_advertising_benchmark(
    session: AsyncSession, tenant_id: UUID, benchmark: AdvertisingBenchmarkCreate, *, now: datetime
) -> AdvertisingBenchmarkRow:
    """The new benchmark; DuplicateBenchmark when there is one for the same market and first day."""
    row = AdvertisingBenchmarkRow(tenant_id=tenant_id, id=new_id(), version=1, created_at=now, updated_at=now)
    figures = {name: getattr(benchmark, name) for name in AdvertisingBenchmarkCreate.model_fields}
    await fill_advertising_benchmark(session, row, figures)
    session.add(row)
    await session.flush()
    return row
