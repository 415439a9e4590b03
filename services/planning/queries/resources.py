"""Reads single resources of any kind by their id."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.tables import PlanningBase
from shared.core.errors import FieldProblem, Invalid, NotFound

Resource = TypeVar("Resource", bound=PlanningBase)


async def get_resource(session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID) -> Resource:
    """The resource, or NotFound."""
    row = await session.get(table, (tenant_id, resource_id))
    if row is None:
        raise NotFound
    return row


async def lock_resource(session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID) -> Resource:
    """The resource as it is now, held until the transaction ends, or NotFound."""
    row = await session.get(table, (tenant_id, resource_id), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def lock_named(
    session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID, field: str
) -> Resource:
    """What a field of a body names, held so that it stays; Invalid, naming the field, where there is none."""
    try:
        return await lock_resource(session, table, tenant_id, resource_id)
    except NotFound:
        problem = FieldProblem(f"#/{field}", "unknown", "There is none with this id.")
        raise Invalid("Something that the request names does not exist.", errors=[problem]) from None
