"""Lays out what was read for a scoring run: places become row numbers, what is not known becomes NaN."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, Identifiers, IntArray, numbered
from services.ads.domain.completeness import AGES, DEFAULT_COMPLETENESS, DayPull, learn_completeness
from services.ads.domain.conversion_prior import BENCHMARK
from services.ads.domain.economics import DEFAULT_STAGE_FACTORS, Stage
from services.ads.domain.names import name_keys, product_of
from services.ads.domain.report_periods import Period, choose_periods
from services.ads.domain.scored import (
    AdFacts,
    AdGroupFacts,
    AdvertisingFacts,
    Benchmark,
    CampaignFacts,
    Figures,
    InventoryState,
    Market,
    PlacementFacts,
    ProductFacts,
    SearchTermFacts,
    TargetFacts,
)
from services.ads.domain.vocabulary import Granularity, MatchType, Placement, Report, State

WATCHED_DAYS = 84
DEFAULT_CTR = 0.0035
NEARLY_ALL = 0.9  # a report that tells of so many of the days that the best one does is as good as it
# Of the reports that tell of nearly as many days the best: the campaign's own, else the most complete of its parts.
REPORTS_BY_TRUST = (
    Report.CAMPAIGNS,
    Report.PLACEMENTS,
    Report.TARGETS,
    Report.AD_GROUPS,
    Report.ADVERTISED_PRODUCTS,
    Report.SEARCH_TERMS,
)
GRANULARITIES = tuple(Granularity)
DAILY = GRANULARITIES.index(Granularity.DAILY)
MATCHES = tuple(MatchType)
PLACEMENTS = tuple(Placement)

Rows = Sequence[Mapping[str, Any]]
Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PullColumns:
    """What each pull said of a campaign's day or period: n rows as columns (n,), figures NaN where it did not say.

    `campaign` is the campaign's row, `report` and `granularity` are codes of REPORTS_BY_TRUST and GRANULARITIES. Days
    are ordinals: `first` to `last` what is told of, `pull_first` to `pull_last` the whole report, `pulled` when it was
    made. The rows of one campaign, report, granularity and day or period are in the order of their pulls, the newest
    last: that is the current one.
    """

    campaign: IntArray
    report: IntArray
    granularity: IntArray
    first: IntArray
    last: IntArray
    pull_first: IntArray
    pull_last: IntArray
    pulled: IntArray
    is_current: BoolArray
    impressions: FloatArray
    clicks: FloatArray
    cost: FloatArray
    orders: FloatArray
    sales: FloatArray

    def of(self, rows: IntArray) -> "PullColumns":
        """Those of the rows."""
        return PullColumns(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class TargetColumns:
    """Targets as columns; `match` is a code of MATCHES, `bid` NaN where only the ad group has one.

    `is_enabled` with their ad group; `bid_before_stock` is the bid before stock lowered it, NaN where it did not or
    where somebody has set another bid since.
    """

    ids: Identifiers
    ad_group_ids: Identifiers
    match: IntArray
    is_enabled: BoolArray
    bid: FloatArray
    bid_before_stock: FloatArray
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class AdColumns:
    """Product ads as columns: where each stands, and what it is for."""

    ids: Identifiers
    ad_group_ids: Identifiers
    product_ids: Identifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRows:
    """What was read for a run whose window ends the day before `as_of_date`, as the tables hold it.

    `sums` by report: columns of equal length, one row per subject; those of search terms also say their `target_id` and
    `text`. `pulls` are all of the last months; `counts` (n,) which of them are current and count in the window's sums;
    `changes` when subjects were last changed, `ended` the search terms that a change of ours keeps away or will.
    `all_sales` by (account, marketplace): those of the four weeks before the last four, and of the last four;
    `market_sales` likewise those of the window, and `product_sales` those by product. `asked_at` is when inventory
    was asked: what it said of stock before is not what it says now; None: it was not asked.
    """

    as_of_date: date
    window_days: int
    now: datetime
    campaigns: Rows
    ad_groups: Rows
    targets: TargetColumns
    products: Rows
    product_ads: AdColumns
    placements: Rows
    negatives: Rows
    benchmarks: Rows
    pulls: PullColumns
    counts: BoolArray
    changes: Mapping[UUID, datetime]
    sums: Mapping[Report, Columns]
    all_sales: Mapping[tuple[UUID, str], tuple[float, float]]
    product_sales: Mapping[UUID, float]
    inventory: InventoryState
    completeness: Sequence[float]
    market_sales: Mapping[tuple[UUID, str], float] = field(default_factory=dict)
    asked_at: datetime | None = None
    ended: Sequence[UUID] = ()


def completeness_of(pulls: PullColumns) -> tuple[tuple[float, ...], bool]:
    """F for ages 0..6 and 7+ days from what successive pulls said of the same days; whether there were any such.

    Of the reports that told a campaign's day more than once the most trusted counts. Of several pulls at one age the
    last row counts, as `PullColumns` orders them: it is the newest.
    """
    days = pulls.of(np.flatnonzero((pulls.granularity == DAILY) & ~np.isnan(pulls.orders)))
    _, day = np.unique(np.stack([days.campaign, days.first], axis=1), axis=0, return_inverse=True)
    _, told, times = np.unique(day * len(REPORTS_BY_TRUST) + days.report, return_inverse=True, return_counts=True)
    again = times[told] > 1
    best = np.full(day.max(initial=-1) + 1, len(REPORTS_BY_TRUST))
    np.minimum.at(best, day[again], days.report[again])
    rows = np.flatnonzero(again & (days.report == best[day]))
    if not rows.size:
        return tuple(DEFAULT_COMPLETENESS), False
    columns = (days.campaign, days.first, days.pulled - days.first, days.orders)
    seen = zip(*(column[rows].tolist() for column in columns), strict=True)
    learned = learn_completeness([DayPull(str(campaign), *rest) for campaign, *rest in seen])
    return tuple(float(share) for share in learned), True


def counting_rows(pulls: PullColumns, campaigns: Sequence[UUID], first: date, last: date) -> BoolArray:
    """Which rows (n,) count between two dates: the current days, and the periods beside them (`choose_periods`)."""
    is_daily = pulls.granularity == DAILY
    counts = pulls.is_current & is_daily
    coarse = pulls.is_current & ~is_daily
    for report in np.unique(pulls.report[coarse]).tolist():
        told = pulls.is_current & (pulls.report == report)
        concerned = np.isin(pulls.campaign, pulls.campaign[told & coarse])
        row_of = {_period(pulls, campaigns, row): row for row in np.flatnonzero(told & concerned).tolist()}
        counts[[row_of[period] for period in choose_periods(row_of, first, last)]] = True
    return np.asarray(counts)


def _period(pulls: PullColumns, campaigns: Sequence[UUID], row: int) -> Period:
    ends = (pulls.first, pulls.last, pulls.pull_first, pulls.pull_last)
    return Period(
        campaigns[int(pulls.campaign[row])],
        GRANULARITIES[int(pulls.granularity[row])],
        *(date.fromordinal(int(days[row])) for days in ends),
    )


def advertising_facts(rows: ScoringRows) -> AdvertisingFacts:
    """Everything of a run as arrays; see `scored` for shapes."""
    markets, market_row = _markets(rows)
    benchmarks, benchmark_row = _benchmarks(rows)
    campaign_row = {row["id"]: number for number, row in enumerate(rows.campaigns)}
    groups = AdGroupFacts(
        ids=[row["id"] for row in rows.ad_groups],
        campaign=_codes(campaign_row[row["campaign_id"]] for row in rows.ad_groups),
    )
    group_ids = Identifiers.of(groups.ids)
    targets = _targets(rows, group_ids)
    ad_products = rows.product_ads.product_ids.places_in(Identifiers.of(row["id"] for row in rows.products))
    ads = _ads(rows, group_ids, ad_products)
    campaigns, portfolios = _campaigns(rows, market_row, benchmark_row, _categories(rows, groups, ads))
    return AdvertisingFacts(
        window_days=rows.window_days,
        markets=markets,
        all_sales=np.array(
            [rows.all_sales.get((market.ad_account_id, market.marketplace), (np.nan, np.nan)) for market in markets],
            dtype=float,
        ).reshape(-1, 2),
        market_sales=np.array(
            [rows.market_sales.get((market.ad_account_id, market.marketplace), np.nan) for market in markets],
            dtype=float,
        ),
        portfolios=portfolios,
        benchmarks=benchmarks,
        campaigns=campaigns,
        ad_groups=groups,
        targets=targets,
        terms=_terms(rows, targets, groups),
        products=_products(rows, market_row, benchmark_row, ad_products),
        ads=ads,
        placements=_placements(rows, campaign_row),
        inventory=rows.inventory,
    )


def _codes(values: Any) -> IntArray:
    return np.fromiter(values, dtype=np.intp)


def _numbers(rows: Rows, name: str) -> FloatArray:
    return np.array([np.nan if row[name] is None else float(row[name]) for row in rows], dtype=float)


def _markets(rows: ScoringRows) -> tuple[list[Market], dict[tuple[UUID, str], int]]:
    """Accounts in marketplaces that advertise, those of campaigns and products; their money is the marketplace's."""
    currencies = {(row["ad_account_id"], row["marketplace"]): row["currency"] for row in rows.campaigns}
    currencies |= {(row["ad_account_id"], row["marketplace"]): row["currency"] for row in rows.products}
    keys = sorted(currencies, key=lambda key: (str(key[0]), key[1]))
    return [Market(*key, currencies[key]) for key in keys], {key: number for number, key in enumerate(keys)}


