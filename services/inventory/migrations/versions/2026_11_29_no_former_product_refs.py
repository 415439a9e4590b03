"""Former codes of products are not kept: a feed says which parts of days it tells in full."""

from alembic import op

revision = "inventory_0011"
down_revision = "inventory_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("former_product_ref", schema="inventory")
