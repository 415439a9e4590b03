"""Scores of targets and search terms come by the hundred thousand: some thousands of them share a row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import UserDefinedType

from shared.db.tenancy import row_security

revision = "ads_0010"
down_revision = "ads_0009"
branch_labels = None
depends_on = None

ITEM = """
    CREATE TYPE ads.score_item AS (
        subject_id uuid,
        campaign_id uuid,
        impressions bigint,
        cost bigint,
        sales bigint,
        wasted_spend bigint,
        first_number double precision,
        second_number double precision,
        third_number double precision,
        clicks integer,
        orders integer,
        effective_clicks real,
        order_value real,
        break_even_acos real,
        target_acos real,
        expected_cvr real,
        cvr_low real,
        cvr_high real,
        p_unprofitable real,
        p_target real,
        p_below_benchmark real,
        evidence real,
        score real,
        cap real,
        action smallint,
        hold smallint,
        reason smallint
    )
"""


class _Items(UserDefinedType[object]):
    def get_col_spec(self, **_: object) -> str:
        return "ads.score_item[]"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ITEM)
    op.create_table(
        "score_block",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ad_account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("first_campaign_id", sa.Uuid(), nullable=False),
        sa.Column("last_campaign_id", sa.Uuid(), nullable=False),
        sa.Column("items", _Items(), nullable=False),
        sa.CheckConstraint("level IN ('target', 'search_term')", name=op.f("ck_score_block_level")),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "level", "place", name=op.f("pk_score_block")),
        schema="ads",
        comment="distributed: scores of the targets and search terms of scoring runs, by the thousand",
    )
    # Numbers without a pattern: looking for one costs more than it saves.
    op.execute("ALTER TABLE ads.score_block ALTER COLUMN items SET STORAGE EXTERNAL")
    for statement in row_security("ads", "score_block"):
        op.execute(statement)