def _benchmarks(rows: ScoringRows) -> tuple[list[Benchmark], Callable[[str, str | None, str], int]]:
    """Benchmarks as they are met, and the row of a marketplace and category: its own, else the nearest wider one."""
    known = {(row["marketplace_key"], row["category_key"]): row for row in rows.benchmarks}
    made: list[Benchmark] = []
    places: dict[tuple[str, str, str], int] = {}

    def row_of(marketplace: str, category: str | None, currency: str) -> int:
        name = (category or "").lower()
        key = (marketplace.upper(), name, currency)
        if key not in places:
            wider = ((key[0], name), ("", name), (key[0], ""), ("", ""))
            found = next((known[each] for each in wider if each in known), None)
            places[key] = len(made)
            made.append(_benchmark(found, currency))
        return places[key]

    return made, row_of


def _benchmark(row: Mapping[str, Any] | None, currency: str) -> Benchmark:
    if row is None:
        return Benchmark(*BENCHMARK, DEFAULT_CTR, np.nan)
    cpc = row["cost_per_click"] if row["cost_per_click_currency"] == currency else None
    return Benchmark(
        row["conversion_rate_low"],
        row["conversion_rate_high"],
        DEFAULT_CTR if row["click_through_rate"] is None else row["click_through_rate"],
        np.nan if cpc is None else cpc,
    )


