"""Promises stock at home to shipments, and takes promises back; never more than is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.errors import InsufficientStock


@dataclass(frozen=True, slots=True)
class Allocation:
    """`quantity` product units at a domestic location, promised to a listing's line of a shipment."""

    location_id: UUID
    product_id: UUID
    shipment_id: UUID
    listing_id: UUID
    quantity: int


_TAKE = text("""
    UPDATE inventory.stock_balance SET allocated = allocated + :quantity
    WHERE tenant_id = :tenant_id AND location_id = :location_id AND product_id = :product_id
      AND on_hand - allocated >= :quantity
    RETURNING allocated
""")
_FREE = text("""
    SELECT on_hand - allocated AS free FROM inventory.stock_balance
    WHERE tenant_id = :tenant_id AND location_id = :location_id AND product_id = :product_id
""")
_REMEMBER = text("""
    INSERT INTO inventory.stock_allocation AS a
        (tenant_id, shipment_id, listing_id, location_id, product_id, quantity, allocated_at)
    VALUES (:tenant_id, :shipment_id, :listing_id, :location_id, :product_id, :quantity, :now)
    ON CONFLICT (tenant_id, shipment_id, listing_id, location_id)
    DO UPDATE SET quantity = a.quantity + excluded.quantity, allocated_at = excluded.allocated_at
""")
_OF_SHIPMENT = text("""
    SELECT location_id, product_id, shipment_id, listing_id, quantity FROM inventory.stock_allocation
    WHERE tenant_id = :tenant_id AND shipment_id = :shipment_id
    ORDER BY location_id, product_id
    FOR UPDATE
""")
_GIVE_BACK = text("""
    UPDATE inventory.stock_balance SET allocated = allocated - :quantity
    WHERE tenant_id = :tenant_id AND location_id = :location_id AND product_id = :product_id
""")
_FORGET = text("""
    DELETE FROM inventory.stock_allocation
    WHERE tenant_id = :tenant_id AND shipment_id = :shipment_id AND listing_id = :listing_id
      AND location_id = :location_id AND quantity = :quantity
    RETURNING quantity
""")
_REDUCE = text("""
    UPDATE inventory.stock_allocation SET quantity = quantity - :quantity
    WHERE tenant_id = :tenant_id AND shipment_id = :shipment_id AND listing_id = :listing_id
      AND location_id = :location_id AND quantity > :quantity
    RETURNING quantity
""")


async def allocate_stock(
    session: AsyncSession, tenant_id: UUID, allocations: Iterable[Allocation], now: datetime
) -> None:
    """Promise every allocation, or raise InsufficientStock for the first that does not fit.

    One guarded update per balance: whoever comes second sees what the first has taken. Sorted, against deadlocks.
    """
    for wanted in sorted(allocations, key=_order):
        if wanted.quantity <= 0:
            raise ValueError("an allocation is of at least one unit")
        arguments = _arguments(tenant_id, wanted)
        if (await session.execute(_TAKE, arguments)).first() is None:
            free = (await session.execute(_FREE, arguments)).scalar() or 0
            raise InsufficientStock(
                f"{wanted.quantity} units were asked for and {free} are free.",
                product_id=str(wanted.product_id),
                listing_id=str(wanted.listing_id),
                requested=wanted.quantity,
                available=free,
            )
        await session.execute(_REMEMBER, arguments | {"now": now})


async def list_allocations(session: AsyncSession, tenant_id: UUID, shipment_id: UUID) -> list[Allocation]:
    """What is promised to a shipment, locked until the transaction ends."""
    rows = await session.execute(_OF_SHIPMENT, {"tenant_id": tenant_id, "shipment_id": shipment_id})
    return [Allocation(r.location_id, r.product_id, r.shipment_id, r.listing_id, r.quantity) for r in rows]


async def release_stock(session: AsyncSession, tenant_id: UUID, releases: Iterable[Allocation]) -> None:
    """Take promises back, wholly or in part. ValueError when more is released than was promised."""
    for release in sorted(releases, key=_order):
        arguments = _arguments(tenant_id, release)
        await session.execute(_GIVE_BACK, arguments)
        reduced = (await session.execute(_REDUCE, arguments)).first()
        if reduced is None:
            gone = (await session.execute(_FORGET, arguments)).first()
            if gone is None:
                raise ValueError("more units were released than were allocated")


def _arguments(tenant_id: UUID, allocation: Allocation) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "location_id": allocation.location_id,
        "product_id": allocation.product_id,
        "shipment_id": allocation.shipment_id,
        "listing_id": allocation.listing_id,
        "quantity": allocation.quantity,
    }


def _order(allocation: Allocation) -> tuple[UUID, UUID, UUID]:
    return allocation.location_id, allocation.product_id, allocation.listing_id
