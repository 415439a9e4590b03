"""Decides what share of a day's final orders a report already shows, by the age of the day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import FloatArray

DEFAULT_COMPLETENESS = (0.55, 0.72, 0.81, 0.87, 0.90, 0.94, 0.97, 1.0)
AGES = len(DEFAULT_COMPLETENESS)
PRIOR_ORDERS = 50.0
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class DayPull:
    """What one pull said of one day of one campaign: `subject` and `day` name it, `age` = days since then."""

    subject: str
    day: int
    age: int
    orders: float


def effective_clicks(clicks_by_age: ArrayLike, completeness: ArrayLike = DEFAULT_COMPLETENESS) -> FloatArray:
    """Clicks that had time to bring their orders: sum of clicks x F over the ages 0..6 and 7+.

    `clicks_by_age` (..., 8), newest age first; answers (...). Corrects the exposure, not the orders.
    """
    clicks = np.asarray(clicks_by_age, dtype=float)
    weighted: FloatArray = clicks @ np.asarray(completeness, dtype=float)
    return weighted


def share_reported(age_days: ArrayLike, completeness: ArrayLike = DEFAULT_COMPLETENESS) -> FloatArray:
    """F of an age in whole days: days to come count as age 0, older than a week as complete."""
    shares = np.asarray(completeness, dtype=float)
    return np.asarray(shares[np.clip(np.asarray(age_days, dtype=np.intp), 0, shares.size - 1)])


def learn_completeness(
    pulls: Sequence[DayPull],
    default: Sequence[float] = DEFAULT_COMPLETENESS,
    prior_orders: float = PRIOR_ORDERS,
) -> FloatArray:
    """F for ages 0..6 and 7+, from successive pulls of the same days; never falling, 1 at the end.

    The pulls of one day are given in the order in which they were made, whatever lies between them. Of several at one
    age, and of all from seven days on, the last counts: it is the newest.

    An order is first seen at some age. Two pulls of one day say how many were first seen between them; a day
    whose last pull is younger than a week does not say how many are still to come. The shares are the
    maximum likelihood of such grouped and truncated counts (expectation and maximisation, Turnbull 1976),
    the default counting as so many orders seen before. Orders that a later pull takes back (cancelled,
    unpaid) lower the count between the two ages over all days together.
    """
    base = np.diff(np.asarray(default, dtype=float), prepend=0.0)
    between = _orders_between(pulls)
    if not between:
        return np.asarray(np.cumsum(base))
    spans = np.zeros((len(between), base.size), dtype=bool)
    for row, (after, until, _last) in enumerate(between):
        spans[row, after + 1 : until + 1] = True
    last_age = np.array([last for _after, _until, last in between])
    seen = np.array([max(count, 0.0) for count in between.values()])
    by_last = np.bincount(last_age, seen, base.size)
    share = base / base.sum()
    for _ in range(ROUNDS):
        inside = np.maximum(spans @ share, 1e-12)
        orders = (seen / inside) @ (spans * share)
        known = np.maximum(np.cumsum(share), 1e-12)
        # The orders still to come of days seen to age d: what was seen, grossed up, spread over later ages.
        to_come = np.cumsum(by_last / known) - by_last / known
        orders = orders + share * to_come + prior_orders * base
        new = orders / orders.sum()
        if float(np.abs(new - share).max()) < 1e-9:
            break
        share = new
    result = np.minimum(np.cumsum(share), 1.0)
    result[-1] = 1.0
    return np.asarray(result)


def _orders_between(pulls: Sequence[DayPull]) -> dict[tuple[int, int, int], float]:
    """Orders first seen after one age up to another, by (after, until, age of the day's last pull)."""
    days: dict[tuple[str, int], dict[int, float]] = {}
    for pull in pulls:
        if pull.age >= 0:  # a newer pull at the same age takes the older one's place
            days.setdefault((pull.subject, pull.day), {})[min(pull.age, AGES - 1)] = pull.orders
    between: dict[tuple[int, int, int], float] = {}
    for by_age in days.values():
        if len(by_age) < 2:
            continue
        last = max(by_age)
        after, before = -1, 0.0
        for age in sorted(by_age):
            key = (after, age, last)
            between[key] = between.get(key, 0.0) + by_age[age] - before
            after, before = age, by_age[age]
    return between
