"""Proves that lists, whose rows Postgres builds, are of the type that their document declares."""

import csv
import io
from typing import Any

import httpx
import jsonschema_rs

from shared.web.app import ServiceApp
from tests.support.http import operation_of


async def check_list(client: httpx.AsyncClient, app: ServiceApp, path: str, *, least: int = 1) -> list[dict[str, Any]]:
    """Fetches all pages, one row at a time, and validates each against the document; also the CSV and the count.

    Returns the rows. AssertionError when there are fewer than `least`, for nothing is proven by nothing.
    """
    found = operation_of(app, "GET", path)
    assert found is not None, f"no list at {path}"
    document = app.openapi()
    schema = found[1]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for(schema | {"components": document["components"]}, validate_formats=True)
    rows: list[dict[str, Any]] = []
    url: str | None = f"{path}?limit=1"
    while url is not None and len(rows) < 50:
        page = (await client.get(url)).json()
        errors = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(page)]
        assert not errors, f"{path} is not of its declared type: {errors}"
        rows += page["items"]
        url = page.get("next")
    assert len(rows) >= least, f"{path} has {len(rows)} rows"
    whole = (await client.get(path, params={"limit": 1000}, headers={"Prefer": "return=total-count"})).json()
    assert whole["items"][: len(rows)] == rows
    assert whole["total_count"] >= len(rows)
    await _check_csv(client, path, whole["total_count"])
    return rows


async def _check_csv(client: httpx.AsyncClient, path: str, count: int) -> None:
    answer = await client.get(path, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(lines) == count
