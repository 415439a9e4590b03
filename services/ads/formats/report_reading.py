"""Decides how one row of a performance report is read, from whichever of Amazon's forms it comes."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.ads.domain.vocabulary import (
    AdProduct,
    BiddingStrategy,
    MatchType,
    Placement,
    Report,
    State,
    TargetingType,
)
from services.ads.formats.days import read_report_day, read_report_range
from services.ads.formats.money_signs import bracketed_currencies, only_marketplace, stated_currencies
from services.ads.formats.performance_row import PerformanceRow
from services.ads.formats.report_columns import BRANDS_MARKS, DISPLAY_MARKS, WINDOWS
from services.ads.formats.words import (
    AD_PRODUCTS,
    BIDDING_STRATEGIES,
    MATCH_TYPES,
    NO_PORTFOLIO,
    PLACEMENTS,
    STATES,
    TARGETING_TYPES,
    fold_word,
)
from shared.core.marketplaces import MARKETPLACES, Marketplace
from shared.files.cells import EMPTY_DAY, Cells
from shared.files.facts import DATE_RANGE, MARKETPLACE
from shared.files.kind import Glance
from shared.files.problems import CellProblem
from shared.files.values import Order

T = TypeVar("T")

# Where the text of a target stands, the console's own column first.
TARGETS = ("targeting", "keyword_text", "keyword", "targeting_text", "targeting_expression")
MONEY = ("cost", "spend", "sales", *(f"sales_{days}" for days in WINDOWS))

_MOST_NAME = 1000
# What a row of each report must name beside its campaign, in one of these columns.
_SUBJECTS: dict[Report, tuple[str, ...]] = {
    Report.AD_GROUPS: ("ad_group_name", "ad_group_id"),
    Report.TARGETS: (*TARGETS, "keyword_id", "targeting_id"),
    Report.SEARCH_TERMS: ("search_term",),
    Report.PLACEMENTS: ("placement",),
    Report.ADVERTISED_PRODUCTS: ("asin", "seller_sku", "ad_id"),
    Report.PURCHASED_PRODUCTS: ("purchased_asin",),
}


def report_needs(glance: Glance) -> tuple[str, ...]:
    """What has to be asked: the marketplace unless a country, a currency of one marketplace or its sign tells it,
    and the range unless the rows have dates.
    """
    country, currency = glance.first.get("country"), glance.first.get("currency", "").upper()
    needs: list[str] = []
    if not country and only_marketplace(currency) is None and _signed_marketplace(glance.first, glance.printed) is None:
        needs.append(MARKETPLACE)
    has_dates = "date" in glance or "date_range" in glance or ("start_date" in glance and "end_date" in glance)
    return (*needs,) if has_dates else (*needs, DATE_RANGE)


def _signed_marketplace(cells: Mapping[str, str], printed: Mapping[str, str]) -> Marketplace | None:
    """The marketplace whose money the signs of amounts or their headers name, if it is one only."""
    for column in MONEY:
        if column in printed:
            stated = stated_currencies(cells.get(column, "")) or bracketed_currencies(printed[column])
            if stated and len(stated) == 1:
                return only_marketplace(*stated)
    return None


def maker_of(report: Report) -> Callable[[], Callable[[Cells], PerformanceRow]]:
    """A `begin` for the rows of one report; what is decided once per file is decided at its first row."""

    def begin() -> Callable[[Cells], PerformanceRow]:
        reading: ReportReading | None = None

        def make(cells: Cells) -> PerformanceRow:
            nonlocal reading
            if reading is None:
                reading = ReportReading(report, cells)
            return reading.row()

        return make

    return begin


class ReportReading:
    """What holds for all rows of a file: which columns of several that say the same are read."""

    def __init__(self, report: Report, cells: Cells) -> None:
        self.report = report
        self.cells = cells
        self.family = self._family()
        self.window = self._window()
        self.orders, self.units, self.sales = (self._metric(name) for name in ("orders", "units", "sales"))
        self.own_units, self.own_sales = f"own_units_{self.window}", f"own_sales_{self.window}"
        self.has_orders = any(cells.has(column) for column in (self.orders, self.units, self.sales))
        self.money = [(name, bracketed_currencies(cells.printed[name])) for name in MONEY if cells.has(name)]
        self.targets = [name for name in TARGETS if cells.has(name)]
        self.subjects = [name for name in _SUBJECTS.get(report, ()) if cells.has(name)]
        self.costs = [name for name in ("cost", "spend") if cells.has(name)]

    def _family(self) -> AdProduct:
        """The ad product of a file that does not name it.

        The API writes purchases7d for Sponsored Products and plain `purchases` for the others, which may have no
        column that only one of them has: such a file is taken for Sponsored Brands, with a notice.
        """
        cells = self.cells
        printed = cells.printed
        if any(cells.has(f"mark {mark}") for mark in DISPLAY_MARKS) or printed.get("asin") == "promotedAsin":
            return AdProduct.SPONSORED_DISPLAY
        if printed.get("purchased_asin") == "asinBrandHalo" or printed.get("seller_sku") == "promotedSku":
            return AdProduct.SPONSORED_DISPLAY
        if any(cells.has(f"mark {mark}") for mark in BRANDS_MARKS) or cells.has("keyword_text"):
            return AdProduct.SPONSORED_BRANDS
        plain = {printed.get(name, "")[:1] for name in ("orders", "sales", "clicked_orders", "clicked_sales")}
        if any(first.islower() for first in plain if first) and not cells.has("ad_product"):
            message = "The file does not say its ad product; plain `purchases` were taken for Sponsored Brands."
            cells.remark(None, "assumed_ad_product", message)
            return AdProduct.SPONSORED_BRANDS
        return AdProduct.SPONSORED_PRODUCTS

    def _window(self) -> int | None:
        """The attribution window to read: 7 days, else 14, else what there is; None where none is named."""
        metrics = ("orders", "sales", "units", "other_orders", "other_sales", "other_units", "clicked_orders")
        windows = [days for days in WINDOWS if any(self.cells.has(f"{metric}_{days}") for metric in metrics)]
        if 14 in windows and self.family is not AdProduct.SPONSORED_PRODUCTS:
            return 14
        return windows[0] if windows else None

    def row(self) -> PerformanceRow:
        """The row that `cells` is turned to. Its errors are in `cells`."""
        cells, report = self.cells, self.report
        ad_product = self._word("ad_product", AD_PRODUCTS, AdProduct) or self.family
        marketplace = self._marketplace()
        if marketplace is None:
            marketplace = MARKETPLACES[0]
        else:
            self._check_money(marketplace)
        date_from, date_to, is_daily = self._days(marketplace)
        has_campaign_dates = cells.has("date")
        order: Order = marketplace.date_order.value
        row = PerformanceRow(
            line=cells.line,
            ad_product=ad_product,
            report=report,
            marketplace=marketplace,
            date_from=date_from,
            date_to=date_to,
            is_daily=is_daily,
            currency=marketplace.currency,
            portfolio=self._portfolio(),
            campaign_name=self._name("campaign_name"),
            amazon_campaign_id=amazon_id(cells, "campaign_id"),
            campaign_state=self._lenient("campaign_status", STATES, State),
            daily_budget=None if "life" in cells.raw("budget_type").casefold() else cells.amount_or_none("budget"),
            bidding_strategy=self._lenient("bidding_strategy", BIDDING_STRATEGIES, BiddingStrategy),
            targeting_type=self._lenient("targeting_type", TARGETING_TYPES, TargetingType),
            campaign_start_date=_day_or_none(cells, "start_date", order) if has_campaign_dates else None,
            campaign_end_date=_day_or_none(cells, "end_date", order) if has_campaign_dates else None,
            ad_group_name=self._name("ad_group_name"),
            amazon_ad_group_id=amazon_id(cells, "ad_group_id"),
            target_text=next((text for name in self.targets if (text := self._name(name))), None),
            match_type=self._match_type(),
            amazon_target_id=amazon_id(cells, "keyword_id") or amazon_id(cells, "targeting_id"),
            search_term=self._name("search_term"),
            seller_sku=cells.identifier_or_none("seller_sku"),
            asin=cells.identifier_or_none("asin"),
            amazon_ad_id=amazon_id(cells, "ad_id"),
            purchased_asin=cells.identifier_or_none("purchased_asin"),
            placement=self._word("placement", PLACEMENTS, Placement),
            bid=cells.amount_or_none("bid"),
            impressions=cells.integer_or_none("impressions"),
            clicks=cells.integer_or_none("clicks"),
            cost=cells.amount_or_none("cost" if cells.raw("cost") else "spend"),
            orders=cells.integer_or_none(self.orders),
            units=cells.integer_or_none(self.units),
            sales=cells.amount_or_none(self.sales),
            own_sku_units=cells.integer_or_none(self.own_units),
            own_sku_sales=cells.amount_or_none(self.own_sales),
            attribution_days=self._attribution_days(ad_product),
            top_of_search_share=self._share(),
        )
        self._check(row)
        self._check_retailer()
        return row

    def _metric(self, name: str) -> str:
        """The column of a metric: of the file's window, else without one; all purchases before those after a click."""
        kinds = ("other_", "", "clicked_") if self.report is Report.PURCHASED_PRODUCTS else ("", "clicked_")
        windows = (f"_{self.window}", "") if self.window else ("",)
        columns = [f"{kind}{name}{window}" for window in windows for kind in kinds]
        return next((column for column in columns if self.cells.has(column)), columns[0])

    def _attribution_days(self, ad_product: AdProduct) -> int | None:
        if self.window is not None:
            return self.window
        return 14 if self.has_orders and ad_product is not AdProduct.SPONSORED_PRODUCTS else None

    def _marketplace(self) -> Marketplace | None:
        """The country of the row decides, else the sender's word, else a currency that is one marketplace's.

        None, with an error of the row, where none of them tells it.
        """
        cells = self.cells
        if cells.raw("country"):
            return cells.marketplace_or_none("country")
        if cells.facts.marketplace is not None:
            return cells.facts.marketplace
        code = cells.raw("currency")
        if code:
            told = only_marketplace(code.upper())
        else:
            told = _signed_marketplace({name: cells.raw(name) for name in MONEY}, cells.printed)
        if told is None:
            message = "This row does not tell its marketplace; name it to the file."
            cells.refuse("currency" if code else None, "unknown_marketplace", message)
        return told

    def _check_money(self, marketplace: Marketplace) -> None:
        """Refuse amounts that are stated in another currency than the marketplace's."""
        cells = self.cells
        code = cells.currency_or_none("currency")
        message = f"Amounts of {marketplace.name} are in {marketplace.currency}; this is another currency."
        if code is not None and code != marketplace.currency:
            cells.refuse("currency", "other_currency", message)
            return
        for column, bracketed in self.money:
            stated = stated_currencies(cells.raw(column)) or bracketed
            if stated is not None and marketplace.currency not in stated:
                cells.refuse(column, "other_currency", message)
                return

    def _days(self, marketplace: Marketplace) -> tuple[date, date, bool]:
        """First and last day, and whether the report tells every day apart.

        Beside a `Date`, start and end are the campaign's own dates.
        """
        cells = self.cells
        order: Order = marketplace.date_order.value
        if cells.has("date"):
            day = _needed(cells, "date", lambda text: read_report_day(text, order), EMPTY_DAY)
            return day, day, True
        if cells.has("date_range"):
            nothing = (EMPTY_DAY, EMPTY_DAY)
            first, last = _needed(cells, "date_range", lambda text: read_report_range(text, order), nothing)
        elif cells.has("start_date") and cells.has("end_date"):
            first = _needed(cells, "start_date", lambda text: read_report_day(text, order), EMPTY_DAY)
            last = _needed(cells, "end_date", lambda text: read_report_day(text, order), EMPTY_DAY)
        else:
            first, last = cells.facts.from_date or EMPTY_DAY, cells.facts.to_date or EMPTY_DAY
            return first, last, first == last
        if first > last and not cells.errors:
            cells.refuse("end_date" if cells.has("end_date") else "date_range", "bad_date", "It ends before it begins.")
        return first, last, False

    def _name(self, column: str) -> str | None:
        """A name or text as Amazon has it; CSV of some years writes a quote in it as a backslash and a quote."""
        text = self.cells.text_or_none(column, _MOST_NAME)
        return text.replace('\\"', '"') if text else None

    def _portfolio(self) -> str | None:
        name = self._name("portfolio")
        return None if name is None or fold_word(name) in NO_PORTFOLIO else name

    def _match_type(self) -> MatchType | None:
        column = "match_type" if self.cells.raw("match_type") else "keyword_type"
        if self.cells.raw(column) in ("-", "–", "—"):
            return MatchType.NONE
        return self._word(column, MATCH_TYPES, MatchType)

    def _share(self) -> Decimal | None:
        """A fraction (0.48), in workbooks with a percent format; CSV writes 48%. `<5%` is not told exactly."""
        text = self.cells.raw("top_of_search_share")
        return None if text.startswith("<") else self.cells.ratio_or_none("top_of_search_share")

    def _word(self, column: str, words: Mapping[str, str], meaning: Callable[[str], T]) -> T | None:
        """What a word means; an unknown one is an error of the row."""
        text = self.cells.raw(column)
        if not text:
            return None
        found = words.get(fold_word(text))
        if found is None:
            self.cells.refuse(column, "unknown_word", "This word is not known here.")
            return None
        return meaning(found)

    def _lenient(self, column: str, words: Mapping[str, str], meaning: Callable[[str], T]) -> T | None:
        """What a word means; an unknown one is left out with a notice, since no figure depends on it."""
        text = self.cells.raw(column)
        if not text:
            return None
        found = words.get(fold_word(text))
        if found is None:
            self.cells.remark(column, "unknown_word", "This word is not known here and was left out.")
            return None
        return meaning(found)

    def _check(self, row: PerformanceRow) -> None:
        cells = self.cells
        if not cells.raw("campaign_name") and not cells.raw("campaign_id"):
            cells.refuse(self._one_of("campaign_name", "campaign_id"), "empty", "The campaign must be named.")
        if self.subjects and not any(map(cells.raw, self.subjects)) and not cells.errors:
            cells.refuse(self.subjects[0], "empty", "The row does not name what its figures are of.")
        if row.report is not Report.PURCHASED_PRODUCTS:
            if row.clicks is None and not cells.raw("clicks"):
                cells.refuse("clicks", "empty", "This cell must not be empty.")
            if row.cost is None and not any(map(cells.raw, self.costs)):
                cells.refuse(self.costs[0], "empty", "This cell must not be empty.")
        if row.impressions is not None and row.clicks is not None and row.clicks > row.impressions:
            message = "More clicks than impressions: Amazon corrects the two at different times."
            cells.remark("clicks", "more_clicks_than_impressions", message)

    def _check_retailer(self) -> None:
        """Amazon sells its advertising to other shops too; their figures are no marketplace's."""
        retailer = self.cells.raw("retailer")
        if retailer and "amazon" not in retailer.casefold():
            self.cells.refuse("retailer", "other_retailer", "Only figures of Amazon's own marketplaces are kept here.")

    def _one_of(self, *columns: str) -> str:
        return next((column for column in columns if self.cells.has(column)), columns[0])


def amazon_id(cells: Cells, column: str) -> str | None:
    """One of Amazon's ids as text, or None; what a spreadsheet has rounded is an error of the row."""
    text = cells.identifier_or_none(column)
    if text is not None and not (text.isascii() and text.isdigit() and len(text) <= 20):
        cells.refuse(column, "damaged_id", "An id of digits is needed here; export the file again, ids as text.")
        return None
    return text


def _needed(cells: Cells, column: str, read: Callable[[str], T], stand_in: T) -> T:
    text = cells.raw(column)
    try:
        if text:
            return read(text)
        cells.refuse(column, "empty", "This cell must not be empty.")
    except CellProblem as problem:
        cells.refuse(column, problem.code, problem.message)
    return stand_in


def _day_or_none(cells: Cells, column: str, order: Order) -> date | None:
    text = cells.raw(column)
    return _needed(cells, column, lambda text: read_report_day(text, order), EMPTY_DAY) if text else None
