"""Whether somebody has announced when a shipment arrives, or the day is only the usual one."""

import sqlalchemy as sa
from alembic import op

revision = "inventory_0003"
down_revision = "inventory_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "shipment",
        sa.Column("eta_stated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="inventory",
    )
