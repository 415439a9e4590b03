"""Reads of plans: their lists, their place, their authors and waivers, and the ids that lines may name."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.plan_states import IN_FORCE, PlanKind, PlanStatus, Waiver
from services.planning.domain.scope import ScopeKey
from services.planning.schemas.plans import PlanRead
from services.planning.tables import (
    HandoffRow,
    InitiativeRow,
    OrganisationUnitRow,
    PlanAuthorRow,
    PlanLineRow,
    PlanRow,
    PlanWaiverRow,
    PortfolioNodeRow,
    ReviewActionRow,
)
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.db.one_row import get_row

PLANS = ListQuery(
    name="plans",
    source="planning.plan p",
    where="p.tenant_id = $1",
    fields={
        "id": "p.id",
        "kind": "p.kind",
        "unit_id": "p.unit_id",
        "cycle_id": "p.cycle_id",
        "title": "p.title",
        "currency": "p.currency",
        "exchange_rates": "(SELECT coalesce(json_agg(json_build_object('currency', r.key, 'rate', r.value)"
        " ORDER BY r.key), '[]'::json) FROM jsonb_each_text(p.fx) AS r)",
        "version_no": "p.version_no",
        "previous_plan_id": "p.previous_plan_id",
        "status": "p.status",
        "base_amount": decimal_json("p.base_amount"),
        "organic_growth": "p.organic_growth::float8",
        "opening_headcount": decimal_json("p.opening_headcount"),
        "market_size_amount": decimal_json("p.market_size_amount"),
        "market_growth": "p.market_growth::float8",
        "blended_margin": "p.blended_margin",
        "payback_months": "p.payback_months",
        "submitted_by": "p.submitted_by",
        "submitted_at": "p.submitted_at",
        "approved_by": "p.approved_by",
        "approved_at": "p.approved_at",
        "released_at": "p.released_at",
        "superseded_at": "p.superseded_at",
        "version": "p.version",
        "created_by": "p.created_by",
        "created_at": "p.created_at",
        "updated_at": "p.updated_at",
    },
    sorts={
        "created_at": Sort("p.created_at", "timestamptz"),
        "title": Sort("p.title", "text"),
        "version_no": Sort("p.version_no", "integer"),
    },
    default_sort="-created_at",
    key=Sort("p.id", "uuid"),
    filters={
        "kind": Filter("p.kind = ANY({})", list[PlanKind], "Only plans of these kinds."),
        "unit_id": Filter("p.unit_id = {}", UUID, "Only plans of this unit."),
        "cycle_id": Filter("p.cycle_id = {}", UUID, "Only plans of this cycle."),
        "status": Filter("p.status = ANY({})", list[PlanStatus], "Only plans in these states."),
    },
)

PLAN_WAIVERS = ListQuery(
    name="plan_waivers",
    source="planning.plan_waiver w",
    where="w.tenant_id = $1",
    fields={
        "plan_id": "w.plan_id",
        "finding_key": "w.finding_key",
        "reason": "w.reason",
        "waived_by": "w.waived_by",
        "waived_at": "w.waived_at",
    },
    sorts={"finding_key": Sort("w.finding_key", "text")},
    default_sort="finding_key",
    key=Sort("w.finding_key", "text"),
    path={"plan_id": Filter("w.plan_id = {}", UUID, "Identifier of the plan.")},
    parent="SELECT FROM planning.plan p WHERE p.tenant_id = $1 AND p.id = $2",
)


async def read_plan(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> PlanRead:
    """The plan exactly as the list shows it; NotFound."""
    return PlanRead.model_validate_json(await get_row(session, PLANS, tenant_id, plan_id))


async def next_version_no(session: AsyncSession, tenant_id: UUID, kind: str, unit_id: UUID, cycle_id: UUID) -> int:
    """The number of the next version of the kind, unit and cycle."""
    row = PlanRow
    highest = await session.scalar(
        select(func.max(row.version_no)).where(
            row.tenant_id == tenant_id, row.kind == kind, row.unit_id == unit_id, row.cycle_id == cycle_id
        )
    )
    return (highest or 0) + 1


async def lock_place(session: AsyncSession, tenant_id: UUID, plan: PlanRow) -> Sequence[PlanRow]:
    """The plan and those of its kind, unit and cycle that are in force, all held until the transaction ends.

    Whoever else changes what is in force there waits, and then sees what was decided.
    """
    row = PlanRow
    place = (
        row.tenant_id == tenant_id,
        row.kind == plan.kind,
        row.unit_id == plan.unit_id,
        row.cycle_id == plan.cycle_id,
    )
    # All of the place are held first, in one order: one that is approved meanwhile is then seen as such.
    await session.execute(select(row.id).where(*place).order_by(row.id).with_for_update())
    found = await session.scalars(
        select(row).where(*place, row.status.in_(IN_FORCE)).execution_options(populate_existing=True)
    )
    return found.all()


async def add_author(session: AsyncSession, tenant_id: UUID, plan_id: UUID, principal_id: UUID, now: object) -> None:
    """Notes that somebody has written in the plan."""
    await session.execute(
        insert(PlanAuthorRow)
        .values(tenant_id=tenant_id, plan_id=plan_id, principal_id=principal_id, first_at=now)
        .on_conflict_do_nothing()
    )


async def copy_authors(session: AsyncSession, tenant_id: UUID, from_plan_id: UUID, to_plan_id: UUID) -> None:
    """Whoever has written in a plan is an author of what is copied from it."""
    row = PlanAuthorRow
    await session.execute(
        insert(row)
        .from_select(
            ["tenant_id", "plan_id", "principal_id", "first_at"],
            select(row.tenant_id, literal(to_plan_id, Uuid), row.principal_id, row.first_at).where(
                row.tenant_id == tenant_id, row.plan_id == from_plan_id
            ),
        )
        .on_conflict_do_nothing()
    )


async def list_authors(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> frozenset[str]:
    """Everybody who has written in the plan."""
    row = PlanAuthorRow
    found = await session.scalars(select(row.principal_id).where(row.tenant_id == tenant_id, row.plan_id == plan_id))
    return frozenset(str(each) for each in found)


async def list_waivers(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> tuple[Waiver, ...]:
    """What has been waived of the plan's findings."""
    row = PlanWaiverRow
    found = await session.scalars(
        select(row).where(row.tenant_id == tenant_id, row.plan_id == plan_id).order_by(row.finding_key)
    )
    return tuple(Waiver(each.finding_key, str(each.waived_by), each.reason) for each in found)


