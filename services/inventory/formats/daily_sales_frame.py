"""Reads a million rows of our daily sales template at once, with the very rows and errors of the row reader.

Only what is beyond doubt is decided column-wise; every other line goes through the row reader one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from services.inventory.formats import daily_sales
from services.inventory.formats.daily_sales import DailySalesRow
from shared.core.marketplaces import MARKETPLACES
from shared.files.cells import Cells
from shared.files.facts import Facts
from shared.files.kind import Findings, Recognition, Total
from shared.files.problems import Notice, RowError
from shared.files.rows import MAX_CELL_CHARACTERS, split_line
from shared.files.source import Source, open_source
from shared.files.table import make_cells, read_table, settled_charset, take_row

_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt32,
    "account": pl.String,
    "marketplace": pl.String,
    "seller_sku": pl.String,
    "sales_date": pl.Date,
    "units": pl.Int32,
    "orders": pl.Int32,
    "revenue": pl.Decimal(18, 4),
    "currency": pl.String,
    "in_stock": pl.Boolean,
}
SCHEMA = pl.Schema(_TYPES)

_DAYS = 100_000  # more than the days from 1970 to the last year a file may name
_AMOUNT = r"^[0-9]{1,13}(\.[0-9]{1,4})?$"


@dataclass(frozen=True, slots=True)
class DailySalesFrame:
    """The valid rows (columns and types as in SCHEMA, by line), and what was wrong with the others.

    `marketplace` holds country codes, `revenue` is rounded to four places, `totals` is as of `Reading`.
    """

    frame: pl.DataFrame
    errors: list[RowError]
    notices: list[Notice]
    totals: dict[str, Total]


def read_daily_sales_frame(source: Source, recognition: Recognition, facts: Facts | None = None) -> DailySalesFrame:
    """All rows of a recognised daily sales file of any container. Raises FileProblem.

    A text of UTF-8 lines is read column-wise, about a million rows in half a second; where a quoted cell runs
    over several lines, or for another encoding or a workbook, the row reader does all of it.
    """
    facts = facts or Facts()
    fast = _by_columns(source, recognition, facts)
    if fast is not None:
        return fast
    findings = Findings()
    rows = list(read_table(daily_sales.KIND, source, recognition, facts, findings))
    return _finished(_frame(rows), findings)


def _by_columns(source: Source, recognition: Recognition, facts: Facts) -> DailySalesFrame | None:
    """The file read column-wise, or None where that would not be the row reader's answer."""
    dialect = recognition.dialect
    is_wrapped_tsv = dialect.wrapped and dialect.delimiter == "\t"
    if recognition.container != "text" or is_wrapped_tsv or dialect.line_end != "\n":
        return None
    if settled_charset(source, recognition, facts).encoding != "utf-8-sig":
        return None
    with open_source(source) as stream:
        data = stream.read()
    lines = pl.read_lines(data, name="text", row_index_name="line", row_index_offset=1).filter(
        pl.col("line") > recognition.header_line
    )
    if b"\r" in data:
        lines = lines.with_columns(pl.col("text").str.strip_chars_end("\r"))
    width = len(recognition.header)
    cells = make_cells(daily_sales.KIND, recognition, facts)
    good = _clean_rows(_plain_lines(lines, data, dialect.delimiter, width), dialect.delimiter, width, cells)
    rows, findings = [], Findings()
    for number, line in _others(lines, good).iter_rows():
        raw = split_line(number, line, dialect, width)
        if raw is None:
            return None
        if take_row(raw, width, cells, findings):
            row = daily_sales.make_row(cells)
            findings.errors.extend(cells.errors)
            if not cells.errors:
                rows.append(row)
    frame = pl.concat([good, _frame(rows)]).sort("line") if rows else good
    return _finished(frame, findings)


