"""Campaigns and what lies below them over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.ads.actions.update_campaign import update_campaign as update
from services.ads.queries.campaigns import (
    AD_GROUPS,
    CAMPAIGNS,
    NEGATIVE_TARGETS,
    PLACEMENTS,
    PRODUCT_ADS,
    SEARCH_TERMS,
    TARGETS,
)
from services.ads.queries.one_row import get_one
from services.ads.schemas.campaigns import (
    AdGroupRead,
    CampaignPatch,
    CampaignRead,
    NegativeTargetRead,
    PlacementModifierRead,
    ProductAdRead,
    SearchTermRead,
    TargetRead,
)
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("campaigns", "Campaigns, ad groups, targets, search terms and ads, as Amazon's files name them.")

list_endpoint(router, "/campaigns", CAMPAIGNS, CampaignRead, scope="ads.read")
list_endpoint(router, "/ad-groups", AD_GROUPS, AdGroupRead, scope="ads.read")
list_endpoint(router, "/targets", TARGETS, TargetRead, scope="ads.read")
list_endpoint(router, "/negative-targets", NEGATIVE_TARGETS, NegativeTargetRead, scope="ads.read")
list_endpoint(router, "/search-terms", SEARCH_TERMS, SearchTermRead, scope="ads.read")
list_endpoint(router, "/placements", PLACEMENTS, PlacementModifierRead, scope="ads.read")
list_endpoint(router, "/product-ads", PRODUCT_ADS, ProductAdRead, scope="ads.read")


@router.get("/campaigns/{campaign_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_campaign(campaign_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> CampaignRead:
    """Read one campaign."""
    body = await get_one(session, CAMPAIGNS, CampaignRead, caller.tenant_id, campaign_id)
    response.headers["ETag"] = etag(body.version)
    return body


@router.patch(
    "/campaigns/{campaign_id}", dependencies=[requires("ads.write")], responses=problem_responses(NotFound, *STALE)
)
async def update_campaign(
    campaign_id: UUID,
    patch: Annotated[CampaignPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> CampaignRead:
    """Say what the campaign is for, and of which category it is."""
    await update(session, caller.tenant_id, campaign_id, patch, expected_version=version, now=utc_now())
    body = await get_one(session, CAMPAIGNS, CampaignRead, caller.tenant_id, campaign_id)
    response.headers["ETag"] = etag(body.version)
    return body


@router.get("/ad-groups/{ad_group_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_ad_group(ad_group_id: UUID, session: SessionDep, caller: CallerDep) -> AdGroupRead:
    """Read one ad group."""
    return await get_one(session, AD_GROUPS, AdGroupRead, caller.tenant_id, ad_group_id)


@router.get("/targets/{target_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_target(target_id: UUID, session: SessionDep, caller: CallerDep) -> TargetRead:
    """Read one target."""
    return await get_one(session, TARGETS, TargetRead, caller.tenant_id, target_id)


@router.get(
    "/search-terms/{search_term_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound)
)
async def get_search_term(search_term_id: UUID, session: SessionDep, caller: CallerDep) -> SearchTermRead:
    """Read one search term."""
    return await get_one(session, SEARCH_TERMS, SearchTermRead, caller.tenant_id, search_term_id)
