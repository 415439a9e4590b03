"""I1: stock is neither made nor lost: movements balance, and balances are the sum of their legs."""

from deploy.verify.invariant import Invariant

LEDGER = Invariant(
    code="I1",
    sentence="the legs of every movement sum to zero, and every balance is the sum of its legs",
    tables=("inventory.stock_movement", "inventory.stock_leg", "inventory.stock_balance"),
    queries={
        "a movement does not balance": """
            SELECT format('movement %s product %s: %s units', movement_id, product_id, sum(quantity))
            FROM inventory.stock_leg GROUP BY tenant_id, movement_id, product_id HAVING sum(quantity) <> 0
        """,
        "a movement has no legs": """
            SELECT format('movement %s', m.id) FROM inventory.stock_movement m WHERE NOT EXISTS (
                SELECT FROM inventory.stock_leg l WHERE l.tenant_id = m.tenant_id AND l.movement_id = m.id)
        """,
        "a balance is not the sum of its legs": """
            SELECT format('location %s product %s: balance %s, legs %s', location_id, product_id, b.on_hand, l.total)
            FROM inventory.stock_balance b FULL JOIN (
                SELECT tenant_id, location_id, product_id, sum(quantity) AS total
                FROM inventory.stock_leg GROUP BY tenant_id, location_id, product_id
            ) l USING (tenant_id, location_id, product_id)
            WHERE coalesce(b.on_hand, 0) <> coalesce(l.total, 0)
        """,
        "a leg has another time than its movement": """
            SELECT format('movement %s position %s', l.movement_id, l.position) FROM inventory.stock_leg l
            JOIN inventory.stock_movement m ON m.tenant_id = l.tenant_id AND m.id = l.movement_id
            WHERE m.occurred_at <> l.occurred_at
        """,
    },
)
