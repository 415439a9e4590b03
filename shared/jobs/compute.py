"""Heavy computation leaves the worker's process: one child per computation, which dies with its asker.

A worker that computed in its own event loop would miss its heartbeats and lose its job to another. Children come
from a fork server that was started clean, so they inherit no sockets and no pools.
"""

import asyncio
import fcntl
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from inspect import isgenerator
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

from shared.core.errors import TradewindError

T = TypeVar("T")

# One core each: numpy's linear algebra would start a thread for every core in every child, and they would burn half
# as much time again waiting for one another. The fork server finds this in its environment when it loads numpy.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

_CONTEXT = multiprocessing.get_context("forkserver")
# A child yields to the heartbeats of its worker where cores are few.
_NICENESS = 5
# What Linux lets anybody ask for: the megabytes that a child starts from would wait for it at every 64 kB.
_WIDE_PIPE = 1 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """Yielded by a computation in the child: `done` of `total` units, told to the asker's `on_progress`."""

    done: int
    total: int


class ComputeFailed(Exception):
    """The child raised something that callers must not see; the text is its traceback, for the log."""


class ComputeDied(Exception):
    """The child ended without an answer: killed from outside, or out of memory."""


OnProgress = Callable[[int, int], Awaitable[None]]


def warm_up(*modules: str) -> None:
    """Start the fork server with these modules imported, so that children which need them start at once."""
    _CONTEXT.set_forkserver_preload(["shared.jobs.compute", *modules])
    _CONTEXT.Process(target=_nothing, daemon=True).start()


async def compute(function: Callable[..., Any], *args: Any, on_progress: OnProgress | None = None) -> Any:
    """`function(*args)` in a child process; its result, or its TradewindError.

    `function` is importable by name, arguments and result can be pickled. A generator function may yield
    Progress on its way; what it returns is the result. Cancelling the caller kills the child.
    """
    async with _child(_compute, function, args) as messages:
        async for tag, value in messages:
            if tag == "result":
                return value
            if tag == "progress" and on_progress is not None:
                await on_progress(value.done, value.total)
    raise AssertionError("a child ends with a result or an error")


@asynccontextmanager
async def stream(
    function: Callable[..., Iterable[T]], *args: Any, on_progress: OnProgress | None = None, ahead: int = 1
) -> AsyncIterator[AsyncGenerator[T, None]]:
    """What `function(*args)` yields in a child process, one by one while the child goes on with the next.

    Progress among it goes to `on_progress` instead. Bounded: `ahead` items wait on this side, one is being sent, and
    with the next one made the child blocks until one is taken. Leaving the block early kills the child.
    """

    async def items() -> AsyncGenerator[T, None]:
        async for tag, value in messages:
            if tag == "item":
                yield cast(T, value)
            elif tag == "progress" and on_progress is not None:
                await on_progress(value.done, value.total)

    async with _child(_stream, function, args, ahead) as messages:
        yield items()


@asynccontextmanager
async def _child(
    run: Callable[..., Any], function: Callable[..., Any], args: tuple[Any, ...], ahead: int = 1
) -> AsyncIterator[AsyncGenerator[tuple[str, Any], None]]:
    loop = asyncio.get_running_loop()
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    given, work = _wide_pipe()
    # A thread of its own: a child may compute for minutes, and the loop's threads are few and shared.
    reader = ThreadPoolExecutor(1, thread_name_prefix="child")
    message = pickle.dumps((run, function, args), protocol=5)
    process = _CONTEXT.Process(target=_serve, args=(theirs, given), daemon=True)
    try:
        await loop.run_in_executor(reader, process.start)
        theirs.close()
        given.close()
        await loop.run_in_executor(reader, _give, work, message)

        def receive() -> "asyncio.Future[tuple[str, Any]]":
            return loop.run_in_executor(reader, _receive, ours)

        yield _messages(receive, ahead)
    finally:
        # Killing closes the child's ends, which ends the thread's wait.
        theirs.close()
        given.close()
        if process.pid is not None:
            process.kill()
            await asyncio.shield(loop.run_in_executor(None, process.join))
        reader.shutdown(wait=False, cancel_futures=True)
        await asyncio.shield(loop.run_in_executor(None, reader.shutdown))
        ours.close()
        work.close()


async def _messages(
    receive: Callable[[], "asyncio.Future[tuple[str, Any]]"], ahead: int
) -> AsyncGenerator[tuple[str, Any], None]:
    # One thread receives, so they come in the order in which they were asked for.
    pending = deque(receive() for _ in range(ahead))
    while True:
        tag, value = await pending.popleft()
        if tag == "failed":
            raise ComputeFailed(value)
        if tag == "error":
            raise value
        if tag == "died":
            raise ComputeDied("the child process ended without an answer")
        if tag == "result":
            yield tag, value
            return
        # Asked for before this one is used: the child's next item crosses while we work.
        pending.append(receive())
        yield tag, value


def _wide_pipe() -> tuple["Connection[Any, Any]", "Connection[Any, Any]"]:
    """A pipe, its end to read from and its end to write to, which holds much at once where the system can."""
    reading, writing = _CONTEXT.Pipe(duplex=False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # a user who has too many of them already gets a narrow one
            fcntl.fcntl(writing.fileno(), fcntl.F_SETPIPE_SZ, _WIDE_PIPE)
    return reading, writing


def _give(connection: "Connection[Any, Any]", message: bytes) -> None:
    with suppress(BrokenPipeError):  # a child that died is noticed where its answer is awaited
        connection.send_bytes(message)


def _receive(connection: "Connection[Any, Any]") -> tuple[str, Any]:
    try:
        return cast(tuple[str, Any], pickle.loads(connection.recv_bytes()))
    except (EOFError, OSError):
        return "died", None
    except Exception:
        return "failed", traceback.format_exc()


def _nothing() -> None:
    return


def _serve(connection: "Connection[Any, Any]", given: "Connection[Any, Any]") -> None:
    """The child's main function: takes its work, computes, and sends what comes of it."""
    # The terminal and the supervisor signal whole groups; whether a child ends is for its worker to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(_NICENESS)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        run, function, args = pickle.loads(given.recv_bytes())
        given.close()
        _send(connection, "result", run(connection, function(*args)))
    except TradewindError as error:
        _send(connection, "error", error)
    except BrokenPipeError:
        return  # nobody is there to be told
    except BaseException:
        _send(connection, "failed", traceback.format_exc())


def _compute(connection: "Connection[Any, Any]", outcome: Any) -> Any:
    if not isgenerator(outcome):
        return outcome
    while True:
        try:
            _send(connection, "progress", next(outcome))
        except StopIteration as stop:
            return stop.value


def _stream(connection: "Connection[Any, Any]", outcome: Iterable[Any]) -> None:
    # A pipe takes little at once: each item is sent while the next one is computed.
    with ThreadPoolExecutor(1, thread_name_prefix="sender") as sender:
        sent: Future[None] | None = None
        for item in outcome:
            message = _message("progress" if isinstance(item, Progress) else "item", item)
            if sent is not None:
                sent.result()
            sent = sender.submit(connection.send_bytes, message)
        if sent is not None:
            sent.result()


def _send(connection: "Connection[Any, Any]", tag: str, value: Any) -> None:
    connection.send_bytes(_message(tag, value))


def _message(tag: str, value: Any) -> bytes:
    return pickle.dumps((tag, value), protocol=5)


def _die_with_parent() -> None:
    """The sentinel of the parent becomes ready when it is gone, however it went."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
