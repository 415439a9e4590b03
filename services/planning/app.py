"""Wires the planning service."""

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
    )
