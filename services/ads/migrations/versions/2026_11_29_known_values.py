"""Know of what moment states, bids, budgets and modifiers are, what is decided together, and which pulls were withdrawn."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ads_0008"
down_revision = "ads_0007"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
AMOUNT = sa.Numeric(precision=18, scale=4)
KINDS = "'negate', 'harvest', 'bid_up', 'bid_down', 'budget', 'placement_modifier', 'pause', 'throttle', 'restore', 'resume'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, names in (
        ("campaign", ("state", "daily_budget")),
        ("target", ("state", "bid")),
        ("placement_modifier", ("percentage",)),
    ):
        for name in names:
            op.add_column(table, sa.Column(f"{name}_known_at", INSTANT, nullable=True), schema="ads")
            op.add_column(table, sa.Column(f"{name}_change_id", sa.Uuid(), nullable=True), schema="ads")
    op.add_column("target", sa.Column("bid_before_stock", AMOUNT, nullable=True), schema="ads")
    op.add_column("campaign", sa.Column("same_as_id", sa.Uuid(), nullable=True), schema="ads")
    op.create_foreign_key(
        op.f("fk_campaign_tenant_id_same_as_id"),
        "campaign",
        "campaign",
        ["tenant_id", "same_as_id"],
        ["tenant_id", "id"],
        source_schema="ads",
        referent_schema="ads",
    )
    for table in ("ad_proposal", "ad_change"):
        op.drop_constraint(f"ck_{table}_kind", table, schema="ads")
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, f"kind IN ({KINDS})", schema="ads")
    op.add_column("ad_proposal", sa.Column("bundle_id", sa.Uuid(), nullable=True), schema="ads")
    op.create_index(op.f("ix_ad_proposal_tenant_id_bundle_id"), "ad_proposal", ["tenant_id", "bundle_id"], schema="ads")
    op.add_column("report_pull", sa.Column("withdrawn_at", INSTANT, nullable=True), schema="ads")
    op.add_column("report_pull", sa.Column("withdrawn_by", sa.Uuid(), nullable=True), schema="ads")
    op.create_check_constraint(
        op.f("ck_report_pull_withdrawn"),
        "report_pull",
        "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
        schema="ads",
    )
    op.add_column("advertised_product", sa.Column("saved_storage_cost_amount", AMOUNT, nullable=True), schema="ads")
    op.create_check_constraint(
        op.f("ck_advertised_product_saved_storage_cost"),
        "advertised_product",
        "saved_storage_cost_amount >= 0",
        schema="ads",
    )
