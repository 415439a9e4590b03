"""Changes a metric; a standard one becomes the company's own by its first change."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.define_metric import MetricInUse, broken_by, check_definition, hold_definitions
from services.planning.actions.journal_change import journal_change
from services.planning.domain.metric import Unit
from services.planning.queries.catalogue import load_catalogue, metric_of
from services.planning.queries.metrics import find_own_metric, get_metric, tables_naming_metric
from services.planning.schemas.metrics import MetricPatch
from services.planning.tables import MetricRow
from shared.core.ids import new_id
from shared.web.etags import check_version

_OF_ALL_METRICS = {"origin", "version", "updated_at"}


async def update_metric(
    session: AsyncSession,
    tenant_id: UUID,
    code: str,
    patch: MetricPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> MetricRow:
    """The changed metric; NotFound, PreconditionFailed, Invalid for a definition that cannot be.

    MetricInUse where the unit of what has been read or planned would change, or others could not be computed.
    """
    await hold_definitions(session, tenant_id)
    known = await get_metric(session, tenant_id, code)
    check_version(known.version, expected_version)
    catalogue = await load_catalogue(session, tenant_id)
    row = await find_own_metric(session, tenant_id, code, for_update=True)
    changes = patch.changes()
    is_standard = row is None
    if row is None:
        values = known.model_dump(exclude=_OF_ALL_METRICS)
        row = MetricRow(tenant_id=tenant_id, id=new_id(), **values)
    with session.no_autoflush:
        unit = Unit(row.unit)
        for name, value in changes.items():
            setattr(row, name, value)
        metric = metric_of(row)
        check_definition(metric, catalogue)
        used_by = await tables_naming_metric(session, tenant_id, code) if metric.unit is not unit else []
        used_by += broken_by(metric, code, catalogue)
        if used_by:
            raise MetricInUse(used_by=", ".join(used_by))
    if not is_standard:
        await write_change(session, row, {}, by=by, now=now)
        return row
    row.version, row.created_at, row.updated_at, row.created_by = known.version + 1, now, now, by
    session.add(row)
    journal_change(session, row, "changed", by=by, now=now)
    await session.flush()
    return row
