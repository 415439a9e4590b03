"""Decides what a figure is about, and when one scope covers or overlaps another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, product


class ScopeKey(StrEnum):
    """What a scope may be narrowed by."""

    ORG_UNIT_ID = "org_unit_id"
    NODE_ID = "node_id"
    PRODUCT_REF = "product_ref"
    INITIATIVE_ID = "initiative_id"
    SEGMENT_ID = "segment_id"
    MARKETPLACE = "marketplace"
    CHANNEL = "channel"


_KEYS = tuple(ScopeKey)


@dataclass(frozen=True, slots=True)
class Scope:
    """Any of the keys; one that is missing means all of them, so `Scope()` is the whole company.

    `keys` are those that are present, in their order.
    """

    org_unit_id: str | None = None
    node_id: str | None = None
    product_ref: str | None = None
    initiative_id: str | None = None
    segment_id: str | None = None
    marketplace: str | None = None
    channel: str | None = None
    keys: Mapping[ScopeKey, str] = field(init=False, repr=False, compare=False)
    # Scopes are looked up by the thousand: what they are looked up by is made once.
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        values = (
            self.org_unit_id,
            self.node_id,
            self.product_ref,
            self.initiative_id,
            self.segment_id,
            self.marketplace,
            self.channel,
        )
        if "" in values:
            raise ValueError("a key of a scope that is present names something")
        keys = {key: value for key, value in zip(_KEYS, values, strict=True) if value is not None}
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "_hash", hash(values))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type["Scope"], tuple[str | None, ...]]:
        # Another process hashes text otherwise: there it is made anew.
        return Scope, tuple(self.keys.get(key) for key in _KEYS)

    @property
    def canonical(self) -> str:
        """The one text by which equal scopes are known to be equal: `marketplace=US;channel=amazon`, `` for all."""
        return ";".join(f"{key}={_escaped(value)}" for key, value in self.keys.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace("=", "\\=")


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Who stands directly above whom: `parents[key][value]` is the parent of `value` for that key.

    Units and portfolio nodes are trees; a channel or marketplace has parents only where someone states them.
    """

    parents: Mapping[ScopeKey, Mapping[str, str]] = field(default_factory=dict)

    def line(self, key: ScopeKey, value: str) -> tuple[str, ...]:
        """The value, its parent, and so on to the top; links that run in a circle are followed once."""
        parents = self.parents.get(key, {})
        if value not in parents:
            return (value,)
        line: dict[str, None] = {}
        at: str | None = value
        while at is not None and at not in line:
            line[at] = None
            at = parents.get(at)
        return tuple(line)

    def reaches(self, key: ScopeKey, upper: str, lower: str) -> bool:
        """Whether `upper` is `lower` or stands above it."""
        return upper == lower or upper in self.line(key, lower)


NO_ANCESTRY = Ancestry()


def covers(wider: Scope, narrower: Scope, ancestry: Ancestry = NO_ANCESTRY) -> bool:
    """Whether each key of `wider` equals that of `narrower` or is its ancestor. Every scope covers itself."""
    own = narrower.keys
    return all(key in own and ancestry.reaches(key, value, own[key]) for key, value in wider.keys.items())


def covering(part: Scope, grains: Iterable[frozenset[ScopeKey]], ancestry: Ancestry = NO_ANCESTRY) -> Iterator[Scope]:
    """Every scope that covers `part`, itself included, and is narrowed by exactly the keys of one of the grains."""
    own = part.keys
    for grain in grains:
        if grain <= own.keys():
            keys = sorted(grain)
            lines = [ancestry.line(key, own[key]) for key in keys]
            if len(keys) == len(own) and all(len(line) == 1 for line in lines):
                yield part
                continue
            for values in product(*lines):
                yield Scope(**{key.value: value for key, value in zip(keys, values, strict=True)})


def overlaps(one: Scope, other: Scope, ancestry: Ancestry = NO_ANCESTRY) -> bool:
    """Whether every key present in both is equal or ancestor-related, so that something may be in both."""
    mine, theirs = one.keys, other.keys
    return all(
        ancestry.reaches(key, mine[key], theirs[key]) or ancestry.reaches(key, theirs[key], mine[key])
        for key in mine.keys() & theirs.keys()
    )


def crossing(scopes: Iterable[Scope], ancestry: Ancestry = NO_ANCESTRY) -> tuple[tuple[Scope, Scope], ...]:
    """Pairs that overlap although neither covers the other: one total cut in two ways, which must not be added."""
    distinct = sorted(set(scopes), key=lambda scope: scope.canonical)
    return tuple(
        (one, other)
        for one, other in combinations(distinct, 2)
        if overlaps(one, other, ancestry) and not covers(one, other, ancestry) and not covers(other, one, ancestry)
    )
