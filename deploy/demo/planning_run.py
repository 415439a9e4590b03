"""Plans for the demo seller through planning's public API, pulls what was measured, and shows what it comes to."""

import asyncio
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rich.console import Console

from deploy.demo.catalogue import LISTINGS
from deploy.demo.planning_company import DemoCompany, found_company
from deploy.demo.planning_figures import OTHER_COST, PAY, planned_people
from deploy.demo.planning_goals import set_goals
from deploy.demo.planning_initiatives import BASELINE
from deploy.demo.planning_plans import make_plans
from deploy.demo.planning_records import Record, Records
from deploy.demo.planning_roadmap import draw_roadmap
from deploy.demo.planning_show import print_drivers, print_okr_tree, print_pictures, print_plan, print_roadmap
from services.planning.domain.months import add_months, last_day
from shared.client.tradewind import TradewindClient

# What was paid beside the plan: everybody who joins comes a month late, and the rest costs a little more.
_OTHER_COST_OF_PLAN = Decimal("1.06")


async def run_planning(
    planning: TradewindClient, approver: TradewindClient, url: str, today: date, console: Console
) -> None:
    """Make organisation, plans, roadmap and goals where they are missing, pull the figures, and print where it stands.

    `url` is that of the planning API, for the addresses that are shown.
    """
    author = Records(planning)
    with console.status("Planning the year"):
        # Inventory and ads tell what they measured while people plan.
        (company, plan), _ = await asyncio.gather(plan_year(author, Records(approver), today), _pull(planning))
    print_plan(console, plan, await planning.get(f"/plans/{plan['id']}/profit-and-loss"), today)
    baseline = (await author.known("/snapshots", by="label"))[BASELINE]
    print_roadmap(console, await planning.get("/roadmap", baseline_id=baseline["id"]))
    print_okr_tree(console, await planning.get("/okr-tree", cycle_id=company.year["id"]), company.names)
    gap = await _show_gaps(planning, company, today, console)
    print_pictures(console, url, company, plan, baseline, gap, today)


async def plan_year(author: Records, approver: Records, today: date) -> tuple[DemoCompany, Record]:
    """Make what is missing of all that people decide and write down; the company and its plan of the year."""
    company = await found_company(author, today)
    roadmap = await draw_roadmap(author, company, today)
    plan, months = await make_plans(author, approver, company, roadmap, today)
    await _write_up(author, company, today)
    await set_goals(author, company, months, today)
    return company, plan


async def _pull(planning: TradewindClient) -> None:
    """Take what inventory and ads have measured since the last time."""
    operation = await planning.start("/feed-pulls", {})
    await planning.wait_for(operation)


async def _write_up(records: Records, company: DemoCompany, today: date) -> None:
    """What no service measures: pay, other cost and people of the months that are over."""
    year = date.fromisoformat(company.year["start_date"]).year
    values: dict[str, list[Record]] = {"payroll": [], "other_cost": [], "headcount": []}
    for month, joins, planned in planned_people(year):
        end = last_day(month)
        if end >= today:
            break
        there = planned - joins
        for code, value, currency in (
            ("payroll", PAY * there, "USD"),
            ("other_cost", OTHER_COST * _OTHER_COST_OF_PLAN, "USD"),
            ("headcount", Decimal(there), None),
        ):
            first = end if code == "headcount" else month
            period = {"start_date": first.isoformat(), "end_date": end.isoformat()}
            item = {"scope": {}, "period": period, "value": str(value), "currency": currency}
            values[code].append(item | {"observed_at": f"{end}T23:00:00Z"})
    for code, items in values.items():
        if items:
            await records.client.post(f"/metrics/{code}/readings", {"items": items})


async def _show_gaps(planning: TradewindClient, company: DemoCompany, today: date, console: Console) -> Record | None:
    """The gravest gaps of the last full month, and that of the month in which the best lamp was sold out; the last."""
    gap = None
    [sold_out] = [listing.sold_out.dates(today) for listing in LISTINGS if listing.sold_out is not None]
    last = add_months(today.replace(day=1), -1)
    year = date.fromisoformat(company.year["start_date"]).year
    for month in dict.fromkeys((last, sold_out[0].replace(day=1))):
        if month.year != year:
            continue
        asked = {"cycle_id": company.year["id"], "unit_id": company.company_id, "month": f"{month:%Y-%m}"}
        report = await planning.get("/gaps", **asked)
        shown = _gravest(report["items"]) if month == last else _of_america(report["items"])
        for gap in shown:
            drivers = None
            if gap["metric_code"] == "net_revenue":
                drivers = await planning.get(f"/gaps/{gap['key']}/drivers", month=asked["month"])
            print_drivers(console, f"{month:%B %Y}", gap, drivers, report["currency"])
    return gap


def _gravest(gaps: Sequence[Record]) -> list[Record]:
    """The gravest of all, and the gravest in revenue, of which the drivers are told."""
    grave = [each for each in gaps if each["status"] in ("red", "amber")]
    revenue = [each for each in grave if each["metric_code"] == "net_revenue"]
    return grave[:1] if grave[:1] == revenue[:1] else grave[:1] + revenue[:1]


def _of_america(gaps: Sequence[Record]) -> list[Record]:
    return [each for each in gaps if each["metric_code"] == "net_revenue" and each["scope"] == {"marketplace": "US"}]
