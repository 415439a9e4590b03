"""Decides who a released sales plan is handed to, in which order, and how each answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.plan_lines import PlanLine, wider_scopes
from services.planning.domain.plan_states import PlanKind, PlanStatus
from services.planning.domain.plan_vocabulary import PlanMetric
from services.planning.domain.scope import NO_ANCESTRY, Ancestry


class Receiver(StrEnum):
    """Who works by the plan."""

    PRODUCTION = "production"
    PROCUREMENT = "procurement"
    INVENTORY = "inventory"


class HandoffStatus(StrEnum):
    """What the receiver answered."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


ANSWERS = frozenset({HandoffStatus.ACKNOWLEDGED, HandoffStatus.REJECTED})

# Who must have acknowledged before another is handed the plan.
AFTER: Mapping[Receiver, Receiver] = MappingProxyType({Receiver.PROCUREMENT: Receiver.PRODUCTION})


@dataclass(frozen=True, slots=True)
class Handoff:
    """A plan in somebody's hands."""

    handoff_id: str
    receiver: Receiver
    status: HandoffStatus


def handoff_faults(
    plan_kind: PlanKind, plan_status: PlanStatus, receiver: Receiver, existing: Iterable[Handoff]
) -> tuple[str, ...]:
    """Why the plan cannot be handed to the receiver; `existing` are the hand-offs of this plan.

    `not_a_sales_plan`, `not_released`; `already_sent` while one to the same receiver is not rejected;
    `not_acknowledged_before` while who comes earlier has not acknowledged, whatever else was sent or rejected.
    """
    listed = tuple(existing)
    faults = []
    if plan_kind is not PlanKind.SALES:
        faults.append("not_a_sales_plan")
    if plan_status is not PlanStatus.RELEASED:
        faults.append("not_released")
    if any(each.receiver is receiver and each.status is not HandoffStatus.REJECTED for each in listed):
        faults.append("already_sent")
    earlier = AFTER.get(receiver)
    has_acknowledged = any(each.receiver is earlier and each.status is HandoffStatus.ACKNOWLEDGED for each in listed)
    if earlier is not None and not has_acknowledged:
        faults.append("not_acknowledged_before")
    return tuple(faults)


def answer_fault(status: HandoffStatus, answer: HandoffStatus, reason: str | None = None) -> str | None:
    """Why the answer is refused: `already_answered`, `not_an_answer`, or `reason_missing` for a rejection."""
    if status is not HandoffStatus.SENT:
        return "already_answered"
    if answer not in ANSWERS:
        return "not_an_answer"
    is_silent = reason is None or not reason.strip()
    return "reason_missing" if answer is HandoffStatus.REJECTED and is_silent else None


def next_receivers(plan_kind: PlanKind, plan_status: PlanStatus, existing: Iterable[Handoff]) -> tuple[Receiver, ...]:
    """Who the plan can be handed to now."""
    listed = tuple(existing)
    return tuple(each for each in Receiver if not handoff_faults(plan_kind, plan_status, each, listed))


def handed_lines(lines: Iterable[PlanLine], ancestry: Ancestry = NO_ANCESTRY) -> tuple[PlanLine, ...]:
    """The units that are handed on: those of the narrowest planned scopes, so that no unit is handed on twice.

    What an initiative contributes is left out where a scope without initiative covers it, since that has it already.
    By scope and month.
    """
    units = [line for line in lines if line.metric_code == PlanMetric.UNITS_SOLD]
    scopes = {line.scope for line in units}
    wholes = {wider for scope in scopes for wider in wider_scopes(scope, ancestry)}
    for scope in scopes:
        plain = replace(scope, initiative_id=None)
        if plain != scope and scopes & {plain, *wider_scopes(plain, ancestry)}:
            wholes.add(scope)
    handed = (line for line in units if line.scope not in wholes)
    return tuple(sorted(handed, key=lambda line: (line.scope.canonical, line.month)))
