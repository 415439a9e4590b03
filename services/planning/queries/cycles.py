"""Reads of cycles."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.cycle_states import CycleKind, CycleState
from services.planning.domain.objective_states import ObjectiveState
from services.planning.tables import (
    BasisRow,
    CalibrationRow,
    CycleRow,
    ObjectiveRow,
    PlanRow,
    ReviewRow,
    UnpursuedGapRow,
)
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Day

CYCLES = ListQuery(
    name="cycles",
    source="planning.cycle c",
    where="c.tenant_id = $1",
    fields={
        "id": "c.id",
        "code": "c.code",
        "name": "c.name",
        "kind": "c.kind",
        "start_date": "c.start_date",
        "end_date": "c.end_date",
        "parent_id": "c.parent_id",
        "status": "c.status",
        "version": "c.version",
        "created_by": "c.created_by",
        "created_at": "c.created_at",
        "updated_at": "c.updated_at",
    },
    sorts={
        "start_date": Sort("c.start_date", "date"),
        "code": Sort("c.code_key", "text"),
        "created_at": Sort("c.created_at", "timestamptz"),
    },
    default_sort="-start_date",
    key=Sort("c.id", "uuid"),
    filters={
        "kind": Filter("c.kind = ANY({})", list[CycleKind], "Only cycles of these kinds."),
        "status": Filter("c.status = ANY({})", list[CycleState], "Only cycles in these states."),
        "parent_id": Filter("c.parent_id = {}", UUID, "Only cycles directly inside this one."),
        "on_date": Filter("{} BETWEEN c.start_date AND c.end_date", Day, "Only cycles that this day lies in."),
    },
)


async def share_cycle(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> CycleRow:
    """The cycle, which others may read but not change until the transaction ends; NotFound."""
    row = CycleRow
    found = await session.scalar(
        select(row)
        .where(row.tenant_id == tenant_id, row.id == cycle_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def find_cycle_by_code(session: AsyncSession, tenant_id: UUID, code_key: str) -> CycleRow | None:
    """The cycle with this code in compared form."""
    row = CycleRow
    return await session.scalar(select(row).where(row.tenant_id == tenant_id, row.code_key == code_key))


async def list_cycles_inside(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> Sequence[CycleRow]:
    """The cycles directly inside this one."""
    row = CycleRow
    return (await session.scalars(select(row).where(row.tenant_id == tenant_id, row.parent_id == cycle_id))).all()


async def list_objective_states(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> Sequence[ObjectiveState]:
    """The state of each objective of the cycle."""
    row = ObjectiveRow
    found = await session.scalars(select(row.status).where(row.tenant_id == tenant_id, row.cycle_id == cycle_id))
    return [ObjectiveState(state) for state in found]


async def is_cycle_used(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> bool:
    """Whether anything belongs to the cycle: objectives, plans, reviews, gaps, calibrations, cycles inside it."""
    users = (ObjectiveRow, PlanRow, ReviewRow, BasisRow, UnpursuedGapRow, CalibrationRow)
    used = [exists().where(row.tenant_id == tenant_id, row.cycle_id == cycle_id) for row in users]
    inside = exists().where(CycleRow.tenant_id == tenant_id, CycleRow.parent_id == cycle_id)
    return bool(await session.scalar(select(or_(inside, *used))))
