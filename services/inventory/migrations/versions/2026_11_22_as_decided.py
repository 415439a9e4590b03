"""Units of a product that a proposal is about as the run decided on them, and a run's coming units by their own name."""

import sqlalchemy as sa
from alembic import op

revision = "inventory_0006"
down_revision = "inventory_0005"
branch_labels = None
depends_on = None

# Row security binds the owner too, so tenant by tenant. A shipment's line keeps the pack size of the day on which a
# proposal was approved; of the others only today's is known.
FILL = """
    DO $$
    DECLARE tenant uuid;
    BEGIN
        FOR tenant IN SELECT id FROM platform.tenant LOOP
            EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
            UPDATE inventory.shipment_proposal AS p
            SET product_units = p.quantity_units * coalesce(
                (
                    SELECT n.units_per_listing FROM inventory.shipment_line AS n
                    WHERE n.tenant_id = tenant AND n.shipment_id = p.shipment_id AND n.listing_id = p.listing_id
                ),
                l.units_per_listing
            )
            FROM inventory.listing AS l
            WHERE p.tenant_id = tenant AND l.tenant_id = tenant AND l.id = p.listing_id;
        END LOOP;
        SET LOCAL app.tenant_id = '';
    END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("shipment_proposal", sa.Column("product_units", sa.Integer(), nullable=True), schema="inventory")
    op.execute(FILL)
    op.alter_column("shipment_proposal", "product_units", nullable=False, schema="inventory")
    op.create_check_constraint(
        op.f("ck_shipment_proposal_product_units"), "shipment_proposal", "product_units > 0", schema="inventory"
    )
    op.alter_column("replenishment_outcome", "in_transit_units", new_column_name="coming_units", schema="inventory")
