"""Lays out what was read for a scoring run: places become row numbers, what is not known becomes NaN."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, Identifiers, IntArray
from services.ads.domain.completeness import AGES, DEFAULT_COMPLETENESS, DayPull, learn_completeness
from services.ads.domain.conversion_prior import BENCHMARK
from services.ads.domain.names import name_key
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
from services.ads.domain.vocabulary import MatchType, Placement, Report, State

WATCHED_DAYS = 84
DEFAULT_CTR = 0.0035
# Which report tells a campaign's figures best: its own, else the most complete of its parts.
REPORTS_BY_TRUST = (
    Report.CAMPAIGNS,
    Report.PLACEMENTS,
    Report.TARGETS,
    Report.AD_GROUPS,
    Report.ADVERTISED_PRODUCTS,
    Report.SEARCH_TERMS,
)
MATCHES = tuple(MatchType)
PLACEMENTS = tuple(Placement)

Rows = Sequence[Mapping[str, Any]]
Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TermColumns:
    """Search terms as columns, in the order of their sums: their ids, their targets', what was typed."""

    ids: Identifiers
    target_ids: Identifiers
    texts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRows:
    """What was read for a run whose window ends the day before `as_of_date`, as the tables hold it.

    `sums` by report: columns of equal length, one row per subject. `pulls` are all of the last months; `periods` the
    chosen weeks and other periods by report; `changes` when subjects were last changed. `all_sales` by (account,
    marketplace): those of the four weeks before the last four, and of the last four; `product_sales` those of the
    window by product.
    """

    as_of_date: date
    window_days: int
    now: datetime
    campaigns: Rows
    ad_groups: Rows
    targets: Rows
    terms: TermColumns
    products: Rows
    product_ads: Rows
    placements: Rows
    negatives: Rows
    benchmarks: Rows
    pulls: Rows
    periods: Mapping[Report, frozenset[tuple[UUID, date, date]]]
    changes: Mapping[UUID, datetime]
    sums: Mapping[Report, Columns]
    all_sales: Mapping[tuple[UUID, str], tuple[float, float]]
    product_sales: Mapping[UUID, float]
    inventory: InventoryState
    completeness: Sequence[float]


def completeness_of(pulls: Rows) -> tuple[tuple[float, ...], bool]:
    """F for ages 0..6 and 7+ days from what successive pulls said of the same days; whether there were any such."""
    by_day: dict[tuple[UUID, str, date], list[Mapping[str, Any]]] = {}
    for row in pulls:
        if row["granularity"] == "daily" and row["orders"] is not None:
            by_day.setdefault((row["campaign_id"], row["report"], row["date_from"]), []).append(row)
    again = {key: rows for key, rows in by_day.items() if len(rows) > 1}
    trusted: dict[tuple[UUID, date], str] = {}
    for report in reversed(REPORTS_BY_TRUST):
        for campaign_id, name, day in again:
            if name == report:
                trusted[campaign_id, day] = name
    told = [
        DayPull(str(campaign_id), day.toordinal(), (row["as_of"].date() - day).days, row["orders"])
        for (campaign_id, day), report in trusted.items()
        for row in again[campaign_id, report, day]
    ]
    if not told:
        return tuple(DEFAULT_COMPLETENESS), False
    return tuple(float(share) for share in learn_completeness(told)), True


