"""Scoring runs with their scores, proposed changes to advertising, sheets made of them, and what changes did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "ads_0003"
down_revision = "ads_0002"
branch_labels = None
depends_on = None

TABLES = ("scoring_run", "bulk_sheet", "score", "ad_proposal", "ad_change", "ad_proposal_event", "ad_change_effect")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "scoring_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("tau", sa.Double(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("inventory_state", sa.Text(), nullable=False),
        sa.Column("inventory_message", sa.Text(), nullable=True),
        sa.Column("completeness", postgresql.JSONB(), nullable=False),
        sa.Column("completeness_learned", sa.Boolean(), nullable=False),
        sa.Column("subjects_count", sa.Integer(), nullable=False),
        sa.Column("proposals_count", sa.Integer(), nullable=False),
        sa.Column("totals", postgresql.JSONB(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.Column("timings", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("completed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "inventory_state IN ('answered', 'partly', 'silent')", name=op.f("ck_scoring_run_inventory_state")
        ),
        sa.CheckConstraint("tau > 0.5 AND tau < 1", name=op.f("ck_scoring_run_tau")),
        sa.CheckConstraint("window_days > 0", name=op.f("ck_scoring_run_window_days")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_scoring_run")),
        sa.UniqueConstraint("tenant_id", "operation_id", name=op.f("uq_scoring_run_tenant_id_operation_id")),
        schema="ads",
        comment="distributed: scoring runs",
    )
    op.create_index(
        op.f("ix_scoring_run_tenant_id_completed_at_id"),
        "scoring_run",
        ["tenant_id", "completed_at", "id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "bulk_sheet",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ad_account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("proposals_count", sa.Integer(), nullable=False),
        sa.Column("rows_count", sa.Integer(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("(applied_at IS NULL) = (applied_by IS NULL)", name=op.f("ck_bulk_sheet_applied")),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_bulk_sheet_sha256")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_account_id"],
            ["ads.ad_account.tenant_id", "ads.ad_account.id"],
            name=op.f("fk_bulk_sheet_tenant_id_ad_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bulk_sheet")),
        schema="ads",
        comment="distributed: bulk-operations sheets made from approved proposals",
    )
    op.create_index(
        op.f("ix_bulk_sheet_tenant_id_created_at_id"),
        "bulk_sheet",
        ["tenant_id", "created_at", "id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "score",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("ad_account_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("impressions", sa.BigInteger(), nullable=True),
        sa.Column("clicks", sa.BigInteger(), nullable=False),
        sa.Column("effective_clicks", sa.REAL(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("sales", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("total_sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("order_value", sa.REAL(), nullable=True),
        sa.Column("break_even_acos", sa.REAL(), nullable=True),
        sa.Column("target_acos", sa.REAL(), nullable=True),
        sa.Column("expected_cvr", sa.REAL(), nullable=True),
        sa.Column("cvr_low", sa.REAL(), nullable=True),
        sa.Column("cvr_high", sa.REAL(), nullable=True),
        sa.Column("p_unprofitable", sa.REAL(), nullable=True),
        sa.Column("p_target", sa.REAL(), nullable=True),
        sa.Column("p_below_benchmark", sa.REAL(), nullable=True),
        sa.Column("evidence", sa.REAL(), nullable=True),
        sa.Column("score", sa.REAL(), nullable=True),
        sa.Column("cap", sa.REAL(), nullable=True),
        sa.Column("wasted_spend", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("missed_sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("parts", postgresql.JSONB(), nullable=True),
        sa.Column("diagnosis", postgresql.JSONB(), nullable=True),
        sa.Column("alarm", postgresql.JSONB(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "action IN ('negate', 'bid_down', 'harvest', 'bid_up', 'watch', 'keep')", name=op.f("ck_score_action")
        ),
        sa.CheckConstraint(
            "hold IN ('none', 'cooling_down', 'data_too_young', 'stock', 'budget', 'not_eligible')",
            name=op.f("ck_score_hold"),
        ),
        sa.CheckConstraint(
            "level IN ('account', 'portfolio', 'campaign', 'ad_group', 'target', 'search_term', 'product')",
            name=op.f("ck_score_level"),
        ),
        sa.CheckConstraint("score >= 0 AND score <= 100", name=op.f("ck_score_score")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["ads.scoring_run.tenant_id", "ads.scoring_run.id"],
            name=op.f("fk_score_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "level", "subject_id", name=op.f("pk_score")),
        schema="ads",
        comment="distributed: scores of scoring runs",
    )
    op.create_index(
        op.f("ix_score_tenant_id_subject_id_run_id"),
        "score",
        ["tenant_id", "subject_id", "run_id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "ad_proposal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ad_group_id", sa.Uuid(), nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("placement", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("old_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("new_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("waste_saved", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("sales_at_risk", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("sales_gained", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("cooldown_ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("edited_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("bulk_sheet_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('negate', 'harvest', 'bid_up', 'bid_down', 'budget', 'placement_modifier', 'pause', 'throttle')",
            name=op.f("ck_ad_proposal_kind"),
        ),
        sa.CheckConstraint(
            "level IN ('account', 'portfolio', 'campaign', 'ad_group', 'target', 'search_term', 'product')",
            name=op.f("ck_ad_proposal_level"),
        ),
        sa.CheckConstraint(
            "placement IN ('top_of_search', 'rest_of_search', 'product_pages', 'other')",
            name=op.f("ck_ad_proposal_placement"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'rejected', 'superseded', 'exported', 'applied')",
            name=op.f("ck_ad_proposal_state"),
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_ad_proposal_decided")),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_ad_proposal_confidence")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_group_id"],
            ["ads.ad_group.tenant_id", "ads.ad_group.id"],
            name=op.f("fk_ad_proposal_tenant_id_ad_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bulk_sheet_id"],
            ["ads.bulk_sheet.tenant_id", "ads.bulk_sheet.id"],
            name=op.f("fk_ad_proposal_tenant_id_bulk_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["ads.campaign.tenant_id", "ads.campaign.id"],
            name=op.f("fk_ad_proposal_tenant_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["ads.scoring_run.tenant_id", "ads.scoring_run.id"],
            name=op.f("fk_ad_proposal_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["ads.target.tenant_id", "ads.target.id"],
            name=op.f("fk_ad_proposal_tenant_id_target_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ad_proposal")),
        schema="ads",
        comment="distributed: proposed changes to advertising and their reasons",
    )
    op.create_index(
        op.f("ix_ad_proposal_tenant_id_bulk_sheet_id"),
        "ad_proposal",
        ["tenant_id", "bulk_sheet_id"],
        unique=False,
        schema="ads",
    )
    op.create_index(
        op.f("ix_ad_proposal_tenant_id_run_id_id"),
        "ad_proposal",
        ["tenant_id", "run_id", "id"],
        unique=False,
        schema="ads",
    )
    op.create_index(
        op.f("ix_ad_proposal_tenant_id_state_id"),
        "ad_proposal",
        ["tenant_id", "state", "id"],
        unique=False,
        schema="ads",
    )
    op.create_index(
        "uq_ad_proposal_open",
        "ad_proposal",
        ["tenant_id", "subject_id", "kind", "placement"],
        unique=True,
        schema="ads",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("state IN ('proposed', 'approved', 'exported')"),
    )
    op.create_table(
        "ad_change",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("old_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("new_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("applied_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('negate', 'harvest', 'bid_up', 'bid_down', 'budget', 'placement_modifier', 'pause', 'throttle')",
            name=op.f("ck_ad_change_kind"),
        ),
        sa.CheckConstraint(
            "level IN ('account', 'portfolio', 'campaign', 'ad_group', 'target', 'search_term', 'product')",
            name=op.f("ck_ad_change_level"),
        ),
        sa.CheckConstraint("origin IN ('stated', 'bulk_sheet')", name=op.f("ck_ad_change_origin")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["ads.campaign.tenant_id", "ads.campaign.id"],
            name=op.f("fk_ad_change_tenant_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["ads.ad_proposal.tenant_id", "ads.ad_proposal.id"],
            name=op.f("fk_ad_change_tenant_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ad_change")),
        schema="ads",
        comment="distributed: changes that were applied to advertising",
    )
    op.create_index(
        op.f("ix_ad_change_tenant_id_applied_at_id"),
        "ad_change",
        ["tenant_id", "applied_at", "id"],
        unique=False,
        schema="ads",
    )
    op.create_index(
        op.f("ix_ad_change_tenant_id_subject_id_applied_at"),
        "ad_change",
        ["tenant_id", "subject_id", "applied_at"],
        unique=False,
        schema="ads",
    )
    op.create_index("uq_ad_change_proposal", "ad_change", ["tenant_id", "proposal_id"], unique=True, schema="ads")
    op.create_table(
        "ad_proposal_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("edited_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_state IN ('proposed', 'approved', 'rejected', 'superseded', 'exported', 'applied')",
            name=op.f("ck_ad_proposal_event_from_state"),
        ),
        sa.CheckConstraint(
            "to_state IN ('proposed', 'approved', 'rejected', 'superseded', 'exported', 'applied')",
            name=op.f("ck_ad_proposal_event_to_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["ads.ad_proposal.tenant_id", "ads.ad_proposal.id"],
            name=op.f("fk_ad_proposal_event_tenant_id_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ad_proposal_event")),
        schema="ads",
        comment="distributed: decisions about proposed changes to advertising",
    )
    op.create_index(
        op.f("ix_ad_proposal_event_tenant_id_proposal_id_id"),
        "ad_proposal_event",
        ["tenant_id", "proposal_id", "id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "ad_change_effect",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("clicks_before", sa.REAL(), nullable=False),
        sa.Column("clicks_after", sa.REAL(), nullable=False),
        sa.Column("effective_clicks_before", sa.REAL(), nullable=False),
        sa.Column("effective_clicks_after", sa.REAL(), nullable=False),
        sa.Column("orders_before", sa.REAL(), nullable=False),
        sa.Column("orders_after", sa.REAL(), nullable=False),
        sa.Column("cost_before", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("cost_after", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("sales_before", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("sales_after", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("profit_before", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("profit_after", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("probability_better", sa.REAL(), nullable=True),
        sa.CheckConstraint("days > 0", name=op.f("ck_ad_change_effect_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "change_id"],
            ["ads.ad_change.tenant_id", "ads.ad_change.id"],
            name=op.f("fk_ad_change_effect_tenant_id_change_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["ads.scoring_run.tenant_id", "ads.scoring_run.id"],
            name=op.f("fk_ad_change_effect_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "change_id", "run_id", name=op.f("pk_ad_change_effect")),
        schema="ads",
        comment="distributed: what applied changes did to advertising",
    )
    op.create_index(
        op.f("ix_ad_change_effect_tenant_id_run_id"),
        "ad_change_effect",
        ["tenant_id", "run_id"],
        unique=False,
        schema="ads",
    )
    for statement in row_security("ads", *TABLES):
        op.execute(statement)
