"""The command as an operator uses it: keys shown once and alone, documents without a database, errors in a sentence."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.keys import KeyRefused
from deploy.roles import SERVICES, DatabaseUrls
from shared.core.api_key import parse_api_key
from shared.core.ids import new_id
from tests.support.tenants import create_tenant

run = CliRunner()


@pytest.fixture
def installed(database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> DatabaseUrls:
    """The command works on the test's database, through the roles' own URLs."""
    point_at(database_urls, monkeypatch)
    return database_urls


def point_at(urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for role in ("owner", "verify", "inventory", "ads", "planning"):
        monkeypatch.setenv(f"{role.upper()}_DATABASE_URL", getattr(urls, role))


def tradewind(*arguments: str) -> Result:
    result = run.invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_key_is_printed_once_and_alone(installed: DatabaseUrls) -> None:
    handle = f"cli-{new_id()}"
    assert tradewind("tenant", "create", handle).exit_code == 0
    made = tradewind("key", "create", "--tenant", handle, "--scopes", "inventory.read,ads.write", "--expires-in", "12h")
    key = parse_api_key(made.stdout.strip())
    assert key is not None
    listed = tradewind("key", "list", "--tenant", handle).stdout
    assert key.key_id in listed
    assert key.text not in listed
    assert "live" in listed
    assert tradewind("key", "revoke", key.key_id).exit_code == 0
    assert "revoked" in tradewind("key", "list", "--tenant", handle).stdout


def test_a_key_of_an_unknown_tenant_is_refused(installed: DatabaseUrls) -> None:
    with pytest.raises(KeyRefused, match="tradewind tenant create"):
        tradewind("key", "create", "--tenant", f"nobody-{new_id()}", "--scopes", "all")


def test_what_is_no_duration_is_a_usage_error(installed: DatabaseUrls) -> None:
    result = tradewind("key", "create", "--tenant", "x", "--scopes", "all", "--expires-in", "soon")
    assert result.exit_code == 2


async def test_verify_ends_well_on_sound_data(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A database of its own: other tests write rows that no service would.
    async with clone_database("verified") as urls:
        await create_tenant(urls.owner)
        point_at(urls, monkeypatch)
        result = await asyncio.to_thread(tradewind, "verify", "--no-storage")
    assert result.exit_code == 0, result.stdout
    assert "I1" in result.stdout
    assert "I7" in result.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_printed_without_a_database(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.endswith("DATABASE_URL")]:
        monkeypatch.delenv(name)
    document = json.loads(tradewind("openapi", service).stdout)
    assert document["openapi"].startswith("3.1")
    assert document["paths"]


@pytest.mark.slow
def test_nothing_but_the_document_is_printed() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    printed = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "openapi", "ads"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert printed.stderr == ""
    assert json.loads(printed.stdout)["paths"]


def test_there_is_no_document_of_an_unknown_service() -> None:
    assert tradewind("openapi", "warehouse").exit_code == 2


def test_a_database_that_does_not_answer_is_said_in_a_sentence() -> None:
    failed = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "key", "list"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DATABASE_URL": "", "OWNER_DATABASE_URL": "postgresql://tw_owner:x@127.0.0.1:1/none"},
    )
    assert failed.returncode == 1
    assert "the database cannot be used" in failed.stderr
    assert "Traceback" not in failed.stderr
