"""The rows of the inventory service."""

from services.inventory.tables.account import AccountRow
from services.inventory.tables.base import InventoryBase
from services.inventory.tables.daily_sales import AccountSalesDayRow, DailySalesRow, SalesCoverageRow, SalesPeriodRow
from services.inventory.tables.exchange_rate import ExchangeRateRow
from services.inventory.tables.inventory_snapshot import InventorySnapshotLineRow, InventorySnapshotRow
from services.inventory.tables.lane import LaneRow
from services.inventory.tables.listing import ListingRow
from services.inventory.tables.order_line import OrderLineRow
from services.inventory.tables.product import ProductRow
from services.inventory.tables.reading_change import ReadingChangeRow
from services.inventory.tables.replenishment_outcome import ReplenishmentOutcomeRow
from services.inventory.tables.replenishment_run import ReplenishmentInputRow, ReplenishmentRunRow
from services.inventory.tables.restock_advice import RestockAdviceRow
from services.inventory.tables.shipment import (
    ShipmentEventRow,
    ShipmentLineRow,
    ShipmentReceiptLineRow,
    ShipmentReceiptRow,
    ShipmentRow,
)
from services.inventory.tables.shipment_proposal import ShipmentProposalEventRow, ShipmentProposalRow
from services.inventory.tables.stock import (
    StockAllocationRow,
    StockBalanceRow,
    StockLegRow,
    StockLocationRow,
    StockMovementRow,
)
from services.inventory.tables.stock_day import StockDayRow
from services.inventory.tables.warehouse import WarehouseRow

__all__ = [
    "AccountRow",
    "AccountSalesDayRow",
    "DailySalesRow",
    "ExchangeRateRow",
    "InventoryBase",
    "InventorySnapshotLineRow",
    "InventorySnapshotRow",
    "LaneRow",
    "ListingRow",
    "OrderLineRow",
    "ProductRow",
    "ReadingChangeRow",
    "ReplenishmentInputRow",
    "ReplenishmentOutcomeRow",
    "ReplenishmentRunRow",
    "RestockAdviceRow",
    "SalesCoverageRow",
    "SalesPeriodRow",
    "ShipmentEventRow",
    "ShipmentLineRow",
    "ShipmentProposalEventRow",
    "ShipmentProposalRow",
    "ShipmentReceiptLineRow",
    "ShipmentReceiptRow",
    "ShipmentRow",
    "StockAllocationRow",
    "StockBalanceRow",
    "StockDayRow",
    "StockLegRow",
    "StockLocationRow",
    "StockMovementRow",
    "WarehouseRow",
]
