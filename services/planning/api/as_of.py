"""The moment that computed things are read for."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from shared.web.schemas import Instant

# Years before and after it lie inside the calendar too.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)


def _within_reach(moment: datetime | None) -> datetime | None:
    if moment is not None and not EARLIEST <= moment <= LATEST:
        raise ValueError("must be a moment from 2000 to 2099")
    return moment


_Moment = Annotated[Instant | None, AfterValidator(_within_reach)]
_EXAMPLES = ["2027-03-31T23:59:59+00:00"]
_KNOWN_THEN = "A moment: only what was known then counts, and its day (UTC) is today."

# Versions and calibrations of plans are not wound back, so what is compared with them says so.
AsOf = Annotated[
    _Moment, Query(description=f"{_KNOWN_THEN} Plans alone count as they are at present.", examples=_EXAMPLES)
]
RoadmapAsOf = Annotated[_Moment, Query(description=_KNOWN_THEN, examples=_EXAMPLES)]
