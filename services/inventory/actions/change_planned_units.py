"""Changes how many packs of a listing a shipment holds that has not left: stock at home is promised or given back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.allocate_stock import allocate_stock, list_allocations, release_stock
from services.inventory.actions.change_resource import check_version
from services.inventory.actions.create_shipment import record_event
from services.inventory.actions.plan_shipment_units import BrokenCarton
from services.inventory.actions.update_shipment import TooLateToChange
from services.inventory.domain.listing_money import carton_packs
from services.inventory.domain.shipment_states import HOLDS_DOMESTIC_STOCK, ShipmentState
from services.inventory.queries.shipments import get_line, lock_shipment
from services.inventory.tables import ProductRow, ShipmentRow


async def change_planned_units(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    shipment_id: UUID,
    line_id: UUID,
    units: int | None,
    *,
    break_carton: bool = False,
    expected_version: int,
    now: datetime,
) -> ShipmentRow:
    """The shipment, whose version rises and whose history keeps the change; `units` None or as before changes nothing.

    NotFound, PreconditionFailed at another version of the shipment, TooLateToChange once it has left, BrokenCarton
    for a quantity that is not of whole cartons, InsufficientStock for more than is free at home.
    """
    shipment = await lock_shipment(session, tenant_id, shipment_id)
    line = await get_line(session, tenant_id, shipment_id, line_id)
    check_version(shipment, expected_version)
    state = ShipmentState(shipment.state)
    if state not in HOLDS_DOMESTIC_STOCK:
        raise TooLateToChange(f"The shipment is {state.value}: what is in it is settled.", state=state.value)
    before = line.planned_units
    if units is None or units == before:
        return shipment
    product = await session.get(ProductRow, (tenant_id, line.product_id))
    assert product is not None, "a line's product is held by a foreign key"
    lot = carton_packs(product.carton_units, line.units_per_listing)
    if units % lot and not break_carton:
        raise BrokenCarton(
            f"{units} packs are not whole cartons of {lot}.",
            listing_id=str(line.listing_id),
            units=units,
            carton_units=lot,
        )
    promised = next(
        each for each in await list_allocations(session, tenant_id, shipment_id) if each.listing_id == line.listing_id
    )
    difference = (units - before) * line.units_per_listing
    if difference > 0:
        await allocate_stock(session, tenant_id, [replace(promised, quantity=difference)], now)
    else:
        await release_stock(session, tenant_id, [replace(promised, quantity=-difference)])
    line.planned_units = units
    shipment.version += 1
    shipment.updated_at = now
    record_event(
        session,
        shipment,
        "changed",
        shipment.state,
        shipment.state,
        now.date(),
        principal_id,
        now,
        details={"changes": {"planned_units": [str(before), str(units)]}, "listing_id": str(line.listing_id)},
    )
    await session.flush()
    return shipment
