"""Says in an English sentence what a finding of a plan's checks means; frontends may say it in another language."""

from collections.abc import Mapping

from services.planning.domain.plan_findings import FindingCode, PlanCheck, PlanFinding

_SENTENCES: Mapping[FindingCode, str] = {
    FindingCode.YEAR_DIFFERS: "The months of {metric} ({scope}) sum to {months}, but the year is stated as {year}.",
    FindingCode.CHILDREN_DIFFER: "{metric} ({scope}) is {parent} in {month}, but its parts by {by} sum to {children}.",
    FindingCode.CHILD_PLANS_DIFFER: "{metric} ({scope}) is {parent} in {month}, but the plans below sum to {children}.",
    FindingCode.MARGIN_DIFFERS: "Cost of goods and net revenue ({scope}) give a gross margin of {margin:.2%},"
    " but {goal:.2%} is stated.",
    FindingCode.FIRST_YEAR_DIFFERS: "{metric} ({scope}) is {one_year} in the one-year plan, but {three_year} in"
    " the first year of the three-year plan.",
    FindingCode.REVENUE_DIFFERS: "Units at their price after discount and returns ({scope}) make {computed},"
    " but net revenue is planned as {planned}.",
    FindingCode.PAYROLL_DIFFERS: "{headcount} people at {average_cost} make {computed} in {month},"
    " but payroll is planned as {planned}.",
    FindingCode.HEADCOUNT_DIFFERS: "The headcount of {month} comes to {computed} by joins, transfers and leaves,"
    " but is planned as {planned}.",
    FindingCode.BUDGET_EXCEEDED: "{about} would spend {wanted}, but the budget has {budget}.",
    FindingCode.CAPACITY_EXCEEDED: "{domain} is asked for {demand} {unit} in {month}, but has {capacity}.",
    FindingCode.TARGET_UNCOVERED: "{uncovered} of the target of {target} ({share:.2%}) is not covered by growth or by"
    " any named initiative.",
    FindingCode.UNNAMED_CONTRIBUTION: "{amount} are planned from launches or campaigns that no initiative stands for.",
    FindingCode.RISING_SHARE_UNSUPPORTED: "The implied market share rises from {before:.2%} to {after:.2%} in {year},"
    " and no objective supports it.",
    FindingCode.SHARE_ABOVE_ONE: "The plan of {year} is {after:.2%} of the market, more than there is.",
    FindingCode.KEY_RESULT_DIFFERS: "The target of {key_result} is {target}, but the plan has {planned} for {metric}"
    " ({scope}).",
    FindingCode.BLENDED_LOSS: "Over {months} months the traffic product and what follows it lose {loss}.",
}


def finding_sentence(finding: PlanFinding) -> str:
    """The sentence of a finding."""
    return _SENTENCES[finding.code].format_map(finding.parameters).replace("%", " %")


_NOT_CHECKED: Mapping[PlanCheck, str] = {
    PlanCheck.SUMS: "The plan has no lines.",
    PlanCheck.GROSS_MARGIN: "No scope and month has net revenue, cost of goods and a stated gross margin.",
    PlanCheck.THREE_YEAR: "This is no one-year plan, or no three-year plan of the unit is in force for its cycle.",
    PlanCheck.REVENUE: "No scope and month has units, a list price or average price, and net revenue.",
    PlanCheck.HEADCOUNT: "No month has headcount, average pay and payroll, nor is the opening headcount known.",
    PlanCheck.RESOURCES: "The plan has no budget, and no capacity is asked for by its initiatives.",
    PlanCheck.COVERAGE: "The plan has no net revenue, or does not say what the same months brought a year before.",
    PlanCheck.SHARE: "The plan covers no whole year with net revenue, or does not know the size of its market.",
    PlanCheck.KEY_RESULTS: "No key result of the unit in this cycle has a target that the plan has lines for.",
    PlanCheck.BLENDED_MARGIN: "The plan names no traffic product with what its buyers buy later.",
}


def not_checked_sentence(check: PlanCheck) -> str:
    """Why a check was not made."""
    return _NOT_CHECKED[check]
