"""The sheet a plan is filled in: what is written reads back unchanged, and what is wrong is told by line and column."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planning.domain.plan_lines import LineOrigin, PlanLine, year_months
from services.planning.domain.scope import EVERYTHING, Scope
from services.planning.formats.kinds import KINDS
from services.planning.formats.plan_sheet import (
    PlanSheetRow,
    plan_sheet_csv,
    plan_sheet_xlsx,
    read_month_header,
    sheet_columns,
    sheet_rows,
)
from shared.files.problems import FileProblem
from shared.files.reading import WholeFile, read_whole

YEAR = year_months(date(2027, 1, 1))
SUMS = ("net_revenue", "units_sold")
LAMP = Scope(org_unit_id="Lamps", initiative_id="LAMP-2", marketplace="US", channel="amazon")


def read(data: bytes) -> WholeFile[PlanSheetRow]:
    return read_whole(KINDS, data)


def csv(*rows: Sequence[object], delimiter: str = ",") -> bytes:
    return "\n".join(delimiter.join(str(cell) for cell in row) for row in rows).encode()


def errors(whole: WholeFile[PlanSheetRow]) -> list[tuple[int, str | None, str]]:
    return [(error.line, error.column, error.code) for error in whole.errors]


def plan() -> list[PlanLine]:
    """Revenue of a year, units of a launch from May on, a margin, and a month that comes from elsewhere."""
    revenue = [
        PlanLine("net_revenue", EVERYTHING, month, Decimal("100000.10") + index, LineOrigin.WISH)
        for index, month in enumerate(YEAR)
    ]
    revenue[11] = PlanLine("net_revenue", EVERYTHING, YEAR[11], Decimal("250000.99"), LineOrigin.TREND)
    units = [PlanLine("units_sold", LAMP, month, Decimal(0), LineOrigin.LAUNCH) for month in YEAR[4:]]
    margin = [PlanLine("gross_margin", Scope(node_id="Desk"), YEAR[0], Decimal("0.451234"), LineOrigin.BOTTOM_UP)]
    return [*revenue, *units, *margin, PlanLine("profit", EVERYTHING, YEAR[2], Decimal("-5.5"), LineOrigin.BOTTOM_UP)]


def both(lines: Sequence[PlanLine]) -> list[bytes]:
    return [
        b"".join(plan_sheet_xlsx(sheet_rows(lines, YEAR, SUMS), YEAR)),
        b"".join(plan_sheet_csv(sheet_rows(lines, YEAR, SUMS), YEAR)),
    ]


def keyed(lines: Sequence[PlanLine]) -> set[PlanLine]:
    assert len({line.key for line in lines}) == len(lines)
    return set(lines)


@pytest.mark.parametrize("form", [0, 1], ids=["xlsx", "csv"])
def test_what_is_written_reads_back_unchanged(form: int) -> None:
    whole = read(both(plan())[form])
    assert (whole.errors, whole.notices, whole.recognition.unknown_columns) == ([], [], ())
    assert keyed([line for row in whole.rows for line in row.lines]) == set(plan())
    assert (whole.totals["lines"], whole.totals["metrics"]) == (len(plan()), 4)


CODES = st.text("ABCxyz019-_ ", min_size=1, max_size=8).map(str.strip).filter(lambda text: text[:1].isalnum())
LINES = st.builds(
    PlanLine,
    st.sampled_from([*SUMS, "gross_margin"]),
    st.builds(
        Scope,
        org_unit_id=st.none() | CODES,
        product_ref=st.none() | CODES,
        initiative_id=st.none() | CODES,
        marketplace=st.sampled_from([None, "US", "DE", "JP"]),
    ),
    st.sampled_from(YEAR),
    st.decimals(-(10**12), 10**12, places=6),
    st.sampled_from(LineOrigin),
)


@given(st.lists(LINES, min_size=1, max_size=20, unique_by=lambda line: line.key))
@settings(max_examples=60, deadline=None)
def test_any_plan_reads_back_unchanged(lines: list[PlanLine]) -> None:
    for data in both(lines):
        whole = read(data)
        assert whole.errors == []
        assert keyed([line for row in whole.rows for line in row.lines]) == set(lines)


def test_a_total_that_is_not_that_of_the_months_is_refused_at_its_cell() -> None:
    header = ("metric", "origin", "2027-01", "2027-02", "total")
    whole = read(csv(header, ("net_revenue", "wish", 10, 20, 30), ("units_sold", "wish", 10, 20, 31)))
    assert errors(whole) == [(3, "total", "total_differs")]
    assert whole.errors[0].message.startswith("The months sum to 30.")
    assert len(whole.rows) == 1


def test_a_total_may_be_left_out_or_off_by_what_a_spreadsheet_loses() -> None:
    header = ("metric", "origin", "2027-01", "2027-02", "total")
    whole = read(csv(header, ("a", "wish", "0.1", "0.2", ""), ("b", "wish", "0.1", "0.2", "0.300000000000004")))
    assert whole.errors == []


def test_each_wrong_cell_is_told_by_line_and_column_as_printed() -> None:
    header = ("Metric", "Marketplace", "Origin", "Jan-27", "2027-02", "total")
    whole = read(
        csv(
            header,
            ("net_revenue", "US", "wish", "ten", "1", ""),
            ("net_revenue", "Mars", "guess", "1", "#REF!", ""),
            ("", "DE", "", "1", "2", ""),
            ("units_sold", "DE", "history", "", "", "12"),
        )
    )
    assert errors(whole) == [
        (2, "Jan-27", "bad_number"),
        (3, "Marketplace", "unknown_marketplace"),
        (3, "Origin", "unknown_word"),
        (3, "2027-02", "bad_number"),
        (4, "Origin", "empty"),
        (4, "Metric", "empty"),
        (5, "total", "total_differs"),
    ]


def test_an_empty_month_is_not_planned_and_zero_is() -> None:
    whole = read(csv(("metric", "origin", "2027-01", "2027-02"), ("net_revenue", "wish", "", "0")))
    assert whole.rows[0].values == ((date(2027, 2, 1), Decimal(0)),)


def test_a_month_of_a_metric_and_scope_stands_on_one_row_only() -> None:
    header = ("metric", "marketplace", "origin", "2027-01", "2027-02")
    whole = read(
        csv(
            header,
            ("net_revenue", "US", "wish", "1", ""),
            ("NET_REVENUE", "amazon.com", "wish", "1", ""),
            ("net_revenue", "US", "trend", "", "2"),
            ("net_revenue", "US", "trend", "3", "2"),
            ("net_revenue", "DE", "trend", "3", "2"),
        )
    )
    assert errors(whole) == [(5, "metric", "duplicate_key")]
    assert "line 2" in whole.errors[0].message.lower()
    assert [notice.code for notice in whole.notices] == ["repeated_row"]
    assert [row.line for row in whole.rows] == [2, 4, 6]


def test_a_launch_that_no_initiative_stands_for_is_taken_with_a_notice() -> None:
    whole = read(csv(("metric", "origin", "initiative", "2027-01"), ("net_revenue", "launch", "", "5")))
    assert (len(whole.rows), [notice.code for notice in whole.notices]) == (1, ["unnamed"])


def test_values_have_six_places_and_more_are_rounded_with_a_notice() -> None:
    whole = read(csv(("metric", "origin", "2027-01"), ("conversion", "trend", "0.3333333333")))
    assert whole.rows[0].values == ((date(2027, 1, 1), Decimal("0.333333")),)
    assert [(notice.column, notice.code) for notice in whole.notices] == [("2027-01", "rounded")]


def test_a_sheet_parted_by_semicolons_has_decimal_commas() -> None:
    header = ("metric", "origin", "2027-01", "total")
    whole = read(csv(header, ("net_revenue", "wish", "1.234,567", "1234,567"), delimiter=";"))
    assert whole.rows[0].values == ((date(2027, 1, 1), Decimal("1234.567")),)


def test_a_sheet_may_be_in_chinese() -> None:
    whole = read(csv(("指标", "站点", "来源", "2027年1月", "合计"), ("net_revenue", "US", "期望", "5", "5")))
    assert (whole.errors, whole.rows[0].scope, whole.rows[0].origin) == ([], Scope(marketplace="US"), LineOrigin.WISH)


@pytest.mark.parametrize(
    "text",
    [
        "2027-01",
        "2027/1",
        "2027年1月",
        "2027-01-01",
        "01/2027",
        "1.2027",
        "Jan-27",
        "jan 2027",
        "January 2027",
        "27-Jan",
    ],
)
def test_a_month_is_known_however_spreadsheets_write_it(text: str) -> None:
    assert read_month_header(text) == date(2027, 1, 1)


@pytest.mark.parametrize(
    "text", ["2027", "2027-13", "2027-00", "2027.10", "2027-01-02", "Foo-27", "total", "", "1827-01"]
)
def test_what_may_be_something_else_is_no_month(text: str) -> None:
    assert read_month_header(text) is None


def test_a_sheet_without_months_or_with_one_twice_is_not_read() -> None:
    with pytest.raises(FileProblem) as unknown:
        read(csv(("metric", "origin", "total"), ("net_revenue", "wish", "1")))
    assert unknown.value.code == "unrecognised"
    with pytest.raises(FileProblem) as twice:
        read(csv(("metric", "origin", "2027-01", "Jan-27"), ("net_revenue", "wish", "1", "1")))
    assert twice.value.code == "repeated_column"


def test_months_that_a_spreadsheet_has_made_days_and_sums_it_has_computed_are_read() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Budget")
        page.write_row(0, 0, ["metric", "origin"])
        for index, month in enumerate(YEAR[:2]):
            page.write_datetime(0, 2 + index, month, book.add_format({"num_format": "mmm yy"}))
        page.write(0, 4, "total")
        page.write_row(1, 0, ["net_revenue", "wish", 0.1, 0.2])
        page.write_formula(1, 4, "=SUM(C2:D2)", None, 0.1 + 0.2)
    whole = read(file.getvalue())
    assert whole.errors == []
    assert whole.rows[0].values == ((YEAR[0], Decimal("0.1")), (YEAR[1], Decimal("0.2")))


def test_rows_to_be_filled_in_come_last_and_only_once() -> None:
    rows = list(sheet_rows(plan(), YEAR, SUMS, empty=[("net_revenue", EVERYTHING), ("visits", EVERYTHING)]))
    assert [row[0] for row in rows] == ["gross_margin", "net_revenue", "net_revenue", "profit", "units_sold", "visits"]
    assert all(len(row) == len(sheet_columns(YEAR)) for row in rows)
    totals = {(row[0], row[8]): row[-1] for row in rows}
    assert totals["net_revenue", "trend"] == Decimal("250000.99")
    assert totals["gross_margin", "bottom_up"] is None
    whole = read(b"".join(plan_sheet_xlsx(rows, YEAR)))
    assert errors(whole) == []
    assert [(notice.line, notice.code) for notice in whole.notices] == [(7, "nothing_planned")]


def test_the_same_rows_and_moment_give_the_same_workbook() -> None:
    made = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
    first, second = (b"".join(plan_sheet_xlsx(sheet_rows(plan(), YEAR, SUMS), YEAR, made)) for _ in range(2))
    assert first == second
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(first)).namelist()


def test_three_years_fit_on_one_sheet() -> None:
    months = tuple(month.replace(year=year) for year in (2027, 2028, 2029) for month in YEAR)
    lines = [PlanLine("net_revenue", EVERYTHING, month, Decimal(1), LineOrigin.WISH) for month in months]
    whole = read(b"".join(plan_sheet_csv(sheet_rows(lines, months, SUMS), months)))
    assert [month for month, _ in whole.rows[0].values] == list(months)
