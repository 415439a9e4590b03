"""Readings that are not taken."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from services.planning.domain.metric import Metric, Source
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.period import Period
from services.planning.domain.reading_faults import ReadingFault, reading_faults
from services.planning.domain.readings import Reading
from services.planning.domain.scope import EVERYTHING

NOW = datetime(2027, 2, 1, 6, tzinfo=UTC)
MONTH = Period(date(2027, 1, 1), date(2027, 1, 31))
HEADS = Reading("headcount", EVERYTHING, MONTH, Decimal(25), NOW)
MONEY = replace(HEADS, metric_code="net_revenue", currency="USD")
METRICS = STARTING_CATALOGUE
F = ReadingFault


def test_feeds_report_and_people_write_down() -> None:
    assert reading_faults(METRICS["headcount"], HEADS, Source.MANUAL, NOW) == ()
    assert reading_faults(METRICS["net_revenue"], MONEY, Source.FEED, NOW) == ()


@pytest.mark.parametrize(
    ("metric", "reading", "source", "fault"),
    [
        (METRICS["net_revenue"], MONEY, Source.MANUAL, F.SOURCE_DOES_NOT_FIT),
        (METRICS["headcount"], HEADS, Source.FEED, F.SOURCE_DOES_NOT_FIT),
        (METRICS["acos"], HEADS, Source.MANUAL, F.METRIC_IS_COMPUTED),
        (METRICS["acos"], HEADS, Source.FEED, F.METRIC_IS_COMPUTED),
        (METRICS["gross_profit"], MONEY, Source.FORMULA, F.METRIC_IS_COMPUTED),
        (METRICS["net_revenue"], replace(MONEY, currency=None), Source.FEED, F.CURRENCY_MISSING),
        (METRICS["headcount"], replace(HEADS, currency="USD"), Source.MANUAL, F.CURRENCY_NOT_WANTED),
        (
            METRICS["headcount"],
            replace(HEADS, observed_at=NOW + timedelta(seconds=1)),
            Source.MANUAL,
            F.OBSERVED_IN_FUTURE,
        ),
        (
            METRICS["headcount"],
            replace(HEADS, period=Period(date(2027, 2, 3), date(2027, 2, 3))),
            Source.MANUAL,
            F.PERIOD_NOT_BEGUN,
        ),
        (
            METRICS["headcount"],
            replace(HEADS, observed_at=datetime(9999, 12, 31, tzinfo=UTC)),
            Source.MANUAL,
            F.OBSERVED_IN_FUTURE,
        ),
        (
            METRICS["headcount"],
            replace(HEADS, period=Period(date(1, 1, 1), date(2027, 1, 31))),
            Source.MANUAL,
            F.PERIOD_TOO_LONG,
        ),
    ],
)
def test_each_reading_that_is_refused(metric: Metric, reading: Reading, source: Source, fault: ReadingFault) -> None:
    assert reading_faults(metric, reading, source, NOW) == (fault,)


def test_tomorrow_has_begun_somewhere() -> None:
    tomorrow = replace(HEADS, period=Period(date(2027, 2, 2), date(2027, 2, 28)))
    assert reading_faults(METRICS["headcount"], tomorrow, Source.MANUAL, NOW) == ()
