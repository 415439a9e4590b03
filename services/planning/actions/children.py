"""Draws for requests in child processes, which begin with the plotting library loaded."""

from functools import cache

from shared.jobs import children
from shared.jobs.children import AT_ONCE, MOST_WAITING
from shared.jobs.compute import warm_up

MODULES = (
    "services.planning.actions.draw_planning",
    "services.planning.pictures.bridge",
    "services.planning.pictures.gantt",
    "services.planning.pictures.headcount",
    "services.planning.pictures.okr_tree",
    "services.planning.pictures.price_roadmap",
    "services.planning.pictures.profit_and_loss",
    "services.planning.pictures.trajectory",
)


@cache
def start_children() -> None:
    """Start the fork server that children come from, unless it runs; it takes a second or two."""
    warm_up(*MODULES)


class Children(children.Children):
    """The children of one process of this service."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        super().__init__(start_children, at_once, most_waiting)


# Those of this process, shared by all operations that draw.
CHILDREN = Children()
