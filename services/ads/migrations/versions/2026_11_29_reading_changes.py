"""Notes of the days whose figures may have changed, with those that are known already, and products by their code."""

import sqlalchemy as sa
from alembic import op

from shared.db.tenancy import row_security

revision = "ads_0009"
down_revision = "ads_0008"
branch_labels = None
depends_on = None

# Row security binds the owner too, so tenant by tenant.
FILL = """
    DO $$
    DECLARE tenant uuid;
    BEGIN
        FOR tenant IN SELECT id FROM platform.tenant LOOP
            EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
            INSERT INTO ads.reading_change (tenant_id, changed_in, marketplace, reading_date)
            SELECT DISTINCT tenant, pg_current_xact_id()::text::bigint, l.marketplace, d.date_from
            FROM ads.pull_day AS d
            JOIN ads.report_pull AS l ON l.tenant_id = tenant AND l.id = d.pull_id
            WHERE d.tenant_id = tenant AND d.granularity = 'daily'
              AND d.report IN ('campaigns', 'advertised_products');
        END LOOP;
        SET LOCAL app.tenant_id = '';
    END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "reading_change",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("changed_in", sa.BigInteger(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("reading_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "changed_in", "marketplace", "reading_date", name=op.f("pk_reading_change")
        ),
        schema="ads",
        comment="distributed: days whose figures may have changed, by transaction",
    )
    op.create_index(
        "ix_reading_change_day",
        "reading_change",
        ["tenant_id", "marketplace", "reading_date", "changed_in"],
        schema="ads",
    )
    for statement in row_security("ads", "reading_change"):
        op.execute(statement)
    op.add_column("advertised_product", sa.Column("inventory_product_code", sa.Text(), nullable=True), schema="ads")
    op.execute(FILL)
