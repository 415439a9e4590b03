"""Draws possible futures of daily demand: real stretches of history, brought to today's level and season."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import ndtri

from services.inventory.domain.arrays import BoolArray, FloatArray, IntArray
from services.inventory.domain.decay import decayed_sums
from services.inventory.domain.demand import (
    HALF_LIVES,
    blended,
    fitted_blend,
    imputed_sales,
    observed_days,
    partial_stock_out_days,
    told_stock,
    uncensored,
    weekly_levels,
)
from services.inventory.domain.season import WEEKS, seasonal_index, week_of_year
from services.inventory.domain.stable_random import SeedArray, mixed, permutations, stratified

LEVEL_CUSHION = 0.3  # units a day added to two like levels before their ratio is taken
RATIO_LIMIT = 4.0
DONOR_WORTH = 400.0  # own stretches at which own and borrowed futures count alike
LEAST_OBSERVED = 0.6  # share of a stretch that must have been seen for it to be used
LIBRARY_SIZE = 6000
NEIGHBOURS = 300  # at most; a small library has fewer that are alike
LEAST_NEIGHBOURS = 40
NEIGHBOUR_SHARE = 0.05
TREND_HALF_LIVES = (*HALF_LIVES, 180.0)
TREND_CUSHION = 0.3
TREND_LIMIT = 0.7
TREND_LEAST_ORIGINS = 40  # fewer see too few seasons to tell what follows a movement
TREND_RIDGE = 60.0
TREND_MOST = 2.0  # log of the greatest rise that is learned from
TREND_STEPS = 6
DRIFT_WORTH = 10.0  # independent stretches at which what followed in them counts as much as the level
ANCHOR_LIMIT = 4.0
WAITING_DAYS = 14.0  # of an empty shelf reported, before a listing that never sold is taken to wait for goods
AWAY_DAYS = 28.0  # out of stock for longer, a listing loses its rank
AWAY_HALF_LIFE = 90.0
SPREAD_WEEKS = 16.0
SILENCE_DAYS = (21, 42, 84, 168)
SILENCE_MISSED_UNITS = 3.0  # a silence means something once so many sales should have happened
USUAL_AFTER_SILENCE = (1.0, 0.8, 0.6, 0.35, 0.1)
SILENCE_PRIOR = 10.0
PRIOR_UNITS = 1.0  # sales that what siblings or the typical listing sell counts for beside a listing's own
PRIOR_DAYS = 3.0  # days that it counts for at least
LEAST_HISTORY_DAYS = 28
LAUNCH_CAUTION = 0.7
KNOWN_AFTER_DAYS = 60.0  # days of own sales after which nothing of that doubt is left
LAUNCH_DOUBT = 0.8  # deviation of the log of a level that nothing is known of


@dataclass(frozen=True, slots=True)
class DemandPool:
    """What all listings of a seller teach about each other; computed once, given to every block.

    `library` (k, horizon) stretches of demand without season; `library_marks` (k, 2) what they are found by;
    `library_level` (k,) the level at their start. `trend` weights of the movements that foretell the level;
    `silence` (steps + 1,) share of the level that came after silences of each length.
    `season` (groups, 52), `group_level` and `group_count` (groups,), the mean level and number of a group's listings
    with a history, with `group_row` naming each group's row; `typical_level` of a listing of this seller, units a day.
    """

    horizon: int
    library: FloatArray
    library_marks: FloatArray
    library_level: FloatArray
    trend: FloatArray
    silence: FloatArray
    season: FloatArray
    group_level: FloatArray
    group_count: FloatArray
    typical_level: float
    group_row: dict[str, int]

    def season_of(self, groups: Sequence[str]) -> FloatArray:
        """Seasonal factors (n, 52); ones for a group that was not learned."""
        ones = np.ones((1, WEEKS), dtype=np.float32)
        table = np.concatenate([self.season, ones])
        unknown = self.season.shape[0]
        factors: FloatArray = table[np.array([self.group_row.get(group, unknown) for group in groups], dtype=np.int64)]
        return factors

    def prior_level(self, groups: Sequence[str], state: "DemandState") -> FloatArray:
        """Units a day to expect of a listing by what others sell, (n,): its siblings, or the usual where it has none.

        A listing's own part in its group is no evidence about itself. One that was never seen on sale is expected to
        sell like the usual one only once its empty shelf has been reported for a while: it waits for goods.
        """
        unknown = self.group_level.size
        row = np.array([self.group_row.get(group, unknown) for group in groups], dtype=np.int64)
        count = np.append(self.group_count, 0)[row]
        own = state.known & (count > 0)
        total = np.append(self.group_level, 0)[row] * count - np.where(own, state.level[:, -1], 0)
        others = count - own
        usual = np.where((state.evidence > 0) | (state.away >= WAITING_DAYS), self.typical_level, 0)
        prior: FloatArray = np.where(others > 0, np.maximum(total, 0) / np.maximum(others, 1), usual)
        return prior


@dataclass(frozen=True, slots=True)
class DemandState:
    """Histories of n listings made ready: gaps filled, season taken out, k weekly origins of stretches.

    Arrays with k + 1 columns hold each origin's value as it could be known then, and today's in the last.
    """

    today: int
    filled: FloatArray  # (n, days)
    season: FloatArray  # (n, 52)
    origins: IntArray  # (k,) day columns on today's weekday, newest first
    usable: BoolArray  # (n, k)
    level: FloatArray  # (n, k + 1) units a day
    movement: FloatArray  # (n, k + 1, features)
    spread: FloatArray  # (n, k + 1) log of weekly over-dispersion
    silence: IntArray  # (n, k + 1) step of how long nothing sold although the level says it should
    evidence: FloatArray  # (n,) observed days
    units: FloatArray  # (n,) sold on them
    away: FloatArray  # (n,) days of known sales since the last of them; if there is none, days reported empty

    @property
    def known(self) -> BoolArray:
        """Listings whose own history says something about others, (n,)."""
        known: BoolArray = self.evidence >= LEAST_HISTORY_DAYS
        return known

    def foreseen_level(self, trend: FloatArray, silence: FloatArray) -> FloatArray:
        """Levels corrected by what movements and silences like these were followed by, (n, k + 1), units a day."""
        change = np.clip(self.movement @ trend, -TREND_LIMIT, TREND_LIMIT)
        foreseen: FloatArray = np.maximum((self.level + TREND_CUSHION) * np.exp(change) - TREND_CUSHION, 0)
        return np.where(self.level > 0, foreseen * silence[self.silence], 0).astype(np.float32)


def demand_state(
    sales: FloatArray,
    in_stock: FloatArray,
    season: FloatArray,
    today: int,
    horizon: int,
    on_hand: FloatArray | None = None,
) -> DemandState:
    """Prepare histories (n, days) that end yesterday for stretches of `horizon` days; `season` (n, 52)."""
    if sales.shape[1] < 7:  # a history of less than a week goes on unknown into the past
        missing = ((0, 0), (7 - sales.shape[1], 0))
        sales = np.pad(sales.astype(np.float32), missing, constant_values=np.nan)
        in_stock = np.pad(in_stock.astype(np.float32), missing, constant_values=np.nan)
    n, days = sales.shape
    factor = season[:, week_of_year(np.arange(today - days, today))]
    reported_empty = (in_stock == 0).sum(axis=1)
    in_stock = told_stock(sales, in_stock, on_hand)
    observed = observed_days(sales, in_stock, on_hand)
    flat = (sales / factor).astype(np.float32)
    levels = weekly_levels(flat, observed, TREND_HALF_LIVES)
    observed &= ~partial_stock_out_days(flat, in_stock, blended(levels)[:, -1])
    flat = uncensored(flat, in_stock, blended(levels)).astype(np.float32)
    levels = weekly_levels(flat, observed, TREND_HALF_LIVES)
    blend = fitted_blend(levels, flat, observed)
    filled = imputed_sales(flat, observed, blend)
    origins = np.arange(days - 7 * -(-horizon // 7), 27, -7, dtype=np.int64)
    seen = np.zeros((n, days + 1), dtype=np.int32)
    np.cumsum(observed, axis=1, out=seen[:, 1:])
    in_stretch = seen[:, origins + horizon] - seen[:, origins]
    usable = (seen[:, origins] >= 14) & (in_stretch >= LEAST_OBSERVED * horizon)
    columns = np.append(origins, days)
    weeks = (columns - days) // 7 + levels.shape[1] - 1
    base = np.log(blend[:, weeks] + TREND_CUSHION)[:, :, None]
    movement = np.log(levels[:, weeks] + TREND_CUSHION) - base
    movement = np.concatenate([movement, np.ones_like(base)], axis=2)
    sold = np.where((filled > 0) & observed, np.arange(1, days + 1), 0)
    last_sale = np.maximum.accumulate(sold, axis=1)[:, columns - 1]
    quiet = seen[:, columns] - np.take_along_axis(seen, last_sale, axis=1)
    meaningful = quiet * blend[:, weeks] >= SILENCE_MISSED_UNITS
    silence = np.where(meaningful, np.searchsorted(SILENCE_DAYS, quiet, side="right"), 0)
    evidence = seen[:, -1].astype(np.float32)
    away = observed[:, ::-1].argmax(axis=1) - (~np.isnan(sales))[:, ::-1].argmax(axis=1)
    return DemandState(
        today,
        filled,
        season,
        origins,
        usable,
        blend[:, weeks],
        movement,
        _spread(filled, columns),
        silence,
        evidence,
        np.where(observed, flat, 0).sum(axis=1).astype(np.float32),
        np.where(evidence > 0, away, reported_empty).astype(np.float32),
    )


def _spread(filled: FloatArray, columns: IntArray) -> FloatArray:
    """Log of (variance - mean) / mean^2 of weekly units before each column, drawn to the middle when few."""
    n, days = filled.shape
    weeks = days // 7
    spread = np.zeros((n, columns.size), dtype=np.float32)
    if weeks < 4:
        return spread
    weekly = filled[:, days - 7 * weeks :].reshape(n, weeks, 7).sum(axis=2)
    decay = 0.5 ** (1 / SPREAD_WEEKS)
    weight = decayed_sums(np.ones(weeks), decay)
    mean = decayed_sums(weekly.astype(np.float64), decay) / weight
    square = decayed_sums((weekly**2).astype(np.float64), decay) / weight
    excess = np.maximum(square - mean**2 - mean, 0)
    index = np.clip((columns - (days - 7 * weeks)) // 7 - 1, 0, weeks - 1)
    found: FloatArray = np.log((excess + 0.4) / (mean**2 + 2.0) + 0.01)[:, index].astype(np.float32)
    return found


def learn_pool(
    sales: FloatArray,
    in_stock: FloatArray,
    groups: Sequence[str],
    seeds: SeedArray,
    today: int,
    horizon: int,
    on_hand: FloatArray | None = None,
) -> DemandPool:
    """Learn season by group (an item over its marketplaces), trend and a library of stretches from n histories."""
    rows: dict[str, int] = {}
    row_of = np.array([rows.setdefault(group, len(rows)) for group in groups], dtype=np.int64)
    if sales.shape[1] >= 364:
        observed = observed_days(sales, told_stock(sales, in_stock, on_hand), on_hand)
        level = blended(weekly_levels(sales, observed, HALF_LIVES))
        units = np.zeros((len(rows), sales.shape[1]), dtype=np.float32)
        known = np.zeros(units.shape, dtype=np.float32)
        np.add.at(units, row_of, imputed_sales(sales, observed, level))
        np.maximum.at(known, row_of, observed.astype(np.float32))
        season = seasonal_index(units, known > 0, today)
    else:
        season = np.ones((len(rows), WEEKS), dtype=np.float32)
    state = demand_state(sales, in_stock, season[row_of], today, horizon, on_hand)
    listing, column = _library_rows(state, seeds)
    windows = sliding_window_view(state.filled, horizon, axis=1) if sales.shape[1] >= horizon else None
    library = np.zeros((0, horizon), dtype=np.float32) if windows is None else windows[listing, state.origins[column]]
    trend = np.zeros(state.movement.shape[2], dtype=np.float32)
    if state.origins.size >= TREND_LEAST_ORIGINS:
        trend = _trend(state.movement[listing, column], state.level[listing, column], library)
    unbroken = state.foreseen_level(trend, np.ones(len(SILENCE_DAYS) + 1, dtype=np.float32))[listing, column]
    silence = _silence(state.silence[listing, column], unbroken, library)
    foreseen = unbroken * silence[state.silence[listing, column]]
    return DemandPool(
        horizon,
        library,
        _marks(foreseen, state.spread[listing, column]),
        foreseen,
        trend,
        silence,
        season,
        *_usual_levels(state, row_of, len(rows)),
        rows,
    )


def _usual_levels(state: DemandState, row_of: IntArray, groups: int) -> tuple[FloatArray, FloatArray, float]:
    """Mean level of each group's listings that have a history and their number, and that of the typical listing."""
    known = state.known
    now = state.level[:, -1]
    typical = float(np.exp(np.log(now[known] + 0.05).mean())) if known.any() else 0.0
    count = np.bincount(row_of[known], minlength=groups)
    total = np.bincount(row_of[known], weights=now[known], minlength=groups)
    return total / np.maximum(count, 1), count.astype(float), typical


