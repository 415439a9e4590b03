"""Changes a company's own benchmark."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.fill_advertising_benchmark import fill_advertising_benchmark
from services.ads.queries.advertising_benchmarks import find_shipped_benchmark, lock_own_benchmark
from services.ads.schemas.advertising_benchmarks import AdvertisingBenchmarkPatch
from services.ads.tables import AdvertisingBenchmarkRow
from shared.core.errors import Conflict, PreconditionFailed


class ShippedBenchmark(Conflict):
    """This benchmark comes with the product and stays as it is; add your own beside it."""

    slug, title = "shipped-benchmark", "Benchmark is not your own"


async def lock_changeable_benchmark(
    session: AsyncSession, tenant_id: UUID, benchmark_id: UUID, expected_version: int
) -> AdvertisingBenchmarkRow:
    """The company's own benchmark at the version the caller read; ShippedBenchmark when it is nobody's own."""
    if await find_shipped_benchmark(session, benchmark_id) is not None:
        raise ShippedBenchmark
    row = await lock_own_benchmark(session, tenant_id, benchmark_id)
    if row.version != expected_version:
        raise PreconditionFailed(current_version=row.version)
    return row


async def update_advertising_benchmark(
    session: AsyncSession,
    tenant_id: UUID,
    benchmark_id: UUID,
    patch: AdvertisingBenchmarkPatch,
    *,
    expected_version: int,
    now: datetime,
) -> AdvertisingBenchmarkRow:
    """The changed benchmark; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_changeable_benchmark(session, tenant_id, benchmark_id, expected_version)
    await fill_advertising_benchmark(session, row, patch.changes())
    row.version += 1
    row.updated_at = now
    await session.flush()
    return row
