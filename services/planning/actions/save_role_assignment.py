"""Gives roles to people, and ends them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.domain.initiative_states import TeamRole
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.roles import AssignmentSubject
from services.planning.queries.resources import lock_named
from services.planning.queries.role_assignments import SUBJECT_TABLES, list_overlapping
from services.planning.schemas.role_assignments import RoleAssignmentCreate, RoleAssignmentPatch
from services.planning.tables import OrganisationUnitRow, RoleAssignmentRow
from shared.core.errors import Conflict, FieldProblem, Invalid
from shared.core.ids import new_id


class RoleTaken(Conflict):
    """Somebody plays this role for it on some of these days."""

    slug, title = "role-taken", "The role is taken"


async def create_role_assignment(
    session: AsyncSession, tenant_id: UUID, wanted: RoleAssignmentCreate, *, by: UUID, now: datetime
) -> RoleAssignmentRow:
    """The new assignment; Invalid for what does not exist or is no person, RoleTaken where one is enough."""
    _check_days(wanted.from_date, wanted.to_date)
    # Held while it is written, so that two do not take one role at once.
    await lock_named(session, SUBJECT_TABLES[wanted.subject_kind], tenant_id, wanted.subject_id, "subject_id")
    person = await lock_named(session, OrganisationUnitRow, tenant_id, wanted.person_id, "person_id")
    if person.level != UnitLevel.PERSON:
        problem = FieldProblem("#/person_id", "not_a_person", "Only a unit of level person plays a role.")
        raise Invalid("Roles are played by people.", errors=[problem])
    row = RoleAssignmentRow(tenant_id=tenant_id, id=new_id(), **wanted.model_dump())
    await _check_free(session, row, row.to_date)
    await write_new(session, row, by=by, now=now)
    return row


async def update_role_assignment(
    session: AsyncSession,
    tenant_id: UUID,
    assignment_id: UUID,
    patch: RoleAssignmentPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> RoleAssignmentRow:
    """The assignment with another end; RoleTaken where it would meet the next one, PreconditionFailed."""
    row = await lock_at_version(session, RoleAssignmentRow, tenant_id, assignment_id, expected_version)
    subject = SUBJECT_TABLES[AssignmentSubject(row.subject_kind)]
    await lock_named(session, subject, tenant_id, row.subject_id, "subject_id")
    changes = patch.changes()
    to_date = changes.get("to_date", row.to_date)
    _check_days(row.from_date, to_date)
    await _check_free(session, row, to_date)
    await write_change(session, row, changes, by=by, now=now)
    return row


def _check_days(first: date, last: date | None) -> None:
    if last is not None and last < first:
        problem = FieldProblem("#/to_date", "too_early", "The last day lies before the first.")
        raise Invalid("The days are in the wrong order.", errors=[problem])


async def _check_free(session: AsyncSession, row: RoleAssignmentRow, last: date | None) -> None:
    """RoleTaken where another person has a role that only one can have; the same person has any role once a day."""
    subject = (row.subject_kind, row.subject_id)
    others = await list_overlapping(session, row.tenant_id, subject, row.role, row.from_date, last)
    for other in others:
        is_single = row.role in {role.value for role in TeamRole}
        if other.id != row.id and (is_single or other.person_id == row.person_id):
            raise RoleTaken(assignment_id=str(other.id), person_id=str(other.person_id))
