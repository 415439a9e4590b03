"""Builds the bytes of advertising files for the tests of readers; all content is made up."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from services.ads.formats.kinds import KINDS
from services.ads.formats.performance_row import PerformanceRow
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.reading import WholeFile, read_whole

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def facts(country: str | None = "US") -> Facts:
    """Everything a sender may say, for one marketplace and March 2026."""
    return Facts(get_marketplace(country) if country else None, FIRST, LAST)


def csv(header: Sequence[str], *rows: Sequence[object], mark: bool = True, delimiter: str = ",") -> bytes:
    """A CSV as the console writes it: quotes where needed, a byte order mark."""

    def cell(value: object) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text else text

    lines = [delimiter.join(cell(value) for value in line) for line in (header, *rows)]
    return (("\ufeff" if mark else "") + "\r\n".join(lines) + "\r\n").encode()


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook of the named sheets; dates are real dates, numbers numbers, `_` in a name is a space."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "mmm dd, yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name.replace("_", " "))
            for number, row in enumerate(rows):
                for index, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(number, index, cell, day)
                    elif cell != "":
                        page.write(number, index, cell)
    return stream.getvalue()


def document(*records: Mapping[str, Any]) -> bytes:
    """A JSON array as the Ads API answers it, unzipped."""
    return json.dumps(list(records)).encode()


def read(data: bytes, country: str | None = "US", content_type: str | None = None) -> WholeFile[Any]:
    """The whole file with all facts said."""
    return read_whole(KINDS, data, facts(country), content_type)


def only_row(data: bytes, country: str | None = "US") -> PerformanceRow:
    """The one row of a performance report, which must have no error."""
    whole = read(data, country)
    assert whole.errors == []
    (row,) = whole.rows
    assert isinstance(row, PerformanceRow)
    return row


def errors(whole: WholeFile[Any]) -> list[tuple[int, str | None, str]]:
    """Line, column and code of each error."""
    return [(error.line, error.column, error.code) for error in whole.errors]


def notices(whole: WholeFile[Any]) -> list[tuple[str, int | None]]:
    """Code and line of each notice."""
    return [(notice.code, notice.line) for notice in whole.notices]


SEARCH_TERMS = [
    "Date",
    "Portfolio name",
    "Currency",
    "Campaign Name",
    "Ad Group Name",
    "Targeting",
    "Match Type",
    "Customer Search Term",
    "Impressions",
    "Clicks",
    "Click-Thru Rate (CTR)",
    "Cost Per Click (CPC)",
    "Spend",
    "7 Day Total Sales ",
    "Total Advertising Cost of Sales (ACoS) ",
    "Total Return on Advertising Spend (RoAS)",
    "7 Day Total Orders (#)",
    "7 Day Total Units (#)",
    "7 Day Conversion Rate",
    "7 Day Advertised SKU Units (#)",
    "7 Day Other SKU Units (#)",
    "7 Day Advertised SKU Sales ",
    "7 Day Other SKU Sales ",
]
TERM: dict[str, object] = {
    "Date": "2026-03-04",
    "Portfolio name": "Not grouped",
    "Currency": "USD",
    "Campaign Name": "Lamps | manual",
    "Ad Group Name": "Desk lamps",
    "Targeting": "desk lamp",
    "Match Type": "BROAD",
    "Customer Search Term": "desk lamp with clamp",
    "Impressions": 200,
    "Clicks": 4,
    "Click-Thru Rate (CTR)": 0.02,
    "Cost Per Click (CPC)": 0.5,
    "Spend": 2,
    "7 Day Total Sales ": 39.98,
    "Total Advertising Cost of Sales (ACoS) ": 0.05,
    "Total Return on Advertising Spend (RoAS)": 20,
    "7 Day Total Orders (#)": 1,
    "7 Day Total Units (#)": 2,
    "7 Day Conversion Rate": 0.25,
    "7 Day Advertised SKU Units (#)": 2,
    "7 Day Other SKU Units (#)": 0,
    "7 Day Advertised SKU Sales ": 39.98,
    "7 Day Other SKU Sales ": 0,
}


def term(rename: Mapping[str, str] | None = None, drop: Sequence[str] = (), **changes: object) -> bytes:
    """A search-term CSV of one row; `changes` by header with `_` for spaces, `rename` headers, `drop` columns."""
    return terms(changes, rename=rename, drop=drop)


def terms(*rows: Mapping[str, object], rename: Mapping[str, str] | None = None, drop: Sequence[str] = ()) -> bytes:
    """A search-term CSV with a row for each set of changes."""
    plain = [{name.replace("_", " "): value for name, value in row.items()} for row in rows]
    new = [name for row in plain for name in row if name not in TERM]
    header = [name for name in dict.fromkeys((*SEARCH_TERMS, *new)) if name not in drop]
    cells = [[{**TERM, **row}.get(name, "") for name in header] for row in plain]
    return csv([(rename or {}).get(name, name) for name in header], *cells)
