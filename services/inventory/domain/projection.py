"""Projects stock day by day when demand beyond stock is lost."""

from dataclasses import dataclass

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Projection:
    """Stock at each day's end and units lost up to each day's end, same shape as the demand."""

    stock: FloatArray
    lost: FloatArray


def lost_so_far(supply: FloatArray) -> FloatArray:
    """Units lost up to each day's end, from `supply`: stock plus arrivals so far minus demand so far, debts kept.

    Shape (..., days). Arrivals of a day can serve its demand. With lost sales the units lost so far are the
    deepest debt so far (the reflection of Lindley 1952), so no loop over days is needed.
    """
    lost: FloatArray = np.minimum.accumulate(supply, axis=-1)
    np.minimum(lost, 0, out=lost)
    return np.negative(lost, out=lost)


def project_cumulated(supply: FloatArray) -> Projection:
    """Project from `supply` as `lost_so_far` takes it."""
    lost = lost_so_far(supply)
    return Projection(supply + lost, lost)


def project(on_hand: FloatArray, demand: FloatArray, arrivals: FloatArray) -> Projection:
    """Project daily demand and arrivals of shape (..., days) from `on_hand` of shape (...)."""
    return project_cumulated(np.asarray(on_hand)[..., None] + np.cumsum(arrivals - demand, axis=-1))


def lost_between(lost: FloatArray, first_day: IntArray, end_day: IntArray) -> FloatArray:
    """Units lost from `first_day` until before `end_day`; `lost` (n, samples, days), days (n, samples)."""
    last = lost.shape[-1]
    until = np.take_along_axis(lost, np.clip(end_day - 1, 0, last - 1)[..., None], axis=-1)[..., 0]
    before = np.take_along_axis(lost, np.clip(first_day - 1, 0, last - 1)[..., None], axis=-1)[..., 0]
    between: FloatArray = until - np.where(first_day > 0, before, 0)
    return np.maximum(between, 0)


def first_short_day(lost: FloatArray) -> IntArray:
    """Index of the first day on which something is lost, -1 when none; last axis is days."""
    short = lost > 0
    return np.where(short.any(axis=-1), short.argmax(axis=-1), -1)