def _categories(rows: ScoringRows, groups: AdGroupFacts, ads: AdFacts) -> list[str | None]:
    """The category of each campaign: its own, else that of the products that most was spent on."""
    spent: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    campaign = groups.campaign[ads.ad_group]
    for row, product, cost in zip(campaign.tolist(), ads.product.tolist(), ads.cost.tolist(), strict=True):
        category = rows.products[product]["category"]
        if category:
            spent[row][category] += cost
    dearest = {row: max(sorted(costs), key=costs.__getitem__) for row, costs in spent.items()}
    return [row["category"] or dearest.get(number) for number, row in enumerate(rows.campaigns)]


def _campaigns(
    rows: ScoringRows,
    market_row: Mapping[tuple[UUID, str], int],
    benchmark_row: Callable[[str, str | None, str], int],
    categories: Sequence[str | None],
) -> tuple[CampaignFacts, list[tuple[int, str]]]:
    portfolios: dict[tuple[int, str], int] = {}
    portfolio = []
    market = [market_row[row["ad_account_id"], row["marketplace"]] for row in rows.campaigns]
    for number, row in enumerate(rows.campaigns):
        name = row["portfolio"]
        portfolio.append(portfolios.setdefault((market[number], name), len(portfolios)) if name else -1)
    figures, days, told = _campaign_figures(rows)
    factors = {stage.value: factor for stage, factor in DEFAULT_STAGE_FACTORS.items()}
    return (
        CampaignFacts(
            ids=[row["id"] for row in rows.campaigns],
            market=_codes(market),
            portfolio=_codes(portfolio),
            category=_codes(
                benchmark_row(row["marketplace"], category, row["currency"])
                for row, category in zip(rows.campaigns, categories, strict=True)
            ),
            is_brand=np.array([row["is_brand_defence"] is True for row in rows.campaigns], dtype=bool),
            is_enabled=np.array([row["state"] in (None, State.ENABLED) for row in rows.campaigns], dtype=bool),
            daily_budget=_numbers(rows.campaigns, "daily_budget"),
            hours_since_change=_hours(rows, [row["id"] for row in rows.campaigns]),
            figures=figures,
            has_days=days[0],
            days_told=told[0],
            is_told=told[1],
            goal_factor=np.array([factors.get(row["goal"], np.nan) for row in rows.campaigns], dtype=float),
            daily_impressions=days[1],
            daily_effective_clicks=days[2],
            daily_orders=days[3],
            daily_cost=days[4],
            paused_for_stock=np.array([row["paused_for_stock"] for row in rows.campaigns], dtype=bool),
            is_clearance=np.array([row["goal"] == Stage.CLEARANCE for row in rows.campaigns], dtype=bool),
        ),
        list(portfolios),
    )


