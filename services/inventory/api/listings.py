"""Listings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.relink_listing import ListingInShipment
from services.inventory.actions.save_listing import create_listing as create
from services.inventory.actions.save_listing import update_listing as update
from services.inventory.actions.upsert_catalog import upsert_listings
from services.inventory.api.reading import body_of
from services.inventory.queries.catalog import get_resource
from services.inventory.queries.listings import LISTINGS
from services.inventory.schemas.batches import BatchResults
from services.inventory.schemas.listings import ListingBatch, ListingCreate, ListingPatch, ListingRead
from services.inventory.tables import ListingRow, ProductRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter(
    "listings", "What an account sells in a marketplace under a seller SKU, with its price and fees."
)

list_endpoint(router, "/listings", LISTINGS, ListingRead, scope="inventory.read")


@router.post(
    "/listings",
    status_code=201,
    response_model=ListingRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_listing(listing: ListingCreate, write: WriteDep) -> Response:
    """Add a listing of a product."""

    async def produce() -> ListingRead:
        row = await create(write.session, write.caller.tenant_id, listing, now=utc_now())
        return await read(write.session, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/listings/{made.id}", etag=lambda made: etag(made.version)
    )


@router.post(
    "/listing-batches",
    status_code=207,
    response_model=BatchResults,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED),
    max_body_size=8_000_000,
)
async def create_listing_batch(batch: ListingBatch, write: KeyedWriteDep, request: Request) -> Response:
    """Add or change up to 1,000 listings by account, marketplace and SKU; each succeeds or fails by itself."""

    async def produce() -> BatchResults:
        results = await upsert_listings(
            write.session,
            write.caller.tenant_id,
            batch.items,
            changed_by=write.caller.principal_id,
            request_id=request.state.request_id,
            now=utc_now(),
        )
        return BatchResults(items=results)

    return await write.once(produce, status=207)


@router.get("/listings/{listing_id}", dependencies=[requires("inventory.read")], responses=problem_responses(NotFound))
async def get_listing(listing_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> ListingRead:
    """Read one listing."""
    row = await get_resource(session, ListingRow, caller.tenant_id, listing_id)
    response.headers["ETag"] = etag(row.version)
    return await read(session, row)


@router.patch(
    "/listings/{listing_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE, ListingInShipment),
)
async def update_listing(
    listing_id: UUID,
    patch: Annotated[ListingPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ListingRead:
    """State or correct what is known of a listing."""
    row = await update(
        session,
        caller.tenant_id,
        listing_id,
        patch,
        expected_version=version,
        changed_by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    return await read(session, row)


async def read(session: AsyncSession, row: ListingRow) -> ListingRead:
    """The body of a listing, with its product's code."""
    product = await get_resource(session, ProductRow, row.tenant_id, row.product_id)
    return body_of(ListingRead, row, product_code=product.code)
