"""Decides which of the wanted units a scarce domestic stock can give: the most valuable cartons first."""

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.rationing import best_gains
from services.inventory.domain.replenishment import BlockDecision


def _carton_gains(decision: BlockDecision, listing: int, mode: int, carton: int) -> FloatArray:
    """Gain per unit of each wanted carton, falling: gain x (P(short >= q) - break-even)."""
    wanted = int(decision.units[listing, mode])
    falling = decision.shortage[listing, mode]
    chance = np.searchsorted(-falling, -np.arange(1, wanted + 1) + 1e-4, side="right") / falling.size
    worth = decision.stakes.gain[listing, mode] * (chance - decision.thresholds[listing, mode])
    gains: FloatArray = worth.reshape(-1, carton).mean(axis=1)
    return gains


def rationed(
    decision: BlockDecision,
    pool: IntArray,
    stock: FloatArray,
    carton: IntArray,
    units_each: IntArray | None = None,
) -> tuple[IntArray, FloatArray]:
    """Units (n, 3) within each pool's stock, and the value (pools,) of one more product unit at home.

    `pool` row of the domestic stock of each listing, -1 = unlimited; `stock` (pools,) product units;
    `units_each` product units in one unit of the listing. Cartons are taken by gain per product unit.
    """
    units = decision.units.copy()
    worth = np.zeros(stock.size)
    each = np.ones(pool.size, dtype=np.int64) if units_each is None else units_each
    need = np.bincount(pool[pool >= 0], weights=(units.sum(axis=1) * each)[pool >= 0], minlength=stock.size)
    scarce = np.flatnonzero(need > stock)
    order = np.argsort(pool, kind="stable")
    first = np.searchsorted(pool[order], scarce, side="left")
    end = np.searchsorted(pool[order], scarce, side="right")
    for row, low, high in zip(scarce, first, end, strict=True):
        gains: list[FloatArray] = []
        owner: list[tuple[int, int]] = []
        sizes: list[int] = []
        for listing in order[low:high]:
            lot = max(int(carton[listing]), 1)
            for mode in range(3):
                if units[listing, mode] <= 0:
                    continue
                gain = _carton_gains(decision, int(listing), mode, lot) / each[listing]
                gains.append(np.minimum.accumulate(np.maximum(gain, 1e-9)))
                owner.extend([(int(listing), mode)] * gain.size)
                sizes.extend([lot * int(each[listing])] * gain.size)
        chosen, worth[row] = best_gains(np.concatenate(gains), np.array(sizes, dtype=np.int64), int(max(stock[row], 0)))
        units[order[low:high]] = 0
        for index in chosen:
            listing, mode = owner[index]
            units[listing, mode] += max(int(carton[listing]), 1)
    return units, worth
