"""Children that compute: what crosses, what is bounded, and that they never outlive whoever asked."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest

from shared.core.errors import Conflict
from shared.jobs.compute import ComputeDied, ComputeFailed, Progress, compute, stream
from tests.support.paths import REPOSITORY


def add(one: int, other: int) -> tuple[int, int]:
    return one + other, os.getpid()


def refuse() -> None:
    raise Conflict("The stock is being counted.", warehouse="north")


def break_down() -> None:
    raise ValueError("a secret")


def vanish() -> None:
    os._exit(7)


def count(steps: int) -> Generator[Progress, None, int]:
    for step in range(steps):
        yield Progress(step + 1, steps)
    return steps * 2


def write_numbers(path: str, numbers: int) -> Iterator[bytes]:
    for number in range(numbers):
        Path(path).write_text(str(number))
        yield bytes(200_000)


def open_sockets() -> int:
    links = [os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.exists() or link.is_symlink()]
    return sum(link.startswith("socket:") for link in links)


def threads_after_a_product() -> int:
    matrix = np.ones((700, 700))
    assert (matrix @ matrix)[0, 0] == 700
    return len(list(Path("/proc/self/task").iterdir()))


def tell_pid_and_hang(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    while True:
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


async def until(condition: object, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_a_result_comes_from_another_process() -> None:
    result, pid = await compute(add, 2, 3)
    assert result == 5
    assert pid != os.getpid()


async def test_a_refusal_crosses_with_its_parameters() -> None:
    with pytest.raises(Conflict, match="being counted") as caught:
        await compute(refuse)
    assert caught.value.parameters == {"warehouse": "north"}
    assert caught.value.errors == ()


async def test_an_unexpected_error_crosses_as_a_trace_for_the_log() -> None:
    with pytest.raises(ComputeFailed, match="ValueError: a secret"):
        await compute(break_down)


async def test_a_child_that_vanishes_is_noticed() -> None:
    with pytest.raises(ComputeDied):
        await compute(vanish)


async def test_progress_is_told_on_the_way() -> None:
    told: list[tuple[int, int]] = []

    async def on_progress(done: int, total: int) -> None:
        told.append((done, total))

    assert await compute(count, 3, on_progress=on_progress) == 6
    assert told == [(1, 3), (2, 3), (3, 3)]


async def test_a_stream_waits_for_its_reader(tmp_path: Path) -> None:
    written = tmp_path / "written"
    seen = 0
    async with stream(write_numbers, str(written), 40) as items:
        async for item in items:
            assert len(item) == 200_000
            seen += 1
            if seen == 5:
                await asyncio.sleep(0.5)
                # One item on this side, one in the pipe, one being written.
                assert int(written.read_text()) <= seen + 2
    assert seen == 40


async def test_a_stream_goes_as_far_ahead_as_it_may(tmp_path: Path) -> None:
    written = tmp_path / "written"
    async with stream(write_numbers, str(written), 12, ahead=3) as items:
        assert [len(await anext(items)) for _ in range(2)] == [200_000, 200_000]
        # Three more wait on this side, and the one after them, number 5, is being written.
        await until(lambda: int(written.read_text() or 0) >= 5)
        await asyncio.sleep(0.2)
        assert int(written.read_text()) <= 6
        assert len([item async for item in items]) == 10


async def test_leaving_a_stream_early_kills_the_child(tmp_path: Path) -> None:
    written = tmp_path / "written"
    async with stream(write_numbers, str(written), 1_000_000) as items:
        async for _ in items:
            break
    before = written.read_text()
    await asyncio.sleep(0.2)
    assert written.read_text() == before


async def test_a_cancelled_computation_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    task = asyncio.create_task(compute(tell_pid_and_hang, str(path)))
    await until(lambda: path.exists() and path.read_text())
    pid = int(path.read_text())
    assert is_alive(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(pid)


async def test_a_child_inherits_no_connection() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.set_inheritable(True)
        assert await compute(open_sockets) == 0


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one core there is one thread anyway")
async def test_a_child_computes_on_one_core() -> None:
    assert await compute(threads_after_a_product) == 2  # its own, and the one that waits for the parent's end


async def test_a_child_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    program = (
        "import asyncio, sys; from tests.shared.jobs.test_compute import compute, tell_pid_and_hang;"
        "asyncio.run(compute(tell_pid_and_hang, sys.argv[1]))"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(path), cwd=REPOSITORY)
    try:
        await until(lambda: path.exists() and path.read_text())
        pid = int(path.read_text())
        assert is_alive(pid)
    finally:
        parent.kill()
        await parent.wait()
    await until(lambda: not is_alive(pid), 20)
