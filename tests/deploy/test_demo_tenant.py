"""The demo seller has a key and a colleague who approves, and keeps both while they are live."""

import json
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy import demo_tenant
from deploy.demo_tenant import demo_key, mark_demo_loaded
from deploy.roles import DatabaseUrls
from shared.core.api_key import parse_api_key
from shared.core.clock import utc_now


@pytest.fixture
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the keys are kept, in place of this checkout's own."""
    monkeypatch.setattr(demo_tenant, "STATE_DIR", tmp_path)
    return tmp_path


def forget_approver(folder: Path) -> None:
    """As it was when there was one key alone."""
    [path] = folder.glob("demo-*.json")
    known = json.loads(path.read_text())
    path.write_text(json.dumps({"key": known["key"], "loaded": True}))


async def test_keys_of_two_people_are_remembered(database_urls: DatabaseUrls, remembered: Path) -> None:
    now = utc_now()
    first = await demo_key(database_urls.owner, now)
    mark_demo_loaded(database_urls.owner)
    again = await demo_key(database_urls.owner, now)
    assert (again.key, again.approver_key, first.loaded, again.loaded) == (first.key, first.approver_key, False, True)
    connection = await asyncpg.connect(database_urls.owner)
    try:
        owners = {
            await connection.fetchval("SELECT principal_id FROM platform.api_key WHERE key_id = $1", known.key_id)
            for known in map(parse_api_key, (first.key, first.approver_key))
            if known is not None
        }
    finally:
        await connection.close()
    assert len(owners) == 2
    assert None not in owners


async def test_a_seller_from_before_gets_an_approver_and_keeps_its_key(
    database_urls: DatabaseUrls, remembered: Path
) -> None:
    now = utc_now() + timedelta(minutes=1)
    first = await demo_key(database_urls.owner, now)
    forget_approver(remembered)
    again = await demo_key(database_urls.owner, now + timedelta(seconds=1))
    assert (again.key, again.loaded) == (first.key, True)
    assert again.approver_key != first.approver_key
