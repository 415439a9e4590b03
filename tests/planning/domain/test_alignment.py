"""Alignment: what is found where objectives do not hang together, and what is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.alignment import (
    AlignedDependency,
    AlignedKeyResult,
    AlignedObjective,
    AlignmentCode,
    AlignmentFinding,
    align,
    alignment_rate,
    stops_activation,
)
from services.planning.domain.alignment_wording import alignment_sentence
from services.planning.domain.coverage import coverage
from services.planning.domain.forest import closes_circle, in_circles
from services.planning.domain.key_result import Bound, KeyResult, KeyResultKind, Milestone
from services.planning.domain.metric import Better
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.period import Period
from services.planning.domain.roll_up import ParentMode
from services.planning.domain.scope import EVERYTHING, Ancestry, Scope, ScopeKey
from services.planning.domain.severity import Severity

D = Decimal
C = AlignmentCode
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
QUARTER = Period(date(2027, 1, 1), date(2027, 3, 31))
US, DE = Scope(marketplace="US"), Scope(marketplace="DE")
MILLION = D(1_000_000)


def result(
    key: str,
    target: str | Decimal | None = "100",
    metric_code: str | None = "net_revenue",
    scope: Scope = EVERYTHING,
    parent_key: str | None = None,
    start: str | None = "0",
    owner_id: str | None = "owner",
    weight: int = 1,
    plan_target: Decimal | None = None,
) -> AlignedKeyResult:
    measured = KeyResult(
        KeyResultKind.REACH,
        metric_code,
        scope,
        start=None if start is None else D(start),
        target=None if target is None else D(target),
        weight=D(weight),
    )
    return AlignedKeyResult(key, measured, owner_id, parent_key, plan_target)


def two(prefix: str) -> tuple[AlignedKeyResult, ...]:
    """Two key results that no check has anything to say about."""
    return tuple(
        AlignedKeyResult(
            f"{prefix} {at}", KeyResult(KeyResultKind.MILESTONE, milestones=(Milestone("done", D(1)),)), "owner"
        )
        for at in (1, 2)
    )


def objective(
    key: str,
    level: UnitLevel = UnitLevel.COMPANY,
    parent_key: str | None = None,
    period: Period = YEAR,
    key_results: Sequence[AlignedKeyResult] | None = None,
    unit_id: str | None = None,
) -> AlignedObjective:
    return AlignedObjective(
        key,
        unit_id or f"unit of {key}",
        level,
        period,
        ObjectiveState.DRAFT,
        parent_key,
        key_results=two(key) if key_results is None else tuple(key_results),
    )


COMPANY = objective("company")
MODULE = objective("module", UnitLevel.MODULE, "company")
TEAM = objective("team", UnitLevel.TEAM, "module", QUARTER)
PERSON = objective("person", UnitLevel.PERSON, "team", QUARTER)


def found(*objectives: AlignedObjective, ancestry: Ancestry | None = None) -> list[tuple[str, str, str | None, str]]:
    findings = align(objectives, STARTING_CATALOGUE, ancestry=ancestry or Ancestry())
    return [(each.code.value, each.objective_key, each.key_result_key, each.severity.value) for each in findings]


def test_what_hangs_together_has_no_findings() -> None:
    assert found(COMPANY, MODULE, TEAM, PERSON) == []


def test_below_the_company_everything_has_a_parent() -> None:
    assert found(COMPANY, replace(MODULE, parent_key=None)) == [("AL1", "module", None, "error")]


def test_a_cancelled_parent_is_none() -> None:
    gone = replace(COMPANY, state=ObjectiveState.CANCELLED)
    assert found(gone, MODULE) == [("AL1", "module", None, "error")]


def test_a_level_is_not_skipped() -> None:
    team = replace(TEAM, parent_key="company")
    assert found(COMPANY, team) == [("AL2", "team", None, "warning")]


def test_a_level_that_the_organisation_leaves_out_is_not_skipped() -> None:
    team = replace(TEAM, parent_key="company")
    directly = Ancestry({ScopeKey.ORG_UNIT_ID: {team.unit_id: COMPANY.unit_id}})
    assert found(COMPANY, team, ancestry=directly) == []
    between = Ancestry({ScopeKey.ORG_UNIT_ID: {team.unit_id: "module", "module": COMPANY.unit_id}})
    assert found(COMPANY, team, ancestry=between) == [("AL2", "team", None, "warning")]


def test_nothing_hangs_below_a_lower_level() -> None:
    upside_down = replace(COMPANY, parent_key="module")
    assert found(replace(MODULE, parent_key="other"), upside_down, objective("other")) == [
        ("AL2", "company", None, "warning")
    ]


def test_a_period_lies_inside_its_parents() -> None:
    late = Period(date(2027, 12, 1), date(2028, 1, 31))
    assert found(COMPANY, replace(MODULE, period=late)) == [("AL3", "module", None, "error")]


def test_a_circle_is_found_and_only_those_in_it() -> None:
    one = replace(COMPANY, parent_key="other", key="one")
    other = replace(COMPANY, parent_key="one", key="other")
    below = replace(MODULE, parent_key="one")
    assert found(one, other, below) == [("AL4", "one", None, "error"), ("AL4", "other", None, "error")]


@pytest.mark.parametrize(
    ("count", "severity"),
    [(0, Severity.ERROR), (1, Severity.WARNING), (2, None), (5, None), (6, Severity.WARNING)],
)
def test_two_to_five_key_results(count: int, severity: Severity | None) -> None:
    known = [replace(two("x")[0], key=f"x {at}") for at in range(count)]
    expected = [] if severity is None else [("AL5", "company", None, severity.value)]
    assert found(replace(COMPANY, key_results=tuple(known))) == expected


@pytest.mark.parametrize(
    ("incomplete", "missing"),
    [
        (result("x", metric_code=None), "metric"),
        (result("x", metric_code="unheard_of"), "metric"),
        (result("x", owner_id=None), "owner"),
        (result("x", start=None), "start"),
        (result("x", target=None), "target"),
        (result("x", target=None, start=None, owner_id=None), "owner, start, target"),
    ],
)
def test_a_key_result_lacks_nothing(incomplete: AlignedKeyResult, missing: str) -> None:
    findings = align([replace(COMPANY, key_results=(incomplete, two("y")[0]))], STARTING_CATALOGUE)
    assert [(each.code, each.severity, each.key_result_key) for each in findings] == [
        (C.INCOMPLETE_KEY_RESULT, Severity.ERROR, "x")
    ]
    assert findings[0].parameters == {"missing": missing}


def test_a_bound_has_no_start_unless_values_lie_between_two() -> None:
    def held(bound: Bound) -> AlignedKeyResult:
        return AlignedKeyResult("x", KeyResult(KeyResultKind.HOLD, "acos", target=D(1), bound=bound), "owner")

    assert found(replace(COMPANY, key_results=(held(Bound.AT_MOST), two("y")[0]))) == []
    assert found(replace(COMPANY, key_results=(held(Bound.WITHIN), two("y")[0]))) == [("AL6", "company", "x", "error")]


def cascade(parent: str, *children: str, metric_code: str = "net_revenue") -> list[AlignmentFinding]:
    """A company's key result with one child in each of so many modules, which do not overlap."""
    above = replace(COMPANY, key_results=(result("whole", D(parent), metric_code), two("y")[0]))
    below = [
        replace(
            MODULE,
            key=f"module {at}",
            key_results=(
                result(f"part {at}", D(target), metric_code, Scope(marketplace=f"M{at}"), "whole"),
                two(f"z{at}")[0],
            ),
        )
        for at, target in enumerate(children)
    ]
    return list(align([above, *below], STARTING_CATALOGUE))


