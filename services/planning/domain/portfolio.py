"""Decides how the nodes of the portfolio may hang together: category, sub-category, series, each below a wider one."""

from enum import StrEnum


class NodeKind(StrEnum):
    """How wide a node is, widest first."""

    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    SERIES = "series"


WIDTH = {kind: width for width, kind in enumerate(NodeKind)}


def may_stand_below(child: NodeKind, parent: NodeKind | None) -> bool:
    """Whether the child may stand below the parent: below a wider kind, which may be skipped; anything at the top."""
    return parent is None or WIDTH[parent] < WIDTH[child]
