"""Parts of a run's input name all of their listings: a run's listings are in no order by which one could be sought."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "inventory_0007"
down_revision = "inventory_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "replenishment_input",
        sa.Column("listing_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        schema="inventory",
    )
    op.drop_column("replenishment_input", "first_listing_id", schema="inventory")
