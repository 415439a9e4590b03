"""Decides which initiative may follow which as its successor, and which line of products that makes."""

from collections.abc import Mapping

from services.planning.domain.initiative_states import DEVELOPED, InitiativeKind


def succession_fault(
    initiative: str,
    kind: InitiativeKind,
    predecessor: str,
    predecessor_kind: InitiativeKind,
    predecessors: Mapping[str, str],
) -> str | None:
    """Why `predecessor` cannot be the one that `initiative` replaces; None where it can.

    `predecessors` are the links there are. `not_developed`: only products, upgrades and accessories have successors.
    `own_predecessor`: it would, at last, replace itself. Several may replace one (a product that is split).
    """
    if kind not in DEVELOPED or predecessor_kind not in DEVELOPED:
        return "not_developed"
    others = {each: before for each, before in predecessors.items() if each != initiative}
    return "own_predecessor" if initiative in (predecessor, *lineage(predecessor, others)) else None


def lineage(initiative: str, predecessors: Mapping[str, str]) -> tuple[str, ...]:
    """Its predecessor, that one's, and so on to the first. Stops where stored links run in a circle."""
    line: list[str] = []
    before = predecessors.get(initiative)
    while before is not None and before not in line:
        line.append(before)
        before = predecessors.get(before)
    return tuple(line)
