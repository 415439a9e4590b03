"""How an import is carried out: read in a child process, written chunk by chunk, behind what is written already."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.clock import utc_now
from shared.db.platform import ImportChunkRow, ImportRow, ImportRowErrorRow
from shared.files.problems import FileProblem, Notice, RowError
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.compute import Progress
from shared.jobs.import_files import read_pieces
from shared.jobs.imports import OPERATION_KIND, ImportContext, ImportKind, ImportRegistry, Read, result_url, unreadable
from shared.jobs.operations import Job, OperationKind

# Errors beyond this are counted, not kept: nobody mends ten thousand rows by hand.
MAX_STORED_ERRORS = 10_000
MAX_STORED_WARNINGS = 1_000
# Room for the errors of one chunk in the numbering of all.
_ERRORS_PER_CHUNK = 100_000


def import_operation(registry: ImportRegistry) -> OperationKind:
    """The kind of operation that applies a service's imports, for its worker."""
    return OperationKind(OPERATION_KIND, partial(run_import, registry))


async def run_import(registry: ImportRegistry, job: Job) -> None:
    """Apply the import of an operation: read in a child process, write chunk by chunk, behind what is applied."""
    import_id = UUID(job.parameters["import_id"])
    async with job.database.session(job.tenant_id) as session:
        row = await session.get_one(ImportRow, (job.tenant_id, import_id))
        applied = set(
            await session.scalars(
                select(ImportChunkRow.position).where(
                    ImportChunkRow.tenant_id == job.tenant_id, ImportChunkRow.import_id == import_id
                )
            )
        )
    kind = registry.kinds[row.kind]
    parameters = dict(row.parameters) | {"chunk_rows": job.parameters["chunk_rows"]}
    run = _Run(job, kind, row, applied)
    async with (
        _file_on_disk(job, row.file_id) as path,
        job.stream(_read, kind.read, str(path), parameters) as items,
    ):
        if kind.whole:
            async with job.effect() as session:
                async for item in items:
                    if isinstance(item, RowsChunk):
                        await run.take(session, item)
                    elif isinstance(item, Summary):
                        run.summary = item
                await run.finish(session)
            return
        async for item in items:
            if isinstance(item, Summary):
                run.summary = item
            elif isinstance(item, RowsChunk) and not run.passes_over():
                async with job.effect(done=item.last_line) as session:
                    await run.take(session, item)
    async with job.effect() as session:
        await run.finish(session)


