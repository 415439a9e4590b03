"""Takes an initiative to another status: on, back, on hold and back from it, or to its end."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.check_initiative import raise_faults
from services.planning.actions.journal_change import journal_step
from services.planning.domain.initiative_dates import Dates, order_faults
from services.planning.domain.initiative_states import (
    InitiativeKind,
    InitiativeStatus,
    Move,
    allowed_moves,
    date_reached,
    dates_undone,
    gate_of,
    move_faults,
)
from services.planning.queries.initiatives import DATE_NAMES, load_groundwork
from services.planning.schemas.initiatives import InitiativeTransitionCreate
from services.planning.tables import InitiativeRow
from shared.core.errors import FieldProblem, Invalid


async def move_initiative(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    step: InitiativeTransitionCreate,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> InitiativeRow:
    """The initiative in its new status; IllegalTransition, GroundworkMissing, ReasonMissing, Invalid for the day."""
    row = await lock_at_version(session, InitiativeRow, tenant_id, initiative_id, expected_version)
    kind, status = InitiativeKind(row.kind), InitiativeStatus(row.status)
    held_from = None if row.held_from is None else InitiativeStatus(row.held_from)
    groundwork = await load_groundwork(
        session, tenant_id, initiative_id, why=row.why, node_id=row.node_id, today=now.date()
    )
    allowed = allowed_moves(kind, status, held_from)
    faults = move_faults(kind, status, step.to, groundwork, reason=step.reason, held_from=held_from)
    raise_faults(faults, status, step.to, allowed)
    move = allowed[step.to]
    on_date = step.on_date or now.date()
    changes: dict[str, Any] = {"status": step.to, "held_from": status if move is Move.HOLD else None}
    changes |= _settled(row, kind, status, step.to, move, on_date)
    _check_day(row, changes, on_date, now.date())
    _write(session, row, changes, move, on_date, gate_of(status, move), by=by, now=now, reason=step.reason)
    await session.flush()
    return row


def _settled(
    row: InitiativeRow, kind: InitiativeKind, status: InitiativeStatus, to: InitiativeStatus, move: Move, on_date: date
) -> dict[str, date | None]:
    """The actual dates that the step settles, or takes back."""
    dates: dict[str, date | None] = {f"actual_{name}_date": None for name in dates_undone(kind, status, to)}
    reached = date_reached(status, to) if move is Move.ADVANCE else None
    return dates if reached is None else {f"actual_{reached}_date": on_date}


def _check_day(row: InitiativeRow, changes: dict[str, Any], on_date: date, today: date) -> None:
    """Invalid for a day that has not come, or that lies before what has already happened."""
    if on_date > today:
        problem = FieldProblem("#/on_date", "in_future", "What has happened does not lie in the future.")
        raise Invalid("The day is not possible.", errors=[problem])
    columns = [f"actual_{name}_date" for name in DATE_NAMES]
    for fault in order_faults(Dates(*(changes.get(column, getattr(row, column)) for column in columns))):
        detail = f"The actual {fault.later} would lie before {fault.earlier}."
        raise Invalid("The day is not possible.", errors=[FieldProblem("#/on_date", "out_of_order", detail)])


def _write(
    session: AsyncSession,
    row: InitiativeRow,
    changes: dict[str, Any],
    move: Move,
    on_date: date,
    gate: InitiativeStatus | None,
    *,
    by: UUID,
    now: datetime,
    reason: str | None,
) -> None:
    """Sets the columns and journals them with what the step was: its kind, its day, the gate that it passed."""
    old = {name: getattr(row, name) for name in changes}
    noted = {
        name: {"old": _plain(old[name]), "new": _plain(value)} for name, value in changes.items() if old[name] != value
    }
    step = {"move": move, "on_date": on_date, "gate": gate}
    noted |= {name: {"old": None, "new": _plain(value)} for name, value in step.items()}
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now
    subject = ("initiative", row.id)
    journal_step(session, row.tenant_id, subject, "moved", noted, by=by, now=now, reason=reason)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
