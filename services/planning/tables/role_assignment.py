"""Who plays which role for what, and from when to when."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.roles import AssignmentSubject, Role
from services.planning.tables.base import AuthoredEntity, PlanningBase
from shared.db.base import tenant_key, tenant_reference
from shared.db.columns import one_of


class RoleAssignmentRow(PlanningBase, AuthoredEntity):
    """A person (a unit of level person) in a role for a unit, a portfolio node, an initiative or a plan."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        tenant_key(),
        tenant_reference("person_id", "planning.organisation_unit"),
        UniqueConstraint(
            "tenant_id", "subject_kind", "subject_id", "role", "person_id", "from_date", name="uq_role_assignment_from"
        ),
        one_of("subject_kind", AssignmentSubject),
        one_of("role", Role),
        CheckConstraint("to_date >= from_date", name="days"),
        Index(None, "tenant_id", "person_id"),
        {"comment": "distributed: people in roles for units, nodes, initiatives and plans"},
    )

    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    from_date: Mapped[date] = mapped_column(Date)
    to_date: Mapped[date | None] = mapped_column(Date)
