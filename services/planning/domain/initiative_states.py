"""Decides through which states an initiative goes, what must be known at each, and what stays as it is after launch."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType


class InitiativeKind(StrEnum):
    """What an initiative brings about."""

    PRODUCT = "product"
    UPGRADE = "upgrade"
    ACCESSORY = "accessory"
    CAMPAIGN = "campaign"
    CATEGORY_ENTRY = "category_entry"
    MARKET_ENTRY = "market_entry"
    CAPABILITY = "capability"
    FINANCING = "financing"


class InitiativeStatus(StrEnum):
    """Where an initiative stands; what is developed goes the long way, other kinds the short one."""

    PROPOSED = "proposed"
    CONCEPT = "concept"
    REQUIREMENTS = "requirements"
    DESIGN = "design"
    TEST = "test"
    LAUNCH = "launch"
    RAMP = "ramp"
    STEADY = "steady"
    EXIT = "exit"
    RETIRED = "retired"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    ON_HOLD = "on_hold"
    KILLED = "killed"


class Move(StrEnum):
    """What going from one status to another means."""

    ADVANCE = "advance"
    RECYCLE = "recycle"  # back to an earlier stage
    HOLD = "hold"
    RESUME = "resume"  # from on hold to where it was
    KILL = "kill"


class DateName(StrEnum):
    """The four dates of an initiative."""

    START = "start"
    DEV_DONE = "dev_done"
    LAUNCH = "launch"
    END = "end"


class TeamRole(StrEnum):
    """The three roles without which nothing is developed."""

    PM = "PM"
    MM = "MM"
    CM = "CM"


S = InitiativeStatus

DEVELOPED = frozenset({InitiativeKind.PRODUCT, InitiativeKind.UPGRADE, InitiativeKind.ACCESSORY})

# The whole way, in order; each status is left for the next one.
_DEVELOPED_WAY = (
    S.PROPOSED,
    S.CONCEPT,
    S.REQUIREMENTS,
    S.DESIGN,
    S.TEST,
    S.LAUNCH,
    S.RAMP,
    S.STEADY,
    S.EXIT,
    S.RETIRED,
)
_OTHER_WAY = (S.PROPOSED, S.PLANNED, S.RUNNING, S.DONE)

# Leaving one of these for the next passes its gate.
GATED_STAGES = (S.CONCEPT, S.REQUIREMENTS, S.DESIGN, S.TEST, S.LAUNCH)
FINAL = frozenset({S.RETIRED, S.DONE, S.KILLED})
LAUNCHED = frozenset({S.RAMP, S.STEADY, S.EXIT, S.RETIRED})
NEEDS_REASON = frozenset({Move.RECYCLE, Move.HOLD, Move.KILL})

_REACHED: Mapping[tuple[InitiativeStatus, InitiativeStatus], DateName] = MappingProxyType(
    {
        (S.PROPOSED, S.CONCEPT): DateName.START,
        (S.TEST, S.LAUNCH): DateName.DEV_DONE,
        (S.LAUNCH, S.RAMP): DateName.LAUNCH,
        (S.EXIT, S.RETIRED): DateName.END,
        (S.PLANNED, S.RUNNING): DateName.START,
        (S.RUNNING, S.DONE): DateName.END,
    }
)

# What a launch has settled: corrections are new initiatives or calibrations.
FROZEN_AFTER_LAUNCH = frozenset(
    {
        "kind",
        "product_ref",
        "predecessor_id",
        "planned.start",
        "planned.dev_done",
        "planned.launch",
        "committed.start",
        "committed.dev_done",
        "committed.launch",
        "actual.start",
        "actual.dev_done",
        "actual.launch",
    }
)


def way_of(kind: InitiativeKind) -> tuple[InitiativeStatus, ...]:
    """The statuses of an initiative of the kind that all goes well with, in order."""
    return _DEVELOPED_WAY if kind in DEVELOPED else _OTHER_WAY


def statuses_of(kind: InitiativeKind) -> frozenset[InitiativeStatus]:
    """Every status that an initiative of the kind may have; only what is developed can be put on hold."""
    return frozenset(way_of(kind)) | ({S.ON_HOLD, S.KILLED} if kind in DEVELOPED else {S.KILLED})


def move_of(
    kind: InitiativeKind, status: InitiativeStatus, to: InitiativeStatus, held_from: InitiativeStatus | None = None
) -> Move | None:
    """What going from `status` to `to` is; None where it is not allowed. `held_from` is where one on hold was.

    A step forward is to the next status only. Until the launch is released (the status `launch` is left) developed
    work may be recycled to any earlier stage from concept on; from `ramp` on nothing leads back. Killed is what has
    not come to `launch`, on hold or not; of other kinds what is not done. Held is whatever is not over.
    """
    way = way_of(kind)
    if status is S.ON_HOLD:
        if kind not in DEVELOPED or held_from not in way or held_from in FINAL:
            return None
        if to is held_from:
            return Move.RESUME
        return Move.KILL if to is S.KILLED and _may_be_killed(kind, held_from) else None
    if status not in way or status in FINAL:
        return None
    if to is S.ON_HOLD:
        return Move.HOLD if kind in DEVELOPED else None
    if to is S.KILLED:
        return Move.KILL if _may_be_killed(kind, status) else None
    if to not in way:
        return None
    here, there = way.index(status), way.index(to)
    if there == here + 1:
        return Move.ADVANCE
    is_back = S.CONCEPT in way and way.index(S.CONCEPT) <= there < here <= way.index(S.LAUNCH)
    return Move.RECYCLE if is_back else None


def _may_be_killed(kind: InitiativeKind, status: InitiativeStatus) -> bool:
    way = way_of(kind)
    return way.index(status) < way.index(S.LAUNCH) if kind in DEVELOPED else status not in FINAL


def allowed_moves(
    kind: InitiativeKind, status: InitiativeStatus, held_from: InitiativeStatus | None = None
) -> Mapping[InitiativeStatus, Move]:
    """Where the initiative may go, in the order of the statuses, and what each step would be."""
    moves = {to: move_of(kind, status, to, held_from) for to in InitiativeStatus}
    return {to: move for to, move in moves.items() if move is not None}


def gate_of(status: InitiativeStatus, move: Move) -> InitiativeStatus | None:
    """The stage whose gate the move passes, if any."""
    return status if move is Move.ADVANCE and status in GATED_STAGES else None


def date_reached(status: InitiativeStatus, to: InitiativeStatus) -> DateName | None:
    """Which actual date the step settles, if any."""
    return _REACHED.get((status, to))


def settled_dates(kind: InitiativeKind) -> frozenset[DateName]:
    """The actual dates that steps settle for the kind; the others are told by whoever knows them."""
    return frozenset(name for step in pairwise(way_of(kind)) if (name := date_reached(*step)) is not None)


def dates_undone(kind: InitiativeKind, status: InitiativeStatus, to: InitiativeStatus) -> frozenset[DateName]:
    """The actual dates that recycling from `status` to `to` takes back: their steps are to be made again."""
    if move_of(kind, status, to) is not Move.RECYCLE:
        return frozenset()
    way = way_of(kind)
    again = pairwise(way[way.index(to) : way.index(status) + 1])
    return frozenset(name for step in again if (name := date_reached(*step)) is not None)


def is_commitment_firm(
    kind: InitiativeKind, status: InitiativeStatus, held_from: InitiativeStatus | None = None
) -> bool:
    """Whether a committed date changes only for a reason: once work is past its second status (concept, planned)."""
    standing = held_from if status is S.ON_HOLD else status
    way = way_of(kind)
    return standing not in way or way.index(standing) > 1


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What is known of an initiative beyond its fields: is there a why, how many gaps or needs, who is assigned."""

    has_why: bool
    gaps_and_needs: int
    roles: frozenset[TeamRole] = frozenset()


