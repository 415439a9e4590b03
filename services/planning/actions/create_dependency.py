"""Makes one initiative wait for another, as long as nobody comes to wait for itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_initiative import get_named
from services.planning.actions.lock_initiative_links import lock_initiative_links
from services.planning.domain.schedule import Dependency, DependencyCycle, check_acyclic
from services.planning.queries.dependencies import find_dependency, load_dependencies
from services.planning.schemas.dependencies import DependencyCreate
from services.planning.tables import DependencyRow, InitiativeRow, OrganisationUnitRow
from shared.core.errors import Conflict, DuplicateKey
from shared.core.ids import new_id


class CircularDependency(Conflict):
    """The initiatives would wait for themselves."""

    slug, title = "circular-dependency", "Dependencies go round in a circle"


async def create_dependency(
    session: AsyncSession, tenant_id: UUID, dependency: DependencyCreate, *, by: UUID, now: datetime
) -> DependencyRow:
    """The new dependency; CircularDependency, DuplicateKey, or Invalid where it names nobody."""
    await lock_initiative_links(session, tenant_id)
    earlier = await get_named(session, InitiativeRow, tenant_id, dependency.from_id, "from_id")
    later = await get_named(session, InitiativeRow, tenant_id, dependency.to_id, "to_id")
    if dependency.risk_owner_id is not None:
        await get_named(session, OrganisationUnitRow, tenant_id, dependency.risk_owner_id, "risk_owner_id")
    if await find_dependency(session, tenant_id, dependency.from_id, dependency.to_id) is not None:
        raise DuplicateKey("The one waits for the other already.", from_code=earlier.code, to_code=later.code)
    await _check_acyclic(session, tenant_id, Dependency(str(earlier.id), str(later.id)))
    row = DependencyRow(
        tenant_id=tenant_id, id=new_id(), confirmed_by=None, confirmed_at=None, **dependency.model_dump()
    )
    await write_new(session, row, by=by, now=now)
    return row


async def _check_acyclic(session: AsyncSession, tenant_id: UUID, added: Dependency) -> None:
    try:
        check_acyclic([*await load_dependencies(session, tenant_id), added])
    except DependencyCycle as error:
        codes = []
        for key in error.cycle:
            initiative = await session.get(InitiativeRow, (tenant_id, UUID(key)))
            codes.append(key if initiative is None else initiative.code)
        circle = " → ".join([*codes, codes[0]])
        raise CircularDependency(f"Each would wait for the one before: {circle}.", circle=circle) from None
