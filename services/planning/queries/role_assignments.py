"""Reads of role assignments, and of what roles are played for."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.roles import AssignmentSubject, Role
from services.planning.tables import (
    InitiativeRow,
    OrganisationUnitRow,
    PlanningBase,
    PlanRow,
    PortfolioNodeRow,
    RoleAssignmentRow,
)
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Day

SUBJECT_TABLES: Mapping[AssignmentSubject, type[PlanningBase]] = {
    AssignmentSubject.ORGANISATION_UNIT: OrganisationUnitRow,
    AssignmentSubject.PORTFOLIO_NODE: PortfolioNodeRow,
    AssignmentSubject.INITIATIVE: InitiativeRow,
    AssignmentSubject.PLAN: PlanRow,
}

ROLE_ASSIGNMENTS = ListQuery(
    name="role_assignments",
    source="planning.role_assignment r",
    where="r.tenant_id = $1",
    fields={
        "id": "r.id",
        "subject_kind": "r.subject_kind",
        "subject_id": "r.subject_id",
        "role": "r.role",
        "person_id": "r.person_id",
        "from_date": "r.from_date",
        "to_date": "r.to_date",
        "version": "r.version",
        "created_by": "r.created_by",
        "created_at": "r.created_at",
        "updated_at": "r.updated_at",
    },
    sorts={"from_date": Sort("r.from_date", "date"), "created_at": Sort("r.created_at", "timestamptz")},
    default_sort="from_date",
    key=Sort("r.id", "uuid"),
    filters={
        "subject_kind": Filter("r.subject_kind = {}", AssignmentSubject, "Only roles for this kind of thing."),
        "subject_id": Filter("r.subject_id = {}", UUID, "Only roles for this one."),
        "person_id": Filter("r.person_id = {}", UUID, "Only roles that this person plays."),
        "role": Filter("r.role = ANY({})", list[Role], "Only these roles."),
        "on_date": Filter(
            "r.from_date <= {0} AND (r.to_date IS NULL OR r.to_date >= {0})", Day, "Only roles played on this day."
        ),
    },
)


async def list_overlapping(
    session: AsyncSession, tenant_id: UUID, subject: tuple[str, UUID], role: str, from_date: date, to_date: date | None
) -> list[RoleAssignmentRow]:
    """Who plays the role for the subject on any of these days."""
    row = RoleAssignmentRow
    found = await session.scalars(
        select(row).where(
            row.tenant_id == tenant_id,
            row.subject_kind == subject[0],
            row.subject_id == subject[1],
            row.role == role,
            or_(row.to_date.is_(None), row.to_date >= from_date),
            *([] if to_date is None else [row.from_date <= to_date]),
        )
    )
    return list(found)
