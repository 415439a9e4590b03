"""Units of the organisation: the tree in which objectives are set."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.tables.base import PlanningBase
from shared.db.base import tenant_key
from shared.db.columns import VersionedEntity

_RANK = "CASE {} WHEN 'company' THEN 0 WHEN 'module' THEN 1 WHEN 'team' THEN 2 ELSE 3 END"


class OrganisationUnitRow(PlanningBase, VersionedEntity):
    """A company, module, team or person; `code_key` is `code` as names are compared.

    `parent_level` repeats the parent's level, which never changes and is part of the reference to it: so the
    database itself refuses a parent that is not higher, and with it every cycle.
    """

    __tablename__ = "organisation_unit"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        UniqueConstraint("tenant_id", "id", "level"),
        ForeignKeyConstraint(
            ["tenant_id", "parent_id", "parent_level"],
            [f"planning.organisation_unit.{column}" for column in ("tenant_id", "id", "level")],
            name="fk_organisation_unit_parent",
        ),
        CheckConstraint("level IN ('company', 'module', 'team', 'person')", name="level"),
        CheckConstraint("(parent_id IS NULL) = (parent_level IS NULL)", name="parent"),
        CheckConstraint("(level = 'company') = (parent_id IS NULL)", name="top"),
        CheckConstraint(f"{_RANK.format('parent_level')} < {_RANK.format('level')} OR parent_id IS NULL", name="below"),
        CheckConstraint("active_to_date >= active_from_date", name="active"),
        Index(None, "tenant_id", "parent_id"),
        {"comment": "distributed: companies, modules, teams and people of a tenant as a tree"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None]
    parent_level: Mapped[str | None] = mapped_column(Text)
    active_from_date: Mapped[date] = mapped_column(Date)
    active_to_date: Mapped[date | None] = mapped_column(Date)
