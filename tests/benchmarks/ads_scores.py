"""Scores of made campaigns beside the truth: whether those under 40 lose money, and those high up earn it."""

import numpy as np

from services.ads.domain.arrays import FloatArray
from services.ads.domain.completeness import effective_clicks
from services.ads.domain.roll_ups import group_sums
from services.ads.domain.scoring import CampaignColumns, CampaignJudgement, judge_campaigns
from services.ads.domain.term_actions import BALANCED
from tests.benchmarks.ads_accounts import Account, made_account
from tests.benchmarks.measurement import Measurement

ACCOUNTS, QUICK_ACCOUNTS, TERMS = 60, 10, 2_000
LOW_SCORE, LEAST_LOSING = 40.0, 0.90
BANDS = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 101))


def campaigns_of(account: Account) -> CampaignColumns:
    """The campaigns of a made account as a report shows them, with full budgets and stock unknown."""
    assert account.groups.campaign is not None
    assert account.groups.category is not None
    codes, mine = np.unique(account.groups.campaign, return_inverse=True)
    count = codes.size
    first = np.array([int(np.argmax(mine == code)) for code in range(count)])
    unknown = np.full(count, np.nan)

    def total(values: FloatArray) -> FloatArray:
        return group_sums(mine, count, values)

    def mean(values: FloatArray) -> FloatArray:
        return total(values * account.clicks) / total(account.clicks)

    break_even = mean(account.break_even_acos)
    return CampaignColumns(
        category=account.groups.category[first],
        price=mean(account.price),
        break_even_acos=break_even,
        target_acos=0.9 * break_even,
        benchmark_low=np.full(count, 0.07),
        benchmark_high=np.full(count, 0.10),
        benchmark_ctr=np.full(count, 0.0035),
        impressions=total(account.impressions),
        clicks=total(account.clicks),
        effective_clicks=total(effective_clicks(account.clicks_by_age)),
        cost=total(account.cost),
        orders=total(account.orders),
        sales=total(account.sales),
        time_in_budget=np.ones(count),
        capped=np.zeros(count, dtype=bool),
        sellable=unknown,
        has_buy_box=np.ones(count, dtype=bool),
        cover_days=unknown,
        lead_time_days=unknown,
        eligibility=("",) * count,
    )


def true_gain(account: Account) -> FloatArray:
    """What each campaign truly loses, negative where it earns."""
    assert account.groups.campaign is not None
    codes, mine = np.unique(account.groups.campaign, return_inverse=True)
    return group_sums(mine, codes.size, account.true_gain_of_negating)


def measure(quick: bool = False) -> list[Measurement]:
    """Share of campaigns that truly lose, by score; the limit is on those under 40 that are acted on.

    As with terms, a balanced seller acts on a loss that is likely with .7.
    """
    rng = np.random.default_rng(20260602)
    scores: list[FloatArray] = []
    losses: list[FloatArray] = []
    odds: list[FloatArray] = []
    for _ in range(QUICK_ACCOUNTS if quick else ACCOUNTS):
        account = made_account(rng, TERMS)
        columns = campaigns_of(account)
        found: CampaignJudgement = judge_campaigns(columns, account.benchmarks)
        scores.append(found.scores.score)
        losses.append(true_gain(account))
        odds.append(found.p_unprofitable)
    score, loss, unprofitable = np.concatenate(scores), np.concatenate(losses), np.concatenate(odds)
    acted = (score < LOW_SCORE) & (unprofitable >= BALANCED)
    under = score < LOW_SCORE
    result = [
        Measurement(
            "under 40 and acted on: truly losing",
            float((loss[acted] > 0).mean()),
            limit=LEAST_LOSING,
            must_be="at least",
            note=f"{acted.sum()} campaigns that lose with a probability of {BALANCED:g}",
        ),
        Measurement(
            "under 40 and acted on: truly losing, by money",
            float(loss[acted & (loss > 0)].sum() / np.abs(loss[acted]).sum()),
        ),
        Measurement("under 40: truly losing", float((loss[under] > 0).mean()), note=f"{under.sum()} campaigns"),
        Measurement("truly losing campaigns that score under 40", float((score[loss > 0] < LOW_SCORE).mean())),
    ]
    for low, high in BANDS:
        mine = (score >= low) & (score < high)
        result.append(
            Measurement(
                f"score {low} to {min(high, 100)}: truly losing",
                float((loss[mine] > 0).mean()) if mine.any() else float("nan"),
                note=f"{mine.sum()} campaigns",
            )
        )
    return result
