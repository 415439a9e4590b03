"""Adds a metric of the company's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.define_metric import check_definition, hold_definitions
from services.planning.queries.catalogue import load_catalogue, metric_of
from services.planning.schemas.metrics import MetricCreate
from services.planning.tables import MetricRow
from shared.core.errors import DuplicateKey
from shared.core.ids import new_id


async def create_metric(
    session: AsyncSession, tenant_id: UUID, metric: MetricCreate, *, by: UUID, now: datetime
) -> MetricRow:
    """The new metric; DuplicateKey where there is one of its code, Invalid for a definition that cannot be."""
    await hold_definitions(session, tenant_id)
    catalogue = await load_catalogue(session, tenant_id)
    if metric.code in catalogue:
        raise DuplicateKey(code=metric.code)
    row = MetricRow(tenant_id=tenant_id, id=new_id(), **metric.model_dump())
    check_definition(metric_of(row), catalogue)
    await write_new(session, row, by=by, now=now)
    return row
