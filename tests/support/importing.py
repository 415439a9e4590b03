"""Sends files through the real import: recognised, kept, queued, read in a child process, applied chunk by chunk."""

import asyncio
import io
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.platform import ImportRow, ImportRowErrorRow, OperationRow
from shared.jobs.import_files import inspect_upload
from shared.jobs.import_run import import_operation
from shared.jobs.imports import ImportRegistry, recognise_upload, start_import
from shared.jobs.operations import run_operation
from shared.jobs.queue import JobRef
from tests.support.tenants import Tenant


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    row: ImportRow
    operation: OperationRow
    errors: list[ImportRowErrorRow]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rows applied, unchanged, rejected."""
        return self.row.rows_applied, self.row.rows_unchanged, self.row.rows_rejected

    @property
    def error_places(self) -> list[tuple[int, str | None, str]]:
        return [(error.line, error.column, error.code) for error in self.errors]


async def import_through(
    registry: ImportRegistry,
    database: Database,
    tenant: Tenant,
    content: bytes,
    *,
    validate_only: bool = False,
    **facts: Any,
) -> Outcome:
    """One undisturbed import; `facts` are what its sender says (`marketplace="US"`, `as_of="…"`)."""
    upload = inspect_upload(io.BytesIO(content), "file")
    kind = recognise_upload(registry, upload, None, facts)
    async with database.session(tenant.id) as session:
        row, operation = await start_import(
            session,
            registry,
            upload,
            tenant_id=tenant.id,
            kind=kind,
            parameters=facts,
            validate_only=validate_only,
            created_by=tenant.principal_id,
            now=utc_now(),
        )
        import_id, operation_id, state = row.id, operation.id, operation.state
    if state == "pending":
        kinds = {"import": import_operation(registry)}
        await run_operation(database, registry.service, kinds, JobRef(tenant.id, operation_id), 0, asyncio.Event())
    async with database.session(tenant.id) as session:
        errors = await session.scalars(
            select(ImportRowErrorRow)
            .where(ImportRowErrorRow.tenant_id == tenant.id, ImportRowErrorRow.import_id == import_id)
            .order_by(ImportRowErrorRow.line, ImportRowErrorRow.position)
        )
        return Outcome(
            await session.get_one(ImportRow, (tenant.id, import_id)),
            await session.get_one(OperationRow, (tenant.id, operation_id)),
            list(errors),
        )
