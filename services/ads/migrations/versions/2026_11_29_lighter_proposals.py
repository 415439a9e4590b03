"""Proposals come by the thousand with their run: fewer keys are looked up for each, and no index holds what is null."""

from alembic import op
from sqlalchemy import text

revision = "ads_0013"
down_revision = "ads_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("ad_group_id", "target_id"):
        op.drop_constraint(f"fk_ad_proposal_tenant_id_{column}", "ad_proposal", schema="ads")
    for column in ("bulk_sheet_id", "bundle_id"):
        op.drop_index(f"ix_ad_proposal_tenant_id_{column}", "ad_proposal", schema="ads")
        op.create_index(
            f"ix_ad_proposal_tenant_id_{column}",
            "ad_proposal",
            ["tenant_id", column],
            schema="ads",
            postgresql_where=text(f"{column} IS NOT NULL"),
        )
