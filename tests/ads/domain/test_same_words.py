"""Which search terms are the same words to a negative."""

import numpy as np
import pytest

from services.ads.domain.same_words import same_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("red kettle", "RED Kettle"),
        ("red kettle", "red  kettle"),
        ("red kettle", " red kettle"),
        ("red kettle", "red kettle "),
        ("red kettle", "red\tkettle"),
        ("red kettle", "red\nkettle"),
        ("Straße", "strasse"),
        ("kettle", "ｋettle"),
    ],
)
def test_case_space_and_forms_of_letters_do_not_count(one: str, other: str) -> None:
    group, target, live = np.zeros(3, dtype=int), np.array([0, 1, 1]), np.ones(3, dtype=bool)
    assert same_words(group, target, [one, other, "blue kettle"], live).tolist() == [0, 0, 2]
    assert same_words(group, target, [one, "blue kettle", other], live).tolist() == [0, 1, 0]


def test_other_ad_groups_and_what_is_not_live_are_apart() -> None:
    target, texts = np.array([0, 1, 2, 3]), ["red kettle"] * 4
    group, live = np.array([0, 0, 1, 1]), np.ones(4, dtype=bool)
    assert same_words(group, target, texts, live).tolist() == [0, 0, 2, 2]
    live[0] = False
    assert same_words(group, target, texts, live).tolist() == [0, 1, 2, 2]
    assert same_words(group[:0], target[:0], [], live[:0]).tolist() == []
