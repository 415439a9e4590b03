"""Removes a company's own benchmark."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.update_advertising_benchmark import lock_changeable_benchmark


async def delete_advertising_benchmark(
    session: AsyncSession, tenant_id: UUID, benchmark_id: UUID, *, expected_version: int
) -> None:
    """Deletes it; PreconditionFailed when it has changed, ShippedBenchmark when it is not the company's own."""
    row = await lock_changeable_benchmark(session, tenant_id, benchmark_id, expected_version)
    await session.delete(row)
    await session.flush()
