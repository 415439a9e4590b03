"""Replenishment runs and the inputs they were computed from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import CURRENCY, INSTANT, one_of

RUN_STATES = ("computing", "complete", "failed", "cancelled")


class ReplenishmentRunRow(InventoryBase, TenantEntity):
    """One run over many listings; it becomes visible by going to `complete`, whole or not at all."""

    __tablename__ = "replenishment_run"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "operation_id"),
        one_of("state", RUN_STATES),
        CheckConstraint("(state = 'complete') = (completed_at IS NOT NULL)", name="completed"),
        Index(None, "tenant_id", "state", "as_of_date", "id"),
        {"comment": "distributed: replenishment runs"},
    )

    operation_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    as_of_date: Mapped[date] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(CURRENCY)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    input_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    listings_count: Mapped[int] = mapped_column(Integer)
    proposals_count: Mapped[int] = mapped_column(Integer)
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    assumptions: Mapped[list[Any]] = mapped_column(JSONB)
    timings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    completed_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ReplenishmentInputRow(InventoryBase, TenantOwned):
    """The frozen input of a run, compressed, in pieces: the same input gives the same proposals.

    A piece with `listing_ids` is a part of the listings, in their order, that can be read by itself; those without
    are one stream: what was learned, and inputs of runs before there were parts.
    """

    __tablename__ = "replenishment_input"
    __table_args__ = (
        tenant_key("run_id", "position"),
        tenant_reference("run_id", "inventory.replenishment_run", ondelete="CASCADE"),
        {"comment": "distributed: frozen inputs of replenishment runs"},
    )

    run_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    listing_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
