"""Seller accounts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.inventory.actions.save_account import create_account as create
from services.inventory.actions.save_account import update_account as update
from services.inventory.api.reading import body_of
from services.inventory.queries.accounts import ACCOUNTS
from services.inventory.queries.catalog import get_resource
from services.inventory.schemas.accounts import AccountCreate, AccountPatch, AccountRead
from services.inventory.tables import AccountRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("accounts", "Amazon seller accounts of your company.")

list_endpoint(router, "/accounts", ACCOUNTS, AccountRead, scope="inventory.read")


@router.post(
    "/accounts",
    status_code=201,
    response_model=AccountRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_account(account: AccountCreate, write: WriteDep) -> Response:
    """Add a seller account."""

    async def produce() -> AccountRead:
        row = await create(write.session, write.caller.tenant_id, account, now=utc_now())
        return body_of(AccountRead, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/accounts/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/accounts/{account_id}", dependencies=[requires("inventory.read")], responses=problem_responses(NotFound))
async def get_account(account_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> AccountRead:
    """Read one account."""
    row = await get_resource(session, AccountRow, caller.tenant_id, account_id)
    response.headers["ETag"] = etag(row.version)
    return body_of(AccountRead, row)


@router.patch(
    "/accounts/{account_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateKey),
)
async def update_account(
    account_id: UUID,
    patch: Annotated[AccountPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> AccountRead:
    """Change the code or name of an account."""
    row = await update(session, caller.tenant_id, account_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return body_of(AccountRead, row)