def _plain_lines(lines: pl.DataFrame, data: bytes, delimiter: str, width: int) -> pl.DataFrame:
    """Those lines that split into as many cells as the header at every delimiter, freed of idle quotes.

    Quotes are idle where they wrap whole cells that hold neither a quote nor the delimiter.
    """
    text = pl.col("text")
    is_plain = (text.str.count_matches(delimiter, literal=True) == width - 1) & (
        text.str.len_bytes() <= MAX_CELL_CHARACTERS
    )
    if b"\x00" in data:
        is_plain &= ~text.str.contains("\x00", literal=True)
    if b'"' not in data:
        return lines.filter(is_plain)
    if delimiter == "\t":
        return lines.filter(is_plain & ~text.str.contains('"', literal=True))
    cell = f'(?:"[^"{delimiter}]*"|[^"{delimiter}]*)'
    is_idle = text.str.contains(f"^{cell}(?:{delimiter}{cell})*$")
    return lines.filter(is_plain & is_idle).with_columns(text.str.replace_all('"', "", literal=True))


def _others(lines: pl.DataFrame, good: pl.DataFrame) -> pl.DataFrame:
    """The lines that are not among the good rows, in order."""
    if lines.height == good.height:
        return lines.clear()
    return lines.join(good.select("line"), on="line", how="anti", maintain_order="left")


def _clean_rows(plain: pl.DataFrame, delimiter: str, width: int, cells: Cells) -> pl.DataFrame:
    """Those rows of as many cells as the header of which every cell is read without doubt."""
    parts = plain.select(
        "line", pl.col("text").str.split_exact(delimiter, width - 1).struct.rename_fields(_names(width))
    ).unnest("text")
    columns = _Columns(parts, cells)
    columns.by_value("account", lambda one: one.identifier_or_none("account"))
    columns.by_value("marketplace", _marketplace_code)
    columns.by_value("seller_sku", lambda one: one.identifier("seller_sku"))
    columns.by_value("sales_date", lambda one: one.day("sales_date"))
    columns.whole("units", may_be_empty=False)
    columns.whole("orders")
    columns.amount("revenue")
    columns.by_value("currency", lambda one: one.currency_or_none("currency"))
    columns.by_value("in_stock", lambda one: one.boolean_or_none("in_stock"))
    clean = parts.select("line", *columns.read, columns.is_good.alias("is_good"))
    own_currency = pl.col("marketplace").replace_strict(_CURRENCIES, return_dtype=pl.String)
    return clean.filter("is_good").drop("is_good").with_columns(pl.coalesce("currency", own_currency)).cast(SCHEMA)


_CURRENCIES = {market.country_code: market.currency for market in MARKETPLACES}


def _names(width: int) -> list[str]:
    return [f"cell_{index}" for index in range(width)]


def _marketplace_code(cells: Cells) -> str | None:
    market = cells.marketplace_or_none("marketplace")
    if market is None:
        cells.refuse("marketplace", "empty", "This cell must not be empty.")
        return None
    return market.country_code


class _Columns:
    """Expressions for the columns of the frame, and the one that says which rows are good in all of them."""

    def __init__(self, parts: pl.DataFrame, cells: Cells) -> None:
        self.parts = parts
        self.cells = cells
        self.read: list[pl.Expr] = []
        self.is_good = pl.lit(True)

    def by_value(self, name: str, read: Callable[[Cells], object]) -> None:
        """A column with few different values: each is read once, by the row reader's own accessor."""
        if (cell := self._cell(name)) is None:
            return
        dtype = SCHEMA[name]
        one = Cells({name: 0}, {}, self.cells.facts, decimal_comma=self.cells.decimal_comma)
        known: dict[str, object] = {}
        bad: list[str] = []
        for raw in self.parts.select(cell.unique()).to_series().to_list():
            one.set(0, (raw,))
            value = read(one)
            if one.errors:
                bad.append(raw)
            else:
                known[raw] = value
        if bad:
            self.is_good &= ~cell.is_in(bad)
        if all(raw == value for raw, value in known.items()):
            self.read.append(cell.alias(name))
        else:
            values = pl.Series(list(known.values()), dtype=dtype, strict=True)
            old = pl.Series(list(known), dtype=pl.String)
            read_values = cell.replace_strict(old, values, default=None, return_dtype=dtype)
            self.read.append(read_values.alias(name))

    def whole(self, name: str, *, may_be_empty: bool = True) -> None:
        """A column of whole numbers from 0; another way of writing them is left to the row reader."""
        if (cell := self._cell(name)) is not None:
            value = cell.cast(pl.Int32, strict=False)
            is_good = value >= 0
            self.is_good &= (is_good | (cell == "")) if may_be_empty else is_good
            self.read.append(value.alias(name))

    def amount(self, name: str) -> None:
        """A column of amounts of at most four places, or empty; all else is left to the row reader."""
        if (cell := self._cell(name)) is not None:
            is_good = cell.str.contains(_AMOUNT)
            self.is_good &= is_good | (cell == "")
            self.read.append(pl.when(is_good).then(cell).cast(pl.Decimal(18, 4), strict=False).alias(name))

    def _cell(self, name: str) -> pl.Expr | None:
        """The raw column; of one that the file lacks, nulls are read instead and None comes back."""
        position = self.cells.positions.get(name)
        if position is None:
            self.read.append(pl.lit(None, SCHEMA[name]).alias(name))
            return None
        return pl.col(f"cell_{position}")


