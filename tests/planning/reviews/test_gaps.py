"""Gaps over HTTP: against the plan in force and the potential, within the year, with drivers that sum exactly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx

from services.planning.domain.period import Period, month_period
from tests.planning.measured import Tell, reading
from tests.planning.plans.plan_calls import a_cycle, a_plan, a_unit, good, line, problem, put_lines, release
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

ALL_YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
YEAR = {"name": "The year 2025", "start_date": "2025-01-01", "end_date": "2025-12-31"}
US = {"marketplace": "US", "channel": "amazon"}


def months(metric_code: str, values: Sequence[int | str], **scope: str) -> list[dict[str, Any]]:
    return [line(metric_code, f"2025-{at:02}", str(value), **scope) for at, value in enumerate(values, 1)]


async def a_released_plan(
    author: httpx.AsyncClient, approver: httpx.AsyncClient, lines: list[dict[str, Any]], **changes: Any
) -> dict[str, Any]:
    """A released plan of a new company for 2025, or for the unit and cycle that are given as bodies."""
    unit = changes.pop("unit", None) or await a_unit(author)
    cycle = changes.pop("cycle", None) or await a_cycle(author, **YEAR)
    plan = await a_plan(author, unit, cycle, **changes)
    good(await put_lines(author, plan, lines))
    await release(author, approver, plan)
    return {"unit": unit, "cycle": cycle, "plan": plan}


def place(planned: dict[str, Any]) -> dict[str, str]:
    return {"cycle_id": planned["cycle"]["id"], "unit_id": planned["unit"]["id"]}


async def gaps_of(client: httpx.AsyncClient, planned: dict[str, Any], **query: Any) -> dict[str, dict[str, Any]]:
    report = good(await client.get("/gaps", params=place(planned) | query))
    return {each["ref"]: each for each in report["items"]}


async def test_performance_and_opportunity_of_a_year_that_is_over(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    """K23: target 12.0 M, actual 10.2 M, market 250 M times 0.06."""
    planned = await a_released_plan(planning, approver, months("net_revenue", [1_000_000] * 12))
    possible = months("net_revenue", [250_000_000 * 6 // 100 // 12] * 12)
    await a_released_plan(planning, approver, possible, unit=planned["unit"], cycle=planned["cycle"], kind="potential")
    await tell(reading("net_revenue", ALL_YEAR, 10_200_000, "USD"))
    found = (await gaps_of(planning, planned))["net_revenue"]
    assert (found["target"], found["actual"], found["potential"]) == ("12000000", "10200000", "15000000")
    assert (found["performance"], found["relative_performance"]) == ("1800000", 0.15)
    assert (found["opportunity"], found["relative_opportunity"]) == ("3000000", 0.25)
    assert (found["total"], found["status"]) == ("4800000", "red")
    assert found["routes"] == ["action", "corrective_objective", "initiative"]


async def test_the_landing_of_a_running_year_follows_the_plans_own_months(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    """K24: year to date 4.86 M of 5.40 M planned so far, of 12.0 M."""
    phased = [900_000] * 6 + [1_100_000] * 6
    planned = await a_released_plan(planning, approver, months("net_revenue", phased))
    await tell(reading("net_revenue", Period(date(2025, 1, 1), date(2025, 6, 30)), 4_860_000, "USD"))
    found = (await gaps_of(planning, planned, as_of="2025-07-01T06:00:00Z"))["net_revenue"]
    assert (found["target"], found["performance"]) == ("5400000", "540000")
    assert found["in_year"] == {
        "attainment": 0.9,
        "landing": "10800000",
        "projected_gap": "1200000",
        "relative": 0.1,
        "status": "red",
    }


async def test_one_month_is_compared_with_its_own_plan(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_released_plan(planning, approver, months("net_revenue", [100, 200, *[0] * 10]))
    await tell(
        reading("net_revenue", month_period(date(2025, 1, 1)), 100, "USD"),
        reading("net_revenue", month_period(date(2025, 2, 1)), 150, "USD"),
    )
    found = (await gaps_of(planning, planned, month="2025-02"))["net_revenue"]
    assert (found["target"], found["actual"], found["relative_performance"]) == ("200", "150", 0.25)
    assert found["period"] == {"start_date": "2025-02-01", "end_date": "2025-02-28"}
    assert found["in_year"]["attainment"] == 0.8333


async def test_drivers_of_revenue_sum_to_the_change_exactly(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    """K25: visits, conversion and price of two months; nothing was out of stock."""
    planned = await a_released_plan(planning, approver, months("net_revenue", [600_000] * 12))
    for month, visits, units, revenue in ((1, 200_000, 20_000, 600_000), (2, 190_000, 12_350, 382_850)):
        days = month_period(date(2025, month, 1))
        await tell(
            reading("visits", days, visits, **US),
            reading("units_sold", days, units, **US),
            reading("net_revenue", days, revenue, "USD", **US),
        )
    key = (await gaps_of(planning, planned, month="2025-02"))["net_revenue"]["key"]
    found = good(await planning.get(f"/gaps/{key}/drivers", params={"month": "2025-02"}))
    assert (found["comparison"], found["compared_with"]["start_date"]) == ("previous_period", "2025-01-01")
    effects = {each["driver"]: each["amount"] for each in found["effects"]}
    assert effects == {"traffic": "-24791.18", "conversion": "-208206.86", "stock": "0", "price": "15848.04"}
    assert found["change"] == "-217150"


async def test_units_lost_for_want_of_stock_are_those_of_the_days_in_stock(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    """K26: five days without stock, 40 units a day at 30."""
    planned = await a_released_plan(
        planning,
        approver,
        [*months("visits", [12_400] * 12), *months("units_sold", [1_240] * 12), *months("net_revenue", [37_200] * 12)],
    )
    told = []
    for day in range(1, 32):
        on, is_out = Period(date(2025, 1, day), date(2025, 1, day)), day > 26
        product = US | {"product_ref": "LAMP"}
        told += [
            reading("stockout_days", on, int(is_out), **product),
            reading("units_sold", on, 0 if is_out else 40, **product),
            reading("units_sold", on, 0 if is_out else 40, **US),
            reading("net_revenue", on, 0 if is_out else 1_200, "USD", **US),
            reading("visits", on, 400, **US),
        ]
    await tell(*told)
    key = (await gaps_of(planning, planned, month="2025-01"))["net_revenue"]["key"]
    found = good(await planning.get(f"/gaps/{key}/drivers", params={"month": "2025-01"}))
    assert (found["comparison"], found["after"]["lost_units"], found["lost_revenue"]) == ("plan", "200", "6000")
    effects = {each["driver"]: each["amount"] for each in found["effects"]}
    assert effects == {"traffic": "0", "conversion": "0", "stock": "-6000", "price": "0"}
    steps = good(await planning.get(f"/gaps/{key}/waterfall", params={"month": "2025-01"}))["steps"]
    assert [(each["name"], each["start"], each["end"]) for each in steps] == [
        ("actual", "0", "31200"),
        ("stock", "31200", "37200"),
        ("target", "0", "37200"),
    ]


async def test_foreign_money_counts_at_the_plans_rates(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell, tenant: Tenant
) -> None:
    """K33: 100,000 EUR at the plan's 1.10 and, at the end of the year, an actual 1.05."""
    unit, cycle = await a_unit(planning), await a_cycle(planning, **YEAR)
    plan = await a_plan(planning, unit, cycle)
    good(await put_lines(planning, plan, months("net_revenue", [10_000] * 12)))
    await tell(reading("net_revenue", ALL_YEAR, 100_000, "EUR", marketplace="DE", channel="amazon"))
    await release(planning, approver, plan, exchange_rates=[{"currency": "EUR", "rate": "1.1"}])
    found = (await gaps_of(planning, {"unit": unit, "cycle": cycle}))["net_revenue"]
    assert (found["actual"], found["performance"], found["currency_effect"]) == ("110000", "10000", None)
    statement = (
        "INSERT INTO planning.exchange_rate (tenant_id, base_currency, quote_currency, rate_date, rate, updated_at)"
        " VALUES ($1, 'EUR', 'USD', '2025-12-31', 1.05, now())"
    )
    await run_as_owner(tenant, statement)
    assert (await gaps_of(planning, {"unit": unit, "cycle": cycle}))["net_revenue"]["currency_effect"] == "-5000"