async def count_lines(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> int:
    """How many lines the plan has."""
    row = PlanLineRow
    return (
        await session.scalar(
            select(func.count()).select_from(row).where(row.tenant_id == tenant_id, row.plan_id == plan_id)
        )
        or 0
    )


async def is_plan_used(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> bool:
    """Whether another version was made from the plan, or something else names it."""
    users = (
        select(PlanRow.id).where(PlanRow.tenant_id == tenant_id, PlanRow.previous_plan_id == plan_id),
        select(ReviewActionRow.id).where(ReviewActionRow.tenant_id == tenant_id, ReviewActionRow.plan_id == plan_id),
        select(HandoffRow.id).where(HandoffRow.tenant_id == tenant_id, HandoffRow.plan_id == plan_id),
    )
    for user in users:
        if await session.scalar(user.limit(1)) is not None:
            return True
    return False


async def load_known_names(
    session: AsyncSession, tenant_id: UUID, wanted: Mapping[ScopeKey, Collection[str]]
) -> dict[ScopeKey, frozenset[str]]:
    """Which of the ids that scopes name exist, for the keys whose values are ids."""
    known: dict[ScopeKey, frozenset[str]] = {}
    for key, table in _NAMED.items():
        ids = [found for text in wanted.get(key, ()) if (found := _read_id(text)) is not None]
        rows = (
            await session.scalars(select(table.id).where(table.tenant_id == tenant_id, table.id.in_(ids)))
            if ids
            else ()
        )
        known[key] = frozenset(str(each) for each in rows)
    return known


_NAMED: Mapping[ScopeKey, Any] = {
    ScopeKey.ORG_UNIT_ID: OrganisationUnitRow,
    ScopeKey.NODE_ID: PortfolioNodeRow,
    ScopeKey.INITIATIVE_ID: InitiativeRow,
}


def _read_id(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


async def load_titles(session: AsyncSession, tenant_id: UUID, initiative_ids: Collection[str]) -> dict[str, str]:
    """What initiatives are called, by their id."""
    row = InitiativeRow
    ids = [UUID(each) for each in initiative_ids]
    found = await session.execute(select(row.id, row.title).where(row.tenant_id == tenant_id, row.id.in_(ids)))
    return {str(initiative_id): title for initiative_id, title in found}
