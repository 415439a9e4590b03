"""Appends to the journal what is about to be written of a resource: each field with its old and its new value."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.tables import ChangeRow
from services.planning.tables.base import PlanningBase
from shared.core.ids import new_id
from shared.web.schemas import decimal_text

# What every change moves, or what only serves comparing.
_SILENT = frozenset({"tenant_id", "id", "version", "created_at", "created_by", "updated_at", "code_key", "scope_key"})


def journal_change(
    session: AsyncSession,
    row: PlanningBase,
    action: str,
    *,
    by: UUID,
    now: datetime,
    reason: str | None = None,
    subject: tuple[str, UUID] | None = None,
) -> None:
    """Adds an entry for `row`, which the session holds and has not flushed since it was changed.

    `action` is a past participle: created, changed, submitted. The subject is the row itself, named as its table,
    unless the row is a part of something else. A change of nothing, without a reason, leaves no entry.
    """
    changes = _changes(row)
    if not changes and action == "changed" and reason is None:
        return
    state: Any = row
    kind, subject_id = subject or (row.__tablename__, state.id)
    session.add(
        ChangeRow(
            tenant_id=state.tenant_id,
            id=new_id(),
            subject_kind=kind,
            subject_id=subject_id,
            action=action,
            changes=changes,
            reason=reason,
            changed_by=by,
            changed_at=now,
        )
    )


def journal_removal(session: AsyncSession, row: PlanningBase, *, by: UUID, now: datetime) -> None:
    """Adds an entry for a row that is about to be deleted, with all that it held: the past stays readable."""
    state: Any = row
    values = {attribute.key: _plain(attribute.value) for attribute in inspect(row).attrs}
    held = {name: value for name, value in values.items() if name not in _SILENT and value is not None}
    changes = {name: {"old": value, "new": None} for name, value in held.items()}
    subject = (row.__tablename__, state.id)
    journal_step(session, state.tenant_id, subject, "deleted", changes, by=by, now=now)


def journal_step(
    session: AsyncSession,
    tenant_id: UUID,
    subject: tuple[str, UUID],
    action: str,
    changes: dict[str, Any],
    *,
    by: UUID,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Adds an entry for what was written without the session's rows: a set of lines, an import, an undo."""
    session.add(
        ChangeRow(
            tenant_id=tenant_id,
            id=new_id(),
            subject_kind=subject[0],
            subject_id=subject[1],
            action=action,
            changes=changes,
            reason=reason,
            changed_by=by,
            changed_at=now,
        )
    )


def _changes(row: PlanningBase) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in inspect(row).attrs:
        history = attribute.history
        if attribute.key in _SILENT or not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            found[attribute.key] = {"old": _plain(old), "new": _plain(new)}
    return found


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return decimal_text(value)
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
