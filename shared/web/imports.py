"""Decides how files are sent and their imports seen over HTTP, for whatever kinds a service has registered."""

import base64
import inspect
import json
import tempfile
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from fastapi import File, Form, UploadFile
from pydantic import ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from shared.core.clock import utc_now
from shared.core.errors import NotFound, TradewindError
from shared.core.ids import new_id
from shared.db.listing import Filter, ListQuery, Sort
from shared.db.platform import ImportFileRow, ImportRow, OperationRow
from shared.files.problems import FileProblem
from shared.jobs.import_files import IN_MEMORY_BYTES, inspect_upload, read_pieces, unpacked
from shared.jobs.imports import (
    FactsMissing,
    ImportRegistry,
    KindMismatch,
    NotWithdrawable,
    UnreadableFile,
    recognise_upload,
    start_import,
    start_withdrawal,
    unreadable,
)
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep, SessionDep
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.operations import OperationState
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter
from shared.web.schemas import BigCount, Body, Count, Day, Id, Instant, MarketplaceCode, Name, Note, Schema, Slug

MOST_UPLOAD_BYTES = 500_000_000

_Text = Annotated[str, Field(max_length=2_000)]
_Fact = Annotated[str, Field(max_length=200)]
_Number = Annotated[int, Field(ge=-(2**63) + 1, le=2**63 - 1, json_schema_extra={"format": "int64"})]
_Total = _Text | _Number | Annotated[float, Field(json_schema_extra={"format": "double"})]
_FactName = Annotated[str, Field(max_length=64)]


class ImportWarning(Schema):
    """Something the reader did or saw that one may want to know; no row is lost by it."""

    code: Slug = Field(description="Stable code.", examples=["repeated_row"])
    message: _Text = Field(description="The warning in words.")
    line: Count | None = Field(default=None, description="The line of the file.")
    column: _Text | None = Field(default=None, description="The column as printed in the header.")
    value: _Text | None = Field(default=None, description="What stood there.")


class ImportRead(Schema):
    """One import of one file."""

    id: Id
    operation_id: Id = Field(description="The operation that applies it: progress, end, cancellation.")
    kind: Slug = Field(description="What the file is.", examples=["fba_manage_inventory"])
    state: OperationState = Field(description="Where the work stands.", examples=["succeeded"])
    file_name: Name = Field(description="The name under which it was sent.", examples=["orders.txt"])
    file_sha256: str = Field(
        min_length=64,
        max_length=64,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the file, unpacked where it was sent as gzip.",
    )
    file_size_bytes: BigCount = Field(description="Size of the original file.")
    parameters: dict[_FactName, _Fact | bool] = Field(
        description="What its sender said of the file.", json_schema_extra={"maxProperties": 20}
    )
    validate_only: bool = Field(description="Whether the file is only checked; its counts say what would be done.")
    duplicate_of: Id | None = Field(
        description="The import that had applied this very file before; this one does nothing."
    )
    rows_applied: BigCount = Field(description="Rows that were new or changed something.")
    rows_unchanged: BigCount = Field(description="Rows that said what was known already.")
    rows_rejected: BigCount = Field(description="Rows that were refused; see row-errors.")
    totals: dict[_FactName, _Total] = Field(
        description="Sums over the file, to compare with its source.", json_schema_extra={"maxProperties": 100}
    )
    warnings: list[ImportWarning] = Field(max_length=1_000, description="What one may want to know.")
    created_by: Id = Field(description="The principal who sent it.")
    created_at: Instant = Field(description="When it was sent.")
    withdrawal_operation_id: Id | None = Field(description="The operation that takes back what it brought.")
    withdrawal_reason: Note | None = Field(description="Why it is to be taken back.")
    withdrawn_by: Id | None = Field(description="The principal who withdrew it.")
    withdrawn_at: Instant | None = Field(description="When what it brought was taken back; null while it counts.")


