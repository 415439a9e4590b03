"""Cycles, portfolio, metrics and readings, initiatives, plans, objectives, reviews, and the journal of changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "planning_0002"
down_revision = "planning_0001"
branch_labels = None
depends_on = None

TABLES = (
    "change",
    "cycle",
    "exchange_rate",
    "feed",
    "metric",
    "metric_series",
    "portfolio_node",
    "reading",
    "resource_capacity",
    "snapshot",
    "work_closure",
    "initiative",
    "objective",
    "plan",
    "role_assignment",
    "snapshot_item",
    "unpursued_gap",
    "basis",
    "dependency",
    "handoff",
    "initiative_budget",
    "initiative_price",
    "key_result",
    "plan_author",
    "plan_line",
    "plan_waiver",
    "plan_year",
    "resource_demand",
    "review",
    "calibration",
    "check_in",
    "initiative_key_result",
    "review_action",
    "review_finding",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "change",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_change")),
        schema="planning",
        comment="distributed: what was changed by whom, when and why",
    )
    op.create_index(
        op.f("ix_change_tenant_id_changed_at"), "change", ["tenant_id", "changed_at"], unique=False, schema="planning"
    )
    op.create_index(
        op.f("ix_change_tenant_id_subject_kind_subject_id_id"),
        "change",
        ["tenant_id", "subject_kind", "subject_id", "id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "cycle",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('three_year', 'year', 'half', 'quarter', 'month')", name=op.f("ck_cycle_kind")),
        sa.CheckConstraint("status IN ('preparing', 'open', 'grading', 'closed')", name=op.f("ck_cycle_status")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_cycle_parent")),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_cycle_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_cycle_tenant_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_cycle_tenant_id_code_key")),
        schema="planning",
        comment="distributed: periods for which goals are set and plans are made",
    )
    op.create_index(
        op.f("ix_cycle_tenant_id_parent_id"), "cycle", ["tenant_id", "parent_id"], unique=False, schema="planning"
    )
    op.create_index(
        op.f("ix_cycle_tenant_id_start_date"), "cycle", ["tenant_id", "start_date"], unique=False, schema="planning"
    )
    op.create_table(
        "exchange_rate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("base_currency", sa.String(length=3), nullable=False),
        sa.Column("quote_currency", sa.String(length=3), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=18, scale=8), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_exchange_rate_rate")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "base_currency", "quote_currency", "rate_date", name=op.f("pk_exchange_rate")
        ),
        schema="planning",
        comment="distributed: actual exchange rates by day",
    )
    op.create_table(
        "feed",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("attempted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("succeeded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("readings_taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "provider", name=op.f("pk_feed")),
        schema="planning",
        comment="distributed: how far the readings of each provider have been pulled",
    )
    op.create_table(
        "metric",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("fold", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("freshness_hours", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("formula", sa.Text(), nullable=True),
        sa.Column("band_low", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("band_high", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("is_headline", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(fold = 'formula') = (formula IS NOT NULL)", name=op.f("ck_metric_formula")),
        sa.CheckConstraint(
            "(fold = 'ratio') = (numerator IS NOT NULL AND denominator IS NOT NULL)", name=op.f("ck_metric_ratio")
        ),
        sa.CheckConstraint("(source = 'formula') = (fold IN ('ratio', 'formula'))", name=op.f("ck_metric_computed")),
        sa.CheckConstraint("better IN ('higher', 'lower', 'band')", name=op.f("ck_metric_better")),
        sa.CheckConstraint("fold IN ('sum', 'last', 'mean', 'ratio', 'formula')", name=op.f("ck_metric_fold")),
        sa.CheckConstraint("source IN ('feed', 'manual', 'formula')", name=op.f("ck_metric_source")),
        sa.CheckConstraint("unit IN ('money', 'count', 'ratio', 'days', 'rank', 'score')", name=op.f("ck_metric_unit")),
        sa.CheckConstraint("band_low <= band_high", name=op.f("ck_metric_band")),
        sa.CheckConstraint("freshness_hours > 0", name=op.f("ck_metric_freshness_hours")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_metric")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_metric_tenant_id_code")),
        schema="planning",
        comment="distributed: metrics that a tenant has added or changed",
    )
    op.create_table(
        "metric_series",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("longest_days", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.CheckConstraint("first_date <= last_date", name=op.f("ck_metric_series_days")),
        sa.CheckConstraint("longest_days > 0", name=op.f("ck_metric_series_longest_days")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_metric_series")),
        sa.UniqueConstraint(
            "tenant_id", "metric_code", "scope_key", name=op.f("uq_metric_series_tenant_id_metric_code_scope_key")
        ),
        schema="planning",
        comment="distributed: metrics in scopes for which there are readings",
    )
    op.create_table(
        "portfolio_node",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_kind", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "CASE parent_kind WHEN 'category' THEN 0 WHEN 'subcategory' THEN 1 ELSE 2 END < CASE kind WHEN 'category' THEN 0 WHEN 'subcategory' THEN 1 ELSE 2 END OR parent_id IS NULL",
            name=op.f("ck_portfolio_node_below"),
        ),
        sa.CheckConstraint("kind IN ('category', 'subcategory', 'series')", name=op.f("ck_portfolio_node_kind")),
        sa.CheckConstraint("(parent_id IS NULL) = (parent_kind IS NULL)", name=op.f("ck_portfolio_node_parent")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id", "parent_kind"],
            ["planning.portfolio_node.tenant_id", "planning.portfolio_node.id", "planning.portfolio_node.kind"],
            name="fk_portfolio_node_parent",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_portfolio_node")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_portfolio_node_tenant_id_code_key")),
        sa.UniqueConstraint("tenant_id", "id", "kind", name=op.f("uq_portfolio_node_tenant_id_id_kind")),
        schema="planning",
        comment="distributed: categories, sub-categories and series of a tenant as a tree",
    )
    op.create_index(
        op.f("ix_portfolio_node_tenant_id_parent_id"),
        "portfolio_node",
        ["tenant_id", "parent_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "reading",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("observed_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("superseded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("value", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('feed', 'manual')", name=op.f("ck_reading_source")),
        sa.CheckConstraint("start_date <= end_date", name=op.f("ck_reading_days")),
        sa.CheckConstraint("superseded_at > observed_at", name=op.f("ck_reading_superseded")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "series_id", "start_date", "end_date", "observed_at", name=op.f("pk_reading")
        ),
        schema="planning",
        comment="distributed: observations of metrics in scopes and periods",
    )
    op.create_index(
        "uq_reading_current",
        "reading",
        ["tenant_id", "series_id", "start_date", "end_date"],
        unique=True,
        schema="planning",
        postgresql_where=sa.text("superseded_at IS NULL"),
        postgresql_include=["value", "currency", "observed_at"],
    )
    op.create_table(
        "resource_capacity",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("month_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "date_trunc('month', month_date::timestamp)::date = month_date",
            name=op.f("ck_resource_capacity_month_date_begins"),
        ),
        sa.CheckConstraint(
            "kind IN ('headcount', 'money', 'capacity', 'capability')", name=op.f("ck_resource_capacity_kind")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_resource_capacity_quantity")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resource_capacity")),
        sa.UniqueConstraint(
            "tenant_id",
            "domain",
            "kind",
            "unit",
            "month_date",
            name=op.f("uq_resource_capacity_tenant_id_domain_kind_unit_month_date"),
        ),
        schema="planning",
        comment="distributed: what domains can give by month",
    )
    op.create_table(
        "snapshot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("selector", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("taken_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("purpose IN ('baseline', 'review')", name=op.f("ck_snapshot_purpose")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_snapshot")),
        schema="planning",
        comment="distributed: frozen pictures of roadmaps and reviews",
    )
    op.create_table(
        "work_closure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("from_date <= to_date", name=op.f("ck_work_closure_days")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_work_closure")),
        schema="planning",
        comment="distributed: days on which factories are closed",
    )
    op.create_index(
        op.f("ix_work_closure_tenant_id_from_date"),
        "work_closure",
        ["tenant_id", "from_date"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "initiative",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("held_from", sa.Text(), nullable=True),
        sa.Column("node_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("planned_start_date", sa.Date(), nullable=True),
        sa.Column("planned_dev_done_date", sa.Date(), nullable=True),
        sa.Column("planned_launch_date", sa.Date(), nullable=True),
        sa.Column("planned_end_date", sa.Date(), nullable=True),
        sa.Column("committed_start_date", sa.Date(), nullable=True),
        sa.Column("committed_dev_done_date", sa.Date(), nullable=True),
        sa.Column("committed_launch_date", sa.Date(), nullable=True),
        sa.Column("committed_end_date", sa.Date(), nullable=True),
        sa.Column("actual_start_date", sa.Date(), nullable=True),
        sa.Column("actual_dev_done_date", sa.Date(), nullable=True),
        sa.Column("actual_launch_date", sa.Date(), nullable=True),
        sa.Column("actual_end_date", sa.Date(), nullable=True),
        sa.Column("effort_days", sa.Integer(), nullable=False),
        sa.Column("budget_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("budget_currency", sa.String(length=3), nullable=True),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        sa.Column("product_ref", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'on_hold') = (held_from IS NOT NULL)", name=op.f("ck_initiative_held")),
        sa.CheckConstraint(
            "CASE WHEN kind IN ('product', 'upgrade', 'accessory') THEN status NOT IN ('planned', 'running', 'done') ELSE status NOT IN ('concept', 'requirements', 'design', 'test', 'launch', 'ramp', 'steady', 'exit', 'retired', 'on_hold') END",
            name=op.f("ck_initiative_way"),
        ),
        sa.CheckConstraint(
            "held_from IN ('proposed', 'concept', 'requirements', 'design', 'test', 'launch', 'ramp', 'steady', 'exit', 'retired', 'planned', 'running', 'done', 'on_hold', 'killed')",
            name=op.f("ck_initiative_held_from"),
        ),
        sa.CheckConstraint(
            "kind IN ('product', 'upgrade', 'accessory', 'campaign', 'category_entry', 'market_entry', 'capability', 'financing')",
            name=op.f("ck_initiative_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'concept', 'requirements', 'design', 'test', 'launch', 'ramp', 'steady', 'exit', 'retired', 'planned', 'running', 'done', 'on_hold', 'killed')",
            name=op.f("ck_initiative_status"),
        ),
        sa.CheckConstraint(
            "(actual_start_date <= actual_dev_done_date) IS NOT FALSE AND (actual_dev_done_date <= actual_launch_date) IS NOT FALSE AND (actual_launch_date <= actual_end_date) IS NOT FALSE AND (actual_start_date <= actual_end_date) IS NOT FALSE",
            name=op.f("ck_initiative_actual_dates"),
        ),
        sa.CheckConstraint(
            "(budget_amount IS NULL) = (budget_currency IS NULL)", name=op.f("ck_initiative_budget_money")
        ),
        sa.CheckConstraint(
            "(committed_start_date <= committed_dev_done_date) IS NOT FALSE AND (committed_dev_done_date <= committed_launch_date) IS NOT FALSE AND (committed_launch_date <= committed_end_date) IS NOT FALSE AND (committed_start_date <= committed_end_date) IS NOT FALSE",
            name=op.f("ck_initiative_committed_dates"),
        ),
        sa.CheckConstraint(
            "(planned_start_date <= planned_dev_done_date) IS NOT FALSE AND (planned_dev_done_date <= planned_launch_date) IS NOT FALSE AND (planned_launch_date <= planned_end_date) IS NOT FALSE AND (planned_start_date <= planned_end_date) IS NOT FALSE",
            name=op.f("ck_initiative_planned_dates"),
        ),
        sa.CheckConstraint("budget_amount >= 0", name=op.f("ck_initiative_budget")),
        sa.CheckConstraint("effort_days >= 0", name=op.f("ck_initiative_effort_days")),
        sa.CheckConstraint("predecessor_id <> id", name=op.f("ck_initiative_predecessor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "node_id"],
            ["planning.portfolio_node.tenant_id", "planning.portfolio_node.id"],
            name=op.f("fk_initiative_tenant_id_node_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_initiative_tenant_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "predecessor_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_initiative_tenant_id_predecessor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_initiative_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_initiative")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_initiative_tenant_id_code_key")),
        schema="planning",
        comment="distributed: initiatives with their dates, owner and purpose",
    )
    op.create_index(
        op.f("ix_initiative_tenant_id_node_id"), "initiative", ["tenant_id", "node_id"], unique=False, schema="planning"
    )
    op.create_index(
        op.f("ix_initiative_tenant_id_owner_id"),
        "initiative",
        ["tenant_id", "owner_id"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        op.f("ix_initiative_tenant_id_status"), "initiative", ["tenant_id", "status"], unique=False, schema="planning"
    )
    op.create_table(
        "objective",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("horizon", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_mode", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("ambition", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("grade", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("grade_explanation", sa.Text(), nullable=True),
        sa.Column("graded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("close_decision", sa.Text(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ambition IN ('committed', 'stretch')", name=op.f("ck_objective_ambition")),
        sa.CheckConstraint("close_decision IN ('keep', 'modify', 'drop')", name=op.f("ck_objective_close_decision")),
        sa.CheckConstraint("horizon IN ('strategic', 'cycle')", name=op.f("ck_objective_horizon")),
        sa.CheckConstraint("parent_mode IN ('contributes', 'supports')", name=op.f("ck_objective_parent_mode")),
        sa.CheckConstraint(
            "status <> 'cancelled' OR length(trim(cancel_reason)) > 0", name=op.f("ck_objective_cancelled")
        ),
        sa.CheckConstraint("status <> 'closed' OR close_decision IS NOT NULL", name=op.f("ck_objective_closed")),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'graded', 'closed', 'cancelled')", name=op.f("ck_objective_status")
        ),
        sa.CheckConstraint("status NOT IN ('graded', 'closed') OR grade IS NOT NULL", name=op.f("ck_objective_graded")),
        sa.CheckConstraint("grade BETWEEN 0 AND 1", name=op.f("ck_objective_grade")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_objective_parent")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_objective_weight")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cycle_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_objective_tenant_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["planning.objective.tenant_id", "planning.objective.id"],
            name=op.f("fk_objective_tenant_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_objective_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_objective")),
        schema="planning",
        comment="distributed: objectives of units in cycles",
    )
    op.create_index(
        op.f("ix_objective_tenant_id_cycle_id_unit_id"),
        "objective",
        ["tenant_id", "cycle_id", "unit_id"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        op.f("ix_objective_tenant_id_parent_id"),
        "objective",
        ["tenant_id", "parent_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "plan",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fx", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("previous_plan_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("base_amount", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("organic_growth", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("opening_headcount", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("market_size_amount", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("market_growth", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("blended_margin", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("payback_months", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("released_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("superseded_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('three_year', 'one_year', 'budget', 'sales', 'potential')", name=op.f("ck_plan_kind")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted') OR (approved_by IS NOT NULL AND approved_at IS NOT NULL AND approved_by <> created_by AND approved_by <> submitted_by)",
            name=op.f("ck_plan_approver"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved') OR released_at IS NOT NULL", name=op.f("ck_plan_released")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'released', 'superseded')", name=op.f("ck_plan_status")
        ),
        sa.CheckConstraint("version_no >= 1", name=op.f("ck_plan_version_no")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cycle_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_plan_tenant_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "previous_plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_plan_tenant_id_previous_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_plan_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plan")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "unit_id",
            "cycle_id",
            "version_no",
            name=op.f("uq_plan_tenant_id_kind_unit_id_cycle_id_version_no"),
        ),
        schema="planning",
        comment="distributed: versions of plans of units for cycles",
    )
    op.create_index(
        op.f("ix_plan_tenant_id_cycle_id"), "plan", ["tenant_id", "cycle_id"], unique=False, schema="planning"
    )
    op.create_index(
        "uq_plan_in_force",
        "plan",
        ["tenant_id", "kind", "unit_id", "cycle_id"],
        unique=True,
        schema="planning",
        postgresql_where=sa.text("status IN ('approved', 'released')"),
    )
    op.create_table(
        "role_assignment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('PM', 'MM', 'CM', 'owner', 'approver', 'finance', 'other')", name=op.f("ck_role_assignment_role")
        ),
        sa.CheckConstraint(
            "subject_kind IN ('organisation_unit', 'portfolio_node', 'initiative', 'plan')",
            name=op.f("ck_role_assignment_subject_kind"),
        ),
        sa.CheckConstraint("to_date >= from_date", name=op.f("ck_role_assignment_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_role_assignment_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_role_assignment")),
        sa.UniqueConstraint(
            "tenant_id", "subject_kind", "subject_id", "role", "person_id", "from_date", name="uq_role_assignment_from"
        ),
        schema="planning",
        comment="distributed: people in roles for units, nodes, initiatives and plans",
    )
    op.create_index(
        op.f("ix_role_assignment_tenant_id_person_id"),
        "role_assignment",
        ["tenant_id", "person_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "snapshot_item",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "snapshot_id"],
            ["planning.snapshot.tenant_id", "planning.snapshot.id"],
            name=op.f("fk_snapshot_item_tenant_id_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "snapshot_id", "subject_kind", "subject_key", name=op.f("pk_snapshot_item")
        ),
        schema="planning",
        comment="distributed: what is frozen in snapshots",
    )
    op.create_table(
        "unpursued_gap",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_unpursued_gap_reason")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cycle_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_unpursued_gap_tenant_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_unpursued_gap_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unpursued_gap")),
        schema="planning",
        comment="distributed: gaps that are not pursued, with the reason",
    )
    op.create_index(
        "uq_unpursued_gap_place",
        "unpursued_gap",
        ["tenant_id", "cycle_id", "unit_id", "metric_code", "scope_key"],
        unique=True,
        schema="planning",
    )
    op.create_table(
        "basis",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=True),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("evidence_url", sa.Text(), nullable=True),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'gap') = (metric_code IS NOT NULL AND cycle_id IS NOT NULL)", name=op.f("ck_basis_gap")
        ),
        sa.CheckConstraint("kind = 'gap' OR length(trim(text)) > 0", name=op.f("ck_basis_text")),
        sa.CheckConstraint("kind IN ('gap', 'need', 'insight')", name=op.f("ck_basis_kind")),
        sa.CheckConstraint("num_nonnulls(objective_id, initiative_id) = 1", name=op.f("ck_basis_subject")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cycle_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_basis_tenant_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_basis_tenant_id_initiative_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "objective_id"],
            ["planning.objective.tenant_id", "planning.objective.id"],
            name=op.f("fk_basis_tenant_id_objective_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_basis")),
        schema="planning",
        comment="distributed: gaps, needs and insights that objectives and initiatives answer",
    )
    op.create_index(
        op.f("ix_basis_tenant_id_initiative_id"),
        "basis",
        ["tenant_id", "initiative_id"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        op.f("ix_basis_tenant_id_objective_id"), "basis", ["tenant_id", "objective_id"], unique=False, schema="planning"
    )
    op.create_table(
        "dependency",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("lag_days", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("risk_owner_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("type IN ('finish_start', 'start_start')", name=op.f("ck_dependency_type")),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_dependency_confirmed")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_dependency_itself")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_dependency_tenant_id_from_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "risk_owner_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_dependency_tenant_id_risk_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_dependency_tenant_id_to_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dependency")),
        sa.UniqueConstraint("tenant_id", "from_id", "to_id", name=op.f("uq_dependency_tenant_id_from_id_to_id")),
        schema="planning",
        comment="distributed: which initiative waits for which",
    )
    op.create_index(
        op.f("ix_dependency_tenant_id_to_id"), "dependency", ["tenant_id", "to_id"], unique=False, schema="planning"
    )
    op.create_table(
        "handoff",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'sent') = (answered_by IS NULL)", name=op.f("ck_handoff_answered")),
        sa.CheckConstraint("receiver IN ('production', 'procurement', 'inventory')", name=op.f("ck_handoff_receiver")),
        sa.CheckConstraint("status <> 'rejected' OR length(trim(reason)) > 0", name=op.f("ck_handoff_reason")),
        sa.CheckConstraint("status IN ('sent', 'acknowledged', 'rejected')", name=op.f("ck_handoff_status")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_handoff_tenant_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_handoff")),
        schema="planning",
        comment="distributed: released plans handed on, and how they were answered",
    )
    op.create_index(
        "uq_handoff_open",
        "handoff",
        ["tenant_id", "plan_id", "receiver"],
        unique=True,
        schema="planning",
        postgresql_where=sa.text("status <> 'rejected'"),
    )
    op.create_table(
        "initiative_budget",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("month_date", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "date_trunc('month', month_date::timestamp)::date = month_date",
            name=op.f("ck_initiative_budget_month_date_begins"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_initiative_budget_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_initiative_budget_tenant_id_initiative_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "initiative_id", "month_date", name=op.f("pk_initiative_budget")),
        schema="planning",
        comment="distributed: budgets of initiatives by month",
    )
    op.create_table(
        "initiative_price",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column("list_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(
            "channel_kind = 'special' OR amount >= list_amount", name=op.f("ck_initiative_price_mainstream")
        ),
        sa.CheckConstraint("channel_kind IN ('mainstream', 'special')", name=op.f("ck_initiative_price_channel_kind")),
        sa.CheckConstraint("list_amount > 0 AND amount >= 0", name=op.f("ck_initiative_price_amounts")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_initiative_price_tenant_id_initiative_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "initiative_id", "marketplace", "channel", name=op.f("pk_initiative_price")
        ),
        schema="planning",
        comment="distributed: prices of initiatives by marketplace and channel",
    )
    op.create_table(
        "key_result",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=True),
        sa.Column("window_kind", sa.Text(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=True),
        sa.Column("start_value", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("target_value", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("bound", sa.Text(), nullable=True),
        sa.Column("grade_points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("milestones", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("done_date", sa.Date(), nullable=True),
        sa.Column("weight", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("parent_key_result_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("suggested_grade", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("grade_reason", sa.Text(), nullable=True),
        sa.Column("graded_value", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("graded_progress", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.Column("graded_as_known_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'hold') = (bound IS NOT NULL)", name=op.f("ck_key_result_hold")),
        sa.CheckConstraint(
            "(kind = 'milestone') = (jsonb_array_length(milestones) > 0)", name=op.f("ck_key_result_milestone")
        ),
        sa.CheckConstraint(
            "(window_kind = 'trailing_days') = (window_days IS NOT NULL)", name=op.f("ck_key_result_window")
        ),
        sa.CheckConstraint("bound IN ('at_least', 'at_most', 'within')", name=op.f("ck_key_result_bound")),
        sa.CheckConstraint("kind <> 'reach' OR start_value <> target_value", name=op.f("ck_key_result_reach")),
        sa.CheckConstraint("kind IN ('reach', 'hold') OR metric_code IS NULL", name=op.f("ck_key_result_measured")),
        sa.CheckConstraint("kind IN ('reach', 'hold', 'milestone', 'binary')", name=op.f("ck_key_result_kind")),
        sa.CheckConstraint(
            "window_kind IN ('cycle_to_date', 'trailing_days', 'latest', 'last_full_month')",
            name=op.f("ck_key_result_window_kind"),
        ),
        sa.CheckConstraint("grade BETWEEN 0 AND 1", name=op.f("ck_key_result_grade")),
        sa.CheckConstraint("parent_key_result_id <> id", name=op.f("ck_key_result_parent")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_key_result_weight")),
        sa.CheckConstraint("window_days >= 1", name=op.f("ck_key_result_window_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "objective_id"],
            ["planning.objective.tenant_id", "planning.objective.id"],
            name=op.f("fk_key_result_tenant_id_objective_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_key_result_tenant_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_key_result_id"],
            ["planning.key_result.tenant_id", "planning.key_result.id"],
            name=op.f("fk_key_result_tenant_id_parent_key_result_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_key_result")),
        schema="planning",
        comment="distributed: key results of objectives",
    )
    op.create_index(
        op.f("ix_key_result_tenant_id_metric_code"),
        "key_result",
        ["tenant_id", "metric_code"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        op.f("ix_key_result_tenant_id_objective_id"),
        "key_result",
        ["tenant_id", "objective_id"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        op.f("ix_key_result_tenant_id_parent_key_result_id"),
        "key_result",
        ["tenant_id", "parent_key_result_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "plan_author",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_plan_author_tenant_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "principal_id", name=op.f("pk_plan_author")),
        schema="planning",
        comment="distributed: who has written in which plan",
    )
    op.create_table(
        "plan_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.Column("month_date", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "date_trunc('month', month_date::timestamp)::date = month_date", name=op.f("ck_plan_line_month_date_begins")
        ),
        sa.CheckConstraint(
            "origin IN ('history', 'trend', 'wish', 'bottom_up', 'launch', 'campaign')",
            name=op.f("ck_plan_line_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_plan_line_tenant_id_initiative_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_plan_line_tenant_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "plan_id", "metric_code", "scope_key", "month_date", name=op.f("pk_plan_line")
        ),
        schema="planning",
        comment="distributed: planned values by metric, scope and month",
    )
    op.create_index(
        op.f("ix_plan_line_tenant_id_initiative_id"),
        "plan_line",
        ["tenant_id", "initiative_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "plan_waiver",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("finding_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("waived_by", sa.Uuid(), nullable=False),
        sa.Column("waived_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_plan_waiver_reason")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_plan_waiver_tenant_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", "finding_key", name=op.f("pk_plan_waiver")),
        schema="planning",
        comment="distributed: findings of plans that somebody has waived",
    )
    op.create_table(
        "plan_year",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("metric_code", sa.Text(), nullable=False),
        sa.Column("first_month_date", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "date_trunc('month', first_month_date::timestamp)::date = first_month_date",
            name=op.f("ck_plan_year_first_month_date_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_plan_year_tenant_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "plan_id", "metric_code", "scope_key", "first_month_date", name=op.f("pk_plan_year")
        ),
        schema="planning",
        comment="distributed: stated years of plans",
    )
    op.create_table(
        "resource_demand",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("month_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'requested') = (answered_by IS NULL)", name=op.f("ck_resource_demand_answered")),
        sa.CheckConstraint(
            "date_trunc('month', month_date::timestamp)::date = month_date",
            name=op.f("ck_resource_demand_month_date_begins"),
        ),
        sa.CheckConstraint(
            "kind IN ('headcount', 'money', 'capacity', 'capability')", name=op.f("ck_resource_demand_kind")
        ),
        sa.CheckConstraint("status IN ('requested', 'committed', 'declined')", name=op.f("ck_resource_demand_status")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_resource_demand_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_resource_demand_tenant_id_initiative_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resource_demand")),
        sa.UniqueConstraint(
            "tenant_id",
            "initiative_id",
            "domain",
            "kind",
            "unit",
            "month_date",
            name=op.f("uq_resource_demand_tenant_id_initiative_id_domain_kind_unit_month_date"),
        ),
        schema="planning",
        comment="distributed: what initiatives ask of domains by month",
    )
    op.create_index(
        op.f("ix_resource_demand_tenant_id_domain_month_date"),
        "resource_demand",
        ["tenant_id", "domain", "month_date"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "review",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month_date", sa.Date(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("prefill", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prefilled_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("habits", sa.Text(), nullable=True),
        sa.Column("assumptions", sa.Text(), nullable=True),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'launch') = (initiative_id IS NOT NULL)", name=op.f("ck_review_launch")),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL AND closed_by IS NOT NULL AND snapshot_id IS NOT NULL)",
            name=op.f("ck_review_closed"),
        ),
        sa.CheckConstraint(
            "date_trunc('month', month_date::timestamp)::date = month_date", name=op.f("ck_review_month_date_begins")
        ),
        sa.CheckConstraint("kind IN ('monthly', 'annual', 'launch')", name=op.f("ck_review_kind")),
        sa.CheckConstraint("status IN ('prefilled', 'discussed', 'closed')", name=op.f("ck_review_status")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cycle_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_review_tenant_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_review_tenant_id_initiative_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "snapshot_id"],
            ["planning.snapshot.tenant_id", "planning.snapshot.id"],
            name=op.f("fk_review_tenant_id_snapshot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_review_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "tenant_id",
            "unit_id",
            "cycle_id",
            "kind",
            "month_date",
            "initiative_id",
            name="uq_review_place",
            postgresql_nulls_not_distinct=True,
        ),
        schema="planning",
        comment="distributed: reviews of units",
    )
    op.create_index(
        op.f("ix_review_tenant_id_cycle_id"), "review", ["tenant_id", "cycle_id"], unique=False, schema="planning"
    )
    op.create_table(
        "calibration",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("key_result_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("metric_code", sa.Text(), nullable=True),
        sa.Column("scope_key", sa.Text(), nullable=True),
        sa.Column("month_date", sa.Date(), nullable=True),
        sa.Column("old_value", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("new_value", sa.Numeric(precision=24, scale=6), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "CASE subject_kind WHEN 'key_result' THEN key_result_id IS NOT NULL AND plan_id IS NULL ELSE key_result_id IS NULL AND num_nonnulls(plan_id, metric_code, scope_key, month_date) = 4 END",
            name=op.f("ck_calibration_subject"),
        ),
        sa.CheckConstraint("status <> 'approved' OR decided_by <> created_by", name=op.f("ck_calibration_approver")),
        sa.CheckConstraint(
            "status = 'proposed' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_calibration_decided"),
        ),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name=op.f("ck_calibration_status")),
        sa.CheckConstraint("subject_kind IN ('key_result', 'plan_line')", name=op.f("ck_calibration_subject_kind")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_calibration_reason")),
        sa.CheckConstraint("old_value <> new_value", name=op.f("ck_calibration_change")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cycle_id"],
            ["planning.cycle.tenant_id", "planning.cycle.id"],
            name=op.f("fk_calibration_tenant_id_cycle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_result_id"],
            ["planning.key_result.tenant_id", "planning.key_result.id"],
            name=op.f("fk_calibration_tenant_id_key_result_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_calibration_tenant_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "review_id"],
            ["planning.review.tenant_id", "planning.review.id"],
            name=op.f("fk_calibration_tenant_id_review_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calibration")),
        schema="planning",
        comment="distributed: proposals to move agreed targets and planned values",
    )
    op.create_index(
        op.f("ix_calibration_tenant_id_review_id"),
        "calibration",
        ["tenant_id", "review_id"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        "uq_calibration_key_result",
        "calibration",
        ["tenant_id", "key_result_id", "cycle_id"],
        unique=True,
        schema="planning",
        postgresql_where=sa.text("status <> 'rejected' AND override_reason IS NULL AND key_result_id IS NOT NULL"),
    )
    op.create_index(
        "uq_calibration_plan_line",
        "calibration",
        ["tenant_id", "plan_id", "metric_code", "scope_key", "month_date"],
        unique=True,
        schema="planning",
        postgresql_where=sa.text("status <> 'rejected' AND override_reason IS NULL AND plan_id IS NOT NULL"),
    )
    op.create_table(
        "check_in",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_result_id", sa.Uuid(), nullable=False),
        sa.Column("checked_in_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("checked_in_by", sa.Uuid(), nullable=False),
        sa.Column("confidence", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("blocker", sa.Text(), nullable=True),
        sa.Column("value", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_check_in_confidence")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_result_id"],
            ["planning.key_result.tenant_id", "planning.key_result.id"],
            name=op.f("fk_check_in_tenant_id_key_result_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_check_in")),
        schema="planning",
        comment="distributed: what people said of key results",
    )
    op.create_index(
        op.f("ix_check_in_tenant_id_key_result_id_checked_in_at"),
        "check_in",
        ["tenant_id", "key_result_id", "checked_in_at"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "initiative_key_result",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("key_result_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_initiative_key_result_tenant_id_initiative_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_result_id"],
            ["planning.key_result.tenant_id", "planning.key_result.id"],
            name=op.f("fk_initiative_key_result_tenant_id_key_result_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "initiative_id", "key_result_id", name=op.f("pk_initiative_key_result")),
        schema="planning",
        comment="distributed: which initiatives move which key results",
    )
    op.create_index(
        op.f("ix_initiative_key_result_tenant_id_key_result_id"),
        "initiative_key_result",
        ["tenant_id", "key_result_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "review_action",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("gap_ref", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("target_kind", sa.Text(), nullable=True),
        sa.Column("initiative_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("key_result_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'open') = (ended_at IS NULL)", name=op.f("ck_review_action_ended")),
        sa.CheckConstraint("status IN ('open', 'done', 'dropped')", name=op.f("ck_review_action_status")),
        sa.CheckConstraint(
            "target_kind IN ('initiative', 'plan', 'need', 'key_result')", name=op.f("ck_review_action_target_kind")
        ),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_review_action_text")),
        sa.CheckConstraint(
            "num_nonnulls(initiative_id, plan_id, key_result_id) <= 1", name=op.f("ck_review_action_target")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "initiative_id"],
            ["planning.initiative.tenant_id", "planning.initiative.id"],
            name=op.f("fk_review_action_tenant_id_initiative_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_result_id"],
            ["planning.key_result.tenant_id", "planning.key_result.id"],
            name=op.f("fk_review_action_tenant_id_key_result_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "owner_id"],
            ["planning.organisation_unit.tenant_id", "planning.organisation_unit.id"],
            name=op.f("fk_review_action_tenant_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["planning.plan.tenant_id", "planning.plan.id"],
            name=op.f("fk_review_action_tenant_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "review_id"],
            ["planning.review.tenant_id", "planning.review.id"],
            name=op.f("fk_review_action_tenant_id_review_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_review_action")),
        schema="planning",
        comment="distributed: actions of reviews, with owner and day",
    )
    op.create_index(
        op.f("ix_review_action_tenant_id_owner_id_status"),
        "review_action",
        ["tenant_id", "owner_id", "status"],
        unique=False,
        schema="planning",
    )
    op.create_index(
        op.f("ix_review_action_tenant_id_review_id"),
        "review_action",
        ["tenant_id", "review_id"],
        unique=False,
        schema="planning",
    )
    op.create_table(
        "review_finding",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("gap_ref", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("driver_effect", sa.Numeric(precision=24, scale=6), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('traffic', 'conversion', 'price', 'supply', 'advertising', 'product', 'competition', 'capacity', 'assumption', 'external')",
            name=op.f("ck_review_finding_cause"),
        ),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_review_finding_text")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "review_id"],
            ["planning.review.tenant_id", "planning.review.id"],
            name=op.f("fk_review_finding_tenant_id_review_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_review_finding")),
        schema="planning",
        comment="distributed: findings of reviews",
    )
    op.create_index(
        op.f("ix_review_finding_tenant_id_review_id"),
        "review_finding",
        ["tenant_id", "review_id"],
        unique=False,
        schema="planning",
    )
    for statement in row_security("planning", *TABLES):
        op.execute(statement)
