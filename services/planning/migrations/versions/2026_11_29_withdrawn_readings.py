"""Readings that say that a figure is known no more, which pull put a feed back, and what reviews say beside gaps."""

import sqlalchemy as sa
from alembic import op

revision = "planning_0003"
down_revision = "planning_0002"
branch_labels = None
depends_on = None

# Row security binds the owner too, so tenant by tenant.
FILL = """
    DO $$
    DECLARE tenant uuid;
    BEGIN
        FOR tenant IN SELECT id FROM platform.tenant LOOP
            EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
            UPDATE planning.review SET prefill = '{"not_compared": [], "launch": null}'::jsonb || prefill
            WHERE tenant_id = tenant AND NOT prefill ?& ARRAY['not_compared', 'launch'];
        END LOOP;
        SET LOCAL app.tenant_id = '';
    END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("feed", sa.Column("reset_operation_id", sa.Uuid(), nullable=True), schema="planning")
    op.alter_column("reading", "value", nullable=True, schema="planning")
    op.create_check_constraint(
        op.f("ck_reading_withdrawn"),
        "reading",
        "value IS NOT NULL OR source = 'feed' AND currency IS NULL",
        schema="planning",
    )
    op.execute(FILL)
