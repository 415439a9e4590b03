"""The checks PC1-PC10 over HTTP: each finds what is wrong, is silent where all is well, and says what it lacks."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.planning.plans.plan_calls import (
    YEAR_MONTHS,
    a_cycle,
    a_draft,
    a_plan,
    a_unit,
    every_month,
    good,
    line,
    put_lines,
    release,
    step,
    version_of,
)

JANUARY = "2027-01"
Lines = list[dict[str, Any]]


async def checks_of(client: httpx.AsyncClient, plan: dict[str, Any]) -> dict[str, Any]:
    return good(await client.get(f"/plans/{plan['id']}/checks"))


async def found(client: httpx.AsyncClient, plan: dict[str, Any], check: str) -> list[dict[str, Any]]:
    """What one check found; AssertionError when it was not made."""
    checks = await checks_of(client, plan)
    assert check not in [each["check"] for each in checks["not_checked"]], checks["not_checked"]
    return [each for each in checks["findings"] if each["check"] == check]


async def codes(client: httpx.AsyncClient, plan: dict[str, Any], check: str) -> list[str]:
    return [each["code"] for each in await found(client, plan, check)]


async def drafted(client: httpx.AsyncClient, lines: Lines, **changes: Any) -> dict[str, Any]:
    plan: dict[str, Any] = await a_draft(client, **changes)
    good(await put_lines(client, plan, lines))
    return plan


async def an_initiative(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"code": f"I-{uuid4()}", "kind": "product", "title": "Second lamp"}
    return good(await client.post("/initiatives", json=body | changes), 201)


async def a_key_result(client: httpx.AsyncClient, plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    objective = {"unit_id": plan["unit_id"], "cycle_id": plan["cycle_id"], "title": "Grow", "why": "We can"}
    made = good(await client.post("/objectives", json=objective), 201)
    body = {"title": "Revenue", "kind": "reach", "metric_code": "net_revenue", "start": "0", "target": "12"}
    body |= {"currency": "USD"} if "metric_code" not in changes else {}
    return good(await client.post(f"/objectives/{made['id']}/key-results", json=body | changes), 201)


async def test_pc1_the_months_are_the_stated_year(planning: httpx.AsyncClient) -> None:
    plan = await drafted(planning, every_month("net_revenue", "100"))

    async def state(value: str) -> None:
        years = [{"metric_code": "net_revenue", "first_month": JANUARY, "value": value}]
        headers = {"If-Match": await version_of(planning, plan["id"])}
        good(await planning.put(f"/plans/{plan['id']}/years", json={"years": years}, headers=headers))

    await state("1200")
    assert await codes(planning, plan, "PC1") == []
    await state("1200.01")
    (finding,) = await found(planning, plan, "PC1")
    assert (finding["code"], finding["severity"]) == ("year_differs", "error")
    assert (finding["parameters"]["year"], finding["parameters"]["months"]) == ("1200.01", "1200")
    assert finding["sentence"].startswith("The months of net_revenue (all) sum to 1200")


async def test_pc1_the_parts_are_the_whole(planning: httpx.AsyncClient) -> None:
    parts = [line("net_revenue", JANUARY, "5", marketplace="US"), line("net_revenue", JANUARY, "4", marketplace="DE")]
    plan = await drafted(planning, [line("net_revenue", JANUARY, "9"), *parts])
    assert await codes(planning, plan, "PC1") == []
    good(await put_lines(planning, plan, [line("net_revenue", JANUARY, "10")], "merge"))
    (finding,) = await found(planning, plan, "PC1")
    assert finding["key"] == "PC1 children_differ net_revenue 2027-01 by marketplace"
    assert (finding["parameters"]["parent"], finding["parameters"]["children"]) == ("10", "9")


async def test_k21_the_plans_below_are_the_plan_above(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    company, cycle = await a_unit(planning), await a_cycle(planning)
    plan = await a_plan(planning, company, cycle)
    good(await put_lines(planning, plan, [line("net_revenue", JANUARY, "12000000")]))
    for value in ("5000000", "4000000", "2400000"):
        module = await a_unit(planning, level="module", parent_id=company["id"])
        below = await a_plan(planning, module, cycle)
        good(await put_lines(planning, below, [line("net_revenue", JANUARY, value)]))
        if value == "2400000":
            # Until it is in force, a plan below does not count.
            (finding,) = await found(planning, plan, "PC1")
            assert finding["parameters"]["children"] == "9000000"
        await release(planning, approver, below)
    (finding,) = await found(planning, plan, "PC1")
    assert finding["code"] == "child_plans_differ"
    assert (finding["parameters"]["short"], finding["parameters"]["coverage"]) == ("600000", 0.95)
    good(await put_lines(planning, plan, [line("net_revenue", JANUARY, "11400000")]))
    assert await codes(planning, plan, "PC1") == []


@pytest.mark.parametrize(
    ("check", "silent", "change", "code"),
    [
        (
            "PC2",
            [line("net_revenue", JANUARY, "100"), line("cogs", JANUARY, "55"), line("gross_margin", JANUARY, "0.454")],
            line("gross_margin", JANUARY, "0.456"),
            "margin_differs",
        ),
        (
            "PC4",
            [
                line("units_sold", JANUARY, "4000"),
                line("list_price", JANUARY, "29.99"),
                line("discount_rate", JANUARY, "0.05"),
                line("return_rate", JANUARY, "0.04"),
                line("net_revenue", JANUARY, "109403.52"),
            ],
            line("net_revenue", JANUARY, "111000"),
            "revenue_differs",
        ),
        (
            "PC5",
            [line("headcount", JANUARY, "29"), line("average_pay", JANUARY, "10"), line("payroll", JANUARY, "290")],
            line("payroll", JANUARY, "300"),
            "payroll_differs",
        ),
    ],
)
async def test_checks_of_the_plan_with_itself(
    planning: httpx.AsyncClient, check: str, silent: Lines, change: dict[str, Any], code: str
) -> None:
    """PC2, PC4 (K32: 4,000 units at 29.99, discount 0.05, returns 0.04 make 109,403.52) and the pay of PC5."""
    plan = await drafted(planning, silent)
    assert await codes(planning, plan, check) == []
    good(await put_lines(planning, plan, [change], "merge"))
    (finding,) = await found(planning, plan, check)
    assert (finding["code"], finding["severity"]) == (code, "error")
    if code == "revenue_differs":
        assert (finding["parameters"]["computed"], finding["parameters"]["planned"]) == ("109403.52", "111000.00")


async def test_pc3_the_year_is_the_first_of_the_three(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    unit = await a_unit(planning)
    three = await a_cycle(planning, kind="three_year", end_date="2029-12-31")
    year = await a_cycle(planning, parent_id=three["id"])
    longer = await a_plan(planning, unit, three, kind="three_year")
    good(await put_lines(planning, longer, every_month("net_revenue", "100")))
    plan = await a_plan(planning, unit, year)
    good(await put_lines(planning, plan, every_month("net_revenue", "102")))
    assert "PC3" in [each["check"] for each in (await checks_of(planning, plan))["not_checked"]]
    await release(planning, approver, longer)
    assert await codes(planning, plan, "PC3") == []
    good(await put_lines(planning, plan, every_month("net_revenue", "103")))
    (finding,) = await found(planning, plan, "PC3")
    assert finding["code"] == "first_year_differs"
    assert (finding["parameters"]["one_year"], finding["parameters"]["three_year"]) == ("1236", "1200")


async def test_pc5_the_headcount_follows_from_who_comes_and_goes(planning: httpx.AsyncClient) -> None:
    moves = [line("joins", JANUARY, "8"), line("transfers_in", JANUARY, "1")]
    moves += [line("transfers_out", JANUARY, "2"), line("leaves", JANUARY, "3")]
    plan = await drafted(planning, [*moves, line("headcount", JANUARY, "29")], opening_headcount="25")
    assert await codes(planning, plan, "PC5") == []
    good(await put_lines(planning, plan, [line("headcount", JANUARY, "30")], "merge"))
    (finding,) = await found(planning, plan, "PC5")
    assert (finding["code"], finding["parameters"]["computed"]) == ("headcount_differs", "29")


async def test_pc6_initiatives_spend_no_more_than_their_budget(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    money = {"amount": "1000", "currency": "EUR"}
    lamp = await an_initiative(planning, unit_id=plan["unit_id"], budget=money, planned={"launch_date": "2027-09-01"})
    await an_initiative(planning, unit_id=plan["unit_id"], budget=money, planned={"launch_date": "2026-09-01"})
    budget = [line("budget", JANUARY, "1500"), line("budget", JANUARY, "1100", initiative_id=lamp["id"])]
    good(await put_lines(planning, plan, budget))
    (unrated,) = [each for each in (await checks_of(planning, plan))["not_checked"] if each["check"] == "PC6"]
    assert (unrated["code"], unrated["parameters"]) == ("rates_missing", {"currencies": "EUR"})
    headers = {"If-Match": await version_of(planning, plan["id"]), "Content-Type": "application/merge-patch+json"}
    rates = {"exchange_rates": [{"currency": "EUR", "rate": "1.1"}]}
    good(await planning.patch(f"/plans/{plan['id']}", json=rates, headers=headers))
    assert await codes(planning, plan, "PC6") == []
    await an_initiative(planning, unit_id=plan["unit_id"], budget=money, planned={"launch_date": "2027-10-01"})
    (finding,) = await found(planning, plan, "PC6")
    assert (finding["code"], finding["subject"]) == ("budget_exceeded", "")
    assert (finding["parameters"]["wanted"], finding["parameters"]["budget"]) == ("2200.00", "1500.00")
    less = [line("budget", JANUARY, "1050", initiative_id=lamp["id"])]
    good(await put_lines(planning, plan, less, "merge"))
    assert [each["subject"] for each in await found(planning, plan, "PC6")] == [lamp["id"], ""]


async def test_pc6_domains_are_asked_for_no_more_than_they_have(planning: httpx.AsyncClient) -> None:
    plan = await drafted(planning, [line("net_revenue", JANUARY, "1")])
    lamp = await an_initiative(planning, unit_id=plan["unit_id"], planned={"launch_date": "2027-09-01"})
    place = {"domain": "purchasing", "kind": "headcount", "unit": "person", "month": "2027-03"}
    good(await planning.post("/resource-capacities", json=place | {"quantity": "2"}), 201)
    ask = place | {"initiative_id": lamp["id"], "quantity": "2"}
    good(await planning.post("/resource-demands", json=ask), 201)
    assert await codes(planning, plan, "PC6") == []
    other = await an_initiative(planning, planned={"launch_date": "2027-09-01"})
    good(await planning.post("/resource-demands", json=ask | {"initiative_id": other["id"], "quantity": "1"}), 201)
    (finding,) = await found(planning, plan, "PC6")
    assert (finding["code"], finding["parameters"]["demand"]) == ("capacity_exceeded", "3")


async def test_pc7_k28_what_nobody_stands_for_is_uncovered(planning: httpx.AsyncClient) -> None:
    lamp, sale = await an_initiative(planning), await an_initiative(planning, kind="campaign")
    lines = [line("net_revenue", JANUARY, "16700000")]
    lines += [line("net_revenue", JANUARY, "3200000", "launch", initiative_id=lamp["id"])]
    lines += [line("net_revenue", JANUARY, "900000", "campaign", initiative_id=sale["id"])]
    plan = await drafted(planning, lines, base_amount="12000000", organic_growth=0.05)
    assert await codes(planning, plan, "PC7") == []
    good(await put_lines(planning, plan, [line("net_revenue", JANUARY, "18000000")], "merge"))
    (finding,) = await found(planning, plan, "PC7")
    assert (finding["code"], finding["severity"]) == ("target_uncovered", "warning")
    parameters = finding["parameters"]
    assert (parameters["covered"], parameters["uncovered"]) == ("16700000.00", "1300000.00")
    assert round(parameters["share"], 4) == 0.0722
    unnamed = [line("net_revenue", "2027-02", "1300000", "launch", marketplace="DE")]
    good(await put_lines(planning, plan, unnamed, "merge"))
    assert "unnamed_contribution" in await codes(planning, plan, "PC7")


async def test_pc8_k30_a_rising_share_needs_an_objective(planning: httpx.AsyncClient) -> None:
    three = await a_cycle(planning, kind="three_year", end_date="2029-12-31")
    market = {"market_size_amount": "250000000", "market_growth": 0.08}
    plan = await a_plan(planning, await a_unit(planning), three, kind="three_year", **market)
    falling = [line("net_revenue", f"{year}-01", "12000000") for year in (2027, 2028, 2029)]
    good(await put_lines(planning, plan, falling))
    assert await codes(planning, plan, "PC8") == []
    rising = [("2027-01", "12000000"), ("2028-01", "15000000"), ("2029-01", "18000000")]
    good(await put_lines(planning, plan, [line("net_revenue", *each) for each in rising]))
    first, _ = await found(planning, plan, "PC8")
    assert (first["code"], first["severity"]) == ("rising_share_unsupported", "warning")
    shares = (round(first["parameters"]["before"], 4), round(first["parameters"]["after"], 4))
    assert shares == (0.048, 0.0556)
    await a_key_result(planning, plan, title="Share", metric_code="market_share", start="0.05", target="0.06")
    assert await codes(planning, plan, "PC8") == []


async def test_pc9_targets_of_key_results_are_those_of_the_plan(planning: httpx.AsyncClient) -> None:
    plan = await drafted(planning, every_month("net_revenue", "1"))
    assert "PC9" in [each["check"] for each in (await checks_of(planning, plan))["not_checked"]]
    await a_key_result(planning, plan, scope={"org_unit_id": plan["unit_id"]}, target="12")
    assert await codes(planning, plan, "PC9") == []
    wrong = await a_key_result(planning, plan, title="Half as much", target="6")
    (finding,) = await found(planning, plan, "PC9")
    assert (finding["code"], finding["subject"], finding["severity"]) == ("key_result_differs", wrong["id"], "warning")
    assert (finding["parameters"]["target"], finding["parameters"]["planned"]) == ("6", "12")


async def test_pc10_k48_a_loss_at_the_front_is_made_up_for(planning: httpx.AsyncClient) -> None:
    blended = {"buyers": "5000", "margin_amount": "-1.5", "follow_ons": [{"units": "120", "margin_amount": "80"}]}
    plan = await drafted(planning, [line("net_revenue", JANUARY, "1")], blended_margin=blended)
    assert await codes(planning, plan, "PC10") == []
    fewer = blended | {"follow_ons": [{"units": "90", "margin_amount": "80"}]}
    headers = {"If-Match": await version_of(planning, plan["id"]), "Content-Type": "application/merge-patch+json"}
    good(await planning.patch(f"/plans/{plan['id']}", json={"blended_margin": fewer}, headers=headers))
    (finding,) = await found(planning, plan, "PC10")
    assert (finding["code"], finding["parameters"]["loss"]) == ("blended_loss", "300.00")


async def test_checks_without_figures_are_not_made_and_say_why(planning: httpx.AsyncClient) -> None:
    plan = await drafted(planning, [line("units_sold", JANUARY, "1")])
    checks = await checks_of(planning, plan)
    assert checks["findings"] == []
    assert [each["check"] for each in checks["not_checked"]] == [f"PC{number}" for number in range(2, 11)]
    assert all(each["sentence"] for each in checks["not_checked"])


async def test_findings_depend_on_nothing_but_the_plan_as_it_is(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    """A finding that was waived is known by its key as long as it is there."""
    lines = [line("net_revenue", month, "2") for month in YEAR_MONTHS]
    lines += [line("net_revenue", month, "1", marketplace="US") for month in YEAR_MONTHS[:2]]
    plan = await drafted(planning, lines)
    before = await checks_of(planning, plan)
    assert (before["error_count"], before["open_error_count"]) == (12, 12)
    good(await step(planning, plan, "submissions"))
    waiver = {"finding_key": before["findings"][0]["key"], "reason": "Known"}
    good(await step(approver, plan, "waivers", waiver), 201)
    after = await checks_of(planning, plan)
    assert (after["error_count"], after["open_error_count"]) == (12, 11)
    assert [each["key"] for each in after["findings"]] == [each["key"] for each in before["findings"]]
