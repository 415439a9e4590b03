"""Decides which readings are not taken: nobody types in what is measured, and nothing is read before it has begun."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.metric import COMPUTED, Metric, Source, Unit
from services.planning.domain.readings import Reading


class ReadingFault(StrEnum):
    """Why a reading is not taken."""

    METRIC_IS_COMPUTED = "metric_is_computed"
    SOURCE_DOES_NOT_FIT = "source_does_not_fit"
    CURRENCY_MISSING = "currency_missing"
    CURRENCY_NOT_WANTED = "currency_not_wanted"
    OBSERVED_IN_FUTURE = "observed_in_future"
    PERIOD_NOT_BEGUN = "period_not_begun"
    PERIOD_TOO_LONG = "period_too_long"


# Ten years: what counts of readings is decided day by day.
MOST_DAYS = 3_660


def reading_faults(metric: Metric, reading: Reading, source: Source, now: datetime) -> tuple[ReadingFault, ...]:
    """Everything that stands in the way of a reading that comes from `source` at the moment `now`.

    A metric takes readings from its own source alone: who wants to override a feed changes the metric, so that
    everybody sees it. A period may have begun a day before it has in UTC.
    """
    return tuple(_faults(metric, reading, source, now))


def _faults(metric: Metric, reading: Reading, source: Source, now: datetime) -> Iterator[ReadingFault]:
    if metric.fold in COMPUTED:
        yield ReadingFault.METRIC_IS_COMPUTED
    elif source is not metric.source:
        yield ReadingFault.SOURCE_DOES_NOT_FIT
    if metric.unit is Unit.MONEY and reading.currency is None:
        yield ReadingFault.CURRENCY_MISSING
    if metric.unit is not Unit.MONEY and reading.currency is not None:
        yield ReadingFault.CURRENCY_NOT_WANTED
    if reading.observed_at > now:
        yield ReadingFault.OBSERVED_IN_FUTURE
    if reading.period.start_date > (min(reading.observed_at, now) + timedelta(days=1)).date():
        yield ReadingFault.PERIOD_NOT_BEGUN
    if reading.period.days > MOST_DAYS:
        yield ReadingFault.PERIOD_TOO_LONG


class RecordState(StrEnum):
    """What became of a reading that was to be recorded."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"  # it had been recorded before, or its feed repeats what is known
    CONTRADICTED = "contradicted"  # of the same scope, period and moment another value is known, which stays


# Of which field of a reading each fault is, and what it means.
FAULT_FIELDS: Mapping[ReadingFault, tuple[str, str]] = MappingProxyType(
    {
        ReadingFault.METRIC_IS_COMPUTED: ("metric_code", "The metric is computed from others and takes no readings."),
        ReadingFault.SOURCE_DOES_NOT_FIT: ("metric_code", "The metric takes its readings from another source."),
        ReadingFault.CURRENCY_MISSING: ("currency", "Money needs a currency."),
        ReadingFault.CURRENCY_NOT_WANTED: ("currency", "What is no money has no currency."),
        ReadingFault.OBSERVED_IN_FUTURE: ("observed_at", "Nothing has been observed that lies in the future."),
        ReadingFault.PERIOD_NOT_BEGUN: ("period/start_date", "The period had not begun when it was observed."),
        ReadingFault.PERIOD_TOO_LONG: ("period/end_date", "A reading is of ten years at most."),
    }
)
