"""Corrects what is said of a shipment: when it arrives, who carries it, what it costs; its history keeps the change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import check_version, columns_of
from services.inventory.actions.create_shipment import record_event
from services.inventory.actions.move_shipment import usual_days
from services.inventory.domain.shipment_states import FINAL, ShipmentState
from services.inventory.queries.shipments import lock_shipment
from services.inventory.schemas.shipments import ShipmentPatch
from services.inventory.tables import ShipmentRow
from shared.core.errors import Conflict, FieldProblem, Invalid

MONEY = frozenset({"freight"})


class TooLateToChange(Conflict):
    """The shipment has come too far for this to change."""

    slug, title = "too-late-to-change", "Too late to change"


async def update_shipment(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    shipment_id: UUID,
    patch: ShipmentPatch,
    *,
    expected_version: int,
    now: datetime,
) -> ShipmentRow:
    """The changed shipment; nothing is recorded where the patch says what is there already.

    PreconditionFailed at another version, TooLateToChange for a day that is past changing, Invalid for an arrival
    before the departure.
    """
    shipment = await lock_shipment(session, tenant_id, shipment_id)
    check_version(shipment, expected_version)
    columns = columns_of(patch.changes(), MONEY)
    if "eta_date" in columns:
        columns |= await _arrival(session, shipment, columns["eta_date"])
    before = _said(shipment)
    for name, value in columns.items():
        setattr(shipment, name, value)
    after = _said(shipment)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    _check_state(shipment, changes)
    if not changes:
        return shipment
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
        details={"changes": changes},
    )
    await session.flush()
    return shipment


def _said(shipment: ShipmentRow) -> dict[str, Any]:
    """The fields that can be corrected, as the history keeps them."""
    said = {name: getattr(shipment, name) for name in (*ShipmentPatch.model_fields, "eta_stated") if name not in MONEY}
    freight = None if shipment.freight_amount is None else f"{shipment.freight_amount.normalize():f}"
    plain = {name: value if value is None or isinstance(value, bool) else str(value) for name, value in said.items()}
    return plain | {"freight": None if freight is None else f"{freight} {shipment.freight_currency}"}


async def _arrival(session: AsyncSession, shipment: ShipmentRow, announced: date | None) -> dict[str, Any]:
    """The announced day; where none is announced any more, the usual one of what has left."""
    departed = shipment.departed_date
    if announced is None:
        usual = None if departed is None else departed + timedelta(days=await usual_days(session, shipment))
        return {"eta_date": usual, "eta_stated": False}
    if departed is not None and announced < departed:
        detail = f"{announced} is before {departed}, when it departed."
        raise Invalid(errors=[FieldProblem("#/eta_date", "before_departure", detail)])
    return {"eta_date": announced, "eta_stated": True}


def _check_state(shipment: ShipmentRow, changes: Mapping[str, Any]) -> None:
    state = ShipmentState(shipment.state)
    if "ship_by_date" in changes and state is not ShipmentState.PLANNED:
        raise TooLateToChange(f"The shipment is {state.value}: when it leaves is settled.", state=state.value)
    if "eta_date" in changes and state in FINAL:
        raise TooLateToChange(f"The shipment is {state.value}: nothing of it will arrive.", state=state.value)
