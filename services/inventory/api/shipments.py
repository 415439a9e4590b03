"""Shipments over HTTP: planned, moved, received."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.inventory.actions.change_planned_units import change_planned_units
from services.inventory.actions.create_shipment import DuplicateReference
from services.inventory.actions.move_shipment import Move, move_shipment
from services.inventory.actions.plan_shipment import plan_shipment
from services.inventory.actions.plan_shipment_units import BrokenCarton
from services.inventory.actions.receive_shipment import ReceivedPacks, receive_shipment
from services.inventory.actions.update_shipment import TooLateToChange
from services.inventory.actions.update_shipment import update_shipment as update
from services.inventory.queries.one_row import get_rows
from services.inventory.queries.shipments import (
    SHIPMENT_DISCREPANCIES,
    SHIPMENT_EVENTS,
    SHIPMENT_LINES,
    SHIPMENT_RECEIPTS,
    SHIPMENTS,
    get_line,
)
from services.inventory.queries.shipments import get_shipment as get_shipment_row
from services.inventory.schemas.shipments import (
    ShipmentCreate,
    ShipmentDetailRead,
    ShipmentDiscrepancyRead,
    ShipmentEventRead,
    ShipmentLinePatch,
    ShipmentLineRead,
    ShipmentPatch,
    ShipmentRead,
    ShipmentReceiptCreate,
    ShipmentReceiptRead,
    ShipmentTransition,
)
from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, InsufficientStock, NotFound, ReasonMissing
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("shipments", "Goods on their way from home to Amazon: planned, booked, sent, received, closed.")
_READ = "inventory.read"

list_endpoint(router, "/shipments", SHIPMENTS, ShipmentRead, scope=_READ)
list_endpoint(
    router,
    "/shipments/{shipment_id}/lines",
    SHIPMENT_LINES,
    ShipmentLineRead,
    scope=_READ,
    description="The packing list: what is in the shipment; as CSV or XLSX (Accept) for carrier and warehouse.",
)
list_endpoint(router, "/shipments/{shipment_id}/events", SHIPMENT_EVENTS, ShipmentEventRead, scope=_READ)
list_endpoint(router, "/shipments/{shipment_id}/receipts", SHIPMENT_RECEIPTS, ShipmentReceiptRead, scope=_READ)
list_endpoint(
    router,
    "/shipments/{shipment_id}/discrepancies",
    SHIPMENT_DISCREPANCIES,
    ShipmentDiscrepancyRead,
    scope=_READ,
    description="Listings of which more or fewer packs were received than shipped, since receiving has begun.",
)


@router.post(
    "/shipments",
    status_code=201,
    response_model=ShipmentDetailRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, InsufficientStock, BrokenCarton, DuplicateReference),
)
async def create_shipment(shipment: ShipmentCreate, write: KeyedWriteDep) -> Response:
    """Plan a shipment by hand; its units are promised at home at once."""

    async def produce() -> ShipmentDetailRead:
        session, caller = write.session, write.caller
        row = await plan_shipment(session, caller.tenant_id, caller.principal_id, shipment, utc_now())
        return await _read(session, caller.tenant_id, row.id)

    return await write.once(
        produce,
        status=201,
        location=lambda made: f"/shipments/{made.id}",
        etag=lambda made: etag(made.version),
    )


@router.get("/shipments/{shipment_id}", dependencies=[requires(_READ)], responses=problem_responses(NotFound))
async def get_shipment(
    shipment_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ShipmentDetailRead:
    """Read one shipment with its lines."""
    found = await _read(session, caller.tenant_id, shipment_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/shipments/{shipment_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE, TooLateToChange),
)
async def update_shipment(
    shipment_id: UUID,
    patch: Annotated[ShipmentPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ShipmentDetailRead:
    """Correct when a shipment arrives, who carries it, what it costs; plans count with an announced arrival."""
    await update(
        session, caller.tenant_id, caller.principal_id, shipment_id, patch, expected_version=version, now=utc_now()
    )
    found = await _read(session, caller.tenant_id, shipment_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.get(
    "/shipments/{shipment_id}/lines/{line_id}", dependencies=[requires(_READ)], responses=problem_responses(NotFound)
)
async def get_shipment_line(
    shipment_id: UUID, line_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ShipmentLineRead:
    """Read one line of a shipment; its ETag is that of the shipment."""
    shipment = await get_shipment_row(session, caller.tenant_id, shipment_id)
    line = await get_line(session, caller.tenant_id, shipment_id, line_id)
    response.headers["ETag"] = etag(shipment.version)
    return ShipmentLineRead.model_validate_json(await get_row(session, SHIPMENT_LINES, caller.tenant_id, line.id))


@router.patch(
    "/shipments/{shipment_id}/lines/{line_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE, TooLateToChange, BrokenCarton, InsufficientStock),
)
async def update_shipment_line(
    shipment_id: UUID,
    line_id: UUID,
    patch: Annotated[ShipmentLinePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ShipmentDetailRead:
    """Send more or fewer packs of a listing, until the shipment leaves: stock at home is promised or given back.

    If-Match is the ETag of the shipment, which comes back whole; its history keeps the change.
    """
    changes = patch.changes()
    await change_planned_units(
        session,
        caller.tenant_id,
        caller.principal_id,
        shipment_id,
        line_id,
        changes.get("planned_units"),
        break_carton=changes.get("break_carton", False),
        expected_version=version,
        now=utc_now(),
    )
    found = await _read(session, caller.tenant_id, shipment_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/shipments/{shipment_id}/transitions",
    response_model=ShipmentDetailRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *KEYED, *STALE, IllegalTransition, ReasonMissing),
)
async def create_shipment_transition(
    shipment_id: UUID, transition: ShipmentTransition, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Move a shipment on: departing takes its units from home, closing writes off what never came."""

    async def produce() -> ShipmentDetailRead:
        now = utc_now()
        await move_shipment(
            write.session,
            write.caller.tenant_id,
            write.caller.principal_id,
            shipment_id,
            Move(
                to=transition.to,
                occurred_date=transition.occurred_date or now.date(),
                eta_date=transition.eta_date,
                reason=transition.reason,
                claim=transition.claim,
            ),
            expected_version=version,
            now=now,
        )
        return await _read(write.session, write.caller.tenant_id, shipment_id)

    return await write.once(produce, etag=lambda made: etag(made.version))


