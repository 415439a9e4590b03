"""Links a listing to another product or pack size, and takes its stock along with a movement that cites why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.open_locations import ADJUSTMENT, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import Leg, MovementKind
from services.inventory.domain.relinking import relinked
from services.inventory.domain.shipment_states import FINAL
from services.inventory.tables import ListingRow, ShipmentLineRow, ShipmentRow
from shared.core.errors import Conflict


class ListingInShipment(Conflict):
    """The listing is on a shipment that is not finished, so its product and pack size cannot change now."""

    slug, title = "listing-in-shipment", "Listing is on a shipment"


_POOLS = text("""
    SELECT b.location_id, b.product_id, b.on_hand
    FROM inventory.stock_balance AS b
    JOIN inventory.stock_location AS place ON place.tenant_id = b.tenant_id AND place.id = b.location_id
    WHERE b.tenant_id = :tenant_id AND place.tenant_id = :tenant_id AND place.listing_id = :listing_id
      AND b.on_hand <> 0
    ORDER BY b.location_id, b.product_id
""")

_SUPERSEDE = text("""
    UPDATE inventory.shipment_proposal SET state = 'superseded', version = version + 1, updated_at = :now
    WHERE tenant_id = :tenant_id AND listing_id = :listing_id AND state = 'proposed'
""")


async def relink_listing(
    session: AsyncSession,
    listing: ListingRow,
    product_id: UUID,
    units_per_listing: int,
    *,
    created_by: UUID,
    import_id: UUID | None,
    now: datetime,
) -> None:
    """Change the link and move the listing's pools; nothing happens when it is linked so already.

    What is proposed for it is superseded: its packs were of another product, or of other units.

    Raises ListingInShipment while one of its shipments is under way.
    """
    if (listing.product_id, listing.units_per_listing) == (product_id, units_per_listing):
        return
    # First, so that an approval at the same moment either shows as a shipment below or finds nothing to approve.
    await session.execute(_SUPERSEDE, {"tenant_id": listing.tenant_id, "listing_id": listing.id, "now": now})
    if await _is_shipping(session, listing):
        raise ListingInShipment(listing_id=str(listing.id))
    pools = (await session.execute(_POOLS, {"tenant_id": listing.tenant_id, "listing_id": listing.id})).all()
    if pools:
        adjustment = (await open_locations(session, listing.tenant_id, [ADJUSTMENT]))[ADJUSTMENT]
        legs: list[Leg] = []
        for pool in pools:
            change = relinked(int(pool.on_hand), listing.units_per_listing, units_per_listing)
            legs += [
                Leg(pool.location_id, pool.product_id, -change.leaving),
                Leg(adjustment, pool.product_id, change.leaving),
                Leg(pool.location_id, product_id, change.entering),
                Leg(adjustment, product_id, -change.entering),
            ]
        movement = Movement(
            kind=MovementKind.RELINK,
            occurred_at=now,
            legs=legs,
            created_by=created_by,
            reason="listing_relinked",
            import_id=import_id,
        )
        await post_movement(session, listing.tenant_id, movement, now)
    listing.product_id = product_id
    listing.units_per_listing = units_per_listing


async def _is_shipping(session: AsyncSession, listing: ListingRow) -> bool:
    under_way = (
        select(ShipmentLineRow.id)
        .join(
            ShipmentRow,
            (ShipmentRow.tenant_id == ShipmentLineRow.tenant_id) & (ShipmentRow.id == ShipmentLineRow.shipment_id),
        )
        .where(
            ShipmentLineRow.tenant_id == listing.tenant_id,
            ShipmentLineRow.listing_id == listing.id,
            ShipmentRow.state.not_in([state.value for state in FINAL]),
        )
    )
    return bool(await session.scalar(select(exists(under_way))))
