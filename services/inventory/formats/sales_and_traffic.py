"""Reads the sales and traffic report (JSON): figures per date and, over the whole range, per ASIN or SKU."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NoReturn

from shared.core.marketplaces import Marketplace, find_marketplace
from shared.files.cells import MAX_AMOUNT, MAX_INTEGER, read_currency
from shared.files.charset import Charset
from shared.files.facts import Facts
from shared.files.kind import Findings, JsonKind, Recognition, Totals
from shared.files.problems import CellProblem, FileProblem, Notice, RowError, shown
from shared.files.recognise import NO_DIALECT
from shared.files.source import Source, open_source, source_bytes
from shared.files.table import settled_charset
from shared.files.values import read_day, read_identifier

NAME = "sales_and_traffic"

MAX_BYTES = 64 * 1024 * 1024

_MARK = re.compile(r'"(?:GET_SALES_AND_TRAFFIC_REPORT|salesAndTrafficBy(?:Date|Asin))"')

DateGranularity = Literal["day", "week", "month"]
AsinGranularity = Literal["parent", "child", "sku"]

_DATE_GRANULARITIES: dict[str, DateGranularity] = {"DAY": "day", "WEEK": "week", "MONTH": "month"}
_ASIN_GRANULARITIES: dict[str, AsinGranularity] = {"PARENT": "parent", "CHILD": "child", "SKU": "sku"}


@dataclass(frozen=True, slots=True)
class TrafficDate:
    """The whole marketplace in the day, week or month that begins on `start_date`. Ratios are 0-1."""

    line: int
    marketplace: Marketplace
    start_date: date
    granularity: DateGranularity
    units: int
    sales: Decimal | None
    currency: str | None
    order_items: int | None
    refunded_units: int | None
    shipped_units: int | None
    shipped_sales: Decimal | None
    sessions: int | None
    page_views: int | None
    featured_offer_ratio: Decimal | None
    unit_session_ratio: Decimal | None


@dataclass(frozen=True, slots=True)
class TrafficItem:
    """One parent, child or SKU over the whole range asked for. Ratios are 0-1.

    Only a SKU over a single day is the daily sales of a listing (`is_one_day_of_a_listing`). A child ASIN over
    a single day is one too where a single listing has that ASIN, which the reader cannot know. All else is an
    aggregate of a period. The sums by item and by date differ in real files and are never made equal.
    """

    line: int
    marketplace: Marketplace
    from_date: date
    to_date: date
    granularity: AsinGranularity
    parent_asin: str | None
    child_asin: str | None
    seller_sku: str | None
    units: int
    sales: Decimal | None
    currency: str | None
    order_items: int | None
    sessions: int | None
    page_views: int | None
    featured_offer_ratio: Decimal | None
    unit_session_ratio: Decimal | None

    @property
    def is_one_day(self) -> bool:
        """Whether the range is a single day."""
        return self.from_date == self.to_date

    @property
    def is_one_day_of_a_listing(self) -> bool:
        """Whether this is the sales of one listing on one day."""
        return self.is_one_day and self.granularity == "sku" and self.seller_sku is not None


TrafficRow = TrafficDate | TrafficItem

TOTALS: Totals[TrafficRow] = Totals(
    sums={
        "dates": lambda row: int(isinstance(row, TrafficDate)),
        "units_by_date": lambda row: row.units if isinstance(row, TrafficDate) else 0,
        "sales_by_date": lambda row: (row.sales or 0) if isinstance(row, TrafficDate) else 0,
        "items": lambda row: int(isinstance(row, TrafficItem)),
        "units_by_item": lambda row: row.units if isinstance(row, TrafficItem) else 0,
        "sales_by_item": lambda row: (row.sales or 0) if isinstance(row, TrafficItem) else 0,
    }
)


@dataclass(frozen=True, slots=True)
class _Asked:
    marketplace: Marketplace
    from_date: date
    to_date: date
    date_granularity: DateGranularity
    asin_granularity: AsinGranularity


def recognise_sales_and_traffic(text: str, charset: Charset) -> Recognition | None:
    """The report, if the head of the document has its marks."""
    if not _MARK.search(text):
        return None
    return Recognition(NAME, "json", charset, NO_DIALECT, "2021", "en", needs=(), header_line=0)


def read_sales_and_traffic(
    source: Source, recognition: Recognition, facts: Facts, findings: Findings
) -> Iterator[TrafficRow]:
    """All dates, then all items. A list's broken record is one error, its `line` the position in the list.

    Raises FileProblem: `too_large`, `bad_json` (a truncated document too), `incomplete` (what was asked for is
    not told).
    """
    document = _load(source, recognition, facts)
    asked = _asked(document)
    by_date = _records(document, "salesAndTrafficByDate")
    by_item = _records(document, "salesAndTrafficByAsin")
    return _rows(asked, by_date, by_item, findings)


def _load(source: Source, recognition: Recognition, facts: Facts) -> dict[str, Any]:
    if source_bytes(source) > MAX_BYTES:
        raise FileProblem("too_large", f"The document has more than {MAX_BYTES // 1024 // 1024} MB.")
    charset = settled_charset(source, recognition, facts)
    with open_source(source) as stream:
        text = stream.read().decode(charset.encoding, charset.errors)
    try:
        document = json.loads(text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        place = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise FileProblem("bad_json", f"The JSON document is damaged or cut off{place}.") from error
    if not isinstance(document, dict):
        raise FileProblem("bad_json", "The JSON document is not a report.")
    return document


def _decimal(text: str) -> Decimal:
    return Decimal(text) if len(text) <= 40 else Decimal("NaN")


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= 40 else Decimal("NaN")


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _asked(document: dict[str, Any]) -> _Asked:
    """What was asked for; without it the figures mean nothing."""
    specification = _object(document.get("reportSpecification"))
    options = _object(specification.get("reportOptions"))
    ids = specification.get("marketplaceIds")
    named = ids[0] if isinstance(ids, list) and len(ids) == 1 else None
    marketplace = find_marketplace(named) if isinstance(named, str) else None
    by_date = _DATE_GRANULARITIES.get(str(options.get("dateGranularity", "DAY")))
    by_asin = _ASIN_GRANULARITIES.get(str(options.get("asinGranularity", "PARENT")))
    try:
        from_date = read_day(str(specification.get("dataStartTime"))[:10], "ymd")
        to_date = read_day(str(specification.get("dataEndTime"))[:10], "ymd")
    except CellProblem:
        from_date = to_date = date.min
    missing = [
        name
        for name, is_known in (
            ("marketplaceIds", marketplace is not None),
            ("dateGranularity", by_date is not None),
            ("asinGranularity", by_asin is not None),
            ("dataStartTime and dataEndTime", date.min < from_date <= to_date),
        )
        if not is_known
    ]
    if marketplace is None or by_date is None or by_asin is None or missing:
        message = f"The report specification does not tell: {', '.join(missing)}."
        raise FileProblem("incomplete", message, {"missing": missing})
    return _Asked(marketplace, from_date, to_date, by_date, by_asin)


def _records(document: dict[str, Any], name: str) -> list[Any]:
    records = document.get(name, [])
    if not isinstance(records, list):
        raise FileProblem("bad_json", f"{name} is not a list.")
    return records


def _rows(asked: _Asked, by_date: list[Any], by_item: list[Any], findings: Findings) -> Iterator[TrafficRow]:
    came: set[date] = set()
    for position, record in enumerate(by_date, start=1):
        fields = _Fields(record, f"salesAndTrafficByDate[{position - 1}]", position)
        row = _date_row(asked, fields)
        if row.start_date in came:
            fields.refuse("date", "duplicate_key", "This date came before.", str(row.start_date))
        if fields.errors:
            findings.errors.extend(fields.errors)
        else:
            came.add(row.start_date)
            yield row
    if asked.date_granularity == "day" and by_date:
        _tell_missing_days(asked, came, findings)
    for position, record in enumerate(by_item, start=1):
        fields = _Fields(record, f"salesAndTrafficByAsin[{position - 1}]", position)
        item = _item_row(asked, fields)
        if fields.errors:
            findings.errors.extend(fields.errors)
        else:
            yield item


def _tell_missing_days(asked: _Asked, came: set[date], findings: Findings) -> None:
    span = (asked.to_date - asked.from_date).days + 1
    asked_days = (asked.from_date + timedelta(days=offset) for offset in range(min(span, 1000)))
    if missing := [day.isoformat() for day in asked_days if day not in came]:
        message = f"{span} days were asked for, {len(came)} came. Missing, not zero: {', '.join(missing[:40])}."
        findings.notices.append(Notice("missing_days", message, value=",".join(missing)))


def _date_row(asked: _Asked, fields: "_Fields") -> TrafficDate:
    sales, currency = fields.money("salesByDate", "orderedProductSales")
    shipped_sales, _ = fields.money("salesByDate", "shippedProductSales")
    return TrafficDate(
        line=fields.position,
        marketplace=asked.marketplace,
        start_date=fields.day("date"),
        granularity=asked.date_granularity,
        units=fields.needed_integer("salesByDate", "unitsOrdered"),
        sales=sales,
        currency=currency,
        order_items=fields.integer("salesByDate", "totalOrderItems"),
        refunded_units=fields.integer("salesByDate", "unitsRefunded"),
        shipped_units=fields.integer("salesByDate", "unitsShipped"),
        shipped_sales=shipped_sales,
        sessions=fields.integer("trafficByDate", "sessions"),
        page_views=fields.integer("trafficByDate", "pageViews"),
        featured_offer_ratio=fields.percent("trafficByDate", "buyBoxPercentage"),
        unit_session_ratio=fields.percent("trafficByDate", "unitSessionPercentage"),
    )


def _item_row(asked: _Asked, fields: "_Fields") -> TrafficItem:
    sales, currency = fields.money("salesByAsin", "orderedProductSales")
    needed = {"parent": "parentAsin", "child": "childAsin", "sku": "sku"}[asked.asin_granularity]
    return TrafficItem(
        line=fields.position,
        marketplace=asked.marketplace,
        from_date=asked.from_date,
        to_date=asked.to_date,
        granularity=asked.asin_granularity,
        parent_asin=fields.identifier("parentAsin", needed == "parentAsin"),
        child_asin=fields.identifier("childAsin", needed == "childAsin"),
        seller_sku=fields.identifier("sku", needed == "sku"),
        units=fields.needed_integer("salesByAsin", "unitsOrdered"),
        sales=sales,
        currency=currency,
        order_items=fields.integer("salesByAsin", "totalOrderItems"),
        sessions=fields.integer("trafficByAsin", "sessions"),
        page_views=fields.integer("trafficByAsin", "pageViews"),
        featured_offer_ratio=fields.percent("trafficByAsin", "buyBoxPercentage"),
        unit_session_ratio=fields.percent("trafficByAsin", "unitSessionPercentage"),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _Fields:
    """One record of the document, read field by field; what cannot be read becomes an error of the record."""

    def __init__(self, record: Any, path: str, position: int) -> None:
        self.record = _object(record)
        self.path = path
        self.position = position
        self.errors: list[RowError] = []

    def refuse(self, name: str, code: str, message: str, value: Any = None) -> None:
        text = None if value is None else shown(str(value))
        self.errors.append(RowError(self.position, f"{self.path}.{name}", code, message, text))

    def identifier(self, name: str, is_needed: bool) -> str | None:
        value = self.record.get(name)
        if value is None or value == "":
            if is_needed:
                self.refuse(name, "empty", "This must not be empty.")
            return None
        try:
            return read_identifier(str(value))
        except CellProblem as problem:
            self.refuse(name, problem.code, problem.message, value)
            return None

    def day(self, name: str) -> date:
        value = self.record.get(name)
        try:
            return read_day(str(value), "ymd")
        except CellProblem as problem:
            self.refuse(name, problem.code, problem.message, value)
            return date.min

    def needed_integer(self, part: str, name: str) -> int:
        value = self.integer(part, name)
        if value is None and not self.errors:
            self.refuse(f"{part}.{name}", "empty", "This must not be empty.")
        return value or 0

    def integer(self, part: str, name: str) -> int | None:
        value = self._number(f"{part}.{name}", _object(self.record.get(part)).get(name))
        if value is None:
            return None
        if value != value.to_integral_value() or not 0 <= value <= MAX_INTEGER:
            self.refuse(f"{part}.{name}", "not_whole", "A whole number is needed here.", value)
            return None
        return int(value)

    def percent(self, part: str, name: str) -> Decimal | None:
        """A number of the scale 0-100 as a ratio; conversion may exceed 1."""
        value = self._number(f"{part}.{name}", _object(self.record.get(part)).get(name))
        return None if value is None else value / 100

    def money(self, part: str, name: str) -> tuple[Decimal | None, str | None]:
        entry = _object(_object(self.record.get(part)).get(name))
        amount = self._number(f"{part}.{name}.amount", entry.get("amount"))
        code = entry.get("currencyCode")
        if amount is None or code is None:
            return amount, None
        try:
            return amount, read_currency(str(code))
        except CellProblem as problem:
            self.refuse(f"{part}.{name}.currencyCode", problem.code, problem.message, code)
            return amount, None

    def _number(self, name: str, value: Any) -> Decimal | None:
        if value is None:
            return None
        try:
            number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or abs(number) >= MAX_AMOUNT:
            self.refuse(name, "bad_number", "A number is needed here.", value)
            return None
        return number


KIND: JsonKind[TrafficRow] = JsonKind(
    name=NAME, recognise=recognise_sales_and_traffic, read=read_sales_and_traffic, totals=TOTALS
)
