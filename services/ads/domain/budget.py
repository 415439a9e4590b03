"""Decides whether a budget holds a campaign back, what that costs in clicks and sales, and what budget it needs."""

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import BoolArray, FloatArray
from services.ads.domain.ratios import ratio

LEAST_TIME_IN_BUDGET = 0.95
CAPPED_SHARE = 0.95
AT_BUDGET_SHARE = 0.9
MAX_BUDGET_STEP = 0.5
PROFIT_DOUBT = 0.5
# A day that spent its budget ran out at an hour that nobody told: half a day is the most that is taken for lost.
LOST_OF_A_DAY = 0.5
BEYOND_BUDGET = 1.1
WEEK = 7


def pacing(spend: ArrayLike, budget: ArrayLike) -> FloatArray:
    """Spend / budget of each day; a day may exceed it, since Amazon balances over the month. NaN without a budget."""
    return ratio(spend, budget)


def days_at_budget(spend: ArrayLike, budget: ArrayLike) -> FloatArray:
    """Days that spent 90 % of their budget or more, along the last axis.

    A day that Amazon throttles after days above the budget ends a little under it: such days count here, but by
    themselves make no campaign capped.
    """
    return np.asarray((np.nan_to_num(pacing(spend, budget)) >= AT_BUDGET_SHARE).sum(axis=-1))


def time_in_budget(at_budget: ArrayLike, days: ArrayLike) -> FloatArray:
    """Share of the time in which the budget lasted, by how many of the days spent it; NaN without days.

    A day at its budget is not a day without ads: it counts as half a day, so that the share never falls below .5.
    """
    return np.asarray(1 - LOST_OF_A_DAY * np.minimum(ratio(at_budget, days), 1.0))


def days_of_budget(daily_spend: ArrayLike, daily_budget: ArrayLike) -> BoolArray:
    """Which days (n, days) today's budget (n,) can have been the budget of, the latest last.

    A week that spent more than a tenth above it had another one: Amazon exceeds a budget on days, and makes up for it
    soon. Only the days after the last such week tell whether today's budget holds the campaign back.
    """
    spend = np.asarray(daily_spend, dtype=float)
    allowed = BEYOND_BUDGET * np.asarray(daily_budget, dtype=float)[:, None]
    until = np.concatenate([np.zeros((spend.shape[0], 1)), np.cumsum(spend, axis=1)], axis=1)
    beyond = np.zeros(spend.shape, dtype=bool)
    if spend.shape[1] >= WEEK:
        beyond[:, WEEK - 1 :] = until[:, WEEK:] - until[:, :-WEEK] > WEEK * allowed + 1e-9
    later = np.cumsum(beyond[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(later == 0)


def is_capped(time_in_budget: ArrayLike, daily_spend: ArrayLike = (), daily_budget: ArrayLike = np.nan) -> BoolArray:
    """Whether Amazon says the campaign was out of budget (under 95 % of the time), or a day spent 95 % of its budget.

    `daily_spend` (..., days). NaN time in budget leaves the question to the days.
    """
    known = np.asarray(time_in_budget, dtype=float) < LEAST_TIME_IN_BUDGET
    spend = np.asarray(daily_spend, dtype=float)
    if spend.size == 0:
        return np.asarray(known)
    return np.asarray(known | (np.nan_to_num(pacing(spend, daily_budget)) >= CAPPED_SHARE).any(axis=-1))


def lost_clicks(clicks: ArrayLike, time_in_budget: ArrayLike) -> FloatArray:
    """Clicks missed while out of budget: clicks x (1 / t - 1); NaN where t is unknown, and where it is 0."""
    share = np.asarray(time_in_budget, dtype=float)
    return np.asarray(np.asarray(clicks, dtype=float) * (ratio(1.0, np.minimum(share, 1.0)) - 1.0))


def reachable_clicks(lost: ArrayLike, clicks: ArrayLike, most: float = MAX_BUDGET_STEP) -> FloatArray:
    """Of the lost clicks those that the largest step of a budget could buy: a share `most` of all clicks."""
    return np.asarray(np.minimum(np.asarray(lost, dtype=float), most * np.asarray(clicks, dtype=float)))


def missed_sales(lost: ArrayLike, expected_cvr: ArrayLike, order_value: ArrayLike) -> FloatArray:
    """Sales of the lost clicks: lost x E[CVR] x AOV."""
    worth = np.asarray(expected_cvr, dtype=float) * np.asarray(order_value, dtype=float)
    return np.asarray(np.asarray(lost, dtype=float) * worth)


def may_raise(p_unprofitable: ArrayLike, capped: ArrayLike, stock_lasts: ArrayLike) -> BoolArray:
    """More budget only for what is held back, rather earns than loses (P_unprofitable < .5), and has stock."""
    earns = np.nan_to_num(np.asarray(p_unprofitable, dtype=float), nan=1.0) < PROFIT_DOUBT
    return np.asarray(earns & np.asarray(capped, dtype=bool) & np.asarray(stock_lasts, dtype=bool))


def needed_budget(budget: ArrayLike, time_in_budget: ArrayLike, most: float = MAX_BUDGET_STEP) -> FloatArray:
    """The budget that would have lasted: budget / t, at most a share `most` more at once.

    Where only the spend says that it was too small, t is NaN and the step is half of the most.
    """
    now, share = np.asarray(budget, dtype=float), np.asarray(time_in_budget, dtype=float)
    wanted = np.where(np.isnan(share), now * (1 + most / 2), now * ratio(1.0, np.clip(share, 1e-9, 1.0)))
    return np.clip(wanted, now, now * (1 + most))
