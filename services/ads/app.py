"""Wires the ads service."""

from services.ads.actions.children import start_children
from services.ads.api import ROUTERS
from services.ads.settings import AdsSettings
from shared.web.app import ServiceApp, create_service_app

DESCRIPTION = """
Advertising of a cross-border Amazon seller: what is usual in a market, how campaigns and search terms do against it,
and what to change.
"""


def create_app(settings: AdsSettings | None = None) -> ServiceApp:
    """The application: `uvicorn --factory services.ads.app:create_app`."""
    return create_service_app(
        service="ads",
        title="Tradewind Ads",
        description=DESCRIPTION.strip(),
        settings=settings or AdsSettings(),
        routers=ROUTERS,
        beside=start_children,
    )
