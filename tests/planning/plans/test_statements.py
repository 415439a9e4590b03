"""What plans state over HTTP: K28, K29, K30, K31, changes between versions, and actual figures beside the plan's."""

from typing import Any
from uuid import uuid4

import httpx

from tests.planning.plans.plan_calls import (
    a_cycle,
    a_draft,
    a_plan,
    a_unit,
    every_month,
    good,
    line,
    problem,
    put_lines,
)
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

JANUARY = "2027-01"
K29 = {
    "net_revenue": "18000000",
    "cogs": "9900000",
    "ad_spend": "2160000",
    "fulfilment_cost": "2340000",
    "selling_fees": "1530000",
    "payroll": "1200000",
    "other_cost": "420000",
}


async def read(client: httpx.AsyncClient, plan: dict[str, Any], what: str, **params: Any) -> dict[str, Any]:
    return good(await client.get(f"/plans/{plan['id']}/{what}", params=params))


async def a_reading(tenant: Tenant, metric_code: str, month: str, value: str, currency: str | None) -> None:
    """A reading of a whole month for the whole company, as a feed would have written it."""
    series = uuid4()
    await run_as_owner(
        tenant,
        "INSERT INTO planning.metric_series (tenant_id, id, metric_code, scope, scope_key, first_date, last_date,"
        " longest_days, created_at) VALUES ($1, $2, $3, '{}', '', ($4 || '-01')::date,"
        " (($4 || '-01')::date + interval '1 month' - interval '1 day')::date, 31, '2027-01-01')",
        series,
        metric_code,
        month,
    )
    await run_as_owner(
        tenant,
        "INSERT INTO planning.reading (tenant_id, series_id, start_date, end_date, observed_at, value, currency,"
        " source, recorded_at) VALUES ($1, $2, ($3 || '-01')::date,"
        " (($3 || '-01')::date + interval '1 month' - interval '1 day')::date,"
        " ($3 || '-01')::date + interval '40 days', $4::text::numeric, $5, 'feed', now())",
        series,
        month,
        value,
        currency,
    )


