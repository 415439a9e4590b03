"""Decides what a click may cost: margin before ads, target ACoS by stage, bids and their steps."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import FloatArray
from services.ads.domain.ratios import ratio

MAX_BID_STEP = 0.3


class Stage(StrEnum):
    """Where a product stands in its life, or what its owner wants of it now."""

    LAUNCH = "launch"
    GROWTH = "growth"
    MATURE = "mature"
    CLEARANCE = "clearance"


DEFAULT_STAGE_FACTORS = {Stage.LAUNCH: 1.0, Stage.GROWTH: 0.9, Stage.MATURE: 0.7, Stage.CLEARANCE: 1.0}


class TargetOrigin(StrEnum):
    """Where a target ACoS comes from."""

    STATED = "stated"
    WANTED_MARGIN = "wanted_margin"
    STAGE = "stage"
    BREAK_EVEN = "break_even"  # more was stated than margin allows, without a budget and an end date


@dataclass(frozen=True, slots=True)
class TargetAcos:
    """A target ACoS with its origin."""

    value: float
    origin: TargetOrigin


def break_even_acos(
    price: ArrayLike,
    product_cost: ArrayLike,
    fees: ArrayLike,
    returns: ArrayLike = 0.0,
    inbound_freight: ArrayLike = 0.0,
) -> FloatArray:
    """Margin before ads as a share of the price: (price - cost - fees - returns - freight) / price.

    All per unit in one currency; negative where a sale loses money even without ads, NaN without a price.
    """
    left = (
        np.asarray(price, dtype=float)
        - np.asarray(product_cost, dtype=float)
        - np.asarray(fees, dtype=float)
        - np.asarray(returns, dtype=float)
        - np.asarray(inbound_freight, dtype=float)
    )
    return ratio(left, price)


def target_acos(
    break_even: float,
    stage: Stage,
    *,
    stated: float | None = None,
    wanted_margin: float | None = None,
    saved_storage: float = 0.0,
    launch_budget: float | None = None,
    launch_end_date: date | None = None,
    today: date | None = None,
    factors: dict[Stage, float] = DEFAULT_STAGE_FACTORS,
) -> TargetAcos:
    """The ACoS to aim for: what the seller stated, else break-even less the wanted margin, else by stage.

    Clearance may pay the storage that a sale saves (`saved_storage`, as a share of the price) beside the margin.
    More than that is only for a launch with a budget and an end date that has not passed `today`.
    """
    limit = break_even + (saved_storage if stage is Stage.CLEARANCE else 0.0)
    if stated is not None:
        wanted, origin = stated, TargetOrigin.STATED
    elif wanted_margin is not None:
        wanted, origin = break_even - wanted_margin, TargetOrigin.WANTED_MARGIN
    else:
        wanted, origin = factors[stage] * break_even if stage is not Stage.CLEARANCE else limit, TargetOrigin.STAGE
    may_invest = (
        stage is Stage.LAUNCH
        and launch_budget is not None
        and launch_budget > 0
        and launch_end_date is not None
        and (today is None or today <= launch_end_date)
    )
    if wanted > limit and not may_invest:
        return TargetAcos(limit, TargetOrigin.BREAK_EVEN)
    return TargetAcos(wanted, origin)


def target_cost_per_order(target: ArrayLike, order_value: ArrayLike) -> FloatArray:
    """What an order may cost in ads: target ACoS x AOV; at break-even ACoS the break-even CPA."""
    return np.asarray(np.asarray(target, dtype=float) * np.asarray(order_value, dtype=float))


def bid_for(target: ArrayLike, order_value: ArrayLike, expected_cvr: ArrayLike) -> FloatArray:
    """The bid at which the expected ACoS is the target: target ACoS x AOV x E[CVR]; never negative."""
    worth = target_cost_per_order(target, order_value) * np.asarray(expected_cvr, dtype=float)
    return np.asarray(np.maximum(worth, 0.0))


def stepped_bid(current: ArrayLike, wanted: ArrayLike, most: float = MAX_BID_STEP) -> FloatArray:
    """The wanted bid, at most a share `most` away from the current one; NaN where either is unknown."""
    now = np.asarray(current, dtype=float)
    return np.asarray(np.clip(np.asarray(wanted, dtype=float), now * (1 - most), now * (1 + most)))


def expected_waste(
    cost: ArrayLike, clicks: ArrayLike, expected_cvr: ArrayLike, order_value: ArrayLike, break_even: ArrayLike
) -> FloatArray:
    """Money spent beyond what its expected sales earn before ads; 0 where the spend pays.

    The expected sales are those of the shrunk rate, so that one lucky or unlucky click neither hides nor makes
    waste. `clicks` are all clicks: those whose orders are not reported yet will bring them.
    """
    earned = (
        np.asarray(clicks, dtype=float)
        * np.asarray(expected_cvr, dtype=float)
        * np.asarray(order_value, dtype=float)
        * np.asarray(break_even, dtype=float)
    )
    spent = np.asarray(cost, dtype=float)
    return np.where(np.isnan(earned), np.nan, np.maximum(spent - np.maximum(earned, 0.0), 0.0))
