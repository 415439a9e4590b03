"""Reads and writes the sheet in which a plan is filled in: a metric and scope on each row, a month in each column."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from services.planning.domain.months import month_text
from services.planning.domain.plan_lines import LineOrigin, PlanLine
from services.planning.domain.rounding import half_up
from services.planning.domain.scope import Scope, ScopeKey
from shared.files.cells import Cells
from shared.files.csv_out import Cell, csv_bytes
from shared.files.headers import Column, HeaderMatch
from shared.files.kind import TableKind, Totals
from shared.files.xlsx_out import xlsx_bytes

NAME = "plan_sheet"
SHEET = "Plan"
VALUE_PLACES = 6
_HALF_A_CENT = Decimal("0.005")
_MONTH = re.compile(r"month:([0-9]{4})-([0-9]{2})")

# What each key of a scope is called in the sheet; the names in the cells are codes that people know, not ids.
SCOPE_COLUMNS: dict[ScopeKey, str] = {
    ScopeKey.ORG_UNIT_ID: "org_unit",
    ScopeKey.NODE_ID: "node",
    ScopeKey.PRODUCT_REF: "product",
    ScopeKey.INITIATIVE_ID: "initiative",
    ScopeKey.SEGMENT_ID: "segment",
    ScopeKey.MARKETPLACE: "marketplace",
    ScopeKey.CHANNEL: "channel",
}

COLUMNS = (
    Column("metric", ("metric", "metric_code", "指标"), required=True),
    Column("org_unit", ("org_unit", "unit", "部门")),
    Column("node", ("node", "series", "系列")),
    Column("product", ("product", "产品")),
    Column("initiative", ("initiative", "项目")),
    Column("segment", ("segment", "细分")),
    Column("marketplace", ("marketplace", "站点")),
    Column("channel", ("channel", "渠道")),
    Column("origin", ("origin", "来源"), required=True),
    Column("total", ("total", "year_total", "合计")),
)
_LEADING = tuple(column.name for column in COLUMNS if column.name != "total")
_ORIGINS = {origin.value.replace("_", " "): origin for origin in LineOrigin} | {
    "历史": LineOrigin.HISTORY,
    "趋势": LineOrigin.TREND,
    "期望": LineOrigin.WISH,
    "自下而上": LineOrigin.BOTTOM_UP,
    "上新": LineOrigin.LAUNCH,
    "活动": LineOrigin.CAMPAIGN,
}


@dataclass(frozen=True, slots=True)
class PlanSheetRow:
    """One metric in one scope with its months in order; the scope holds names as written in the sheet.

    A month whose cell is empty is not planned, which is not the same as planned to be 0. `printed` tells what the
    columns are called in the file.
    """

    line: int
    metric_code: str
    scope: Scope
    origin: LineOrigin
    values: tuple[tuple[date, Decimal], ...]
    empty_months: tuple[date, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        """The row as lines of a plan, its scope still in names."""
        return tuple(PlanLine(self.metric_code, self.scope, month, value, self.origin) for month, value in self.values)


_SPELLINGS = (
    re.compile(r"(?P<year>[0-9]{4})[-/年](?P<month>[0-9]{1,2})月?"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-01"),  # a cell that a spreadsheet has taken for a day
    re.compile(r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})"),
    re.compile(r"(?P<name>[a-z]{3,9})\.?[-/. ](?P<year>[0-9]{2}|[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{2})-(?P<name>[a-z]{3})"),
)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_month_header(text: str) -> date | None:
    """The month that a header names, or None: `2027-01`, `2027年1月`, `01/2027`, and `Jan-27` as spreadsheets make it.

    Two-digit years are of this century.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    for spelling in _SPELLINGS:
        if (found := spelling.fullmatch(plain)) is None:
            continue
        parts = found.groupdict()
        name = parts.get("name")
        if name is not None and name[:3] not in _NAMES:
            return None
        month = _NAMES.index(name[:3]) + 1 if name is not None else int(parts["month"])
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
        return date(year, month, 1) if 1 <= month <= 12 and 1990 <= year <= 2199 else None
    return None


