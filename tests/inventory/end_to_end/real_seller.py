"""Plans for a real seller from its own reports and prints our proposals beside Amazon's advice:
`python -m tests.inventory.end_to_end.real_seller`.

A US seller of bath rugs and mats: stock of 2019-12-17, orders of 2018-11 to 2019-12-17 without August and September
2019, restock report of 2019-12-15. The files are read where they lie beside the checkout and never copied into it.
"""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from services.inventory.formats.fba_manage_inventory import FbaInventoryRow
from services.inventory.formats.kinds import KINDS
from shared.client.tradewind import TradewindClient
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.reading import read_whole
from tests.inventory.end_to_end import assumptions
from tests.inventory.end_to_end.assumptions import Assumptions
from tests.support import database as databases
from tests.support.paths import SHARED
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

TODAY = date(2019, 12, 17)
SAMPLES = SHARED / "samples"
INVENTORY = "fba_myi_unsuppressed_us_2019-12-17.csv"
RESTOCK = "restock_us_2019-12-15.csv"
FIRST_MONTH, LAST_MONTH = date(2018, 11, 1), date(2019, 12, 1)
UNKNOWN_MONTHS = (date(2019, 8, 1), date(2019, 9, 1))
_SNAPSHOT = datetime(2019, 12, 17, 20, tzinfo=UTC)
_ADVICE = datetime(2019, 12, 15, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One SKU: its stock, what Amazon advised, and what we propose by mode."""

    seller_sku: str
    sellable_units: int
    units_30_days: int | None
    amazon_units: int | None
    amazon_alert: str | None
    proposed: dict[str, int]
    outcome: dict[str, Any]

    @property
    def proposed_units(self) -> int:
        """Over all modes."""
        return sum(self.proposed.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """The run, what is known of sales, and the comparison by SKU."""

    run: dict[str, Any]
    coverage: list[tuple[date, date]]
    comparisons: list[Comparison]
    proposals: list[dict[str, Any]]


def order_files() -> list[tuple[str, date, date]]:
    """The monthly order files with the days that each covers; two months are missing."""
    files = []
    month = FIRST_MONTH
    while month <= LAST_MONTH:
        following = (month + timedelta(days=32)).replace(day=1)
        if month == LAST_MONTH:
            files.append((f"all_orders_us_{month:%Y-%m}-01_17.tsv", month, TODAY))
        elif month not in UNKNOWN_MONTHS:
            files.append((f"all_orders_us_{month:%Y-%m}.tsv", month, following - timedelta(days=1)))
        month = following
    return files


def missing_samples() -> list[str]:
    """Names of needed files that do not lie beside the checkout."""
    names = [INVENTORY, RESTOCK, *(name for name, _, _ in order_files())]
    return [name for name in names if not (SAMPLES / name).exists()]


async def plan(client: TradewindClient, assumed: Assumptions) -> Plan:
    """Import everything through the API as a new tenant, run, and put both advices side by side."""
    facts = Facts(get_marketplace("US"), as_of=_SNAPSHOT)
    listed: Sequence[FbaInventoryRow] = read_whole(KINDS, SAMPLES / INVENTORY, facts).rows
    own = {
        "products.csv": assumptions.product_master(listed, assumed),
        "lanes.csv": assumptions.lanes(assumed),
        "rates.csv": assumptions.exchange_rates(assumed, FIRST_MONTH.isoformat()),
        "home.csv": assumptions.domestic_stock(listed, assumed, (TODAY - timedelta(days=1)).isoformat()),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, content in own.items():
            path = Path(folder) / name
            path.write_bytes(content)
            await _import(client, path)
    for name, first, last in order_files():
        await _import(client, SAMPLES / name, marketplace="US", date_from=first.isoformat(), date_to=last.isoformat())
    await _import(client, SAMPLES / RESTOCK, as_of=_ADVICE.isoformat())
    await _import(client, SAMPLES / INVENTORY, marketplace="US", as_of=_SNAPSHOT.isoformat())
    operation = await client.start("/replenishment-runs", {"as_of_date": TODAY.isoformat()})
    run = await client.get((await client.wait_for(operation))["result_url"])
    return await _compare(client, run)


async def _import(client: TradewindClient, path: Path, **facts: Any) -> None:
    done = await client.import_file(path, **facts)
    if done["rows_rejected"]:
        raise RuntimeError(f"{path.name}: {done['rows_rejected']} rows were refused")


async def _compare(client: TradewindClient, run: dict[str, Any]) -> Plan:
    proposals = [each async for each in client.list_all("/shipment-proposals", run_id=run["id"])]
    outcomes = [each async for each in client.list_all(f"/replenishment-runs/{run['id']}/outcomes")]
    advice = {each["seller_sku"]: each async for each in client.list_all("/restock-advice")}
    coverage = [each async for each in client.list_all("/sales-coverage")]
    by_sku: dict[str, dict[str, int]] = defaultdict(dict)
    for proposal in proposals:
        modes = by_sku[proposal["seller_sku"]]
        modes[proposal["mode"]] = modes.get(proposal["mode"], 0) + proposal["quantity_units"]
    comparisons = [
        Comparison(
            seller_sku=outcome["seller_sku"],
            sellable_units=outcome["sellable_units"],
            units_30_days=_of(advice, outcome, "units_sold_30_days"),
            amazon_units=_of(advice, outcome, "recommended_units"),
            amazon_alert=_of(advice, outcome, "alert"),
            proposed=by_sku.get(outcome["seller_sku"], {}),
            outcome=outcome,
        )
        for outcome in outcomes
    ]
    ranges = sorted((date.fromisoformat(each["date_from"]), date.fromisoformat(each["date_to"])) for each in coverage)
    return Plan(run, ranges, sorted(comparisons, key=lambda each: -each.proposed_units), proposals)


def _of(advice: dict[str, dict[str, Any]], outcome: dict[str, Any], field: str) -> Any:
    return advice.get(outcome["seller_sku"], {}).get(field)


def show(console: Console, found: Plan, assumed: Assumptions) -> None:
    """The table, with what was assumed above and totals below."""
    console.print(f"Assumed: {'; '.join(assumed.sentences())}.")
    known = ", ".join(f"{first} to {last}" for first, last in found.coverage)
    console.print(f"Sales are known for {known}; all other days are unknown, not zero.")
    table = Table(title=f"Real seller, US, as of {TODAY}", title_justify="left", title_style="bold")
    for name in ("SKU", "sellable", "sold 30 d", "demand/day", "cover", "Amazon", "ours", "slow", "fast", "air", "why"):
        table.add_column(name, justify="left" if name in ("SKU", "why") else "right", no_wrap=name != "why")
    shown = [each for each in found.comparisons if each.proposed_units or each.amazon_units]
    for each in shown:
        demand, cover = each.outcome["daily_demand"], each.outcome["cover_days"]
        alert = f" {each.amazon_alert}" if each.amazon_alert else ""
        table.add_row(
            each.seller_sku,
            str(each.sellable_units),
            "" if each.units_30_days is None else str(each.units_30_days),
            "" if demand is None else f"{demand:.2f}",
            "" if cover is None else f"{cover:.0f} d",
            f"{each.amazon_units or 0}{alert}",
            str(each.proposed_units),
            *(str(each.proposed.get(mode, "")) for mode in ("slow_sea", "fast_sea", "air")),
            " ".join(reason["text"] for reason in each.outcome["reasons"]),
        )
    console.print(table)
    advised = [each.amazon_units for each in found.comparisons if each.amazon_units]
    proposed = [each.proposed_units for each in found.comparisons if each.proposed_units]
    cost = found.run["totals"]["cost"]
    console.print(
        f"{len(found.comparisons)} listings; Amazon advises {sum(advised)} units of {len(advised)}, we propose "
        f"{sum(proposed)} units of {len(proposed)} with freight of {cost['amount']} {cost['currency']}."
    )
    for each in found.comparisons:
        if not each.proposed_units and not each.amazon_units:
            reasons = " ".join(reason["text"] for reason in each.outcome["reasons"])
            console.print(f"  nothing for {each.seller_sku}: {reasons}", style="dim")


def main() -> None:
    """Start the service on a database of its own, plan, print."""
    console = Console()
    missing = missing_samples()
    if missing:
        console.print(f"The sample files are not beside this checkout (missing {', '.join(missing[:3])} …).")
        return
    assumed = Assumptions()
    with databases.running_server() as server, tempfile.TemporaryDirectory() as folder:
        template = databases.template_database(*server)
        urls = asyncio.run(databases.clone(*server, template, "real_seller"))
        try:
            tenant = asyncio.run(create_tenant(urls.owner))
            with running_services(urls, ["inventory"], logs=Path(folder)) as services:

                async def work() -> Plan:
                    async with TradewindClient(services["inventory"].url, tenant.key) as client:
                        return await plan(client, assumed)

                show(console, asyncio.run(work()), assumed)
        finally:
            asyncio.run(databases.drop(server[0], urls))


if __name__ == "__main__":
    main()
