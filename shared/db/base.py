"""How tables are declared: one metadata per schema, constraint names by rule, a tenant in front of every key."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, MetaData, PrimaryKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata_for(schema: str) -> MetaData:
    """An empty metadata for one schema, whose constraints are named alike everywhere."""
    return MetaData(schema=schema, naming_convention=NAMING)


class PlatformBase(DeclarativeBase):
    """Base of the tables that all services share."""

    metadata = metadata_for("platform")


class TenantOwned:
    """Mix-in of a business table: `tenant_id` leads every key, so that rows can be told apart and distributed."""

    tenant_id: Mapped[UUID] = mapped_column(sort_order=-100)


class TenantEntity(TenantOwned):
    """Mix-in of a business table whose rows have an id of their own."""

    id: Mapped[UUID] = mapped_column(sort_order=-99)


def tenant_key(*columns: str) -> PrimaryKeyConstraint:
    """The primary key (tenant_id, …columns); without columns (tenant_id, id)."""
    return PrimaryKeyConstraint("tenant_id", *(columns or ("id",)))


def tenant_reference(column: str, target: str, target_column: str = "id", **options: Any) -> ForeignKeyConstraint:
    """A foreign key that carries the tenant: (tenant_id, column) → target (tenant_id, target_column).

    `target` is schema-qualified, as in `inventory.product`.
    """
    return ForeignKeyConstraint(["tenant_id", column], [f"{target}.tenant_id", f"{target}.{target_column}"], **options)
