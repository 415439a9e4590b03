"""How an import is withdrawn: what it brought is taken back at once or not at all; who did it, when and why is kept."""

from functools import partial
from uuid import UUID

from sqlalchemy import select

from shared.core.clock import utc_now
from shared.db.platform import ImportRow
from shared.jobs.imports import WITHDRAWAL_KIND, ImportRegistry, NotWithdrawable, WithdrawalContext, result_url
from shared.jobs.operations import Job, OperationKind


def withdrawal_operation(registry: ImportRegistry) -> OperationKind:
    """The kind of operation that withdraws a service's imports, for its worker."""
    return OperationKind(WITHDRAWAL_KIND, partial(run_withdrawal, registry))


async def run_withdrawal(registry: ImportRegistry, job: Job) -> None:
    """Take back what the import of an operation brought; nothing where that was done already."""
    import_id = UUID(job.parameters["import_id"])
    async with job.effect() as session:
        row = await session.scalar(
            select(ImportRow)
            .where(ImportRow.tenant_id == job.tenant_id, ImportRow.id == import_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        withdraw = None if row is None else registry.kinds[row.kind].withdraw
        if row is None or withdraw is None:
            raise NotWithdrawable
        if row.withdrawn_at is None:
            now = utc_now()
            await withdraw(session, WithdrawalContext(job.tenant_id, import_id, job.created_by, now))
            row.withdrawn_by, row.withdrawn_at = job.created_by, now
            await session.flush()
        await job.succeed(session, result_url(import_id))
