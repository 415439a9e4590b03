"""Advertising accounts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.ads.actions.save_ad_account import DuplicateAccount
from services.ads.actions.save_ad_account import create_ad_account as create
from services.ads.actions.save_ad_account import update_ad_account as update
from services.ads.queries.ad_accounts import AD_ACCOUNTS
from services.ads.queries.one_row import get_one
from services.ads.schemas.ad_accounts import AdAccountCreate, AdAccountPatch, AdAccountRead
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("ad-accounts", "Amazon accounts of your company that advertise.")

list_endpoint(router, "/ad-accounts", AD_ACCOUNTS, AdAccountRead, scope="ads.read")


@router.post(
    "/ad-accounts",
    status_code=201,
    response_model=AdAccountRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(*KEYED, DuplicateAccount),
)
async def create_ad_account(account: AdAccountCreate, write: WriteDep) -> Response:
    """Add an account; give it the code that it has in inventory."""

    async def produce() -> AdAccountRead:
        row = await create(write.session, write.caller.tenant_id, account, now=utc_now())
        return AdAccountRead.model_validate(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/ad-accounts/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/ad-accounts/{ad_account_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_ad_account(
    ad_account_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> AdAccountRead:
    """Read one account."""
    body = await get_one(session, AD_ACCOUNTS, AdAccountRead, caller.tenant_id, ad_account_id)
    response.headers["ETag"] = etag(body.version)
    return body


@router.patch(
    "/ad-accounts/{ad_account_id}",
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateAccount),
)
async def update_ad_account(
    ad_account_id: UUID,
    patch: Annotated[AdAccountPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> AdAccountRead:
    """Change the code or name of an account."""
    row = await update(session, caller.tenant_id, ad_account_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return AdAccountRead.model_validate(row)
