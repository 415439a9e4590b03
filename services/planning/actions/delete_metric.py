"""Removes a metric of the company's own; where it was a standard one before, the standard is back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.define_metric import MetricInUse, broken_by, hold_definitions
from services.planning.actions.journal_change import journal_step
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.metrics import find_own_metric, get_metric, tables_naming_metric
from shared.core.errors import Conflict
from shared.web.etags import check_version


class StandardMetric(Conflict):
    """Every company has this metric; it can be changed, and brought back, but not removed."""

    slug, title = "standard-metric", "The metric is a standard one"


async def delete_metric(
    session: AsyncSession, tenant_id: UUID, code: str, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """NotFound, PreconditionFailed, StandardMetric; MetricInUse while anything rests on it as it is."""
    await hold_definitions(session, tenant_id)
    known = await get_metric(session, tenant_id, code)
    check_version(known.version, expected_version)
    row = await find_own_metric(session, tenant_id, code, for_update=True)
    if row is None:
        raise StandardMetric
    standard = STARTING_CATALOGUE.get(code)
    used_by = broken_by(standard, code, await load_catalogue(session, tenant_id))
    if standard is None or standard.unit != row.unit:
        used_by += await tables_naming_metric(session, tenant_id, code)
    if used_by:
        raise MetricInUse(used_by=", ".join(used_by))
    journal_step(session, tenant_id, ("metric", row.id), "deleted", {}, by=by, now=now)
    await session.delete(row)
    await session.flush()
