"""The ads service: an account with reports of its campaigns, and benchmarks of which tests delete some."""

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.ads.schemas.scoring_call import REQUEST_EXAMPLES
from shared.client.tradewind import TradewindClient
from tests.ads.end_to_end.bulk_download import bulk_download
from tests.contracts.bodies import Maker

UNDONE, SHEETS = 40, 12
# Each request may draw in a process of its own.
SLOW = (
    "get_performance_chart",
    "draw_performance_chart",
    "get_score_history",
    "draw_score_history",
    "get_waste_map",
    "draw_waste_map",
)
_MONEY = {"price": "24.99", "product_cost": "9", "fees": "8"}
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
    scored = await _score(client)
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
    return known | scored | {"path.benchmark_id": own, "accounts": ["main", "second"]}


async def _score(client: TradewindClient) -> dict[str, list[str]]:
    """Two scoring runs with proposals, some of them approved, and sheets of a few of these."""
    async for product in client.list_all("/advertised-products"):
        money = {name: {"amount": amount, "currency": "USD"} for name, amount in _MONEY.items()}
        await client.send(
            "PATCH",
            f"/advertised-products/{product['id']}",
            headers={"If-Match": f'"v{product["version"]}"', "Content-Type": "application/merge-patch+json"},
            content=lambda body=money: {"json": body},  # type: ignore[misc]
        )
    structure = [[each async for each in client.list_all(path)] for path in ("/campaigns", "/ad-groups", "/targets")]
    ads = [each async for each in client.list_all("/product-ads")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bulk.xlsx"
        path.write_bytes(bulk_download(structure[0], structure[1], structure[2], ads))
        await client.import_file(path, account="main", marketplace="US", date_from="2026-06-01", date_to="2026-06-28")
    for _ in range(2):
        await client.wait_for(await client.start("/scoring-runs", {"as_of_date": "2026-06-29", "tau": 0.7}))
    proposals = [each async for each in client.list_all("/ad-proposals", state="proposed")]
    # What is decided together is left whole to those that are proposed.
    alone = [each for each in proposals if each["bundle_id"] is None]
    decided = alone[: len(alone) // 2]
    left = {each["id"] for each in proposals} - {each["id"] for each in decided}
    decisions = [{"proposal_id": each["id"], "version": each["version"], "decision": "approve"} for each in decided]
    await client.post("/ad-proposal-decisions", {"decisions": decisions})
    approved = [each["id"] for each in decided]
    sheets = [await client.post("/bulk-sheets", {"proposal_ids": [approved.pop()]}) for _ in range(SHEETS)]
    return {
        "path.run_id": [each["id"] async for each in client.list_all("/scoring-runs")],
        "path.proposal_id": [each["id"] for each in proposals],
        "proposed": [each["id"] for each in proposals if each["id"] in left],
        "approved": approved,
        "path.sheet_id": [sheet["id"] for sheet in sheets],
    }


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
            # Terms that cost and sell nothing: what to negate.
            for term in range(12):
                losing = f"kettle {number},BROAD,blue teapot {number} {term}"
                terms.append(f"{place},{losing},200,6,4.20,0.00,0")
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


PLACES = {
    ("approve_ad_proposal", "proposal_id"): "proposed",
    ("apply_ad_proposal", "proposal_id"): "approved",
}
BODIES: Mapping[str, Maker] = {
    # Clicks within impressions, ids that refer to each other, a benchmark in order: no generator keeps all of it.
    "create_scores": lambda use: list(REQUEST_EXAMPLES.values())[use.number % len(REQUEST_EXAMPLES)]["value"],
    "create_scoring_run": lambda use: {"as_of_date": "2026-06-29", "window_days": 28 + use.number % 30},
    "approve_ad_proposal": lambda use: {"with_bundle": True},
    "reject_ad_proposal": lambda use: {"reason": f"Not now ({use.number}).", "with_bundle": True},
    "withdraw_import": lambda use: {"reason": f"It is of another account ({use.number})."},
    "apply_ad_proposal": lambda use: {"applied_at": "2026-06-30T08:00:00Z"},
    "create_ad_proposal_decisions": lambda use: {
        "decisions": [{"proposal_id": use.known("proposed"), "version": 1, "decision": "approve"}]
    },
    "create_bulk_sheet": lambda use: {"proposal_ids": [use.known("approved")]},
    "apply_bulk_sheet_changes": lambda use: {"applied_at": "2026-06-30T08:00:00Z"},
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
