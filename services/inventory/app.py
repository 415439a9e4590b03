"""Wires the inventory service."""

from services.inventory.actions.children import start_children
from services.inventory.api import ROUTERS
from services.inventory.settings import InventorySettings
from shared.web.app import ServiceApp, create_service_app

DESCRIPTION = """
Stock, sales, demand and shipments of a cross-border Amazon seller: imports the files of Amazon and of the ERP, keeps
stock as a double-entry ledger, and proposes what to ship, how and when.
"""


def create_app(settings: InventorySettings | None = None) -> ServiceApp:
    """The application: `uvicorn --factory services.inventory.app:create_app`."""
    return create_service_app(
        service="inventory",
        title="Tradewind Inventory",
        description=DESCRIPTION.strip(),
        settings=settings or InventorySettings(),
        routers=ROUTERS,
        beside=start_children,
    )
