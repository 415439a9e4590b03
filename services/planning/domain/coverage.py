"""Decides how far the targets of children add up to the target above them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.planning.domain.metric import Better
from services.planning.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class CoverageBands:
    """Below which coverage it is an error, below which a warning, above which a note."""

    error_below: Decimal = Decimal("0.9")
    warning_below: Decimal = Decimal(1)
    note_above: Decimal = Decimal("1.1")


COVERAGE_BANDS = CoverageBands()


@dataclass(frozen=True, slots=True)
class Coverage:
    """`ratio` of the children's targets to the own one, and what is `short`; negative where they exceed it."""

    ratio: Decimal
    short: Decimal
    severity: Severity | None


def coverage(
    target: Decimal,
    children: Iterable[Decimal],
    better: Better = Better.HIGHER,
    bands: CoverageBands = COVERAGE_BANDS,
) -> Coverage | None:
    """What the children's targets cover of `target`, for a metric that adds up; None without children or for 0.

    Where lower is better (costs, days out of stock) the children may not sum to more than the target, so the bands
    are mirrored about 1: too much is the error, too little the note.
    """
    known = tuple(children)
    if not known or target == 0:
        return None
    total = sum(known, Decimal(0))
    ratio = total / target
    judged = 2 - ratio if better is Better.LOWER else ratio
    severity = None
    if judged < bands.error_below:
        severity = Severity.ERROR
    elif judged < bands.warning_below:
        severity = Severity.WARNING
    elif judged > bands.note_above:
        severity = Severity.NOTE
    return Coverage(ratio, target - total, severity)
