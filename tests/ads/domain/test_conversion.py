"""What is known of a conversion rate after few clicks or many, and what other terms say of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import betainc, logit

from services.ads.domain.arrays import MANY, FloatArray, by_parts
from services.ads.domain.conversion import TermGroups, Traffic, estimate_conversion, posterior
from services.ads.domain.conversion_calibration import calibrate
from services.ads.domain.conversion_levels import Level, left_out_odds
from services.ads.domain.conversion_prior import fit_prior
from services.ads.domain.search_words import AT_ONCE, word_occurrences

KNOWN = [  # clicks, orders, mean, 90 % interval, P(CVR < .075), P(CVR < .10)
    (1, 0, 0.077419, 0.01782, 0.16783, 0.556139, 0.731952),
    (10, 0, 0.060000, 0.01366, 0.13109, 0.713544, 0.861641),
    (34, 0, 0.037500, 0.00842, 0.08274, 0.925056, 0.980602),
    (60, 5, 0.082222, 0.04067, 0.13433, 0.441277, 0.752475),
    (200, 8, 0.045217, 0.02519, 0.06973, 0.973337, 0.999208),
    (200, 30, 0.140870, 0.10507, 0.18023, 0.000386, 0.028028),
]


@pytest.mark.parametrize(("clicks", "orders", "mean", "low", "high", "below_75", "below_100"), KNOWN)
def test_a_prior_of_eight_per_cent_and_thirty_clicks_gives_these_odds(
    clicks: float, orders: float, mean: float, low: float, high: float, below_75: float, below_100: float
) -> None:
    found = posterior(*(np.array([each], dtype=float) for each in (orders, clicks, 0.08, 30)))
    assert found.expected[0] == pytest.approx(mean, abs=5e-7)
    assert [each[0] for each in found.interval()] == pytest.approx([low, high], abs=5e-6)
    assert found.below(0.075)[0] == pytest.approx(below_75, abs=5e-7)
    assert found.below(0.10)[0] == pytest.approx(below_100, abs=5e-7)
    assert found.evidence[0] == pytest.approx(clicks / (clicks + 30))


def test_ten_clicks_without_an_order_are_no_reason_to_negate() -> None:
    clicks, orders = (np.array([row[column] for row in KNOWN], dtype=float) for column in (0, 1))
    found = posterior(orders, clicks, np.full(6, 0.08), np.full(6, 30.0))
    negated = (found.below(0.075) >= 0.9) & (found.expected < 0.075)
    assert np.flatnonzero(negated).tolist() == [2, 4]


def test_a_raw_rate_of_five_per_cent_is_below_a_benchmark_of_seven_only_with_many_clicks() -> None:
    clicks, orders = np.array([100.0, 1000, 1000, 1000]), np.array([5.0, 50, 65, 80])
    found = posterior(orders, clicks, np.full(4, 0.085), np.full(4, 15.0))
    assert found.below(0.07) == pytest.approx([0.785710, 0.995242, 0.735710, 0.115350], abs=5e-7)


def test_odds_stay_odds_at_the_ends_and_for_unknown_limits() -> None:
    found = posterior(np.zeros(4), np.ones(4), np.full(4, 0.08), np.full(4, 30.0))
    below = found.below([-1.0, 1.0, np.inf, np.nan])
    assert below[:3].tolist() == [0, 1, 1]
    assert np.isnan(below[3])


# ---- other terms


def an_account(
    seed: int = 3, terms: int = 1500, campaign_spread: float = 0.7
) -> tuple[FloatArray, FloatArray, TermGroups, FloatArray]:
    """Clicks, orders, groups and true means of terms whose campaigns, of thirty terms each, differ."""
    rng = np.random.default_rng(seed)
    campaign = np.arange(terms) // 30
    mean = 1 / (1 + np.exp(-(logit(0.08) + rng.normal(0, campaign_spread, campaign.max() + 1)[campaign])))
    clicks = np.minimum(np.floor((1 - rng.random(terms)) ** -1.0), 60)
    orders = rng.binomial(clicks.astype(int), rng.beta(mean * 40, (1 - mean) * 40)).astype(float)
    return clicks, orders, TermGroups(campaign=campaign), mean


def error(found: FloatArray, truth: FloatArray) -> float:
    return float(np.abs(logit(found) - logit(truth)).mean())


def test_a_new_term_is_expected_to_convert_like_its_campaign() -> None:
    clicks, orders, groups, mean = an_account()
    alone = estimate_conversion(orders, clicks)
    together = estimate_conversion(orders, clicks, groups)
    assert error(together.prior_mean, mean) < 0.6 * error(alone.prior_mean, mean)
    assert together.prior_strength[0] > 1.5 * alone.prior_strength[0]


def test_campaigns_that_do_not_differ_change_little() -> None:
    clicks, orders, groups, _ = an_account(campaign_spread=0.0)
    assert np.std(logit(estimate_conversion(orders, clicks, groups).prior_mean)) < 0.15


def test_the_orders_of_a_term_never_speak_for_itself() -> None:
    """A term's prior rests on the others: one more order of its own moves it no more than any other term's would."""
    clicks, orders, groups, _ = an_account()
    term = int(np.flatnonzero((clicks == 1) & (orders == 0))[0])
    changed = orders.copy()
    changed[term] = 1
    before, after = (estimate_conversion(each, clicks, groups).prior_mean for each in (orders, changed))
    shift = logit(after) - logit(before)
    others = (np.arange(clicks.size) // 30 == term // 30) & (np.arange(clicks.size) != term)
    assert shift[others].min() > 0.01
    assert abs(shift[term]) < 0.35 * shift[others].mean()


def test_a_word_that_sells_helps_every_term_that_has_it() -> None:
    rng = np.random.default_rng(8)
    words = [("gift", "set")[row % 2] + f" thing{row % 40}" for row in range(1200)]
    good = np.array([text.startswith("gift") for text in words])
    clicks = np.minimum(np.floor((1 - rng.random(1200)) ** -1.0), 40)
    orders = rng.binomial(clicks.astype(int), np.where(good, 0.16, 0.05)).astype(float)
    mean = estimate_conversion(orders, clicks, TermGroups(text=words)).prior_mean
    assert np.median(mean[good]) > 2 * np.median(mean[~good])


def test_a_click_through_rate_that_goes_with_sales_counts_and_one_that_does_not_hardly() -> None:
    rng = np.random.default_rng(9)
    clicks = np.minimum(np.floor((1 - rng.random(2000)) ** -1.0), 40)
    signal = rng.normal(0, 1, 2000)
    rate = 1 / (1 + np.exp(-(logit(0.09) + 0.5 * signal)))
    orders = rng.binomial(clicks.astype(int), rate).astype(float)
    telling = Traffic(clicks, np.ceil(clicks * 200 * np.exp(-signal)), clicks * 0.5)
    silent = replace(telling, impressions=np.ceil(clicks * 200 * np.exp(-rng.normal(0, 1, 2000))))
    told = estimate_conversion(orders, clicks, traffic=telling).prior_mean
    untold = estimate_conversion(orders, clicks, traffic=silent).prior_mean
    assert np.corrcoef(logit(told), signal)[0, 1] > 0.8
    assert abs(np.corrcoef(logit(untold), signal)[0, 1]) < 0.3


def test_unknown_impressions_and_free_clicks_are_no_reason_to_fail() -> None:
    clicks, orders, groups, _ = an_account()
    traffic = Traffic(clicks, np.full(clicks.size, np.nan), np.zeros(clicks.size))
    found = estimate_conversion(orders, clicks, groups, traffic=traffic)
    assert np.isfinite(found.expected).all()


def test_a_small_category_keeps_its_benchmark_beside_a_large_one() -> None:
    clicks, orders, groups, _ = an_account()
    category = (np.arange(clicks.size) < 20).astype(int)
    found = estimate_conversion(orders, clicks, replace(groups, category=category), [(0.07, 0.10), (0.02, 0.03)])
    assert found.prior_mean[:20] == pytest.approx(np.full(20, 0.025))
    assert found.prior_strength[:20] == pytest.approx(np.full(20, 30))
    assert np.abs(found.prior_mean[20:] - 0.025).min() > 1e-6


def test_a_few_terms_get_the_plain_prior_of_the_benchmark() -> None:
    found = estimate_conversion([0.0, 5.0], [10.0, 60.0], TermGroups(campaign=np.array([0, 1])))
    assert found.expected == pytest.approx([(0.085 * 30) / 40, (0.085 * 30 + 5) / 90])


def test_one_campaign_without_words_or_traffic_is_nothing_but_the_plain_fit() -> None:
    clicks, orders, _, _ = an_account()
    found = estimate_conversion(orders, clicks)
    prior = fit_prior(clicks, orders)
    assert found.prior_mean == pytest.approx(np.full(clicks.size, prior.mean))
    assert found.prior_strength == pytest.approx(np.full(clicks.size, prior.strength))


def test_orders_of_clicks_that_lag_makes_less_than_one_are_still_orders() -> None:
    found = estimate_conversion([1.0], [0.55])
    assert found.exposure.tolist() == [1.0]
    assert found.b[0] > 0


def test_no_terms_are_no_estimates() -> None:
    assert estimate_conversion([], [], TermGroups(campaign=np.array([], dtype=int), text=[])).expected.size == 0


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.floats(0, 1))
def test_whatever_the_account_estimates_are_rates_and_repeat(seed: int, size: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    clicks = np.floor(np.exp(rng.uniform(0, 8, size)))
    orders = rng.binomial(clicks.astype(int), rate).astype(float)
    groups = TermGroups(
        category=rng.integers(0, 2, size),
        campaign=rng.integers(0, 5, size),
        match_type=rng.integers(0, 4, size),
        text=[" ".join(rng.choice(["a", "b", "çé", "!", ""], 3)) for _ in range(size)],
    )
    traffic = Traffic(clicks, clicks * rng.integers(1, 99, size), clicks * rng.random(size))
    exposure = clicks * rng.uniform(0.5, 1)
    found, again = (estimate_conversion(orders, exposure, groups, [(0.07, 0.1)] * 2, traffic) for _ in range(2))
    assert ((found.expected > 0) & (found.expected < 1)).all()
    assert ((found.evidence >= 0) & (found.evidence < 1)).all()
    low, high = found.interval()
    assert (low <= high).all()
    assert (found.expected == again.expected).all()


# ---- the parts


def test_predictions_that_are_no_use_are_flattened_and_good_ones_kept() -> None:
    rng = np.random.default_rng(4)
    odds = logit(0.1) + rng.normal(0, 0.8, 4000)
    clicks = np.full(4000, 10.0)
    orders = rng.binomial(10, 1 / (1 + np.exp(-odds))).astype(float)
    assert calibrate(odds, clicks, orders).slope == pytest.approx(1, abs=0.1)
    assert calibrate(rng.permutation(odds), clicks, orders).slope == pytest.approx(0, abs=0.15)


def test_predictions_all_too_high_are_shifted_down() -> None:
    orders = np.tile([1.0, 0, 0, 0], 500)
    told = calibrate(np.full(2000, 0.0), np.full(2000, 5.0), orders)
    assert told.mean(np.zeros(1))[0] == pytest.approx(0.05, rel=0.1)


def test_a_term_alone_in_its_group_learns_nothing_from_it() -> None:
    orders, clicks = np.array([9.0, *[1.0] * 80]), np.full(81, 10.0)
    base = np.full(81, logit(0.1))
    alone = Level.of(np.array([0, *(1 + np.arange(80) // 4)]))
    left_out = left_out_odds(orders, clicks, base, 30.0, [alone], np.zeros((81, 0)))
    assert left_out[0] == pytest.approx(left_out[1:].mean(), abs=0.1)


def test_words_are_counted_once_without_case_plural_or_punctuation() -> None:
    texts = ["Knee pain oil", "knees, OIL oil!", "", "- oil's", "unique", "\x00 x"]
    row, code = word_occurrences(texts)
    knee, oil = code[0], code[1]
    assert row.tolist() == [0, 0, 1, 1, 3]
    assert code.tolist() == [knee, oil, knee, oil, oil]
    assert knee != oil
    assert [each.size for each in word_occurrences([])] == [0, 0]


def test_very_many_rates_are_the_same_in_parts() -> None:
    rng = np.random.default_rng(3)
    a, b, rate = rng.gamma(2, 1, MANY + 7) + 0.3, rng.gamma(20, 2, MANY + 7), rng.random(MANY + 7)
    assert (by_parts(betainc, a, b, rate) == betainc(a, b, rate)).all()
    few = posterior(np.array([1.0]), np.array([9.0]), np.array([0.08]), np.array([30.0]))
    assert few.below(0.1) == pytest.approx(betainc(3.4, 35.6, 0.1))


def _pairs_one_by_one(texts: list[str]) -> set[tuple[int, str]]:
    """Which term has which word, each word looked at by itself."""
    found = set()
    for row, text in enumerate(texts):
        for word in text.replace("\x00", "").casefold().split():
            letters = "".join(letter for letter in word if letter.isalnum())
            if len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss"):
                letters = letters[:-1]
            if letters:
                found.add((row, letters))
    return found


@given(st.lists(st.text(alphabet="aAsSß- ü\t\x00İ1_が\u3000\u0301", max_size=14), max_size=12))
@example(["glass", "glas", "as", "bass bas"])
@example(["ass", "a s"])
def test_words_of_all_texts_at_once_are_those_of_each(texts: list[str]) -> None:
    one_by_one = _pairs_one_by_one(texts)
    row, word = word_occurrences(texts, least=1)
    assert len(row) == len(one_by_one)
    assert sorted(row.tolist()) == sorted(row for row, _ in one_by_one)
    terms_of: dict[int, set[int]] = {}
    for term, code in zip(row.tolist(), word.tolist(), strict=True):
        terms_of.setdefault(code, set()).add(term)
    expected: dict[str, set[int]] = {}
    for term, letters in one_by_one:
        expected.setdefault(letters, set()).add(term)
    assert sorted(map(sorted, terms_of.values())) == sorted(map(sorted, expected.values()))


def test_a_word_is_the_same_word_beside_whatever_other_letters() -> None:
    many = [f"red kettle number{place % 50}" for place in range(AT_ONCE)]
    texts = [*many, "が café ketchup-kettle-with-a-very-long-name", *many]
    row, word = word_occurrences(texts)
    assert np.unique(word).size == 52
    assert (word[row < AT_ONCE] == word[row > AT_ONCE]).all()


def test_terms_of_no_portfolio_learn_from_each_other_but_not_as_a_group() -> None:
    rng = np.random.default_rng(5)
    clicks = rng.integers(1, 60, 400).astype(float)
    portfolio = rng.integers(-1, 3, 400)
    orders = rng.binomial(clicks.astype(int), np.array([0.02, 0.08, 0.2, 0.08])[portfolio]).astype(float)
    with_none = estimate_conversion(orders, clicks, TermGroups(campaign=np.arange(400) // 8, portfolio=portfolio))
    of_one = estimate_conversion(orders, clicks, TermGroups(campaign=np.arange(400) // 8, portfolio=portfolio * 0 - 1))
    assert with_none.expected[portfolio == 0].mean() < of_one.expected[portfolio == 0].mean()
    assert with_none.expected[portfolio == 2].mean() > of_one.expected[portfolio == 2].mean()
    alone = estimate_conversion(orders, clicks, TermGroups(campaign=np.arange(400) // 8))
    assert of_one.expected == pytest.approx(alone.expected)