def test_targets_below_are_added_up() -> None:
    """K21."""
    known = coverage(12 * MILLION, [5 * MILLION, 4 * MILLION, D("2.4") * MILLION])
    assert known is not None
    assert (known.ratio, known.short, known.severity) == (D("0.95"), D(600_000), Severity.WARNING)
    findings = cascade("12000000", "5000000", "4000000", "2400000")
    assert [(each.code, each.severity, each.key_result_key) for each in findings] == [
        (C.COVERAGE, Severity.WARNING, "whole")
    ]
    assert alignment_sentence(findings[0]) == "The targets below come to 95.0 % of this one, 600000 below it."


@pytest.mark.parametrize(
    ("children", "severity"),
    [("89", "error"), ("90", "warning"), ("99", "warning"), ("100", None), ("110", None), ("111", "note")],
)
def test_the_bands_of_coverage(children: str, severity: str | None) -> None:
    known = cascade("100", children)
    assert [each.severity.value for each in known] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("children", "severity"),
    [("89", "note"), ("90", None), ("100", None), ("101", "warning"), ("110", "warning"), ("111", "error")],
)
def test_costs_below_may_not_exceed_those_above(children: str, severity: str | None) -> None:
    known = cascade("100", children, metric_code="ad_spend")
    assert [each.severity.value for each in known] == ([] if severity is None else [severity])


