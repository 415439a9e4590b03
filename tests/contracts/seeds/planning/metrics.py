"""Metrics of the company's own, with readings; some that tests delete."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker
from tests.contracts.seeds.at_once import at_once

# Imports that are watched and cancelled while no worker runs.
UNDONE = 12
_READ = {"unit": "count", "better": "higher", "fold": "last", "source": "manual", "freshness_hours": 1080}

# A fold at random lacks its operands, or has a source that does not fit.
BODIES: Mapping[str, Maker] = {
    "create_metric": lambda use: _metric(f"contract_{use.number}"),
    "update_metric": lambda use: {"name": f"Readers {use.number}", "is_headline": use.number % 2 == 0},
    "create_import": lambda use: {"file": _rows(f"sent-{use.phase}-{use.number}").encode()},
    "record_readings": lambda use: {"items": [_reading(str(use.number))]},
}
PLACES: Mapping[tuple[str, str], str] = {
    ("delete_metric", "metric_code"): "unused metrics",
    ("update_metric", "metric_code"): "unused metrics",
}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Metrics with a reading, and many without."""
    read, unused = [f"read_{number}" for number in range(4)], [f"unused_{number}" for number in range(30)]
    await at_once([client.post("/metrics", _metric(code)) for code in (*read, *unused)])
    first = {"items": [_reading("29")]}
    await at_once([client.post(f"/metrics/{code}/readings", first, key=f"first-{code}") for code in read])
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2):
            await client.import_file(_sheet(folder, f"contract-{number}"))
    imports = [each["id"] async for each in client.list_all("/imports")]
    return {"path.metric_code": read, "unused metrics": unused, "path.import_id": imports}


async def leave_undone(client: TradewindClient) -> list[str]:
    """Imports that nobody carries out; their operations' ids."""
    operations = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(UNDONE):
            sent = await client.import_file(_sheet(folder, f"undone-{number}"), wait=False)
            operations.append(sent["operation_id"])
    return operations


def _sheet(folder: str, product: str) -> Path:
    """A sheet with a good row and a bad one."""
    path = Path(folder) / f"{product}.csv"
    path.write_text(_rows(product))
    return path


def _rows(product: str) -> str:
    return f"metric,product,month,value\r\nheadcount,{product},2026-10,29\r\nnothing,{product},2026-10,1\r\n"


def _metric(code: str) -> dict[str, Any]:
    return {"code": code, "name": f"Readers of {code}"} | _READ


def _reading(value: str) -> dict[str, Any]:
    return {"scope": {}, "period": {"start_date": "2026-10-01", "end_date": "2026-10-31"}, "value": value}
