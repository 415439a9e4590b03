"""Decides what objectives and initiatives may answer."""

from enum import StrEnum


class BasisKind(StrEnum):
    """A gap is computed from a metric and a scope; needs and insights are in words."""

    GAP = "gap"
    NEED = "need"
    INSIGHT = "insight"
