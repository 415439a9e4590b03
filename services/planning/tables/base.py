"""The base of planning's tables, and what its resources have in common: who made them, what figures are about."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import metadata_for
from shared.db.columns import VersionedEntity

# Planned and measured values: money, counts, days, ratios.
VALUE = Numeric(24, 6)
RATE = Numeric(18, 8)
# Confidence, grades, progress and shares.
SHARE = Numeric(12, 6)


class PlanningBase(DeclarativeBase):
    """Base of the tables of the planning service."""

    metadata = metadata_for("planning")


class AuthoredEntity(VersionedEntity):
    """Mix-in of a resource that somebody made: `created_by` is the principal."""

    created_by: Mapped[UUID] = mapped_column(sort_order=103)


class Scoped:
    """Mix-in of what is about a scope: `scope` holds the keys that are present, `scope_key` is their one text."""

    scope: Mapped[dict[str, Any]] = mapped_column(JSONB)
    scope_key: Mapped[str] = mapped_column(Text)


class Monthly:
    """Mix-in of what is about a month, named by its first day."""

    month_date: Mapped[date] = mapped_column(Date)


def first_of_month(column: str = "month_date") -> CheckConstraint:
    """The column holds the first day of a month."""
    return CheckConstraint(f"date_trunc('month', {column}::timestamp)::date = {column}", name=f"{column}_begins")
