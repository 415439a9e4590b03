"""Proposals come by the thousand with their run: fewer keys are looked up, and indexes hold only what is looked for."""

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
    for columns, where in (
        (("bulk_sheet_id",), "bulk_sheet_id IS NOT NULL"),
        (("bundle_id",), "bundle_id IS NOT NULL"),
        (("state", "id"), "state <> 'superseded'"),
    ):
        name = f"ix_ad_proposal_tenant_id_{'_'.join(columns)}"
        op.drop_index(name, "ad_proposal", schema="ads")
        op.create_index(name, "ad_proposal", ["tenant_id", *columns], schema="ads", postgresql_where=text(where))
