"""Finds the ledger's places, opening those that were never used."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.ledger import LocationKind, may_go_negative
from shared.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Place:
    """What a location stands for: its kind and what it belongs to."""

    kind: LocationKind
    warehouse_id: UUID | None = None
    listing_id: UUID | None = None
    shipment_id: UUID | None = None


SUPPLIER = Place(LocationKind.SUPPLIER)
CUSTOMER = Place(LocationKind.CUSTOMER)
ADJUSTMENT = Place(LocationKind.ADJUSTMENT)

_FIND = text("""
    SELECT l.id, l.kind, l.warehouse_id, l.listing_id, l.shipment_id
    FROM inventory.stock_location AS l
    JOIN unnest(CAST(:kinds AS text[]), CAST(:warehouses AS uuid[]), CAST(:listings AS uuid[]),
                CAST(:shipments AS uuid[])) AS wanted (kind, warehouse_id, listing_id, shipment_id)
      ON l.kind = wanted.kind
     AND l.listing_id IS NOT DISTINCT FROM wanted.listing_id
     AND l.warehouse_id IS NOT DISTINCT FROM wanted.warehouse_id
     AND l.shipment_id IS NOT DISTINCT FROM wanted.shipment_id
    WHERE l.tenant_id = :tenant_id
""")
_OPEN = text("""
    INSERT INTO inventory.stock_location
        (tenant_id, id, kind, warehouse_id, listing_id, shipment_id, may_go_negative)
    SELECT :tenant_id, id, kind, warehouse_id, listing_id, shipment_id, may_go_negative
    FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:warehouses AS uuid[]), CAST(:listings AS uuid[]),
                CAST(:shipments AS uuid[]), CAST(:negative AS boolean[]))
         AS new (id, kind, warehouse_id, listing_id, shipment_id, may_go_negative)
    ON CONFLICT (tenant_id, listing_id, kind, warehouse_id, shipment_id) DO NOTHING
""")


async def open_locations(session: AsyncSession, tenant_id: UUID, places: Iterable[Place]) -> dict[Place, UUID]:
    """The location of each place. Missing ones are inserted in one order, against deadlocks."""
    wanted = sorted(set(places), key=_order)
    found = await _find(session, tenant_id, wanted)
    missing = [place for place in wanted if place not in found]
    if missing:
        await session.execute(
            _OPEN,
            _columns(tenant_id, missing)
            | {"ids": [new_id() for _ in missing], "negative": [may_go_negative(place.kind) for place in missing]},
        )
        found |= await _find(session, tenant_id, missing)
    return found


async def _find(session: AsyncSession, tenant_id: UUID, places: list[Place]) -> dict[Place, UUID]:
    if not places:
        return {}
    rows = await session.execute(_FIND, _columns(tenant_id, places))
    return {Place(LocationKind(row.kind), row.warehouse_id, row.listing_id, row.shipment_id): row.id for row in rows}


def _columns(tenant_id: UUID, places: list[Place]) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "kinds": [place.kind.value for place in places],
        "warehouses": [place.warehouse_id for place in places],
        "listings": [place.listing_id for place in places],
        "shipments": [place.shipment_id for place in places],
    }


def _order(place: Place) -> tuple[str, str, str, str]:
    return place.kind.value, str(place.listing_id), str(place.warehouse_id), str(place.shipment_id)
