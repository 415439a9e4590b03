"""What is known by listing and day, over HTTP."""

from services.inventory.queries.daily_sales import DAILY_SALES, RESTOCK_ADVICE, SALES_COVERAGE, STOCK_DAYS
from services.inventory.schemas.daily_sales import (
    DailySalesRead,
    RestockAdviceRead,
    SalesCoverageRead,
    StockDayRead,
)
from shared.web.lists import list_endpoint
from shared.web.routing import ServiceRouter

router = ServiceRouter("daily-sales", "Sales and stock by day, the days that are known, and Amazon's own advice.")

list_endpoint(router, "/daily-sales", DAILY_SALES, DailySalesRead, scope="inventory.read")
list_endpoint(router, "/sales-coverage", SALES_COVERAGE, SalesCoverageRead, scope="inventory.read")
list_endpoint(router, "/stock-days", STOCK_DAYS, StockDayRead, scope="inventory.read")
list_endpoint(router, "/restock-advice", RESTOCK_ADVICE, RestockAdviceRead, scope="inventory.read")
