"""Notes of the days whose figures may have changed, with those that are known already, and ranges by their last day."""

import sqlalchemy as sa
from alembic import op

from shared.db.tenancy import row_security

revision = "inventory_0008"
down_revision = "inventory_0007"
branch_labels = None
depends_on = None

# Row security binds the owner too, so tenant by tenant. A stated range may be of any length; what sold before 2000
# is told by its rows.
FILL = """
    DO $$
    DECLARE tenant uuid;
    BEGIN
        FOR tenant IN SELECT id FROM platform.tenant LOOP
            EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
            INSERT INTO inventory.reading_change (tenant_id, changed_in, marketplace, reading_date)
            SELECT tenant, pg_current_xact_id()::text::bigint, told.marketplace, told.reading_date FROM (
                SELECT l.marketplace, s.sales_date AS reading_date
                FROM inventory.daily_sales AS s
                JOIN inventory.listing AS l ON l.tenant_id = tenant AND l.id = s.listing_id
                WHERE s.tenant_id = tenant
                UNION
                SELECT l.marketplace, k.stock_date
                FROM inventory.stock_day AS k
                JOIN inventory.listing AS l ON l.tenant_id = tenant AND l.id = k.listing_id
                WHERE k.tenant_id = tenant
                UNION
                SELECT marketplace, sales_date FROM inventory.account_sales_day WHERE tenant_id = tenant
                UNION
                SELECT marketplace, date_to FROM inventory.sales_period WHERE tenant_id = tenant
                UNION
                SELECT c.marketplace, c.first + n
                FROM (
                    SELECT marketplace, greatest(date_from, '2000-01-01') AS first, least(date_to, current_date) AS last
                    FROM inventory.sales_coverage WHERE tenant_id = tenant
                ) AS c, generate_series(0, c.last - c.first) AS n
            ) AS told;
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
        schema="inventory",
        comment="distributed: days whose figures may have changed, by transaction",
    )
    op.create_index(
        "ix_reading_change_day",
        "reading_change",
        ["tenant_id", "marketplace", "reading_date", "changed_in"],
        schema="inventory",
    )
    op.create_index(
        "ix_sales_period_last_day",
        "sales_period",
        ["tenant_id", "marketplace", "date_to", "date_from"],
        schema="inventory",
    )
    for statement in row_security("inventory", "reading_change"):
        op.execute(statement)
    op.execute(FILL)
