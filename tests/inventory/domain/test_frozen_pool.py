"""What a run learned outlives the version of the program that learned it."""

import numpy as np

from services.inventory.domain.demand_paths import DemandPool
from services.inventory.domain.run_input import frozen_pool, thawed_pool


def a_pool() -> DemandPool:
    return DemandPool(
        horizon=2,
        library=np.ones((3, 2)),
        library_marks=np.ones((3, 2)),
        library_level=np.ones(3),
        trend=np.zeros(4),
        silence=np.ones(2),
        season=np.ones((1, 52)),
        group_level=np.array([0.5]),
        group_count=np.array([7.0]),
        typical_level=0.4,
        group_row={"mugs": 0},
    )


def test_a_pool_is_thawed_as_it_was_frozen() -> None:
    pool = a_pool()
    thawed = thawed_pool(frozen_pool(pool))
    assert thawed.group_count.tolist() == [7.0]
    assert thawed.group_row == pool.group_row


def test_a_pool_of_an_earlier_version_counts_one_listing_in_each_group() -> None:
    content = frozen_pool(a_pool()).replace(b',["group_count","<f8",[1]]', b"")
    earlier = content.replace(np.array([7.0]).tobytes(), b"")
    assert thawed_pool(earlier).group_count.tolist() == [1.0]
