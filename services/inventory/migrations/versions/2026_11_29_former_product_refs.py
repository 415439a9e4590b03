"""Codes under which products were told before their listings went elsewhere."""

import sqlalchemy as sa
from alembic import op

from shared.db.tenancy import row_security

revision = "inventory_0010"
down_revision = "inventory_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "former_product_ref",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("product_ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "marketplace", "product_ref", name=op.f("pk_former_product_ref")),
        schema="inventory",
        comment="distributed: codes under which products were told before",
    )
    for statement in row_security("inventory", "former_product_ref"):
        op.execute(statement)
