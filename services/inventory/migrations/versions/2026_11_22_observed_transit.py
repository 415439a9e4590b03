"""How long a way takes is learned from the shipments themselves, so it is not kept a second time."""

from alembic import op

revision = "inventory_0004"
down_revision = "inventory_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("lane_transit_observation", schema="inventory")
