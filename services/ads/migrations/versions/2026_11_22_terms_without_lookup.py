"""Search terms come by the hundred thousand: no foreign key looks up their targets one by one."""

from alembic import op

revision = "ads_0005"
down_revision = "ads_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint("fk_search_term_tenant_id_target_id", "search_term", schema="ads")
