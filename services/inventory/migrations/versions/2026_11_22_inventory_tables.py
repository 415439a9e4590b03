"""The tables of the inventory service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "inventory_0001"
down_revision = None
branch_labels = None
depends_on = None

BUSINESS_TABLES = (
    "account",
    "daily_sales",
    "exchange_rate",
    "lane",
    "product",
    "replenishment_run",
    "stock_movement",
    "warehouse",
    "account_sales_day",
    "inventory_snapshot",
    "lane_transit_observation",
    "listing",
    "replenishment_input",
    "shipment",
    "inventory_snapshot_line",
    "order_line",
    "restock_advice",
    "sales_coverage",
    "sales_period",
    "shipment_event",
    "shipment_line",
    "shipment_proposal",
    "shipment_receipt",
    "stock_day",
    "stock_location",
    "shipment_proposal_event",
    "shipment_receipt_line",
    "stock_allocation",
    "stock_balance",
    "stock_leg",
)
# What happened is never rewritten.
APPEND_ONLY_TABLES = (
    "stock_movement",
    "stock_leg",
    "shipment_event",
    "shipment_proposal_event",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_account_tenant_id_code_key")),
        schema="inventory",
        comment="distributed: Amazon seller accounts of a company",
    )
    op.create_table(
        "daily_sales",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("sales_date", sa.Date(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("revenue_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("revenue_currency", sa.String(length=3), nullable=True),
        sa.Column("in_stock", sa.Boolean(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('partial_orders', 'business_report', 'sales_and_traffic', 'orders', 'stated')",
            name=op.f("ck_daily_sales_source"),
        ),
        sa.CheckConstraint(
            "(revenue_amount IS NULL) = (revenue_currency IS NULL)", name=op.f("ck_daily_sales_revenue_money")
        ),
        sa.CheckConstraint("units >= 0 AND orders >= 0", name=op.f("ck_daily_sales_counts")),
        sa.PrimaryKeyConstraint("tenant_id", "listing_id", "sales_date", name=op.f("pk_daily_sales")),
        schema="inventory",
        comment="distributed: sales of listings by day",
    )
    op.create_table(
        "exchange_rate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=False),
        sa.Column("base_currency", sa.String(length=3), nullable=False),
        sa.Column("quote_currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=18, scale=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("base_currency <> quote_currency", name=op.f("ck_exchange_rate_currencies")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_exchange_rate_rate")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint(
            "tenant_id",
            "base_currency",
            "quote_currency",
            "rate_date",
            name=op.f("uq_exchange_rate_tenant_id_base_currency_quote_currency_rate_date"),
        ),
        schema="inventory",
        comment="distributed: exchange rates that a company uses, by day",
    )
    op.create_table(
        "lane",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("unit_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit_cost_currency", sa.String(length=3), nullable=True),
        sa.Column("kg_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("kg_cost_currency", sa.String(length=3), nullable=True),
        sa.Column("m3_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("m3_cost_currency", sa.String(length=3), nullable=True),
        sa.Column("transit_days_p10", sa.Integer(), nullable=False),
        sa.Column("transit_days_p50", sa.Integer(), nullable=False),
        sa.Column("transit_days_p90", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("assumed_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('slow_sea', 'fast_sea', 'air')", name=op.f("ck_lane_mode")),
        sa.CheckConstraint("(kg_cost_amount IS NULL) = (kg_cost_currency IS NULL)", name=op.f("ck_lane_kg_cost_money")),
        sa.CheckConstraint("(m3_cost_amount IS NULL) = (m3_cost_currency IS NULL)", name=op.f("ck_lane_m3_cost_money")),
        sa.CheckConstraint(
            "(unit_cost_amount IS NULL) = (unit_cost_currency IS NULL)", name=op.f("ck_lane_unit_cost_money")
        ),
        sa.CheckConstraint(
            "0 < transit_days_p10 AND transit_days_p10 <= transit_days_p50 AND transit_days_p50 <= transit_days_p90",
            name=op.f("ck_lane_transit_days"),
        ),
        sa.CheckConstraint("kg_cost_amount >= 0", name=op.f("ck_lane_kg_cost")),
        sa.CheckConstraint("m3_cost_amount >= 0", name=op.f("ck_lane_m3_cost")),
        sa.CheckConstraint("unit_cost_amount >= 0", name=op.f("ck_lane_unit_cost")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_lane")),
        sa.UniqueConstraint("tenant_id", "marketplace", "mode", name=op.f("uq_lane_tenant_id_marketplace_mode")),
        schema="inventory",
        comment="distributed: ways to ship to a marketplace, with cost and time",
    )
    op.create_table(
        "product",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit_cost_currency", sa.String(length=3), nullable=True),
        sa.Column("carton_units", sa.Integer(), nullable=False),
        sa.Column("moq_units", sa.Integer(), nullable=False),
        sa.Column("unit_weight_kg", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit_volume_cm3", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("production_days", sa.Integer(), nullable=True),
        sa.Column("assumed_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(unit_cost_amount IS NULL) = (unit_cost_currency IS NULL)", name=op.f("ck_product_unit_cost_money")
        ),
        sa.CheckConstraint("carton_units >= 1", name=op.f("ck_product_carton_units")),
        sa.CheckConstraint("moq_units >= 1", name=op.f("ck_product_moq_units")),
        sa.CheckConstraint("production_days >= 0", name=op.f("ck_product_production_days")),
        sa.CheckConstraint("unit_cost_amount >= 0", name=op.f("ck_product_unit_cost")),
        sa.CheckConstraint("unit_volume_cm3 >= 0", name=op.f("ck_product_unit_volume_cm3")),
        sa.CheckConstraint("unit_weight_kg >= 0", name=op.f("ck_product_unit_weight_kg")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_product_tenant_id_code_key")),
        schema="inventory",
        comment="distributed: what is made and held at home",
    )
    op.create_table(
        "replenishment_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("input_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("listings_count", sa.Integer(), nullable=False),
        sa.Column("proposals_count", sa.Integer(), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("assumptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("timings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("completed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'complete') = (completed_at IS NOT NULL)", name=op.f("ck_replenishment_run_completed")
        ),
        sa.CheckConstraint(
            "state IN ('computing', 'complete', 'failed', 'cancelled')", name=op.f("ck_replenishment_run_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_replenishment_run")),
        sa.UniqueConstraint("tenant_id", "operation_id", name=op.f("uq_replenishment_run_tenant_id_operation_id")),
        schema="inventory",
        comment="distributed: replenishment runs",
    )
    op.create_index(
        op.f("ix_replenishment_run_tenant_id_state_as_of_date_id"),
        "replenishment_run",
        ["tenant_id", "state", "as_of_date", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "stock_movement",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'correction', 'transfer', 'departure', 'return_home', 'receiving', 'shortfall', 'surplus', 'snapshot', 'domestic_snapshot', 'relink')",
            name=op.f("ck_stock_movement_kind"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_movement")),
        schema="inventory",
        comment="distributed: events that moved stock",
    )
    op.create_index(
        op.f("ix_stock_movement_tenant_id_import_id"),
        "stock_movement",
        ["tenant_id", "import_id"],
        unique=False,
        schema="inventory",
    )
    op.create_index(
        op.f("ix_stock_movement_tenant_id_occurred_at_id"),
        "stock_movement",
        ["tenant_id", "occurred_at", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_index(
        op.f("ix_stock_movement_tenant_id_shipment_id"),
        "stock_movement",
        ["tenant_id", "shipment_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "warehouse",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_warehouse_tenant_id_code_key")),
        schema="inventory",
        comment="distributed: domestic warehouses",
    )
    op.create_table(
        "account_sales_day",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("sales_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("revenue_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("revenue_currency", sa.String(length=3), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("page_views", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('partial_orders', 'business_report', 'sales_and_traffic', 'orders', 'stated')",
            name=op.f("ck_account_sales_day_source"),
        ),
        sa.CheckConstraint(
            "(revenue_amount IS NULL) = (revenue_currency IS NULL)", name=op.f("ck_account_sales_day_revenue_money")
        ),
        sa.CheckConstraint(
            "units >= 0 AND orders >= 0 AND sessions >= 0 AND page_views >= 0", name=op.f("ck_account_sales_day_counts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_account_sales_day_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "account_id", "marketplace", "sales_date", "source", name=op.f("pk_account_sales_day")
        ),
        schema="inventory",
        comment="distributed: sales and traffic of accounts by day",
    )
    op.create_table(
        "inventory_snapshot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_inventory_snapshot_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_inventory_snapshot")),
        schema="inventory",
        comment="distributed: Amazon's stock reports",
    )
    op.create_index(
        op.f("ix_inventory_snapshot_tenant_id_account_id_marketplace_as_of"),
        "inventory_snapshot",
        ["tenant_id", "account_id", "marketplace", "as_of"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "lane_transit_observation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lane_id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("departed_date", sa.Date(), nullable=False),
        sa.Column("received_date", sa.Date(), nullable=False),
        sa.Column("transit_days", sa.Integer(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("transit_days >= 0", name=op.f("ck_lane_transit_observation_transit_days")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lane_id"],
            ["inventory.lane.tenant_id", "inventory.lane.id"],
            name=op.f("fk_lane_transit_observation_tenant_id_lane_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_lane_transit_observation")),
        sa.UniqueConstraint(
            "tenant_id",
            "lane_id",
            "shipment_id",
            name=op.f("uq_lane_transit_observation_tenant_id_lane_id_shipment_id"),
        ),
        schema="inventory",
        comment="distributed: door-to-door days of past shipments",
    )
    op.create_index(
        op.f("ix_lane_transit_observation_tenant_id_lane_id_received_date"),
        "lane_transit_observation",
        ["tenant_id", "lane_id", "received_date"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "listing",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("seller_sku", sa.Text(), nullable=False),
        sa.Column("seller_sku_key", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("units_per_listing", sa.Integer(), nullable=False),
        sa.Column("asin", sa.Text(), nullable=True),
        sa.Column("fnsku", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("price_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("price_currency", sa.String(length=3), nullable=True),
        sa.Column("referral_rate", sa.Numeric(precision=6, scale=5), nullable=True),
        sa.Column("fba_fee_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("fba_fee_currency", sa.String(length=3), nullable=True),
        sa.Column("ad_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("ad_cost_currency", sa.String(length=3), nullable=True),
        sa.Column("storage_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("storage_cost_currency", sa.String(length=3), nullable=True),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("assumed_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(ad_cost_amount IS NULL) = (ad_cost_currency IS NULL)", name=op.f("ck_listing_ad_cost_money")
        ),
        sa.CheckConstraint(
            "(fba_fee_amount IS NULL) = (fba_fee_currency IS NULL)", name=op.f("ck_listing_fba_fee_money")
        ),
        sa.CheckConstraint("(price_amount IS NULL) = (price_currency IS NULL)", name=op.f("ck_listing_price_money")),
        sa.CheckConstraint(
            "(storage_cost_amount IS NULL) = (storage_cost_currency IS NULL)",
            name=op.f("ck_listing_storage_cost_money"),
        ),
        sa.CheckConstraint("ad_cost_amount >= 0", name=op.f("ck_listing_ad_cost")),
        sa.CheckConstraint("fba_fee_amount >= 0", name=op.f("ck_listing_fba_fee")),
        sa.CheckConstraint("price_amount >= 0", name=op.f("ck_listing_price")),
        sa.CheckConstraint("referral_rate >= 0 AND referral_rate <= 1", name=op.f("ck_listing_referral_rate")),
        sa.CheckConstraint("storage_cost_amount >= 0", name=op.f("ck_listing_storage_cost")),
        sa.CheckConstraint("units_per_listing >= 1", name=op.f("ck_listing_units_per_listing")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_listing_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["inventory.product.tenant_id", "inventory.product.id"],
            name=op.f("fk_listing_tenant_id_product_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_listing")),
        sa.UniqueConstraint(
            "tenant_id",
            "account_id",
            "marketplace",
            "seller_sku_key",
            name=op.f("uq_listing_tenant_id_account_id_marketplace_seller_sku_key"),
        ),
        schema="inventory",
        comment="distributed: offers of an account in a marketplace",
    )
    op.create_index(
        op.f("ix_listing_tenant_id_asin"), "listing", ["tenant_id", "asin"], unique=False, schema="inventory"
    )
    op.create_index(
        op.f("ix_listing_tenant_id_seller_sku_key_id"),
        "listing",
        ["tenant_id", "seller_sku_key", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_index(
        op.f("ix_listing_tenant_id_product_id"),
        "listing",
        ["tenant_id", "product_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "replenishment_input",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["inventory.replenishment_run.tenant_id", "inventory.replenishment_run.id"],
            name=op.f("fk_replenishment_input_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "position", name=op.f("pk_replenishment_input")),
        schema="inventory",
        comment="distributed: frozen inputs of replenishment runs",
    )
    op.create_table(
        "shipment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reference_key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("lane_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ship_by_date", sa.Date(), nullable=True),
        sa.Column("booked_date", sa.Date(), nullable=True),
        sa.Column("departed_date", sa.Date(), nullable=True),
        sa.Column("eta_date", sa.Date(), nullable=True),
        sa.Column("arrived_date", sa.Date(), nullable=True),
        sa.Column("receiving_date", sa.Date(), nullable=True),
        sa.Column("closed_date", sa.Date(), nullable=True),
        sa.Column("cancelled_date", sa.Date(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("amazon_shipment_id", sa.Text(), nullable=True),
        sa.Column("freight_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("freight_currency", sa.String(length=3), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('slow_sea', 'fast_sea', 'air')", name=op.f("ck_shipment_mode")),
        sa.CheckConstraint(
            "state IN ('planned', 'booked', 'departed', 'arrived', 'receiving', 'closed', 'cancelled')",
            name=op.f("ck_shipment_state"),
        ),
        sa.CheckConstraint(
            "(freight_amount IS NULL) = (freight_currency IS NULL)", name=op.f("ck_shipment_freight_money")
        ),
        sa.CheckConstraint("freight_amount >= 0", name=op.f("ck_shipment_freight")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_shipment_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lane_id"],
            ["inventory.lane.tenant_id", "inventory.lane.id"],
            name=op.f("fk_shipment_tenant_id_lane_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["inventory.warehouse.tenant_id", "inventory.warehouse.id"],
            name=op.f("fk_shipment_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("tenant_id", "reference_key", name=op.f("uq_shipment_tenant_id_reference_key")),
        schema="inventory",
        comment="distributed: shipments from home to Amazon",
    )
    op.create_index(
        op.f("ix_shipment_tenant_id_state_eta_date"),
        "shipment",
        ["tenant_id", "state", "eta_date"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "inventory_snapshot_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("fulfillable_units", sa.Integer(), nullable=False),
        sa.Column("reserved_units", sa.Integer(), nullable=False),
        sa.Column("unfulfillable_units", sa.Integer(), nullable=False),
        sa.Column("researching_units", sa.Integer(), nullable=False),
        sa.Column("inbound_working_units", sa.Integer(), nullable=False),
        sa.Column("inbound_shipped_units", sa.Integer(), nullable=False),
        sa.Column("inbound_receiving_units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_inventory_snapshot_line_tenant_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "snapshot_id"],
            ["inventory.inventory_snapshot.tenant_id", "inventory.inventory_snapshot.id"],
            name=op.f("fk_inventory_snapshot_line_tenant_id_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "snapshot_id", "listing_id", name=op.f("pk_inventory_snapshot_line")),
        schema="inventory",
        comment="distributed: Amazon's stock reports by listing",
    )
    op.create_table(
        "order_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amazon_order_id", sa.Text(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("purchased_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sales_date", sa.Date(), nullable=False),
        sa.Column("order_status", sa.Text(), nullable=False),
        sa.Column("item_status", sa.Text(), nullable=True),
        sa.Column("fulfillment_channel", sa.Text(), nullable=True),
        sa.Column("sales_channel", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("sold_units", sa.Integer(), nullable=False),
        sa.Column("consumed_units", sa.Integer(), nullable=False),
        sa.Column("item_price_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("item_price_currency", sa.String(length=3), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(item_price_amount IS NULL) = (item_price_currency IS NULL)", name=op.f("ck_order_line_item_price_money")
        ),
        sa.CheckConstraint(
            "quantity >= 0 AND sold_units >= 0 AND consumed_units >= 0", name=op.f("ck_order_line_counts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_order_line_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_order_line_tenant_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "account_id", "amazon_order_id", "line_key", name=op.f("pk_order_line")),
        schema="inventory",
        comment="distributed: order lines as last reported, without buyers",
    )
    op.create_index(
        op.f("ix_order_line_tenant_id_listing_id_sales_date"),
        "order_line",
        ["tenant_id", "listing_id", "sales_date"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "restock_advice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("report_date", sa.Date(), nullable=False),
        sa.Column("recommended_units", sa.Integer(), nullable=True),
        sa.Column("recommended_ship_date", sa.Date(), nullable=True),
        sa.Column("recommended_action", sa.Text(), nullable=True),
        sa.Column("alert", sa.Text(), nullable=True),
        sa.Column("days_of_supply", sa.Integer(), nullable=True),
        sa.Column("days_of_supply_capped", sa.Boolean(), nullable=False),
        sa.Column("price_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("price_currency", sa.String(length=3), nullable=True),
        sa.Column("sales_30_days_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("sales_30_days_currency", sa.String(length=3), nullable=True),
        sa.Column("units_sold_30_days", sa.Integer(), nullable=True),
        sa.Column("total_units", sa.Integer(), nullable=True),
        sa.Column("inbound_units", sa.Integer(), nullable=True),
        sa.Column("available_units", sa.Integer(), nullable=True),
        sa.Column("fc_transfer_units", sa.Integer(), nullable=True),
        sa.Column("fc_processing_units", sa.Integer(), nullable=True),
        sa.Column("customer_order_units", sa.Integer(), nullable=True),
        sa.Column("unfulfillable_units", sa.Integer(), nullable=True),
        sa.Column("working_units", sa.Integer(), nullable=True),
        sa.Column("shipped_units", sa.Integer(), nullable=True),
        sa.Column("receiving_units", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(price_amount IS NULL) = (price_currency IS NULL)", name=op.f("ck_restock_advice_price_money")
        ),
        sa.CheckConstraint(
            "(sales_30_days_amount IS NULL) = (sales_30_days_currency IS NULL)",
            name=op.f("ck_restock_advice_sales_30_days_money"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_restock_advice_tenant_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "listing_id", "report_date", name=op.f("pk_restock_advice")),
        schema="inventory",
        comment="distributed: Amazon's restock advice by listing and report day",
    )
    op.create_table(
        "sales_coverage",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('partial_orders', 'business_report', 'sales_and_traffic', 'orders', 'stated')",
            name=op.f("ck_sales_coverage_source"),
        ),
        sa.CheckConstraint("date_from <= date_to", name=op.f("ck_sales_coverage_range")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_sales_coverage_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_sales_coverage_tenant_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sales_coverage")),
        sa.UniqueConstraint(
            "tenant_id",
            "account_id",
            "marketplace",
            "listing_id",
            "source",
            "date_from",
            "date_to",
            name="uq_sales_coverage_range",
            postgresql_nulls_not_distinct=True,
        ),
        schema="inventory",
        comment="distributed: days for which sales are known",
    )
    op.create_table(
        "sales_period",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("item_key", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("seller_sku", sa.Text(), nullable=True),
        sa.Column("child_asin", sa.Text(), nullable=True),
        sa.Column("parent_asin", sa.Text(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("revenue_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("revenue_currency", sa.String(length=3), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("page_views", sa.Integer(), nullable=True),
        sa.Column("buy_box_rate", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('partial_orders', 'business_report', 'sales_and_traffic', 'orders', 'stated')",
            name=op.f("ck_sales_period_source"),
        ),
        sa.CheckConstraint(
            "(revenue_amount IS NULL) = (revenue_currency IS NULL)", name=op.f("ck_sales_period_revenue_money")
        ),
        sa.CheckConstraint("date_from <= date_to", name=op.f("ck_sales_period_range")),
        sa.CheckConstraint(
            "units >= 0 AND orders >= 0 AND sessions >= 0 AND page_views >= 0", name=op.f("ck_sales_period_counts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["inventory.account.tenant_id", "inventory.account.id"],
            name=op.f("fk_sales_period_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_sales_period_tenant_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sales_period")),
        sa.UniqueConstraint(
            "tenant_id",
            "account_id",
            "marketplace",
            "date_from",
            "date_to",
            "item_key",
            "source",
            name="uq_sales_period_item",
        ),
        schema="inventory",
        comment="distributed: sales and traffic of items over ranges of days",
    )
    op.create_index(
        op.f("ix_sales_period_tenant_id_listing_id"),
        "sales_period",
        ["tenant_id", "listing_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "shipment_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("occurred_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_state IN ('planned', 'booked', 'departed', 'arrived', 'receiving', 'closed', 'cancelled')",
            name=op.f("ck_shipment_event_from_state"),
        ),
        sa.CheckConstraint(
            "to_state IN ('planned', 'booked', 'departed', 'arrived', 'receiving', 'closed', 'cancelled')",
            name=op.f("ck_shipment_event_to_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["inventory.shipment.tenant_id", "inventory.shipment.id"],
            name=op.f("fk_shipment_event_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_event")),
        schema="inventory",
        comment="distributed: history of shipments",
    )
    op.create_index(
        op.f("ix_shipment_event_tenant_id_shipment_id_id"),
        "shipment_event",
        ["tenant_id", "shipment_id", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "shipment_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("units_per_listing", sa.Integer(), nullable=False),
        sa.Column("planned_units", sa.Integer(), nullable=False),
        sa.Column("shipped_units", sa.Integer(), nullable=True),
        sa.Column("received_units", sa.Integer(), nullable=False),
        sa.CheckConstraint("planned_units > 0", name=op.f("ck_shipment_line_planned_units")),
        sa.CheckConstraint("received_units >= 0", name=op.f("ck_shipment_line_received_units")),
        sa.CheckConstraint("shipped_units >= 0", name=op.f("ck_shipment_line_shipped_units")),
        sa.CheckConstraint("units_per_listing >= 1", name=op.f("ck_shipment_line_units_per_listing")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_shipment_line_tenant_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["inventory.product.tenant_id", "inventory.product.id"],
            name=op.f("fk_shipment_line_tenant_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["inventory.shipment.tenant_id", "inventory.shipment.id"],
            name=op.f("fk_shipment_line_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_line")),
        sa.UniqueConstraint(
            "tenant_id", "shipment_id", "listing_id", name=op.f("uq_shipment_line_tenant_id_shipment_id_listing_id")
        ),
        schema="inventory",
        comment="distributed: listings and quantities of shipments",
    )
    op.create_index(
        op.f("ix_shipment_line_tenant_id_listing_id"),
        "shipment_line",
        ["tenant_id", "listing_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "shipment_proposal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("lane_id", sa.Uuid(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("quantity_units", sa.Integer(), nullable=False),
        sa.Column("cartons", sa.Integer(), nullable=False),
        sa.Column("ship_by_date", sa.Date(), nullable=False),
        sa.Column("arrival_p10_date", sa.Date(), nullable=False),
        sa.Column("arrival_p50_date", sa.Date(), nullable=False),
        sa.Column("arrival_p90_date", sa.Date(), nullable=False),
        sa.Column("window_from_date", sa.Date(), nullable=False),
        sa.Column("window_to_date", sa.Date(), nullable=False),
        sa.Column("probability_short", sa.Double(), nullable=False),
        sa.Column("expected_lost_units", sa.Double(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("avoided_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("cost_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("saving_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("runner_up", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("assumptions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stock", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("approved_units", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('slow_sea', 'fast_sea', 'air')", name=op.f("ck_shipment_proposal_mode")),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'partly_approved', 'rejected', 'superseded')",
            name=op.f("ck_shipment_proposal_state"),
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_shipment_proposal_decided")),
        sa.CheckConstraint("approved_units >= 0", name=op.f("ck_shipment_proposal_approved_units")),
        sa.CheckConstraint("cartons >= 0", name=op.f("ck_shipment_proposal_cartons")),
        sa.CheckConstraint(
            "probability_short >= 0 AND probability_short <= 1", name=op.f("ck_shipment_proposal_probability_short")
        ),
        sa.CheckConstraint("quantity_units > 0", name=op.f("ck_shipment_proposal_quantity_units")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lane_id"],
            ["inventory.lane.tenant_id", "inventory.lane.id"],
            name=op.f("fk_shipment_proposal_tenant_id_lane_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_shipment_proposal_tenant_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["inventory.product.tenant_id", "inventory.product.id"],
            name=op.f("fk_shipment_proposal_tenant_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["inventory.replenishment_run.tenant_id", "inventory.replenishment_run.id"],
            name=op.f("fk_shipment_proposal_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["inventory.shipment.tenant_id", "inventory.shipment.id"],
            name=op.f("fk_shipment_proposal_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_proposal")),
        schema="inventory",
        comment="distributed: proposed shipments and their reasons",
    )
    op.create_index(
        op.f("ix_shipment_proposal_tenant_id_listing_id_state"),
        "shipment_proposal",
        ["tenant_id", "listing_id", "state"],
        unique=False,
        schema="inventory",
    )
    op.create_index(
        op.f("ix_shipment_proposal_tenant_id_run_id_id"),
        "shipment_proposal",
        ["tenant_id", "run_id", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_index(
        op.f("ix_shipment_proposal_tenant_id_shipment_id"),
        "shipment_proposal",
        ["tenant_id", "shipment_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "shipment_receipt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("received_date", sa.Date(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "movement_id"],
            ["inventory.stock_movement.tenant_id", "inventory.stock_movement.id"],
            name=op.f("fk_shipment_receipt_tenant_id_movement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["inventory.shipment.tenant_id", "inventory.shipment.id"],
            name=op.f("fk_shipment_receipt_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_receipt")),
        schema="inventory",
        comment="distributed: counts of what was received of shipments",
    )
    op.create_index(
        op.f("ix_shipment_receipt_tenant_id_shipment_id_id"),
        "shipment_receipt",
        ["tenant_id", "shipment_id", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "stock_day",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("stock_date", sa.Date(), nullable=False),
        sa.Column("sellable_units", sa.Integer(), nullable=True),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("source IN ('snapshot', 'stated')", name=op.f("ck_stock_day_source")),
        sa.CheckConstraint("sellable_units >= 0", name=op.f("ck_stock_day_sellable_units")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_stock_day_tenant_id_listing_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "listing_id", "stock_date", name=op.f("pk_stock_day")),
        schema="inventory",
        comment="distributed: stock of listings at the end of days",
    )
    op.create_table(
        "stock_location",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=True),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("may_go_negative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'domestic') = (warehouse_id IS NOT NULL)", name=op.f("ck_stock_location_warehouse")
        ),
        sa.CheckConstraint(
            "(kind = 'in_transit') = (shipment_id IS NOT NULL)", name=op.f("ck_stock_location_shipment")
        ),
        sa.CheckConstraint(
            "(kind IN ('in_transit', 'amazon_inbound', 'amazon_receiving', 'amazon_sellable', 'amazon_reserved', 'amazon_unfulfillable')) = (listing_id IS NOT NULL)",
            name=op.f("ck_stock_location_listing"),
        ),
        sa.CheckConstraint(
            "kind IN ('domestic', 'in_transit', 'amazon_inbound', 'amazon_receiving', 'amazon_sellable', 'amazon_reserved', 'amazon_unfulfillable', 'supplier', 'customer', 'adjustment')",
            name=op.f("ck_stock_location_kind"),
        ),
        sa.CheckConstraint(
            "may_go_negative = (kind IN ('adjustment', 'customer', 'supplier'))",
            name=op.f("ck_stock_location_may_go_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_stock_location_tenant_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["inventory.shipment.tenant_id", "inventory.shipment.id"],
            name=op.f("fk_stock_location_tenant_id_shipment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "warehouse_id"],
            ["inventory.warehouse.tenant_id", "inventory.warehouse.id"],
            name=op.f("fk_stock_location_tenant_id_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_location")),
        sa.UniqueConstraint(
            "tenant_id",
            "listing_id",
            "kind",
            "warehouse_id",
            "shipment_id",
            name="uq_stock_location_place",
            postgresql_nulls_not_distinct=True,
        ),
        schema="inventory",
        comment="distributed: places between which stock moves",
    )
    op.create_index(
        op.f("ix_stock_location_tenant_id_shipment_id"),
        "stock_location",
        ["tenant_id", "shipment_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "shipment_proposal_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("approved_units", sa.Integer(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_state IN ('proposed', 'approved', 'partly_approved', 'rejected', 'superseded')",
            name=op.f("ck_shipment_proposal_event_from_state"),
        ),
        sa.CheckConstraint(
            "to_state IN ('proposed', 'approved', 'partly_approved', 'rejected', 'superseded')",
            name=op.f("ck_shipment_proposal_event_to_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["inventory.shipment_proposal.tenant_id", "inventory.shipment_proposal.id"],
            name=op.f("fk_shipment_proposal_event_tenant_id_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_proposal_event")),
        schema="inventory",
        comment="distributed: decisions about proposed shipments",
    )
    op.create_index(
        op.f("ix_shipment_proposal_event_tenant_id_proposal_id_id"),
        "shipment_proposal_event",
        ["tenant_id", "proposal_id", "id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "shipment_receipt_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units <> 0", name=op.f("ck_shipment_receipt_line_units")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_shipment_receipt_line_tenant_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "receipt_id"],
            ["inventory.shipment_receipt.tenant_id", "inventory.shipment_receipt.id"],
            name=op.f("fk_shipment_receipt_line_tenant_id_receipt_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "receipt_id", "listing_id", name=op.f("pk_shipment_receipt_line")),
        schema="inventory",
        comment="distributed: listings and quantities of receipts",
    )
    op.create_table(
        "stock_allocation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("allocated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_allocation_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "listing_id"],
            ["inventory.listing.tenant_id", "inventory.listing.id"],
            name=op.f("fk_stock_allocation_tenant_id_listing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["inventory.stock_location.tenant_id", "inventory.stock_location.id"],
            name=op.f("fk_stock_allocation_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["inventory.product.tenant_id", "inventory.product.id"],
            name=op.f("fk_stock_allocation_tenant_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["inventory.shipment.tenant_id", "inventory.shipment.id"],
            name=op.f("fk_stock_allocation_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "shipment_id", "listing_id", "location_id", name=op.f("pk_stock_allocation")
        ),
        schema="inventory",
        comment="distributed: stock at home that is promised to shipments",
    )
    op.create_index(
        op.f("ix_stock_allocation_tenant_id_location_id_product_id"),
        "stock_allocation",
        ["tenant_id", "location_id", "product_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "stock_balance",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("may_go_negative", sa.Boolean(), nullable=False),
        sa.Column("counted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "allocated >= 0 AND (allocated = 0 OR allocated <= on_hand)", name=op.f("ck_stock_balance_allocated")
        ),
        sa.CheckConstraint("may_go_negative OR on_hand >= 0", name=op.f("ck_stock_balance_on_hand")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["inventory.stock_location.tenant_id", "inventory.stock_location.id"],
            name=op.f("fk_stock_balance_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["inventory.product.tenant_id", "inventory.product.id"],
            name=op.f("fk_stock_balance_tenant_id_product_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "location_id", "product_id", name=op.f("pk_stock_balance")),
        schema="inventory",
        comment="distributed: present stock by place and product, the sum of the legs",
    )
    op.create_index(
        op.f("ix_stock_balance_tenant_id_product_id"),
        "stock_balance",
        ["tenant_id", "product_id"],
        unique=False,
        schema="inventory",
    )
    op.create_table(
        "stock_leg",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_leg_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["inventory.stock_location.tenant_id", "inventory.stock_location.id"],
            name=op.f("fk_stock_leg_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "movement_id"],
            ["inventory.stock_movement.tenant_id", "inventory.stock_movement.id"],
            name=op.f("fk_stock_leg_tenant_id_movement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["inventory.product.tenant_id", "inventory.product.id"],
            name=op.f("fk_stock_leg_tenant_id_product_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "movement_id", "position", name=op.f("pk_stock_leg")),
        schema="inventory",
        comment="distributed: what movements took and gave",
    )
    op.create_index(
        op.f("ix_stock_leg_tenant_id_location_id_product_id_occurred_at"),
        "stock_leg",
        ["tenant_id", "location_id", "product_id", "occurred_at"],
        unique=False,
        schema="inventory",
    )
    # Frozen inputs come compressed: TOAST need not try again.
    op.execute("ALTER TABLE inventory.replenishment_input ALTER COLUMN content SET STORAGE EXTERNAL")
    for statement in row_security("inventory", *BUSINESS_TABLES):
        op.execute(statement)
    for table in APPEND_ONLY_TABLES:
        op.execute(f"REVOKE UPDATE, DELETE ON inventory.{table} FROM tw_inventory")
    op.execute("COMMENT ON TABLE inventory.alembic_version IS 'local: the revision of this schema'")
