"""Index the history of scores where somebody asks for it; a run's terms and targets are found by the run."""

import sqlalchemy as sa
from alembic import op

revision = "ads_0006"
down_revision = "ads_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_score_tenant_id_subject_id_run_id", "score", schema="ads")
    op.create_index(
        "ix_score_subject",
        "score",
        ["tenant_id", "subject_id", "run_id"],
        schema="ads",
        postgresql_where=sa.text("level IN ('account', 'portfolio', 'campaign', 'product')"),
    )
