"""Products: what is made and held at home, counted in units."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import tenant_key
from shared.db.columns import AMOUNT, CURRENCY, VersionedEntity, money_pair


class ProductRow(InventoryBase, VersionedEntity):
    """What is bought and stored. `assumed_fields` names what nobody has stated: `code` there means that the
    product itself was made up for a listing that an import brought."""

    __tablename__ = "product"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        money_pair("unit_cost"),
        CheckConstraint("unit_cost_amount >= 0", name="unit_cost"),
        CheckConstraint("carton_units >= 1", name="carton_units"),
        CheckConstraint("moq_units >= 1", name="moq_units"),
        CheckConstraint("unit_weight_kg >= 0", name="unit_weight_kg"),
        CheckConstraint("unit_volume_cm3 >= 0", name="unit_volume_cm3"),
        CheckConstraint("production_days >= 0", name="production_days"),
        {"comment": "distributed: what is made and held at home"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    unit_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    unit_cost_currency: Mapped[str | None] = mapped_column(CURRENCY)
    carton_units: Mapped[int] = mapped_column(Integer)
    moq_units: Mapped[int] = mapped_column(Integer)
    unit_weight_kg: Mapped[Decimal | None] = mapped_column(AMOUNT)
    unit_volume_cm3: Mapped[Decimal | None] = mapped_column(AMOUNT)
    production_days: Mapped[int | None] = mapped_column(Integer)
    assumed_fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
