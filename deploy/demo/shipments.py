"""Decides which of the demo seller's shipments are under way, and records them through the API."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deploy.demo.catalogue import LANES, LISTINGS, MARKETS, Listing
from shared.client.tradewind import TradewindClient


@dataclass(frozen=True, slots=True)
class DemoShipment:
    """Packs by listing that left together; `reference` tells whether it was recorded before."""

    reference: str
    marketplace: str
    mode: str
    departed_date: date
    eta_date: date
    units: Mapping[str, int]


def shipments(today: date) -> list[DemoShipment]:
    """What the catalogue says is under way, put together by marketplace, mode and day of departure."""
    together: dict[tuple[str, str, int], list[tuple[Listing, int]]] = defaultdict(list)
    for listing in LISTINGS:
        for way in listing.under_way:
            together[listing.marketplace, way.mode, way.departed_days_ago].append((listing, way.units))
    likely = {(lane.marketplace, lane.mode): lane.likely_days for lane in LANES}
    found = []
    for (marketplace, mode, days_ago), parts in sorted(together.items(), key=lambda entry: -entry[0][2]):
        departed = today - timedelta(days=days_ago)
        found.append(
            DemoShipment(
                reference=f"HR-{marketplace}-{departed:%y%m%d}-{mode}",
                marketplace=marketplace,
                mode=mode,
                departed_date=departed,
                eta_date=departed + timedelta(days=likely[marketplace, mode]),
                units={listing.seller_sku: units for listing, units in parts},
            )
        )
    return found


async def record_shipments(client: TradewindClient, today: date) -> int:
    """Plan each shipment and let it depart on its day; how many were new."""
    known = {shipment["reference"] async for shipment in client.list_all("/shipments")}
    missing = [shipment for shipment in shipments(today) if shipment.reference not in known]
    if not missing:
        return 0
    accounts = {each["code"]: each["id"] async for each in client.list_all("/accounts")}
    listings = {each["seller_sku"]: each["id"] async for each in client.list_all("/listings")}
    warehouse = (await client.get("/warehouses"))["items"][0]["id"]
    for shipment in missing:
        planned: dict[str, Any] = await client.post(
            "/shipments",
            {
                "account_id": accounts[MARKETS[shipment.marketplace].account],
                "marketplace": shipment.marketplace,
                "warehouse_id": warehouse,
                "mode": shipment.mode,
                "reference": shipment.reference,
                "ship_by_date": shipment.departed_date.isoformat(),
                "eta_date": shipment.eta_date.isoformat(),
                "lines": [
                    {"listing_id": listings[sku], "units": units, "break_carton": True}
                    for sku, units in shipment.units.items()
                ],
            },
        )
        await client.send(
            "POST",
            f"/shipments/{planned['id']}/transitions",
            headers={"If-Match": f'"v{planned["version"]}"', "Idempotency-Key": f"depart-{planned['id']}"},
            content=lambda day=shipment.departed_date: {  # type: ignore[misc]
                "json": {"to": "departed", "occurred_date": day.isoformat()}
            },
        )
    return len(missing)
