"""Requests that must not be carried out twice, with the answer that the first one got."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import PlatformBase, TenantOwned, tenant_key


class IdempotencyKeyRow(PlatformBase, TenantOwned):
    """One key of one service; written in the transaction of the effect, so both exist or neither does."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        tenant_key("service", "key"),
        Index(None, "tenant_id", "created_at"),
        {"comment": "distributed: answers given to keyed requests, kept for seven days"},
    )

    service: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