class ImportWithdrawal(Body):
    """Take back what an import brought."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "It is the report of another account."}]})

    reason: Annotated[Note, Field(min_length=1)] = Field(description="Why.")


class ImportRowErrorRead(Schema):
    """One reason why one row of a file was not taken."""

    line: Count = Field(description="The line on which the row begins; the header is line 1.", examples=[17])
    column: _Text | None = Field(description="The column as printed in the header; null when it is the row as a whole.")
    code: Slug = Field(description="Stable code.", examples=["not_a_number"])
    message: _Text = Field(description="The reason in words.")
    value: _Text | None = Field(description="What stood there, shortened.")


class OriginalFile(StreamingResponse):
    """The bytes of a file that was sent, of whatever type it was."""

    media_type = "application/octet-stream"


_FIELDS = {
    "id": "i.id",
    "operation_id": "i.operation_id",
    "kind": "i.kind",
    "state": "o.state",
    "file_name": "i.file_name",
    "file_sha256": "encode(f.sha256, 'hex')",
    "file_size_bytes": "f.size_bytes",
    "parameters": "i.parameters",
    "validate_only": "i.validate_only",
    "duplicate_of": "i.duplicate_of",
    "rows_applied": "i.rows_applied",
    "rows_unchanged": "i.rows_unchanged",
    "rows_rejected": "i.rows_rejected",
    "totals": "i.totals",
    "warnings": "i.warnings",
    "created_by": "i.created_by",
    "created_at": "i.created_at",
    "withdrawal_operation_id": "i.withdrawal_operation_id",
    "withdrawal_reason": "i.withdrawal_reason",
    "withdrawn_by": "i.withdrawn_by",
    "withdrawn_at": "i.withdrawn_at",
}


def imports_query(registry: ImportRegistry) -> ListQuery:
    """The list of a service's imports, newest first."""
    return ListQuery(
        name="imports",
        source="platform.import i"
        " JOIN platform.import_file f ON f.tenant_id = i.tenant_id AND f.id = i.file_id"
        " JOIN platform.operation o ON o.tenant_id = i.tenant_id AND o.id = i.operation_id",
        where=f"i.tenant_id = $1 AND i.service = '{registry.service}'",
        fields=_FIELDS,
        sorts={"created_at": Sort("i.created_at", "timestamptz")},
        default_sort="-created_at",
        key=Sort("i.id", "uuid"),
        filters={
            "kind": Filter("i.kind = ANY({})", list[Slug], "Only files of these kinds."),
            "state": Filter("o.state = ANY({})", list[OperationState], "Only imports in these states."),
            "is_withdrawn": Filter(
                "(i.withdrawn_at IS NOT NULL) = {}", bool, "Only imports that were (or were not) withdrawn."
            ),
        },
    )


def row_errors_query(registry: ImportRegistry) -> ListQuery:
    """The list of the rows of one import that were refused."""
    return ListQuery(
        name="import_row_errors",
        source="platform.import_row_error e",
        where="e.tenant_id = $1",
        fields={
            "line": "e.line",
            "column": 'e."column"',
            "code": "e.code",
            "message": "e.message",
            "value": "e.value",
        },
        sorts={"line": Sort("e.line", "integer")},
        default_sort="line",
        key=Sort("e.position", "integer"),
        filters={"code": Filter("e.code = ANY({})", list[Slug], "Only errors with these codes.")},
        path={"import_id": Filter("e.import_id = {}", UUID, "Identifier of the import.")},
        parent="SELECT FROM platform.import i"
        f" WHERE i.tenant_id = $1 AND i.id = $2 AND i.service = '{registry.service}'",
    )