class PlanSheetKind(TableKind[PlanSheetRow]):
    """A kind whose columns are, besides the named ones, as many months as the file has."""

    __slots__ = ()

    def match(self, header: tuple[str, ...]) -> HeaderMatch:
        """Which headers are which columns; a month is the column `month:2027-01`, and one at least must be there."""
        match = TableKind.match(self, header)
        positions, printed = dict(match.positions), dict(match.printed)
        repeated = list(match.repeated)
        found = [
            (index, text.strip(), month) for index, text in enumerate(header) if (month := read_month_header(text))
        ]
        for index, text, month in found:
            name = month_column(month)
            if name in positions:
                repeated.append(text)
            else:
                positions[name], printed[name] = index, text
        months = {text for _, text, _ in found}
        return replace(
            match,
            positions=positions,
            printed=printed,
            repeated=tuple(repeated),
            unknown=tuple(text for text in match.unknown if text not in months),
            missing=match.missing if found else (*match.missing, "2027-01"),
        )


def make_row(cells: Cells) -> PlanSheetRow:
    """One row: a metric, an origin and its months; the total, where it is filled in, is that of the months."""
    marketplace = cells.marketplace_or_none("marketplace")
    names = {key: cells.identifier_or_none(column) for key, column in SCOPE_COLUMNS.items() if column != "marketplace"}
    origin = cells.choice_or_none("origin", _ORIGINS)
    if origin is None and not cells.raw("origin"):
        cells.refuse(
            "origin", "empty", "Say where the values come from: history, trend, wish, bottom_up, launch, campaign."
        )
    values = _values(cells)
    row = PlanSheetRow(
        line=cells.line,
        metric_code=cells.identifier("metric", 100).casefold(),
        scope=Scope(
            **{key.value: name for key, name in names.items()},
            marketplace=None if marketplace is None else marketplace.country_code,
        ),
        origin=origin or LineOrigin.BOTTOM_UP,
        values=values,
        empty_months=_empty_months(cells),
        printed=cells.printed,
    )
    if not cells.errors:
        _check(cells, row)
    return row


def _values(cells: Cells) -> tuple[tuple[date, Decimal], ...]:
    values = []
    for column in cells.positions:
        found = _MONTH.fullmatch(column)
        value = cells.amount_or_none(column, least=None) if found else None
        if found is None or value is None:
            continue
        rounded = half_up(value, VALUE_PLACES)
        if rounded != value:
            cells.remark(column, "rounded", f"The value was rounded to {VALUE_PLACES} places.")
        values.append((date(int(found[1]), int(found[2]), 1), rounded))
    return tuple(sorted(values))


def _empty_months(cells: Cells) -> tuple[date, ...]:
    found = (_MONTH.fullmatch(column) for column in cells.positions if not cells.raw(column))
    return tuple(sorted(date(int(month[1]), int(month[2]), 1) for month in found if month))


def month_column(month: date) -> str:
    """The name of a month's column among `printed`."""
    return f"month:{month_text(month)}"


def _check(cells: Cells, row: PlanSheetRow) -> None:
    if not row.values and not cells.raw("total"):
        cells.remark(None, "nothing_planned", "No month of this row has a value: it was left out.")
        return
    if row.origin in (LineOrigin.LAUNCH, LineOrigin.CAMPAIGN) and row.scope.initiative_id is None:
        cells.remark("initiative", "unnamed", "A launch or campaign without an initiative covers nothing of a target.")
    total = cells.amount_or_none("total", least=None)
    months = sum((value for _, value in row.values), Decimal(0))
    # Spreadsheets count in binary: the total of a formula may be off by less than anybody can mean.
    if total is not None and abs(total - months) >= _HALF_A_CENT:
        message = f"The months sum to {_plain(months)}. Leave the total empty for what does not sum, such as a ratio."
        cells.refuse("total", "total_differs", message)


