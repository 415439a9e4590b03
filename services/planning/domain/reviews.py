"""Decides what a review finds and asks for: causes, actions, and when it may be closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.drivers import RevenueDriver


class ReviewKind(StrEnum):
    """What a review looks back on."""

    MONTHLY = "monthly"
    ANNUAL = "annual"
    LAUNCH = "launch"


class ReviewState(StrEnum):
    """Where a review stands."""

    PREFILLED = "prefilled"
    DISCUSSED = "discussed"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why there is a gap; habits and assumptions are causes too."""

    TRAFFIC = "traffic"
    CONVERSION = "conversion"
    PRICE = "price"
    SUPPLY = "supply"
    ADVERTISING = "advertising"
    PRODUCT = "product"
    COMPETITION = "competition"
    CAPACITY = "capacity"
    ASSUMPTION = "assumption"
    EXTERNAL = "external"


class ActionState(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionTarget(StrEnum):
    """What an action changes."""

    INITIATIVE = "initiative"
    PLAN = "plan"
    NEED = "need"
    KEY_RESULT = "key_result"


NEXT_STATE: Mapping[ReviewState, ReviewState | None] = MappingProxyType(
    {
        ReviewState.PREFILLED: ReviewState.DISCUSSED,
        ReviewState.DISCUSSED: ReviewState.CLOSED,
        ReviewState.CLOSED: None,
    }
)
NEXT_ACTION_STATES: Mapping[ActionState, frozenset[ActionState]] = MappingProxyType(
    {
        ActionState.OPEN: frozenset({ActionState.DONE, ActionState.DROPPED}),
        ActionState.DONE: frozenset({ActionState.OPEN}),  # it turns out not to be done after all
        ActionState.DROPPED: frozenset(),
    }
)
CAUSE_OF: Mapping[RevenueDriver, Cause] = MappingProxyType(
    {
        RevenueDriver.TRAFFIC: Cause.TRAFFIC,
        RevenueDriver.CONVERSION: Cause.CONVERSION,
        RevenueDriver.STOCK: Cause.SUPPLY,
        RevenueDriver.PRICE: Cause.PRICE,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a gap, or, without one, about something else: a habit, an assumption."""

    gap_ref: str | None
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody will do by a day; `gap_ref` is the gap it answers, directly or by its finding."""

    key: str
    gap_ref: str | None
    owner_id: str | None
    due_date: date | None
    state: ActionState = ActionState.OPEN

    @property
    def answers(self) -> bool:
        """Whether somebody is to do it, or has done it, by a day."""
        return self.owner_id is not None and self.due_date is not None and self.state is not ActionState.DROPPED

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.state is ActionState.OPEN and self.due_date is not None and self.due_date < today


class Lack(StrEnum):
    """What a red gap lacks."""

    CAUSE = "cause"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A red gap and what it lacks."""

    gap_ref: str
    lacks: tuple[Lack, ...]


def unanswered(
    red_gaps: Iterable[str], findings: Iterable[Finding], actions: Iterable[Action]
) -> tuple[Unanswered, ...]:
    """The red gaps for which a review cannot close yet: each needs a cause, and an action with owner and date."""
    explained = {each.gap_ref for each in findings if each.cause is not None}
    answered = {each.gap_ref for each in actions if each.answers}
    found = []
    for gap_ref in dict.fromkeys(red_gaps):
        lacks = (
            *((Lack.CAUSE,) if gap_ref not in explained else ()),
            *((Lack.ACTION,) if gap_ref not in answered else ()),
        )
        if lacks:
            found.append(Unanswered(gap_ref, lacks))
    return tuple(found)


def may_become(state: ReviewState, wanted: ReviewState, still_unanswered: Iterable[Unanswered]) -> bool:
    """Whether a review takes the step: one after the other, and closed only with an answer to every red gap."""
    return NEXT_STATE[state] is wanted and (wanted is not ReviewState.CLOSED or not tuple(still_unanswered))


def may_be_edited(state: ReviewState) -> bool:
    """Whether findings and actions are still added; afterwards only actions go on to be done or dropped."""
    return state is not ReviewState.CLOSED


def action_may_become(state: ActionState, wanted: ActionState) -> bool:
    """Whether an action in `state` can be put into the wanted one, also long after its review was closed."""
    return wanted in NEXT_ACTION_STATES[state]
