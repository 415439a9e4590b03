"""Metrics of the company's own, with readings; some that tests delete."""

from collections.abc import Mapping
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker

_READ = {"unit": "count", "better": "higher", "fold": "last", "source": "manual", "freshness_hours": 1080}

# A fold at random lacks its operands, or has a source that does not fit.
BODIES: Mapping[str, Maker] = {
    "create_metric": lambda use: _metric(f"contract_{use.number}"),
    "update_metric": lambda use: {"name": f"Readers {use.number}", "is_headline": use.number % 2 == 0},
    "record_readings": lambda use: {"items": [_reading(str(use.number))]},
}
PLACES: Mapping[tuple[str, str], str] = {
    ("delete_metric", "metric_code"): "unused metrics",
    ("update_metric", "metric_code"): "unused metrics",
}


async def fill(client: TradewindClient, _known: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Metrics with a reading, and many without."""
    read, unused = [f"read_{number}" for number in range(10)], [f"unused_{number}" for number in range(150)]
    for code in (*read, *unused):
        await client.post("/metrics", _metric(code))
    for code in read:
        await client.post(f"/metrics/{code}/readings", {"items": [_reading("29")]}, key=f"first-{code}")
    return {"path.metric_code": read, "unused metrics": unused}


def _metric(code: str) -> dict[str, Any]:
    return {"code": code, "name": f"Readers of {code}"} | _READ


def _reading(value: str) -> dict[str, Any]:
    return {"scope": {}, "period": {"start_date": "2026-10-01", "end_date": "2026-10-31"}, "value": value}