def _library_rows(state: DemandState, seeds: SeedArray) -> tuple[IntArray, IntArray]:
    listing, column = np.nonzero(state.usable)
    if listing.size > LIBRARY_SIZE:
        lots = mixed(seeds, 0x11)[listing] ^ mixed(state.origins[column].astype(np.uint64), 0x12)
        draw = np.sort(np.argsort(lots, kind="stable")[:LIBRARY_SIZE])
        listing, column = listing[draw], column[draw]
    return listing, column


def _trend(movement: FloatArray, level: FloatArray, library: FloatArray) -> FloatArray:
    """What movements of the level were followed by: weights b of log(mean ahead / level), without bias of the sum.

    Poisson regression by pseudo maximum likelihood (Gourieroux, Monfort & Trognon 1984) with a ridge: logarithms of
    what was sold would count a slow listing's empty stretches for more than its good ones. Busy listings count by
    their relative error.
    """
    features = movement.shape[1]
    weights = np.zeros(features)
    if level.size < 200:
        return weights.astype(np.float32)
    base = level + TREND_CUSHION
    ratio = np.minimum((library.mean(axis=1) + TREND_CUSHION) / base, np.exp(TREND_MOST))
    importance = base / (base + 1.0)
    ridge = TREND_RIDGE * np.eye(features)
    ridge[-1, -1] = 1e-6
    for _ in range(TREND_STEPS):
        expected = np.exp(np.clip(movement @ weights, -2, 2))
        gram = (movement * (importance * expected)[:, None]).T @ movement + ridge
        slope = movement.T @ (importance * (ratio - expected)) - ridge @ weights
        weights = weights + np.linalg.solve(gram, slope)
    return weights.astype(np.float32)


