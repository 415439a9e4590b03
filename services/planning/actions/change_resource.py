"""Decides how a change of a versioned resource is checked, journalled and written, whatever the resource is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.journal_change import journal_change
from services.planning.queries.resources import lock_resource
from services.planning.tables import PlanningBase
from shared.web.etags import check_version

Resource = TypeVar("Resource", bound=PlanningBase)


async def lock_at_version(
    session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID, expected_version: int
) -> Resource:
    """The resource, held until the transaction ends; NotFound, or PreconditionFailed at another version."""
    row = await lock_resource(session, table, tenant_id, resource_id)
    check_version(row.version, expected_version)  # type: ignore[attr-defined]
    return row


async def write_change(
    session: AsyncSession,
    row: PlanningBase,
    changes: Mapping[str, Any],
    *,
    by: UUID,
    now: datetime,
    action: str = "changed",
    reason: str | None = None,
) -> None:
    """Sets the columns, raises the version, journals what differs, and writes it."""
    for name, value in changes.items():
        setattr(row, name, value)
    journal_change(session, row, action, by=by, now=now, reason=reason)
    row.version += 1  # type: ignore[attr-defined]
    row.updated_at = now  # type: ignore[attr-defined]
    await session.flush()


async def write_new(session: AsyncSession, row: PlanningBase, *, by: UUID, now: datetime) -> None:
    """Adds a row that a caller has made, at its first version, and journals it."""
    state: Any = row
    state.version, state.created_at, state.updated_at, state.created_by = 1, now, now, by
    session.add(row)
    journal_change(session, row, "created", by=by, now=now)
    await session.flush()
