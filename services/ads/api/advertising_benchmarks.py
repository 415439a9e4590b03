"""Advertising benchmarks over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.ads.actions.create_advertising_benchmark import create_advertising_benchmark as create
from services.ads.actions.delete_advertising_benchmark import delete_advertising_benchmark as delete
from services.ads.actions.fill_advertising_benchmark import DuplicateBenchmark
from services.ads.actions.update_advertising_benchmark import ShippedBenchmark
from services.ads.actions.update_advertising_benchmark import update_advertising_benchmark as update
from services.ads.queries.advertising_benchmarks import (
    ADVERTISING_BENCHMARKS,
    find_own_benchmark,
    find_shipped_benchmark,
)
from services.ads.queries.advertising_history import ADVERTISING_HISTORY
from services.ads.schemas.advertising_benchmarks import (
    AdvertisingBenchmarkCreate,
    AdvertisingBenchmarkPatch,
    AdvertisingBenchmarkRead,
    AdvertisingHistoryRead,
    BenchmarkOrigin,
    CostPerClick,
)
from services.ads.tables import AdvertisingBenchmarkRow, ShippedBenchmarkRow
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter(
    "advertising-benchmarks",
    "What is usual in a market: your own figures beside published ones, each with source and date.",
)

list_endpoint(
    router,
    "/advertising-benchmarks",
    ADVERTISING_BENCHMARKS,
    AdvertisingBenchmarkRead,
    scope="ads.read",
    description="Your own benchmarks and the shipped ones; also as CSV or XLSX (Accept).",
)

list_endpoint(
    router,
    "/advertising-history",
    ADVERTISING_HISTORY,
    AdvertisingHistoryRead,
    scope="ads.read",
    summary="List what your own ads did, by market",
    description="The last year by marketplace and category beside the benchmark; also as CSV or XLSX (Accept).",
)


def _body(row: AdvertisingBenchmarkRow | ShippedBenchmarkRow) -> AdvertisingBenchmarkRead:
    own = isinstance(row, AdvertisingBenchmarkRow)
    cost = None
    if row.cost_per_click_amount is not None and row.cost_per_click_currency is not None:
        cost = CostPerClick(amount=row.cost_per_click_amount, currency=row.cost_per_click_currency)
    return AdvertisingBenchmarkRead(
        id=row.id,
        origin=BenchmarkOrigin.OWN if own else BenchmarkOrigin.SHIPPED,
        marketplace=row.marketplace,
        category=row.category,
        conversion_rate_low=row.conversion_rate_low,
        conversion_rate_high=row.conversion_rate_high,
        click_through_rate=row.click_through_rate,
        cost_per_click=cost,
        source=row.source,
        observed_date=row.observed_date,
        valid_from_date=row.valid_from_date,
        version=row.version if isinstance(row, AdvertisingBenchmarkRow) else 1,
        created_at=row.created_at,
        updated_at=row.updated_at if isinstance(row, AdvertisingBenchmarkRow) else row.created_at,
    )


@router.post(
    "/advertising-benchmarks",
    status_code=201,
    response_model=AdvertisingBenchmarkRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(*KEYED, DuplicateBenchmark),
)
async def create_advertising_benchmark(benchmark: AdvertisingBenchmarkCreate, write: WriteDep) -> Response:
    """Add a benchmark of your own for a marketplace, a category, or all of them."""

    async def produce() -> AdvertisingBenchmarkRead:
        return _body(await create(write.session, write.caller.tenant_id, benchmark, now=utc_now()))

    return await write.once(
        produce,
        status=201,
        location=lambda made: f"/advertising-benchmarks/{made.id}",
        etag=lambda made: etag(made.version),
    )


@router.get(
    "/advertising-benchmarks/{benchmark_id}",
    dependencies=[requires("ads.read")],
    responses=problem_responses(NotFound),
)
async def get_advertising_benchmark(
    benchmark_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> AdvertisingBenchmarkRead:
    """Read one benchmark, your own or a shipped one."""
    row = await find_own_benchmark(session, caller.tenant_id, benchmark_id)
    row_or_shipped = row or await find_shipped_benchmark(session, benchmark_id)
    if row_or_shipped is None:
        raise NotFound
    body = _body(row_or_shipped)
    response.headers["ETag"] = etag(body.version)
    return body


@router.patch(
    "/advertising-benchmarks/{benchmark_id}",
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateBenchmark, ShippedBenchmark),
)
async def update_advertising_benchmark(
    benchmark_id: UUID,
    patch: Annotated[AdvertisingBenchmarkPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> AdvertisingBenchmarkRead:
    """Change a benchmark of your own."""
    row = await update(session, caller.tenant_id, benchmark_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return _body(row)


@router.delete(
    "/advertising-benchmarks/{benchmark_id}",
    status_code=204,
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *STALE, ShippedBenchmark),
)
async def delete_advertising_benchmark(
    benchmark_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep
) -> None:
    """Delete a benchmark of your own."""
    await delete(session, caller.tenant_id, benchmark_id, expected_version=version)
