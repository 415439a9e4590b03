"""What a company's own ads did in a year stands beside the benchmark by which they are judged."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.core.clock import utc_now
from shared.db.engine import Database
from tests.ads.importing import import_file
from tests.support.tenants import Tenant

HEADER = "Date,Currency,Campaign Name,Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)"
TERMS = "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,"
TERMS += "7 Day Total Sales ,7 Day Total Orders (#)"


def day(ago: int) -> str:
    return (utc_now().date() - timedelta(days=ago)).strftime('"%b %d, %Y"')


async def sent(database: Database, tenant: Tenant, *lines: str, marketplace: str = "US") -> None:
    done = await import_file(database, tenant, "\n".join([*lines, ""]).encode(), marketplace=marketplace)
    assert (done.operation.state, done.errors) == ("succeeded", [])


async def history(ads: httpx.AsyncClient) -> dict[tuple[str, str | None], dict[str, Any]]:
    items = (await ads.get("/advertising-history")).json()["items"]
    return {(item["marketplace"], item["category"]): item for item in items}


async def test_the_last_year_is_told_by_marketplace_and_category_each_click_once(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    rows = [f"{day(ago)},USD,{name},1000,50,20.00,80.00,4" for ago in (10, 200) for name in ("Kettle", "Pan", "Pot")]
    await sent(ads_database, tenant, HEADER, *rows, f"{day(400)},USD,Kettle,9000,900,9.00,0.00,0")
    # The same clicks again, and a newer pull of one day.
    await sent(ads_database, tenant, TERMS, f"{day(10)},USD,Kettle,Main,kettle,BROAD,red kettle,90,40,20.00,80.00,4")
    await sent(ads_database, tenant, HEADER, f"{day(10)},USD,Kettle,1000,50,20.00,100.00,5")
    await sent(ads_database, tenant, HEADER, f"{day(10)},EUR,Lampe,1000,10,5.00,0.00,0", marketplace="DE")
    for each in (await ads.get("/campaigns")).json()["items"]:
        if each["name"] in ("Kettle", "Pan"):
            headers = {"If-Match": f'"v{each["version"]}"', "Content-Type": "application/merge-patch+json"}
            category = "Kitchen" if each["name"] == "Kettle" else "kitchen"
            answer = await ads.patch(f"/campaigns/{each['id']}", json={"category": category}, headers=headers)
            assert answer.status_code == 200
    benchmark = {
        "marketplace": "US",
        "category": "Kitchen",
        "conversion_rate_low": 0.05,
        "conversion_rate_high": 0.12,
        "source": "own campaigns",
        "observed_date": "2020-06-30",
        "valid_from_date": "2020-07-01",
    }
    assert (await ads.post("/advertising-benchmarks", json=benchmark)).status_code == 201
    found = await history(ads)
    assert {(market, (category or "").lower()) for market, category in found} == {
        ("US", "kitchen"),
        ("US", ""),
        ("DE", ""),
    }
    kitchen = next(each for (market, category), each in found.items() if category)
    assert (kitchen["campaigns"], kitchen["clicks"], kitchen["orders"]) == (2, 200, 17)
    assert kitchen["conversion_rate"] == pytest.approx(17 / 200)
    assert kitchen["click_through_rate"] == pytest.approx(0.05)
    assert kitchen["acos"] == pytest.approx(80 / 340)
    assert (kitchen["benchmark_origin"], kitchen["benchmark_low"], kitchen["benchmark_high"]) == ("own", 0.05, 0.12)
    other = found["US", None]
    assert (other["clicks"], other["benchmark_origin"]) == (100, "shipped")
    assert (found["DE", None]["orders"], found["DE", None]["acos"]) == (0, None)
