"""The ads service: an account with reports of its campaigns, and benchmarks of which tests delete some."""

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker

UNDONE = 40
_TERMS = (
    "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,"
    "7 Day Total Sales ,7 Day Total Orders (#)"
)
_PRODUCTS = (
    "Date,Currency,Campaign Name,Ad Group Name,Advertised SKU,Advertised ASIN,Impressions,Clicks,Spend,"
    "7 Day Total Sales ,7 Day Total Orders (#)"
)
_PLACEMENTS = "Date,Currency,Campaign Name,Placement,Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)"


async def fill(client: TradewindClient) -> dict[str, list[str]]:
    """Accounts, reports of twelve campaigns over four weeks, and benchmarks of the company's own."""
    for code in ("main", "second"):
        await client.post("/ad-accounts", {"code": code, "name": code.title()})
    with tempfile.TemporaryDirectory() as folder:
        for name, content in _reports().items():
            path = Path(folder) / f"{name}.csv"
            path.write_text(content)
            await client.import_file(path, account="main", marketplace="US")
    for number in range(200):
        await client.post("/advertising-benchmarks", _benchmark(f"category {number}"))
    own = [each["id"] async for each in client.list_all("/advertising-benchmarks") if each["origin"] == "own"]
    places = {
        "path.ad_account_id": "/ad-accounts",
        "path.import_id": "/imports",
        "path.campaign_id": "/campaigns",
        "path.ad_group_id": "/ad-groups",
        "path.target_id": "/targets",
        "path.search_term_id": "/search-terms",
        "path.product_id": "/advertised-products",
        "path.pull_id": "/report-pulls",
    }
    known = {place: [each["id"] async for each in client.list_all(path)] for place, path in places.items()}
    return known | {"path.benchmark_id": own, "accounts": ["main", "second"]}


async def leave_undone(client: TradewindClient) -> list[str]:
    """Imports that nobody carries out; their operations' ids."""
    operations = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(UNDONE):
            path = Path(folder) / f"campaigns_{number}.csv"
            path.write_bytes(_campaigns_file(number))
            sent = await client.import_file(path, wait=False, account="main", marketplace="US")
            operations.append(sent["operation_id"])
    return operations


def _reports() -> dict[str, str]:
    """Search terms, advertised products and placements of the same campaigns."""
    terms, products, placements = [_TERMS], [_PRODUCTS], [_PLACEMENTS]
    for day in range(28):
        when = (date(2026, 6, 1) + timedelta(days=day)).strftime('"%b %d, %Y"')
        for number in range(12):
            clicks, orders = 3 + (number + day) % 5, (number * day) % 7 == 0
            figures = f"{clicks * 40},{clicks},{clicks * 0.7:.2f},{orders * 24.99:.2f},{int(orders)}"
            place = f"{when},USD,Campaign {number},Group {number}"
            terms.append(f"{place},kettle {number},BROAD,red kettle {number} {day % 4},{figures}")
            products.append(f"{place},KETTLE-{number % 6},B00000000{number % 6},{figures}")
            placements.append(f"{when},USD,Campaign {number},Top of Search on-Amazon,{figures}")
    return {"terms": "\n".join(terms), "products": "\n".join(products), "placements": "\n".join(placements)}


def _campaigns_file(number: int) -> bytes:
    """A small file that imports; another one for each number."""
    header = "Date,Currency,Campaign Name,Impressions,Clicks,Spend"
    return f'{header}\n"Jul 01, 2026",USD,Campaign {number % 12},{400 + number},9,4.50\n'.encode()


def _benchmark(category: str) -> dict[str, Any]:
    return {
        "marketplace": "US",
        "category": category,
        "conversion_rate_low": 0.05,
        "conversion_rate_high": 0.12,
        "cost_per_click": {"amount": "0.85", "currency": "USD"},
        "source": "own campaigns",
        "observed_date": "2026-06-30",
        "valid_from_date": "2026-07-01",
    }


BODIES: Mapping[str, Maker] = {
    "create_ad_account": lambda use: {"code": f"contract-{use.number}", "name": "An account"},
    "update_ad_account": lambda use: {"name": f"Account {use.number}"},
    "create_import": lambda use: {
        "file": _campaigns_file(use.number),
        "account": use.known("accounts"),
        "marketplace": "US",
    },
    "update_campaign": lambda use: {"category": f"Category {use.number % 9}", "goal": "growth"},
    "update_advertised_product": lambda use: {
        "price": {"amount": "24.99", "currency": "USD"},
        "wanted_margin": 0.1,
        "stage": "mature",
    },
    # Two ratios at random are in the wrong order as often as not.
    "create_advertising_benchmark": lambda use: _benchmark(f"contract {use.number}"),
    "update_advertising_benchmark": lambda use: {"category": f"changed {use.number}", "conversion_rate_low": 0.04},
}
