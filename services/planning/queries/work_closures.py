"""Reads of days on which nothing is made."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.work_calendar import Closure
from services.planning.schemas.fields import PlannedDay
from services.planning.tables import WorkClosureRow
from shared.db.listing import Filter, ListQuery, Sort

WORK_CLOSURES = ListQuery(
    name="work_closures",
    source="planning.work_closure w",
    where="w.tenant_id = $1",
    fields={
        "id": "w.id",
        "name": "w.name",
        "from_date": "w.from_date",
        "to_date": "w.to_date",
        "version": "w.version",
        "created_by": "w.created_by",
        "created_at": "w.created_at",
        "updated_at": "w.updated_at",
    },
    sorts={"from_date": Sort("w.from_date", "date"), "name": Sort("w.name", "text")},
    default_sort="from_date",
    key=Sort("w.id", "uuid"),
    filters={
        "on_or_after_date": Filter("w.to_date >= {}", PlannedDay, "Only closures that last until this day or longer."),
        "on_or_before_date": Filter("w.from_date <= {}", PlannedDay, "Only closures that have begun by this day."),
    },
)


async def load_closures(session: AsyncSession, tenant_id: UUID) -> list[Closure]:
    """All days on which nothing is made."""
    row = WorkClosureRow
    found = await session.execute(select(row.from_date, row.to_date).where(row.tenant_id == tenant_id))
    return [Closure(first, last) for first, last in found]