def test_ratios_are_not_added_up() -> None:
    assert cascade("0.5", "0.1", metric_code="gross_margin") == []


def test_nothing_is_covered_without_children_or_of_nothing() -> None:
    assert coverage(D(5), []) is None
    assert coverage(D(0), [D(1)], Better.HIGHER) is None


def siblings(one: Scope, other: Scope, metric_code: str = "net_revenue", both: Period = YEAR) -> list[str]:
    above = replace(COMPANY, key_results=(result("whole", "100", metric_code), two("y")[0]))
    below = [
        objective(
            f"module {at}",
            UnitLevel.MODULE,
            "company",
            period,
            (result(f"part {at}", "50", metric_code, scope, "whole"), two(f"z{at}")[0]),
        )
        for at, (scope, period) in enumerate(((one, YEAR if both is YEAR else QUARTER), (other, both)))
    ]
    return [each.code.value for each in align([above, *below], STARTING_CATALOGUE)]


def test_siblings_do_not_count_the_same_twice() -> None:
    assert siblings(US, DE) == []
    assert siblings(US, US) == ["AL8"]
    assert siblings(US, Scope(product_ref="P1")) == ["AL8"]
    assert siblings(US, US, metric_code="rating") == []


def test_siblings_of_different_months_count_different_things() -> None:
    assert siblings(US, US, both=Period(date(2027, 4, 1), date(2027, 6, 30))) == []


def test_two_key_results_do_not_pull_opposite_ways() -> None:
    more = replace(COMPANY, key_results=(result("more", "100", "visits", US), two("y")[0]))
    less = objective("less", key_results=(result("fewer", "10", "visits", US, start="50"), two("z")[0]))
    assert found(more, less) == [("AL9", "company", "more", "warning"), ("AL9", "less", "fewer", "warning")]
    elsewhere = objective("less", key_results=(result("fewer", "10", "visits", DE, start="50"), two("z")[0]))
    assert found(more, elsewhere) == []


def test_a_bound_pulls_too() -> None:
    more = replace(COMPANY, key_results=(result("more", "100", "ad_spend"), two("y")[0]))
    bound = KeyResult(KeyResultKind.HOLD, "ad_spend", target=D(50), bound=Bound.AT_MOST)
    held = objective("held", key_results=(AlignedKeyResult("held", bound, "owner"), two("z")[0]))
    assert [each[0] for each in found(more, held)] == ["AL9", "AL9"]


@pytest.mark.parametrize(
    ("is_confirmed", "is_risk_owned", "to_unit", "codes"),
    [(False, False, "b", ["AL10"]), (True, False, "b", []), (False, True, "b", []), (False, False, "a", [])],
)
def test_who_waits_for_another_unit_knows_that_it_knows(
    is_confirmed: bool, is_risk_owned: bool, to_unit: str, codes: list[str]
) -> None:
    waits = AlignedDependency("waits", "a", to_unit, ("company", "gone"), is_confirmed, is_risk_owned)
    findings = align([COMPANY], STARTING_CATALOGUE, [waits])
    assert [each.code.value for each in findings] == codes