async def test_k29_profit_and_loss_by_month_and_in_all(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    lines = [line(code, month, value) for code, value in K29.items() for month in (JANUARY, "2027-02")]
    good(await put_lines(planning, plan, lines))
    found = await read(planning, plan, "profit-and-loss")
    assert (found["currency"], len(found["months"])) == ("USD", 12)
    january, march = found["months"][0]["plan"], found["months"][2]["plan"]
    assert january["gross_margin"] == 0.45
    assert (january["operating_profit"], january["operating_margin"]) == ("450000", 0.025)
    assert january["missing"] == []
    assert (found["total"]["net_revenue"], found["total"]["operating_profit"]) == ("36000000", "900000")
    assert (march["net_revenue"], march["gross_margin"], len(march["missing"])) == ("0", None, 7)
    assert found["measured_actual"] is None


async def test_figures_that_are_only_planned_in_parts_are_summed(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    lines = [line("net_revenue", JANUARY, "5", marketplace="US"), line("net_revenue", JANUARY, "4", marketplace="DE")]
    lines += [line("net_revenue", JANUARY, "3", marketplace="US", channel="amazon"), line("cogs", JANUARY, "2")]
    good(await put_lines(planning, plan, lines))
    total = (await read(planning, plan, "profit-and-loss"))["total"]
    assert (total["net_revenue"], total["cogs"]) == ("9", "2")


async def test_what_was_measured_stands_beside_the_plan_at_its_rates(
    planning: httpx.AsyncClient, tenant: Tenant
) -> None:
    """K33: 100,000 euros at the plan's 1.10 are 110,000, whatever the day's rate was."""
    plan = await a_draft(planning, exchange_rates=[{"currency": "EUR", "rate": "1.1"}])
    good(await put_lines(planning, plan, every_month("net_revenue", "120000")))
    await a_reading(tenant, "net_revenue", JANUARY, "100000", "EUR")
    late = "2027-06-30T00:00:00Z"
    found = await read(planning, plan, "profit-and-loss", as_of=late)
    assert found["months"][0]["actual"]["net_revenue"] == "110000"
    assert found["months"][0]["plan"]["net_revenue"] == "120000"
    assert found["months"][1]["actual"] is None
    assert found["measured_plan"]["net_revenue"] == "120000"
    assert found["measured_actual"]["net_revenue"] == "110000"
    early = await read(planning, plan, "profit-and-loss", as_of="2027-01-31T00:00:00Z")
    assert early["measured_actual"] is None


async def test_a_module_is_not_measured_by_the_figures_of_the_company(
    planning: httpx.AsyncClient, tenant: Tenant
) -> None:
    module = await a_unit(planning, level="module", parent_id=(await a_unit(planning))["id"])
    plan = await a_plan(planning, module, await a_cycle(planning))
    good(await put_lines(planning, plan, every_month("net_revenue", "1")))
    await a_reading(tenant, "net_revenue", JANUARY, "7", "USD")
    found = await read(planning, plan, "profit-and-loss", as_of="2027-06-30T00:00:00Z")
    assert found["measured_actual"] is None


async def test_k31_headcount_by_who_comes_and_goes(planning: httpx.AsyncClient, tenant: Tenant) -> None:
    plan = await a_draft(planning, opening_headcount="25")
    moves = {"joins": "8", "transfers_in": "1", "transfers_out": "2", "leaves": "3"}
    lines = [line(code, JANUARY, value) for code, value in moves.items()]
    good(await put_lines(planning, plan, [*lines, line("headcount", JANUARY, "30")]))
    await a_reading(tenant, "headcount", JANUARY, "28", None)
    found = await read(planning, plan, "headcount", as_of="2027-06-30T00:00:00Z")
    january, february = found["months"][:2]
    assert january == {"month": JANUARY, "opening": "25", "closing": "29", "planned": "30", "actual": "28"} | moves
    assert (february["opening"], february["closing"], found["closing"]) == ("29", "29", "29")
    bare = await a_draft(planning)
    assert (await read(planning, bare, "headcount"))["months"][0]["closing"] is None


async def test_k28_the_bridge_from_last_year_to_the_target(planning: httpx.AsyncClient) -> None:
    initiatives = []
    for kind, title in (("product", "Lamp"), ("product", "Fan"), ("campaign", "Summer")):
        body = {"code": f"I-{uuid4()}", "kind": kind, "title": title}
        initiatives.append(good(await planning.post("/initiatives", json=body), 201))
    lamp, fan, summer = initiatives
    lines = [
        line("net_revenue", JANUARY, "18000000"),
        line("net_revenue", JANUARY, "1200000", "launch", initiative_id=lamp["id"]),
        line("net_revenue", JANUARY, "2000000", "launch", initiative_id=fan["id"]),
        line("net_revenue", JANUARY, "900000", "campaign", initiative_id=summer["id"]),
    ]
    plan = await a_draft(planning, base_amount="12000000", organic_growth=0.05)
    good(await put_lines(planning, plan, lines))
    found = await read(planning, plan, "bridge")
    assert (found["target"], found["organic"], found["covered"]) == ("18000000", "600000", "16700000")
    assert (found["uncovered"], found["uncovered_share"]) == ("1300000", 0.0722)
    launches = [(each["title"], each["amount"]) for each in found["launches"]]
    assert launches == [("Fan", "2000000"), ("Lamp", "1200000")]
    assert found["campaigns"] == [{"initiative_id": summer["id"], "title": "Summer", "amount": "900000"}]
    steps = [(each["name"], each["amount"], each["end"]) for each in found["steps"]]
    assert steps == [
        ("base", "12000000", "12000000"),
        ("organic", "600000", "12600000"),
        ("launches", "3200000", "15800000"),
        ("campaigns", "900000", "16700000"),
        ("uncovered", "1300000", "18000000"),
        ("surplus", "0", "18000000"),
    ]
    without_base = await a_draft(planning)
    good(await put_lines(planning, without_base, lines))
    found = await read(planning, without_base, "bridge")
    assert (found["target"], found["covered"], found["steps"]) == ("18000000", None, [])


async def test_k30_the_share_of_the_market_by_year(planning: httpx.AsyncClient) -> None:
    cycle = await a_cycle(planning, kind="three_year", end_date="2030-12-31")
    market = {"market_size_amount": "250000000", "market_growth": 0.08}
    plan = await a_plan(planning, await a_unit(planning), cycle, kind="three_year", **market)
    revenues = ("12000000", "15000000", "18000000", "21600000")
    lines = [line("net_revenue", f"{2027 + step}-06", value) for step, value in enumerate(revenues)]
    good(await put_lines(planning, plan, lines))
    years = (await read(planning, plan, "market-shares"))["years"]
    assert [each["share"] for each in years] == [0.048, 0.0556, 0.0617, 0.0686]
    assert [each["is_rising"] for each in years] == [False, True, True, True]
    assert years[1]["market_size"] == "270000000"
    # A market that is planned itself counts before the assumption.
    good(await put_lines(planning, plan, [line("market_size", "2027-12", "120000000")], "merge"))
    years = (await read(planning, plan, "market-shares"))["years"]
    assert [each["share"] for each in years[:2]] == [0.1, 0.0556]


async def test_what_differs_between_two_versions(planning: httpx.AsyncClient) -> None:
    first = await a_draft(planning)
    good(await put_lines(planning, first, [line("cogs", JANUARY, "1"), line("units_sold", JANUARY, "2")]))
    second = good(await planning.post(f"/plans/{first['id']}/versions", json={}), 201)
    assert (await read(planning, second, "changes"))["changes"] == []
    good(await put_lines(planning, second, [line("units_sold", JANUARY, "3"), line("cogs", "2027-02", "1", "wish")]))
    found = await read(planning, second, "changes")
    assert (found["plan_id"], found["against_plan_id"]) == (second["id"], first["id"])
    assert [(each["metric_code"], each["month"], each["old"], each["new"]) for each in found["changes"]] == [
        ("cogs", JANUARY, "1", None),
        ("cogs", "2027-02", None, "1"),
        ("units_sold", JANUARY, "2", "3"),
    ]
    backwards = await read(planning, first, "changes", against=second["id"])
    assert backwards["changes"][2]["new"] == "2"
    assert problem(await planning.get(f"/plans/{first['id']}/changes")) == (422, "invalid")
    unknown = {"against": str(uuid4())}
    assert problem(await planning.get(f"/plans/{first['id']}/changes", params=unknown)) == (404, "not-found")


async def test_what_a_plan_states_is_drawn_as_well(planning: httpx.AsyncClient) -> None:
    lamp = {"code": f"I-{uuid4()}", "kind": "product", "title": "A lamp that folds"}
    lamp_id = good(await planning.post("/initiatives", json=lamp), 201)["id"]
    lines = [line(code, month, value) for code, value in K29.items() for month in (JANUARY, "2027-02")]
    lines += [line("net_revenue", JANUARY, "3200000", "launch", initiative_id=lamp_id), line("joins", JANUARY, "8")]
    assumed = {"base_amount": "12000000", "organic_growth": 0.05, "opening_headcount": "25"}
    plan, bare = await a_draft(planning, **assumed), await a_draft(planning)
    good(await put_lines(planning, plan, lines))
    told = {"profit-and-loss": "profit", "headcount": "33", "bridge": "A lamp that folds"}
    for what, words in told.items():
        drawn = await planning.get(f"/plans/{plan['id']}/{what}.svg")
        asked = await planning.get(f"/plans/{plan['id']}/{what}", headers={"Accept": "image/svg+xml"})
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
        assert asked.content == drawn.content
        assert words in drawn.text
        assert (await planning.get(f"/plans/{bare['id']}/{what}.svg")).status_code == 200
        assert (await planning.get(f"/plans/{uuid4()}/{what}.svg")).status_code == 404
