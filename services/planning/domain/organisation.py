"""Decides how the units of a company may hang together: company, module, team, person, each below a higher level."""

from enum import StrEnum


class UnitLevel(StrEnum):
    """How high a unit stands, from the highest to the lowest."""

    COMPANY = "company"
    MODULE = "module"
    TEAM = "team"
    PERSON = "person"


RANK = {level: rank for rank, level in enumerate(UnitLevel)}


def may_stand_below(child: UnitLevel, parent: UnitLevel | None) -> bool:
    """Whether a unit of level `child` may have a parent of level `parent` (None: stands at the top).

    Only a company stands at the top; every other unit needs a parent of a strictly higher level. Levels may be
    skipped. Since every step down is to a lower level, a tree built by this rule has no cycles.
    """
    if parent is None:
        return child is UnitLevel.COMPANY
    return RANK[parent] < RANK[child]
