"""What replenishment runs found about each listing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "inventory_0002"
down_revision = "inventory_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "replenishment_outcome",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("daily_demand", sa.Double(), nullable=True),
        sa.Column("sellable_units", sa.Integer(), nullable=False),
        sa.Column("in_transit_units", sa.Integer(), nullable=False),
        sa.Column("proposed_units", sa.Integer(), nullable=False),
        sa.Column("cover_days", sa.Double(), nullable=True),
        sa.Column("stock_out_probability", sa.Double(), nullable=True),
        sa.Column("stock_out_p10_date", sa.Date(), nullable=True),
        sa.Column("stock_out_p50_date", sa.Date(), nullable=True),
        sa.Column("stock_out_p90_date", sa.Date(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("assumptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("proposed_units >= 0", name=op.f("ck_replenishment_outcome_proposed_units")),
        sa.CheckConstraint(
            "stock_out_probability >= 0 AND stock_out_probability <= 1",
            name=op.f("ck_replenishment_outcome_stock_out_probability"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["inventory.replenishment_run.tenant_id", "inventory.replenishment_run.id"],
            name=op.f("fk_replenishment_outcome_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_replenishment_outcome_tenant_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "listing_id", name=op.f("pk_replenishment_outcome")),
        schema="inventory",
        comment="distributed: what replenishment runs found about each listing",
    )
    op.create_index(
        op.f("ix_replenishment_outcome_tenant_id_listing_id_run_id"),
        "replenishment_outcome",
        ["tenant_id", "listing_id", "run_id"],
        unique=False,
        schema="inventory",
    )
    for statement in row_security("inventory", "replenishment_outcome"):
        op.execute(statement)