def _silence(step: IntArray, level: FloatArray, library: FloatArray) -> FloatArray:
    """Share of the level that came after silences of each length: dying items die, sold-out ones come back.

    A decay as of Teunter, Syntetos & Babai (2011), learned from the seller's own silences as far as there are
    some, else as usual in retail. No silence leaves the level as it is.
    """
    share = np.array(USUAL_AFTER_SILENCE)
    ahead = library.mean(axis=1)
    for number in range(1, share.size):
        rows = step == number
        expected = float(level[rows].sum())
        if expected > 0:
            seen = min(float(ahead[rows].sum()) / expected, 1.0)
            count = int(rows.sum())
            share[number] = (count * seen + SILENCE_PRIOR * share[number]) / (count + SILENCE_PRIOR)
    return share.astype(np.float32)


def _marks(level: FloatArray, spread: FloatArray) -> FloatArray:
    return np.stack([np.log(level + 0.1) / 0.35, spread / 0.7], axis=1).astype(np.float32)


def current_level(state: DemandState, pool: DemandPool, groups: Sequence[str]) -> FloatArray:
    """Units a day without season, (n,): what the history foretells, leaning on the siblings while it is short."""
    usual = LAUNCH_CAUTION * pool.prior_level(groups, state)
    worth = np.divide(PRIOR_UNITS, usual * (1 + state.units), out=np.zeros_like(usual), where=usual > 0)
    prior_days = np.maximum(worth, PRIOR_DAYS)
    # Once a listing has a history, its own sales alone tell what it sells; never to have sold tells little.
    trust = np.where(state.known & (state.units > 0), 1.0, state.evidence / (state.evidence + prior_days))
    level: FloatArray = trust * state.foreseen_level(pool.trend, pool.silence)[:, -1] + (1 - trust) * usual
    # How much is lost by weeks without stock is seldom known; the longer, the less it is what was sold before.
    level *= 0.5 ** (np.maximum(state.away - AWAY_DAYS, 0) / AWAY_HALF_LIFE)
    return level.astype(np.float32)


