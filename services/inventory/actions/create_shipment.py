"""Plans a shipment by hand or from approved proposals: where from, where to, how, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.codes import code_key
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.tables import AccountRow, LaneRow, ShipmentEventRow, ShipmentRow, WarehouseRow
from shared.core.errors import Conflict, FieldProblem, Invalid
from shared.core.ids import new_id


class DuplicateReference(Conflict):
    """Another shipment has this reference."""

    slug, title = "duplicate-reference", "Reference already in use"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPlan:
    """A shipment before it has lines; without a reference it gets one. `eta_stated`: somebody announced the day."""

    account_id: UUID
    marketplace: str
    warehouse_id: UUID
    mode: Mode
    ship_by_date: date | None = None
    eta_date: date | None = None
    eta_stated: bool = True
    reference: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    amazon_shipment_id: str | None = None
    freight_amount: Any = None
    freight_currency: str | None = None
    note: str | None = None


async def create_shipment(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, plan: ShipmentPlan, now: datetime
) -> ShipmentRow:
    """A planned shipment without lines. Invalid for an unknown account or warehouse; DuplicateReference."""
    if await session.get(AccountRow, (tenant_id, plan.account_id)) is None:
        raise Invalid(errors=[FieldProblem("#/account_id", "unknown", "There is no such account.")])
    if await session.get(WarehouseRow, (tenant_id, plan.warehouse_id)) is None:
        raise Invalid(errors=[FieldProblem("#/warehouse_id", "unknown", "There is no such warehouse.")])
    shipment_id = new_id()
    reference = plan.reference or f"S{now:%y%m%d}-{shipment_id.hex[-8:].upper()}"
    taken = await session.scalar(
        select(ShipmentRow.id).where(
            ShipmentRow.tenant_id == tenant_id, ShipmentRow.reference_key == code_key(reference)
        )
    )
    if taken is not None:
        raise DuplicateReference(reference=reference)
    lane_id = await session.scalar(
        select(LaneRow.id).where(
            LaneRow.tenant_id == tenant_id, LaneRow.marketplace == plan.marketplace, LaneRow.mode == plan.mode.value
        )
    )
    row = ShipmentRow(
        tenant_id=tenant_id,
        id=shipment_id,
        reference=reference,
        reference_key=code_key(reference),
        account_id=plan.account_id,
        marketplace=plan.marketplace,
        warehouse_id=plan.warehouse_id,
        mode=plan.mode.value,
        lane_id=lane_id,
        state=ShipmentState.PLANNED.value,
        ship_by_date=plan.ship_by_date,
        eta_date=plan.eta_date,
        eta_stated=plan.eta_date is not None and plan.eta_stated,
        carrier=plan.carrier,
        tracking_number=plan.tracking_number,
        amazon_shipment_id=plan.amazon_shipment_id,
        freight_amount=plan.freight_amount,
        freight_currency=plan.freight_currency,
        note=plan.note,
        created_by=principal_id,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    record_event(session, row, "created", None, ShipmentState.PLANNED, now.date(), principal_id, now)
    await session.flush()
    return row


def record_event(
    session: AsyncSession,
    shipment: ShipmentRow,
    kind: str,
    from_state: str | None,
    to_state: str | None,
    occurred_date: date,
    principal_id: UUID,
    now: datetime,
    *,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Appends to the shipment's history."""
    session.add(
        ShipmentEventRow(
            tenant_id=shipment.tenant_id,
            id=new_id(),
            shipment_id=shipment.id,
            kind=kind,
            from_state=from_state,
            to_state=to_state,
            occurred_date=occurred_date,
            reason=reason,
            details=dict(details or {}),
            recorded_by=principal_id,
            recorded_at=now,
        )
    )
