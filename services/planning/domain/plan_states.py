"""Decides through which states a plan goes, who may approve it and what stands in the way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.plan_findings import PlanFinding
from services.planning.domain.severity import Severity


class PlanKind(StrEnum):
    """What a plan is for."""

    THREE_YEAR = "three_year"
    ONE_YEAR = "one_year"
    BUDGET = "budget"
    SALES = "sales"
    POTENTIAL = "potential"


class PlanStatus(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RELEASED = "released"
    SUPERSEDED = "superseded"


class PlanStep(StrEnum):
    """What is done to a plan."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    RELEASE = "release"
    SUPERSEDE = "supersede"


STEPS: Mapping[tuple[PlanStatus, PlanStatus], PlanStep] = MappingProxyType(
    {
        (PlanStatus.DRAFT, PlanStatus.SUBMITTED): PlanStep.SUBMIT,
        (PlanStatus.SUBMITTED, PlanStatus.DRAFT): PlanStep.RETURN,
        (PlanStatus.SUBMITTED, PlanStatus.APPROVED): PlanStep.APPROVE,
        (PlanStatus.APPROVED, PlanStatus.RELEASED): PlanStep.RELEASE,
        (PlanStatus.RELEASED, PlanStatus.SUPERSEDED): PlanStep.SUPERSEDE,
    }
)

# At most one plan of a kind, unit and cycle is in one of these.
IN_FORCE = frozenset({PlanStatus.APPROVED, PlanStatus.RELEASED})
NEEDS_REASON = frozenset({PlanStep.RETURN})
# Afterwards values change only by a calibration of the released plan, or in a new version.
EDITABLE = frozenset({PlanStatus.DRAFT})


def step_of(status: PlanStatus, to: PlanStatus) -> PlanStep | None:
    """What going from `status` to `to` is; None where it is not allowed."""
    return STEPS.get((status, to))


def allowed_steps(status: PlanStatus) -> tuple[PlanStep, ...]:
    """What can be done to a plan in the status."""
    return tuple(step for (here, _), step in STEPS.items() if here is status)


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What of a plan decides whether another may stand beside it. Ids are text."""

    plan_id: str
    kind: PlanKind
    org_unit_id: str
    cycle_id: str
    status: PlanStatus

    @property
    def place(self) -> tuple[PlanKind, str, str]:
        """The kind, unit and cycle of which only one plan is in force."""
        return self.kind, self.org_unit_id, self.cycle_id


@dataclass(frozen=True, slots=True)
class Waiver:
    """Somebody's reason for approving a plan in spite of a finding, named by its key."""

    finding_key: str
    waived_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlanFault:
    """Why a step is refused: `code`, and what it is about (a plan's id, a finding's key, a currency)."""

    code: str
    about: str | None = None


def step_faults(status: PlanStatus, to: PlanStatus, reason: str | None = None) -> tuple[PlanFault, ...]:
    """`not_allowed` where no step leads from `status` to `to`; `reason_missing` where one does, but not in silence."""
    step = step_of(status, to)
    if step is None:
        return (PlanFault("not_allowed"),)
    is_silent = reason is None or not reason.strip()
    return (PlanFault("reason_missing"),) if step in NEEDS_REASON and is_silent else ()


def submission_faults(line_count: int) -> tuple[PlanFault, ...]:
    """`no_lines`: a plan that says nothing is not submitted."""
    return () if line_count else (PlanFault("no_lines"),)


def approval_faults(
    plan: PlanHead,
    approver: str,
    authors: Collection[str],
    findings: Iterable[PlanFinding],
    waivers: Iterable[Waiver],
    others: Iterable[PlanHead],
    currencies: Collection[str],
    rates: Mapping[str, Decimal],
) -> tuple[PlanFault, ...]:
    """Why the plan cannot be approved by `approver`; empty where it can.

    `authors` are all who made, wrote or submitted it. `own_plan`: the approver is one of them. `error_not_waived` for
    each finding of error level without a waiver; a waiver counts only with a reason and from somebody who is no author
    (`waiver_without_reason`, `own_waiver`). `already_approved`: another plan of the kind, unit and cycle is approved
    and waits for its release; one that is released is superseded by the approval instead (`superseded_by_approval`).
    `rate_missing`: a currency the plan measures in has no rate above zero to freeze.
    """
    faults = [PlanFault("not_allowed")] if step_of(plan.status, PlanStatus.APPROVED) is None else []
    if approver in authors:
        faults.append(PlanFault("own_plan"))
    valid = set()
    for waiver in waivers:
        if not waiver.reason.strip():
            faults.append(PlanFault("waiver_without_reason", waiver.finding_key))
        elif waiver.waived_by in authors:
            faults.append(PlanFault("own_waiver", waiver.finding_key))
        else:
            valid.add(waiver.finding_key)
    errors = [finding.key for finding in findings if finding.severity is Severity.ERROR]
    faults += [PlanFault("error_not_waived", key) for key in errors if key not in valid]
    faults += [
        PlanFault("already_approved", other.plan_id)
        for other in others
        if other.plan_id != plan.plan_id and other.place == plan.place and other.status is PlanStatus.APPROVED
    ]
    unknown = [code for code in sorted(currencies) if rates.get(code, Decimal(0)) <= 0]
    return (*faults, *(PlanFault("rate_missing", code) for code in unknown))


def superseded_by_approval(plan: PlanHead, others: Iterable[PlanHead]) -> tuple[str, ...]:
    """The released plans of the same kind, unit and cycle, which the approval of this one supersedes."""
    return tuple(
        other.plan_id
        for other in others
        if other.plan_id != plan.plan_id and other.place == plan.place and other.status is PlanStatus.RELEASED
    )
