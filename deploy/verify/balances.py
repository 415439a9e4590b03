"""I2: nothing that exists goes negative, and no more is promised than is there."""

from deploy.verify.invariant import Invariant

BALANCES = Invariant(
    code="I2",
    sentence="no stock is negative, 0 <= allocated <= on hand, and allocations sum to what is allocated",
    tables=("inventory.stock_balance", "inventory.stock_location", "inventory.stock_allocation"),
    queries={
        "a place holds less than nothing": """
            SELECT format('location %s product %s: %s', b.location_id, b.product_id, b.on_hand)
            FROM inventory.stock_balance b
            JOIN inventory.stock_location l ON l.tenant_id = b.tenant_id AND l.id = b.location_id
            WHERE b.on_hand < 0 AND NOT l.may_go_negative
        """,
        "more is allocated than is there": """
            SELECT format('location %s product %s: %s of %s', location_id, product_id, allocated, on_hand)
            FROM inventory.stock_balance WHERE allocated < 0 OR (allocated > 0 AND allocated > on_hand)
        """,
        "allocations do not sum to what is allocated": """
            SELECT format('location %s product %s: balance %s, allocations %s', location_id, product_id,
                          b.allocated, a.total)
            FROM inventory.stock_balance b FULL JOIN (
                SELECT tenant_id, location_id, product_id, sum(quantity) AS total
                FROM inventory.stock_allocation GROUP BY tenant_id, location_id, product_id
            ) a USING (tenant_id, location_id, product_id)
            WHERE coalesce(b.allocated, 0) <> coalesce(a.total, 0)
        """,
    },
)
