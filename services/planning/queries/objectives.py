"""Reads of objectives: their list, who stands below one, and the line of parents above one."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.tables import KeyResultRow, ObjectiveRow
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import Name

OBJECTIVES = ListQuery(
    name="objectives",
    source="""planning.objective o
        JOIN planning.organisation_unit u ON u.tenant_id = o.tenant_id AND u.id = o.unit_id
        JOIN LATERAL (
            SELECT count(*) AS number FROM planning.key_result k
            WHERE k.tenant_id = o.tenant_id AND k.objective_id = o.id
        ) t ON true""",
    where="o.tenant_id = $1",
    fields={
        "id": "o.id",
        "unit_id": "o.unit_id",
        "level": "u.level",
        "cycle_id": "o.cycle_id",
        "horizon": "o.horizon",
        "title": "o.title",
        "why": "o.why",
        "parent_id": "o.parent_id",
        "parent_mode": "o.parent_mode",
        "weight": decimal_json("o.weight"),
        "ambition": "o.ambition",
        "status": "o.status",
        "key_results_count": "t.number::integer",
        "grade": "trim_scale(o.grade)",
        "grade_explanation": "o.grade_explanation",
        "graded_at": "o.graded_at",
        "close_decision": "o.close_decision",
        "cancel_reason": "o.cancel_reason",
        "version": "o.version",
        "created_by": "o.created_by",
        "created_at": "o.created_at",
        "updated_at": "o.updated_at",
    },
    sorts={
        "created_at": Sort("o.created_at", "timestamptz"),
        "title": Sort("o.title", "text"),
        "updated_at": Sort("o.updated_at", "timestamptz"),
    },
    default_sort="created_at",
    key=Sort("o.id", "uuid"),
    filters={
        "cycle_id": Filter("o.cycle_id = {}", UUID, "Only objectives of this cycle."),
        "unit_id": Filter("o.unit_id = {}", UUID, "Only objectives of exactly this unit."),
        "status": Filter("o.status = ANY({})", list[ObjectiveState], "Only objectives in these states."),
        "parent_id": Filter("o.parent_id = {}", UUID, "Only objectives directly below this one."),
        "level": Filter("u.level = ANY({})", list[UnitLevel], "Only objectives of units of these levels."),
        "search": Filter(
            "strpos(lower(o.title), lower({})) > 0", Name, "Only objectives whose title contains this, whatever case."
        ),
    },
)


async def has_objectives_below(session: AsyncSession, tenant_id: UUID, objective_id: UUID) -> bool:
    """Whether any objective has this one as its parent."""
    row = ObjectiveRow
    return bool(await session.scalar(select(exists().where(row.tenant_id == tenant_id, row.parent_id == objective_id))))


# UNION, not UNION ALL: links that run in a circle end there.
_LINE = """
    WITH RECURSIVE line AS (
        SELECT r.id, r.{parent} AS parent FROM planning.{table} r
            WHERE r.tenant_id = :tenant_id AND r.id = :start_id
        UNION
        SELECT r.id, r.{parent} FROM line
            JOIN planning.{table} r ON r.tenant_id = :tenant_id AND r.id = line.parent
    )
    SELECT id, parent FROM line
"""
_LINES = {
    ObjectiveRow: text(_LINE.format(table="objective", parent="parent_id")),
    KeyResultRow: text(_LINE.format(table="key_result", parent="parent_key_result_id")),
}


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('objective_links ' || :tenant_id, 0))")


async def lock_links(session: AsyncSession, tenant_id: UUID) -> None:
    """Lets one writer of a company at a time hang objectives or key results below others, until its transaction ends.

    Taken before any row is: whoever holds one waits for no other.
    """
    await session.execute(_ONE_AT_A_TIME, {"tenant_id": str(tenant_id)})


async def load_line(
    session: AsyncSession, table: type[ObjectiveRow | KeyResultRow], tenant_id: UUID, start_id: UUID
) -> Mapping[str, str | None]:
    """Who stands directly above whom, from the one named up to the top."""
    found = await session.execute(_LINES[table], {"tenant_id": tenant_id, "start_id": start_id})
    return {str(row.id): str(row.parent) if row.parent else None for row in found}
