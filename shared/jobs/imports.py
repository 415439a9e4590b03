"""Imports: which kinds of file a service takes, how one is recognised, and how its import is begun."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.errors import Conflict, FieldProblem, Invalid, NotFound
from shared.core.ids import new_id
from shared.db.platform import ImportRow, OperationRow
from shared.files.problems import FileProblem, Notice, RowError
from shared.jobs.chunks import RowsChunk, Summary, chunk_rows_for
from shared.jobs.compute import Progress
from shared.jobs.import_files import Upload, store_file
from shared.jobs.operations import UNFINISHED, start_operation

OPERATION_KIND = "import"
WITHDRAWAL_KIND = "import_withdrawal"
# A workbook is recognised and read in memory, unpacked.
MOST_WORKBOOK_BYTES = 100_000_000


class UnreadableFile(Invalid):
    """The file cannot be read as any kind that is known here; `code` says why."""

    slug, title = "unreadable-file", "File cannot be read"


class FactsMissing(Invalid):
    """The file does not say everything that must be known to import it; send what `errors` name."""

    slug, title = "facts-missing", "Facts about the file are missing"


class KindMismatch(Invalid):
    """The file is not of the kind that was named."""

    slug, title = "kind-mismatch", "File is of another kind"


class NotWithdrawable(Conflict):
    """What this import brought cannot be taken back."""

    slug, title = "not-withdrawable", "Import cannot be withdrawn"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is by its content, and what it leaves unsaid (`marketplace`, `date_range`, `as_of`)."""

    kind: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a chunk's rows; rows with errors count as rejected, by line."""

    applied: int
    unchanged: int = 0
    errors: Sequence[RowError] = ()


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Which import a chunk belongs to, and what its sender said of the file."""

    tenant_id: UUID
    import_id: UUID
    file_id: UUID
    kind: str
    parameters: Mapping[str, Any]
    validate_only: bool
    created_by: UUID
    now: datetime


Read = Callable[[Path, Mapping[str, Any]], Iterator[RowsChunk | Summary | Progress]]
Apply = Callable[[AsyncSession, ImportContext, RowsChunk], Awaitable[Applied]]
Finish = Callable[[AsyncSession, ImportContext, Summary], Awaitable[Sequence[RowError | Notice] | None]]
Prepare = Callable[[AsyncSession, UUID, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class WithdrawalContext:
    """Which import is withdrawn, by whom and when."""

    tenant_id: UUID
    import_id: UUID
    withdrawn_by: UUID
    now: datetime


Withdraw = Callable[[AsyncSession, WithdrawalContext], Awaitable[None]]


async def _nothing_to_finish(session: AsyncSession, context: ImportContext, summary: Summary) -> None:
    return None


async def _as_given(session: AsyncSession, tenant_id: UUID, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    return parameters


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of file that a service takes.

    `read(path, parameters)` runs in a child process and is importable by name; `parameters` are the import's,
    with `chunk_rows`. `apply` writes one chunk in its own transaction, or all in one where `whole`. `finish`
    writes what only the end of the file tells, and says what one may want to know. `prepare` checks and completes what
    the sender said, before anything is stored; what it writes does not last where the file is only validated.
    `required` are facts that the kind never says itself. `restates` marks kinds whose later files replace what earlier
    ones said, so that an earlier file sent again is not a duplicate. `withdraw` takes back what an import brought, in
    one transaction and also where it ended midway; kinds without it cannot be withdrawn.
    """

    name: str
    read: Read
    apply: Apply
    required: tuple[str, ...] = ()
    whole: bool = False
    finish: Finish = _nothing_to_finish
    prepare: Prepare = _as_given
    restates: bool = False
    withdraw: Withdraw | None = None


@dataclass(frozen=True)
class ImportRegistry:
    """The kinds of one service, and how it tells them apart.

    `recognise(content, parameters)` is given the head of a text file, or the whole of a workbook; it raises
    FileProblem. The service's name is that of its queue and its column `service`.
    """

    service: str
    kinds: Mapping[str, ImportKind]
    recognise: Callable[[bytes, Mapping[str, Any]], Recognised]

    @staticmethod
    def of(
        service: str,
        kinds: Sequence[ImportKind],
        recognise: Callable[[bytes, Mapping[str, Any]], Recognised],
    ) -> "ImportRegistry":
        return ImportRegistry(service, {kind.name: kind for kind in kinds}, recognise)


