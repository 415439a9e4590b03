"""Loads the demo seller through the public API, plans shipments, scores ads, plans the year, and shows all of it."""

import asyncio
import hashlib
import re
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.demo.ads_run import run_ads
from deploy.demo.catalogue import BRAND, MARKETS
from deploy.demo.generate import DemoFile, demo_today, generate, write
from deploy.demo.planning_run import run_planning
from deploy.demo.progress import facts_of, follow, progress_bar
from deploy.demo.shipments import record_shipments
from deploy.demo.show import print_imports, print_proposals, print_run
from shared.client.tradewind import TradewindClient
from shared.core.clock import utc_now

_DAY_IN_NAME = re.compile(r"products_(\d{4}-\d{2}-\d{2})\.xlsx")


def run_demo(base_urls: Mapping[str, str], key: str, approver_key: str, *, console: Console | None = None) -> None:
    """Import the demo seller's files, start a replenishment run and a scoring run, plan its year, and print all of it.

    `base_urls` are those of the services' APIs, which end with /v1. What is there already is not done again. Whom
    `approver_key` belongs to approves what the other one submits.
    """
    asyncio.run(_run(base_urls, key, approver_key, console or Console()))


async def _run(base_urls: Mapping[str, str], key: str, approver_key: str, console: Console) -> None:
    async with (
        TradewindClient(base_urls["inventory"], key) as client,
        TradewindClient(base_urls["ads"], key) as ads,
        TradewindClient(base_urls["planning"], key) as planning,
        TradewindClient(base_urls["planning"], approver_key) as approver,
    ):
        known = [each async for each in client.list_all("/imports") if each["state"] == "succeeded"]
        today = _day_of(known) or demo_today(utc_now())
        with console.status("Making up a seller"):
            files = await asyncio.to_thread(generate, today)
        applied = {each["file_sha256"] for each in known if not each["validate_only"]}
        missing = [file for file in files if hashlib.sha256(file.content).hexdigest() not in applied]
        if missing:
            await _open_accounts(client)
            imports = await _import(client, missing, today, console)
            print_imports(console, imports, today)
        if len(missing) < len(files):
            console.print(
                f"[green]✓[/] {len(files) - len(missing)} of {len(files)} files of the demo seller of {today} "
                "had been imported before: nothing was imported twice"
            )
        run = await _find_run(client) or await _start_run(client, today, console)
        proposals = [each async for each in client.list_all("/shipment-proposals", run_id=run["id"])]
        print_run(console, run)
        print_proposals(console, proposals)
        await run_ads(ads, client, base_urls["ads"], today, console)
        await run_planning(planning, approver, base_urls["planning"], today, console)


def _day_of(imports: Sequence[Mapping[str, Any]]) -> date | None:
    """The day that an earlier run made the demo seller for."""
    for each in imports:
        found = _DAY_IN_NAME.fullmatch(each["file_name"])
        if found:
            return date.fromisoformat(found[1])
    return None


async def _open_accounts(client: TradewindClient) -> None:
    """Make the seller's accounts, which no file can bring: one for America, one for Europe."""
    there = {account["code"] async for account in client.list_all("/accounts")}
    for market, terms in MARKETS.items():
        if terms.account not in there:
            await client.post("/accounts", {"code": terms.account, "name": f"{BRAND}, {market}"})


async def _import(
    client: TradewindClient, files: Sequence[DemoFile], today: date, console: Console
) -> list[dict[str, Any]]:
    """Send the files: master data, then each marketplace's in their own order side by side, then today's count.

    The shipments under way are recorded before any report of Amazon's counts them.
    """
    sequences: dict[str | None, list[DemoFile]] = defaultdict(list)
    for file in files:
        sequences[file.marketplace].append(file)
    general = sequences.pop(None, [])
    last = [file for file in general if file.name == f"domestic_stock_{today}.csv"]
    done: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, progress_bar(console) as progress:
        write(files, Path(folder))
        task = progress.add_task("Importing files", total=len(files))

        async def send(sequence: Sequence[DemoFile]) -> None:
            for file in sequence:
                progress.update(task, description=f"Importing {file.name}")
                done.append(await client.import_file(Path(folder) / file.name, **facts_of(file)))
                progress.advance(task)

        await send([file for file in general if file not in last])
        progress.update(task, description="Recording shipments that are under way")
        await record_shipments(client, today)
        await asyncio.gather(*(send(sequence) for sequence in sequences.values()))
        await send(last)
        progress.update(task, description="Imported all files")
    return done


async def _find_run(client: TradewindClient) -> dict[str, Any] | None:
    """The newest run; a run is listed once it is complete."""
    async for run in client.list_all("/replenishment-runs"):
        return run
    return None


async def _start_run(client: TradewindClient, today: date, console: Console) -> dict[str, Any]:
    """Plan as of the demo seller's day; the bar follows the operation."""
    with progress_bar(console) as progress:
        task = progress.add_task("Planning shipments", total=None)
        operation = await client.start("/replenishment-runs", {"as_of_date": today.isoformat()})
        finished = await client.wait_for(operation, follow(progress, task))
        progress.update(task, description="Planned shipments")
    found: dict[str, Any] = await client.get(finished["result_url"])
    return found
