"""Views whose body holds a table: as CSV and as XLSX they say the same figures as the body."""

import csv
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from services.planning.domain.period import month_period
from shared.db.engine import Database
from shared.files.xlsx_out import XLSX_CONTENT_TYPE
from tests.planning.initiatives.initiative_calls import PRICE, propose, put
from tests.planning.measured import Tell, reading, tell
from tests.planning.objectives.okrs import Okrs
from tests.planning.plans.plan_calls import a_draft, good, line, put_lines
from tests.planning.reviews.test_gaps import US, a_released_plan, gaps_of, months, place
from tests.support.tenants import Tenant

__all__ = ["tell"]

JANUARY = "2027-01"
Json = dict[str, Any]
# Where a view is, and which rows of a table its body is.
Asked = tuple[str, dict[str, str]]
RowsOf = Callable[[Json], list[Json]]


@dataclass(frozen=True, slots=True)
class Company:
    """What the views are made with."""

    client: httpx.AsyncClient
    approver: httpx.AsyncClient
    okrs: Okrs
    tell: Tell


@pytest.fixture
def company(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell, tenant: Tenant, planning_database: Database
) -> Company:
    return Company(planning, approver, Okrs(planning, tenant, planning_database), tell)


async def profit_and_loss(company: Company) -> Asked:
    planned = await a_released_plan(
        company.client, company.approver, [line("net_revenue", "2025-01", "1234567.89"), line("cogs", "2025-01", "0.1")]
    )
    await company.tell(reading("net_revenue", month_period(date(2025, 1, 1)), "1000000.07", "USD"))
    return f"/plans/{planned['plan']['id']}/profit-and-loss", {}


async def covered_plan(company: Company) -> Json:
    """A plan of which growth, a launch and a campaign cover a part."""
    lamp = await propose(company.client, title="=1+1")
    sale = await propose(company.client, kind="campaign", title="Summer")
    lines = [
        line("net_revenue", JANUARY, "1800.55"),
        line("net_revenue", JANUARY, "120.25", "launch", initiative_id=lamp["id"]),
        line("net_revenue", JANUARY, "90", "campaign", initiative_id=sale["id"]),
    ]
    plan: Json = await a_draft(company.client, base_amount="1200", organic_growth=0.05)
    good(await put_lines(company.client, plan, lines))
    return plan


async def coverage(company: Company) -> Asked:
    return f"/plans/{(await covered_plan(company))['id']}/bridge", {}


async def checks(company: Company) -> Asked:
    lines = [line("net_revenue", JANUARY, "5.5", marketplace="US"), line("net_revenue", JANUARY, "9")]
    plan = await a_draft(company.client)
    good(await put_lines(company.client, plan, lines))
    return f"/plans/{plan['id']}/checks", {}


async def headcount(company: Company) -> Asked:
    plan = await a_draft(company.client, opening_headcount="25")
    good(await put_lines(company.client, plan, [line("joins", JANUARY, "2.5"), line("headcount", JANUARY, "30")]))
    return f"/plans/{plan['id']}/headcount", {}


async def market_shares(company: Company) -> Asked:
    plan = await a_draft(company.client, market_size_amount="250000000", market_growth=0.08)
    good(await put_lines(company.client, plan, [line("net_revenue", JANUARY, "12000000")]))
    return f"/plans/{plan['id']}/market-shares", {}


async def changes(company: Company) -> Asked:
    earlier, plan = await a_draft(company.client), await a_draft(company.client)
    good(await put_lines(company.client, earlier, [line("net_revenue", JANUARY, "5.25", marketplace="US")]))
    lines = [line("net_revenue", JANUARY, "6.123456", marketplace="US"), line("headcount", JANUARY, "3")]
    good(await put_lines(company.client, plan, lines))
    return f"/plans/{plan['id']}/changes", {"against": earlier["id"]}


async def roadmap(company: Company) -> Asked:
    lamp = await propose(
        company.client, effort_days=5, planned={"start_date": "2027-07-01"}, committed={"launch_date": "2027-07-25"}
    )
    good(await put(company.client, lamp, "prices", {"prices": [PRICE, PRICE | {"marketplace": "DE"}]}))
    return "/roadmap", {}


async def price_roadmap(company: Company) -> Asked:
    lamp = await propose(company.client, planned={"start_date": "2027-02-01", "launch_date": "2027-05-01"})
    good(await put(company.client, lamp, "prices", {"prices": [PRICE]}))
    return "/price-roadmap", {"marketplace": "US"}


async def alignment_findings(company: Company) -> Asked:
    cycle, unit = await company.okrs.cycle(), await company.okrs.unit()
    await company.okrs.objective(unit, cycle)
    return "/alignment-findings", {"cycle_id": cycle}


async def missed_plan(company: Company) -> Json:
    """A plan of 2025 whose revenue of February is short of it."""
    planned = await a_released_plan(
        company.client, company.approver, [*months("net_revenue", [600_000] * 12), *months("headcount", [3] * 12)]
    )
    for month, visits, units, revenue in ((1, 200_000, 20_000, 600_000), (2, 190_000, 12_350, 382_850)):
        days = month_period(date(2025, month, 1))
        await company.tell(
            reading("visits", days, visits, **US),
            reading("units_sold", days, units, **US),
            reading("net_revenue", days, revenue, "USD", **US),
            reading("headcount", days, 2),
        )
    return planned


