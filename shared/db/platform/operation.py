"""Long work: what was asked, how far it is, how it ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import PlatformBase, TenantEntity, tenant_key

INSTANT = TIMESTAMP(timezone=True)


class OperationRow(PlatformBase, TenantEntity):
    """One piece of long work; `attempt` fences out a worker that was believed dead."""

    __tablename__ = "operation"
    __table_args__ = (
        tenant_key(),
        CheckConstraint("state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')", name="state"),
        CheckConstraint("progress_done >= 0 AND progress_done <= progress_total", name="progress"),
        CheckConstraint("(state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"),
        Index(None, "tenant_id", "service", "created_at"),
        {"comment": "distributed: long work and its progress"},
    )

    service: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    progress_done: Mapped[int] = mapped_column(BigInteger)
    progress_total: Mapped[int] = mapped_column(BigInteger)
    progress_unit: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(Integer)
    result_url: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cancel_requested_at: Mapped[datetime | None] = mapped_column(INSTANT)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    started_at: Mapped[datetime | None] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
    finished_at: Mapped[datetime | None] = mapped_column(INSTANT)
