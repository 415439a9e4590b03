"""Keep who withdrew what an import brought, when, why, and by which operation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "platform_0002"
down_revision = "platform_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in (
        sa.Column("withdrawal_operation_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
    ):
        op.add_column("import", column, schema="platform")
    op.create_foreign_key(
        op.f("fk_import_tenant_id_withdrawal_operation_id"),
        "import",
        "operation",
        ["tenant_id", "withdrawal_operation_id"],
        ["tenant_id", "id"],
        source_schema="platform",
        referent_schema="platform",
    )
    op.create_check_constraint(
        op.f("ck_import_withdrawn"), "import", "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", schema="platform"
    )
