"""Decides how the demo's plans come into planning: lines by month, submitted by one, approved by another, released."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from deploy.demo.planning_company import DemoCompany
from deploy.demo.planning_figures import (
    EURO,
    OPENING_HEADCOUNT,
    OTHER_COST,
    PAY,
    POTENTIAL,
    PlannedMonth,
    planned_months,
    planned_people,
)
from deploy.demo.planning_records import Record, Records

# What the year before brought of the target, what of it grows by itself, and what campaigns and launches are to bring.
_BASE_SHARE, _ORGANIC = Decimal("0.91"), 0.05
_NAMED = {"gift-season": ("campaign", Decimal("0.10"), (10, 11, 12)), "HR-LAMP-2": ("launch", Decimal("0.02"), (12,))}


async def make_plans(
    author: Records, approver: Records, company: DemoCompany, initiatives: Mapping[str, str], today: date
) -> tuple[Record, Sequence[PlannedMonth]]:
    """The released plan of the year with its months, and beside it what would be possible; made where missing."""
    year = date.fromisoformat(company.year["start_date"]).year
    months = planned_months(year, today)
    total = sum((each.values["net_revenue"] for each in months), Decimal(0))
    body = {
        "kind": "one_year",
        "title": f"Plan {year}",
        "base_amount": str((total * _BASE_SHARE).quantize(Decimal(1), ROUND_DOWN)),
        "organic_growth": _ORGANIC,
        "opening_headcount": str(OPENING_HEADCOUNT),
    }
    lines = _sales_lines(months) + _people_lines(year) + _named_lines(months, initiatives)
    stated = [{"metric_code": "net_revenue", "first_month": f"{year}-01", "value": str(total)}]
    plan = await _released(author, approver, company, body, lines, stated)
    possible = [
        PlannedMonth(
            each.marketplace,
            each.month,
            {code: round(each.values[code] * POTENTIAL) + Decimal(0) for code in ("net_revenue", "units_sold")},
        )
        for each in months
    ]
    body = {"kind": "potential", "title": f"What {year} could bring"}
    await _released(author, approver, company, body, _sales_lines(possible), [])
    return plan, months


async def _released(
    author: Records, approver: Records, company: DemoCompany, body: Record, lines: list[Record], stated: list[Record]
) -> Record:
    """The plan of this kind, taken from where it stands to its release."""
    whole = {
        **body,
        "unit_id": company.company_id,
        "cycle_id": company.year["id"],
        "currency": "USD",
        "exchange_rates": [{"currency": "EUR", "rate": str(EURO)}],
    }
    known = await author.known("/plans", by="kind", unit_id=company.company_id, cycle_id=company.year["id"])
    plan = await author.ensure("/plans", whole, known, by="kind")
    path = f"/plans/{plan['id']}"
    if plan["status"] == "draft":
        await author.put(path, "lines", {"lines": lines})
        if stated:
            await author.put(path, "years", {"years": stated})
        plan = await author.step(path, "submissions")
    if plan["status"] == "submitted":
        plan = await approver.step(path, "approvals")
    if plan["status"] == "approved":
        plan = await approver.step(path, "releases")
    return plan


def _sales_lines(months: Sequence[PlannedMonth]) -> list[Record]:
    """A line for each marketplace, and one for both together that is their sum."""
    totals: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    lines = []
    for each in months:
        for code, value in each.values.items():
            totals[code, each.month] += value
            lines.append(_line(code, each.month, value, marketplace=each.marketplace))
    return lines + [_line(code, month, value) for (code, month), value in totals.items()]


def _people_lines(year: int) -> list[Record]:
    lines = []
    for month, joins, there in planned_people(year):
        values = {
            "headcount": Decimal(there),
            "joins": Decimal(joins),
            "average_pay": PAY,
            "payroll": PAY * there,
            "other_cost": OTHER_COST,
        }
        lines += [_line(code, month, value) for code, value in values.items()]
    return lines


def _named_lines(months: Sequence[PlannedMonth], initiatives: Mapping[str, str]) -> list[Record]:
    """The part of some months that an initiative is to bring."""
    lines = []
    for code, (origin, share, calendar_months) in _NAMED.items():
        for month in sorted({each.month for each in months if each.month.month in calendar_months}):
            revenue = sum((each.values["net_revenue"] for each in months if each.month == month), Decimal(0))
            line = _line("net_revenue", month, Decimal(round(revenue * share)), initiative_id=initiatives[code])
            lines.append(line | {"origin": origin})
    return lines


def _line(code: str, month: date, value: Decimal, **scope: str) -> Record:
    return {
        "metric_code": code,
        "scope": scope,
        "month": f"{month:%Y-%m}",
        "value": str(value),
        "origin": "history" if not scope.get("initiative_id") else "launch",
    }
