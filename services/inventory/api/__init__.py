"""The operations of the inventory service; each noun adds its router here."""

from shared.web.operations import operations_router
from shared.web.routing import ServiceRouter

ROUTERS: tuple[ServiceRouter, ...] = (operations_router("inventory"),)