def _campaign_figures(
    rows: ScoringRows,
) -> tuple[Figures, tuple[BoolArray, FloatArray, FloatArray, FloatArray, FloatArray], tuple[IntArray, BoolArray]]:
    """Sums of the window and the last days by campaign, each from the report that tells the campaign best, and what
    days that is: how many of the window, and which it tells one by one."""
    count, days = len(rows.campaigns), max(WATCHED_DAYS, rows.window_days)
    end = rows.as_of_date.toordinal()
    told = rows.pulls.is_current & ~np.isnan(rows.pulls.clicks)
    counting = rows.pulls.of(np.flatnonzero(told & rows.counts))
    covered = _days_told(counting, count, end - rows.window_days, end)
    known = covered.sum(axis=2)
    best = np.argmax((known >= NEARLY_ALL * known.max(axis=1, keepdims=True)) & (known > 0), axis=1)
    chosen = np.flatnonzero(counting.report == best[counting.campaign])
    pulls = counting.of(chosen)
    ages = pulls.pulled - pulls.last, pulls.pulled - pulls.first
    values = {
        name: np.nan_to_num(getattr(pulls, name)) for name in ("impressions", "clicks", "cost", "orders", "sales")
    }
    values["effective_clicks"] = values["clicks"] * _shares(np.asarray(rows.completeness, dtype=float), *ages)
    inside = np.flatnonzero(pulls.first >= end - rows.window_days)
    campaign = pulls.campaign[inside]
    sums = {name: np.bincount(campaign, column[inside], count) for name, column in values.items()}
    seen = np.bincount(campaign, ~np.isnan(pulls.impressions[inside]), count) > 0
    sums["impressions"] = np.where(seen, sums["impressions"], np.nan)
    day = pulls.first - (end - days)
    daily = np.flatnonzero((pulls.granularity == DAILY) & (day >= 0) & (day < days))
    place = pulls.campaign[daily] * days + day[daily]
    impressions, clicks, orders, cost = (
        np.bincount(place, values[name][daily], count * days).reshape(count, days)
        for name in ("impressions", "effective_clicks", "orders", "cost")
    )
    has_days = np.bincount(pulls.campaign[daily], minlength=count) > 0
    by_day = _days_told(pulls.of(np.flatnonzero(pulls.granularity == DAILY)), count, end - days, end)
    days_told = np.asarray(known[np.arange(count), best])
    return Figures(**sums), (has_days, impressions, clicks, orders, cost), (days_told, np.asarray(by_day.any(axis=1)))


def _days_told(pulls: PullColumns, count: int, start: int, end: int) -> BoolArray:
    """Which days from `start` to before `end` each report tells of a campaign: (campaigns, reports, days).

    A daily report that names the campaign tells of all its days, also of those on which it had nothing.
    """
    is_daily = pulls.granularity == DAILY
    first = np.where(is_daily, np.minimum(pulls.first, pulls.pull_first), pulls.first)
    last = np.where(is_daily, np.maximum(pulls.last, pulls.pull_last), pulls.last)
    opens, closes = np.clip(first - start, 0, end - start), np.clip(last + 1 - start, 0, end - start)
    shape = count, len(REPORTS_BY_TRUST), end - start + 1
    place = (pulls.campaign * shape[1] + pulls.report) * shape[2]
    steps = np.bincount(place + opens, minlength=np.prod(shape)) - np.bincount(
        place + np.maximum(closes, opens), minlength=np.prod(shape)
    )
    return np.asarray(np.cumsum(steps.reshape(shape), axis=2)[:, :, :-1] > 0)


