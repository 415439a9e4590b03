"""Plans a shipment by hand with all that is in it, and promises its units at home."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.create_shipment import ShipmentPlan, create_shipment
from services.inventory.actions.plan_shipment_units import PackOrder, checked_packs, plan_shipment_units
from services.inventory.schemas.shipments import ShipmentCreate
from services.inventory.tables import ShipmentRow
from shared.core.currencies import check_currency


async def plan_shipment(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, shipment: ShipmentCreate, now: datetime
) -> ShipmentRow:
    """The planned shipment with its lines.

    Invalid for what it names and is not there, DuplicateReference, BrokenCarton for quantities that are not of whole
    cartons, InsufficientStock for more than is free at home.
    """
    freight = shipment.freight
    if freight is not None:
        check_currency(freight.currency, "#/freight/currency")
    row = await create_shipment(
        session,
        tenant_id,
        principal_id,
        ShipmentPlan(
            account_id=shipment.account_id,
            marketplace=shipment.marketplace,
            warehouse_id=shipment.warehouse_id,
            mode=shipment.mode,
            ship_by_date=shipment.ship_by_date,
            eta_date=shipment.eta_date,
            reference=shipment.reference,
            carrier=shipment.carrier,
            tracking_number=shipment.tracking_number,
            amazon_shipment_id=shipment.amazon_shipment_id,
            freight_amount=None if freight is None else freight.amount,
            freight_currency=None if freight is None else freight.currency,
            note=shipment.note,
        ),
        now,
    )
    orders = [PackOrder(line.listing_id, line.units, line.break_carton) for line in shipment.lines]
    packs = await checked_packs(session, tenant_id, orders)
    await plan_shipment_units(session, tenant_id, row, packs, now)
    return row
