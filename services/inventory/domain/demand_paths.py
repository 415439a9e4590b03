"""Draws possible futures of daily demand: real stretches of history, brought to today's level and season."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from services.inventory.domain.arrays import BoolArray, FloatArray, IntArray
from services.inventory.domain.demand import blended_level_history, imputed_sales, observed_days
from services.inventory.domain.season import WEEKS, seasonal_index, week_of_year
from services.inventory.domain.stable_random import SeedArray, mixed, permutations, stratified

LEVEL_CUSHION = 0.3  # units a day added to both levels before their ratio is taken
RATIO_LIMIT = 4.0
DONOR_WORTH = 25.0  # own stretches at which own and borrowed futures count alike
LEAST_OBSERVED = 0.6  # share of a stretch that must have been seen for it to be used
LIBRARY_SIZE = 6000
NEIGHBOURS = 400


@dataclass(frozen=True, slots=True)
class DemandPool:
    """What all listings of a seller teach about each other; computed once, given to every block.

    `library` (k, horizon) stretches of demand without season, sorted by `library_level`, the level at their
    start; `season` (groups, 52) with `season_row` naming each group's row.
    """

    horizon: int
    library: FloatArray
    library_level: FloatArray
    season: FloatArray
    season_row: dict[str, int]

    def season_of(self, groups: Sequence[str]) -> FloatArray:
        """Seasonal factors (n, 52); ones for a group that was not learned."""
        ones = np.ones((1, WEEKS), dtype=np.float32)
        table = np.concatenate([self.season, ones])
        unknown = self.season.shape[0]
        factors: FloatArray = table[np.array([self.season_row.get(group, unknown) for group in groups], dtype=np.int64)]
        return factors


@dataclass(frozen=True, slots=True)
class DemandState:
    """Histories of n listings made ready: gaps filled, season taken out, levels before every day."""

    today: int
    filled: FloatArray  # (n, days)
    observed: BoolArray  # (n, days)
    level_history: FloatArray  # (n, days + 1)
    season: FloatArray  # (n, 52)

    @property
    def level(self) -> FloatArray:
        """Units a day now, season taken out, shape (n,)."""
        return self.level_history[:, -1]


def demand_state(sales: FloatArray, in_stock: FloatArray, season: FloatArray, today: int) -> DemandState:
    """Prepare histories (n, days) that end yesterday; `season` (n, 52)."""
    days = np.arange(today - sales.shape[1], today)
    factor = season[:, week_of_year(days)]
    observed = observed_days(sales, in_stock)
    flat = (sales / factor).astype(np.float32)
    level = blended_level_history(flat, observed)
    return DemandState(today, imputed_sales(flat, observed, level), observed, level, season)


def _origins(days: int, horizon: int) -> IntArray:
    """Starts of stretches on today's weekday with `horizon` days after them, newest first."""
    newest = days - 7 * -(-horizon // 7)
    return np.arange(newest, 27, -7, dtype=np.int64)


def usable_origins(state: DemandState, horizon: int) -> tuple[IntArray, BoolArray]:
    """Origins (k,) and which of them each listing can use (n, k)."""
    days = state.filled.shape[1]
    origins = _origins(days, horizon)
    if origins.size == 0:
        return origins, np.zeros((state.filled.shape[0], 0), dtype=bool)
    seen = np.concatenate(
        [
            np.zeros((state.filled.shape[0], 1), dtype=np.int32),
            np.cumsum(state.observed, axis=1, dtype=np.int32),
        ],
        axis=1,
    )
    in_stretch = seen[:, origins + horizon] - seen[:, origins]
    usable: BoolArray = (seen[:, origins] >= 14) & (in_stretch >= LEAST_OBSERVED * horizon)
    return origins, usable


def learn_pool(
    sales: FloatArray,
    in_stock: FloatArray,
    groups: Sequence[str],
    seeds: SeedArray,
    today: int,
    horizon: int,
) -> DemandPool:
    """Learn season by group (an item over its marketplaces) and a library of stretches from n histories."""
    rows: dict[str, int] = {}
    row_of = np.array([rows.setdefault(group, len(rows)) for group in groups], dtype=np.int64)
    observed = observed_days(sales, in_stock)
    units = np.zeros((len(rows), sales.shape[1]), dtype=np.float32)
    known = np.zeros(units.shape, dtype=np.float32)
    level = blended_level_history(sales, observed) if sales.shape[1] >= 364 else None
    if level is not None:
        np.add.at(units, row_of, imputed_sales(sales, observed, level))
        np.maximum.at(known, row_of, observed.astype(np.float32))
        season = seasonal_index(units, known > 0, today)
    else:
        season = np.ones((len(rows), WEEKS), dtype=np.float32)
    library, levels = _library(demand_state(sales, in_stock, season[row_of], today), seeds, horizon)
    return DemandPool(horizon, library, levels, season, rows)


def _library(state: DemandState, seeds: SeedArray, horizon: int) -> tuple[FloatArray, FloatArray]:
    origins, usable = usable_origins(state, horizon)
    listing, column = np.nonzero(usable)
    if listing.size == 0:
        return np.zeros((0, horizon), dtype=np.float32), np.zeros(0, dtype=np.float32)
    if listing.size > LIBRARY_SIZE:
        draw = np.argsort(
            (mixed(seeds, 0x11)[listing] ^ mixed(origins[column].astype(np.uint64), 0x12)), kind="stable"
        )[:LIBRARY_SIZE]
        listing, column = listing[draw], column[draw]
    start = origins[column]
    level = state.level_history[listing, start]
    order = np.argsort(level, kind="stable")
    windows = sliding_window_view(state.filled, horizon, axis=1)
    return windows[listing[order], start[order]], level[order]


def cumulated_demand(state: DemandState, pool: DemandPool, seeds: SeedArray, samples: int, horizon: int) -> FloatArray:
    """Sampled demand summed over the days from today, whole units, shape (n, samples, horizon), float32.

    Own stretches first, stretches of listings at a like level when there are few (Szablowski 2026 and the
    analogue method of Lorenz 1969): each is scaled by level now over level then, multiplied by the season
    ahead, and rounded at random without losing units.
    """
    n = state.filled.shape[0]
    origins, usable = usable_origins(state, horizon)
    own_count = usable.sum(axis=1)
    donors = pool.library.shape[0]
    share = own_count / (own_count + DONOR_WORTH) if donors else np.where(own_count > 0, 1.0, 0.0)
    turn = permutations(mixed(seeds, 0x21), samples)
    is_own = turn < np.rint(share * samples)[:, None]
    pick = stratified(mixed(seeds, 0x22), samples)
    paths = np.zeros((n, samples, horizon), dtype=np.float32)
    then = np.zeros((n, samples), dtype=np.float32)
    rows, columns = np.nonzero(is_own)
    if rows.size:
        rank = np.minimum((pick[rows, columns] * own_count[rows]).astype(np.int64), own_count[rows] - 1)
        ranked = np.argsort(~usable, axis=1, kind="stable")  # usable origins first, newest first
        start = origins[ranked[rows, rank]]
        paths[rows, columns] = sliding_window_view(state.filled, horizon, axis=1)[rows, start]
        then[rows, columns] = state.level_history[rows, start]
    rows, columns = np.nonzero(~is_own)
    if rows.size and donors:
        near = np.searchsorted(pool.library_level, state.level)
        width = min(NEIGHBOURS, donors)
        lowest = np.clip(near - width // 2, 0, donors - width)
        chosen = lowest[rows] + np.minimum((pick[rows, columns] * width).astype(np.int64), width - 1)
        paths[rows, columns] = pool.library[chosen, :horizon]
        then[rows, columns] = pool.library_level[chosen]
    elif rows.size:
        paths[rows, columns] = state.level[rows][:, None]
        then[rows, columns] = state.level[rows]
    ratio = (state.level[:, None] + LEVEL_CUSHION) / (then + LEVEL_CUSHION)
    paths *= np.clip(ratio, 1 / RATIO_LIMIT, RATIO_LIMIT)[:, :, None]
    ahead = state.season[:, week_of_year(np.arange(state.today, state.today + horizon))]
    paths *= ahead[:, None, :]
    total = np.cumsum(paths, axis=2, out=paths)
    total += stratified(mixed(seeds, 0x23), samples)[:, :, None]
    return np.floor(total, out=total)