@router.post(
    "/shipments/{shipment_id}/receipts",
    status_code=201,
    response_model=ShipmentReceiptRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *KEYED, IllegalTransition, InsufficientStock),
)
async def create_shipment_receipt(shipment_id: UUID, receipt: ShipmentReceiptCreate, write: KeyedWriteDep) -> Response:
    """Count what Amazon has received since the last count; more may come than was shipped."""

    async def produce() -> ShipmentReceiptRead:
        now = utc_now()
        row = await receive_shipment(
            write.session,
            write.caller.tenant_id,
            write.caller.principal_id,
            shipment_id,
            receipt.received_date or now.date(),
            [ReceivedPacks(line.listing_id, line.units) for line in receipt.lines],
            note=receipt.note,
            now=now,
        )
        made = await get_row(write.session, SHIPMENT_RECEIPTS, write.caller.tenant_id, row.id)
        return ShipmentReceiptRead.model_validate_json(made)

    return await write.once(produce, status=201, location=f"/shipments/{shipment_id}/receipts")


async def _read(session: SessionDep, tenant_id: UUID, shipment_id: UUID) -> ShipmentDetailRead:
    row = await get_row(session, SHIPMENTS, tenant_id, shipment_id)
    lines = await get_rows(session, SHIPMENT_LINES, tenant_id, shipment_id)
    return ShipmentDetailRead.model_validate_json(f'{row[:-1]}, "lines": {lines}}}')
