"""What advertising has to know of listings, over HTTP."""

from services.inventory.queries.advertising_facts import ADVERTISING_FACTS
from services.inventory.schemas.advertising_facts import AdvertisingFactsRead
from shared.web.lists import list_endpoint
from shared.web.routing import ServiceRouter

router = ServiceRouter("advertising-facts", "What a sale leaves before ads and how long stock lasts, by listing.")

list_endpoint(
    router,
    "/advertising-facts",
    ADVERTISING_FACTS,
    AdvertisingFactsRead,
    scope="inventory.read",
    description="Price, costs, stock and all sales by listing, as far as stated; also as CSV or XLSX (Accept).",
)
