"""Campaigns with all below them, advertised products, report pulls and performance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "ads_0002"
down_revision = "ads_0001"
branch_labels = None
depends_on = None

TABLES = (
    "ad_account",
    "performance",
    "superseded_performance",
    "advertised_product",
    "campaign",
    "report_pull",
    "ad_group",
    "placement_modifier",
    "pull_day",
    "negative_target",
    "product_ad",
    "target",
    "search_term",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "ad_account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ad_account")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_ad_account_tenant_id_code_key")),
        schema="ads",
        comment="distributed: Amazon accounts that advertise",
    )
    op.create_table(
        "performance",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("granularity", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("pull_id", sa.Uuid(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=True),
        sa.Column("clicks", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("own_sku_units", sa.Integer(), nullable=True),
        sa.Column("own_sku_sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.CheckConstraint("granularity IN ('daily', 'weekly', 'summary')", name=op.f("ck_performance_granularity")),
        sa.CheckConstraint(
            "report IN ('campaigns', 'ad_groups', 'placements', 'targets', 'search_terms', 'advertised_products',"
            " 'purchased_products')",
            name=op.f("ck_performance_report"),
        ),
        sa.CheckConstraint("date_from <= date_to", name=op.f("ck_performance_range")),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "report",
            "granularity",
            "date_from",
            "date_to",
            "campaign_id",
            "subject_id",
            name=op.f("pk_performance"),
        ),
        schema="ads",
        comment="distributed: current advertising figures by subject and day or period",
    )
    op.create_table(
        "superseded_performance",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("granularity", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("pull_id", sa.Uuid(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=True),
        sa.Column("clicks", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("own_sku_units", sa.Integer(), nullable=True),
        sa.Column("own_sku_sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.CheckConstraint(
            "granularity IN ('daily', 'weekly', 'summary')", name=op.f("ck_superseded_performance_granularity")
        ),
        sa.CheckConstraint(
            "report IN ('campaigns', 'ad_groups', 'placements', 'targets', 'search_terms', 'advertised_products',"
            " 'purchased_products')",
            name=op.f("ck_superseded_performance_report"),
        ),
        sa.CheckConstraint("date_from <= date_to", name=op.f("ck_superseded_performance_range")),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "report",
            "granularity",
            "date_from",
            "date_to",
            "campaign_id",
            "subject_id",
            "pull_id",
            name=op.f("pk_superseded_performance"),
        ),
        schema="ads",
        comment="distributed: advertising figures that newer pulls have replaced",
    )
    op.create_table(
        "advertised_product",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ad_account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("product_key", sa.Text(), nullable=False),
        sa.Column("seller_sku", sa.Text(), nullable=True),
        sa.Column("asin", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("product_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("fees_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("returns_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("inbound_freight_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("wanted_margin", sa.Double(), nullable=True),
        sa.Column("target_acos", sa.Double(), nullable=True),
        sa.Column("launch_budget_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("launch_end_date", sa.Date(), nullable=True),
        sa.Column("inventory_said_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("inventory_price_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("inventory_product_cost_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("inventory_fees_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("inventory_inbound_freight_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("sellable_units", sa.Integer(), nullable=True),
        sa.Column("arriving_units", sa.Integer(), nullable=True),
        sa.Column("trailing_daily_units", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('launch', 'growth', 'mature', 'clearance')", name=op.f("ck_advertised_product_stage")
        ),
        sa.CheckConstraint("fees_amount >= 0", name=op.f("ck_advertised_product_fees")),
        sa.CheckConstraint("inbound_freight_amount >= 0", name=op.f("ck_advertised_product_inbound_freight")),
        sa.CheckConstraint("launch_budget_amount >= 0", name=op.f("ck_advertised_product_launch_budget")),
        sa.CheckConstraint("price_amount >= 0", name=op.f("ck_advertised_product_price")),
        sa.CheckConstraint("product_cost_amount >= 0", name=op.f("ck_advertised_product_product_cost")),
        sa.CheckConstraint("returns_amount >= 0", name=op.f("ck_advertised_product_returns")),
        sa.CheckConstraint("target_acos > 0 AND target_acos <= 10", name=op.f("ck_advertised_product_target_acos")),
        sa.CheckConstraint("wanted_margin BETWEEN -1 AND 1", name=op.f("ck_advertised_product_wanted_margin")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_account_id"],
            ["ads.ad_account.tenant_id", "ads.ad_account.id"],
            name=op.f("fk_advertised_product_tenant_id_ad_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_advertised_product")),
        sa.UniqueConstraint(
            "tenant_id", "ad_account_id", "marketplace", "product_key", name="uq_advertised_product_product_key"
        ),
        schema="ads",
        comment="distributed: advertised products with their money",
    )
    op.create_index(
        op.f("ix_advertised_product_tenant_id_product_key_id"),
        "advertised_product",
        ["tenant_id", "product_key", "id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "campaign",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ad_account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("ad_product", sa.Text(), nullable=False),
        sa.Column("amazon_campaign_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("portfolio", sa.Text(), nullable=True),
        sa.Column("targeting_type", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("daily_budget_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("daily_budget_currency", sa.String(length=3), nullable=True),
        sa.Column("bidding_strategy", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("is_brand_defence", sa.Boolean(), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ad_product IN ('sponsored_products', 'sponsored_brands', 'sponsored_display')",
            name=op.f("ck_campaign_ad_product"),
        ),
        sa.CheckConstraint(
            "bidding_strategy IN ('fixed', 'down_only', 'up_and_down', 'rule_based')",
            name=op.f("ck_campaign_bidding_strategy"),
        ),
        sa.CheckConstraint("goal IN ('launch', 'growth', 'mature', 'clearance')", name=op.f("ck_campaign_goal")),
        sa.CheckConstraint("state IN ('enabled', 'paused', 'archived')", name=op.f("ck_campaign_state")),
        sa.CheckConstraint("targeting_type IN ('manual', 'auto')", name=op.f("ck_campaign_targeting_type")),
        sa.CheckConstraint(
            "(daily_budget_amount IS NULL) = (daily_budget_currency IS NULL)",
            name=op.f("ck_campaign_daily_budget_money"),
        ),
        sa.CheckConstraint("daily_budget_amount >= 0", name=op.f("ck_campaign_daily_budget")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_account_id"],
            ["ads.ad_account.tenant_id", "ads.ad_account.id"],
            name=op.f("fk_campaign_tenant_id_ad_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_campaign")),
        sa.UniqueConstraint(
            "tenant_id",
            "ad_account_id",
            "marketplace",
            "ad_product",
            "amazon_campaign_id",
            name="uq_campaign_amazon_campaign_id",
        ),
        schema="ads",
        comment="distributed: advertising campaigns",
    )
    op.create_index("ix_campaign_name_key", "campaign", ["tenant_id", "name_key", "id"], unique=False, schema="ads")
    op.create_table(
        "report_pull",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("ad_account_id", sa.Uuid(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("granularity", sa.Text(), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=True),
        sa.Column("date_to", sa.Date(), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attribution_days", sa.SmallInteger(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("granularity IN ('daily', 'weekly', 'summary')", name=op.f("ck_report_pull_granularity")),
        sa.CheckConstraint(
            "report IN ('campaigns', 'ad_groups', 'placements', 'targets', 'search_terms', 'advertised_products',"
            " 'purchased_products')",
            name=op.f("ck_report_pull_report"),
        ),
        sa.CheckConstraint("date_from <= date_to", name=op.f("ck_report_pull_range")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_account_id"],
            ["ads.ad_account.tenant_id", "ads.ad_account.id"],
            name=op.f("fk_report_pull_tenant_id_ad_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report_pull")),
        sa.UniqueConstraint("tenant_id", "import_id", "marketplace", name="uq_report_pull_import"),
        schema="ads",
        comment="distributed: advertising reports as they were pulled",
    )
    op.create_index(
        op.f("ix_report_pull_tenant_id_as_of_id"),
        "report_pull",
        ["tenant_id", "as_of", "id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "ad_group",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("amazon_ad_group_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("default_bid_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("default_bid_currency", sa.String(length=3), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('enabled', 'paused', 'archived')", name=op.f("ck_ad_group_state")),
        sa.CheckConstraint(
            "(default_bid_amount IS NULL) = (default_bid_currency IS NULL)", name=op.f("ck_ad_group_default_bid_money")
        ),
        sa.CheckConstraint("default_bid_amount >= 0", name=op.f("ck_ad_group_default_bid")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["ads.campaign.tenant_id", "ads.campaign.id"],
            name=op.f("fk_ad_group_tenant_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ad_group")),
        sa.UniqueConstraint("tenant_id", "campaign_id", "amazon_ad_group_id", name="uq_ad_group_amazon_ad_group_id"),
        schema="ads",
        comment="distributed: ad groups of campaigns",
    )
    op.create_index(
        "ix_ad_group_name_key", "ad_group", ["tenant_id", "campaign_id", "name_key"], unique=False, schema="ads"
    )
    op.create_table(
        "placement_modifier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("placement", sa.Text(), nullable=False),
        sa.Column("percentage", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "placement IN ('top_of_search', 'rest_of_search', 'product_pages', 'other')",
            name=op.f("ck_placement_modifier_placement"),
        ),
        sa.CheckConstraint("percentage BETWEEN 0 AND 900", name=op.f("ck_placement_modifier_percentage")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["ads.campaign.tenant_id", "ads.campaign.id"],
            name=op.f("fk_placement_modifier_tenant_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_placement_modifier")),
        sa.UniqueConstraint("tenant_id", "campaign_id", "placement", name="uq_placement_modifier_placement"),
        schema="ads",
        comment="distributed: placements of campaigns with what their bids are raised by",
    )
    op.create_table(
        "pull_day",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("granularity", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Date(), nullable=False),
        sa.Column("date_to", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("pull_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=True),
        sa.Column("clicks", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("orders", sa.BigInteger(), nullable=True),
        sa.Column("sales", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.CheckConstraint("granularity IN ('daily', 'weekly', 'summary')", name=op.f("ck_pull_day_granularity")),
        sa.CheckConstraint(
            "report IN ('campaigns', 'ad_groups', 'placements', 'targets', 'search_terms', 'advertised_products',"
            " 'purchased_products')",
            name=op.f("ck_pull_day_report"),
        ),
        sa.CheckConstraint("date_from <= date_to", name=op.f("ck_pull_day_range")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["ads.campaign.tenant_id", "ads.campaign.id"],
            name=op.f("fk_pull_day_tenant_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "pull_id"],
            ["ads.report_pull.tenant_id", "ads.report_pull.id"],
            name=op.f("fk_pull_day_tenant_id_pull_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "report",
            "granularity",
            "date_from",
            "date_to",
            "campaign_id",
            "pull_id",
            name=op.f("pk_pull_day"),
        ),
        schema="ads",
        comment="distributed: totals of campaigns' days and periods by pull",
    )
    op.create_index(
        op.f("ix_pull_day_tenant_id_pull_id"), "pull_day", ["tenant_id", "pull_id"], unique=False, schema="ads"
    )
    op.create_table(
        "negative_target",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ad_group_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("match_type", sa.Text(), nullable=False),
        sa.Column("amazon_target_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "match_type IN ('negative_exact', 'negative_phrase', 'negative_product')",
            name=op.f("ck_negative_target_match_type"),
        ),
        sa.CheckConstraint("state IN ('enabled', 'paused', 'archived')", name=op.f("ck_negative_target_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_group_id"],
            ["ads.ad_group.tenant_id", "ads.ad_group.id"],
            name=op.f("fk_negative_target_tenant_id_ad_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["ads.campaign.tenant_id", "ads.campaign.id"],
            name=op.f("fk_negative_target_tenant_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_negative_target")),
        sa.UniqueConstraint(
            "tenant_id",
            "campaign_id",
            "ad_group_id",
            "match_type",
            "text_key",
            name="uq_negative_target_text",
            postgresql_nulls_not_distinct=True,
        ),
        schema="ads",
        comment="distributed: what keeps the ads of campaigns and ad groups away",
    )
    op.create_table(
        "product_ad",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ad_group_id", sa.Uuid(), nullable=False),
        sa.Column("advertised_product_id", sa.Uuid(), nullable=False),
        sa.Column("seller_sku", sa.Text(), nullable=True),
        sa.Column("asin", sa.Text(), nullable=True),
        sa.Column("amazon_ad_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('enabled', 'paused', 'archived')", name=op.f("ck_product_ad_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_group_id"],
            ["ads.ad_group.tenant_id", "ads.ad_group.id"],
            name=op.f("fk_product_ad_tenant_id_ad_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "advertised_product_id"],
            ["ads.advertised_product.tenant_id", "ads.advertised_product.id"],
            name=op.f("fk_product_ad_tenant_id_advertised_product_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_product_ad")),
        sa.UniqueConstraint("tenant_id", "ad_group_id", "amazon_ad_id", name="uq_product_ad_amazon_ad_id"),
        schema="ads",
        comment="distributed: products in ad groups",
    )
    op.create_index(
        "ix_product_ad_advertised_product_id",
        "product_ad",
        ["tenant_id", "advertised_product_id"],
        unique=False,
        schema="ads",
    )
    op.create_index(
        "ix_product_ad_product",
        "product_ad",
        ["tenant_id", "ad_group_id", "advertised_product_id"],
        unique=False,
        schema="ads",
    )
    op.create_table(
        "target",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ad_group_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("match_type", sa.Text(), nullable=False),
        sa.Column("amazon_target_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("bid_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("bid_currency", sa.String(length=3), nullable=True),
        sa.Column("as_of", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('keyword', 'product', 'auto')", name=op.f("ck_target_kind")),
        sa.CheckConstraint("match_type IN ('exact', 'phrase', 'broad', 'none')", name=op.f("ck_target_match_type")),
        sa.CheckConstraint("state IN ('enabled', 'paused', 'archived')", name=op.f("ck_target_state")),
        sa.CheckConstraint("(bid_amount IS NULL) = (bid_currency IS NULL)", name=op.f("ck_target_bid_money")),
        sa.CheckConstraint("bid_amount >= 0", name=op.f("ck_target_bid")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ad_group_id"],
            ["ads.ad_group.tenant_id", "ads.ad_group.id"],
            name=op.f("fk_target_tenant_id_ad_group_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_target")),
        sa.UniqueConstraint("tenant_id", "ad_group_id", "amazon_target_id", name="uq_target_amazon_target_id"),
        schema="ads",
        comment="distributed: keywords and other targets of ad groups",
    )
    op.create_index(
        "ix_target_text_key", "target", ["tenant_id", "ad_group_id", "text_key"], unique=False, schema="ads"
    )
    op.create_table(
        "search_term",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("is_asin", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_id"],
            ["ads.target.tenant_id", "ads.target.id"],
            name=op.f("fk_search_term_tenant_id_target_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_search_term")),
        sa.UniqueConstraint("tenant_id", "target_id", "text_key", name="uq_search_term_text"),
        schema="ads",
        comment="distributed: search terms of customers by target",
    )
    for statement in row_security("ads", *TABLES):
        op.execute(statement)