@dataclass
class _Run:
    """One attempt's way through the file."""

    job: Job
    kind: ImportKind
    row: ImportRow
    applied: set[int]
    position: int = -1
    summary: Summary = field(default_factory=Summary)

    def passes_over(self) -> bool:
        """Whether an earlier attempt has committed the next chunk, which then counts as met."""
        if self.position + 1 not in self.applied:
            return False
        self.position += 1
        return True

    async def take(self, session: AsyncSession, item: RowsChunk) -> None:
        """Write one chunk: its mark first, so that a second writer of the same chunk waits, then fails."""
        self.position += 1
        now = utc_now()
        key = (self.job.tenant_id, self.row.id, self.position)
        await session.execute(
            insert(ImportChunkRow).values(
                tenant_id=key[0],
                import_id=key[1],
                position=key[2],
                attempt=self.job.attempt,
                rows_applied=0,
                rows_unchanged=0,
                applied_at=now,
            )
        )
        async with self._undone_if_only_validating(session):
            outcome = await self.kind.apply(session, await self._context(session, now), item)
        errors = [*item.errors, *outcome.errors]
        await self._store_errors(session, errors)
        await session.execute(
            update(ImportChunkRow)
            .where(
                ImportChunkRow.tenant_id == key[0],
                ImportChunkRow.import_id == key[1],
                ImportChunkRow.position == key[2],
            )
            .values(rows_applied=outcome.applied, rows_unchanged=outcome.unchanged)
        )
        await self._count(session, outcome.applied, outcome.unchanged, errors)

    async def finish(self, session: AsyncSession) -> None:
        """Write what the end of the file tells, and end the operation."""
        async with self._undone_if_only_validating(session):
            told = await self.kind.finish(session, await self._context(session, utc_now()), self.summary) or ()
        late = [each for each in told if isinstance(each, RowError)]
        warnings = [*self.summary.warnings, *(each for each in told if isinstance(each, Notice))]
        self.position += 1
        await self._store_errors(session, late)
        await self._count(session, 0, 0, late)
        await session.execute(
            update(ImportRow)
            .where(*self._this())
            .values(
                totals={name: _as_json(value) for name, value in self.summary.totals.items()},
                warnings=[_warning(notice) for notice in warnings[:MAX_STORED_WARNINGS]],
            )
            .execution_options(synchronize_session=False)
        )
        await self.job.succeed(session, result_url(self.row.id))

    @asynccontextmanager
    async def _undone_if_only_validating(self, session: AsyncSession) -> AsyncIterator[None]:
        if not self.row.validate_only:
            yield
            return
        async with session.begin_nested() as savepoint:
            yield
            await savepoint.rollback()

    async def _context(self, session: AsyncSession, now: datetime) -> ImportContext:
        """The import as its kind sees it; where it is only validated, what was prepared at its start is no more."""
        row = self.row
        parameters: Mapping[str, Any] = row.parameters
        if row.validate_only:
            parameters = await self.kind.prepare(session, row.tenant_id, parameters)
        return ImportContext(
            row.tenant_id, row.id, row.file_id, row.kind, parameters, row.validate_only, row.created_by, now
        )

    async def _store_errors(self, session: AsyncSession, errors: Sequence[RowError]) -> None:
        if not errors:
            return
        stored = await session.scalar(
            select(ImportRowErrorRow.position)
            .where(ImportRowErrorRow.tenant_id == self.job.tenant_id, ImportRowErrorRow.import_id == self.row.id)
            .order_by(ImportRowErrorRow.position.desc())
            .offset(MAX_STORED_ERRORS - 1)
            .limit(1)
        )
        if stored is not None:
            return
        await session.execute(
            insert(ImportRowErrorRow),
            [
                {
                    "tenant_id": self.job.tenant_id,
                    "import_id": self.row.id,
                    "position": self.position * _ERRORS_PER_CHUNK + index,
                    "line": error.line,
                    "column": error.column,
                    "code": error.code,
                    "message": error.message,
                    "value": error.value,
                }
                for index, error in enumerate(errors[:MAX_STORED_ERRORS])
            ],
        )

    async def _count(self, session: AsyncSession, applied: int, unchanged: int, errors: Sequence[RowError]) -> None:
        rejected = len({error.line for error in errors})
        await session.execute(
            update(ImportRow)
            .where(*self._this())
            .values(
                rows_applied=ImportRow.rows_applied + applied,
                rows_unchanged=ImportRow.rows_unchanged + unchanged,
                rows_rejected=ImportRow.rows_rejected + rejected,
            )
            .execution_options(synchronize_session=False)
        )

    def _this(self) -> tuple[ColumnElement[bool], ...]:
        return ImportRow.tenant_id == self.job.tenant_id, ImportRow.id == self.row.id


def _read(read: Read, path: str, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary | Progress]:
    """In the child: what the kind reads, its refusals turned into problems."""
    try:
        yield from read(Path(path), parameters)
    except FileProblem as problem:
        raise unreadable(problem) from problem


@asynccontextmanager
async def _file_on_disk(job: Job, file_id: UUID) -> AsyncIterator[Path]:
    """The kept bytes as a file that the child can open; gone with the block, and with a worker that is killed."""
    # Linux shows open files, so there the file needs no name, which could outlive the process.
    shown = sys.platform == "linux"
    with tempfile.TemporaryFile() if shown else tempfile.NamedTemporaryFile() as file:
        async for piece in read_pieces(job.database, job.tenant_id, file_id):
            await asyncio.to_thread(file.write, piece)
        await asyncio.to_thread(file.flush)
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}" if shown else file.name)


def _warning(notice: Notice) -> dict[str, Any]:
    return {
        "code": notice.code,
        "message": notice.message,
        "line": notice.line,
        "column": notice.column,
        "value": notice.value,
    }


def _as_json(value: Any) -> str | int | float:
    """A total as JSON: whole numbers and ratios as they are, exact decimals and dates as text."""
    return value if isinstance(value, str | int | float) else str(value)
