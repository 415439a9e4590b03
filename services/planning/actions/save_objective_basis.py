"""States what an objective answers, and takes it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_scope import scope_problems
from services.planning.actions.hold_objective import check_editable, hold_objective
from services.planning.actions.journal_change import journal_step
from services.planning.domain.bases import BasisKind
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.objective_bases import get_objective_basis
from services.planning.queries.resources import lock_named
from services.planning.schemas.fields import scope_columns
from services.planning.schemas.objective_bases import ObjectiveBasisCreate
from services.planning.tables import BasisRow, CycleRow
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id
from shared.web.etags import check_version


async def add_objective_basis(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    basis: ObjectiveBasisCreate,
    *,
    by: UUID,
    now: datetime,
) -> BasisRow:
    """A gap, need or insight of the objective; Invalid where it is not whole, ObjectiveOver, CycleClosed."""
    held = await hold_objective(session, tenant_id, objective_id)
    check_editable(held.state)
    scope = basis.scope.to_scope()
    problems = await scope_problems(session, tenant_id, scope)
    is_gap = basis.kind is BasisKind.GAP
    if is_gap and basis.metric_code not in await load_catalogue(session, tenant_id):
        problems.append(
            FieldProblem("#/metric_code", "unknown", "A gap is about a metric; there is none of this code.")
        )
    if not is_gap and basis.text is None:
        problems.append(FieldProblem("#/text", "text_missing", "A need or an insight is in words."))
    for name, is_there in (
        ("metric_code", basis.metric_code is not None),
        ("scope", bool(scope.keys)),
        ("cycle_id", basis.cycle_id is not None),
    ):
        if is_there and not is_gap:
            problems.append(FieldProblem(f"#/{name}", "not_wanted", "Only a gap has one."))
    if problems:
        raise Invalid("What the objective answers is not whole.", errors=problems)
    if basis.cycle_id is not None:
        await lock_named(session, CycleRow, tenant_id, basis.cycle_id, "cycle_id")
    row = BasisRow(
        tenant_id=tenant_id,
        id=new_id(),
        objective_id=objective_id,
        kind=basis.kind,
        metric_code=basis.metric_code,
        cycle_id=(basis.cycle_id or held.objective.cycle_id) if is_gap else None,
        text=basis.text,
        evidence_url=basis.evidence_url,
        **scope_columns(scope),
    )
    await write_new(session, row, by=by, now=now)
    return row


async def drop_objective_basis(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    basis_id: UUID,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> None:
    """Takes it back; NotFound, ObjectiveOver, CycleClosed, PreconditionFailed."""
    held = await hold_objective(session, tenant_id, objective_id)
    check_editable(held.state)
    row = await get_objective_basis(session, tenant_id, objective_id, basis_id)
    check_version(row.version, expected_version)
    changes = {"kind": {"old": row.kind, "new": None}, "text": {"old": row.text, "new": None}}
    journal_step(session, tenant_id, ("basis", basis_id), "deleted", changes, by=by, now=now)
    await session.delete(row)
    await session.flush()
