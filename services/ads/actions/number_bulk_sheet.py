"""Lays out the rows of a bulk sheet for COPY, in the child that reads them: what they describe, and their figures."""

from collections.abc import Sequence

from services.ads.actions.entity_staging import EntityNumbers
from services.ads.actions.number_performance import FigureLines, NumberedRows, refusal_of
from services.ads.domain.vocabulary import MatchType, NegativeMatchType, Report, State
from services.ads.formats.bulk_row import BulkEntity, BulkEntityRow, BulkRow, Operation
from services.ads.formats.performance_row import PerformanceRow
from shared.files.problems import RowError


def number_bulk_sheet(rows: Sequence[BulkRow]) -> tuple[NumberedRows | None, list[RowError]]:
    """The rows of a chunk, and errors of those that are refused; None where none is left.

    A row that is to be created is not there yet, and passed over; only what keeps ads away is taken as told, so
    that it is not proposed again.
    """
    numbers = EntityNumbers(shows_present=True)
    errors: list[RowError] = []
    lines: dict[Report, FigureLines] = {}
    applied = passed_over = 0
    for row in rows:
        figures = row if isinstance(row, PerformanceRow) else row.performance()
        error = refusal_of(figures) if figures is not None else _refusal(row)
        if error is not None:
            errors.append(error)
            continue
        if isinstance(row, BulkEntityRow):
            if row.record.operation is Operation.CREATE and not row.record.is_negative:
                passed_over += 1
                continue
            _describe(numbers, row)
        if figures is not None:
            lines.setdefault(figures.report, FigureLines(figures.report)).add(numbers, figures)
        applied += 1
    if not applied:
        return (NumberedRows(0, passed_over, numbers.staged(), ()) if passed_over else None), errors
    figures_of_reports = tuple(each.figures() for each in lines.values())
    return NumberedRows(applied, passed_over, numbers.staged(), figures_of_reports), errors


def _refusal(row: BulkRow) -> RowError | None:
    """Why a row without figures cannot be taken."""
    if isinstance(row, BulkEntityRow) and not (row.campaign_name or row.record.campaign_id):
        return RowError(row.line, "campaign", "missing_campaign", "The row names no campaign.")
    return None


def _describe(numbers: EntityNumbers, row: BulkEntityRow) -> None:
    """Number what the row is about and all that it lies in."""
    record, currency, day = row.record, row.marketplace.currency, row.date_to
    is_campaign, is_group = record.entity is BulkEntity.CAMPAIGN, record.entity is BulkEntity.AD_GROUP
    state = State.ARCHIVED if record.operation is Operation.ARCHIVE else record.state
    campaign = numbers.campaign(
        row.marketplace.country_code,
        currency,
        record.ad_product.value,
        record.campaign_id,
        row.campaign_name,
        day,
        row.portfolio,
        record.targeting_type,
        state if is_campaign else row.campaign_state,
        record.daily_budget,
        record.bidding_strategy if is_campaign else None,
        record.start_date if is_campaign else None,
        record.end_date if is_campaign else None,
    )
    if is_campaign:
        return
    if record.entity is BulkEntity.BIDDING_ADJUSTMENT:
        if record.placement is not None:
            numbers.placement(campaign, record.placement.value, day, record.percentage)
        return
    ad_group = None
    if record.ad_group_id or row.ad_group_name:
        ad_group = numbers.ad_group(
            campaign,
            currency,
            record.ad_group_id,
            row.ad_group_name,
            day,
            state if is_group else row.ad_group_state,
            record.default_bid,
        )
    text = record.keyword_text or record.targeting_expression
    if record.is_negative:
        if text:
            own_id = None if record.operation is Operation.CREATE else record.keyword_id or record.product_targeting_id
            place = None if record.entity is BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD else ad_group
            told = state or (State.ENABLED if record.operation is Operation.CREATE else None)
            numbers.negative_target(campaign, place, own_id, text, _negative_match(row), told)
        return
    if is_group or ad_group is None:
        return
    if record.entity is BulkEntity.PRODUCT_AD:
        numbers.product_ad(campaign, ad_group, currency, record.ad_id, record.seller_sku, row.asin, day, state)
    elif text or record.keyword_id or record.product_targeting_id:
        target_id = record.keyword_id or record.product_targeting_id
        numbers.target(ad_group, currency, target_id, text, record.match_type, day, state, record.bid)


def _negative_match(row: BulkEntityRow) -> str:
    if row.record.entity is BulkEntity.NEGATIVE_PRODUCT_TARGETING:
        return NegativeMatchType.NEGATIVE_PRODUCT.value
    is_phrase = row.record.match_type is MatchType.PHRASE
    return (NegativeMatchType.NEGATIVE_PHRASE if is_phrase else NegativeMatchType.NEGATIVE_EXACT).value
