"""Organisation units over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.create_organisation_unit import DuplicateCode
from services.planning.actions.create_organisation_unit import create_organisation_unit as create
from services.planning.actions.delete_organisation_unit import UnitHasUnitsBelow
from services.planning.actions.delete_organisation_unit import delete_organisation_unit as delete
from services.planning.actions.place_organisation_unit import MisplacedUnit
from services.planning.actions.update_organisation_unit import update_organisation_unit as update
from services.planning.queries.organisation_units import ORGANISATION_UNITS
from services.planning.queries.organisation_units import get_organisation_unit as get
from services.planning.schemas.organisation_units import (
    OrganisationUnitCreate,
    OrganisationUnitPatch,
    OrganisationUnitRead,
)
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("organisation-units", "Companies, modules, teams and people: the tree in which goals are set.")

list_endpoint(router, "/organisation-units", ORGANISATION_UNITS, OrganisationUnitRead, scope="planning.read")


@router.post(
    "/organisation-units",
    status_code=201,
    response_model=OrganisationUnitRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateCode, MisplacedUnit),
)
async def create_organisation_unit(unit: OrganisationUnitCreate, write: WriteDep) -> Response:
    """Add a unit below its parent; a company stands at the top."""

    async def produce() -> OrganisationUnitRead:
        row = await create(write.session, write.caller.tenant_id, unit, by=write.caller.principal_id, now=utc_now())
        return OrganisationUnitRead.model_validate(row)

    return await write.once(
        produce,
        status=201,
        location=lambda made: f"/organisation-units/{made.id}",
        etag=lambda made: etag(made.version),
    )


@router.get(
    "/organisation-units/{unit_id}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_organisation_unit(
    unit_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> OrganisationUnitRead:
    """Read one unit."""
    row = await get(session, caller.tenant_id, unit_id)
    response.headers["ETag"] = etag(row.version)
    return OrganisationUnitRead.model_validate(row)


@router.patch(
    "/organisation-units/{unit_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateCode, MisplacedUnit),
)
async def update_organisation_unit(
    unit_id: UUID,
    patch: Annotated[OrganisationUnitPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> OrganisationUnitRead:
    """Change the names, the place or the days of a unit."""
    row = await update(
        session, caller.tenant_id, unit_id, patch, expected_version=version, by=caller.principal_id, now=utc_now()
    )
    response.headers["ETag"] = etag(row.version)
    return OrganisationUnitRead.model_validate(row)


@router.delete(
    "/organisation-units/{unit_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, UnitHasUnitsBelow),
)
async def delete_organisation_unit(unit_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a unit that nothing stands below."""
    await delete(session, caller.tenant_id, unit_id, expected_version=version, by=caller.principal_id, now=utc_now())
