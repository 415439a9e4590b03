"""Loads the demo seller's advertising through the public API, scores it, and shows what costs most."""

import asyncio
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.demo.ads_catalogue import CAMPAIGNS
from deploy.demo.ads_files import generate_ads
from deploy.demo.ads_show import print_ad_proposals, print_findings, print_scoring_run
from deploy.demo.catalogue import BRAND, MARKETS
from deploy.demo.generate import DemoFile, write
from deploy.demo.progress import facts_of, follow, progress_bar
from deploy.demo.show import print_imports
from shared.client.tradewind import TradewindClient


async def run_ads(ads: TradewindClient, inventory: TradewindClient, url: str, today: date, console: Console) -> None:
    """Import the advertising files, start a scoring run and print what costs most; nothing is done twice.

    `url` is that of the ads API, for the addresses that are shown.
    """
    with console.status("Making up advertising"):
        files = await asyncio.to_thread(generate_ads, today)
    applied = {
        each["file_sha256"]
        async for each in ads.list_all("/imports")
        if each["state"] == "succeeded" and not each["validate_only"]
    }
    missing = [file for file in files if hashlib.sha256(file.content).hexdigest() not in applied]
    if missing:
        await _open_accounts(ads)
        imports = await _import(ads, missing, console)
        await _name_brand_campaigns(ads)
        print_imports(console, imports, today, title="Advertising files")
    run = await _find_run(ads) or await _start_run(ads, today, console)
    names = {each["id"]: f"{each['name']} {each['marketplace']}" async for each in ads.list_all("/campaigns")}
    findings = await _dearest(inventory, run["findings"])
    proposals = [each async for each in ads.list_all("/ad-proposals", run_id=run["id"])]
    print_scoring_run(console, run)
    print_findings(console, findings, proposals, names)
    print_ad_proposals(console, proposals, f"{url}/ad-proposals?run_id={run['id']}")
    console.print(f"  waste map  {url}/scoring-runs/{run['id']}/waste-map.svg", soft_wrap=True, highlight=False)


async def _open_accounts(ads: TradewindClient) -> None:
    """The same codes as in inventory: by them the two services speak of an account."""
    there = {account["code"] async for account in ads.list_all("/ad-accounts")}
    for market, terms in MARKETS.items():
        if terms.account not in there:
            await ads.post("/ad-accounts", {"code": terms.account, "name": f"{BRAND}, {market}"})


async def _import(ads: TradewindClient, files: Sequence[DemoFile], console: Console) -> list[dict[str, Any]]:
    """Send each marketplace's files in their order, the marketplaces side by side."""
    sequences: dict[str | None, list[DemoFile]] = defaultdict(list)
    for file in files:
        sequences[file.marketplace].append(file)
    done: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, progress_bar(console) as progress:
        write(files, Path(folder))
        task = progress.add_task("Importing advertising files", total=len(files))

        async def send(sequence: Sequence[DemoFile]) -> None:
            for file in sequence:
                progress.update(task, description=f"Importing {file.name}")
                done.append(await ads.import_file(Path(folder) / file.name, **facts_of(file)))
                progress.advance(task)

        await asyncio.gather(*(send(sequence) for sequence in sequences.values()))
        progress.update(task, description="Imported all advertising files")
    return done


async def _name_brand_campaigns(ads: TradewindClient) -> None:
    """Say which campaigns defend the own brand, which no file can tell."""
    brands = {campaign.name for campaign in CAMPAIGNS if campaign.is_brand}
    async for campaign in ads.list_all("/campaigns"):
        if campaign["name"] in brands and campaign["is_brand_defence"] is None:
            await ads.send(
                "PATCH",
                f"/campaigns/{campaign['id']}",
                headers={
                    "If-Match": f'"v{campaign["version"]}"',
                    "Content-Type": "application/merge-patch+json",
                },
                content=lambda: {"json": {"is_brand_defence": True}},
            )


async def _find_run(ads: TradewindClient) -> dict[str, Any] | None:
    """The newest run; a run is listed once it is complete."""
    async for run in ads.list_all("/scoring-runs"):
        return run
    return None


async def _start_run(ads: TradewindClient, today: date, console: Console) -> dict[str, Any]:
    """Score as of the demo seller's day; the bar follows the operation."""
    with progress_bar(console) as progress:
        task = progress.add_task("Scoring advertising", total=None)
        operation = await ads.start("/scoring-runs", {"as_of_date": today.isoformat()})
        finished = await ads.wait_for(operation, follow(progress, task))
        found: dict[str, Any] = await ads.get(finished["result_url"])
        count = found["subjects_count"]
        progress.update(task, description="Scored advertising", completed=count, total=count)
    return found


async def _dearest(inventory: TradewindClient, findings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The findings by what they cost, in one currency by the newest rates that the seller keeps."""
    rates: dict[str, tuple[str, Decimal]] = {}
    async for each in inventory.list_all("/exchange-rates"):
        known = rates.get(each["base_currency"])
        if known is None or known[0] < each["rate_date"]:
            rates[each["base_currency"]] = each["rate_date"], Decimal(each["rate"])

    def worth(finding: Mapping[str, Any]) -> Decimal:
        amount = finding["amount"]
        return Decimal(amount["amount"]) * rates.get(amount["currency"], ("", Decimal(1)))[1]

    return sorted(findings, key=worth, reverse=True)
