"""Made advertising accounts whose every true conversion rate is known: terms, and campaigns day by day."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit, logit

from services.ads.domain.arrays import FloatArray, IntArray
from services.ads.domain.completeness import AGES, DEFAULT_COMPLETENESS
from services.ads.domain.conversion import TermGroups

MATCH_TYPES = ("exact", "phrase", "broad", "none")
DELAYS = np.diff(np.asarray(DEFAULT_COMPLETENESS), prepend=0.0)


@dataclass(frozen=True, slots=True)
class Nature:
    """How an account's conversion rates differ: standard deviations of ln odds, and what is left to chance.

    As fitted to five real search-term reports: product lines .13 to .63, campaigns .12 to .25, targets at most .17,
    words .11 to .29, a tenth or two in ln odds for each deviation of CTR and CPC, a strength of 10 to 55.
    """

    categories: float = 0.45
    campaigns: float = 0.25
    ad_groups: float = 0.1
    targets: float = 0.1
    words: float = 0.2
    click_through: float = 0.1
    click_price: float = 0.08
    match_types: tuple[float, ...] = (0.25, 0.0, -0.15, -0.1)
    strength: float = 25.0
    misfits: float = 0.15  # share of terms that mean something else and hardly convert
    misfit_rate: float = 0.2
    one_click_tail: float = 1.0  # clicks are floor of a Pareto with this index: half of the terms have one
    most_clicks: float = 1500.0


PLAIN_NATURE = Nature(
    campaigns=0.35,
    ad_groups=0.0,
    targets=0.0,
    words=0.0,
    click_through=0.0,
    click_price=0.0,
    match_types=(0.0,) * 4,
    misfits=0.0,
)

STRONG_NATURE = Nature(campaigns=0.35, ad_groups=0.2, targets=0.15, words=0.25)


@dataclass(frozen=True, slots=True)
class Account:
    """What a report of n terms shows, and the truth behind it (`true_*`), which only judges see."""

    groups: TermGroups
    clicks_by_age: FloatArray  # (n, 8)
    clicks: FloatArray
    impressions: FloatArray
    cost: FloatArray
    orders: FloatArray
    sales: FloatArray
    price: FloatArray
    break_even_acos: FloatArray
    benchmarks: tuple[tuple[float, float], ...]
    true_rate: FloatArray
    true_order_value: FloatArray
    prior_weight: FloatArray = field(repr=False)  # (n, 2): the mixture each rate was drawn from
    prior_a: FloatArray = field(repr=False)
    prior_b: FloatArray = field(repr=False)

    @property
    def true_needed_rate(self) -> FloatArray:
        """The rate at which a term breaks even."""
        needed: FloatArray = self.cost / self.clicks / (self.true_order_value * self.break_even_acos)
        return needed

    @property
    def true_gain_of_negating(self) -> FloatArray:
        """Money saved when as many clicks again are not bought: their cost less the margin of their orders."""
        gain: FloatArray = self.cost - self.clicks * self.true_rate * self.true_order_value * self.break_even_acos
        return gain


def made_account(rng: np.random.Generator, terms: int = 2000, nature: Nature | None = None) -> Account:
    """One account: categories > campaigns > ad groups > targets > terms, with words, prices, lag and luck."""
    nature = nature or Nature()
    groups, odds = _structure(rng, terms, nature)
    assert groups.category is not None
    assert groups.campaign is not None
    n = terms
    clicks = np.minimum(np.floor((1 - rng.random(n)) ** (-1 / nature.one_click_tail)), nature.most_clicks)
    rate_of_clicks = rng.normal(np.log(0.004), 0.6, n)
    impressions = np.ceil(clicks / np.exp(rate_of_clicks))
    categories = int(groups.category.max()) + 1
    price = np.exp(rng.normal(np.log(28), 0.5, categories))[groups.category]
    price = price * np.exp(rng.normal(0, 0.15, int(groups.campaign.max()) + 1))[groups.campaign]
    break_even = rng.uniform(0.22, 0.42, categories)[groups.category]
    dearness = rng.normal(0, 1, n)
    # As deviations over the account; who knows the true prior knows these too.
    odds = odds + nature.click_through * _standard(rate_of_clicks)
    odds = odds + nature.click_price * dearness
    mean = np.clip(expit(odds), 1e-4, 0.6)
    weight = np.column_stack([np.full(n, 1 - nature.misfits), np.full(n, nature.misfits)])
    means = np.column_stack([mean, mean * nature.misfit_rate])
    a, b = means * nature.strength, (1 - means) * nature.strength
    drawn = (rng.random(n) < nature.misfits).astype(int)
    rate = rng.beta(a[np.arange(n), drawn], b[np.arange(n), drawn])
    # Bids follow what a campaign sells for, so that about half of the money is well spent.
    usual = price * break_even * expit(_mean_by(groups.campaign, odds))
    cpc = usual * np.exp(rng.normal(-0.05, 0.3, int(groups.campaign.max()) + 1))[groups.campaign]
    cpc = cpc * np.exp(0.3 * dearness)
    order_value = price * np.exp(rng.normal(0, 0.15, n))
    by_age = _clicks_by_age(rng, clicks)
    orders = rng.binomial(by_age.astype(np.int64), rate[:, None] * np.asarray(DEFAULT_COMPLETENESS)).sum(axis=1)
    spread = np.exp(rng.normal(0, 0.35 / np.sqrt(np.maximum(orders, 1)), n))
    return Account(
        groups=groups,
        clicks_by_age=by_age,
        clicks=clicks,
        impressions=impressions,
        cost=clicks * cpc,
        orders=orders.astype(float),
        sales=orders * order_value * spread,
        price=price,
        break_even_acos=break_even,
        benchmarks=((0.07, 0.10),) * categories,
        true_rate=rate,
        true_order_value=order_value,
        prior_weight=weight,
        prior_a=a,
        prior_b=b,
    )


@dataclass(frozen=True, slots=True)
class CampaignDays:
    """Campaigns day by day: clicks (n, days), and orders by day of click and delay of the report (n, days, 8).

    `change_day` (n,) is the day from which the rate is `change` times as high, or -1 where nothing happens.
    """

    clicks: IntArray
    orders_by_delay: IntArray
    rate: FloatArray
    change_day: IntArray
    change: FloatArray

    def reported(self, today: int) -> IntArray:
        """Orders (n, today + 1) by day of click, as a report drawn at the end of day `today` shows them."""
        seen = self.orders_by_delay[:, : today + 1].cumsum(axis=2)
        age = np.minimum(today - np.arange(today + 1), AGES - 1)
        shown: IntArray = seen[:, np.arange(today + 1), age]
        return shown


def made_campaign_days(
    rng: np.random.Generator,
    campaigns: int = 400,
    days: int = 150,
    changed: float = 0.0,
    change: float = 0.5,
    first_change_day: int = 70,
    last_change_day: int = 130,
) -> CampaignDays:
    """Daily series of campaigns of all sizes, a share of them with a rate that changes on a random day.

    Weekdays differ, clicks wander from week to week, the rate of a day varies a little for no reason, and the
    last days are incomplete as `DEFAULT_COMPLETENESS` has it.
    """
    level = np.exp(rng.normal(np.log(18), 0.9, campaigns))
    weekday = 1 + 0.15 * np.sin(2 * np.pi * (np.arange(days) / 7 + rng.random((campaigns, 1))))
    wander = np.exp(np.cumsum(rng.normal(0, 0.03, (campaigns, days)), axis=1))
    clicks = rng.poisson(level[:, None] * weekday * wander)
    rate = np.clip(expit(rng.normal(logit(0.09), 0.5, campaigns)), 0.01, 0.4)
    change_day = np.where(
        rng.random(campaigns) < changed, rng.integers(first_change_day, last_change_day + 1, campaigns), -1
    )
    after = (change_day >= 0)[:, None] & (np.arange(days) >= change_day[:, None])
    by_day = rate[:, None] * np.where(after, change, 1.0) * np.exp(rng.normal(0, 0.05, (campaigns, days)))
    orders = rng.binomial(clicks, np.minimum(by_day, 0.9))
    delayed = rng.multinomial(orders, DELAYS / DELAYS.sum())
    return CampaignDays(clicks, delayed, rate, change_day, np.where(change_day >= 0, change, 1.0))


def _structure(rng: np.random.Generator, terms: int, nature: Nature) -> tuple[TermGroups, FloatArray]:
    """Groups of the terms and the ln odds that they and their words bring."""
    categories = int(rng.integers(2, 5))
    campaigns = max(categories, round(terms / 90))
    category_of = np.concatenate([np.arange(categories), rng.integers(0, categories, campaigns - categories)])
    share = rng.dirichlet(np.full(campaigns, 0.8))
    campaign = rng.choice(campaigns, terms, p=share)
    ad_group = campaign * 3 + rng.integers(0, 3, terms) % (1 + campaign % 3)
    target = ad_group * 6 + np.minimum(rng.geometric(0.35, terms), 6) - 1
    match_of = rng.choice(4, campaigns * 18, p=(0.2, 0.2, 0.3, 0.3))
    match_type = match_of[target]
    category = category_of[campaign]
    odds = logit(0.085) + rng.normal(0, nature.categories, categories)[category]
    odds = odds + rng.normal(0, nature.campaigns, campaigns)[campaign]
    odds = odds + rng.normal(0, nature.ad_groups, campaigns * 3)[ad_group]
    odds = odds + rng.normal(0, nature.targets, campaigns * 18)[target]
    odds = odds + np.asarray(nature.match_types)[match_type]
    words_each = rng.integers(2, 5, terms)
    vocabulary = 120
    usual = 1 / (3 + np.arange(vocabulary))
    worth = rng.normal(0, nature.words, (categories, vocabulary))
    texts = []
    for row in range(terms):
        words = rng.choice(vocabulary, words_each[row], replace=False, p=usual / usual.sum())
        odds[row] += worth[category[row], words].sum()
        texts.append(" ".join(f"w{category[row]}x{word}" for word in words))
    return TermGroups(category, campaign, ad_group, target, match_type, tuple(texts)), odds


def _clicks_by_age(rng: np.random.Generator, clicks: FloatArray) -> FloatArray:
    """Clicks spread over sixty days as ages 0..6 and 7+."""
    chances = np.append(np.full(AGES - 1, 1 / 60), (60 - AGES + 1) / 60)
    return rng.multinomial(clicks.astype(np.int64), chances).astype(float)


def _standard(values: FloatArray) -> FloatArray:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))


def _mean_by(codes: IntArray, values: FloatArray) -> FloatArray:
    return np.asarray((np.bincount(codes, values) / np.maximum(np.bincount(codes), 1))[codes])
