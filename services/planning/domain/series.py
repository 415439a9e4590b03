"""Decides which series tell a scope: the widest, and the narrower ones where those are silent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.planning.domain.period import Period
from services.planning.domain.scope import NO_ANCESTRY, Ancestry, Scope, ScopeKey, covering


@dataclass(frozen=True, slots=True)
class Series:
    """The readings of one metric in one scope: all of them lie in `days`, in periods of at most `longest_days`."""

    id: UUID
    scope: Scope
    days: Period
    longest_days: int

    @property
    def is_daily(self) -> bool:
        """Whether every reading is of a single day, so that no two of its current readings share one."""
        return self.longest_days == 1


@dataclass(frozen=True, slots=True)
class Narrower:
    """Daily series below the same widest ones; each with all those inside the scope that cover it.

    A day of theirs counts where none that covers them tells it.
    """

    widest: tuple[Series, ...]
    series: tuple[tuple[Series, tuple[Series, ...]], ...]
    days: Period


@dataclass(frozen=True, slots=True)
class ScopeSeries:
    """The series of one metric that make up a scope.

    `widest` are daily and covered by none inside: all their readings count. `mixed` are those that hang together with
    one of longer periods: which of their readings count has to be seen from the readings. `beyond` lie outside and
    cover one inside: they do not count, but tell that the metric goes on being read.
    """

    widest: tuple[Series, ...] = ()
    narrower: tuple[Narrower, ...] = ()
    mixed: tuple[Series, ...] = ()
    beyond: tuple[Series, ...] = ()

    @property
    def all(self) -> tuple[Series, ...]:
        """Every series inside the scope."""
        return (*self.widest, *(series for group in self.narrower for series, _ in group.series), *self.mixed)


NO_SERIES = ScopeSeries()


def resolved(
    series: Sequence[Series], scopes: Iterable[Scope], ancestry: Ancestry = NO_ANCESTRY
) -> Mapping[Scope, ScopeSeries]:
    """What makes up each of the scopes, of all series of one metric. Scopes without any are left out.

    Every series is asked for the scopes above it, not every scope for the series below: the cost is linear in both.
    """
    by_scope = {each.scope: each for each in series}
    asked = set(scopes)
    grains, asked_grains = _grains(by_scope), _grains(asked)
    above = {
        each.id: tuple(
            by_scope[scope]
            for scope in covering(each.scope, grains, ancestry)
            if scope in by_scope and scope != each.scope
        )
        for each in series
    }
    inside: dict[Scope, list[Series]] = defaultdict(list)
    for each in series:
        for scope in covering(each.scope, asked_grains, ancestry):
            if scope in asked:
                inside[scope].append(each)
    return {scope: _made_up(members, above) for scope, members in inside.items()}


def _grains(scopes: Iterable[Scope]) -> set[frozenset[ScopeKey]]:
    return {frozenset(each.keys) for each in scopes}


def _made_up(members: Sequence[Series], above: Mapping[UUID, tuple[Series, ...]]) -> ScopeSeries:
    own = {each.id for each in members}
    inner = {each.id: tuple(upper for upper in above[each.id] if upper.id in own) for each in members}
    mixed = _tied_to_longer(members, inner)
    grouped: dict[tuple[UUID, ...], list[tuple[Series, tuple[Series, ...]]]] = defaultdict(list)
    tops: dict[tuple[UUID, ...], tuple[Series, ...]] = {}
    for each in members:
        if each.id not in mixed and inner[each.id]:
            widest = tuple(upper for upper in inner[each.id] if not inner[upper.id])
            key = tuple(upper.id for upper in widest)
            tops[key] = widest
            grouped[key].append((each, inner[each.id]))
    beyond = {upper.id: upper for each in members for upper in above[each.id] if upper.id not in own}
    return ScopeSeries(
        tuple(each for each in members if each.id not in mixed and not inner[each.id]),
        tuple(
            Narrower(
                tops[key],
                tuple(pairs),
                Period(min(each.days.start_date for each, _ in pairs), max(each.days.end_date for each, _ in pairs)),
            )
            for key, pairs in grouped.items()
        ),
        tuple(each for each in members if each.id in mixed),
        tuple(beyond.values()),
    )


def _tied_to_longer(members: Sequence[Series], inner: Mapping[UUID, tuple[Series, ...]]) -> set[UUID]:
    """The series that cover, or are covered by, directly or over others, one that is not daily; itself included."""
    waiting = [each.id for each in members if not each.is_daily]
    if not waiting:
        return set()
    ties: dict[UUID, list[UUID]] = defaultdict(list)
    for each in members:
        for upper in inner[each.id]:
            ties[each.id].append(upper.id)
            ties[upper.id].append(each.id)
    found: set[UUID] = set()
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting.extend(ties[at])
    return found
