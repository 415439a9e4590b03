"""What a run found about each listing, whether or not it proposes anything."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Double, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantOwned, tenant_key, tenant_reference


class ReplenishmentOutcomeRow(InventoryBase, TenantOwned):
    """One listing of one run: its demand, its cover, when it runs out if nothing is sent, and why nothing is.

    Units are packs. `code` says in a word what came out of it; `reasons` and `assumptions` are codes with
    parameters.
    """

    __tablename__ = "replenishment_outcome"
    __table_args__ = (
        tenant_key("run_id", "listing_id"),
        tenant_reference("run_id", "inventory.replenishment_run", ondelete="CASCADE"),
        tenant_reference("listing_id", "inventory.listing"),
        CheckConstraint("proposed_units >= 0", name="proposed_units"),
        CheckConstraint("stock_out_probability >= 0 AND stock_out_probability <= 1", name="stock_out_probability"),
        Index(None, "tenant_id", "listing_id", "run_id"),
        {"comment": "distributed: what replenishment runs found about each listing"},
    )

    run_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(Text)
    daily_demand: Mapped[float | None] = mapped_column(Double)
    sellable_units: Mapped[int] = mapped_column(Integer)
    coming_units: Mapped[int] = mapped_column(Integer)
    proposed_units: Mapped[int] = mapped_column(Integer)
    cover_days: Mapped[float | None] = mapped_column(Double)
    stock_out_probability: Mapped[float | None] = mapped_column(Double)
    stock_out_p10_date: Mapped[date | None] = mapped_column(Date)
    stock_out_p50_date: Mapped[date | None] = mapped_column(Date)
    stock_out_p90_date: Mapped[date | None] = mapped_column(Date)
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    assumptions: Mapped[list[Any]] = mapped_column(JSONB)
