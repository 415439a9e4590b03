"""Imported files: their original bytes, what was understood of them, what was applied and what was refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import PlatformBase, TenantEntity, TenantOwned, tenant_key, tenant_reference

INSTANT = TIMESTAMP(timezone=True)


class ImportFileRow(PlatformBase, TenantEntity):
    """A file as it came, once per content."""

    __tablename__ = "import_file"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "sha256"),
        {"comment": "distributed: files as they were uploaded, by content"},
    )

    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class ImportFileChunkRow(PlatformBase, TenantOwned):
    """A piece of a file's bytes, so that no file need be in memory whole."""

    __tablename__ = "import_file_chunk"
    __table_args__ = (
        tenant_key("file_id", "position"),
        tenant_reference("file_id", "platform.import_file", ondelete="CASCADE"),
        {"comment": "distributed: the bytes of uploaded files in pieces"},
    )

    file_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(PlatformBase, TenantEntity):
    """One import of one file; its operation carries state and progress.

    `withdrawal_operation_id` is the operation that takes back what it brought, `withdrawn_at` when that was done.
    """

    __tablename__ = "import"
    __table_args__ = (
        tenant_key(),
        tenant_reference("file_id", "platform.import_file"),
        tenant_reference("operation_id", "platform.operation"),
        tenant_reference("withdrawal_operation_id", "platform.operation"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        CheckConstraint("rows_applied >= 0 AND rows_unchanged >= 0 AND rows_rejected >= 0", name="rows"),
        Index(None, "tenant_id", "service", "created_at"),
        {"comment": "distributed: imports, what they were told and what they did"},
    )

    service: Mapped[str] = mapped_column(Text)
    file_id: Mapped[UUID]
    operation_id: Mapped[UUID]
    file_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    validate_only: Mapped[bool] = mapped_column(Boolean)
    duplicate_of: Mapped[UUID | None]
    rows_applied: Mapped[int] = mapped_column(BigInteger)
    rows_unchanged: Mapped[int] = mapped_column(BigInteger)
    rows_rejected: Mapped[int] = mapped_column(BigInteger)
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    warnings: Mapped[list[Any]] = mapped_column(JSONB)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    withdrawal_operation_id: Mapped[UUID | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ImportChunkRow(PlatformBase, TenantOwned):
    """The mark that a chunk of an import was applied, written in the chunk's own transaction."""

    __tablename__ = "import_chunk"
    __table_args__ = (
        tenant_key("import_id", "position"),
        tenant_reference("import_id", "platform.import"),
        {"comment": "distributed: chunks of imports that were applied, the fence against doing one twice"},
    )

    import_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(Integer)
    rows_applied: Mapped[int] = mapped_column(BigInteger)
    rows_unchanged: Mapped[int] = mapped_column(BigInteger)
    applied_at: Mapped[datetime] = mapped_column(INSTANT)


class ImportRowErrorRow(PlatformBase, TenantOwned):
    """A row of a file that was refused, and why."""

    __tablename__ = "import_row_error"
    __table_args__ = (
        tenant_key("import_id", "position"),
        tenant_reference("import_id", "platform.import"),
        {"comment": "distributed: rows of imports that were refused"},
    )

    import_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    line: Mapped[int] = mapped_column(Integer)
    column: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
