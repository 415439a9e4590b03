"""A quarter of a seller from plan to grades: planned, measured by the real services, reviewed, calibrated, graded."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from services.planning.domain.feeds import Provider
from services.planning.domain.months import days_in_month
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.web.app import ServiceApp
from tests.planning.end_to_end.seller import (
    AD_SPEND,
    DAILY_REVENUE,
    DAILY_UNITS,
    FIRST,
    LAMP_PRICE,
    LAMPS,
    LAST,
    SOLD_OUT,
    VISITS,
    import_quarter,
    open_shop,
)
from tests.planning.feeds.test_feed_pulls import clients, pull
from tests.planning.initiatives.initiative_calls import add_need, depend, move, propose, put
from tests.planning.objectives.okrs import Json, Okrs
from tests.planning.plans.plan_calls import a_plan, good, line, problem, put_lines, step
from tests.planning.reviews.review_calls import open_review
from tests.planning.reviews.review_calls import step as take
from tests.planning.reviews.test_calibrations import decide, faults
from tests.planning.reviews.test_calibrations import propose as calibrate
from tests.support.http import client_of, running_app
from tests.support.tenants import Tenant

US = {"marketplace": "US"}
QUARTER_DAYS = (LAST - FIRST).days + 1
LOST_UNITS = len(SOLD_OUT) * LAMPS
LOST_REVENUE = LOST_UNITS * LAMP_PRICE


@pytest_asyncio.fixture(scope="module")
async def providers(database_urls: DatabaseUrls) -> AsyncIterator[Mapping[Provider, ServiceApp]]:
    """The real inventory and ads."""
    async with running_app("inventory", database_urls) as inventory, running_app("ads", database_urls) as ads:
        yield {Provider.INVENTORY: inventory, Provider.ADS: ads}


@pytest.fixture
def okrs(planning: httpx.AsyncClient, tenant: Tenant, planning_database: Database) -> Okrs:
    return Okrs(planning, tenant, planning_database)


def mean(*parts: float) -> float:
    return sum(parts) / len(parts)


async def test_a_quarter_from_plan_to_grades(
    planning: httpx.AsyncClient,
    approver: httpx.AsyncClient,
    okrs: Okrs,
    tenant: Tenant,
    database: Database,
    planning_database: Database,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    units = await an_organisation(okrs)
    year = await okrs.cycle(("2025-01-01", "2025-12-31"), "year")
    quarter = await okrs.cycle((str(FIRST), str(LAST)), parent_id=year)

    # A plan of the year by month, which its author does not approve.
    plan = await a_plan(planning, {"id": units["company"]}, {"id": year})
    good(await put_lines(planning, plan, planned_lines()))
    good(await step(planning, plan, "submissions"))
    assert problem(await step(planning, plan, "approvals", {})) == (409, "own-plan")
    good(await step(approver, plan, "approvals", {}))
    assert good(await step(approver, plan, "releases"))["status"] == "released"

    # A roadmap on which the lamp waits for its mould.
    lamp = await a_roadmap(planning, units["team"])

    # Objectives over three levels, agreed before anything is measured.
    goals = await cascaded(okrs, units, quarter)
    good(await put(planning, lamp, "key-results", {"key_result_ids": [goals["stock"]["id"]]}))
    before = await tree(okrs, quarter)
    assert {each["health"] for each in before[goals["team"]["id"]]["key_results"]} == {"no_data"}

    # Three months as inventory and ads tell them.
    async with client_of(providers[Provider.INVENTORY], tenant) as inventory:
        await open_shop(inventory)
    await import_quarter(database, providers[Provider.ADS].state.database, tenant)
    done = await pull(planning, planning_database, tenant, clients(providers))
    assert done["state"] == "succeeded", done
    feeds = (await planning.get("/feeds")).json()["items"]
    assert {each["provider"]: (each["is_stale"], each["left_out"]) for each in feeds} == {
        "inventory": (False, []),
        "ads": (False, []),
    }
    await measured_as_sold(okrs, quarter, goals)

    # August is short, and stock is why.
    place = {"cycle_id": year, "unit_id": units["company"], "month": "2025-08"}
    report = await okrs.read("/gaps", **place, status="red")
    gap = next(each for each in report["items"] if each["metric_code"] == "net_revenue")
    assert (Decimal(gap["performance"]), gap["scope"], gap["status"]) == (Decimal(LOST_REVENUE), US, "red")
    drivers = await okrs.read(f"/gaps/{gap['key']}/drivers", month="2025-08")
    effects = {each["driver"]: Decimal(each["amount"]) for each in drivers["effects"]}
    assert sum(effects.values()) == Decimal(drivers["change"]) == -LOST_REVENUE
    assert min(effects, key=lambda name: effects[name]) == "stock"
    assert (drivers["comparison"], Decimal(drivers["after"]["lost_units"])) == ("plan", Decimal(LOST_UNITS))

    # Its review opens with that, and closes once every red gap has a cause and somebody who acts.
    planned = {"unit": {"id": units["company"]}, "cycle": {"id": year}}
    review = await open_review(planning, planned, "2025-08")
    path = f"/reviews/{review['id']}"
    found = {each["ref"]: each for each in review["prefill"]["gaps"]}
    red = [ref for ref, each in found.items() if each["status"] == "red"]
    assert found[gap["ref"]]["suggested_cause"] == "supply"
    assert [each["title"] for each in review["prefill"]["slipped"]] == ["Mould", "New lamp"]
    good(await take(planning, path, to="discussed"))
    refused = await take(planning, path, to="closed")
    assert (problem(refused), refused.json()["parameters"]["count"]) == ((409, "gaps-unanswered"), len(red))
    tomorrow = str(utc_now().date() + timedelta(days=1))
    for ref in red:
        cause = {"gap_ref": ref, "cause": "supply", "text": "The lamp was sold out for ten days."}
        good(await planning.post(f"{path}/findings", json=cause), 201)
        action = {"gap_ref": ref, "text": "Reorder by lead time.", "owner_id": units["person"], "due_date": tomorrow}
        good(await planning.post(f"{path}/actions", json=action), 201)
    closed = good(await take(planning, path, to="closed"))
    assert (closed["status"], closed["unanswered"], closed["snapshot_id"] is None) == ("closed", [], False)
    september = await open_review(planning, planned, "2025-09")
    assert [each["text"] for each in september["prefill"]["carried"]] == ["Reorder by lead time."] * len(red)
    assert september["prefill"]["gaps"] == []

    # Two people move a target for a reason from outside, and the progress follows.
    revenue = await okrs.read(f"/key-results/{goals['us_revenue']['id']}")
    lower = str(QUARTER_DAYS * DAILY_REVENUE - LOST_REVENUE)
    moved = {"subject_kind": "key_result", "key_result_id": revenue["id"], "review_id": review["id"]}
    moved |= {"old_value": revenue["target"], "new_value": lower, "reason": "The harbour was on strike."}
    calibration = good(await calibrate(planning, **moved), 201)
    assert faults(await decide(planning, calibration, "approval")) == "own_proposal"
    good(await decide(approver, calibration, "approval"))
    assert (await okrs.read(f"/key-results/{revenue['id']}"))["target"] == lower

    # The quarter ends with grades of what was measured, and is then only read.
    await graded(okrs, quarter, goals)


async def an_organisation(okrs: Okrs) -> dict[str, str]:
    company = await okrs.unit()
    module = await okrs.unit("module", company)
    team = await okrs.unit("team", module)
    return {"company": company, "module": module, "team": team, "person": await okrs.unit("person", team)}


def planned_lines() -> list[Json]:
    """What a day without a gap brings, for every day of the year."""
    daily = {"net_revenue": DAILY_REVENUE, "units_sold": DAILY_UNITS, "visits": VISITS}
    months = [date(2025, month, 1) for month in range(1, 13)]
    return [
        line(code, f"{month:%Y-%m}", str(value * days_in_month(month)), **US)
        for code, value in daily.items()
        for month in months
    ]


async def a_roadmap(planning: httpx.AsyncClient, unit_id: str) -> Json:
    """The mould began ten days late, and more of that than the lamp has to spare is its slip."""
    today = utc_now().date()

    def day(number: int) -> str:
        return str(today + timedelta(days=number))

    mould = await propose(
        planning,
        kind="capability",
        title="Mould",
        unit_id=unit_id,
        effort_days=60,
        planned={"start_date": day(-50)},
        committed={"end_date": day(10)},
    )
    lamp = await propose(
        planning,
        title="New lamp",
        unit_id=unit_id,
        effort_days=30,
        planned={"start_date": day(11)},
        committed={"launch_date": day(44)},
    )
    good(await depend(planning, mould, lamp), 201)
    baseline = good(await planning.post("/snapshots", json={"label": "As promised"}), 201)
    await add_need(planning, mould)
    for to, number in (("planned", -50), ("running", -40)):
        good(await move(planning, mould, to, on_date=day(number)))
    roadmap = good(await planning.get("/roadmap", params={"baseline_id": baseline["id"]}))
    bars = {each["title"]: each for each in roadmap["bars"]}
    spared = bars["Mould"]["slip_days"] - bars["New lamp"]["slip_days"]
    assert (bars["Mould"]["slip_days"], bars["Mould"]["cause"]) == (10, None)
    assert 0 < spared < 10
    assert bars["New lamp"]["cause"]["title"] == "Mould"
    assert bars["New lamp"]["baseline"]["launch_date"] == day(44)
    assert roadmap["critical_chain"] == [mould["id"], lamp["id"]]
    return lamp


async def cascaded(okrs: Okrs, units: Mapping[str, str], quarter: str) -> dict[str, Json]:
    """Company, module and team, each objective adding to the one above it."""
    revenue = {"metric_code": "net_revenue", "start": "0", "target": str(QUARTER_DAYS * DAILY_REVENUE)}
    company = await okrs.objective(units["company"], quarter, title="Grow")
    all_revenue = await okrs.key_result(company, title="Revenue", currency="USD", **revenue)
    steps = [{"title": "Tool", "weight": "2"}, {"title": "Sample", "weight": "3"}, {"title": "Series", "weight": "5"}]
    lamp = await okrs.key_result(company, title="New lamp", kind="milestone", milestones=steps)
    module = await okrs.objective(units["module"], quarter, title="Win America", parent_id=company["id"])
    of_company = {"scope": US, "currency": "USD", "parent_key_result_id": all_revenue["id"]}
    us_revenue = await okrs.key_result(module, title="Revenue US", **revenue, **of_company)
    bound = {"kind": "hold", "bound": "at_most"}
    tacos = await okrs.key_result(module, title="Ads", metric_code="tacos", target="0.04", scope=US, **bound)
    team = await okrs.objective(units["team"], quarter, title="Never sold out", parent_id=module["id"])
    stock = await okrs.key_result(
        team, title="Lamp", metric_code="stockout_days", target="0", scope={"product_ref": "LAMP"}, **bound
    )
    sold = await okrs.key_result(team, title="Units", scope=US, start="0", target=str(QUARTER_DAYS * DAILY_UNITS))
    made = {"company": company, "module": module, "team": team, "lamp": lamp, "all_revenue": all_revenue}
    made |= {"us_revenue": us_revenue, "tacos": tacos, "stock": stock, "sold": sold}
    for place in (1, 2):
        version = (await okrs.client.get(f"/key-results/{lamp['id']}")).headers["etag"]
        body, where = {"done_date": "2025-08-01"}, f"/key-results/{lamp['id']}/milestones/{place}"
        good(await okrs.client.put(where, json=body, headers={"If-Match": version}))
    for objective in (company, module, team):
        await okrs.activate(objective)
    return made


async def tree(okrs: Okrs, quarter: str) -> dict[str, Json]:
    return {each["id"]: each for each in (await okrs.read("/okr-tree", cycle_id=quarter))["nodes"]}


async def measured_as_sold(okrs: Okrs, quarter: str, goals: Mapping[str, Json]) -> None:
    """Every progress is what the seller's own files say, added up from team to company."""
    nodes = await tree(okrs, quarter)
    told = {each["id"]: each for node in nodes.values() for each in node["key_results"]}

    def progress(name: str) -> float:
        return float(told[goals[name]["id"]]["progress"])

    reached = 1 - LOST_REVENUE / (QUARTER_DAYS * DAILY_REVENUE)
    assert Decimal(told[goals["us_revenue"]["id"]]["value"]) == QUARTER_DAYS * DAILY_REVENUE - LOST_REVENUE
    assert progress("us_revenue") == progress("all_revenue") == pytest.approx(reached, abs=1e-4)
    assert progress("sold") == pytest.approx(1 - LOST_UNITS / (QUARTER_DAYS * DAILY_UNITS), abs=1e-4)
    # In August the lamp was missing, and the same ads were a larger part of what was sold.
    assert 31 * AD_SPEND / (31 * DAILY_REVENUE - LOST_REVENUE) > 0.04 > AD_SPEND / DAILY_REVENUE
    assert progress("stock") == progress("tacos") == pytest.approx(2 / 3, abs=1e-4)
    assert progress("lamp") == 0.5
    team, module, company = (nodes[goals[name]["id"]]["progress"] for name in ("team", "module", "company"))
    assert team == pytest.approx(mean(progress("stock"), progress("sold")), abs=1e-3)
    assert module == pytest.approx(mean(progress("us_revenue"), progress("tacos"), team), abs=1e-3)
    assert company == pytest.approx(mean(progress("all_revenue"), progress("lamp"), module), abs=1e-3)
    assert {each["expected"] for each in told.values()} == {1.0}  # the quarter is over


async def graded(okrs: Okrs, quarter: str, goals: Mapping[str, Json]) -> None:
    await okrs.move_cycle(quarter, "grading")
    grades = {"all_revenue": 0.9, "lamp": 0.5, "us_revenue": 1.0, "tacos": 0.7, "stock": 0.7, "sold": 0.9}
    for name, grade in grades.items():
        assert good(await okrs.grade(goals[name]))["grade"] == grade, name
    # (0.9 + 0.5) / 2, (1.0 + 0.7) / 2 and (0.7 + 0.9) / 2; a half goes up.
    for name, grade in {"team": 0.8, "module": 0.9, "company": 0.7}.items():
        refused = await okrs.objective_step(goals[name], "grades")
        assert refused.json()["errors"][0]["code"] == "explanation_missing"
        ended = good(await okrs.objective_step(goals[name], "grades", explanation="Ten days without the lamp."))
        assert ended["grade"] == grade, name
        good(await okrs.objective_step(goals[name], "closings", decision="keep"))
    await okrs.move_cycle(quarter, "closed")
    late = {"unit_id": goals["team"]["unit_id"], "cycle_id": quarter, "title": "Late", "why": ""}
    assert problem(await okrs.client.post("/objectives", json=late)) == (409, "cycle-closed")
