"""Changes a key result: its definition while its objective is a draft, wording, owner and links while it is active."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.define_key_result import check_definition, check_links, key_result_columns
from services.planning.actions.hold_objective import check_editable, hold_key_result, refuse_frozen
from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.objective_edits import KEY_RESULT_FREE, frozen_fields
from services.planning.queries.objectives import lock_links
from services.planning.schemas.key_results import KeyResultPatch
from services.planning.tables import KeyResultRow
from shared.core.errors import FieldProblem, Invalid

# No part of what may be done with it: these change with every row or not at all.
_OWN = ("tenant_id", "version", "created_at", "created_by", "updated_at")


async def update_key_result(
    session: AsyncSession,
    tenant_id: UUID,
    key_result_id: UUID,
    patch: KeyResultPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> KeyResultRow:
    """The changed key result; Invalid, ObjectiveOver, FieldsFrozen, MisplacedKeyResult, PreconditionFailed."""
    if "parent_key_result_id" in patch.changes():
        await lock_links(session, tenant_id)
    row, held = await hold_key_result(session, tenant_id, key_result_id, expected_version)
    check_editable(held.state)
    sent = patch.changes()
    changes = {name: key_result_columns({name: value}) for name, value in sent.items()}
    differing = [name for name, columns in changes.items() if _differ(row, columns)]
    refuse_frozen(frozen_fields(held.state, differing, KEY_RESULT_FREE))
    if "done_date" in sent:
        _check_done(row, sent["done_date"], now)
    columns = {column: value for each in changes.values() for column, value in each.items()}
    changed = KeyResultRow(
        **{each.name: getattr(row, each.name) for each in KeyResultRow.__table__.columns if each.name not in _OWN}
        | columns
    )
    await check_definition(session, tenant_id, changed)
    await check_links(session, tenant_id, changed, differing)
    await write_change(session, row, columns, by=by, now=now)
    return row


def _differ(row: KeyResultRow, columns: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())


def _check_done(row: KeyResultRow, done_date: Any, now: datetime) -> None:
    if row.kind != KeyResultKind.BINARY:
        problem = FieldProblem("#/done_date", "not_wanted", "Only a binary key result is done as a whole.")
        raise Invalid("This key result is measured.", errors=[problem])
    if done_date is not None and done_date > now.date():
        problem = FieldProblem("#/done_date", "too_late", "Nothing is done before its day.")
        raise Invalid("The day lies ahead.", errors=[problem])
