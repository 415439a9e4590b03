"""Finds where a falling function crosses zero."""

from collections.abc import Callable


def falling_root(function: Callable[[float], float], low: float, high: float) -> float:
    """The argument between `low` and `high` from which a falling function is negative, to the last digit.

    Halving the bracket until no number lies within it; `low` or `high` where the function keeps its sign.
    """
    while low < (middle := low + (high - low) / 2) < high:
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return low if function(low) <= 0 else high
