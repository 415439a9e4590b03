"""How far the demand forecast is off, by how much listings sell: `python -m tests.benchmarks.forecast_bias`.

A volume class is told by what was sold before the forecast, never by what came after: listings chosen by their future
would show a bias where there is none.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.inventory.domain.arrays import BoolArray, FloatArray
from services.inventory.domain.demand_paths import cumulated_demand, demand_state, learn_pool
from services.inventory.domain.forecast_measures import coverage, pinball_loss
from services.inventory.domain.stable_random import seeds_of
from tests.benchmarks.demand_data import Past, made_years_pasts, real_seller_pasts, retail_pasts, slow_pasts

HORIZONS = (30, 60)
SAMPLES = 192
RECENT_DAYS = 90
BOUNDS = (0.1, 0.3, 1.0, 3.0, 10.0)
NAMES = ("none", "< 0.1", "0.1-0.3", "0.3-1", "1-3", "3-10", "> 10")


@dataclass(frozen=True, slots=True)
class Scores:
    """Forecasts of one class over one horizon; units are those of all forecasts together."""

    forecasts: int
    actual: float
    forecast: float
    crps: float
    pinball_90: float
    below_90: float

    @property
    def ratio(self) -> float:
        """Forecast over actual units: 1 is unbiased."""
        return self.forecast / self.actual if self.actual else float("inf") if self.forecast else 1.0


def sampled(past: Past, horizon: int = max(HORIZONS), samples: int = SAMPLES) -> FloatArray:
    """Cumulated demand as the product samples it, (n, samples, horizon)."""
    seeds = seeds_of(past.names)
    pool = learn_pool(past.sales, past.in_stock, past.groups, seeds, past.today, horizon, past.on_hand)
    state = demand_state(past.sales, past.in_stock, pool.season_of(past.groups), past.today, horizon, past.on_hand)
    return cumulated_demand(state, pool, past.groups, seeds, samples, horizon)


def volume_class(past: Past) -> FloatArray:
    """Row of NAMES for each listing: its mean daily sales of the last days, since its first sale."""
    recent = past.sales[:, -RECENT_DAYS:]
    sold = np.nan_to_num(past.sales) > 0
    age = np.where(sold.any(axis=1), past.sales.shape[1] - sold.argmax(axis=1), 0)
    within = np.arange(recent.shape[1], 0, -1)[None, :] <= np.maximum(age, 28)[:, None]
    days = ((~np.isnan(recent)) & within).sum(axis=1)
    mean = np.nansum(recent, axis=1) / np.maximum(days, 1)
    return np.where(mean > 0, 1 + np.searchsorted(BOUNDS, mean, side="right"), 0)


def ensemble_crps(draws: FloatArray, actual: FloatArray) -> FloatArray:
    """Continuous ranked probability score of samples (n, samples) against (n,): E|X - y| - E|X - X'| / 2."""
    count = draws.shape[1]
    ordered = np.sort(draws, axis=1)
    weight = 2 * np.arange(1, count + 1) - count - 1
    score: FloatArray = np.abs(draws - actual[:, None]).mean(axis=1) - (ordered * weight).sum(axis=1) / count**2
    return score


def scored(pasts: Sequence[Past]) -> dict[str, dict[str, dict[int, Scores]]]:
    """Scores by label of the pasts, class and horizon."""
    found: dict[tuple[str, str, int], list[tuple[FloatArray, ...]]] = {}
    for past in pasts:
        demand = sampled(past)
        row = volume_class(past)
        kinds = past.kinds or [""] * len(past.names)
        labels = np.array([f"{past.label} {kind}".strip() for kind in kinds])
        for horizon in HORIZONS:
            if past.future.shape[1] < horizon:
                continue
            draws = demand[:, :, horizon - 1].astype(float)
            actual = past.future[:, :horizon].sum(axis=1)
            for label in dict.fromkeys(labels):
                for number, name in enumerate(NAMES):
                    who: BoolArray = (labels == label) & (row == number) & past.counts
                    if who.any():
                        part = (draws[who].mean(axis=1), actual[who], ensemble_crps(draws[who], actual[who]),
                                np.quantile(draws[who], 0.9, axis=1, method="inverted_cdf"))  # fmt: skip
                        found.setdefault((label, name, horizon), []).append(part)
    table: dict[str, dict[str, dict[int, Scores]]] = {}
    for (label, name, horizon), parts in found.items():
        mean, actual, crps, high = (np.concatenate(column) for column in zip(*parts, strict=True))
        table.setdefault(label, {}).setdefault(name, {})[horizon] = Scores(
            mean.size, float(actual.sum()), float(mean.sum()), float(crps.sum()),
            float(pinball_loss(high, actual, 0.9).sum()), coverage(high, actual),
        )  # fmt: skip
    return table


def lines(table: dict[str, dict[str, dict[int, Scores]]]) -> Iterator[str]:
    """The table for a terminal: forecast / actual, CRPS and pinball per unit, share below the 90 % quantile."""
    cell = "{:>11} {:>6} {:>6} {:>6} {:>5}"
    heads = [cell.format(f"{days} d: sold", "f/a", "CRPS", "pin90", "<90%") for days in HORIZONS]
    yield f"{'past':28s} {'class':8s} {'n':>5s} {' '.join(heads)}"
    for label, classes in table.items():
        for name in NAMES:
            if name not in classes:
                continue
            scores = classes[name]
            cells = [
                cell.format(
                    f"{score.actual:.0f}",
                    f"{score.ratio:.2f}",
                    f"{score.crps / max(score.actual, 1):.3f}",
                    f"{score.pinball_90 / max(score.actual, 1):.3f}",
                    f"{score.below_90:.2f}",
                )
                for score in (scores[days] for days in HORIZONS if days in scores)
            ]
            count = max(score.forecasts for score in scores.values())
            yield f"{label:28s} {name:8s} {count:5d} {' '.join(cells)}"


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    sources = {
        "retail": retail_pasts,
        "seller": real_seller_pasts,
        "slow": slow_pasts,
        "made": made_years_pasts,
    }
    parser.add_argument("--sources", nargs="*", default=list(sources), choices=list(sources))
    options = parser.parse_args(arguments)
    for name in options.sources:
        print("\n".join(lines(scored(sources[name]()))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
