"""The frozen input of a run in parts, so that one listing of it can be read without the others."""

import sqlalchemy as sa
from alembic import op

revision = "inventory_0005"
down_revision = "inventory_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("replenishment_input", sa.Column("first_listing_id", sa.Uuid(), nullable=True), schema="inventory")
