"""Decides whether parent links are a forest: everything below something else leads up to a top."""

from collections.abc import Mapping


def closes_circle(parents: Mapping[str, str | None], child: str, parent: str) -> bool:
    """Whether `child`, put below `parent`, would stand above itself. Links that already run in a circle end there."""
    seen: set[str] = set()
    at: str | None = parent
    while at is not None and at not in seen:
        if at == child:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def in_circles(parents: Mapping[str, str | None]) -> frozenset[str]:
    """Everything that stands above itself; nothing in a forest. One walk over all links."""
    done: set[str] = set()
    circles: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = parents.get(at)
        if at is not None and at in path:
            circles.update(each for each, place in path.items() if place >= path[at])
        done.update(path)
    return frozenset(circles)
