"""Short forms of numerical methods say what the libraries say that are too slow to import with every process."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.stats import nbinom, norm, poisson

from services.inventory.domain.bisection import falling_root
from services.inventory.domain.decay import decayed_sums
from services.inventory.domain.lead_time_demand import negative_binomial_quantile, normal_loss


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_decayed_sums_are_those_of_the_recursive_filter_to_the_last_bit(kind: type) -> None:
    values: np.ndarray[Any, Any] = np.random.default_rng(1).random((7, 104)).astype(kind)
    coefficients: np.ndarray[Any, Any] = np.array([1.0, -0.9071], dtype=kind)
    expected = lfilter(np.ones(1, dtype=kind), coefficients, values, axis=1)
    assert decayed_sums(values, 0.9071).dtype == kind
    np.testing.assert_array_equal(decayed_sums(values, 0.9071), expected)


def test_a_falling_function_crosses_zero_where_brent_finds_it() -> None:
    found = falling_root(lambda x: 3 / x - 2, 1e-9, 100.0)
    assert found == pytest.approx(brentq(lambda x: 3 / x - 2, 1e-9, 100.0, xtol=1e-13), abs=1e-12)


def test_a_function_that_never_crosses_zero_gives_the_end_it_leans_to() -> None:
    assert falling_root(lambda x: 1 - x / 10, 0.0, 5.0) == 5.0
    assert falling_root(lambda x: -1 - x, 0.0, 5.0) == 0.0


def test_the_loss_function_is_that_of_the_normal_distribution() -> None:
    z = np.linspace(-6, 6, 49)
    np.testing.assert_allclose(normal_loss(z), norm.pdf(z) - z * norm.sf(z), rtol=1e-12)


@pytest.mark.parametrize("probability", [0.001, 0.1, 0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("mean", [0.2, 1.0, 17.5, 900.0])
def test_quantiles_of_counts_are_those_of_the_distributions(probability: float, mean: float) -> None:
    assert negative_binomial_quantile(mean, 0.0, probability) == int(poisson.ppf(probability, mean))
    for dispersion in (0.05, 0.4, 2.0):
        size = 1 / dispersion
        expected = int(nbinom.ppf(probability, size, size / (size + mean)))
        assert negative_binomial_quantile(mean, dispersion, probability) == expected
