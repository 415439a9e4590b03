"""The life of a plan: who may approve it, what only one of is in force, and to whom it is handed on."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from services.planning.domain.handoffs import (
    Handoff,
    HandoffStatus,
    Receiver,
    answer_fault,
    handed_lines,
    handoff_faults,
    next_receivers,
)
from services.planning.domain.plan_findings import FindingCode, PlanCheck, PlanFinding, finding
from services.planning.domain.plan_states import (
    EDITABLE,
    IN_FORCE,
    PlanFault,
    PlanHead,
    PlanKind,
    PlanStatus,
    PlanStep,
    Waiver,
    allowed_steps,
    approval_faults,
    step_faults,
    step_of,
    submission_faults,
    superseded_by_approval,
)
from services.planning.domain.scope import Scope
from tests.planning.domain.planning_values import DE, US, lines

P = PlanStatus
LIFE = {
    (P.DRAFT, P.SUBMITTED),
    (P.SUBMITTED, P.DRAFT),
    (P.SUBMITTED, P.APPROVED),
    (P.APPROVED, P.RELEASED),
    (P.RELEASED, P.SUPERSEDED),
}
PLAN = PlanHead("v2", PlanKind.ONE_YEAR, "company", "2027", P.SUBMITTED)
ERROR = finding(PlanCheck.SUMS, FindingCode.YEAR_DIFFERS, "net_revenue 2027-01")
WARNING = finding(PlanCheck.COVERAGE, FindingCode.TARGET_UNCOVERED, "")


def faults(
    plan: PlanHead = PLAN,
    approver: str = "boss",
    findings: tuple[PlanFinding, ...] = (),
    waivers: tuple[Waiver, ...] = (),
    others: tuple[PlanHead, ...] = (),
    rates: dict[str, Decimal] | None = None,
) -> tuple[PlanFault, ...]:
    rates = {"EUR": Decimal("1.1")} if rates is None else rates
    return approval_faults(plan, approver, {"author", "writer"}, findings, waivers, others, {"EUR"}, rates)


@pytest.mark.parametrize(("status", "to"), list(product(P, P)))
def test_every_pair_of_statuses_is_allowed_or_refused_as_written(status: P, to: P) -> None:
    assert (step_of(status, to) is not None) == ((status, to) in LIFE)
    codes = [fault.code for fault in step_faults(status, to, "because")]
    assert codes == ([] if (status, to) in LIFE else ["not_allowed"])


def test_a_plan_goes_back_to_draft_only_with_a_reason() -> None:
    assert step_faults(P.SUBMITTED, P.DRAFT) == (PlanFault("reason_missing"),)
    assert step_faults(P.SUBMITTED, P.DRAFT, "  ") == (PlanFault("reason_missing"),)
    assert step_faults(P.SUBMITTED, P.DRAFT, "Prices are those of last year.") == ()
    assert allowed_steps(P.SUBMITTED) == (PlanStep.RETURN, PlanStep.APPROVE)
    assert allowed_steps(P.SUPERSEDED) == ()


def test_only_a_draft_is_written_and_an_empty_one_is_not_submitted() -> None:
    assert frozenset({P.DRAFT}) == EDITABLE
    assert submission_faults(0) == (PlanFault("no_lines"),)
    assert submission_faults(1) == ()


def test_somebody_other_than_the_authors_approves() -> None:
    assert faults() == ()
    assert faults(approver="author") == (PlanFault("own_plan"),)
    assert faults(approver="writer") == (PlanFault("own_plan"),)


def test_an_error_stands_in_the_way_until_it_is_waived_with_a_reason_by_no_author() -> None:
    assert faults(findings=(ERROR, WARNING)) == (PlanFault("error_not_waived", ERROR.key),)
    waived = Waiver(ERROR.key, "boss", "The auditor knows.")
    assert faults(findings=(ERROR, WARNING), waivers=(waived,)) == ()
    silent = faults(findings=(ERROR,), waivers=(replace(waived, reason=" "),))
    assert {fault.code for fault in silent} == {"waiver_without_reason", "error_not_waived"}
    own = faults(findings=(ERROR,), waivers=(replace(waived, waived_by="author"),))
    assert {fault.code for fault in own} == {"own_waiver", "error_not_waived"}
    other = finding(PlanCheck.SUMS, FindingCode.YEAR_DIFFERS, "net_revenue 2028-01")
    assert faults(findings=(ERROR, other), waivers=(waived,)) == (PlanFault("error_not_waived", other.key),)


@pytest.mark.parametrize("status", [status for status in P if status is not P.SUBMITTED])
def test_only_what_is_submitted_is_approved(status: P) -> None:
    assert faults(replace(PLAN, status=status)) == (PlanFault("not_allowed"),)


@pytest.mark.parametrize("status", list(P))
def test_of_a_kind_unit_and_cycle_one_plan_is_in_force_after_any_approval(status: P) -> None:
    other = replace(PLAN, plan_id="v1", status=status)
    if faults(others=(PLAN, other)):
        assert status is P.APPROVED
        return
    superseded = superseded_by_approval(PLAN, (PLAN, other))
    after = {"v2": P.APPROVED, "v1": P.SUPERSEDED if "v1" in superseded else status}
    assert [name for name, each in after.items() if each in IN_FORCE] == ["v2"]


def test_plans_of_another_kind_unit_or_cycle_are_left_alone() -> None:
    others = tuple(
        replace(PLAN, plan_id=f"o{number}", status=status, **change)  # type: ignore[arg-type]
        for number, change in enumerate([{"kind": PlanKind.SALES}, {"org_unit_id": "lamps"}, {"cycle_id": "2028"}])
        for status in (P.APPROVED, P.RELEASED)
    )
    assert faults(others=others) == ()
    assert superseded_by_approval(PLAN, others) == ()


def test_rates_are_there_to_be_frozen() -> None:
    assert faults(rates={}) == (PlanFault("rate_missing", "EUR"),)
    assert faults(rates={"EUR": Decimal(0)}) == (PlanFault("rate_missing", "EUR"),)


R = Receiver
H = HandoffStatus
SALES, RELEASED = PlanKind.SALES, PlanStatus.RELEASED


@pytest.mark.parametrize("status", [None, *H])
def test_procurement_is_handed_the_plan_only_after_production_has_acknowledged(status: H | None) -> None:
    sent = () if status is None else (Handoff("h1", R.PRODUCTION, status),)
    expected = () if status is H.ACKNOWLEDGED else ("not_acknowledged_before",)
    assert handoff_faults(SALES, RELEASED, R.PROCUREMENT, sent) == expected


def test_an_acknowledgement_of_inventory_does_not_stand_in_for_that_of_production() -> None:
    sent = (Handoff("h1", R.INVENTORY, H.ACKNOWLEDGED), Handoff("h2", R.PRODUCTION, H.SENT))
    assert handoff_faults(SALES, RELEASED, R.PROCUREMENT, sent) == ("not_acknowledged_before",)


@pytest.mark.parametrize(("kind", "status"), list(product(PlanKind, PlanStatus)))
def test_only_a_released_sales_plan_is_handed_on(kind: PlanKind, status: PlanStatus) -> None:
    is_fine = kind is SALES and status is RELEASED
    assert (handoff_faults(kind, status, R.PRODUCTION, ()) == ()) == is_fine
    assert next_receivers(kind, status, ()) == ((R.PRODUCTION, R.INVENTORY) if is_fine else ())


def test_a_rejected_plan_may_be_sent_again_and_one_in_hand_may_not() -> None:
    for status in H:
        refused = handoff_faults(SALES, RELEASED, R.PRODUCTION, (Handoff("h1", R.PRODUCTION, status),))
        assert refused == (() if status is H.REJECTED else ("already_sent",))


def test_an_answer_is_given_once_and_a_rejection_says_why() -> None:
    assert answer_fault(H.SENT, H.ACKNOWLEDGED) is None
    assert answer_fault(H.SENT, H.REJECTED) == "reason_missing"
    assert answer_fault(H.SENT, H.REJECTED, " ") == "reason_missing"
    assert answer_fault(H.SENT, H.REJECTED, "No capacity in May.") is None
    assert answer_fault(H.SENT, H.SENT) == "not_an_answer"
    for status in (H.ACKNOWLEDGED, H.REJECTED):
        assert answer_fault(status, H.REJECTED, "again") == "already_answered"


def test_each_unit_is_handed_on_once_in_the_narrowest_scope_that_is_planned() -> None:
    lamp = Scope(initiative_id="lamp", marketplace="US")
    plan = [
        *lines("net_revenue", 900, US),
        *lines("units_sold", 10),
        *lines("units_sold", 6, US),
        *lines("units_sold", 4, DE),
        *lines("units_sold", 2, Scope(marketplace="US", product_ref="mat")),
        *lines("units_sold", 4, Scope(marketplace="US", product_ref="lamp")),
        *lines("units_sold", 4, lamp),
    ]
    handed = handed_lines(plan)
    assert sum(line.value for line in handed) == 10 * 12
    assert {line.scope.product_ref for line in handed if line.scope.marketplace == "US"} == {"mat", "lamp"}
    alone = lines("units_sold", 4, lamp)
    assert handed_lines(alone) == tuple(alone)
