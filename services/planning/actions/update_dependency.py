"""Changes a dependency: its type, its lag, who owns its risk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_initiative import get_named
from services.planning.schemas.dependencies import DependencyPatch
from services.planning.tables import DependencyRow, OrganisationUnitRow


async def update_dependency(
    session: AsyncSession,
    tenant_id: UUID,
    dependency_id: UUID,
    patch: DependencyPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> DependencyRow:
    """The changed dependency, no longer confirmed where it asks for something else than what was promised."""
    row = await lock_at_version(session, DependencyRow, tenant_id, dependency_id, expected_version)
    changes = {name: value for name, value in patch.changes().items() if getattr(row, name) != value}
    if changes.get("risk_owner_id") is not None:
        await get_named(session, OrganisationUnitRow, tenant_id, changes["risk_owner_id"], "risk_owner_id")
    if {"type", "lag_days"} & changes.keys():
        changes |= {"confirmed_by": None, "confirmed_at": None}
    await write_change(session, row, changes, by=by, now=now)
    return row
