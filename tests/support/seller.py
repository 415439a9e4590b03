"""Loads a small seller through the public API, for tests that need data of every kind but not much of it."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from deploy.demo.generate import DemoFile, generate
from shared.client.tradewind import TradewindClient

SMALL_SELLER_DAY = date(2026, 3, 31)
_KINDS = ("all_orders", "fba_manage_inventory", "business_report_by_child", "restock")


async def load_small_seller(client: TradewindClient) -> None:
    """The demo seller with its master data, and of the US market the newest file of each kind."""
    await client.post("/accounts", {"code": "halden-na", "name": "Halden & Reed, US"})
    await client.post("/accounts", {"code": "halden-eu", "name": "Halden & Reed, DE"})
    files = generate(SMALL_SELLER_DAY)
    chosen = [file for file in files if file.marketplace is None]
    for kind in _KINDS:
        chosen.append([file for file in files if file.kind == kind and file.marketplace == "US"][-1])
    with tempfile.TemporaryDirectory() as folder:
        for file in chosen:
            path = Path(folder) / file.name
            path.write_bytes(file.content)
            await client.import_file(path, **facts_of(file))


def facts_of(file: DemoFile) -> dict[str, Any]:
    """The fields of the upload form: what the file does not say itself."""
    facts: dict[str, Any] = {"kind": file.kind}
    if file.account:
        facts["account"] = file.account
    if file.marketplace:
        facts["marketplace"] = file.marketplace
    for name, value in (("date_from", file.from_date), ("date_to", file.to_date), ("as_of", file.as_of)):
        if value is not None:
            facts[name] = value.isoformat()
    return facts
