"""Former codes of products are not kept: a feed says which parts of days it tells in full."""

from alembic import op

revision = "ads_0012"
down_revision = "ads_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("former_product_ref", schema="ads")
