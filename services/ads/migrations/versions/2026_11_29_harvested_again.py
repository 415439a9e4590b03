"""Keep which keyword a sheet changes for a harvest, where it was there already."""

import sqlalchemy as sa
from alembic import op

revision = "ads_0015"
down_revision = "ads_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("ad_proposal", sa.Column("destination_target_id", sa.Uuid(), nullable=True), schema="ads")
