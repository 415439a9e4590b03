"""The journal: who changed what, when and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.tables.base import PlanningBase
from shared.db.base import TenantEntity, tenant_key
from shared.db.columns import INSTANT


class ChangeRow(PlanningBase, TenantEntity):
    """One change of one resource, appended with it and never altered: `changes` holds `{field: {old, new}}`."""

    __tablename__ = "change"
    __table_args__ = (
        tenant_key(),
        Index(None, "tenant_id", "subject_kind", "subject_id", "id"),
        Index(None, "tenant_id", "changed_at"),
        {"comment": "distributed: what was changed by whom, when and why"},
    )

    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    action: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime] = mapped_column(INSTANT)
