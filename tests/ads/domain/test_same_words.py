"""Which search terms are the same words to a negative."""

import numpy as np

from services.ads.domain.same_words import same_words


def test_other_ad_groups_and_what_is_not_live_are_apart() -> None:
    target, words = np.array([0, 1, 2, 3]), np.zeros(4, dtype=int)
    group, live = np.array([0, 0, 1, 1]), np.ones(4, dtype=bool)
    assert same_words(group, target, words, live).tolist() == [0, 0, 2, 2]
    live[0] = False
    assert same_words(group, target, words, live).tolist() == [0, 1, 2, 2]
    assert same_words(group[:0], target[:0], words[:0], live[:0]).tolist() == []
