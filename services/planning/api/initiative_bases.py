"""What initiatives answer, over HTTP."""

from uuid import UUID

from fastapi import Response

from services.planning.actions.add_initiative_basis import add_initiative_basis as add
from services.planning.actions.check_initiative import GroundworkMissing
from services.planning.actions.remove_initiative_basis import remove_initiative_basis as remove
from services.planning.queries.initiatives import BASES, get_basis
from services.planning.schemas.initiative_parts import InitiativeBasisCreate, InitiativeBasisRead
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("initiative-bases", "Gaps, needs and insights that initiatives answer: why they are done.")

list_endpoint(router, "/initiatives/{initiative_id}/bases", BASES, InitiativeBasisRead, scope="planning.read")


@router.post(
    "/initiatives/{initiative_id}/bases",
    status_code=201,
    response_model=InitiativeBasisRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *KEYED),
)
async def create_initiative_basis(initiative_id: UUID, basis: InitiativeBasisCreate, write: WriteDep) -> Response:
    """Link an initiative to a gap, a need or an insight that it answers."""

    async def produce() -> InitiativeBasisRead:
        session, caller = write.session, write.caller
        row = await add(session, caller.tenant_id, initiative_id, basis, by=caller.principal_id, now=utc_now())
        return await _read(session, caller.tenant_id, row.id)

    return await write.once(
        produce,
        status=201,
        location=lambda made: f"/initiatives/{initiative_id}/bases/{made.id}",
        etag=lambda made: etag(made.version),
    )


@router.get(
    "/initiatives/{initiative_id}/bases/{initiative_basis_id}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_initiative_basis(
    initiative_id: UUID, initiative_basis_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> InitiativeBasisRead:
    """Read one thing that an initiative answers."""
    row = await get_basis(session, caller.tenant_id, initiative_id, initiative_basis_id)
    response.headers["ETag"] = etag(row.version)
    return await _read(session, caller.tenant_id, row.id)


@router.delete(
    "/initiatives/{initiative_id}/bases/{initiative_basis_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, GroundworkMissing),
)
async def delete_initiative_basis(
    initiative_id: UUID, initiative_basis_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep
) -> None:
    """Unlink an initiative from what it answered; what is more than proposed keeps a gap or need."""
    await remove(
        session,
        caller.tenant_id,
        initiative_id,
        initiative_basis_id,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )


async def _read(session: SessionDep, tenant_id: UUID, basis_id: UUID) -> InitiativeBasisRead:
    return InitiativeBasisRead.model_validate_json(await get_row(session, BASES, tenant_id, basis_id))
