"""Lays out the rows of a performance report for COPY, in the child that reads them, and refuses what cannot count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.ads.actions.entity_staging import EntityNumbers, StagedEntities, csv_of
from services.ads.domain.report_periods import DateRange, granularity_of
from services.ads.domain.vocabulary import Report
from services.ads.formats.performance_row import PerformanceRow
from shared.files.problems import RowError

FIGURES = (
    "impressions bigint",
    "clicks bigint",
    "cost numeric",
    "orders bigint",
    "units bigint",
    "sales numeric",
    "own_sku_units bigint",
    "own_sku_sales numeric",
)
FACTS = (
    "campaign_n integer",
    "subject_n integer",
    "granularity text",
    "date_from date",
    "date_to date",
    *FIGURES,
)
_MOST_COUNT, _MOST_AMOUNT = 2_000_000_000, Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Figures of one report for COPY. `attribution_days` are by marketplace; `ranges` are those of the rows of
    summaries, which all count for `period` where there is one."""

    report: Report
    facts: bytes
    attribution_days: Mapping[str, int]
    ranges: frozenset[DateRange] = frozenset()
    period: DateRange | None = None


@dataclass(frozen=True, slots=True)
class NumberedRows:
    """Rows of a file for COPY: what they name, and the figures of each report among them.

    `applied` rows say something; `passed_over` ones tell nothing that is kept.
    """

    applied: int
    passed_over: int
    entities: StagedEntities
    figures: tuple[ReportFigures, ...]


class FigureLines:
    """Gathers the figures of one report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.facts: list[tuple[Any, ...]] = []
        self.attribution_days: dict[str, int] = {}
        self.ranges: set[DateRange] = set()

    def add(self, numbers: EntityNumbers, row: PerformanceRow) -> None:
        """A row that `refusal_of` has found nothing wrong with."""
        campaign, subject = _subject(numbers, row)
        if not row.is_daily:
            self.ranges.add((row.date_from, row.date_to))
        if row.attribution_days is not None:
            self.attribution_days.setdefault(row.marketplace.country_code, row.attribution_days)
        self.facts.append(
            (
                campaign,
                subject,
                granularity_of(row.date_from, row.date_to).value,
                row.date_from,
                row.date_to,
                row.impressions,
                row.clicks,
                row.cost,
                row.orders,
                row.units,
                row.sales,
                row.own_sku_units,
                row.own_sku_sales,
            )
        )

    def figures(self) -> ReportFigures:
        """All of it, as it is copied."""
        return ReportFigures(self.report, csv_of(self.facts), self.attribution_days, frozenset(self.ranges))


def number_performance(rows: Sequence[PerformanceRow]) -> tuple[NumberedRows | None, list[RowError]]:
    """The rows of a chunk of one report, and errors of those that are refused; None where none is left."""
    numbers = EntityNumbers()
    errors: list[RowError] = []
    lines: FigureLines | None = None
    for row in rows:
        error = refusal_of(row)
        if error is not None:
            errors.append(error)
            continue
        lines = lines or FigureLines(row.report)
        lines.add(numbers, row)
    if lines is None:
        return None, errors
    return NumberedRows(len(lines.facts), 0, numbers.staged(), (lines.figures(),)), errors


def _subject(numbers: EntityNumbers, row: PerformanceRow) -> tuple[int, int]:
    """The numbers of the row's campaign and of what its figures are of; `refusal_of` has found nothing."""
    day, currency = row.date_to, row.marketplace.currency
    campaign = numbers.campaign(
        row.marketplace.country_code,
        currency,
        row.ad_product.value,
        row.amazon_campaign_id,
        row.campaign_name,
        day,
        row.portfolio,
        row.targeting_type,
        row.campaign_state,
        row.daily_budget,
        row.bidding_strategy,
        row.campaign_start_date,
        row.campaign_end_date,
    )
    if row.report is Report.CAMPAIGNS:
        return campaign, campaign
    if row.report is Report.PLACEMENTS:
        assert row.placement is not None
        return campaign, numbers.placement(campaign, row.placement.value, day, None)
    ad_group = numbers.ad_group(campaign, currency, row.amazon_ad_group_id, row.ad_group_name, day, None, None)
    if row.report is Report.AD_GROUPS:
        return campaign, ad_group
    if row.report in (Report.ADVERTISED_PRODUCTS, Report.PURCHASED_PRODUCTS):
        product_ad = numbers.product_ad(
            campaign, ad_group, currency, row.amazon_ad_id, row.seller_sku, row.asin, day, None
        )
        assert product_ad is not None
        return campaign, product_ad
    target = numbers.target(
        ad_group, currency, row.amazon_target_id, row.target_text, row.match_type, day, None, row.bid
    )
    if row.report is Report.TARGETS:
        return campaign, target
    assert row.search_term is not None
    return campaign, numbers.search_term(target, row.search_term)


def refusal_of(row: PerformanceRow) -> RowError | None:
    """Why the row cannot be taken."""
    if not (row.campaign_name or row.amazon_campaign_id):
        return RowError(row.line, "campaign", "missing_campaign", "The row names no campaign.")
    if row.currency != row.marketplace.currency:
        message = f"Figures of {row.marketplace.country_code} are kept in {row.marketplace.currency}."
        return RowError(row.line, "currency", "other_currency", message, row.currency)
    lacking = _lacking_subject(row)
    if lacking is not None:
        return RowError(row.line, lacking, "missing_value", f"A row of {row.report.value} needs its {lacking}.")
    if _is_beyond(row):
        return RowError(row.line, None, "out_of_range", "A figure of this row is too large.")
    return None


def _is_beyond(row: PerformanceRow) -> bool:
    """Whether a figure is too large for its column."""
    counts = (row.impressions, row.clicks, row.orders, row.units, row.own_sku_units)
    amounts = (row.cost, row.sales, row.own_sku_sales, row.bid, row.daily_budget)
    largest = max((abs(count) for count in counts if count is not None), default=0)
    dearest = max((abs(amount) for amount in amounts if amount is not None), default=Decimal(0))
    return largest > _MOST_COUNT or dearest > _MOST_AMOUNT


def _lacking_subject(row: PerformanceRow) -> str | None:
    match row.report:
        case Report.PLACEMENTS:
            return None if row.placement else "placement"
        case Report.ADVERTISED_PRODUCTS | Report.PURCHASED_PRODUCTS:
            return None if row.seller_sku or row.asin else "advertised SKU or ASIN"
        case Report.TARGETS:
            return None if row.target_text or row.amazon_target_id else "targeting"
        case Report.SEARCH_TERMS:
            return None if row.search_term else "search term"
    return None
