"""Records that a gap is not pursued, and takes that back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_new
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.actions.journal_change import journal_step
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.resources import lock_named
from services.planning.queries.unpursued_gaps import find_unpursued_gap_id
from services.planning.schemas.fields import scope_columns
from services.planning.schemas.gaps import UnpursuedGapCreate
from services.planning.tables import OrganisationUnitRow, UnpursuedGapRow
from shared.core.errors import DuplicateKey, FieldProblem, Invalid
from shared.core.ids import new_id


async def leave_gap(
    session: AsyncSession, tenant_id: UUID, wanted: UnpursuedGapCreate, *, by: UUID, now: datetime
) -> UnpursuedGapRow:
    """The decision; DuplicateKey where it was taken before, CycleClosed, Invalid for what does not exist."""
    await lock_open_cycle(session, tenant_id, wanted.cycle_id)
    await lock_named(session, OrganisationUnitRow, tenant_id, wanted.unit_id, "unit_id")
    if wanted.metric_code not in await load_catalogue(session, tenant_id):
        problem = FieldProblem("#/metric_code", "unknown", "There is no metric with this code.")
        raise Invalid("The metric does not exist.", errors=[problem])
    scope = wanted.scope.to_scope()
    place = (wanted.cycle_id, wanted.unit_id, wanted.metric_code, scope)
    known = await find_unpursued_gap_id(session, tenant_id, *place)
    if known is not None:
        raise DuplicateKey(existing_id=str(known))
    made = UnpursuedGapRow(
        tenant_id=tenant_id,
        id=new_id(),
        cycle_id=wanted.cycle_id,
        unit_id=wanted.unit_id,
        metric_code=wanted.metric_code,
        reason=wanted.reason,
        **scope_columns(scope),
    )
    await write_new(session, made, by=by, now=now)
    return made


async def take_up_gap(
    session: AsyncSession, tenant_id: UUID, unpursued_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Takes the decision back; CycleClosed, PreconditionFailed when it has changed."""
    row = await lock_at_version(session, UnpursuedGapRow, tenant_id, unpursued_id, expected_version)
    await lock_open_cycle(session, tenant_id, row.cycle_id)
    journal_step(session, tenant_id, ("unpursued_gap", unpursued_id), "deleted", {}, by=by, now=now)
    await session.delete(row)
    await session.flush()
