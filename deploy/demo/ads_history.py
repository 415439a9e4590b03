"""Decides what the demo seller's campaigns did day by day: clicks, cost, orders and when each order was reported.

Every report is a sum of these, so that all of them tell the same; no day has more orders from ads than were sold.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from deploy.demo.ads_catalogue import CAMPAIGNS, DAYS, Campaign
from deploy.demo.history import Ints, ListingHistory, random_for

# The share of a day's orders that Amazon reports after 0 to 6 days, and all of them after seven.
REPORTED = np.array([0.55, 0.72, 0.81, 0.87, 0.90, 0.94, 0.97, 1.0])
PLACEMENTS = 3
_CPC_SHARE = 0.86  # a click costs about so much of its bid
_CAPPED_SPREAD = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class CampaignHistory:
    """One campaign over DAYS days, oldest first; t terms in the order of the targets, lags 0..7 days.

    `clicks` and `cents` (days, t); `orders` (days, t, lags) by when they were first reported; `impressions` (days, t)
    of terms, and `target_impressions` (days, targets), which have those of terms without clicks too. `at_placement`
    (days, t, placements) splits the clicks, `orders_at` (days, placements, lags) the orders.
    """

    campaign: Campaign
    listing: ListingHistory
    first_date: date
    clicks: Ints
    cents: Ints
    orders: Ints
    impressions: Ints
    target_impressions: Ints
    at_placement: Ints
    orders_at: Ints

    @property
    def amazon_id(self) -> int:
        """An invented id of 15 digits."""
        return invented_id(self.campaign.marketplace, self.campaign.name)

    @property
    def target_of_term(self) -> list[int]:
        """The row of each term's target."""
        return [row for row, target in enumerate(self.campaign.targets) for _ in target.terms]

    @property
    def price(self) -> Decimal:
        """What an order is worth."""
        return self.listing.listing.price


def invented_id(*names: str) -> int:
    """A number of 15 digits that is the same for the same names."""
    return 100_000_000_000_000 + zlib.crc32("/".join(names).encode()) * 97


def campaign_histories(histories: Sequence[ListingHistory], today: date, seed: int) -> list[CampaignHistory]:
    """What each campaign did up to the day before `today`; the same for the same arguments."""
    by_sku = {(each.listing.marketplace, each.listing.seller_sku): each for each in histories}
    drawn = [_drawn(each, by_sku[each.marketplace, each.seller_sku], seed) for each in CAMPAIGNS]
    left: dict[str, Ints] = {}
    kept = []
    for campaign, (clicks, bought) in zip(CAMPAIGNS, drawn, strict=True):
        listing = by_sku[campaign.marketplace, campaign.seller_sku]
        stock = left.setdefault(campaign.seller_sku, listing.sold[-DAYS:].copy())
        kept.append(_finished(campaign, listing, clicks, bought, stock, today, seed))
    return kept


def _drawn(campaign: Campaign, listing: ListingHistory, seed: int) -> tuple[Ints, Ints]:
    """Clicks and orders (days, terms) as shoppers would like them."""
    random = random_for(seed, campaign.name, "clicks")
    usual = np.array([t.clicks * e.weight / sum(x.weight for x in t.terms) for t in campaign.targets for e in t.terms])
    chance = np.array([term.conversion for target in campaign.targets for term in target.terms])
    # Nobody sees an ad of what is not on the shelf; busy days bring more shoppers.
    sold = listing.sold[-DAYS:].astype(float)
    mean = max(float(sold.mean()), 0.1)
    busy = np.clip(0.75 + 0.25 * sold / mean, 0.75, 1.6)
    on_sale = (listing.sellable[-DAYS:] > 0) | (sold > 0)
    clicks = random.poisson(usual * (busy * on_sale)[:, None])
    bids = np.array([target.bid for target in campaign.targets for _ in target.terms])
    wanted = clicks @ bids * _CPC_SHARE
    limit = campaign.daily_budget * (1 - np.abs(random.normal(0, _CAPPED_SPREAD, DAYS)))
    share = np.minimum(1.0, limit / np.maximum(wanted, 1e-9))
    clicks = np.where(share[:, None] < 1, random.binomial(clicks, share[:, None]), clicks)
    rate = np.tile(chance, (DAYS, 1))
    if campaign.conversion_falls is not None:
        days, factor = campaign.conversion_falls
        rate[-days:] *= factor
    return clicks, random.binomial(clicks, rate)


