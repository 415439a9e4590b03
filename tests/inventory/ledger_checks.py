"""What must hold in every ledger at any time: legs sum to zero, balances are their sums, promises are kept."""

from uuid import UUID

from sqlalchemy import text

from shared.db.engine import Database

_FAULTS = {
    "legs of a movement do not sum to zero": """
        SELECT 1 FROM inventory.stock_leg WHERE tenant_id = :tenant_id
        GROUP BY movement_id, product_id HAVING sum(quantity) <> 0""",
    "a balance is not the sum of its legs": """
        SELECT 1 FROM (
            SELECT location_id, product_id, sum(quantity) AS legs FROM inventory.stock_leg
            WHERE tenant_id = :tenant_id GROUP BY location_id, product_id
        ) AS l
        FULL JOIN (SELECT * FROM inventory.stock_balance WHERE tenant_id = :tenant_id) AS b
            USING (location_id, product_id)
        WHERE coalesce(l.legs, 0) <> coalesce(b.on_hand, 0)""",
    "promises are not those of the shipments": """
        SELECT 1 FROM (
            SELECT location_id, product_id, sum(quantity) AS promised FROM inventory.stock_allocation
            WHERE tenant_id = :tenant_id GROUP BY location_id, product_id
        ) AS a
        FULL JOIN (SELECT * FROM inventory.stock_balance WHERE tenant_id = :tenant_id) AS b
            USING (location_id, product_id)
        WHERE coalesce(a.promised, 0) <> coalesce(b.allocated, 0)""",
    "promises differ from the planned lines": """
        SELECT 1 FROM (
            SELECT n.shipment_id, n.listing_id, n.planned_units * n.units_per_listing AS units
            FROM inventory.shipment_line AS n
            JOIN inventory.shipment AS s ON s.tenant_id = n.tenant_id AND s.id = n.shipment_id
            WHERE n.tenant_id = :tenant_id AND s.state IN ('planned', 'booked')
        ) AS l
        FULL JOIN (
            SELECT shipment_id, listing_id, sum(quantity) AS units FROM inventory.stock_allocation
            WHERE tenant_id = :tenant_id GROUP BY shipment_id, listing_id
        ) AS a USING (shipment_id, listing_id)
        WHERE coalesce(l.units, 0) <> coalesce(a.units, 0)""",
    "a shipment holds something else than it shipped and has not received": """
        SELECT 1 FROM inventory.shipment AS s
        JOIN inventory.shipment_line AS n ON n.tenant_id = s.tenant_id AND n.shipment_id = s.id
        LEFT JOIN inventory.stock_location AS p
          ON p.tenant_id = s.tenant_id AND p.shipment_id = s.id AND p.listing_id = n.listing_id
        LEFT JOIN inventory.stock_balance AS b ON b.tenant_id = p.tenant_id AND b.location_id = p.id
        WHERE s.tenant_id = :tenant_id AND coalesce(b.on_hand, 0) <> CASE
            WHEN s.state IN ('departed', 'arrived', 'receiving')
            THEN greatest(n.shipped_units - n.received_units, 0) * n.units_per_listing ELSE 0 END""",
}


async def assert_ledger_holds(database: Database, tenant_id: UUID) -> None:
    """Fails with the first rule that is broken."""
    async with database.session(tenant_id) as session:
        for fault, query in _FAULTS.items():
            assert not (await session.execute(text(query), {"tenant_id": tenant_id})).all(), fault
