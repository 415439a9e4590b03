"""Cycles: the periods for which goals are set and plans are made."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.cycle_states import CycleKind, CycleState
from services.planning.tables.base import AuthoredEntity, PlanningBase
from shared.db.base import tenant_key, tenant_reference
from shared.db.columns import one_of


class CycleRow(PlanningBase, AuthoredEntity):
    """A year, a quarter, and so on; `code_key` is `code` as names are compared. Days are both included."""

    __tablename__ = "cycle"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        tenant_reference("parent_id", "planning.cycle"),
        one_of("kind", CycleKind),
        one_of("status", CycleState),
        CheckConstraint("start_date <= end_date", name="days"),
        CheckConstraint("parent_id <> id", name="parent"),
        Index(None, "tenant_id", "parent_id"),
        Index(None, "tenant_id", "start_date"),
        {"comment": "distributed: periods for which goals are set and plans are made"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    start_date: Mapped[date] = mapped_column(Date)
    end_date: Mapped[date] = mapped_column(Date)
    parent_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(Text)