def recognise_upload(registry: ImportRegistry, upload: Upload, kind: str | None, parameters: Mapping[str, Any]) -> str:
    """The name of the upload's kind.

    Blocks on workbooks. Raises UnreadableFile, KindMismatch, or FactsMissing naming all that must be sent.
    """
    content = upload.head
    if not upload.is_text:
        if upload.size_bytes > MOST_WORKBOOK_BYTES:
            most = MOST_WORKBOOK_BYTES // 1_000_000
            raise UnreadableFile(f"A workbook may have {most} MB; send so many rows as CSV.", code="too_large")
        upload.stream.seek(0)
        content = upload.stream.read()
    try:
        recognised = registry.recognise(content, parameters)
    except FileProblem as problem:
        raise unreadable(problem) from problem
    if kind is not None and kind != recognised.kind:
        raise KindMismatch(f"The file is {recognised.kind}, not {kind}.", kind=kind, recognised_kind=recognised.kind)
    found = registry.kinds.get(recognised.kind)
    if found is None:
        raise UnreadableFile(f"Files of kind {recognised.kind} are not imported here.", code="unsupported_kind")
    lacking = [name for name in (*recognised.needs, *found.required) if not _is_said(name, parameters)]
    if lacking:
        raise FactsMissing(
            f"The file is {recognised.kind} and does not say its {', '.join(lacking)}.",
            errors=[
                FieldProblem(f"/{field_name}", "missing", f"Needed for {recognised.kind}.")
                for name in dict.fromkeys(lacking)
                for field_name in _FIELDS_OF.get(name, (name,))
                if not parameters.get(field_name)
            ],
            kind=recognised.kind,
        )
    return recognised.kind


_FIELDS_OF = {"date_range": ("date_from", "date_to")}


def _is_said(need: str, parameters: Mapping[str, Any]) -> bool:
    return all(parameters.get(name) for name in _FIELDS_OF.get(need, (need,)))