def _shares(shares: FloatArray, youngest: IntArray, oldest: IntArray) -> FloatArray:
    """F of days that were pulled at these ages; of several days, `youngest` to `oldest` days old, their mean."""
    until = np.concatenate([[0.0], np.cumsum(shares)])

    def before(age: IntArray) -> FloatArray:
        beyond = np.minimum(age, 0) * shares[0] + np.maximum(age - AGES, 0) * shares[-1]
        return np.asarray(until[np.clip(age, 0, AGES)] + beyond)

    return np.asarray((before(oldest + 1) - before(youngest)) / (oldest + 1 - youngest))


def _targets(rows: ScoringRows, group_ids: Identifiers) -> TargetFacts:
    targets = rows.targets
    ad_group = targets.ad_group_ids.places_in(group_ids)
    default_bid = _numbers(rows.ad_groups, "bid")
    return TargetFacts(
        ids=targets.ids,
        ad_group=ad_group,
        match=targets.match,
        is_enabled=targets.is_enabled,
        bid=np.where(np.isnan(targets.bid), default_bid[ad_group], targets.bid),
        text=targets.texts,
        hours_since_change=_hours(rows, targets.ids),
        figures=_figures(rows.sums[Report.TARGETS], targets.ids),
        bid_before_stock=targets.bid_before_stock,
    )


def _terms(rows: ScoringRows, targets: TargetFacts, groups: AdGroupFacts) -> SearchTermFacts:
    sums = rows.sums[Report.SEARCH_TERMS]
    ids, target = Identifiers(sums["id"]), Identifiers(sums["target_id"]).places_in(rows.targets.ids)
    keys = name_keys(sums["text"])
    words, group = numbered(keys), targets.ad_group[target]
    return SearchTermFacts(
        ids=ids,
        target=target,
        text=sums["text"],
        key=keys,
        words=words,
        is_negated=_negated(rows, keys, group, groups) | _ended(rows.ended, ids, group, words),
        hours_since_change=_hours(rows, ids),
        figures=Figures(**{name: sums[name] for name in Figures.__dataclass_fields__}),
    )


def _ended(ended: Sequence[UUID], ids: Identifiers, group: IntArray, words: IntArray) -> BoolArray:
    """Terms that a change of ours ended, with the same words under other targets of the ad group."""
    place = Identifiers.of(ended).places_in(ids)
    pair = group * (int(words.max(initial=0)) + 1) + words
    return np.isin(pair, pair[place[place >= 0]])


def _negated(rows: ScoringRows, keys: Sequence[str], group: IntArray, groups: AdGroupFacts) -> BoolArray:
    """Terms that a negative of their ad group or campaign keeps away: the same words, or a phrase of them."""
    exact: set[tuple[UUID, str]] = set()
    phrases: dict[UUID, list[str]] = {}
    for row in rows.negatives:
        place = row["ad_group_id"] or row["campaign_id"]
        if row["match_type"] == "negative_phrase":
            phrases.setdefault(place, []).append(f" {row['text_key']} ")
        else:
            exact.add((place, product_of(row["text_key"])))
    found = np.zeros(len(keys), dtype=bool)
    if not exact and not phrases:
        return found
    campaign_ids = [row["id"] for row in rows.campaigns]
    for number, key in enumerate(keys):
        places = groups.ids[group[number]], campaign_ids[groups.campaign[group[number]]]
        found[number] = any(
            (place, key) in exact or any(phrase in f" {key} " for phrase in phrases.get(place, ())) for place in places
        )
    return found


