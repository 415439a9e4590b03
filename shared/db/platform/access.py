"""Tenants, the people and machines that act for them, and the directory of their keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import PlatformBase, TenantEntity, tenant_key

INSTANT = TIMESTAMP(timezone=True)


class TenantRow(PlatformBase):
    """A selling company; `handle` is how operators name it."""

    __tablename__ = "tenant"
    __table_args__ = ({"comment": "local: directory of tenants, so that a login or a worker can find one"},)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class PrincipalRow(PlatformBase, TenantEntity):
    """A person or an integration, with the role it plays in the company."""

    __tablename__ = "principal"
    __table_args__ = (
        tenant_key(),
        CheckConstraint("kind IN ('person', 'integration')", name="kind"),
        CheckConstraint("role IN ('owner', 'operator', 'analyst', 'machine')", name="role"),
        {"comment": "distributed: people and machines that act for a tenant"},
    )

    kind: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class ApiKeyRow(PlatformBase):
    """A key's public id and the hash of its secret; never the secret."""

    __tablename__ = "api_key"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["platform.tenant.id"]),
        Index(None, "tenant_id", "principal_id"),
        {"comment": "local: directory of key ids and hashes, so that a caller's tenant can be found"},
    )

    key_id: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant_id: Mapped[UUID]
    principal_id: Mapped[UUID]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime | None] = mapped_column(INSTANT)
    revoked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    last_used_at: Mapped[datetime | None] = mapped_column(INSTANT)
