"""The known answers of progress, as somebody sees them who asks how an objective stands."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.planning.schemas.objective_progress import ObjectiveProgressRead
from tests.planning.objectives.okrs import Json, Okrs, daily, reading
from tests.support.builders import run_as_owner

AFTER = "2025-12-31T23:30:00Z"


async def shown(okrs: Okrs, objective: Json, as_of: str = AFTER) -> Json:
    """How it stands, proved to be of the declared type."""
    answer = await okrs.client.get(f"/objectives/{objective['id']}/progress", params={"as_of": as_of})
    assert answer.status_code == 200, answer.text
    ObjectiveProgressRead.model_validate_json(answer.content)
    found: Json = answer.json()
    return found


async def measured(okrs: Okrs, as_of: str = AFTER, /, **key_result: Any) -> Json:
    """The only key result of a draft."""
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    await okrs.key_result(objective, **key_result)
    [found] = (await shown(okrs, objective, as_of))["key_results"]
    return dict(found)


@pytest.mark.parametrize(
    ("start", "target", "value", "raw", "progress"),
    [
        ("100", "200", "150", 0.5, 0.5),  # K01
        ("10", "0", "7", 0.3, 0.3),  # K02
        ("10", "0", "-10", 2, 1),
        ("10", "0", "12", -0.2, 0),
        ("200", "0", "100", 0.5, 0.5),  # K03
        ("100", "200", "80", -0.2, 0),  # K05
        ("-50000", "100000", "25000", 0.5, 0.5),  # K06
    ],
)
async def test_reach(okrs: Okrs, start: str, target: str, value: str, raw: float, progress: float) -> None:
    await okrs.readings(reading("units_sold", "2025-10-31", value))
    found = await measured(okrs, start=start, target=target)
    assert (found["value"], found["raw_progress"], found["progress"]) == (value, raw, progress)


async def test_k04_a_ratio_that_is_to_fall(okrs: Okrs) -> None:
    await okrs.readings(
        *daily("ad_spend", [("2025-10-31", "28")], currency="USD"),
        *daily("ad_sales", [("2025-10-31", "100")], currency="USD"),
    )
    found = await measured(okrs, metric_code="acos", start="0.35", target="0.25")
    assert (found["value"], found["progress"]) == ("0.28", 0.7)


async def test_k07_a_rank(okrs: Okrs) -> None:
    await okrs.readings(*daily("category_rank", [("2025-10-01", "80"), ("2025-12-31", "55")]))
    found = await measured(okrs, metric_code="category_rank", start="85", target="40", window={"kind": "latest"})
    assert (found["value"], found["progress"]) == ("55", 0.6667)


async def test_k09_months_held(okrs: Okrs) -> None:
    """At most 0.03 in four months: 0.028, 0.031, none, 0.029."""
    cycle = await okrs.cycle(("2025-01-01", "2025-12-31"), "year")
    objective = await okrs.objective(await okrs.unit(), cycle)
    hold = {"kind": "hold", "metric_code": "tacos", "bound": "at_most", "target": "0.03"}
    await okrs.key_result(objective, **hold)
    spent = [("2025-01-15", "28"), ("2025-02-15", "31"), ("2025-04-15", "29")]
    await okrs.readings(*daily("ad_spend", spent, currency="USD"))
    await okrs.readings(*daily("net_revenue", [(day, "1000") for day, _ in spent], currency="USD"))
    [found] = (await shown(okrs, objective, "2025-04-16T12:00:00Z"))["key_results"]
    assert (found["progress"], found["health"], found["landing"]) == (0.5, "at_risk", None)


async def test_k13_a_ratio_is_one_of_sums(okrs: Okrs) -> None:
    await okrs.readings(
        *daily("ad_spend", [("2025-10-30", "10"), ("2025-10-31", "90")], currency="USD"),
        *daily("ad_sales", [("2025-10-30", "100"), ("2025-10-31", "300")], currency="USD"),
    )
    assert (await measured(okrs, metric_code="acos", start="0.35", target="0.2"))["value"] == "0.25"


@pytest.mark.parametrize(("day", "expected"), [("2027-02-14", 0.5), ("2027-02-28", 0.6556)])
async def test_k14_days_elapsed(okrs: Okrs, day: str, expected: float) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle(("2027-01-01", "2027-03-31")))
    await okrs.key_result(objective)
    [found] = (await shown(okrs, objective, f"{day}T12:00:00Z"))["key_results"]
    assert (found["expected"], found["is_phased"], found["health"]) == (expected, False, "no_data")


async def phased(okrs: Okrs, value: str, *, planned: bool = True, days: str = "2025-10-31") -> Json:
    """A quarter planned 20, 45 and 35, with a reading of October."""
    company, cycle = await okrs.unit(), await okrs.cycle()
    if planned:
        await release_plan(okrs, company, cycle, {"2025-10": "20", "2025-11": "45", "2025-12": "35"})
    objective = await okrs.objective(company, cycle)
    await okrs.key_result(objective)
    await okrs.readings(reading("units_sold", ("2025-10-01", days), value))
    return objective


async def release_plan(okrs: Okrs, unit_id: str, cycle_id: str, months: dict[str, str]) -> None:
    """A plan in force, as two people would have brought it there."""
    await run_as_owner(
        okrs.tenant,
        "WITH p AS (INSERT INTO planning.plan (tenant_id, id, kind, unit_id, cycle_id, title, currency, fx, version_no,"
        " status, submitted_by, submitted_at, approved_by, approved_at, released_at, version, created_at, updated_at,"
        " created_by) VALUES ($1, gen_random_uuid(), 'one_year', $2, $3, 'The plan', 'USD', '{}', 1, 'released',"
        " $2, now(), gen_random_uuid(), now(), now(), 1, now(), now(), $2) RETURNING id)"
        " INSERT INTO planning.plan_line (tenant_id, plan_id, metric_code, scope, scope_key, month_date, value, origin)"
        " SELECT $1, p.id, 'units_sold', '{}', '', m.month, m.value, 'bottom_up'"
        " FROM p, unnest($4::date[], $5::numeric[]) m (month, value)",
        unit_id,
        cycle_id,
        [date.fromisoformat(f"{month}-01") for month in months],
        [Decimal(value) for value in months.values()],
    )


async def test_k15_and_k16_the_plans_own_months(okrs: Okrs) -> None:
    objective = await phased(okrs, "22")
    [found] = (await shown(okrs, objective, "2025-10-31T23:30:00Z"))["key_results"]
    assert (found["expected"], found["is_phased"]) == (0.2, True)
    assert (found["progress"], found["health"], found["landing"]) == (
        0.22,
        "on_track",
        {"progress": 1.1, "value": "110"},
    )
    [later] = (await shown(okrs, objective, "2025-11-15T12:00:00Z"))["key_results"]
    assert later["expected"] == 0.425


async def test_k15_without_a_plan_days_alone_say_what_to_expect(okrs: Okrs) -> None:
    objective = await phased(okrs, "22", planned=False)
    [found] = (await shown(okrs, objective, "2025-10-31T23:30:00Z"))["key_results"]
    assert (found["expected"], found["is_phased"], found["health"]) == (0.337, False, "behind")


async def test_k17_weighted_progress_and_a_child_that_contributes(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    objective = await okrs.objective(company, cycle)
    for market, value, weight in (("US", "50", "2"), ("DE", "30", "1"), ("JP", "90", "1")):
        await okrs.key_result(objective, scope={"marketplace": market}, weight=weight)
        await okrs.readings(reading("units_sold", "2025-12-31", value, marketplace=market))
    assert (await shown(okrs, objective))["progress"] == 0.55
    child = await okrs.objective(company, cycle, parent_id=objective["id"], weight="2")
    helper = await okrs.objective(company, cycle, parent_id=objective["id"], parent_mode="supports")
    for each in (child, helper):
        await okrs.key_result(each, scope={"marketplace": "GB"})
    await okrs.readings(reading("units_sold", "2025-12-31", "80", marketplace="GB"))
    found = await shown(okrs, objective)
    assert found["progress"] == 0.6333
    assert [(each["id"], each["progress"], each["share"]) for each in found["children"]] == [
        (child["id"], 0.8, 0.3333),
        (helper["id"], 0.8, None),
    ]
    assert [each["share"] for each in found["key_results"]] == [0.3333, 0.1667, 0.1667]
    # The one that has come least far: of all that are at risk on the last day.
    assert (found["worst_id"], found["worst_health"]) == (found["key_results"][1]["id"], "at_risk")


async def test_a_draft_does_not_count_for_a_parent_that_is_agreed(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    objective = await okrs.objective(company, cycle)
    await okrs.key_result(objective, scope={"marketplace": "US"})
    await okrs.readings(reading("units_sold", "2025-12-31", "50", marketplace="US"))
    child = await okrs.objective(company, cycle, parent_id=objective["id"])
    await okrs.key_result(child, scope={"marketplace": "DE"})
    await okrs.readings(reading("units_sold", "2025-12-31", "0", marketplace="DE"))
    assert (await shown(okrs, objective))["progress"] == 0.25
    await okrs.activate(objective)
    assert (await shown(okrs, objective))["progress"] == 0.5
    await okrs.activate(child)
    assert (await shown(okrs, objective))["progress"] == 0.25
    await okrs.objective_step(child, "cancellations", reason="Given up")
    found = await shown(okrs, objective)
    assert (found["progress"], found["children"]) == (0.5, [])
    assert (await okrs.client.get(f"/objectives/{child['id']}/progress")).status_code == 404


async def test_k18_what_has_no_reading_takes_nothing_away(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    for market, value in (("US", "50"), ("DE", "30"), ("JP", None)):
        await okrs.key_result(objective, scope={"marketplace": market})
        if value is not None:
            await okrs.readings(reading("units_sold", "2025-12-31", value, marketplace=market))
    found = await shown(okrs, objective)
    assert (found["progress"], found["health"]) == (0.4, "at_risk")
    silent = found["key_results"][2]
    assert (silent["value"], silent["progress"], silent["health"]) == (None, None, "no_data")


@pytest.mark.parametrize(("value", "grade"), [("55", 0.6), ("64", 0.6), ("65", 0.7), ("25", 0.3), ("35", 0.4)])
async def test_k19_grades_are_rounded_half_up(okrs: Okrs, value: str, grade: float) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    key_result = await okrs.key_result(objective)
    await okrs.activate(objective)
    await okrs.readings(reading("units_sold", "2025-12-31", value))
    await okrs.move_cycle(objective["cycle_id"], "grading")
    assert (await okrs.grade(key_result)).json()["grade"] == grade


async def test_k20_confidence_of_the_latest_check_ins(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    made = [await okrs.key_result(objective, weight=weight) for weight in ("2", "1", "1", "1")]
    await okrs.activate(objective)
    assert (await okrs.check_in(made[0], confidence=0.1, blocker="No ship")).status_code == 201
    for key_result, confidence in zip(made, (0.7, 0.4, 0.9), strict=False):
        assert (await okrs.check_in(key_result, confidence=confidence)).status_code == 201
    found = await okrs.progress(objective)
    assert found["confidence"] == {"mean": 0.675, "least": 0.4, "level": "medium"}
    first, *_, last = found["key_results"]
    assert (first["confidence"], first["blocker"], last["confidence"]) == (0.7, None, None)
    # Before anything was said nothing is known.
    assert (await okrs.progress(objective, AFTER))["confidence"] is None


async def test_what_was_known_at_a_moment(okrs: Okrs) -> None:
    """A restatement of March counts from the moment it was made, and days that lie ahead do not."""
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    await okrs.key_result(objective)
    await okrs.readings(
        reading("units_sold", "2025-10-01", "10"),
        reading("units_sold", "2025-10-01", "30", observed="2025-10-20T08:00:00+00:00"),
        reading("units_sold", "2025-11-01", "20"),
    )
    for as_of, progress in (
        ("2025-09-30T12:00:00Z", None),
        ("2025-10-02T00:00:00Z", 0.1),
        ("2025-10-20T07:59:59Z", 0.1),
        ("2025-10-20T08:00:00Z", 0.3),
        ("2025-11-02T00:00:00Z", 0.5),
    ):
        [found] = (await shown(okrs, objective, as_of))["key_results"]
        assert found["progress"] == progress, as_of


async def test_silence_goes_stale_and_is_never_green(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    await okrs.key_result(objective, target="10")
    await okrs.readings(reading("units_sold", "2025-10-01", "10"))
    for as_of, health in (("2025-10-03T22:00:00Z", "on_track"), ("2025-10-04T00:00:00Z", "stale")):
        found = await shown(okrs, objective, as_of)
        assert (found["health"], found["key_results"][0]["health"]) == (health, health)
    assert found["key_results"][0]["stale_metrics"] == ["units_sold"]
    # A cycle that is over is judged by its end, not by today.
    await okrs.readings(*daily("orders", [("2025-12-31", "10")]))
    later = await okrs.objective(objective["unit_id"], objective["cycle_id"])
    await okrs.key_result(later, metric_code="orders", target="10")
    assert (await okrs.progress(later))["health"] == "on_track"


async def test_money_counts_at_the_plans_rates_and_in_the_targets_currency(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    for currency, market in (("USD", "US"), ("EUR", "US")):
        await okrs.key_result(
            objective, metric_code="net_revenue", currency=currency, scope={"marketplace": market}, target="200"
        )
    await okrs.readings(reading("net_revenue", "2025-10-01", "100", currency="USD", marketplace="US"))
    [dollars, euros] = (await shown(okrs, objective))["key_results"]
    assert (dollars["value"], dollars["progress"], dollars["measurement_fault"]) == ("100", 0.5, None)
    # Nobody has said what a dollar is worth in euros: it is not guessed.
    assert (euros["value"], euros["health"], euros["measurement_fault"]) == (None, "no_data", "rate_missing")


async def test_children_in_shorter_cycles_count(okrs: Okrs) -> None:
    company, year = await okrs.unit(), await okrs.cycle(("2025-01-01", "2025-12-31"), "year")
    quarter = await okrs.cycle(parent_id=year)
    top = await okrs.objective(company, year)
    below = await okrs.objective(company, quarter, parent_id=top["id"])
    await okrs.key_result(below)
    begin = date(2025, 10, 1)
    await okrs.readings(*daily("units_sold", [(str(begin + timedelta(days=day)), "1") for day in range(50)]))
    found = await shown(okrs, top, "2025-11-20T12:00:00Z")
    assert (found["progress"], found["children"][0]["progress"]) == (0.5, 0.5)