def imports_router(registry: ImportRegistry, *refusals: type[TradewindError]) -> ServiceRouter:
    """The imports of one service: `/imports` and what is below. `refusals` are the problems of its kinds' `prepare`."""
    service = registry.service
    router = ServiceRouter("imports", "Files that are sent: recognised by content, checked row by row, applied once.")
    list_endpoint(router, "/imports", imports_query(registry), ImportRead, scope=f"{service}.read")
    list_endpoint(
        router,
        "/imports/{import_id}/row-errors",
        row_errors_query(registry),
        ImportRowErrorRead,
        scope=f"{service}.read",
        summary="List the rows that were refused",
        description="The refused rows of one import, in the order of the file; also as CSV or XLSX (Accept).",
    )

    async def create_import(
        write: KeyedWriteDep,
        file: Annotated[
            UploadFile, File(description="The file: CSV, TSV, JSON or XLSX, as it was downloaded, also gzip.")
        ],
        kind: Annotated[
            Slug | None, Form(description="What the file should be; refused when its content is something else.")
        ] = None,
        account: Annotated[
            Name | None, Form(description="Name or id of the selling account; needed when there are several.")
        ] = None,
        marketplace: Annotated[MarketplaceCode | None, Form(description="When the file does not say it.")] = None,
        date_from: Annotated[Day | None, Form(description="First day of the file, when it does not say it.")] = None,
        date_to: Annotated[Day | None, Form(description="Last day of the file, when it does not say it.")] = None,
        as_of: Annotated[
            Instant | None, Form(description="The moment that a snapshot shows, when the file does not say it.")
        ] = None,
        plan_id: Annotated[UUID | None, Form(description="The draft that a filled-in plan sheet is for.")] = None,
        validate_only: Annotated[bool, Form(description="Read and check everything, change nothing.")] = False,
    ) -> Response:
        """Send a file. Its kind is recognised by content; the operation in `Location` applies it."""
        given = {
            "account": account,
            "marketplace": marketplace,
            "date_from": date_from,
            "date_to": date_to,
            "as_of": as_of,
            "plan_id": plan_id,
        }
        facts = {name: _as_text(value) for name, value in given.items() if value is not None}
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as room:
            try:
                stream, name = await run_in_threadpool(
                    unpacked, file.file, _file_name(file.filename), MOST_UPLOAD_BYTES, cast(BinaryIO, room)
                )
            except FileProblem as problem:
                raise unreadable(problem) from problem
            upload = await run_in_threadpool(inspect_upload, stream, name)
            found = await run_in_threadpool(recognise_upload, registry, upload, kind, facts)
            operation_id = new_id()

            async def produce() -> ImportRead:
                row, operation = await start_import(
                    write.session,
                    registry,
                    upload,
                    tenant_id=write.caller.tenant_id,
                    kind=found,
                    parameters=facts,
                    validate_only=validate_only,
                    created_by=write.caller.principal_id,
                    now=utc_now(),
                    operation_id=operation_id,
                )
                return _import_body(row, operation.state, upload.sha256, upload.size_bytes)

            told = json.dumps([upload.sha256.hex(), kind, facts, validate_only], sort_keys=True)
            return await write.once(
                produce,
                status=202,
                location=f"/operations/{operation_id}",
                headers={"Retry-After": "1"},
                fingerprint=told.encode(),
            )

    router.post(
        "/imports",
        status_code=202,
        response_model=ImportRead,
        max_body_size=MOST_UPLOAD_BYTES,
        dependencies=[requires(f"{service}.write")],
        responses=problem_responses(*KEYED, UnreadableFile, FactsMissing, KindMismatch, NotFound, *refusals),
    )(_without_facts_of_others(create_import, registry))

    @router.get(
        "/imports/{import_id}",
        dependencies=[requires(f"{service}.read")],
        responses=problem_responses(NotFound),
    )
    async def get_import(import_id: UUID, session: SessionDep, caller: CallerDep) -> ImportRead:
        """Read one import."""
        return _import_body(*await _find(session, caller.tenant_id, service, import_id))

    @router.get(
        "/imports/{import_id}/file",
        dependencies=[requires(f"{service}.read")],
        response_class=OriginalFile,
        responses={200: {"description": "The original bytes."}, **problem_responses(NotFound)},
    )
    async def get_import_file(import_id: UUID, database: DatabaseDep, caller: CallerDep) -> Response:
        """The file as it was sent."""
        async with database.session(caller.tenant_id) as session:
            row, _, sha256, size_bytes = await _find(session, caller.tenant_id, service, import_id)
        return OriginalFile(
            read_pieces(database, caller.tenant_id, row.file_id),
            headers={
                "Content-Length": str(size_bytes),
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.file_name, safe='')}",
                "Repr-Digest": f"sha-256=:{_base64(sha256)}:",
            },
        )

    if any(kind.withdraw is not None for kind in registry.kinds.values()):
        _add_withdrawal(router, registry)
    return router


