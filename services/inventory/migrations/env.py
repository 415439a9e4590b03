"""The chain of the inventory service's tables."""

from services.inventory.tables import InventoryBase
from shared.db.migrate import run_environment

run_environment(InventoryBase.metadata)
