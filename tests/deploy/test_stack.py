"""What supervisor is told: every service with its own secrets and no other's, the database first up and last down."""

import configparser
import re
import socket
from datetime import timedelta

import pytest

from deploy import stack
from deploy.durations import parse_duration
from deploy.lint.strip_addresses import stripped
from deploy.roles import DatabaseUrls, passwords_for, rendered_roles, urls_for
from tests.support.paths import REPOSITORY

ADMIN = "postgresql://boss:b%25ss%40@db.example:5433/trade"
URLS = urls_for(
    ADMIN, {role: f"{role}-pw%" for role in ("tw_owner", "tw_verify", "tw_inventory", "tw_ads", "tw_planning")}
)


def parsed(urls: DatabaseUrls, *, embedded: bool) -> configparser.RawConfigParser:
    config = configparser.RawConfigParser()
    config.read_string(stack.supervisor_config(stack.programs(urls, embedded=embedded, host="127.0.0.1")))
    return config


def test_each_service_has_an_api_and_where_it_has_long_work_a_worker() -> None:
    names = {name.removeprefix("program:") for name in parsed(URLS, embedded=False).sections()} - {"supervisord"}
    workers = {f"{path.parent.name}-worker" for path in REPOSITORY.glob("services/*/worker.py")}
    assert "inventory-worker" in workers
    assert names == {"inventory-api", "ads-api", "planning-api"} | workers


def test_containers_run_the_same_processes() -> None:
    text = (REPOSITORY / "deploy/compose.yaml").read_text()
    declared = set(re.findall(r"^  ([a-z]+-(?:api|worker)):$", text, re.MULTILINE))
    assert declared == {program.name for program in stack.programs(URLS, embedded=False, host="127.0.0.1")}


def test_the_database_starts_first_and_stops_last() -> None:
    config = parsed(URLS, embedded=True)
    priorities = {name: config.getint(name, "priority") for name in config.sections() if name != "supervisord"}
    assert min(priorities, key=lambda name: priorities[name]) == "program:postgres"
    assert priorities["program:inventory-api"] < priorities["program:inventory-worker"]


@pytest.mark.parametrize("service", ["inventory", "ads", "planning"])
def test_a_service_is_told_its_own_password_and_no_other(service: str) -> None:
    config = parsed(URLS, embedded=False)
    for program in (name for name in config.sections() if name.startswith(f"program:{service}-")):
        told = config.get(program, "environment")
        assert f"tw_{service}-pw" in told
        for other in ("owner", "verify", "inventory", "ads", "planning"):
            assert other == service or f"tw_{other}-pw" not in told


def test_a_percent_sign_in_a_password_survives_the_configuration() -> None:
    told = parsed(URLS, embedded=False).get("program:ads-api", "environment")
    assert f'ADS_DATABASE_URL="{URLS.ads}"' in told.replace("%%", "%")
    assert told.replace("%%", "").count("%") == 0


def test_a_quote_is_refused_rather_than_guessed_at() -> None:
    with pytest.raises(stack.StackError):
        stack.supervisor_config([stack.Program("x", ("true",), 1, {"A": 'say "no"'})])


def test_a_taken_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for service in ("INVENTORY", "ADS", "PLANNING"):
            monkeypatch.setenv(f"{service}_PORT", str(other.getsockname()[1]))
        with pytest.raises(stack.StackError, match=r"inventory service needs.*INVENTORY_PORT"):
            stack.check_ports()


def test_passwords_follow_from_the_administrators_and_differ_by_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TW_ADS_PASSWORD", raising=False)
    first, again = passwords_for(ADMIN), passwords_for(ADMIN)
    assert first == again
    assert len(set(first.values())) == 5
    assert passwords_for(ADMIN.replace("b%25ss", "other")) != first
    monkeypatch.setenv("TW_ADS_PASSWORD", "given")
    assert passwords_for(ADMIN)["tw_ads"] == "given"


def test_a_quote_in_a_password_ends_no_statement() -> None:
    roles = ("tw_owner", "tw_inventory", "tw_ads", "tw_planning", "tw_verify")
    script = rendered_roles(dict.fromkeys(roles, "it's"))
    assert script.count("PASSWORD 'it''s'") == 5
    assert ":'" not in script


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        (" 90D ", timedelta(days=90)),
        ("2w", timedelta(weeks=2)),
        ("1y", timedelta(days=365)),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "90", "0d", "d", "-1d", "1.5d", "forever"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_an_npm_lock_loses_its_addresses_and_nothing_else() -> None:
    lock: dict[str, object] = {
        "lockfileVersion": 3,
        "packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-x", "funding": {"url": "x://y"}}},
    }
    assert stripped(lock) == {
        "lockfileVersion": 3,
        "packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}},
    }
