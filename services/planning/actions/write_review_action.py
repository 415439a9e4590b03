"""Writes down what is done about what a review finds; open actions still change after it was closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.actions.hold_review import check_gap_ref, hold_open_review
from services.planning.domain.reviews import ActionState, ActionTarget, action_may_become
from services.planning.queries.resources import lock_named
from services.planning.schemas.reviews import ReviewActionCreate, ReviewActionPatch, ReviewActionTransitionCreate
from services.planning.tables import (
    InitiativeRow,
    KeyResultRow,
    OrganisationUnitRow,
    PlanningBase,
    PlanRow,
    ReviewActionRow,
)
from shared.core.errors import Conflict, FieldProblem, IllegalTransition, Invalid, ReasonMissing
from shared.core.ids import new_id

_TARGETS: dict[ActionTarget, tuple[str, type[PlanningBase]]] = {
    ActionTarget.INITIATIVE: ("initiative_id", InitiativeRow),
    ActionTarget.PLAN: ("plan_id", PlanRow),
    ActionTarget.KEY_RESULT: ("key_result_id", KeyResultRow),
}


class ActionEnded(Conflict):
    """The action is done or dropped: it no longer changes."""

    slug, title = "action-ended", "The action has ended"


async def add_review_action(
    session: AsyncSession, tenant_id: UUID, review_id: UUID, wanted: ReviewActionCreate, *, by: UUID, now: datetime
) -> ReviewActionRow:
    """The open action; ReviewClosed, NotFound, Invalid for what does not exist or does not fit."""
    review = await hold_open_review(session, tenant_id, review_id)
    check_gap_ref(review, wanted.gap_ref)
    if wanted.owner_id is not None:
        await lock_named(session, OrganisationUnitRow, tenant_id, wanted.owner_id, "owner_id")
    await _check_target(session, tenant_id, wanted)
    row = ReviewActionRow(
        tenant_id=tenant_id, id=new_id(), review_id=review_id, status=ActionState.OPEN, **wanted.model_dump()
    )
    await write_new(session, row, by=by, now=now)
    return row


async def update_review_action(
    session: AsyncSession,
    tenant_id: UUID,
    action_id: UUID,
    patch: ReviewActionPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ReviewActionRow:
    """The changed action; ActionEnded, PreconditionFailed, Invalid for an owner that does not exist."""
    row = await lock_at_version(session, ReviewActionRow, tenant_id, action_id, expected_version)
    if row.status != ActionState.OPEN:
        raise ActionEnded
    changes = patch.changes()
    if changes.get("owner_id") is not None:
        await lock_named(session, OrganisationUnitRow, tenant_id, changes["owner_id"], "owner_id")
    await write_change(session, row, changes, by=by, now=now)
    return row


async def move_review_action(
    session: AsyncSession,
    tenant_id: UUID,
    action_id: UUID,
    step: ReviewActionTransitionCreate,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ReviewActionRow:
    """The action in its new state; IllegalTransition, ReasonMissing for one that is dropped in silence."""
    row = await lock_at_version(session, ReviewActionRow, tenant_id, action_id, expected_version)
    if not action_may_become(ActionState(row.status), step.to):
        raise IllegalTransition(state=row.status, to=step.to)
    if step.to is ActionState.DROPPED and not (step.outcome or "").strip():
        raise ReasonMissing
    ended = None if step.to is ActionState.OPEN else now
    changes = {"status": step.to, "ended_at": ended, "outcome": step.outcome}
    await write_change(session, row, changes, by=by, now=now, action="moved")
    return row


async def _check_target(session: AsyncSession, tenant_id: UUID, wanted: ReviewActionCreate) -> None:
    """Exactly the target that is named has an id, and it exists; a need is in words."""
    expected = _TARGETS.get(wanted.target_kind) if wanted.target_kind is not None else None
    for field, _ in _TARGETS.values():
        is_wanted = expected is not None and expected[0] == field
        if (getattr(wanted, field) is not None) != is_wanted:
            problem = FieldProblem(f"#/{field}", "does_not_fit", "An action names its target, and nothing else.")
            raise Invalid("The target of the action does not fit.", errors=[problem])
    if expected is not None:
        await lock_named(session, expected[1], tenant_id, getattr(wanted, expected[0]), expected[0])
