"""A service of long work that does nothing useful, for tests: its effects are rows of one table, doubles included.

Run as a program it is the worker of that service: `python -m tests.support.fake_jobs <database url>`.
"""

import asyncio
import csv
import os
import sys
import time
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.errors import Conflict
from shared.db.bulk import copy_rows, create_staging
from shared.db.tenancy import row_security
from shared.files.problems import FileProblem, Notice, RowError
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.compute import Progress
from shared.jobs.import_run import import_operation
from shared.jobs.imports import Applied, ImportContext, ImportKind, ImportRegistry, Recognised, WithdrawalContext
from shared.jobs.operations import Job, OperationKind
from shared.jobs.worker import work

# The name of a real service, because keys have scopes of real services only.
SERVICE = "inventory"
HEARTBEAT = timedelta(seconds=1)
POLL = timedelta(seconds=0.2)

TABLES = (
    "CREATE TABLE inventory.fake_effect (tenant_id uuid NOT NULL, operation_id uuid NOT NULL, position int NOT NULL,"
    " attempt int NOT NULL, process int NOT NULL)",
    "CREATE TABLE inventory.fake_item (tenant_id uuid NOT NULL, code text NOT NULL, units int NOT NULL,"
    " PRIMARY KEY (tenant_id, code))",
    *row_security("inventory", "fake_effect", "fake_item"),
)


@dataclass(frozen=True)
class Settings:
    """What `work` asks of a service's settings."""

    database_url: SecretStr


# --- an operation of many effects -------------------------------------------------------------------------------


async def run_steps(job: Job) -> None:
    """`steps` effects, one row each, `pause` seconds apart; goes on behind the effects that are there."""
    steps, pause = int(job.parameters["steps"]), float(job.parameters.get("pause", 0))
    async with job.database.session(job.tenant_id) as session:
        done = await session.scalar(
            text("SELECT count(*) FROM inventory.fake_effect WHERE tenant_id = :t AND operation_id = :o"),
            {"t": job.tenant_id, "o": job.operation_id},
        )
    for position in range(int(done or 0), steps):
        async with job.effect(done=position + 1, total=steps) as session:
            await add_effect(session, job, position)
            await asyncio.sleep(pause)
    async with job.effect() as session:
        await job.succeed(session, f"/steps/{job.operation_id}")


async def add_effect(session: AsyncSession, job: Job, position: int) -> None:
    await session.execute(
        text("INSERT INTO inventory.fake_effect VALUES (:t, :o, :p, :a, :w)"),
        {"t": job.tenant_id, "o": job.operation_id, "p": position, "a": job.attempt, "w": os.getpid()},
    )


# --- an operation that computes -----------------------------------------------------------------------------------


def count_slowly(steps: int, pause: float, pid_path: str | None) -> Generator[Progress, None, int]:
    """In the child: busy for `steps` pauses."""
    if pid_path:
        Path(pid_path).write_text(str(os.getpid()))
    for step in range(steps):
        end = time.monotonic() + pause
        while time.monotonic() < end:
            pass
        yield Progress(step + 1, steps)
    return os.getpid()


async def run_computation(job: Job) -> None:
    child = await job.compute(
        count_slowly, job.parameters["steps"], job.parameters["pause"], job.parameters.get("pid_path")
    )
    async with job.effect() as session:
        await add_effect(session, job, child)
        await job.succeed(session)


async def run_refusal(job: Job) -> None:
    raise Conflict("The stock is being counted.", warehouse="north")


async def run_breakage(job: Job) -> None:
    raise ValueError("secret dsn postgresql://user:password@host/db")


# --- an import ------------------------------------------------------------------------------------------------------


