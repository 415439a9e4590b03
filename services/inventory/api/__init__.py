"""The operations of the inventory service; each noun adds its router here."""

from services.inventory.actions.import_registry import IMPORTS
from services.inventory.api.accounts import router as accounts
from services.inventory.api.advertising_facts import router as advertising_facts
from services.inventory.api.daily_sales import router as daily_sales
from services.inventory.api.exchange_rates import router as exchange_rates
from services.inventory.api.lanes import router as lanes
from services.inventory.api.listings import router as listings
from services.inventory.api.metric_readings import router as metric_readings
from services.inventory.api.products import router as products
from services.inventory.api.replenishment_plans import router as replenishment_plans
from services.inventory.api.replenishment_runs import router as replenishment_runs
from services.inventory.api.shipment_proposals import router as shipment_proposals
from services.inventory.api.shipments import router as shipments
from services.inventory.api.stock_movements import router as stock_movements
from services.inventory.api.stock_positions import router as stock_positions
from services.inventory.api.stock_projections import router as stock_projections
from services.inventory.api.warehouses import router as warehouses
from shared.web.imports import imports_router
from shared.web.operations import operations_router
from shared.web.routing import ServiceRouter

ROUTERS: tuple[ServiceRouter, ...] = (
    operations_router("inventory"),
    imports_router(IMPORTS),
    accounts,
    warehouses,
    products,
    listings,
    lanes,
    exchange_rates,
    stock_positions,
    stock_movements,
    daily_sales,
    advertising_facts,
    metric_readings,
    replenishment_runs,
    shipment_proposals,
    shipments,
    replenishment_plans,
    stock_projections,
)
