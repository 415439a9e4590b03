"""The tables that all services share, and the queue's."""

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.domain.settings import DBSettings
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "platform_0001"
down_revision = None
branch_labels = None
depends_on = None

BUSINESS_TABLES = (
    "principal",
    "idempotency_key",
    "operation",
    "import_file",
    "import_file_chunk",
    "import",
    "import_chunk",
    "import_row_error",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "service", "key", name=op.f("pk_idempotency_key")),
        schema="platform",
        comment="distributed: answers given to keyed requests, kept for seven days",
    )
    op.create_index(
        op.f("ix_idempotency_key_tenant_id_created_at"),
        "idempotency_key",
        ["tenant_id", "created_at"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "import_file",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_import_file_tenant_id_sha256")),
        schema="platform",
        comment="distributed: files as they were uploaded, by content",
    )
    op.create_table(
        "operation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("progress_done", sa.BigInteger(), nullable=False),
        sa.Column("progress_total", sa.BigInteger(), nullable=False),
        sa.Column("progress_unit", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("result_url", sa.Text(), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("cancel_requested_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_operation_finished"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_operation_state")
        ),
        sa.CheckConstraint(
            "progress_done >= 0 AND progress_done <= progress_total", name=op.f("ck_operation_progress")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_operation")),
        schema="platform",
        comment="distributed: long work and its progress",
    )
    op.create_index(
        op.f("ix_operation_tenant_id_service_created_at"),
        "operation",
        ["tenant_id", "service", "created_at"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "principal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'integration')", name=op.f("ck_principal_kind")),
        sa.CheckConstraint("role IN ('owner', 'operator', 'analyst', 'machine')", name=op.f("ck_principal_role")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_principal")),
        schema="platform",
        comment="distributed: people and machines that act for a tenant",
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("handle", name=op.f("uq_tenant_handle")),
        schema="platform",
        comment="local: directory of tenants, so that a login or a worker can find one",
    )
    op.create_table(
        "api_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_used_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["platform.tenant.id"], name=op.f("fk_api_key_tenant_id")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_key")),
        schema="platform",
        comment="local: directory of key ids and hashes, so that a caller's tenant can be found",
    )
    op.create_index(
        op.f("ix_api_key_tenant_id_principal_id"),
        "api_key",
        ["tenant_id", "principal_id"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "import",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("validate_only", sa.Boolean(), nullable=False),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.Column("rows_applied", sa.BigInteger(), nullable=False),
        sa.Column("rows_unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rows_rejected", sa.BigInteger(), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rows_applied >= 0 AND rows_unchanged >= 0 AND rows_rejected >= 0", name=op.f("ck_import_rows")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["platform.import_file.tenant_id", "platform.import_file.id"],
            name=op.f("fk_import_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "operation_id"],
            ["platform.operation.tenant_id", "platform.operation.id"],
            name=op.f("fk_import_tenant_id_operation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_import")),
        schema="platform",
        comment="distributed: imports, what they were told and what they did",
    )
    op.create_index(
        op.f("ix_import_tenant_id_service_created_at"),
        "import",
        ["tenant_id", "service", "created_at"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "import_file_chunk",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["platform.import_file.tenant_id", "platform.import_file.id"],
            name=op.f("fk_import_file_chunk_tenant_id_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "file_id", "position", name=op.f("pk_import_file_chunk")),
        schema="platform",
        comment="distributed: the bytes of uploaded files in pieces",
    )
    op.create_table(
        "import_chunk",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rows_applied", sa.BigInteger(), nullable=False),
        sa.Column("rows_unchanged", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["platform.import.tenant_id", "platform.import.id"],
            name=op.f("fk_import_chunk_tenant_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "import_id", "position", name=op.f("pk_import_chunk")),
        schema="platform",
        comment="distributed: chunks of imports that were applied, the fence against doing one twice",
    )
    op.create_table(
        "import_row_error",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["platform.import.tenant_id", "platform.import.id"],
            name=op.f("fk_import_row_error_tenant_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "import_id", "position", name=op.f("pk_import_row_error")),
        schema="platform",
        comment="distributed: rows of imports that were refused",
    )
    # Uploaded bytes are read back whole and are often compressed already: TOAST need not try again.
    op.execute("ALTER TABLE platform.import_file_chunk ALTER COLUMN content SET STORAGE EXTERNAL")
    for statement in row_security("platform", *BUSINESS_TABLES):
        op.execute(statement)
    install_queue()


def install_queue() -> None:
    """The queue's own tables, as the pinned release makes them; a later release brings a revision of its own."""
    script = QueryBuilderEnvironment(DBSettings(db_schema="platform")).build_install_query(create_schema=False)
    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    # Several statements at once need the simple protocol, which only the driver's own connection offers.
    connection.run_async(lambda driver: driver.execute(script))
    for table in ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics"):
        op.execute(f"COMMENT ON TABLE platform.{table} IS 'local: the queue, which holds ids and no business data'")
    op.execute("COMMENT ON TABLE platform.alembic_version IS 'local: the revision of this schema'")