async def start_import(
    session: AsyncSession,
    registry: ImportRegistry,
    upload: Upload,
    *,
    tenant_id: UUID,
    kind: str,
    parameters: Mapping[str, Any],
    validate_only: bool,
    created_by: UUID,
    now: datetime,
    import_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> tuple[ImportRow, OperationRow]:
    """Keep the file, and start the operation that applies it, in the session's transaction.

    The same content with the same kind and parameters, once applied, is not applied again: the new import's
    operation has succeeded at once and `duplicate_of` names the first.
    """
    definition = registry.kinds[kind]
    if validate_only:
        # What preparing writes is taken back like all the rest, and written anew for each chunk.
        async with session.begin_nested() as savepoint:
            await definition.prepare(session, tenant_id, parameters)
            await savepoint.rollback()
    else:
        parameters = await definition.prepare(session, tenant_id, parameters)
    parameters = dict(parameters)
    import_id = import_id or new_id()
    file_id = await store_file(session, tenant_id, upload, now)
    earlier = None
    if not validate_only:
        earlier = await _find_duplicate(session, registry.service, tenant_id, file_id, definition, parameters)
    work = {"import_id": str(import_id), "chunk_rows": chunk_rows_for(upload.lines)}
    if earlier is None:
        operation = await start_operation(
            session,
            tenant_id=tenant_id,
            service=registry.service,
            kind=OPERATION_KIND,
            parameters=work,
            created_by=created_by,
            now=now,
            total=upload.lines if upload.is_text else 0,
            unit="lines",
            operation_id=operation_id,
        )
    else:
        operation = OperationRow(
            tenant_id=tenant_id,
            id=operation_id or new_id(),
            service=registry.service,
            kind=OPERATION_KIND,
            state="succeeded",
            parameters=work,
            progress_done=0,
            progress_total=0,
            progress_unit="lines",
            attempt=0,
            result_url=result_url(import_id),
            created_by=created_by,
            created_at=now,
            started_at=now,
            updated_at=now,
            finished_at=now,
        )
        session.add(operation)
        await session.flush()
    row = ImportRow(
        tenant_id=tenant_id,
        id=import_id,
        service=registry.service,
        file_id=file_id,
        operation_id=operation.id,
        file_name=upload.name,
        kind=kind,
        parameters=parameters,
        validate_only=validate_only,
        duplicate_of=earlier,
        rows_applied=0,
        rows_unchanged=0,
        rows_rejected=0,
        totals={},
        warnings=[],
        created_by=created_by,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row, operation


async def start_withdrawal(
    session: AsyncSession,
    registry: ImportRegistry,
    *,
    tenant_id: UUID,
    import_id: UUID,
    reason: str,
    requested_by: UUID,
    now: datetime,
) -> OperationRow:
    """The operation that takes back what the import brought; the one there is where it was asked for before.

    NotFound, or NotWithdrawable where it is still carried out, brought nothing itself, or its kind has no way back.
    """
    row = await session.scalar(
        select(ImportRow)
        .where(ImportRow.tenant_id == tenant_id, ImportRow.id == import_id, ImportRow.service == registry.service)
        .with_for_update()
    )
    if row is None:
        raise NotFound("There is no such import.")
    kind = registry.kinds.get(row.kind)
    if kind is None or kind.withdraw is None:
        raise NotWithdrawable(f"What files of kind {row.kind} bring cannot be taken back.", kind=row.kind)
    if row.validate_only:
        raise NotWithdrawable("The file was only checked: there is nothing to take back.")
    if row.duplicate_of is not None:
        detail = "It did nothing, as the file had been applied before: withdraw that import."
        raise NotWithdrawable(detail, duplicate_of=str(row.duplicate_of))
    work = await session.get_one(OperationRow, (tenant_id, row.operation_id))
    if work.state in UNFINISHED:
        raise NotWithdrawable("It is still being carried out: cancel its operation first.", state=work.state)
    if row.withdrawal_operation_id is not None:
        asked = await session.get_one(OperationRow, (tenant_id, row.withdrawal_operation_id))
        if asked.state not in ("failed", "cancelled"):
            return asked
    operation = await start_operation(
        session,
        tenant_id=tenant_id,
        service=registry.service,
        kind=WITHDRAWAL_KIND,
        parameters={"import_id": str(import_id)},
        created_by=requested_by,
        now=now,
    )
    row.withdrawal_operation_id, row.withdrawal_reason = operation.id, reason
    await session.flush()
    return operation


def unreadable(problem: FileProblem) -> UnreadableFile:
    """A reader's refusal of a whole file as callers see it."""
    plain = {name: value for name, value in problem.params.items() if isinstance(value, str | int | float | bool)}
    error = UnreadableFile(problem.message, code=problem.code)
    error.parameters |= plain
    return error


async def _find_duplicate(
    session: AsyncSession,
    service: str,
    tenant_id: UUID,
    file_id: UUID,
    kind: ImportKind,
    parameters: Mapping[str, Any],
) -> UUID | None:
    """The import that has applied this already and still counts: not withdrawn, restated, or torn by one midway."""
    joined = (OperationRow.tenant_id == ImportRow.tenant_id) & (OperationRow.id == ImportRow.operation_id)
    imports = (
        select(ImportRow.id, ImportRow.file_id, ImportRow.parameters, ImportRow.created_at)
        .join(OperationRow, joined)
        .where(
            ImportRow.tenant_id == tenant_id,
            ImportRow.service == service,
            ImportRow.kind == kind.name,
            ImportRow.validate_only.is_(False),
            ImportRow.duplicate_of.is_(None),
            ImportRow.withdrawn_at.is_(None),
        )
        .order_by(ImportRow.created_at.desc(), ImportRow.id.desc())
        .limit(1)
    )
    latest = imports.where(OperationRow.state == "succeeded")
    same = (ImportRow.file_id == file_id, ImportRow.parameters == dict(parameters))
    found = (await session.execute(latest if kind.restates else latest.where(*same))).one_or_none()
    if found is None or found.file_id != file_id or found.parameters != parameters:
        return None
    # What another began since may have replaced a part of it: sent again, the file mends that.
    midway = imports.where(
        OperationRow.state.in_(("failed", "cancelled")),
        ImportRow.rows_applied > 0,
        ImportRow.created_at > found.created_at,
    )
    if (await session.execute(midway)).one_or_none() is not None:
        return None
    earlier: UUID = found.id
    return earlier


def result_url(import_id: UUID) -> str:
    """Where an import is found, below the service's own root."""
    return f"/imports/{import_id}"
