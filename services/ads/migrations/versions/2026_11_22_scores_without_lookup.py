"""Scores come by the hundred thousand with their run: no foreign key looks it up for each of them."""

from alembic import op

revision = "ads_0007"
down_revision = "ads_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint("fk_score_tenant_id_run_id", "score", schema="ads")