def _finished(
    campaign: Campaign,
    listing: ListingHistory,
    clicks: Ints,
    bought: Ints,
    stock: Ints,
    today: date,
    seed: int,
) -> CampaignHistory:
    """Orders no more than were sold, with the days until they are reported; impressions, cost and placements."""
    random = random_for(seed, campaign.name, "orders")
    terms = clicks.shape[1]
    orders = np.zeros((DAYS, terms, REPORTED.size), dtype=np.int64)
    at_placement = np.zeros((DAYS, terms, PLACEMENTS), dtype=np.int64)
    orders_at = np.zeros((DAYS, PLACEMENTS, REPORTED.size), dtype=np.int64)
    lags = np.diff(REPORTED, prepend=0.0)
    shares = np.array(campaign.placements) / sum(campaign.placements)
    for day in range(DAYS):
        most = min(int(bought[day].sum()), int(stock[day]))
        own = random.multivariate_hypergeometric(bought[day], most)
        stock[day] -= most
        orders[day] = random.multinomial(own, lags)
        at_placement[day] = random.multinomial(clicks[day], shares)
        clicked = at_placement[day].sum(axis=0)
        # An order stands where a click stood.
        chance = clicked / clicked.sum() if clicked.sum() else shares
        orders_at[day] = random.multinomial(orders[day].sum(axis=0), chance).T
    bids = np.array([target.bid for target in campaign.targets for _ in target.terms])
    price = bids * _CPC_SHARE * random.normal(1, 0.07, (DAYS, terms)).clip(0.7, 1.16)
    seen = clicks + random.poisson(clicks * (1 / campaign.click_through - 1))
    targets = len(campaign.targets)
    of_target = [row for row, target in enumerate(campaign.targets) for _ in target.terms]
    target_seen = np.zeros((DAYS, targets), dtype=np.int64)
    for term, row in enumerate(of_target):
        target_seen[:, row] += seen[:, term]
    # Terms that nobody clicked are in no search-term report, but their impressions count for their target.
    target_seen += random.poisson(target_seen * 0.3)
    return CampaignHistory(
        campaign,
        listing,
        today - timedelta(days=DAYS),
        clicks.astype(np.int64),
        np.rint(100 * clicks * price).astype(np.int64),
        orders,
        seen.astype(np.int64),
        target_seen,
        at_placement,
        orders_at,
    )


def reported_orders(history: CampaignHistory, pulled_days_ago: int) -> Ints:
    """Orders (days, terms) that are known when a report is pulled so many days before `today`."""
    return _known(history.orders, pulled_days_ago)


def reported_orders_at(history: CampaignHistory, pulled_days_ago: int) -> Ints:
    """The same by placement (days, placements)."""
    return _known(history.orders_at, pulled_days_ago)


def _known(orders: Ints, pulled_days_ago: int) -> Ints:
    """Of `orders` (days, n, lags) those whose lag had passed; a day is one day old when the next one begins."""
    ages = np.arange(DAYS, 0, -1) - pulled_days_ago
    seen = np.arange(REPORTED.size)[None, :] <= ages[:, None]
    known: Ints = (orders * seen[:, None, :]).sum(axis=2)
    return known


def split_cents(cents: Ints, weights: Ints) -> Ints:
    """Whole cents (n,) of each row over its columns by `weights` (n, k), adding up to exactly as many."""
    total = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, total, out=np.zeros(weights.shape), where=total > 0)
    upto = np.rint(np.cumsum(share, axis=1) * cents[:, None]).astype(np.int64)
    parts: Ints = np.diff(upto, axis=1, prepend=0)
    return parts


def by_name(histories: Sequence[CampaignHistory]) -> Mapping[str, CampaignHistory]:
    """The campaigns by name."""
    return {each.campaign.name: each for each in histories}