def _frame(rows: Sequence[DailySalesRow]) -> pl.DataFrame:
    """Rows as the frame holds them."""
    names = [name for name in SCHEMA if name != "in_stock"]
    data: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in names}
    data["marketplace"] = [row.marketplace.country_code for row in rows]
    data["in_stock"] = [row.is_in_stock for row in rows]
    return pl.DataFrame(data, schema=SCHEMA)


def _listing_numbers(frame: pl.DataFrame) -> pl.Series:
    """A number per row, alike for rows of one listing: account and SKU without case, and marketplace."""
    numbers = pl.Series([0], dtype=pl.UInt64).new_from_index(0, frame.height)
    for name in ("account", "marketplace", "seller_sku"):
        if frame[name].null_count() < frame.height:
            folded, count = _folded(frame[name].fill_null(""))
            numbers = numbers * count + folded
    return numbers


def _folded(names: pl.Series) -> tuple[pl.Series, int]:
    """Numbers from 0 for names, alike for names that differ in case only, and how many there are."""
    numbers: dict[str, int] = {}
    distinct = names.unique().to_list()
    folded = [numbers.setdefault(name.casefold(), len(numbers)) for name in distinct]
    return names.replace_strict(distinct, folded, return_dtype=pl.UInt64), len(numbers)


def _each_once(frame: pl.DataFrame, keys: pl.Series, findings: Findings) -> pl.DataFrame:
    """The frame without later rows of a key that came before; as `once.each_once` words and decides it."""
    is_repeated = keys.is_duplicated()
    first: dict[int, tuple[Any, ...]] = {}
    later: list[int] = []
    for key, row in zip(keys.filter(is_repeated), frame.filter(is_repeated).iter_rows(), strict=True):
        known = first.setdefault(key, row)
        if known is row:
            continue
        later.append(row[0])
        if known[1:] == row[1:]:
            message = f"The row says the same as line {known[0]}."
            findings.notices.append(Notice("repeated_row", message, row[0]))
        else:
            message = f"Line {known[0]} already says otherwise for this {daily_sales.KEY_WORDS}."
            findings.errors.append(RowError(row[0], None, "duplicate_key", message))
    return frame.filter(~pl.col("line").is_in(later))


def _finished(frame: pl.DataFrame, findings: Findings) -> DailySalesFrame:
    """The frame with one row per key, the errors by line, and the totals that the kind states."""
    listings = _listing_numbers(frame)
    keys = listings * _DAYS + frame["sales_date"].cast(pl.Int32).cast(pl.UInt64)
    if keys.n_unique() < frame.height:
        frame = _each_once(frame, keys, findings)
    findings.errors.sort(key=lambda error: error.line)
    findings.notices.sort(key=lambda notice: notice.line or 0)
    totals: dict[str, Total] = {
        "rows": frame.height,
        "units": int(frame["units"].cast(pl.Int64).sum()),
        "in_stock_days": int(frame["in_stock"].sum() or 0),
        "listings": listings.n_unique(),
        "days": frame["sales_date"].n_unique(),
    }
    return DailySalesFrame(frame, findings.errors, findings.notices, totals)
