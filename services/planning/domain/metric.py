"""Decides what a metric is: its unit, which way is better, how its readings fold, and what it is computed from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.formula import FormulaFault, read_formula


class Unit(StrEnum):
    """What a value counts."""

    MONEY = "money"
    COUNT = "count"
    RATIO = "ratio"
    DAYS = "days"
    RANK = "rank"
    SCORE = "score"


class Better(StrEnum):
    """Which way is better; `band`: inside the band, neither above nor below it."""

    HIGHER = "higher"
    LOWER = "lower"
    BAND = "band"


class Fold(StrEnum):
    """How the readings of a window become one value."""

    SUM = "sum"
    LAST = "last"
    MEAN = "mean"
    RATIO = "ratio"  # of the value of one metric to that of another, never the mean of ratios
    FORMULA = "formula"


class Source(StrEnum):
    """Where its readings come from; only manual ones may be typed in."""

    FEED = "feed"
    MANUAL = "manual"
    FORMULA = "formula"


COMPUTED = frozenset({Fold.RATIO, Fold.FORMULA})
# Parts of these may be added up where they are read last: heads and market sizes, not ratings and days of cover.
ADDABLE_UNITS = frozenset({Unit.MONEY, Unit.COUNT})


@dataclass(frozen=True, slots=True)
class Metric:
    """A quantity that can be read. `numerator` and `denominator` belong to ratios, `formula` to formulas.

    `freshness_hours`: how old its newest reading may be before it is stale. `band_low` and `band_high`, either of
    which may be missing, are where a value is normal, both included.
    """

    code: str
    unit: Unit
    better: Better
    fold: Fold
    source: Source
    freshness_hours: int
    numerator: str | None = None
    denominator: str | None = None
    formula: str | None = None
    band_low: Decimal | None = None
    band_high: Decimal | None = None

    @property
    def operands(self) -> tuple[str, ...]:
        """The metrics that it is computed from, each once; none for one that is read. FormulaFault for no formula."""
        if self.fold is Fold.RATIO:
            return tuple(dict.fromkeys(code for code in (self.numerator, self.denominator) if code is not None))
        return read_formula(self.formula or "").names if self.fold is Fold.FORMULA else ()


Catalogue = Mapping[str, Metric]


class MetricFaultCode(StrEnum):
    """What may be wrong with the definition of a metric."""

    OPERANDS_MISSING = "operands_missing"
    OPERANDS_NOT_WANTED = "operands_not_wanted"
    FORMULA_NOT_UNDERSTOOD = "formula_not_understood"
    OPERAND_UNKNOWN = "operand_unknown"
    COMPUTED_FROM_ITSELF = "computed_from_itself"
    SOURCE_DOES_NOT_FIT = "source_does_not_fit"
    BAND_MISSING = "band_missing"
    BAND_REVERSED = "band_reversed"
    FRESHNESS_NOT_POSITIVE = "freshness_not_positive"


@dataclass(frozen=True, slots=True)
class MetricFault:
    """What is wrong, in which field, and about what: the unknown metric, or where the formula breaks."""

    code: MetricFaultCode
    field: str
    about: str = ""


def metric_faults(metric: Metric, others: Catalogue) -> tuple[MetricFault, ...]:
    """Everything wrong with a definition that would stand beside `others` (the rest of the catalogue)."""
    return tuple(_faults(metric, {**others, metric.code: metric}))


def _faults(metric: Metric, catalogue: Catalogue) -> Iterator[MetricFault]:
    code = MetricFaultCode
    is_ratio, is_formula = metric.fold is Fold.RATIO, metric.fold is Fold.FORMULA
    for name, value, wanted in (
        ("numerator", metric.numerator, is_ratio),
        ("denominator", metric.denominator, is_ratio),
        ("formula", metric.formula, is_formula),
    ):
        if wanted and not value:
            yield MetricFault(code.OPERANDS_MISSING, name)
        elif not wanted and value is not None:
            yield MetricFault(code.OPERANDS_NOT_WANTED, name)
    if (metric.source is Source.FORMULA) is not (metric.fold in COMPUTED):
        yield MetricFault(code.SOURCE_DOES_NOT_FIT, "source")
    try:
        operands = metric.operands
    except FormulaFault as fault:
        if metric.formula:
            yield MetricFault(code.FORMULA_NOT_UNDERSTOOD, "formula", str(fault))
    else:
        unknown = [each for each in operands if each not in catalogue]
        for each in unknown:
            yield MetricFault(code.OPERAND_UNKNOWN, "formula" if is_formula else "operands", each)
        if not unknown and metric.code in _all_operands(metric, catalogue):
            yield MetricFault(code.COMPUTED_FROM_ITSELF, "formula" if is_formula else "operands", metric.code)
    if metric.better is Better.BAND and metric.band_low is None and metric.band_high is None:
        yield MetricFault(code.BAND_MISSING, "band_low")
    if metric.band_low is not None and metric.band_high is not None and metric.band_low > metric.band_high:
        yield MetricFault(code.BAND_REVERSED, "band_high")
    if metric.freshness_hours <= 0:
        yield MetricFault(code.FRESHNESS_NOT_POSITIVE, "freshness_hours")


def _all_operands(metric: Metric, catalogue: Catalogue) -> set[str]:
    """Everything that it is computed from, over any number of steps; unknown metrics lead nowhere."""
    found: set[str] = set()
    waiting = list(metric.operands)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(catalogue[code].operands if code in catalogue else ())
    return found


def read_metrics(code: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The metrics whose readings a value of `code` rests on, in a fixed order; itself where it is read, not computed.

    KeyError for a metric that is not in the catalogue.
    """
    metric = catalogue[code]
    if metric.fold not in COMPUTED:
        return (code,)
    return tuple(sorted(each for each in _all_operands(metric, catalogue) if catalogue[each].fold not in COMPUTED))


def is_additive(code: str, catalogue: Catalogue) -> bool:
    """Whether the value of a year is the sum of its months: what is summed, and what only adds and subtracts that."""
    metric = catalogue[code]
    if metric.fold is Fold.FORMULA:
        formula = read_formula(metric.formula or "")
        return formula.is_additive and all(is_additive(each, catalogue) for each in formula.names)
    return metric.fold is Fold.SUM


def accepts_typed_values(metric: Metric) -> bool:
    """Only a manual metric takes values from people; what is measured or computed is never typed in."""
    return metric.source is Source.MANUAL


def derive(code: str, catalogue: Catalogue, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The value of `code` from the folded values of the metrics it rests on; None where it cannot be known.

    A ratio is the value of its numerator over that of its denominator in the same window (so the sum of one over the
    sum of the other), None where the denominator is 0.
    """
    metric = catalogue[code]
    if metric.fold is Fold.RATIO:
        above = derive(metric.numerator or "", catalogue, values)
        below = derive(metric.denominator or "", catalogue, values)
        return None if above is None or below is None or below == 0 else above / below
    if metric.fold is Fold.FORMULA:
        formula = read_formula(metric.formula or "")
        return formula.evaluate({name: derive(name, catalogue, values) for name in formula.names})
    return values.get(code)