async def gaps(company: Company) -> Asked:
    return "/gaps", place(await missed_plan(company)) | {"month": "2025-02"}


async def drivers(company: Company) -> Asked:
    key = (await gaps_of(company.client, await missed_plan(company), month="2025-02"))["net_revenue"]["key"]
    return f"/gaps/{key}/drivers", {"month": "2025-02"}


async def waterfall(company: Company) -> Asked:
    key = (await gaps_of(company.client, await missed_plan(company), month="2025-02"))["net_revenue"]["key"]
    return f"/gaps/{key}/waterfall", {"month": "2025-02"}


def in_currency(rows: str) -> RowsOf:
    return lambda body: [{"currency": body["currency"]} | row for row in body[rows]]


def plain(rows: str) -> RowsOf:
    return lambda body: list(body[rows])


def covering(body: Json) -> list[Json]:
    parts = [("base", body["base"], None), ("organic", body["organic"], None)]
    parts += [("launch", each["amount"], each["title"]) for each in body["launches"]]
    parts += [("campaign", each["amount"], each["title"]) for each in body["campaigns"]]
    parts.append(("uncovered", body["uncovered"], None))
    assert sum(Decimal(amount) for _, amount, _ in parts) == Decimal(body["target"])
    return [{"currency": "USD", "part": part, "amount": amount, "title": title} for part, amount, title in parts]


def checked(body: Json) -> list[Json]:
    assert body["findings"]
    assert body["not_checked"]
    return [{"outcome": "found"} | each for each in body["findings"]] + [
        {"outcome": "not_made", "severity": None, "is_waived": None} | each for each in body["not_checked"]
    ]


def changed(body: Json) -> list[Json]:
    assert [each["metric_code"] for each in body["changes"]] == ["headcount", "net_revenue"]
    return [{"currency": currency} | row for currency, row in zip((None, "USD"), body["changes"], strict=True)]


def gap_rows(body: Json) -> list[Json]:
    rows = [{"currency": "USD" if each["unit"] == "money" else None} | each for each in body["items"]]
    assert {row["currency"] for row in rows} == {"USD", None}
    return rows


VIEWS: dict[str, tuple[Callable[[Company], Awaitable[Asked]], RowsOf]] = {
    "profit_and_loss": (profit_and_loss, in_currency("months")),
    "target_coverage": (coverage, covering),
    "plan_checks": (checks, checked),
    "headcount": (headcount, plain("months")),
    "market_shares": (market_shares, in_currency("years")),
    "plan_changes": (changes, changed),
    "roadmap": (roadmap, plain("bars")),
    "price_roadmap": (price_roadmap, plain("points")),
    "alignment_findings": (alignment_findings, plain("items")),
    "gaps": (gaps, gap_rows),
    "gap_drivers": (drivers, in_currency("effects")),
    "gap_waterfall": (waterfall, in_currency("steps")),
}


def flat(row: Json, prefix: str = "") -> Json:
    """The row as texts by column, as a spreadsheet is to have them."""
    found: Json = {}
    for name, value in row.items():
        if name == "parameters":
            found[name] = "; ".join(f"{key}={each}" for key, each in value.items())
        elif name == "observed_at" and value is not None:
            found[name] = value.replace("T", " ")
        elif isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}_")
        elif isinstance(value, list):
            found[prefix + name] = ", ".join(value)
        elif isinstance(value, bool):
            found[prefix + name] = "yes" if value else "no"
        else:
            found[prefix + name] = "" if value is None else str(value)
    return found


def is_same(cell: Any, text: str) -> bool:
    """Whether a cell of a workbook is what the text of CSV says: numbers and days are cells of their own type."""
    if isinstance(cell, float | int):
        return Decimal(str(cell)) == Decimal(text)
    return str(cell) == text


async def get(client: httpx.AsyncClient, asked: Asked, accept: str) -> httpx.Response:
    path, params = asked
    answer = await client.get(path, params=params, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["vary"] == "Accept"
    return answer


def read_csv(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


def read_xlsx(answer: httpx.Response) -> list[Json]:
    [header, *rows] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


@pytest.mark.parametrize("view", VIEWS)
async def test_tables_say_what_their_bodies_say(view: str, company: Company) -> None:
    make, rows_of = VIEWS[view]
    asked = await make(company)
    wanted = [flat(row) for row in rows_of((await get(company.client, asked, "application/json")).json())]
    assert wanted
    comma = await get(company.client, asked, "text/csv")
    assert comma.headers["content-type"] == "text/csv; charset=utf-8"
    assert comma.headers["content-disposition"] == f'attachment; filename="{view}.csv"'
    book = await get(company.client, asked, XLSX_CONTENT_TYPE)
    assert book.headers["content-type"] == XLSX_CONTENT_TYPE
    assert book.headers["content-disposition"] == f'attachment; filename="{view}.xlsx"'
    lines, cells = read_csv(comma), read_xlsx(book)
    assert len(lines) == len(cells) == len(wanted)
    for row, texts, typed in zip(wanted, lines, cells, strict=True):
        for name in row.keys() - texts.keys():  # a part that is not there: all its columns are empty
            del row[name]
            assert {text for column, text in texts.items() if column.startswith(f"{name}_")} == {""}
        # Formulas are made harmless in CSV; in a workbook they are text.
        defused = {name: f"'{text}" if text.startswith("=") else text for name, text in row.items()}
        assert {name: texts[name] for name in row} == defused
        assert [name for name, text in row.items() if not is_same(typed[name], text)] == []
