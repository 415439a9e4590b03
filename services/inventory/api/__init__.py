"""The operations of the inventory service; each noun adds its router here."""

from services.inventory.actions.import_registry import IMPORTS
from shared.web.imports import imports_router
from shared.web.operations import operations_router
from shared.web.routing import ServiceRouter

ROUTERS: tuple[ServiceRouter, ...] = (operations_router("inventory"), imports_router(IMPORTS))
