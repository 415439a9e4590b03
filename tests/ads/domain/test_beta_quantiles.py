"""Quantiles of very many beta distributions beside the exact ones."""

import numpy as np
import pytest
from scipy.special import betaincinv

from services.ads.domain.beta_quantiles import MOST_EXACT, beta_quantiles


@pytest.mark.parametrize("chance", [0.05, 0.5, 0.95])
def test_a_table_of_many_answers_like_the_exact_inversion(chance: float) -> None:
    rng = np.random.default_rng(6)
    a, b = np.exp(rng.uniform(np.log(0.2), np.log(2000), (2, MOST_EXACT + 10_000)))
    found, exact = beta_quantiles(a, b, chance), betaincinv(a, b, chance)
    assert found == pytest.approx(exact, rel=2e-4)
    assert np.abs(found - exact).max() < 2e-4
    assert (found != exact).any()  # else the table was not used


def test_few_are_exact_and_so_are_those_too_far_apart_for_a_table() -> None:
    a, b = np.array([0.02, 2.4]), np.array([5e5, 27.6])
    assert (beta_quantiles(a, b, 0.05) == betaincinv(a, b, 0.05)).all()
    far = np.exp(np.linspace(-9, 40, MOST_EXACT + 1))
    assert (beta_quantiles(far, far[::-1], 0.5) == betaincinv(far, far[::-1], 0.5)).all()


def test_an_answer_does_not_depend_on_the_others_asked() -> None:
    a = np.full(MOST_EXACT + 1, 2.5)
    b = np.full(MOST_EXACT + 1, 30.0)
    alone = beta_quantiles(a, b, 0.05)[0]
    a[1:], b[1:] = 900.0, 7000.0
    assert beta_quantiles(a, b, 0.05)[0] == pytest.approx(alone, rel=1e-9)
