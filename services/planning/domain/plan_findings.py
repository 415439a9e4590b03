"""Names what the checks of a plan find: the check, a code with its numbers, and how much it matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.planning.domain.severity import Severity

FindingValue = str | int | float | None


class PlanCheck(StrEnum):
    """The checks of a plan by their short names."""

    SUMS = "PC1"
    GROSS_MARGIN = "PC2"
    THREE_YEAR = "PC3"
    REVENUE = "PC4"
    HEADCOUNT = "PC5"
    RESOURCES = "PC6"
    COVERAGE = "PC7"
    SHARE = "PC8"
    KEY_RESULTS = "PC9"
    BLENDED_MARGIN = "PC10"


class FindingCode(StrEnum):
    """What was found; each has its sentence in `plan_wording`."""

    YEAR_DIFFERS = "year_differs"
    CHILDREN_DIFFER = "children_differ"
    CHILD_PLANS_DIFFER = "child_plans_differ"
    MARGIN_DIFFERS = "margin_differs"
    FIRST_YEAR_DIFFERS = "first_year_differs"
    REVENUE_DIFFERS = "revenue_differs"
    PAYROLL_DIFFERS = "payroll_differs"
    HEADCOUNT_DIFFERS = "headcount_differs"
    BUDGET_EXCEEDED = "budget_exceeded"
    CAPACITY_EXCEEDED = "capacity_exceeded"
    TARGET_UNCOVERED = "target_uncovered"
    UNNAMED_CONTRIBUTION = "unnamed_contribution"
    RISING_SHARE_UNSUPPORTED = "rising_share_unsupported"
    SHARE_ABOVE_ONE = "share_above_one"
    KEY_RESULT_DIFFERS = "key_result_differs"
    BLENDED_LOSS = "blended_loss"


# What each finding weighs unless a company decides otherwise.
SEVERITIES: Mapping[FindingCode, Severity] = {
    FindingCode.YEAR_DIFFERS: Severity.ERROR,
    FindingCode.CHILDREN_DIFFER: Severity.ERROR,
    FindingCode.CHILD_PLANS_DIFFER: Severity.ERROR,
    FindingCode.MARGIN_DIFFERS: Severity.ERROR,
    FindingCode.FIRST_YEAR_DIFFERS: Severity.ERROR,
    FindingCode.REVENUE_DIFFERS: Severity.ERROR,
    FindingCode.PAYROLL_DIFFERS: Severity.ERROR,
    FindingCode.HEADCOUNT_DIFFERS: Severity.ERROR,
    FindingCode.BUDGET_EXCEEDED: Severity.ERROR,
    FindingCode.CAPACITY_EXCEEDED: Severity.ERROR,
    FindingCode.TARGET_UNCOVERED: Severity.WARNING,
    FindingCode.UNNAMED_CONTRIBUTION: Severity.WARNING,
    FindingCode.RISING_SHARE_UNSUPPORTED: Severity.WARNING,
    FindingCode.SHARE_ABOVE_ONE: Severity.ERROR,
    FindingCode.KEY_RESULT_DIFFERS: Severity.WARNING,
    FindingCode.BLENDED_LOSS: Severity.ERROR,
}


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """One thing a check found. `subject` names what it is about, the same whenever the plan is checked.

    An error stands in the way of approval until somebody waives it; the others are for reading.
    """

    check: PlanCheck
    code: FindingCode
    subject: str
    parameters: Mapping[str, FindingValue]
    severity: Severity

    @property
    def key(self) -> str:
        """The name by which a waiver refers to it: `PC1 year_differs net_revenue marketplace=US 2027-01`."""
        return f"{self.check} {self.code} {self.subject}".rstrip()


def finding(check: PlanCheck, code: FindingCode, subject: str, **parameters: FindingValue) -> PlanFinding:
    """A finding of the usual severity."""
    return PlanFinding(check, code, subject, parameters, SEVERITIES[code])