def _products(
    rows: ScoringRows,
    market_row: Mapping[tuple[UUID, str], int],
    benchmark_row: Callable[[str, str | None, str], int],
    ad_products: IntArray,
) -> ProductFacts:
    ids = [row["id"] for row in rows.products]
    sums = rows.sums[Report.ADVERTISED_PRODUCTS]
    ad = Identifiers(sums["id"]).places_in(rows.product_ads.ids)
    # What no ad is of belongs nowhere, nor does an ad whose product is not known.
    place = np.append(ad_products, -1)[ad]
    # Money stays what it was said to be; stock of another day is not stock.
    heard = np.array([_is_heard(rows, row["inventory_said_at"]) for row in rows.products], dtype=bool)
    stock = {
        name: np.where(heard, _numbers(rows.products, name), np.nan)
        for name in ("sellable_units", "arriving_units", "daily_units", "lead_time_days")
    }
    figures = Figures(**{name: sums[name] for name in Figures.__dataclass_fields__}).summed(place, len(ids))
    # A launch may cost more than it earns until its budget is spent.
    break_even, target = _numbers(rows.products, "break_even"), _numbers(rows.products, "target_acos")
    most = break_even + np.nan_to_num(_numbers(rows.products, "more_acos"))
    is_spent = figures.cost >= np.nan_to_num(_numbers(rows.products, "launch_budget"), nan=np.inf)
    return ProductFacts(
        ids=ids,
        market=_codes(market_row[row["ad_account_id"], row["marketplace"]] for row in rows.products),
        category=_codes(benchmark_row(row["marketplace"], row["category"], row["currency"]) for row in rows.products),
        price=_numbers(rows.products, "price"),
        break_even_acos=break_even,
        target_acos=np.where(is_spent & (target > most), most, target),
        is_by_stage=np.array([row["is_by_stage"] for row in rows.products], dtype=bool),
        sellable=stock["sellable_units"],
        arriving=stock["arriving_units"],
        daily_units=stock["daily_units"],
        lead_time_days=stock["lead_time_days"],
        total_sales=np.array([rows.product_sales.get(each, np.nan) for each in ids], dtype=float),
        figures=figures,
        storage_share=_numbers(rows.products, "storage_share"),
    )


def _is_heard(rows: ScoringRows, said_at: datetime | None) -> bool:
    return rows.asked_at is not None and said_at is not None and said_at >= rows.asked_at


def _ads(rows: ScoringRows, group_ids: Identifiers, ad_products: IntArray) -> AdFacts:
    figures = _columns(rows.sums[Report.ADVERTISED_PRODUCTS], rows.product_ads.ids, ("cost", "units"))
    known = np.flatnonzero(ad_products >= 0)
    return AdFacts(
        ad_group=rows.product_ads.ad_group_ids.places_in(group_ids)[known],
        product=ad_products[known],
        cost=figures["cost"][known],
        units=figures["units"][known],
    )


def _placements(rows: ScoringRows, campaign_row: Mapping[UUID, int]) -> PlacementFacts:
    ids = [row["id"] for row in rows.placements]
    return PlacementFacts(
        ids=ids,
        campaign=_codes(campaign_row[row["campaign_id"]] for row in rows.placements),
        placement=_codes(PLACEMENTS.index(Placement(row["placement"])) for row in rows.placements),
        modifier=_numbers(rows.placements, "modifier"),
        figures=_figures(rows.sums[Report.PLACEMENTS], ids),
    )


def _hours(rows: ScoringRows, ids: Sequence[UUID]) -> FloatArray:
    hours = np.full(len(ids), np.nan)
    place = Identifiers.of(rows.changes).places_in(_laid_out(ids))
    for at, changed in zip(place.tolist(), rows.changes.values(), strict=True):
        if at >= 0:
            hours[at] = (rows.now - changed).total_seconds() / 3600
    return hours


def _figures(sums: Columns, ids: Sequence[UUID]) -> Figures:
    """The sums of the subjects in the order of `ids`, nothing where there are none."""
    return Figures(**_columns(sums, ids, tuple(Figures.__dataclass_fields__)))


def _columns(sums: Columns, ids: Sequence[UUID], names: Sequence[str]) -> dict[str, FloatArray]:
    found = _laid_out(ids).places_in(Identifiers(sums["id"]))
    some = found >= 0
    result = {}
    for name in names:
        column = np.zeros(len(ids))
        column[some] = sums[name][found[some]]
        result[name] = column
    return result


def _laid_out(ids: Sequence[UUID]) -> Identifiers:
    return ids if isinstance(ids, Identifiers) else Identifiers.of(ids)