async def test_a_unit_below_is_measured_by_its_own_readings_or_by_what_its_plan_names(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    company = await a_unit(planning)
    module = await a_unit(planning, level="module", parent_id=company["id"])
    web = US | {"channel": "web"}
    parts = [*months("net_revenue", [300] * 12, **US), *months("net_revenue", [200] * 12, **web)]
    lines = [*months("net_revenue", [500] * 12), *parts]
    planned = await a_released_plan(planning, approver, lines, unit=module)
    day = month_period(date(2025, 1, 1))
    await tell(reading("net_revenue", day, 900, "USD", **web))
    await tell(reading("net_revenue", day, 300, "USD", **US))
    await tell(reading("net_revenue", day, 450, "USD", org_unit_id=module["id"]))
    found = await gaps_of(planning, planned, month="2025-01")
    assert found["net_revenue"]["actual"] == "450"
    assert found["net_revenue~marketplace=US;channel=amazon"]["actual"] == "300"


async def test_a_band_needs_no_plan(planning: httpx.AsyncClient, tell: Tell) -> None:
    unit, cycle = await a_unit(planning), await a_cycle(planning, **YEAR)
    await tell(reading("days_of_cover", month_period(date(2025, 12, 1)), 18))
    found = await gaps_of(planning, {"unit": unit, "cycle": cycle})
    assert (found["days_of_cover"]["performance"], found["days_of_cover"]["status"]) == ("12", "red")
    assert (found["net_revenue"]["target"], found["net_revenue"]["status"]) == (None, None)


async def test_what_was_known_at_a_moment_can_be_read_again(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_released_plan(planning, approver, months("net_revenue", [1_000] * 12))
    days = month_period(date(2025, 1, 1))
    await tell(reading("net_revenue", days, 700, "USD"))
    restated = reading("net_revenue", days, 950, "USD")
    await tell(replace(restated, observed_at=datetime(2025, 3, 1, tzinfo=UTC)))
    for as_of, actual in (("2025-02-15T00:00:00Z", "700"), ("2025-03-02T00:00:00Z", "950")):
        found = await gaps_of(planning, planned, as_of=as_of, month="2025-01")
        assert found["net_revenue"]["actual"] == actual


async def test_a_gap_that_is_not_pursued_says_so(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_released_plan(planning, approver, months("net_revenue", [1_000] * 12))
    await tell(reading("net_revenue", ALL_YEAR, 1_000, "USD"))
    decision = place(planned) | {"metric_code": "net_revenue", "scope": {}, "reason": "The market is being left."}
    made = good(await planning.post("/unpursued-gaps", json=decision), 201)
    assert (await gaps_of(planning, planned))["net_revenue"]["is_unpursued"]
    assert problem(await planning.post("/unpursued-gaps", json=decision)) == (409, "duplicate-key")
    gone = await planning.delete(f"/unpursued-gaps/{made['id']}", headers={"If-Match": '"v1"'})
    assert gone.status_code == 204
    assert not (await gaps_of(planning, planned))["net_revenue"]["is_unpursued"]


async def test_only_revenue_has_drivers_and_only_gaps_have_names(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_released_plan(planning, approver, months("units_sold", [1_000] * 12))
    await tell(reading("units_sold", ALL_YEAR, 9_000))
    key = (await gaps_of(planning, planned))["units_sold"]["key"]
    assert problem(await planning.get(f"/gaps/{key}/drivers")) == (409, "not-explained")
    assert good(await planning.get(f"/gaps/{key}/waterfall"))["steps"][1]["kind"] == "unexplained"
    for wrong in ("net_revenue", f"{key}~market=US", key.replace("units_sold", "nothing")):
        assert (await planning.get(f"/gaps/{wrong}/drivers")).status_code == 404
