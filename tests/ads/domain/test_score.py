"""The score of 0 to 100: its five parts, what each loses, and the cap by stock."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ads.domain.conversion import posterior
from services.ads.domain.economics import bid_for
from services.ads.domain.ratios import needed_conversion_rate
from services.ads.domain.score import PARTS, Scores, click_through_part, score, stock_cap

MEAN, STRENGTH, LOW, CTR = 0.085, 40.0, 0.07, 0.0035


def scored(
    clicks: float,
    orders: float,
    impressions: float,
    cpc: float,
    aov: float,
    break_even: float,
    target: float,
    cover: float = 60.0,
    in_budget: float = 1.0,
) -> tuple[Scores, float, float]:
    """Scores, evidence and bid of one campaign."""
    one = np.ones(1)
    known = posterior(one * orders, one * clicks, one * MEAN, one * STRENGTH)
    found = score(
        known.below(needed_conversion_rate(cpc, aov, break_even)),
        1 - known.below(needed_conversion_rate(cpc, aov, target)),
        known.below(LOW),
        click_through_part(impressions, clicks, CTR),
        in_budget,
        stock_cap(500, True, cover),
    )
    return found, float(known.evidence[0]), float(bid_for(target, aov, known.expected)[0])


HEALTHY = (620, 58, 118_000, 0.55, 26, 0.34, 0.255)
BLEEDING = (240, 9, 95_000, 1.35, 24, 0.30, 0.225)
NEW = (9, 0, 2_400, 0.60, 24, 0.30, 0.225)


@pytest.mark.parametrize(
    ("campaign", "parts", "points", "evidence", "bid"),
    [
        (HEALTHY, (99.88, 81.19, 98.53, 100, 100), 96.8, 0.939, 0.617),
        (BLEEDING, (0, 0, 2.98, 0, 100), 10.7, 0.857, 0.239),
        (NEW, (30.11, 12.67, 42.89, 53.39, 100), 40.0, 0.184, 0.375),
    ],
    ids=["healthy", "bleeding", "new"],
)
def test_known_campaigns_get_their_known_scores(
    campaign: tuple[float, ...], parts: tuple[float, ...], points: float, evidence: float, bid: float
) -> None:
    found, known, worth = scored(*campaign)
    assert np.round(100 * found.parts[0], 2).tolist() == list(parts)
    assert round(float(found.score[0]), 1) == points
    assert (round(known, 3), round(worth, 3)) == (evidence, bid)


@pytest.mark.parametrize(
    ("campaign", "needed", "for_target"),
    [(HEALTHY, 0.062217, 0.082956), (BLEEDING, 0.1875, 0.25), (NEW, 0.083333, 0.111111)],
)
def test_known_campaigns_need_their_known_rates(campaign: tuple[float, ...], needed: float, for_target: float) -> None:
    *_, cpc, aov, break_even, target = campaign
    assert round(float(needed_conversion_rate(cpc, aov, break_even)), 6) == needed
    assert round(float(needed_conversion_rate(cpc, aov, target)), 6) == for_target


def test_five_days_of_stock_cap_a_healthy_campaign_at_forty() -> None:
    found, evidence, bid = scored(*HEALTHY, cover=5, in_budget=0.7)
    assert np.round(100 * found.parts[0], 2).tolist() == [99.88, 81.19, 98.53, 100, 70]
    assert (round(float(found.uncapped[0]), 1), float(found.score[0])) == (93.8, 40.0)
    assert (round(evidence, 3), round(bid, 3)) == (0.939, 0.617)


@pytest.mark.parametrize(
    ("sellable", "buy_box", "cover", "cap"),
    [
        (100, True, 60, 100),
        (0, True, 60, 10),
        (100, False, 60, 10),
        (100, True, 0, 10),
        (100, True, 6.9, 40),
        (100, True, 7, 70),
        (100, True, 13.9, 70),
        (100, True, 14, 100),
        (np.nan, True, np.nan, 100),
    ],
)
def test_stock_caps_the_score(sellable: float, buy_box: bool, cover: float, cap: float) -> None:
    assert float(stock_cap(sellable, buy_box, cover)) == cap


part = st.one_of(st.just(float("nan")), st.floats(0, 1))


@given(st.lists(part, min_size=5, max_size=5))
def test_points_given_and_lost_add_up_to_a_hundred_whatever_is_missing(parts: list[float]) -> None:
    found = score(1 - parts[0], parts[1], 1 - parts[2], parts[3], parts[4])
    missing = np.isnan(parts)
    assert found.parts.shape[-1] == len(PARTS)
    if missing.all():
        assert np.isnan(found.score)
        return
    assert float(found.points.sum()) == pytest.approx(100)
    assert float(found.score) == pytest.approx(100 - found.lost.sum())
    assert np.all(found.points[missing] == 0)
    assert np.all(found.lost[missing] == 0)
    assert -1e-9 <= float(found.score) <= 100 + 1e-9


@pytest.mark.parametrize(("impressions", "benchmark"), [(0, CTR), (1000, np.nan), (1000, 0), (np.nan, CTR)])
def test_a_click_through_rate_without_impressions_or_benchmark_is_a_missing_part(
    impressions: float, benchmark: float
) -> None:
    assert np.isnan(click_through_part(impressions, 5, benchmark))
