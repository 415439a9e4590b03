"""Wires the planning service."""

import gc

from services.planning.actions.children import start_children
from services.planning.api import ROUTERS
from services.planning.settings import PlanningSettings
from shared.web.app import ServiceApp, create_service_app

DESCRIPTION = """
Roadmaps, plans, goals and reviews of a cross-border seller, measured with the figures of its other services.
"""


def create_app(settings: PlanningSettings | None = None) -> ServiceApp:
    """The application: `uvicorn --factory services.planning.app:create_app`."""
    return create_service_app(
        service="planning",
        title="Tradewind Planning",
        description=DESCRIPTION.strip(),
        settings=settings or PlanningSettings(),
        routers=ROUTERS,
        beside=_settle,
    )


def _settle() -> None:
    """Starts the children that draw, and leaves what has been loaded for good out of the search for cycles.

    Trees and plans are made of so many objects that the search goes through everything in the midst of them.
    """
    start_children()
    gc.collect()
    gc.freeze()
