"""Series over HTTP: each figure once, as it was known, in one currency; what exchange rates add is told apart."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx

from services.planning.domain.currency import PlanRates
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading
from services.planning.domain.scope import NO_ANCESTRY, Scope
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.currency_effects import currency_effects
from services.planning.queries.measuring import Ask, measure_all
from services.planning.tables import ExchangeRateRow
from shared.db.engine import Database
from tests.planning.metrics.test_readings import NOVEMBER, observation, record
from tests.planning.queries.reading_rows import write_readings
from tests.support.tenants import Tenant


def days(first: str, last: str) -> dict[str, str]:
    return {"start_date": first, "end_date": last}


async def series(planning: httpx.AsyncClient, code: str, **params: str) -> dict[str, Any]:
    answer = await planning.get(f"/metrics/{code}/series", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def values(found: dict[str, Any]) -> list[str | None]:
    return [each["value"] for each in found["points"]]


async def test_a_month_of_the_whole_stands_for_its_parts(planning: httpx.AsyncClient) -> None:
    us: dict[str, Any] = {"scope": {"marketplace": "US"}, "currency": "USD"}
    de: dict[str, Any] = {"scope": {"marketplace": "DE"}, "currency": "USD"}
    september, october = days("2026-09-01", "2026-09-30"), days("2026-10-01", "2026-10-31")
    await record(
        planning,
        observation("100", NOVEMBER[1], september, **us),
        observation("50", NOVEMBER[1], september, **de),
        observation("120", NOVEMBER[1], october, **us),
        observation("200", NOVEMBER[1], october, currency="USD"),
        code="payroll",
    )
    window = {"from_date": "2026-08-01", "to_date": "2026-10-31"}
    found = await series(planning, "payroll", **window)
    assert (values(found), found["currency"]) == ([None, "150", "200"], "USD")
    assert found["read_until_date"] == "2026-10-31"
    assert values(await series(planning, "payroll", **window, marketplace="US")) == [None, "100", "120"]
    assert values(await series(planning, "payroll", **window, as_of=NOVEMBER[0])) == [None, None, None]
    weeks = await series(planning, "payroll", grain="week", from_date="2026-10-07", to_date="2026-10-20")
    assert [each["period"] for each in weeks["points"]] == [
        days("2026-10-07", "2026-10-11"),
        days("2026-10-12", "2026-10-18"),
        days("2026-10-19", "2026-10-20"),
    ]


async def test_money_of_two_currencies_is_not_added_without_a_plan(planning: httpx.AsyncClient) -> None:
    us: dict[str, Any] = {"scope": {"marketplace": "US"}, "currency": "USD"}
    de: dict[str, Any] = {"scope": {"marketplace": "DE"}, "currency": "EUR"}
    await record(planning, observation("1", NOVEMBER[1], **us), observation("1", NOVEMBER[1], **de), code="payroll")
    found = await series(planning, "payroll", from_date="2026-10-01", to_date="2026-10-31")
    assert (found["currency"], found["points"][0]["value"]) == (None, None)
    assert found["points"][0]["fault"] == "mixed_currencies"


async def test_a_series_says_what_is_wrong_with_the_request(planning: httpx.AsyncClient) -> None:
    for code, params, status in (
        ("nothing", {}, 404),
        ("payroll", {"from_date": "2026-02-01", "to_date": "2026-01-01"}, 422),
        ("payroll", {"grain": "day", "from_date": "2020-01-01", "to_date": "2026-01-01"}, 422),
        ("payroll", {"grain": "hour"}, 422),
        ("payroll", {"plan_id": "01a22657-50d2-75cb-952a-2228acc31bfd"}, 404),
    ):
        assert (await planning.get(f"/metrics/{code}/series", params=params)).status_code == status, params


async def test_performance_and_the_effect_of_exchange_rates_are_told_apart(
    planning_database: Database, tenant: Tenant
) -> None:
    """K33: 100,000 euros at 1.10 by plan and 1.05 in fact are 110,000 of performance and an effect of -5,000."""
    now = datetime(2027, 2, 1, tzinfo=UTC)
    plan = PlanRates("USD", {"EUR": Decimal("1.10"), "GBP": Decimal("1.30")})
    amazon_de = Scope(marketplace="DE", channel="amazon")

    def sold(day: int, value: str, scope: Scope, currency: str) -> Reading:
        on = date(2027, 1, day)
        return Reading("net_revenue", scope, Period(on, on), Decimal(value), now, currency)

    readings = [
        sold(5, "60000", amazon_de, "EUR"),
        sold(6, "40000", amazon_de, "EUR"),
        sold(6, "40000", Scope(marketplace="DE", channel="amazon", product_ref="LAMP"), "EUR"),
        sold(5, "7000", Scope(marketplace="US", channel="amazon"), "USD"),
        sold(5, "1000", Scope(marketplace="GB", channel="amazon"), "GBP"),
        Reading("cogs", Scope(), Period(date(2027, 1, 1), date(2027, 1, 31)), Decimal(1000), now, "EUR"),
    ]
    january = Period(date(2027, 1, 1), date(2027, 1, 31))
    asks = [
        Ask("germany", "net_revenue", Scope(marketplace="DE"), january),
        Ask("america", "net_revenue", Scope(marketplace="US"), january),
        Ask("britain", "net_revenue", Scope(marketplace="GB"), january),
        Ask("all", "net_revenue", Scope(), january),
        Ask("profit", "gross_profit", Scope(marketplace="DE"), january),
        Ask("margin", "gross_margin", Scope(marketplace="DE"), january),
        Ask("cost", "cogs", Scope(), january),
    ]
    async with planning_database.session(tenant.id) as session:
        await write_readings(session, tenant.id, readings, now)
        for day, rate in ((date(2026, 12, 1), "1.05"), (date(2027, 1, 31), "1.20")):
            session.add(
                ExchangeRateRow(
                    tenant_id=tenant.id,
                    base_currency="EUR",
                    quote_currency="USD",
                    rate_date=day,
                    rate=Decimal(rate),
                    updated_at=now,
                )
            )
        await session.flush()
        catalogue = await load_catalogue(session, tenant.id)
        known: dict[str, Any] = {"plan": plan, "catalogue": catalogue, "ancestry": NO_ANCESTRY}
        measured = await measure_all(session, tenant.id, asks, now=now, **known)
        effects = await currency_effects(session, tenant.id, asks, **known)
    assert measured["germany"].value == Decimal(110_000)
    assert effects == {
        "germany": Decimal(-5_000),
        "america": Decimal(0),
        "britain": None,  # no rate of the pound is known
        "all": None,
        "profit": Decimal(-5_000),  # costs are not read of Germany
        "margin": None,
        "cost": Decimal(100),
    }


async def test_the_ends_of_the_calendar_are_answered(planning: httpx.AsyncClient) -> None:
    await record(planning, observation("1", NOVEMBER[1], currency="USD"), code="payroll")
    first, last = "0001-01-01", "9999-12-31"
    for params in (
        {"as_of": f"{first}T00:00:00Z"},
        {"as_of": f"{last}T23:59:59Z", "grain": "week"},
        {"from_date": first, "to_date": first, "grain": "week"},
        {"from_date": last, "to_date": last, "grain": "week"},
        {"from_date": last, "to_date": last, "grain": "month"},
        {"from_date": last, "to_date": last, "grain": "day"},
        {"to_date": first},
    ):
        for code in ("payroll", "operating_profit", "headcount", "revenue_per_head"):
            assert (await series(planning, code, **params))["points"], params
    everything = {"from_date": first, "to_date": last}
    assert (await planning.get("/metrics/payroll/series", params=everything)).status_code == 422
    for moment in (f"{first}T00:00:00Z", f"{last}T23:59:59Z"):
        assert (await planning.get("/metrics/payroll/readings", params={"as_of": moment})).status_code == 200
    item = observation("1", f"{last}T23:59:59Z", days(first, last), currency="USD")
    assert (await record(planning, item, code="payroll"))["refused"] == 1
