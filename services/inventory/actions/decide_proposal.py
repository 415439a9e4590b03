"""Approves or rejects a proposal: approval promises the stock at home and puts the units into a planned shipment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.create_shipment import ShipmentPlan, create_shipment
from services.inventory.actions.plan_shipment_units import (
    PackOrder,
    PlannedPacks,
    checked_packs,
    plan_shipment_units,
)
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.proposal_states import ProposalState, approved_state, needs_reason
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.queries.shipment_proposals import FreeStock, list_free_stock, lock_proposal
from services.inventory.queries.shipments import find_planned_shipment, lock_shipment
from services.inventory.tables import ShipmentProposalEventRow, ShipmentProposalRow, ShipmentRow
from shared.core.errors import (
    AlreadyDecided,
    Conflict,
    FieldProblem,
    InsufficientStock,
    Invalid,
    PreconditionFailed,
    ReasonMissing,
)
from shared.core.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What is approved; None takes what was proposed. Without `shipment_id` a planned shipment is found or made."""

    quantity_units: int | None = None
    mode: Mode | None = None
    ship_by_date: date | None = None
    reason: str | None = None
    shipment_id: UUID | None = None
    break_carton: bool = False


# Two approvals at once that each find no planned shipment would each make one.
_ONE_AT_A_TIME = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(way, 0)) FROM unnest(CAST(:ways AS text[])) AS way
""")
Way = tuple[UUID, UUID, str, str, date]


async def hold_ways(session: AsyncSession, ways: Collection[Way]) -> None:
    """Nobody else makes a shipment that goes one of these ways (tenant, account, marketplace, mode, day) until the
    transaction ends. Always in one order, so that two who want the same ways never wait for each other."""
    await session.execute(_ONE_AT_A_TIME, {"ways": sorted({" ".join(map(str, way)) for way in ways})})


async def approve_proposal(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    proposal_id: UUID,
    approval: Approval,
    *,
    expected_version: int,
    now: datetime,
) -> ShipmentProposalRow:
    """The approved proposal, whose units are promised at home and planned in a shipment.

    InsufficientStock names what is free, BrokenCarton a quantity that is not of whole cartons, ReasonMissing a
    change without a word, AlreadyDecided a proposal that is not open any more.
    """
    proposal = await _open_proposal(session, tenant_id, proposal_id, expected_version)
    units = proposal.quantity_units if approval.quantity_units is None else approval.quantity_units
    mode = Mode(proposal.mode) if approval.mode is None else approval.mode
    if needs_reason(proposal.quantity_units, units, proposal.mode, mode.value) and not approval.reason:
        raise ReasonMissing("Another quantity or mode than was proposed needs a reason.")
    [packs] = await checked_packs(session, tenant_id, [PackOrder(proposal.listing_id, units, approval.break_carton)])
    ship_by_date = approval.ship_by_date or proposal.ship_by_date
    shipment = await _shipment_for(
        session, proposal, packs, mode, ship_by_date, approval.shipment_id, principal_id, now
    )
    await plan_shipment_units(session, tenant_id, shipment, [packs], now)
    shipment.version += 1
    shipment.updated_at = now
    state = approved_state(proposal.quantity_units, units)
    proposal.approved_units = units
    proposal.shipment_id = shipment.id
    _decide(session, proposal, state, principal_id, approval.reason, now, units=units, mode=mode.value)
    await session.flush()
    return proposal


async def reject_proposal(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    proposal_id: UUID,
    reason: str,
    *,
    expected_version: int,
    now: datetime,
) -> ShipmentProposalRow:
    """The rejected proposal, with the reason."""
    proposal = await _open_proposal(session, tenant_id, proposal_id, expected_version)
    _decide(session, proposal, ProposalState.REJECTED, principal_id, reason, now, units=None, mode=None)
    await session.flush()
    return proposal


async def _open_proposal(
    session: AsyncSession, tenant_id: UUID, proposal_id: UUID, expected_version: int
) -> ShipmentProposalRow:
    proposal = await lock_proposal(session, tenant_id, proposal_id)
    if proposal.version != expected_version:
        raise PreconditionFailed(current_version=proposal.version)
    if proposal.state != ProposalState.PROPOSED:
        raise AlreadyDecided(f"The proposal is {proposal.state} already.", state=proposal.state)
    return proposal


async def _shipment_for(
    session: AsyncSession,
    proposal: ShipmentProposalRow,
    packs: PlannedPacks,
    mode: Mode,
    ship_by_date: date,
    shipment_id: UUID | None,
    principal_id: UUID,
    now: datetime,
) -> ShipmentRow:
    tenant_id = proposal.tenant_id
    if shipment_id is not None:
        return await _named_shipment(session, tenant_id, shipment_id, packs, mode)
    await hold_ways(session, [(tenant_id, packs.account_id, packs.marketplace, mode.value, ship_by_date)])
    needed = packs.order.units * packs.units_per_listing
    warehouse_id = _warehouse(await list_free_stock(session, tenant_id, packs.product_id), packs, needed)
    found = await find_planned_shipment(
        session,
        tenant_id,
        account_id=packs.account_id,
        marketplace=packs.marketplace,
        mode=mode.value,
        ship_by_date=ship_by_date,
        warehouse_id=warehouse_id,
    )
    if found is not None:
        shipment = await lock_shipment(session, tenant_id, found)
        if shipment.state == ShipmentState.PLANNED:
            return shipment
    same_way = mode.value == proposal.mode
    return await create_shipment(
        session,
        tenant_id,
        principal_id,
        ShipmentPlan(
            account_id=packs.account_id,
            marketplace=packs.marketplace,
            warehouse_id=warehouse_id,
            mode=mode,
            ship_by_date=ship_by_date,
            eta_date=proposal.arrival_p50_date if same_way and ship_by_date == proposal.ship_by_date else None,
            eta_stated=False,
        ),
        now,
    )


async def _named_shipment(
    session: AsyncSession, tenant_id: UUID, shipment_id: UUID, packs: PlannedPacks, mode: Mode
) -> ShipmentRow:
    shipment = await lock_shipment(session, tenant_id, shipment_id)
    if shipment.state != ShipmentState.PLANNED:
        raise Conflict(f"The shipment is {shipment.state}; units are added while it is planned.", state=shipment.state)
    there = (shipment.account_id, shipment.marketplace, shipment.mode)
    if there != (packs.account_id, packs.marketplace, mode.value):
        detail = "The shipment goes elsewhere, or by another mode."
        raise Invalid(errors=[FieldProblem("#/shipment_id", "other_destination", detail)])
    return shipment


def _warehouse(stock: Sequence[FreeStock], packs: PlannedPacks, needed: int) -> UUID:
    """The fullest warehouse, since a shipment leaves from one place."""
    free = stock[0].free if stock else 0
    if free < needed:
        where = "in any one warehouse" if len(stock) > 1 else "at home"
        raise InsufficientStock(
            f"{needed} units are needed and {free} are free {where}.",
            product_id=str(packs.product_id),
            listing_id=str(packs.order.listing_id),
            requested=needed,
            available=free,
            available_packs=free // packs.units_per_listing,
        )
    return stock[0].warehouse_id


def _decide(
    session: AsyncSession,
    proposal: ShipmentProposalRow,
    state: ProposalState,
    principal_id: UUID,
    reason: str | None,
    now: datetime,
    *,
    units: int | None,
    mode: str | None,
) -> None:
    session.add(
        ShipmentProposalEventRow(
            tenant_id=proposal.tenant_id,
            id=new_id(),
            proposal_id=proposal.id,
            from_state=proposal.state,
            to_state=state.value,
            approved_units=units,
            mode=mode,
            reason=reason,
            decided_by=principal_id,
            decided_at=now,
        )
    )
    proposal.state = state.value
    proposal.decided_by = principal_id
    proposal.decided_at = now
    proposal.decision_reason = reason
    proposal.version += 1
    proposal.updated_at = now
