"""Lanes: what it costs and how long it takes to ship to a marketplace by a mode."""

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.domain.lead_time import Mode
from services.inventory.tables.base import InventoryBase
from shared.db.base import tenant_key
from shared.db.columns import AMOUNT, CURRENCY, VersionedEntity, money_pair, one_of


class LaneRow(InventoryBase, VersionedEntity):
    """A way to ship to a marketplace. Its cost is the sum of the three rates that are known.

    Transit runs from the domestic warehouse's door until units are sellable, receiving included.
    """

    __tablename__ = "lane"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "marketplace", "mode"),
        one_of("mode", Mode),
        money_pair("unit_cost"),
        money_pair("kg_cost"),
        money_pair("m3_cost"),
        CheckConstraint("unit_cost_amount >= 0", name="unit_cost"),
        CheckConstraint("kg_cost_amount >= 0", name="kg_cost"),
        CheckConstraint("m3_cost_amount >= 0", name="m3_cost"),
        CheckConstraint(
            "0 < transit_days_p10 AND transit_days_p10 <= transit_days_p50 AND transit_days_p50 <= transit_days_p90",
            name="transit_days",
        ),
        {"comment": "distributed: ways to ship to a marketplace, with cost and time"},
    )

    marketplace: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)
    unit_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    unit_cost_currency: Mapped[str | None] = mapped_column(CURRENCY)
    kg_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    kg_cost_currency: Mapped[str | None] = mapped_column(CURRENCY)
    m3_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    m3_cost_currency: Mapped[str | None] = mapped_column(CURRENCY)
    transit_days_p10: Mapped[int] = mapped_column(Integer)
    transit_days_p50: Mapped[int] = mapped_column(Integer)
    transit_days_p90: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean)
    assumed_fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
