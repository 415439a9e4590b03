"""Advertising benchmarks, and the published figures that come with the product."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "ads_0001"
down_revision = None
branch_labels = None
depends_on = None

# Averages that single vendors have published; no reliable table by category is public.
SHIPPED = (
    (
        "019ab000-0000-7000-8000-000000000001",
        None,
        "0.0036",
        None,
        "Published averages: conversion 9.87 % (Ad Badger) and 9.8 % (eStoreFactory), lower for dear products and higher"
        " for consumer electronics; click-through 0.36 to 0.40 %",
    ),
    (
        "019ab000-0000-7000-8000-000000000002",
        "'US'",
        "0.0036",
        "0.98",
        "Published: median price of a click 0.98 USD (atom11, 2024 to 2025), average 1.18 USD (Ad Badger, 2026);"
        " conversion and click-through as in all marketplaces",
    ),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "advertising_benchmark",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("marketplace_key", sa.Text(), nullable=False),
        sa.Column("category_key", sa.Text(), nullable=False),
        *_figures(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        *_checks("advertising_benchmark"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_advertising_benchmark")),
        sa.UniqueConstraint(
            "tenant_id",
            "marketplace_key",
            "category_key",
            "valid_from_date",
            name=op.f("uq_advertising_benchmark_market"),
        ),
        schema="ads",
        comment="distributed: what a company takes for usual in a market",
    )
    op.create_table(
        "shipped_benchmark",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_figures(),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        *_checks("shipped_benchmark"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipped_benchmark")),
        schema="ads",
        comment="reference: published figures that come with the product",
    )
    for statement in row_security("ads", "advertising_benchmark"):
        op.execute(statement)
    for benchmark_id, marketplace, click_through_rate, cost_per_click, source in SHIPPED:
        op.execute(
            "INSERT INTO ads.shipped_benchmark (id, marketplace, conversion_rate_low, conversion_rate_high,"
            " click_through_rate, cost_per_click_amount, cost_per_click_currency, source, observed_date,"
            " valid_from_date, created_at)"
            f" VALUES ('{benchmark_id}', {marketplace or 'NULL'}, 0.07, 0.10, {click_through_rate},"
            f" {cost_per_click or 'NULL'}, {'NULL' if cost_per_click is None else chr(39) + 'USD' + chr(39)},"
            f" '{source}', '2026-11-22', '2026-01-01', '2026-11-22T00:00:00Z')"
        )
    op.execute("REVOKE INSERT, UPDATE, DELETE ON ads.shipped_benchmark FROM tw_ads")
    op.execute("COMMENT ON TABLE ads.alembic_version IS 'local: the revision of this schema'")


def _figures() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("marketplace", sa.String(length=2), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("conversion_rate_low", sa.Double(), nullable=False),
        sa.Column("conversion_rate_high", sa.Double(), nullable=False),
        sa.Column("click_through_rate", sa.Double(), nullable=True),
        sa.Column("cost_per_click_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("cost_per_click_currency", sa.String(length=3), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("observed_date", sa.Date(), nullable=False),
        sa.Column("valid_from_date", sa.Date(), nullable=False),
    )


def _checks(table: str) -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "0 <= conversion_rate_low AND conversion_rate_low <= conversion_rate_high AND conversion_rate_high <= 1",
            name=op.f(f"ck_{table}_conversion_rate"),
        ),
        sa.CheckConstraint("click_through_rate BETWEEN 0 AND 1", name=op.f(f"ck_{table}_click_through_rate")),
        sa.CheckConstraint("cost_per_click_amount >= 0", name=op.f(f"ck_{table}_cost_per_click")),
        sa.CheckConstraint(
            "(cost_per_click_amount IS NULL) = (cost_per_click_currency IS NULL)",
            name=op.f(f"ck_{table}_cost_per_click_money"),
        ),
    )
