"""Decides the progress and health of every objective of a tree, from the key results up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.planning.domain.forest import in_circles
from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.pace import HEALTH_BANDS, Health, HealthBands, health_of
from services.planning.domain.progress import Progress
from services.planning.domain.roll_up import ParentMode, Part, RollUp, roll_up


@dataclass(frozen=True, slots=True)
class TreeObjective:
    """An objective with its measured key results as parts; `mode` and `weight` are what it is to its parent."""

    key: str
    parts: tuple[Part, ...]
    parent_key: str | None = None
    mode: ParentMode = ParentMode.CONTRIBUTES
    weight: Decimal = Decimal(1)
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class TreeNode:
    """What an objective comes to. Its health is its own pace; how the worst part stands is in the roll-up."""

    roll_up: RollUp
    health: Health


def expected_part(kind: KeyResultKind, expected: Decimal, bands: HealthBands = HEALTH_BANDS) -> Decimal:
    """What a key result should bring to its objective by now: a bound is to be held from the first day on."""
    return bands.hold_on_track if kind is KeyResultKind.HOLD else expected


def objective_health(
    found: RollUp, parts: Iterable[Part], is_closed: bool = False, bands: HealthBands = HEALTH_BANDS
) -> Health:
    """The pace of the weighted progress; stale once everything counted is, else no data while nothing is known.

    Where what to expect is not known for every part, the worst part speaks for the whole.
    """
    counted = [each for each in parts if each.is_counted and each.progress is not None]
    if not is_closed and found.progress is not None and found.expected is None:
        return found.worst_health or Health.NO_DATA
    return health_of(
        KeyResultKind.REACH,
        None if found.progress is None else Progress(found.progress),
        found.expected or Decimal(0),
        is_closed=is_closed,
        is_stale=bool(counted) and all(each.health is Health.STALE for each in counted),
        bands=bands,
    )


def roll_up_tree(objectives: Iterable[TreeObjective], bands: HealthBands = HEALTH_BANDS) -> Mapping[str, TreeNode]:
    """Every objective's roll-up and health, children before parents; the time grows with their number alone.

    A parent that is not among them counts as none. ValueError where parents run in a circle.
    """
    known = {each.key: each for each in objectives}
    if in_circles({each.key: each.parent_key for each in known.values()}):
        raise ValueError("parents run in a circle")
    missing: dict[str, int] = dict.fromkeys(known, 0)
    for each in known.values():
        if each.parent_key in missing:
            missing[each.parent_key] += 1
    ready = [key for key, count in missing.items() if count == 0]
    gathered: dict[str, list[Part]] = defaultdict(list)
    nodes: dict[str, TreeNode] = {}
    while ready:
        one = known[ready.pop()]
        parts = (*one.parts, *sorted(gathered.pop(one.key, ()), key=lambda part: part.key))
        found = roll_up(parts)
        node = nodes[one.key] = TreeNode(found, objective_health(found, parts, one.is_closed, bands))
        if one.parent_key is not None and one.parent_key in known:
            gathered[one.parent_key].append(
                Part(one.key, found.progress, one.weight, node.health, one.mode, found.expected)
            )
            missing[one.parent_key] -= 1
            if missing[one.parent_key] == 0:
                ready.append(one.parent_key)
    return {key: nodes[key] for key in known}
