"""Decides how the standing of objectives is written: figures rounded half-up, ids, codes beside sentences.

Trees are written as plain values, not through models: of thousands of key results that takes a tenth of the time, and
tests prove them to be of the declared types.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.planning.domain.alignment import AlignmentFinding
from services.planning.domain.alignment_wording import alignment_sentence
from services.planning.domain.grades import GRADE_PLACES, are_targets_too_easy
from services.planning.domain.metric import Unit
from services.planning.domain.rounding import MONEY_PLACES, RATIO_PLACES, half_up
from services.planning.domain.trajectory import Trajectory
from services.planning.queries.objective_progress import MeasuredKeyResult, ObjectiveNode, ObjectiveTree
from shared.web.schemas import decimal_text

_VALUE_PLACES = 6


def _number(value: Decimal | None, places: int = RATIO_PLACES) -> float | None:
    return None if value is None else float(half_up(value, places))


def _text(value: Decimal | None, is_money: bool) -> str | None:
    return None if value is None else decimal_text(half_up(value, MONEY_PLACES if is_money else _VALUE_PLACES))


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def finding_body(finding: AlignmentFinding) -> dict[str, Any]:
    """An `AlignmentFindingRead`."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "objective_id": finding.objective_key,
        "key_result_id": finding.key_result_key,
        "other_ids": finding.others,
        "parameters": {
            name: round(value, RATIO_PLACES) if isinstance(value, float) else value
            for name, value in finding.parameters.items()
        },
        "sentence": alignment_sentence(finding),
    }


def _standing_body(node: ObjectiveNode) -> dict[str, Any]:
    facts, found, confidence = node.facts, node.roll_up, node.confidence
    return {
        "id": facts.id,
        "unit_id": facts.unit_id,
        "level": facts.level,
        "cycle_id": facts.cycle_id,
        "start_date": facts.period.start_date,
        "end_date": facts.period.end_date,
        "horizon": facts.horizon,
        "title": facts.title,
        "parent_id": facts.parent_id,
        "ambition": facts.ambition,
        "status": facts.state,
        "progress": _number(found.progress),
        "expected": _number(found.expected),
        "health": node.health,
        "landing": None if node.landing is None else _number(node.landing.progress),
        "worst_id": found.worst,
        "worst_health": found.worst_health,
        "confidence": None
        if confidence is None
        else {"mean": _number(confidence.mean), "least": _number(confidence.least), "level": confidence.level},
        "grade": _number(facts.grade, GRADE_PLACES),
    }


def _tree_key_result(one: MeasuredKeyResult) -> dict[str, Any]:
    facts, found = one.facts, one.standing
    definition = facts.definition
    return {
        "id": facts.id,
        "title": facts.title,
        "kind": definition.kind,
        "metric_code": definition.metric_code,
        "weight": decimal_text(definition.weight),
        "target": _exact(definition.target),
        "value": _text(found.value, facts.currency is not None),
        "currency": facts.currency,
        "progress": None if found.progress is None else _number(found.progress.shown),
        "expected": _number(found.expected.progress),
        "health": found.health,
        "landing": None if found.landing is None else _number(found.landing.progress),
        "confidence": None if one.check_in is None else _number(one.check_in.confidence),
        "grade": _number(facts.grade, GRADE_PLACES),
    }


def tree_body(
    tree: ObjectiveTree, cycle_id: UUID, findings: Iterable[AlignmentFinding], shown: frozenset[UUID]
) -> dict[str, Any]:
    """An `OkrTreeRead` of the objectives that are shown."""
    about: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        about[finding.objective_key].append(finding_body(finding))
    nodes = [node for key, node in tree.nodes.items() if key in shown]
    grades = [node.facts.grade for node in nodes if node.facts.cycle_id == cycle_id and node.facts.grade is not None]
    return {
        "cycle_id": cycle_id,
        "on_date": tree.today,
        "nodes": [
            _standing_body(node)
            | {
                "key_results": [_tree_key_result(each) for each in node.key_results],
                "findings": about.get(str(node.facts.id), ()),
            }
            for node in nodes
        ],
        "edges": [
            {"from_id": node.facts.id, "to_id": node.facts.parent_id, "mode": node.facts.mode}
            for node in nodes
            if node.facts.parent_id in shown
        ],
        "mean_grade": _number(sum(grades, Decimal(0)) / len(grades)) if grades else None,
        "are_targets_too_easy": are_targets_too_easy(grades),
    }


