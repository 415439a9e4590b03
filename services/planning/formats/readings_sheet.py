"""Reads our sheet of readings: what a metric was in a scope, over a month or from one day to another."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.planning.domain.months import last_day
from services.planning.domain.rounding import half_up
from services.planning.domain.scope import Scope, ScopeKey
from services.planning.formats.plan_sheet import SCOPE_COLUMNS, VALUE_PLACES, read_month_header
from shared.files.cells import EMPTY_DAY, Cells
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals
from shared.files.once import each_once

NAME = "readings_sheet"


@dataclass(frozen=True, slots=True)
class ReadingsSheetRow:
    """One observation; the scope holds names as written in the sheet. `observed_at` None: when the file was sent."""

    line: int
    metric_code: str
    scope: Scope
    start_date: date
    end_date: date
    value: Decimal
    currency: str | None
    observed_at: datetime | None


COLUMNS = (
    Column("metric", ("metric", "metric_code", "指标"), required=True),
    Column("org_unit", ("org_unit", "unit", "部门")),
    Column("node", ("node", "series", "系列")),
    Column("product", ("product", "产品")),
    Column("initiative", ("initiative", "项目")),
    Column("segment", ("segment", "细分")),
    Column("marketplace", ("marketplace", "站点")),
    Column("channel", ("channel", "渠道")),
    Column("month", ("month", "月份")),
    Column("start_date", ("start_date", "from_date", "date", "开始日期")),
    Column("end_date", ("end_date", "to_date", "结束日期")),
    Column("value", ("value", "数值"), required=True),
    Column("currency", ("currency", "币种")),
    Column("observed_at", ("observed_at", "观测时间")),
)


def make_row(cells: Cells) -> ReadingsSheetRow:
    """One row: a month, or days from the first to the last; a first day alone is that day."""
    start_date, end_date = _days(cells)
    value = cells.amount_or_none("value", least=None)
    if value is None and not cells.raw("value"):
        cells.refuse("value", "empty", "This cell must not be empty.")
    rounded = half_up(value or Decimal(0), VALUE_PLACES)
    if value is not None and rounded != value:
        cells.remark("value", "rounded", f"The value was rounded to {VALUE_PLACES} places.")
    names = {
        key.value: cells.identifier_or_none(column, 100)
        for key, column in SCOPE_COLUMNS.items()
        if key is not ScopeKey.MARKETPLACE
    }
    marketplace = cells.marketplace_or_none("marketplace")
    return ReadingsSheetRow(
        line=cells.line,
        metric_code=cells.identifier("metric", 64).casefold(),
        scope=Scope(**names, marketplace=None if marketplace is None else marketplace.country_code),
        start_date=start_date,
        end_date=end_date,
        value=rounded,
        currency=cells.currency_or_none("currency"),
        observed_at=cells.instant_or_none("observed_at"),
    )


def _days(cells: Cells) -> tuple[date, date]:
    if written := cells.raw("month"):
        month = read_month_header(written)
        if month is None:
            cells.refuse("month", "bad_month", "A month is needed here, such as 2027-01.")
            return EMPTY_DAY, EMPTY_DAY
        if cells.raw("start_date") or cells.raw("end_date"):
            cells.refuse("month", "two_periods", "Name the month or the days, not both.")
        return month, last_day(month)
    if not cells.raw("start_date"):
        cells.refuse("start_date", "empty", "Name the month, or the first day.")
        return EMPTY_DAY, EMPTY_DAY
    start_date = cells.day("start_date")
    end_date = cells.day_or_none("end_date") or start_date
    if end_date < start_date and not cells.errors:
        cells.refuse("end_date", "too_early", "The last day lies before the first.")
    return start_date, end_date


def key_of(row: ReadingsSheetRow) -> tuple[str, Scope, date, date, datetime | None]:
    """What may stand once per file: a metric, scope and period at a moment."""
    return row.metric_code, row.scope, row.start_date, row.end_date, row.observed_at


_begin = each_once(make_row, key_of, "metric, scope, period and moment")

KIND: TableKind[ReadingsSheetRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=_begin,
    any_of=(("start_date", "month"),),
    totals=Totals(
        sums={"readings": lambda row: 1},
        distinct={"metrics": lambda row: row.metric_code, "scopes": lambda row: row.scope},
    ),
    own=True,
)
