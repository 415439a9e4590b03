"""Proposals refer to products and lanes without a look-up for each row: the run that writes them joins both tables."""

from alembic import op

revision = "inventory_0009"
down_revision = "inventory_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("product_id", "lane_id"):
        op.drop_constraint(
            op.f(f"fk_shipment_proposal_tenant_id_{column}"),
            "shipment_proposal",
            type_="foreignkey",
            schema="inventory",
        )
