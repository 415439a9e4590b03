"""The list of stock positions: what the ledger holds of each listing, now or as of a moment."""

from uuid import UUID

from services.inventory.schemas.fields import AmazonMarketplace
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Instant

# Units of a pool as of the moment: what is there now, less what came after. `> NULL` finds no legs, so that the
# same statement gives the present. A relink says what the units had been all along: its legs count at any moment,
# and so do the pool's units of the product that the listing was linked to before.
_HELD = """
    b.on_hand - coalesce((
        SELECT sum(leg.quantity) FROM inventory.stock_leg AS leg
        JOIN inventory.stock_movement AS m ON m.tenant_id = leg.tenant_id AND m.id = leg.movement_id
        WHERE leg.tenant_id = b.tenant_id AND leg.location_id = b.location_id AND leg.product_id = b.product_id
          AND leg.occurred_at > {as_of}::timestamptz AND m.kind <> 'relink'
    ), 0)
"""
_SOURCE = """
    inventory.listing l
    JOIN inventory.product p ON p.tenant_id = l.tenant_id AND p.id = l.product_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(held) FILTER (WHERE kind = 'amazon_sellable'), 0)::bigint AS sellable,
               coalesce(sum(held) FILTER (WHERE kind = 'amazon_reserved'), 0)::bigint AS reserved,
               coalesce(sum(held) FILTER (WHERE kind = 'amazon_unfulfillable'), 0)::bigint AS unfulfillable,
               coalesce(sum(held) FILTER (WHERE kind = 'amazon_receiving'), 0)::bigint AS receiving,
               coalesce(sum(held) FILTER (WHERE kind = 'amazon_inbound'), 0)::bigint AS inbound,
               coalesce(sum(held) FILTER (WHERE kind = 'in_transit'), 0)::bigint AS in_transit,
               coalesce(json_agg(json_build_object(
                   'shipment_id', shipment_id,
                   'reference', reference,
                   'mode', mode,
                   'state', state,
                   'departed_date', departed_date,
                   'eta_date', eta_date,
                   'units', held / l.units_per_listing
               ) ORDER BY eta_date, shipment_id) FILTER (WHERE kind = 'in_transit' AND held > 0), '[]'::json)
                   AS shipments
        FROM (
            SELECT place.kind, {held} AS held, s.id AS shipment_id, s.reference, s.mode, s.state, s.departed_date,
                   s.eta_date
            FROM inventory.stock_location AS place
            JOIN inventory.stock_balance AS b
              ON b.tenant_id = place.tenant_id AND b.location_id = place.id
            LEFT JOIN inventory.shipment AS s ON s.tenant_id = place.tenant_id AND s.id = place.shipment_id
            WHERE place.tenant_id = l.tenant_id AND place.listing_id = l.id
            OFFSET 0  -- keeps the subquery whole, so that each pool's legs are summed once
        ) AS pool
    ) AS pools
    CROSS JOIN LATERAL (
        SELECT coalesce(sum({held}), 0)::bigint AS on_hand,
               CASE WHEN {as_of}::timestamptz IS NULL THEN coalesce(sum(b.allocated), 0)::bigint END AS allocated
        FROM inventory.stock_balance AS b
        JOIN inventory.stock_location AS place ON place.tenant_id = b.tenant_id AND place.id = b.location_id
        WHERE b.tenant_id = l.tenant_id AND b.product_id = l.product_id AND place.kind = 'domestic'
    ) AS home
""".replace("{held}", _HELD)

STOCK_POSITIONS = ListQuery(
    name="stock_positions",
    source=_SOURCE,
    where="l.tenant_id = $1",
    fields={
        "listing_id": "l.id",
        "account_id": "l.account_id",
        "marketplace": "l.marketplace",
        "seller_sku": "l.seller_sku",
        "asin": "l.asin",
        "title": "l.title",
        "product_id": "l.product_id",
        "product_code": "p.code",
        "units_per_listing": "l.units_per_listing",
        "sellable_units": "pools.sellable / l.units_per_listing",
        "reserved_units": "pools.reserved / l.units_per_listing",
        "unfulfillable_units": "pools.unfulfillable / l.units_per_listing",
        "receiving_units": "pools.receiving / l.units_per_listing",
        "inbound_units": "pools.inbound / l.units_per_listing",
        "in_transit_units": "pools.in_transit / l.units_per_listing",
        "in_transit": "pools.shipments",
        "domestic_on_hand_units": "home.on_hand",
        "domestic_allocated_units": "home.allocated",
    },
    sorts={"seller_sku": Sort("l.seller_sku_key", "text")},
    default_sort="seller_sku",
    key=Sort("l.id", "uuid"),
    filters={
        "as_of": Filter("", Instant, "The moment of which the position is told; absent for now."),
        "account_id": Filter("l.account_id = {}", UUID, "Only listings of this account."),
        "marketplace": Filter("l.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "listing_id": Filter("l.id = {}", UUID, "Only this listing."),
        "product_id": Filter("l.product_id = {}", UUID, "Only listings of this product."),
    },
)
