"""Links an initiative to what it answers: a gap, a need, an insight."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_initiative import get_named
from services.planning.actions.check_scope import scope_problems
from services.planning.domain.bases import BasisKind
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.resources import lock_resource
from services.planning.schemas.fields import scope_columns
from services.planning.schemas.initiative_parts import InitiativeBasisCreate
from services.planning.tables import BasisRow, CycleRow, InitiativeRow
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id


async def add_initiative_basis(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    basis: InitiativeBasisCreate,
    *,
    by: UUID,
    now: datetime,
) -> BasisRow:
    """The new link; NotFound, or Invalid for a gap without metric and cycle and for words that are missing."""
    await lock_resource(session, InitiativeRow, tenant_id, initiative_id)
    problems = await _gap_problems(session, tenant_id, basis) if basis.kind is BasisKind.GAP else _word_problems(basis)
    if problems:
        raise Invalid("The basis is not whole.", errors=problems)
    row = BasisRow(
        tenant_id=tenant_id,
        id=new_id(),
        objective_id=None,
        initiative_id=initiative_id,
        kind=basis.kind,
        metric_code=basis.metric_code,
        cycle_id=basis.cycle_id,
        text=basis.text,
        evidence_url=basis.evidence_url,
        **scope_columns(basis.scope.to_scope()),
    )
    await write_new(session, row, by=by, now=now)
    return row


async def _gap_problems(session: AsyncSession, tenant_id: UUID, basis: InitiativeBasisCreate) -> list[FieldProblem]:
    """A gap is computed: it names a metric that there is, a cycle, and a scope."""
    problems = [
        FieldProblem(f"#/{field}", "missing", "A gap is one of a metric in a cycle.")
        for field in ("metric_code", "cycle_id")
        if getattr(basis, field) is None
    ]
    if basis.metric_code is not None and basis.metric_code not in await load_catalogue(session, tenant_id):
        problems.append(FieldProblem("#/metric_code", "unknown", "There is no metric with this code."))
    if basis.cycle_id is not None:
        await get_named(session, CycleRow, tenant_id, basis.cycle_id, "cycle_id")
    return problems + await scope_problems(session, tenant_id, basis.scope.to_scope())


def _word_problems(basis: InitiativeBasisCreate) -> list[FieldProblem]:
    """Needs and insights are in words, and are of no metric."""
    problems = []
    if not (basis.text and basis.text.strip()):
        problems.append(FieldProblem("#/text", "missing", "A need or an insight is said in words."))
    problems += [
        FieldProblem(f"#/{field}", "not_wanted", "Only a gap has this.")
        for field in ("metric_code", "cycle_id")
        if getattr(basis, field) is not None
    ]
    return problems
