"""Advertised products over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.ads.actions.update_advertised_product import update_advertised_product as update
from services.ads.queries.advertised_products import ADVERTISED_PRODUCTS
from services.ads.queries.one_row import get_one
from services.ads.schemas.advertised_products import AdvertisedProductPatch, AdvertisedProductRead
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("advertised-products", "Products that are advertised, and what a sale of them leaves for ads.")

list_endpoint(router, "/advertised-products", ADVERTISED_PRODUCTS, AdvertisedProductRead, scope="ads.read")


@router.get(
    "/advertised-products/{product_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound)
)
async def get_advertised_product(
    product_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> AdvertisedProductRead:
    """Read one advertised product."""
    body = await get_one(session, ADVERTISED_PRODUCTS, AdvertisedProductRead, caller.tenant_id, product_id)
    response.headers["ETag"] = etag(body.version)
    return body


@router.patch(
    "/advertised-products/{product_id}",
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def update_advertised_product(
    product_id: UUID,
    patch: Annotated[AdvertisedProductPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> AdvertisedProductRead:
    """State a product's money, stage and targets; null takes what inventory says."""
    await update(session, caller.tenant_id, product_id, patch, expected_version=version, now=utc_now())
    body = await get_one(session, ADVERTISED_PRODUCTS, AdvertisedProductRead, caller.tenant_id, product_id)
    response.headers["ETag"] = etag(body.version)
    return body