def test_something_has_a_weight() -> None:
    informs = tuple(replace(each, key_result=replace(each.key_result, weight=D(0))) for each in two("company"))
    silent = replace(COMPANY, key_results=informs)
    assert found(silent) == [("AL11", "company", None, "error")]
    assert found(silent, MODULE) == []
    assert found(silent, replace(MODULE, parent_mode=ParentMode.SUPPORTS)) == [("AL11", "company", None, "error")]


def test_targets_are_those_of_the_released_plan() -> None:
    def planned(value: str) -> AlignedObjective:
        return replace(COMPANY, key_results=(result("x", "100", plan_target=D(value)), two("y")[0]))

    assert found(planned("100.00")) == []
    assert found(planned("120")) == [("AL12", "company", "x", "warning")]


def test_only_errors_of_the_objective_itself_stop_its_activation() -> None:
    findings = align([COMPANY, replace(MODULE, parent_key=None, key_results=two("m")[:1])], STARTING_CATALOGUE)
    assert [each.code for each in stops_activation(findings, "module")] == [C.ORPHAN]
    assert stops_activation(findings, "company") == ()


def test_every_finding_has_a_sentence_with_its_numbers_filled_in() -> None:
    wrong = [
        replace(
            COMPANY,
            key_results=(
                result("whole", "100", plan_target=D(120), weight=0),
                result("fewer", "0", start="9", weight=0),
            ),
        ),
        objective(
            "a",
            UnitLevel.TEAM,
            "company",
            Period(date(2027, 1, 1), date(2028, 1, 1)),
            [result("p1", "1", parent_key="whole")],
        ),
        objective("b", UnitLevel.MODULE, "company", YEAR, [result("p2", "1", parent_key="whole"), result("p3", None)]),
        objective("c", UnitLevel.MODULE, None, YEAR, []),
        objective("d", parent_key="d"),
    ]
    wrong[1:3] = [replace(each, parent_mode=ParentMode.SUPPORTS) for each in wrong[1:3]]
    waits = AlignedDependency("waits", "a", "b", ("a",), False, False)
    findings = align(wrong, STARTING_CATALOGUE, [waits])
    assert {each.code for each in findings} == set(C)
    for each in findings:
        sentence = alignment_sentence(each)
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_the_rate_of_alignment() -> None:
    """K22."""
    late = Period(date(2027, 12, 1), date(2028, 1, 31))
    below = [replace(MODULE, key=f"module {at}") for at in range(6)]
    wrong = [replace(MODULE, key="orphan", parent_key=None), replace(MODULE, key="late", period=late)]
    assert alignment_rate([COMPANY, *below, *wrong]) == D("0.75")
    assert alignment_rate([COMPANY]) is None
    circle = [replace(MODULE, key="one", parent_key="other"), replace(MODULE, key="other", parent_key="one")]
    assert alignment_rate([COMPANY, MODULE, *circle]) == D(1) / 3
    assert alignment_rate([replace(COMPANY, state=ObjectiveState.CANCELLED), MODULE]) == 0


names = st.sampled_from("abcdefgh")
links = st.dictionaries(names, st.none() | names)


@given(links, names, names)
def test_links_that_close_no_circle_keep_a_forest_a_forest(
    parents: dict[str, str | None], child: str, parent: str
) -> None:
    forest: dict[str, str | None] = {}
    for each, above in parents.items():
        if above is None or not closes_circle(forest, each, above):
            forest[each] = above
    assert in_circles(forest) == frozenset()
    forest.pop(child, None)
    assert closes_circle(forest, child, parent) is bool(in_circles({**forest, child: parent}))


@given(links)
def test_a_circle_is_what_leads_back_to_itself(parents: dict[str, str | None]) -> None:
    def leads_back(start: str) -> bool:
        at: str | None = start
        for _ in range(len(parents) + 1):
            at = parents.get(at) if at is not None else None
            if at == start:
                return True
        return False

    assert in_circles(parents) == {each for each in parents if leads_back(each)}
