"""Exchange rates over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.inventory.actions.save_exchange_rate import create_exchange_rate as create
from services.inventory.actions.save_exchange_rate import update_exchange_rate as update
from services.inventory.api.reading import body_of
from services.inventory.queries.catalog import get_resource
from services.inventory.queries.exchange_rates import EXCHANGE_RATES
from services.inventory.schemas.exchange_rates import ExchangeRateCreate, ExchangeRatePatch, ExchangeRateRead
from services.inventory.tables import ExchangeRateRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("exchange-rates", "What currencies cost in others, by day.")

list_endpoint(router, "/exchange-rates", EXCHANGE_RATES, ExchangeRateRead, scope="inventory.read")


@router.post(
    "/exchange-rates",
    status_code=201,
    response_model=ExchangeRateRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_exchange_rate(rate: ExchangeRateCreate, write: WriteDep) -> Response:
    """Add the rate of a day."""

    async def produce() -> ExchangeRateRead:
        row = await create(write.session, write.caller.tenant_id, rate, now=utc_now())
        return body_of(ExchangeRateRead, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/exchange-rates/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/exchange-rates/{rate_id}", dependencies=[requires("inventory.read")], responses=problem_responses(NotFound)
)
async def get_exchange_rate(
    rate_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ExchangeRateRead:
    """Read one exchange rate."""
    row = await get_resource(session, ExchangeRateRow, caller.tenant_id, rate_id)
    response.headers["ETag"] = etag(row.version)
    return body_of(ExchangeRateRead, row)


@router.patch(
    "/exchange-rates/{rate_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def update_exchange_rate(
    rate_id: UUID,
    patch: Annotated[ExchangeRatePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ExchangeRateRead:
    """Correct a rate."""
    row = await update(session, caller.tenant_id, rate_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return body_of(ExchangeRateRead, row)
