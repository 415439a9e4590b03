"""Stock positions over HTTP."""

from services.inventory.queries.stock_positions import STOCK_POSITIONS
from services.inventory.schemas.stock_positions import StockPositionRead
from shared.web.lists import list_endpoint
from shared.web.routing import ServiceRouter

router = ServiceRouter("stock-positions", "What there is of each listing: at Amazon, on the way and at home.")

list_endpoint(router, "/stock-positions", STOCK_POSITIONS, StockPositionRead, scope="inventory.read")
