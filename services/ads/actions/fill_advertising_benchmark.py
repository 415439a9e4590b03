"""Decides whether the figures of a benchmark make sense; used by the actions that create and change them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.queries.advertising_benchmarks import find_benchmark_of
from services.ads.tables import AdvertisingBenchmarkRow
from shared.core.currencies import check_currency
from shared.core.errors import Conflict, FieldProblem, Invalid


class DuplicateBenchmark(Conflict):
    """There is a benchmark for this marketplace, category and first day."""

    slug, title = "duplicate-benchmark", "Benchmark exists"


async def fill_advertising_benchmark(
    session: AsyncSession, row: AdvertisingBenchmarkRow, figures: dict[str, Any]
) -> None:
    """Sets the given figures on the row; Invalid for an impossible range or a currency that does not exist,
    DuplicateBenchmark for a repeated one."""
    for name, value in figures.items():
        if name == "cost_per_click":
            if value is not None:
                check_currency(value.currency, "#/cost_per_click/currency")
            row.cost_per_click_amount = None if value is None else value.amount
            row.cost_per_click_currency = None if value is None else value.currency
        else:
            setattr(row, name, value)
    row.marketplace_key = row.marketplace or ""
    row.category_key = (row.category or "").casefold()
    if row.conversion_rate_low > row.conversion_rate_high:
        problem = FieldProblem("#/conversion_rate_high", "too_small", "The upper end lies below the lower one.")
        raise Invalid("The range of the conversion rate is empty.", errors=[problem])
    with session.no_autoflush:
        other = await find_benchmark_of(session, row)
    if other is not None and other.id != row.id:
        raise DuplicateBenchmark(benchmark_id=str(other.id))