def _add_withdrawal(router: ServiceRouter, registry: ImportRegistry) -> None:
    """The way back, for services of which some imports have one."""
    service = registry.service

    @router.post(
        "/imports/{import_id}/withdrawal",
        status_code=202,
        response_model=ImportRead,
        dependencies=[requires(f"{service}.write")],
        responses=problem_responses(NotFound, *KEYED, NotWithdrawable),
    )
    async def withdraw_import(import_id: UUID, withdrawal: ImportWithdrawal, write: KeyedWriteDep) -> Response:
        """Take back what an import brought, where its kind allows it: the operation in `Location` does it.

        What was there before counts again. Asking again changes nothing.
        """
        tenant_id = write.caller.tenant_id

        async def produce() -> ImportRead:
            await start_withdrawal(
                write.session,
                registry,
                tenant_id=tenant_id,
                import_id=import_id,
                reason=withdrawal.reason,
                requested_by=write.caller.principal_id,
                now=utc_now(),
            )
            return _import_body(*await _find(write.session, tenant_id, service, import_id))

        return await write.once(
            produce,
            status=202,
            location=lambda made: f"/operations/{made.withdrawal_operation_id}",
            headers={"Retry-After": "1"},
        )


def _without_facts_of_others(endpoint: Callable[..., Any], registry: ImportRegistry) -> Callable[..., Any]:
    """The operation without the facts that no kind of the service asks for, such as another service's resources."""
    asked = {name for kind in registry.kinds.values() for name in kind.required}
    signature = inspect.signature(endpoint)
    kept = [each for name, each in signature.parameters.items() if name not in _OWN_FACTS or name in asked]
    endpoint.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return endpoint


# Facts that name a resource of one service.
_OWN_FACTS = frozenset({"plan_id"})


async def _find(
    session: AsyncSession, tenant_id: UUID, service: str, import_id: UUID
) -> tuple[ImportRow, str, bytes, int]:
    found = (
        await session.execute(
            select(ImportRow, OperationRow.state, ImportFileRow.sha256, ImportFileRow.size_bytes)
            .join(
                OperationRow,
                (OperationRow.tenant_id == ImportRow.tenant_id) & (OperationRow.id == ImportRow.operation_id),
            )
            .join(
                ImportFileRow,
                (ImportFileRow.tenant_id == ImportRow.tenant_id) & (ImportFileRow.id == ImportRow.file_id),
            )
            .where(ImportRow.tenant_id == tenant_id, ImportRow.id == import_id, ImportRow.service == service)
        )
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such import.")
    return found[0], found[1], found[2], found[3]


def _import_body(row: ImportRow, state: str, sha256: bytes, size_bytes: int) -> ImportRead:
    return ImportRead(
        id=row.id,
        operation_id=row.operation_id,
        kind=row.kind,
        state=OperationState(state),
        file_name=row.file_name,
        file_sha256=sha256.hex(),
        file_size_bytes=size_bytes,
        parameters=row.parameters,
        validate_only=row.validate_only,
        duplicate_of=row.duplicate_of,
        rows_applied=row.rows_applied,
        rows_unchanged=row.rows_unchanged,
        rows_rejected=row.rows_rejected,
        totals=row.totals,
        warnings=[ImportWarning.model_validate(each) for each in row.warnings],
        created_by=row.created_by,
        created_at=row.created_at,
        withdrawal_operation_id=row.withdrawal_operation_id,
        withdrawal_reason=row.withdrawal_reason,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )


def _as_text(value: str | date | UUID) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _file_name(given: str | None) -> str:
    """The last part of the name that was sent, without what cannot be printed."""
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    return "".join(ch for ch in last if ch.isprintable())[:200] or "file"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
