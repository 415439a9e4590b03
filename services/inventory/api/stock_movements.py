"""Stock movements, and the stock at home, over HTTP."""

from fastapi import Response

from services.inventory.actions.record_movement import record_movement
from services.inventory.queries.stock_movements import DOMESTIC_STOCK, STOCK_LEGS, STOCK_MOVEMENTS
from services.inventory.schemas.stock_movements import (
    DomesticStockRead,
    StockLegRead,
    StockMovementCreate,
    StockMovementRead,
)
from shared.core.clock import utc_now
from shared.core.errors import InsufficientStock
from shared.web.auth import requires
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("stock-movements", "The ledger: every event that moved stock, and what lies at home.")

list_endpoint(router, "/stock-movements", STOCK_MOVEMENTS, StockMovementRead, scope="inventory.read")
list_endpoint(router, "/stock-movements/{movement_id}/legs", STOCK_LEGS, StockLegRead, scope="inventory.read")
list_endpoint(router, "/domestic-stock", DOMESTIC_STOCK, DomesticStockRead, scope="inventory.read")


@router.post(
    "/stock-movements",
    status_code=201,
    response_model=StockMovementRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, InsufficientStock),
)
async def create_stock_movement(movement: StockMovementCreate, write: KeyedWriteDep) -> Response:
    """Record a receipt from a supplier, a correction after counting, or a transfer between warehouses."""

    async def produce() -> StockMovementRead:
        row = await record_movement(
            write.session, write.caller.tenant_id, movement, created_by=write.caller.principal_id, now=utc_now()
        )
        return StockMovementRead.model_validate(row)

    return await write.once(produce, status=201, location=lambda made: f"/stock-movements/{made.id}/legs")