def progress_body(tree: ObjectiveTree, objective_id: UUID) -> dict[str, Any]:
    """An `ObjectiveProgressRead` of one objective of the tree."""
    node = tree.nodes[objective_id]
    shares = dict(node.roll_up.shares)
    return _standing_body(node) | {
        "on_date": tree.today,
        "key_results": [_key_result(each, shares) for each in node.key_results],
        "children": [_child(tree.nodes[each], shares) for each in node.children],
    }


def _key_result(one: MeasuredKeyResult, shares: Mapping[str, Decimal]) -> dict[str, Any]:
    facts, found, measurement = one.facts, one.standing, one.measurement
    landing, check_in, is_money = found.landing, one.check_in, facts.currency is not None
    return _tree_key_result(one) | {
        "share": _number(shares.get(str(facts.id))),
        "start": _exact(facts.definition.start),
        "raw_progress": None if found.progress is None else _number(found.progress.raw),
        "is_phased": found.expected.is_phased,
        "landing": None
        if landing is None
        else {"progress": _number(landing.progress), "value": _text(landing.value, is_money)},
        "checked_in_at": None if check_in is None else check_in.checked_in_at,
        "blocker": None if check_in is None else check_in.blocker,
        "observed_at": measurement.observed_at,
        "read_until_date": measurement.read_until_date,
        "stale_metrics": measurement.stale_codes,
        "measurement_fault": measurement.fault,
    }


def _child(node: ObjectiveNode, shares: Mapping[str, Decimal]) -> dict[str, Any]:
    facts = node.facts
    return {
        "id": facts.id,
        "title": facts.title,
        "status": facts.state,
        "mode": facts.mode,
        "weight": decimal_text(facts.weight),
        "share": _number(shares.get(str(facts.id))),
        "progress": _number(node.roll_up.progress),
        "expected": _number(node.roll_up.expected),
        "health": node.health,
    }


def trajectory_body(
    one: MeasuredKeyResult,
    course: Trajectory,
    unit: Unit | None,
    around: Sequence[date],
    start: Decimal,
    target: Decimal,
) -> dict[str, Any]:
    """A `TrajectoryRead`; `around` are the first and last day of the cycle and the day that is spoken of."""
    facts, is_money = one.facts, unit is Unit.MONEY
    return {
        "key_result_id": facts.id,
        "title": facts.title,
        "kind": facts.definition.kind,
        "metric_code": facts.definition.metric_code,
        "currency": facts.currency,
        "start_date": around[0],
        "end_date": around[1],
        "on_date": around[2],
        "start": decimal_text(start),
        "target": decimal_text(target),
        "is_phased": one.standing.expected.is_phased,
        "points": [
            {
                "on_date": each.on_date,
                "value": _text(each.value, is_money),
                "target": decimal_text(each.target),
                "progress": _number(each.shown),
                "raw_progress": _number(each.raw),
                "expected": _number(each.expected),
                "expected_value": _text(each.expected_value, is_money),
            }
            for each in course.points
        ],
        "expected": [{"on_date": day, "expected": _number(value)} for day, value in course.expected],
        "check_ins": [
            {
                "on_date": each.on_date,
                "confidence": _number(each.confidence),
                "has_blocker": each.has_blocker,
            }
            for each in course.check_ins
        ],
        "target_changes": [
            {"on_date": each.on_date, "old": decimal_text(each.old), "new": decimal_text(each.new)}
            for each in course.target_changes
        ],
    }
