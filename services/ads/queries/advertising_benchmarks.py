"""Reads of advertising benchmarks: a company's own beside the shipped ones."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.schemas.advertising_benchmarks import BenchmarkOrigin
from services.ads.tables import AdvertisingBenchmarkRow, ShippedBenchmarkRow
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort, money_json
from shared.web.schemas import MarketplaceCode, Name

_FIGURES = (
    "id, marketplace, category, conversion_rate_low, conversion_rate_high, click_through_rate, cost_per_click_amount,"
    " cost_per_click_currency, source, observed_date, valid_from_date"
)

ADVERTISING_BENCHMARKS = ListQuery(
    name="advertising_benchmarks",
    source=(
        f"(SELECT 'own' AS origin, {_FIGURES}, version, created_at, updated_at FROM ads.advertising_benchmark"
        " WHERE tenant_id = $1"
        f" UNION ALL SELECT 'shipped', {_FIGURES}, 1, created_at, created_at FROM ads.shipped_benchmark) b"
    ),
    where="$1::uuid IS NOT NULL",
    fields={
        "id": "b.id",
        "origin": "b.origin",
        "marketplace": "b.marketplace",
        "category": "b.category",
        "conversion_rate_low": "b.conversion_rate_low",
        "conversion_rate_high": "b.conversion_rate_high",
        "click_through_rate": "b.click_through_rate",
        "cost_per_click": money_json("b.cost_per_click_amount", "b.cost_per_click_currency"),
        "source": "b.source",
        "observed_date": "b.observed_date",
        "valid_from_date": "b.valid_from_date",
        "version": "b.version",
        "created_at": "b.created_at",
        "updated_at": "b.updated_at",
    },
    sorts={
        "valid_from_date": Sort("b.valid_from_date", "date"),
        "category": Sort("coalesce(lower(b.category), '')", "text"),
        "marketplace": Sort("coalesce(b.marketplace, '')", "text"),
        "updated_at": Sort("b.updated_at", "timestamptz"),
    },
    default_sort="-valid_from_date",
    key=Sort("b.id", "uuid"),
    filters={
        "origin": Filter("b.origin = ANY({})", list[BenchmarkOrigin], "Only the company's own, or only shipped ones."),
        "marketplace": Filter(
            "b.marketplace = {}", MarketplaceCode, "Only benchmarks of this marketplace, by country code."
        ),
        "category": Filter(
            "lower(b.category) = lower({})", Name, "Only benchmarks of this category, whatever its case."
        ),
    },
)


async def find_own_benchmark(
    session: AsyncSession, tenant_id: UUID, benchmark_id: UUID
) -> AdvertisingBenchmarkRow | None:
    """The company's own benchmark."""
    return await session.get(AdvertisingBenchmarkRow, (tenant_id, benchmark_id))


async def find_shipped_benchmark(session: AsyncSession, benchmark_id: UUID) -> ShippedBenchmarkRow | None:
    """The shipped benchmark."""
    return await session.get(ShippedBenchmarkRow, benchmark_id)


async def lock_own_benchmark(session: AsyncSession, tenant_id: UUID, benchmark_id: UUID) -> AdvertisingBenchmarkRow:
    """The company's own benchmark, held until the transaction ends, or NotFound."""
    row = await session.get(AdvertisingBenchmarkRow, (tenant_id, benchmark_id), with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def find_benchmark_of(session: AsyncSession, like: AdvertisingBenchmarkRow) -> AdvertisingBenchmarkRow | None:
    """The company's benchmark for the same marketplace, category and first day."""
    row = AdvertisingBenchmarkRow
    return await session.scalar(
        select(row).where(
            row.tenant_id == like.tenant_id,
            row.marketplace_key == like.marketplace_key,
            row.category_key == like.category_key,
            row.valid_from_date == like.valid_from_date,
        )
    )
