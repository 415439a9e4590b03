"""Holds an objective, with its cycle, while it or something of it is changed."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.objective_states import ObjectiveState, may_be_edited
from services.planning.queries.resources import get_resource, lock_resource
from services.planning.tables import CycleRow, KeyResultRow, ObjectiveRow
from shared.core.errors import Conflict, FieldProblem
from shared.web.etags import check_version


class ObjectiveOver(Conflict):
    """The objective is graded, closed or cancelled: it is only read."""

    slug, title = "objective-over", "The objective is over"


class ObjectiveNotDraft(Conflict):
    """This is possible while the objective is a draft; afterwards what was agreed moves by a calibration."""

    slug, title = "objective-not-draft", "The objective is no draft"


class ObjectiveNotActive(Conflict):
    """This is possible while the objective is active."""

    slug, title = "objective-not-active", "The objective is not active"


class FieldsFrozen(Conflict):
    """The objective is active: these fields are agreed, and targets move by a calibration alone."""

    slug, title = "fields-frozen", "Fields are agreed"


class Held(NamedTuple):
    """An objective that stays as it is until the transaction ends, and its cycle, which is not closed."""

    objective: ObjectiveRow
    cycle: CycleRow

    @property
    def state(self) -> ObjectiveState:
        """Where it stands."""
        return ObjectiveState(self.objective.status)


async def hold_objective(
    session: AsyncSession, tenant_id: UUID, objective_id: UUID, expected_version: int | None = None
) -> Held:
    """The objective and its cycle; NotFound, CycleClosed, PreconditionFailed at another version than expected."""
    seen = await get_resource(session, ObjectiveRow, tenant_id, objective_id)
    # The cycle first: closing one does not wait for what waits for it.
    cycle = await lock_open_cycle(session, tenant_id, seen.cycle_id)
    objective = await lock_resource(session, ObjectiveRow, tenant_id, objective_id)
    if expected_version is not None:
        check_version(objective.version, expected_version)
    return Held(objective, cycle)


async def hold_key_result(
    session: AsyncSession, tenant_id: UUID, key_result_id: UUID, expected_version: int | None = None
) -> tuple[KeyResultRow, Held]:
    """The key result, its objective and cycle; NotFound, CycleClosed, PreconditionFailed as for an objective."""
    seen = await get_resource(session, KeyResultRow, tenant_id, key_result_id)
    held = await hold_objective(session, tenant_id, seen.objective_id)
    row = await lock_resource(session, KeyResultRow, tenant_id, key_result_id)
    if expected_version is not None:
        check_version(row.version, expected_version)
    return row, held


def check_editable(state: ObjectiveState) -> None:
    """ObjectiveOver once it is graded, closed or cancelled."""
    if not may_be_edited(state):
        raise ObjectiveOver(status=state)


def check_draft(state: ObjectiveState) -> None:
    """ObjectiveNotDraft once it is agreed."""
    if state is not ObjectiveState.DRAFT:
        raise ObjectiveNotDraft(status=state)


def check_active(state: ObjectiveState) -> None:
    """ObjectiveNotActive before it is agreed, and once it is over."""
    if state is not ObjectiveState.ACTIVE:
        raise ObjectiveNotActive(status=state)


def refuse_frozen(fields: tuple[str, ...]) -> None:
    """FieldsFrozen that names them, where there are any."""
    if fields:
        errors = [
            FieldProblem(f"#/{name}", "frozen", "Agreed; a target moves by a calibration alone.") for name in fields
        ]
        raise FieldsFrozen(errors=errors, fields=", ".join(fields))
