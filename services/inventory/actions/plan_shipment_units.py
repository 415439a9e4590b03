"""Adds packs of listings to a planned shipment, and promises the stock at home that they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.allocate_stock import Allocation, allocate_stock
from services.inventory.actions.open_locations import Place, open_locations
from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.listing_money import carton_packs
from services.inventory.tables import ListingRow, ProductRow, ShipmentRow
from shared.core.errors import Conflict, FieldProblem, Invalid
from shared.core.ids import new_id


class BrokenCarton(Conflict):
    """The quantity is not a number of whole cartons; send break_carton to ship it all the same."""

    slug, title = "broken-carton", "Not whole cartons"


@dataclass(frozen=True, slots=True)
class PackOrder:
    """So many packs of a listing; `break_carton` allows a quantity that is not of whole cartons."""

    listing_id: UUID
    units: int
    break_carton: bool = False


@dataclass(frozen=True, slots=True)
class PlannedPacks:
    """A checked order: the packs, and the product and pack size of the planning day."""

    order: PackOrder
    account_id: UUID
    marketplace: str
    seller_sku: str
    product_id: UUID
    units_per_listing: int
    carton_packs: int


_ADD_LINE = text("""
    INSERT INTO inventory.shipment_line AS n
        (tenant_id, id, shipment_id, listing_id, product_id, units_per_listing, planned_units, received_units)
    VALUES (:tenant_id, :id, :shipment_id, :listing_id, :product_id, :units_per_listing, :units, 0)
    ON CONFLICT (tenant_id, shipment_id, listing_id)
    DO UPDATE SET planned_units = n.planned_units + excluded.planned_units
    WHERE n.product_id = excluded.product_id AND n.units_per_listing = excluded.units_per_listing
    RETURNING id
""")


async def checked_packs(session: AsyncSession, tenant_id: UUID, orders: Sequence[PackOrder]) -> list[PlannedPacks]:
    """The orders with what the catalog says of their listings.

    Invalid for unknown or repeated listings, BrokenCarton for quantities that are not of whole cartons.
    """
    checked: list[PlannedPacks] = []
    seen: set[UUID] = set()
    for index, order in enumerate(orders):
        pointer = f"#/lines/{index}/listing_id"
        if order.listing_id in seen:
            raise Invalid(errors=[FieldProblem(pointer, "repeated", "Each listing may be there once.")])
        seen.add(order.listing_id)
        listing = await session.get(ListingRow, (tenant_id, order.listing_id))
        if listing is None:
            raise Invalid(errors=[FieldProblem(pointer, "unknown", "There is no such listing.")])
        product = await session.get(ProductRow, (tenant_id, listing.product_id))
        assert product is not None, "a listing's product is held by a foreign key"
        lot = carton_packs(product.carton_units, listing.units_per_listing)
        if order.units % lot and not order.break_carton:
            raise BrokenCarton(
                f"{order.units} packs of {listing.seller_sku} are not whole cartons of {lot}.",
                listing_id=str(listing.id),
                units=order.units,
                carton_units=lot,
            )
        checked.append(
            PlannedPacks(
                order,
                listing.account_id,
                listing.marketplace,
                listing.seller_sku,
                listing.product_id,
                listing.units_per_listing,
                lot,
            )
        )
    return checked


async def plan_shipment_units(
    session: AsyncSession, tenant_id: UUID, shipment: ShipmentRow, packs: Sequence[PlannedPacks], now: datetime
) -> None:
    """Add the packs to a shipment that the caller has locked; InsufficientStock names what is free at home."""
    home = Place(LocationKind.DOMESTIC, warehouse_id=shipment.warehouse_id)
    location_id = (await open_locations(session, tenant_id, [home]))[home]
    for index, each in enumerate(packs):
        if (each.account_id, each.marketplace) != (shipment.account_id, shipment.marketplace):
            detail = f"{each.seller_sku} is of another account or marketplace than the shipment."
            raise Invalid(errors=[FieldProblem(f"#/lines/{index}/listing_id", "other_destination", detail)])
        added = await session.execute(
            _ADD_LINE,
            {
                "tenant_id": tenant_id,
                "id": new_id(),
                "shipment_id": shipment.id,
                "listing_id": each.order.listing_id,
                "product_id": each.product_id,
                "units_per_listing": each.units_per_listing,
                "units": each.order.units,
            },
        )
        if added.first() is None:
            raise Conflict(f"{each.seller_sku} is in the shipment already with another product or pack size.")
    await allocate_stock(
        session,
        tenant_id,
        [
            Allocation(
                location_id,
                each.product_id,
                shipment.id,
                each.order.listing_id,
                each.order.units * each.units_per_listing,
            )
            for each in packs
        ],
        now,
    )