def cumulated_demand(
    state: DemandState, pool: DemandPool, groups: Sequence[str], seeds: SeedArray, samples: int, horizon: int
) -> FloatArray:
    """Sampled demand summed over the days from today, whole units, shape (n, samples, horizon), float32.

    Own stretches, and more of listings of like level and like spread the fewer own there are (analogue
    method of Lorenz 1969; pooling as in Szablowski 2026): each is scaled by level now over level then,
    multiplied by the season ahead, and rounded at random without losing units. Their mean is drawn to the level,
    the more so the fewer independent stretches there are: what followed in a few says little of what follows now.
    """
    n = state.filled.shape[0]
    foreseen = state.foreseen_level(pool.trend, pool.silence)
    now = current_level(state, pool, groups)
    young = np.maximum(PRIOR_DAYS / (state.evidence + PRIOR_DAYS) - PRIOR_DAYS / (KNOWN_AFTER_DAYS + PRIOR_DAYS), 0)
    doubt = LAUNCH_DOUBT * np.sqrt(young)
    own_count = state.usable.sum(axis=1)
    donors = pool.library.shape[0]
    share = own_count / (own_count + DONOR_WORTH) if donors else np.where(own_count > 0, 1.0, 0.0)
    turn = permutations(mixed(seeds, 0x21), samples)
    is_own = turn < np.rint(share * samples)[:, None]
    pick = stratified(mixed(seeds, 0x22), samples)
    stretches = (share * own_count + (1 - share) * _width(donors)) * 7 / horizon
    # What followed in such stretches is a better guide the more of them there are; never so where nothing was sold.
    doubtful = np.where(state.units > 0, DRIFT_WORTH / (DRIFT_WORTH + stretches), 1.0)
    paths = np.zeros((n, samples, horizon), dtype=np.float32)
    then = np.zeros((n, samples), dtype=np.float32)
    mean = np.zeros((n, samples), dtype=np.float32)
    rows, columns = np.nonzero(is_own)
    if rows.size:
        rank = np.minimum((pick[rows, columns] * own_count[rows]).astype(np.int64), own_count[rows] - 1)
        ranked = np.argsort(~state.usable, axis=1, kind="stable")  # usable origins first, newest first
        column = ranked[rows, rank]
        paths[rows, columns] = sliding_window_view(state.filled, horizon, axis=1)[rows, state.origins[column]]
        then[rows, columns] = foreseen[rows, column]
        sums = np.zeros((n, state.filled.shape[1] + 1), dtype=np.float64)
        np.cumsum(state.filled, axis=1, out=sums[:, 1:])
        first = state.origins[column]
        mean[rows, columns] = (sums[rows, first + horizon] - sums[rows, first]) / horizon
    rows, columns = np.nonzero(~is_own)
    if rows.size and donors:
        near = _nearest(_marks(now, state.spread[:, -1]), pool.library_marks)
        chosen = near[rows, (pick[rows, columns] * near.shape[1]).astype(np.int64)]
        paths[rows, columns] = pool.library[chosen, :horizon]
        then[rows, columns] = pool.library_level[chosen]
        mean[rows, columns] = pool.library[:, :horizon].mean(axis=1)[chosen]
    elif rows.size:
        paths[rows, columns] = now[rows][:, None]
        then[rows, columns] = now[rows]
        mean[rows, columns] = now[rows]
    likeness = np.minimum(now[:, None], then) / np.maximum(np.maximum(now[:, None], then), 1e-6)
    cushion = LEVEL_CUSHION * likeness
    ratio = np.minimum((now[:, None] + cushion) / np.maximum(then + cushion, 1e-6), RATIO_LIMIT)
    drawn = (ratio * mean).mean(axis=1)
    least = np.maximum(drawn, now / ANCHOR_LIMIT)
    wanted = least * np.clip(now / np.maximum(least, 1e-9), 1 / ANCHOR_LIMIT, ANCHOR_LIMIT) ** doubtful
    factor = np.minimum(wanted / np.maximum(drawn, 1e-9), ANCHOR_LIMIT)
    ratio *= factor[:, None]
    guess = ndtri(stratified(mixed(seeds, 0x24), samples))
    ratio *= np.exp(doubt[:, None] * guess - doubt[:, None] ** 2 / 2)
    ratio *= (now > 0)[:, None]
    paths *= ratio[:, :, None]
    missing = wanted - factor * drawn
    empty = np.flatnonzero(missing > 0.01 * wanted)  # stretches without sales cannot be scaled up
    paths[empty] += missing[empty, None, None]
    ahead = state.season[:, week_of_year(np.arange(state.today, state.today + horizon))]
    paths *= ahead[:, None, :]
    total = np.cumsum(paths, axis=2, out=paths)
    total += stratified(mixed(seeds, 0x23), samples)[:, :, None]
    return np.floor(total, out=total)


def _width(donors: int) -> int:
    """Neighbours among so many stretches: a small library has fewer that are alike."""
    return int(min(max(NEIGHBOUR_SHARE * donors, LEAST_NEIGHBOURS), NEIGHBOURS, donors))


def _nearest(marks: FloatArray, library: FloatArray) -> IntArray:
    """Library rows nearest to each listing, (n, NEIGHBOURS), in an order of their own."""
    width = _width(library.shape[0])
    distance = marks @ (-2 * library.T)
    distance += (library**2).sum(axis=1)
    if width == library.shape[0]:
        return np.tile(np.arange(width), (marks.shape[0], 1))
    found: IntArray = np.sort(np.argpartition(distance, width, axis=1)[:, :width], axis=1)
    return found
