"""Decides where objectives do not hang together: each finding is a code, how grave it is, and what it is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from services.planning.domain.coverage import COVERAGE_BANDS, CoverageBands, coverage
from services.planning.domain.forest import in_circles
from services.planning.domain.key_result import MEASURED, Bound, KeyResult, KeyResultKind
from services.planning.domain.metric import Better, Catalogue, is_additive
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.organisation import RANK, UnitLevel
from services.planning.domain.period import Period
from services.planning.domain.roll_up import ParentMode
from services.planning.domain.scope import NO_ANCESTRY, Ancestry, Scope, ScopeKey, overlaps
from services.planning.domain.severity import Severity

FindingValue = str | int | float
FEWEST_KEY_RESULTS, MOST_KEY_RESULTS = 2, 5


class AlignmentCode(StrEnum):
    """What may be wrong, by the names of the method."""

    ORPHAN = "AL1"
    LEVEL_SKIPPED = "AL2"
    PERIOD_OUTSIDE_PARENT = "AL3"
    CIRCLE = "AL4"
    KEY_RESULT_COUNT = "AL5"
    INCOMPLETE_KEY_RESULT = "AL6"
    COVERAGE = "AL7"
    COUNTED_TWICE = "AL8"
    OPPOSITE_DIRECTIONS = "AL9"
    DEPENDENCY_UNCONFIRMED = "AL10"
    NO_WEIGHT = "AL11"
    DIFFERS_FROM_PLAN = "AL12"


@dataclass(frozen=True, slots=True)
class AlignedKeyResult:
    """A key result with whom it belongs to; `plan_target` is what the released plan has for its metric and scope."""

    key: str
    key_result: KeyResult
    owner_id: str | None
    parent_key: str | None = None
    plan_target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AlignedObjective:
    """An objective of one cycle or of the ones around it, as far as alignment asks."""

    key: str
    unit_id: str
    level: UnitLevel
    period: Period
    state: ObjectiveState
    parent_key: str | None = None
    parent_mode: ParentMode = ParentMode.CONTRIBUTES
    weight: Decimal = Decimal(1)
    key_results: tuple[AlignedKeyResult, ...] = ()


@dataclass(frozen=True, slots=True)
class AlignedDependency:
    """One initiative waits for another; the objectives are those that the waiting one serves."""

    key: str
    from_unit_id: str
    to_unit_id: str
    objective_keys: tuple[str, ...]
    is_confirmed: bool
    is_risk_owned: bool


@dataclass(frozen=True, slots=True)
class AlignmentFinding:
    """A finding about an objective, or about one of its key results; the parameters fill its sentence."""

    code: AlignmentCode
    severity: Severity
    objective_key: str
    key_result_key: str | None = None
    others: tuple[str, ...] = ()
    parameters: Mapping[str, FindingValue] = field(default_factory=dict)


def align(
    objectives: Iterable[AlignedObjective],
    catalogue: Catalogue,
    dependencies: Iterable[AlignedDependency] = (),
    ancestry: Ancestry = NO_ANCESTRY,
    bands: CoverageBands = COVERAGE_BANDS,
) -> tuple[AlignmentFinding, ...]:
    """Everything that does not hang together, by objective and code. Cancelled objectives are left out.

    `objectives` has also the parents in other cycles. The time grows with their number, and with the pairs of key
    results that stand below the same one.
    """
    known = {each.key: each for each in objectives if each.state is not ObjectiveState.CANCELLED}
    circles = in_circles({each.key: each.parent_key for each in known.values()})
    found: list[AlignmentFinding] = []
    children: dict[str, list[AlignedObjective]] = defaultdict(list)
    for one in known.values():
        if one.parent_key is not None:
            children[one.parent_key].append(one)
    for one in known.values():
        found += _place(one, known, circles, ancestry)
        found += _measures(one, children[one.key], catalogue)
    found += _cascade(known.values(), catalogue, ancestry, bands)
    found += _opposites(known.values())
    found += _dependencies(dependencies, known)
    order = list(AlignmentCode)
    places = {key: place for place, key in enumerate(known)}
    return tuple(
        sorted(found, key=lambda each: (places[each.objective_key], order.index(each.code), each.key_result_key or ""))
    )


def _place(
    one: AlignedObjective, known: Mapping[str, AlignedObjective], circles: frozenset[str], ancestry: Ancestry
) -> Iterator[AlignmentFinding]:
    code = AlignmentCode
    if one.key in circles:
        yield AlignmentFinding(code.CIRCLE, Severity.ERROR, one.key)
    parent = known.get(one.parent_key) if one.parent_key is not None else None
    if parent is None:
        if one.level is not UnitLevel.COMPANY:
            yield AlignmentFinding(code.ORPHAN, Severity.ERROR, one.key, parameters={"level": one.level})
        return
    steps = RANK[one.level] - RANK[parent.level]
    # Where the organisation itself leaves a level out, the objectives cannot be blamed for it.
    next_unit = ancestry.parents.get(ScopeKey.ORG_UNIT_ID, {}).get(one.unit_id)
    if steps < 0 or (steps > 1 and next_unit != parent.unit_id):
        yield AlignmentFinding(
            code.LEVEL_SKIPPED,
            Severity.WARNING,
            one.key,
            others=(parent.key,),
            parameters={"level": one.level, "parent_level": parent.level},
        )
    if not parent.period.encloses(one.period):
        yield AlignmentFinding(
            code.PERIOD_OUTSIDE_PARENT,
            Severity.ERROR,
            one.key,
            others=(parent.key,),
            parameters={**_dates(one.period, ""), **_dates(parent.period, "parent_")},
        )


def _dates(period: Period, prefix: str) -> dict[str, FindingValue]:
    return {
        f"{prefix}start_date": period.start_date.isoformat(),
        f"{prefix}end_date": period.end_date.isoformat(),
    }


def missing_parts(one: AlignedKeyResult) -> tuple[str, ...]:
    """What a key result still lacks before it can be measured: metric, owner, start or target."""
    result = one.key_result
    missing = ["owner"] if one.owner_id is None else []
    if result.kind in MEASURED:
        needs_start = result.kind is KeyResultKind.REACH or result.bound is Bound.WITHIN
        wanted = (
            ("metric", result.metric_code, True),
            ("start", result.start, needs_start),
            ("target", result.target, True),
        )
        missing += [name for name, value, is_needed in wanted if is_needed and value is None]
    return tuple(missing)


def _measures(
    one: AlignedObjective, children: Sequence[AlignedObjective], catalogue: Catalogue
) -> Iterator[AlignmentFinding]:
    code = AlignmentCode
    count = len(one.key_results)
    if not FEWEST_KEY_RESULTS <= count <= MOST_KEY_RESULTS:
        severity = Severity.WARNING if count else Severity.ERROR
        yield AlignmentFinding(
            code.KEY_RESULT_COUNT,
            severity,
            one.key,
            parameters={"count": count, "fewest": FEWEST_KEY_RESULTS, "most": MOST_KEY_RESULTS},
        )
    weights = [each.key_result.weight for each in one.key_results]
    weights += [each.weight for each in children if each.parent_mode is ParentMode.CONTRIBUTES]
    if weights and not any(weights):
        yield AlignmentFinding(code.NO_WEIGHT, Severity.ERROR, one.key)
    for result in one.key_results:
        missing = list(missing_parts(result))
        metric_code = result.key_result.metric_code
        if metric_code is not None and metric_code not in catalogue:
            missing.insert(0, "metric")
        if missing:
            yield AlignmentFinding(
                code.INCOMPLETE_KEY_RESULT,
                Severity.ERROR,
                one.key,
                result.key,
                parameters={"missing": ", ".join(missing)},
            )
        target = result.key_result.target
        if result.plan_target is not None and target is not None and result.plan_target != target:
            yield AlignmentFinding(
                code.DIFFERS_FROM_PLAN,
                Severity.WARNING,
                one.key,
                result.key,
                parameters={"target": plain(target), "planned": plain(result.plan_target)},
            )


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _adds_up(result: KeyResult, catalogue: Catalogue) -> bool:
    return (
        result.kind is KeyResultKind.REACH
        and result.metric_code is not None
        and result.metric_code in catalogue
        and is_additive(result.metric_code, catalogue)
    )


def _cascade(
    objectives: Iterable[AlignedObjective], catalogue: Catalogue, ancestry: Ancestry, bands: CoverageBands
) -> Iterator[AlignmentFinding]:
    """Coverage of each key result that adds up, and children of one that would count the same figure twice."""
    owned = {each.key: (objective, each) for objective in objectives for each in objective.key_results}
    below: dict[str, list[str]] = defaultdict(list)
    for key, (_, each) in owned.items():
        parent = owned.get(each.parent_key) if each.parent_key is not None else None
        result = each.key_result
        if (
            parent is not None
            and _adds_up(result, catalogue)
            and result.metric_code == parent[1].key_result.metric_code
        ):
            below[parent[1].key].append(key)
    for parent_key, child_keys in below.items():
        objective, parent_result = owned[parent_key]
        own = parent_result.key_result
        better = catalogue[own.metric_code].better if own.metric_code is not None else Better.HIGHER
        targets = [target for key in child_keys if (target := owned[key][1].key_result.target) is not None]
        found = None if own.target is None else coverage(own.target, targets, better, bands)
        if found is not None and found.severity is not None:
            yield AlignmentFinding(
                AlignmentCode.COVERAGE,
                found.severity,
                objective.key,
                parent_key,
                others=tuple(child_keys),
                parameters={
                    "coverage": float(found.ratio),
                    "difference": plain(abs(found.short)),
                    "direction": "below" if found.short > 0 else "above",
                },
            )
        for one_key, other_key in combinations(child_keys, 2):
            one, other = owned[one_key][1].key_result, owned[other_key][1].key_result
            both = owned[one_key][0].period, owned[other_key][0].period
            if both[0].meets(both[1]) and overlaps(one.scope, other.scope, ancestry):
                yield AlignmentFinding(
                    AlignmentCode.COUNTED_TWICE,
                    Severity.ERROR,
                    owned[one_key][0].key,
                    one_key,
                    others=(other_key,),
                    parameters={
                        "metric": one.metric_code or "",
                        "scope": one.scope.canonical or "everything",
                        "other_scope": other.scope.canonical or "everything",
                    },
                )


def _direction(result: KeyResult) -> int:
    """1 where it wants more, -1 where it wants less, 0 where it says neither."""
    if result.kind is KeyResultKind.REACH and result.start is not None and result.target is not None:
        return 1 if result.target > result.start else -1
    return {Bound.AT_LEAST: 1, Bound.AT_MOST: -1}.get(result.bound, 0) if result.bound is not None else 0


def _opposites(objectives: Iterable[AlignedObjective]) -> Iterator[AlignmentFinding]:
    wishes: dict[tuple[str, Scope], list[tuple[int, AlignedObjective, AlignedKeyResult]]] = defaultdict(list)
    for objective in objectives:
        for each in objective.key_results:
            result = each.key_result
            if result.metric_code is not None and (direction := _direction(result)) != 0:
                wishes[result.metric_code, result.scope].append((direction, objective, each))
    for (metric_code, scope), known in wishes.items():
        if len({direction for direction, _, _ in known}) == 1:
            continue
        for direction, objective, each in known:
            against = tuple(
                other.key
                for other_direction, other_objective, other in known
                if other_direction == -direction and objective.period.meets(other_objective.period)
            )
            if against:
                yield AlignmentFinding(
                    AlignmentCode.OPPOSITE_DIRECTIONS,
                    Severity.WARNING,
                    objective.key,
                    each.key,
                    others=against,
                    parameters={"metric": metric_code, "scope": scope.canonical or "everything"},
                )


def _dependencies(
    dependencies: Iterable[AlignedDependency], known: Mapping[str, AlignedObjective]
) -> Iterator[AlignmentFinding]:
    for each in dependencies:
        if each.from_unit_id == each.to_unit_id or each.is_confirmed or each.is_risk_owned:
            continue
        for key in each.objective_keys:
            if key in known:
                yield AlignmentFinding(AlignmentCode.DEPENDENCY_UNCONFIRMED, Severity.ERROR, key, others=(each.key,))


@dataclass(frozen=True, slots=True)
class AlignedShare:
    """How many objectives stand below the company, and how many of these have a valid parent."""

    aligned: int
    below_company: int

    @property
    def rate(self) -> Decimal | None:
        """The part that is aligned; None where there are none below the company."""
        return Decimal(self.aligned) / self.below_company if self.below_company else None


def aligned_share(objectives: Iterable[AlignedObjective], counted: Collection[str] | None = None) -> AlignedShare:
    """Of the objectives below the company, or of those `counted` by key, how many have a valid parent among all.

    A parent is valid that is not cancelled, stands no lower, encloses the period and does not lead back to the child.
    """
    known = {each.key: each for each in objectives if each.state is not ObjectiveState.CANCELLED}
    circles = in_circles({each.key: each.parent_key for each in known.values()})
    below = [
        each
        for each in known.values()
        if each.level is not UnitLevel.COMPANY and (counted is None or each.key in counted)
    ]
    aligned = 0
    for one in below:
        parent = known.get(one.parent_key) if one.parent_key is not None else None
        aligned += (
            parent is not None
            and one.key not in circles
            and RANK[parent.level] <= RANK[one.level]
            and parent.period.encloses(one.period)
        )
    return AlignedShare(aligned, len(below))


def alignment_rate(objectives: Iterable[AlignedObjective]) -> Decimal | None:
    """The part of objectives below the company that have a valid parent; None where there are none below it."""
    return aligned_share(objectives).rate


def stops_activation(findings: Iterable[AlignmentFinding], objective_key: str) -> tuple[AlignmentFinding, ...]:
    """The errors for which an objective cannot become active."""
    return tuple(each for each in findings if each.objective_key == objective_key and each.severity is Severity.ERROR)