def read_items(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary | Progress]:
    """Lines `code,units`; a line whose units are no number is an error, `!broken` ends the file."""
    rows: list[tuple[str, int]] = []
    errors: list[RowError] = []
    total, line = 0, 1
    with path.open(newline="") as text_file:
        reader = csv.reader(text_file)
        next(reader)
        for line, cells in enumerate(reader, start=2):
            if cells[0] == "!broken":
                raise FileProblem("broken", "The file ends in the middle.", {"line": line})
            try:
                rows.append((cells[0], int(cells[1])))
                total += int(cells[1])
            except ValueError:
                errors.append(RowError(line, "units", "not_a_number", "Not a whole number.", cells[1]))
            if len(rows) >= int(parameters["chunk_rows"]):
                yield RowsChunk(rows, line, errors)
                rows, errors = [], []
    if rows or errors:
        yield RowsChunk(rows, line, errors)
    yield Summary({"units": total}, [Notice("read", "Read to the end.")])


async def apply_items(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """An upsert of the chunk; codes that begin with `x` are refused here."""
    good = [(context.tenant_id, code, units) for code, units in chunk.rows if not code.startswith("x")]
    await create_staging(session, "staged_item", ["tenant_id uuid", "code text", "units int"])
    await copy_rows(session, "staged_item", ["tenant_id", "code", "units"], good)
    if pause := float(context.parameters.get("pause", 0)):
        await asyncio.sleep(pause)
    result = await session.execute(
        text(
            "INSERT INTO inventory.fake_item AS item SELECT tenant_id, code, units FROM staged_item"
            " ON CONFLICT (tenant_id, code) DO UPDATE SET units = excluded.units WHERE item.units <> excluded.units"
        )
    )
    changed: int = result.rowcount  # type: ignore[attr-defined]
    refused = [
        RowError(chunk.last_line, "code", "unknown_code", "No such item.", code)
        for code, _ in chunk.rows
        if code.startswith("x")
    ]
    return Applied(changed, len(good) - changed, refused)


async def withdraw_items(session: AsyncSession, context: WithdrawalContext) -> None:
    """A snapshot is all there is: without it there is nothing."""
    await session.execute(
        text("DELETE FROM inventory.fake_item WHERE tenant_id = :tenant_id"), {"tenant_id": context.tenant_id}
    )


def recognise_items(content: bytes, parameters: Mapping[str, Any]) -> Recognised:
    header = content.split(b"\n")[0].strip()
    if header == b"code,units":
        return Recognised("items")
    if header == b"snapshot,units":
        return Recognised("item_snapshot", ("as_of",))
    raise FileProblem("unrecognised", "The header is that of no file known here.")


REGISTRY = ImportRegistry.of(
    SERVICE,
    [
        ImportKind("items", read_items, apply_items),
        ImportKind(
            "item_snapshot",
            read_items,
            apply_items,
            required=("marketplace",),
            whole=True,
            restates=True,
            withdraw=withdraw_items,
        ),
    ],
    recognise_items,
)
KINDS = (
    OperationKind("steps", run_steps),
    OperationKind("computation", run_computation),
    OperationKind("refusal", run_refusal),
    OperationKind("breakage", run_breakage),
    import_operation(REGISTRY),
)


@asynccontextmanager
async def working(
    url: str, *, grace_seconds: float = 5.0, heartbeat_timeout: timedelta = HEARTBEAT
) -> AsyncIterator[asyncio.Event]:
    """A worker of the fake service in this process while the block runs; set the event to stop it sooner."""
    stop = asyncio.Event()
    worker = asyncio.create_task(
        work(
            SERVICE,
            KINDS,
            Settings(SecretStr(url)),
            stop=stop,
            grace_seconds=grace_seconds,
            heartbeat_timeout=heartbeat_timeout,
            poll_interval=POLL,
        )
    )
    try:
        yield stop
    finally:
        stop.set()
        await worker


if __name__ == "__main__":
    asyncio.run(work(SERVICE, KINDS, Settings(SecretStr(sys.argv[1])), heartbeat_timeout=HEARTBEAT, poll_interval=POLL))
