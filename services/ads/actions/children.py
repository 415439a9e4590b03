"""Computes for requests in child processes, which begin with what this service's requests need."""

from functools import cache

from shared.jobs import children
from shared.jobs.children import AT_ONCE, MOST_WAITING
from shared.jobs.compute import warm_up

# What the children of requests need: they begin with these loaded.
MODULES = (
    "services.ads.actions.score_request",
    "services.ads.pictures.performance_chart",
    "services.ads.pictures.score_history",
    "services.ads.pictures.waste_map",
)


@cache
def start_children() -> None:
    """Start the fork server that children come from, unless it runs; it takes a second or two."""
    warm_up(*MODULES)


class Children(children.Children):
    """The children of one process of this service."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        super().__init__(start_children, at_once, most_waiting)
