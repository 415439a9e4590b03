"""Reads of what initiatives ask of domains, of what domains can give, and of both side by side."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.resource_load import DemandStatus, ResourceKind
from services.planning.schemas.fields import Month
from services.planning.tables import ResourceCapacityRow, ResourceDemandRow
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import Slug


def _place_filters(table: str) -> dict[str, Filter]:
    return {
        "domain": Filter(f"{table}.domain = {{}}", Slug, "Only of this domain."),
        "kind": Filter(f"{table}.kind = ANY({{}})", list[ResourceKind], "Only of these kinds."),
        "from_month": Filter(f"{table}.month_date >= {{}}", Month, "Only of this month and later."),
        "to_month": Filter(f"{table}.month_date <= {{}}", Month, "Only until this month."),
    }


RESOURCE_DEMANDS = ListQuery(
    name="resource_demands",
    source="planning.resource_demand d",
    where="d.tenant_id = $1",
    fields={
        "id": "d.id",
        "initiative_id": "d.initiative_id",
        "domain": "d.domain",
        "kind": "d.kind",
        "unit": "d.unit",
        "month": "to_char(d.month_date, 'YYYY-MM')",
        "quantity": decimal_json("d.quantity"),
        "status": "d.status",
        "answered_by": "d.answered_by",
        "answered_at": "d.answered_at",
        "answer_reason": "d.answer_reason",
        "version": "d.version",
        "created_by": "d.created_by",
        "created_at": "d.created_at",
        "updated_at": "d.updated_at",
    },
    sorts={"month": Sort("d.month_date", "date"), "created_at": Sort("d.created_at", "timestamptz")},
    default_sort="month",
    key=Sort("d.id", "uuid"),
    filters={
        **_place_filters("d"),
        "initiative_id": Filter("d.initiative_id = {}", UUID, "Only of this initiative."),
        "status": Filter("d.status = ANY({})", list[DemandStatus], "Only in these states."),
    },
)

RESOURCE_CAPACITIES = ListQuery(
    name="resource_capacities",
    source="planning.resource_capacity c",
    where="c.tenant_id = $1",
    fields={
        "id": "c.id",
        "domain": "c.domain",
        "kind": "c.kind",
        "unit": "c.unit",
        "month": "to_char(c.month_date, 'YYYY-MM')",
        "quantity": decimal_json("c.quantity"),
        "version": "c.version",
        "created_by": "c.created_by",
        "created_at": "c.created_at",
        "updated_at": "c.updated_at",
    },
    sorts={"month": Sort("c.month_date", "date"), "created_at": Sort("c.created_at", "timestamptz")},
    default_sort="month",
    key=Sort("c.id", "uuid"),
    filters=_place_filters("c"),
)

# The same as domain/resource_load.py says of the same rows, which a test compares; here for pages and exports.
RESOURCE_LOADS = ListQuery(
    name="resource_loads",
    source="""(
        SELECT tenant_id, domain, kind, unit, month_date,
            coalesce(sum(quantity) FILTER (WHERE status = 'requested'), 0) AS requested,
            coalesce(sum(quantity) FILTER (WHERE status = 'committed'), 0) AS committed,
            sum(quantity) FILTER (WHERE status = 'capacity') AS capacity,
            coalesce(sum(quantity) FILTER (WHERE status IN ('requested', 'committed')), 0) AS demand,
            coalesce(
                array_agg(DISTINCT initiative_id ORDER BY initiative_id)
                    FILTER (WHERE status IN ('requested', 'committed')),
                '{}'
            ) AS initiative_ids
        FROM (
            SELECT tenant_id, domain, kind, unit, month_date, quantity, status, initiative_id
            FROM planning.resource_demand WHERE tenant_id = $1
            UNION ALL
            SELECT tenant_id, domain, kind, unit, month_date, quantity, 'capacity', NULL
            FROM planning.resource_capacity WHERE tenant_id = $1
        ) each
        GROUP BY tenant_id, domain, kind, unit, month_date
    ) l""",
    where="l.tenant_id = $1",
    fields={
        "domain": "l.domain",
        "kind": "l.kind",
        "unit": "l.unit",
        "month": "to_char(l.month_date, 'YYYY-MM')",
        "requested": decimal_json("l.requested"),
        "committed": decimal_json("l.committed"),
        "demand": decimal_json("l.demand"),
        "capacity": decimal_json("l.capacity"),
        "over": decimal_json("CASE WHEN l.capacity IS NULL THEN 0 ELSE greatest(l.demand - l.capacity, 0) END"),
        "load": "CASE WHEN l.capacity > 0 THEN round(l.demand / l.capacity, 4) END",
        "initiative_ids": "l.initiative_ids",
    },
    sorts={"month": Sort("l.month_date", "date"), "domain": Sort("l.domain", "text")},
    default_sort="month",
    key=Sort("(l.domain || '/' || l.kind || '/' || l.unit || '/' || l.month_date)", "text"),
    filters={
        **_place_filters("l"),
        "overloaded": Filter("(l.demand > l.capacity) IS TRUE = {}", bool, "Only what is, or is not, asked too much."),
    },
)


async def find_demand_at(
    session: AsyncSession, like: ResourceDemandRow, month: date | None = None
) -> ResourceDemandRow | None:
    """The demand of the same initiative for the same thing, in the month of this one or another."""
    row = ResourceDemandRow
    return await session.scalar(
        select(row).where(
            row.tenant_id == like.tenant_id,
            row.initiative_id == like.initiative_id,
            row.domain == like.domain,
            row.kind == like.kind,
            row.unit == like.unit,
            row.month_date == (month or like.month_date),
        )
    )


async def find_capacity_at(session: AsyncSession, like: ResourceCapacityRow) -> ResourceCapacityRow | None:
    """What has been said of the same domain, kind, unit and month."""
    row = ResourceCapacityRow
    return await session.scalar(
        select(row).where(
            row.tenant_id == like.tenant_id,
            row.domain == like.domain,
            row.kind == like.kind,
            row.unit == like.unit,
            row.month_date == like.month_date,
        )
    )