@dataclass(frozen=True, slots=True)
class StatusFault:
    """Why an initiative cannot be in, or come to, a status: `code` and, for missing roles, which."""

    code: str
    missing: tuple[str, ...] = ()


def faults_at(kind: InitiativeKind, status: InitiativeStatus, groundwork: Groundwork) -> tuple[StatusFault, ...]:
    """What is lacking for an initiative to be in the status: asked when it moves and when its groundwork changes.

    Nothing leaves `proposed` without a why and a linked gap or need; nothing developed comes to `requirements`
    without product, market and category manager. On hold counts as the status it was held from, which the caller
    passes; killed needs nothing.
    """
    way = way_of(kind)
    if status not in way or status is S.PROPOSED:
        return ()
    faults = []
    if not groundwork.has_why:
        faults.append(StatusFault("why_missing"))
    if groundwork.gaps_and_needs < 1:
        faults.append(StatusFault("gap_or_need_missing"))
    missing = tuple(role.value for role in TeamRole if role not in groundwork.roles)
    if kind in DEVELOPED and way.index(status) >= way.index(S.REQUIREMENTS) and missing:
        faults.append(StatusFault("roles_missing", missing))
    return tuple(faults)


def move_faults(
    kind: InitiativeKind,
    status: InitiativeStatus,
    to: InitiativeStatus,
    groundwork: Groundwork,
    *,
    reason: str | None = None,
    held_from: InitiativeStatus | None = None,
) -> tuple[StatusFault, ...]:
    """Why the initiative cannot go from `status` to `to`: `not_allowed`, `reason_missing`, or what `to` asks for.

    Holding, recycling and killing need a reason, and nothing else.
    """
    move = move_of(kind, status, to, held_from)
    if move is None:
        return (StatusFault("not_allowed"),)
    if move in NEEDS_REASON:
        return () if reason and reason.strip() else (StatusFault("reason_missing"),)
    return faults_at(kind, to, groundwork)


def frozen_fields(status: InitiativeStatus, held_from: InitiativeStatus | None = None) -> frozenset[str]:
    """The fields that no longer change: from the released launch on, those in which it was promised and made."""
    standing = held_from if status is S.ON_HOLD else status
    return FROZEN_AFTER_LAUNCH if standing in LAUNCHED else frozenset()
