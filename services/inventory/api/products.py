"""Products over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from services.inventory.actions.save_product import create_product as create
from services.inventory.actions.save_product import update_product as update
from services.inventory.actions.upsert_catalog import upsert_products
from services.inventory.api.reading import body_of
from services.inventory.queries.catalog import get_resource
from services.inventory.queries.products import PRODUCTS
from services.inventory.schemas.batches import BatchResults
from services.inventory.schemas.products import ProductBatch, ProductCreate, ProductPatch, ProductRead
from services.inventory.tables import ProductRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("products", "What is bought and held at home, with its cost, cartons and size.")

list_endpoint(router, "/products", PRODUCTS, ProductRead, scope="inventory.read")


@router.post(
    "/products",
    status_code=201,
    response_model=ProductRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_product(product: ProductCreate, write: WriteDep) -> Response:
    """Add a product."""

    async def produce() -> ProductRead:
        row = await create(write.session, write.caller.tenant_id, product, now=utc_now())
        return body_of(ProductRead, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/products/{made.id}", etag=lambda made: etag(made.version)
    )


@router.post(
    "/product-batches",
    status_code=207,
    response_model=BatchResults,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED),
    max_body_size=8_000_000,
)
async def create_product_batch(batch: ProductBatch, write: KeyedWriteDep, request: Request) -> Response:
    """Add or change up to 1,000 products by their codes; each succeeds or fails by itself."""

    async def produce() -> BatchResults:
        results = await upsert_products(
            write.session,
            write.caller.tenant_id,
            batch.items,
            request_id=request.state.request_id,
            now=utc_now(),
        )
        return BatchResults(items=results)

    return await write.once(produce, status=207)


@router.get("/products/{product_id}", dependencies=[requires("inventory.read")], responses=problem_responses(NotFound))
async def get_product(product_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> ProductRead:
    """Read one product."""
    row = await get_resource(session, ProductRow, caller.tenant_id, product_id)
    response.headers["ETag"] = etag(row.version)
    return body_of(ProductRead, row)


@router.patch(
    "/products/{product_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateKey),
)
async def update_product(
    product_id: UUID,
    patch: Annotated[ProductPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ProductRead:
    """State or correct what is known of a product."""
    row = await update(session, caller.tenant_id, product_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return body_of(ProductRead, row)