def begin() -> Callable[[Cells], PlanSheetRow | None]:
    """The maker for one file: a metric and scope may stand on several rows, but a month of it on one only.

    A row without values, and one that says the same as an earlier one, is dropped with a notice; another value for a
    month is refused (`duplicate_key`).
    """
    seen: dict[tuple[str, Scope, date], PlanSheetRow] = {}

    def make(cells: Cells) -> PlanSheetRow | None:
        row = make_row(cells)
        if cells.errors:
            return None
        keys = [line.key for line in row.lines]
        if not keys:
            return None
        first = next((seen[key] for key in keys if key in seen), None)
        if first is None:
            seen.update(dict.fromkeys(keys, row))
            return row
        if replace(first, line=row.line) == row:
            cells.remark(None, "repeated_row", f"The row says the same as line {first.line}.")
        else:
            months = ", ".join(month_text(key[2]) for key in keys if key in seen)
            message = f"Line {first.line} already has this metric and scope for {months}."
            cells.refuse("metric", "duplicate_key", message)
        return None

    return make


KIND = PlanSheetKind(
    name=NAME,
    columns=COLUMNS,
    begin=begin,
    totals=Totals(
        sums={"lines": lambda row: len(row.values)},
        distinct={"metrics": lambda row: row.metric_code},
    ),
    own=True,
)


def sheet_columns(months: Iterable[date]) -> tuple[str, ...]:
    """The header of the sheet for these months."""
    return (*_LEADING, *(month_text(month) for month in months), "total")


def sheet_rows(
    lines: Iterable[PlanLine],
    months: Sequence[date],
    sum_metrics: Iterable[str],
    empty: Iterable[tuple[str, Scope]] = (),
) -> Iterator[list[Cell]]:
    """A row for every metric, scope (in names) and origin of the lines, in order; then the `empty` ones.

    Only metrics that sum have a total, which is that of the row. Lines of other months are left out.
    """
    summed = frozenset(sum_metrics)
    series: dict[tuple[str, Scope, LineOrigin], dict[date, Decimal]] = defaultdict(dict)
    wanted = frozenset(months)
    for line in lines:
        if line.month in wanted:
            series[line.metric_code, line.scope, line.origin][line.month] = line.value
    for metric, scope, origin in sorted(
        series, key=lambda key: (key[0], key[1].canonical, list(LineOrigin).index(key[2]))
    ):
        by_month = series[metric, scope, origin]
        total = sum(by_month.values(), Decimal(0)) if metric in summed else None
        yield _row(metric, scope, origin, [by_month.get(month) for month in months], total)
    known = {(metric, scope) for metric, scope, _ in series}
    for metric, scope in sorted(set(empty) - known, key=lambda key: (key[0], key[1].canonical)):
        yield _row(metric, scope, LineOrigin.BOTTOM_UP, [None] * len(months), None)


def plan_sheet_xlsx(
    rows: Iterable[Sequence[Cell]], months: Sequence[date], created: datetime | None = None
) -> Iterator[bytes]:
    """The sheet as a workbook in blocks; reading it back gives the same values."""
    return xlsx_bytes(sheet_columns(months), rows, sheet=SHEET, created=created)


def plan_sheet_csv(rows: Iterable[Sequence[Cell]], months: Sequence[date]) -> Iterator[bytes]:
    """The sheet as CSV in blocks; reading it back gives the same values."""
    return csv_bytes(sheet_columns(months), rows)


def _row(
    metric: str, scope: Scope, origin: LineOrigin, values: Sequence[Decimal | None], total: Decimal | None
) -> list[Cell]:
    names = {column: scope.keys.get(key) for key, column in SCOPE_COLUMNS.items()}
    leading = {"metric": metric, **names, "origin": origin.value}
    return [*(leading[name] for name in _LEADING), *(_number(value) for value in values), _number(total)]


def _number(value: Decimal | None) -> Cell:
    """A number, or its text where a spreadsheet's fifteen digits would lose some of it."""
    if value is None:
        return None
    text = _plain(value)
    return Decimal(text) if Decimal(format(float(value), ".15g")) == value else text


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
