"""Keep where a sheet takes what is harvested; what was said of harvests from their source alone is said no more."""

import sqlalchemy as sa
from alembic import op

revision = "ads_0014"
down_revision = "ads_0013"
branch_labels = None
depends_on = None

# Row security binds the owner too, so tenant by tenant.
FORGET = """
    DO $$
    DECLARE tenant uuid;
    BEGIN
        FOR tenant IN SELECT id FROM platform.tenant LOOP
            EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
            DELETE FROM ads.ad_change_effect AS e USING ads.ad_change AS h
            WHERE e.tenant_id = tenant AND h.tenant_id = tenant AND h.id = e.change_id AND h.kind = 'harvest';
        END LOOP;
        SET LOCAL app.tenant_id = '';
    END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("ad_proposal", sa.Column("destination_campaign_id", sa.Uuid(), nullable=True), schema="ads")
    op.execute(FORGET)