def advertising_facts(rows: ScoringRows) -> AdvertisingFacts:
    """Everything of a run as arrays; see `scored` for shapes."""
    markets, market_row = _markets(rows)
    benchmarks, benchmark_row = _benchmarks(rows)
    campaign_row = {row["id"]: number for number, row in enumerate(rows.campaigns)}
    group_row = {row["id"]: number for number, row in enumerate(rows.ad_groups)}
    product_row = {row["id"]: number for number, row in enumerate(rows.products)}
    campaigns, portfolios = _campaigns(rows, market_row, benchmark_row)
    groups = AdGroupFacts(
        ids=[row["id"] for row in rows.ad_groups],
        campaign=_codes(campaign_row[row["campaign_id"]] for row in rows.ad_groups),
    )
    targets = _targets(rows, group_row)
    return AdvertisingFacts(
        window_days=rows.window_days,
        markets=markets,
        all_sales=np.array(
            [rows.all_sales.get((market.ad_account_id, market.marketplace), (np.nan, np.nan)) for market in markets],
            dtype=float,
        ).reshape(-1, 2),
        portfolios=portfolios,
        benchmarks=benchmarks,
        campaigns=campaigns,
        ad_groups=groups,
        targets=targets,
        terms=_terms(rows, targets, groups),
        products=_products(rows, market_row, benchmark_row),
        ads=_ads(rows, group_row, product_row),
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


def _campaigns(
    rows: ScoringRows, market_row: Mapping[tuple[UUID, str], int], benchmark_row: Callable[[str, str | None, str], int]
) -> tuple[CampaignFacts, list[tuple[int, str]]]:
    portfolios: dict[tuple[int, str], int] = {}
    portfolio = []
    market = [market_row[row["ad_account_id"], row["marketplace"]] for row in rows.campaigns]
    for number, row in enumerate(rows.campaigns):
        name = row["portfolio"]
        portfolio.append(portfolios.setdefault((market[number], name), len(portfolios)) if name else -1)
    figures, days = _campaign_figures(rows)
    return (
        CampaignFacts(
            ids=[row["id"] for row in rows.campaigns],
            market=_codes(market),
            portfolio=_codes(portfolio),
            category=_codes(
                benchmark_row(row["marketplace"], row["category"], row["currency"]) for row in rows.campaigns
            ),
            is_brand=np.array([row["is_brand_defence"] is True for row in rows.campaigns], dtype=bool),
            is_enabled=np.array([row["state"] in (None, State.ENABLED) for row in rows.campaigns], dtype=bool),
            daily_budget=_numbers(rows.campaigns, "daily_budget"),
            hours_since_change=_hours(rows, [row["id"] for row in rows.campaigns]),
            figures=figures,
            has_days=days[0],
            daily_impressions=days[1],
            daily_effective_clicks=days[2],
            daily_orders=days[3],
            daily_cost=days[4],
        ),
        list(portfolios),
    )


def _campaign_figures(
    rows: ScoringRows,
) -> tuple[Figures, tuple[BoolArray, FloatArray, FloatArray, FloatArray, FloatArray]]:
    """Sums of the window and the last days by campaign, each from the report that tells the campaign best."""
    place = {row["id"]: number for number, row in enumerate(rows.campaigns)}
    count, days = len(place), max(WATCHED_DAYS, rows.window_days)
    first = rows.as_of_date - timedelta(days=rows.window_days)
    start = rows.as_of_date.toordinal() - days
    current = [row for row in rows.pulls if row["is_current"] and row["clicks"] is not None]
    trust = {report.value: number for number, report in enumerate(REPORTS_BY_TRUST)}
    best: dict[UUID, int] = {}
    for row in current:
        if row["report"] in trust and row["date_to"] >= first:
            best[row["campaign_id"]] = min(best.get(row["campaign_id"], len(trust)), trust[row["report"]])
    sums = np.zeros((6, count))
    impressions_known = np.zeros(count, dtype=bool)
    by_day = np.zeros((4, count, days))
    has_days = np.zeros(count, dtype=bool)
    shares = np.asarray(rows.completeness, dtype=float)
    for row in current:
        number = place.get(row["campaign_id"])
        if number is None or trust.get(row["report"]) != best.get(row["campaign_id"], -1):
            continue
        daily = row["granularity"] == "daily"
        chosen = rows.periods.get(Report(row["report"]), frozenset())
        if not daily and (row["campaign_id"], row["date_from"], row["date_to"]) not in chosen:
            continue
        seen, clicks, cost, orders, sales = (
            row[name] or 0.0 for name in ("impressions", "clicks", "cost", "orders", "sales")
        )
        effective = clicks * _share(shares, row["date_from"], row["date_to"], row["as_of"].date())
        if row["date_from"] >= first:
            sums[:, number] += (seen, clicks, effective, cost, orders, sales)
            impressions_known[number] |= row["impressions"] is not None
        day = row["date_from"].toordinal() - start
        if daily and 0 <= day < days:
            by_day[:, number, day] += (seen, effective, orders, cost)
            has_days[number] = True
    figures = Figures(
        impressions=np.where(impressions_known, sums[0], np.nan),
        clicks=sums[1],
        effective_clicks=sums[2],
        cost=sums[3],
        orders=sums[4],
        sales=sums[5],
    )
    return figures, (has_days, by_day[0], by_day[1], by_day[2], by_day[3])


def _share(shares: FloatArray, first: date, last: date, pulled: date) -> float:
    """F of a day when it was pulled; of a period the mean of its days."""
    ages = np.arange((last - first).days, -1, -1)[::-1] + (pulled - last).days
    return float(shares[np.clip(ages, 0, AGES - 1)].mean())


def _targets(rows: ScoringRows, group_row: Mapping[UUID, int]) -> TargetFacts:
    ids = [row["id"] for row in rows.targets]
    default_bid = {row["id"]: row["bid"] for row in rows.ad_groups}
    bids = [row["bid"] if row["bid"] is not None else default_bid[row["ad_group_id"]] for row in rows.targets]
    return TargetFacts(
        ids=ids,
        ad_group=_codes(group_row[row["ad_group_id"]] for row in rows.targets),
        match=_codes(MATCHES.index(MatchType(row["match_type"])) for row in rows.targets),
        is_enabled=np.array([row["state"] in (None, State.ENABLED) for row in rows.targets], dtype=bool),
        bid=np.array([np.nan if bid is None else bid for bid in bids], dtype=float),
        text=[row["text"] for row in rows.targets],
        hours_since_change=_hours(rows, ids),
        figures=_figures(rows.sums[Report.TARGETS], ids),
    )


def _terms(rows: ScoringRows, targets: TargetFacts, groups: AdGroupFacts) -> SearchTermFacts:
    target = rows.terms.target_ids.places_in(Identifiers.of(targets.ids))
    sums = rows.sums[Report.SEARCH_TERMS]
    return SearchTermFacts(
        ids=rows.terms.ids,
        target=target,
        text=rows.terms.texts,
        is_negated=_negated(rows, targets.ad_group[target], groups),
        hours_since_change=_hours(rows, rows.terms.ids),
        figures=Figures(**{name: sums[name] for name in Figures.__dataclass_fields__}),
    )


def _negated(rows: ScoringRows, group: IntArray, groups: AdGroupFacts) -> BoolArray:
    """Terms that a negative of their ad group or campaign keeps away: the same words, or a phrase of them."""
    exact: set[tuple[UUID, str]] = set()
    phrases: dict[UUID, list[str]] = {}
    for row in rows.negatives:
        place = row["ad_group_id"] or row["campaign_id"]
        if row["match_type"] == "negative_phrase":
            phrases.setdefault(place, []).append(f" {row['text_key']} ")
        else:
            exact.add((place, row["text_key"]))
    found = np.zeros(len(rows.terms.texts), dtype=bool)
    if not exact and not phrases:
        return found
    campaign_ids = [row["id"] for row in rows.campaigns]
    for number, text in enumerate(rows.terms.texts):
        key = name_key(text)
        places = groups.ids[group[number]], campaign_ids[groups.campaign[group[number]]]
        found[number] = any(
            (place, key) in exact or any(phrase in f" {key} " for phrase in phrases.get(place, ())) for place in places
        )
    return found


def _products(
    rows: ScoringRows, market_row: Mapping[tuple[UUID, str], int], benchmark_row: Callable[[str, str | None, str], int]
) -> ProductFacts:
    ids = [row["id"] for row in rows.products]
    product_of = {row["id"]: row["advertised_product_id"] for row in rows.product_ads}
    number_of = {identifier: number for number, identifier in enumerate(ids)}
    sums = rows.sums[Report.ADVERTISED_PRODUCTS]
    place = _codes(number_of.get(product_of.get(each), -1) for each in Identifiers(sums["id"]))
    return ProductFacts(
        ids=ids,
        market=_codes(market_row[row["ad_account_id"], row["marketplace"]] for row in rows.products),
        category=_codes(benchmark_row(row["marketplace"], row["category"], row["currency"]) for row in rows.products),
        price=_numbers(rows.products, "price"),
        break_even_acos=_numbers(rows.products, "break_even"),
        target_acos=_numbers(rows.products, "target_acos"),
        sellable=_numbers(rows.products, "sellable_units"),
        arriving=_numbers(rows.products, "arriving_units"),
        daily_units=_numbers(rows.products, "daily_units"),
        lead_time_days=_numbers(rows.products, "lead_time_days"),
        total_sales=np.array([rows.product_sales.get(each, np.nan) for each in ids], dtype=float),
        figures=Figures(**{name: sums[name] for name in Figures.__dataclass_fields__}).summed(place, len(ids)),
    )


def _ads(rows: ScoringRows, group_row: Mapping[UUID, int], product_row: Mapping[UUID, int]) -> AdFacts:
    ads = [row for row in rows.product_ads if row["advertised_product_id"] in product_row]
    ids = [row["id"] for row in ads]
    figures = _columns(rows.sums[Report.ADVERTISED_PRODUCTS], ids, ("cost", "units"))
    return AdFacts(
        ad_group=_codes(group_row[row["ad_group_id"]] for row in ads),
        product=_codes(product_row[row["advertised_product_id"]] for row in ads),
        cost=figures["cost"],
        units=figures["units"],
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
    if rows.changes:
        for number, identifier in enumerate(ids):
            if identifier in rows.changes:
                hours[number] = (rows.now - rows.changes[identifier]).total_seconds() / 3600
    return hours


def _figures(sums: Columns, ids: Sequence[UUID]) -> Figures:
    """The sums of the subjects in the order of `ids`, nothing where there are none."""
    return Figures(**_columns(sums, ids, tuple(Figures.__dataclass_fields__)))


def _columns(sums: Columns, ids: Sequence[UUID], names: Sequence[str]) -> dict[str, FloatArray]:
    found = Identifiers.of(ids).places_in(Identifiers(sums["id"]))
    some = found >= 0
    result = {}
    for name in names:
        column = np.zeros(len(ids))
        column[some] = sums[name][found[some]]
        result[name] = column
    return result
