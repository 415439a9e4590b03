"""Domestic warehouses over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.inventory.actions.save_warehouse import create_warehouse as create
from services.inventory.actions.save_warehouse import update_warehouse as update
from services.inventory.api.reading import body_of
from services.inventory.queries.catalog import get_resource
from services.inventory.queries.warehouses import WAREHOUSES
from services.inventory.schemas.warehouses import WarehouseCreate, WarehousePatch, WarehouseRead
from services.inventory.tables import WarehouseRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("warehouses", "Places at home that hold stock for all marketplaces.")

list_endpoint(router, "/warehouses", WAREHOUSES, WarehouseRead, scope="inventory.read")


@router.post(
    "/warehouses",
    status_code=201,
    response_model=WarehouseRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_warehouse(warehouse: WarehouseCreate, write: WriteDep) -> Response:
    """Add a domestic warehouse."""

    async def produce() -> WarehouseRead:
        row = await create(write.session, write.caller.tenant_id, warehouse, now=utc_now())
        return body_of(WarehouseRead, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/warehouses/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/warehouses/{warehouse_id}", dependencies=[requires("inventory.read")], responses=problem_responses(NotFound)
)
async def get_warehouse(
    warehouse_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> WarehouseRead:
    """Read one warehouse."""
    row = await get_resource(session, WarehouseRow, caller.tenant_id, warehouse_id)
    response.headers["ETag"] = etag(row.version)
    return body_of(WarehouseRead, row)


@router.patch(
    "/warehouses/{warehouse_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateKey),
)
async def update_warehouse(
    warehouse_id: UUID,
    patch: Annotated[WarehousePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> WarehouseRead:
    """Change the code, name or country of a warehouse."""
    row = await update(session, caller.tenant_id, warehouse_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return body_of(WarehouseRead, row)
