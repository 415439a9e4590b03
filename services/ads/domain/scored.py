"""What a scoring run is given of everything that is advertised, and what it says of each; plain arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.roll_ups import group_sums


class Level(StrEnum):
    """What a score is of."""

    ACCOUNT = "account"
    PORTFOLIO = "portfolio"
    CAMPAIGN = "campaign"
    AD_GROUP = "ad_group"
    TARGET = "target"
    SEARCH_TERM = "search_term"
    PRODUCT = "product"


class InventoryState(StrEnum):
    """Whether the inventory service said what a run needs to know of stock."""

    ANSWERED = "answered"
    PARTLY = "partly"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Sums over the window of n subjects, arrays (n,); `impressions` NaN where no report says them."""

    impressions: FloatArray
    clicks: FloatArray
    effective_clicks: FloatArray
    cost: FloatArray
    orders: FloatArray
    sales: FloatArray

    def summed(self, group: IntArray, count: int) -> "Figures":
        """Added up to `count` groups; rows of group -1 belong nowhere. Impressions stay unknown only as a whole."""
        return Figures(**{name: group_sums(group, count, getattr(self, name)) for name in self.__dataclass_fields__})

    def of(self, rows: IntArray) -> "Figures":
        """Those of the rows."""
        return Figures(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def no_figures(count: int) -> Figures:
    """Nothing of n subjects."""
    zero = np.zeros(count)
    return Figures(impressions=zero, clicks=zero, effective_clicks=zero, cost=zero, orders=zero, sales=zero)


@dataclass(frozen=True, slots=True)
class Market:
    """An account in a marketplace: all its money is in one currency."""

    ad_account_id: UUID
    marketplace: str
    currency: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is usual for a category in a marketplace; `click_through_rate` NaN where nothing is known."""

    conversion_rate_low: float
    conversion_rate_high: float
    click_through_rate: float
    cost_per_click: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """n campaigns; arrays (n,), NaN unknown, -1 belongs to none.

    `portfolio` codes into the names of the account's portfolios; `category` into the benchmarks. The days are the
    last `daily_orders.shape[1]` up to the day before the run, shape (n, days), the latest last; `has_days` is
    whether any daily figures are known. `hours_since_change` NaN: never. `days_told` (n,) are the days of the window
    that the figures are of, `is_told` (n, days) which of the days a daily report covers, so that nothing then is
    nothing. `goal_factor` is the share of break-even that the campaign's goal aims for, NaN without a goal.
    `paused_for_stock` are those that we paused for stock and that nobody has run since; None: none. `is_clearance`
    are those whose goal is to sell off; None: none.
    """

    ids: Sequence[UUID]
    market: IntArray
    portfolio: IntArray
    category: IntArray
    is_brand: BoolArray
    is_enabled: BoolArray
    daily_budget: FloatArray
    hours_since_change: FloatArray
    figures: Figures
    has_days: BoolArray
    days_told: IntArray
    is_told: BoolArray
    goal_factor: FloatArray
    daily_impressions: FloatArray
    daily_effective_clicks: FloatArray
    daily_orders: FloatArray
    daily_cost: FloatArray
    paused_for_stock: BoolArray | None = None
    is_clearance: BoolArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdGroupFacts:
    """n ad groups by the row of their campaign."""

    ids: Sequence[UUID]
    campaign: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """n targets by the row of their ad group; `bid` NaN where no file says it, `match` a code of MatchType.

    `is_enabled` with their ad group. `bid_before_stock` is the bid before stock lowered it, while it is still as stock
    lowered it; NaN where it is not, None where it lowered none.
    """

    ids: Sequence[UUID]
    ad_group: IntArray
    match: IntArray
    is_enabled: BoolArray
    bid: FloatArray
    text: Sequence[str]
    hours_since_change: FloatArray
    figures: Figures
    bid_before_stock: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTermFacts:
    """n search terms by the row of their target; `is_negated` where a negative keeps the ads away already, or will once
    what was applied lately arrives.

    `key` is the text as it is compared (`name_key`), `words` its number, alike for the same words.
    """

    ids: Sequence[UUID]
    target: IntArray
    text: Sequence[str]
    key: Sequence[str]
    words: IntArray
    is_negated: BoolArray
    hours_since_change: FloatArray
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """n advertised products; arrays (n,), NaN unknown.

    `total_sales` are all sales of the window; `sellable` and `arriving` (within the lead time) in units,
    `daily_units` of the last weeks. `figures` are of the advertised-product report. `is_by_stage` is whether the
    target follows from the stage alone, which a campaign's goal overrules. `storage_share` is the storage that the
    sale of one saves as a share of its price, which a clearance may spend; None: none.
    """

    ids: Sequence[UUID]
    market: IntArray
    category: IntArray
    price: FloatArray
    break_even_acos: FloatArray
    target_acos: FloatArray
    is_by_stage: BoolArray
    sellable: FloatArray
    arriving: FloatArray
    daily_units: FloatArray
    lead_time_days: FloatArray
    total_sales: FloatArray
    figures: Figures
    storage_share: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdFacts:
    """n ads: which product stands in which ad group, with its cost and units in the window."""

    ad_group: IntArray
    product: IntArray
    cost: FloatArray
    units: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFacts:
    """n placements by the row of their campaign; `placement` a code of Placement, `modifier` a share, NaN unknown."""

    ids: Sequence[UUID]
    campaign: IntArray
    placement: IntArray
    modifier: FloatArray
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertisingFacts:
    """Everything that one run is about; `window_days` that the figures are of.

    `all_sales` (markets, 2): all sales, organic included, of the four whole weeks before the last four and of the
    last four; NaN where inventory does not say. `market_sales` (markets,) likewise those of the window.
    """

    window_days: int
    markets: Sequence[Market]
    all_sales: FloatArray
    market_sales: FloatArray
    portfolios: Sequence[tuple[int, str]]
    benchmarks: Sequence[Benchmark]
    campaigns: CampaignFacts
    ad_groups: AdGroupFacts
    targets: TargetFacts
    terms: SearchTermFacts
    products: ProductFacts
    ads: AdFacts
    placements: PlacementFacts
    inventory: InventoryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What is said of n subjects of a level; arrays (n,), NaN where it cannot be said. Money over the window."""

    figures: Figures
    total_sales: FloatArray
    order_value: FloatArray
    break_even_acos: FloatArray
    target_acos: FloatArray
    expected_cvr: FloatArray
    cvr_low: FloatArray
    cvr_high: FloatArray
    p_unprofitable: FloatArray
    p_target: FloatArray
    p_below_benchmark: FloatArray
    evidence: FloatArray
    parts: FloatArray
    points: FloatArray
    lost: FloatArray
    cap: FloatArray
    score: FloatArray
    wasted_spend: FloatArray
    missed_sales: FloatArray
