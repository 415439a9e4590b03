"""What the tables of all services declare alike: instants, money, enumerations, and versions of what callers change."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Numeric, String
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import TenantEntity

INSTANT = TIMESTAMP(timezone=True)
AMOUNT = Numeric(18, 4)
CURRENCY = String(3)


class VersionedEntity(TenantEntity):
    """Mix-in of a resource that callers change: `version` is its entity tag, raised by every change."""

    version: Mapped[int] = mapped_column(Integer, sort_order=100)
    created_at: Mapped[datetime] = mapped_column(INSTANT, sort_order=101)
    updated_at: Mapped[datetime] = mapped_column(INSTANT, sort_order=102)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """An enumeration: the column holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def money_pair(name: str) -> CheckConstraint:
    """`<name>_amount` and `<name>_currency` are both known or both unknown."""
    return CheckConstraint(f"({name}_amount IS NULL) = ({name}_currency IS NULL)", name=f"{name}_money")
