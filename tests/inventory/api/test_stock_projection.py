"""A listing's prospects over HTTP: the past as it was, the future that the run decided on, as numbers and picture."""

from datetime import date, timedelta
from uuid import uuid4
from xml.etree import ElementTree

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from services.inventory.actions.start_replenishment_run import RunWish
from services.inventory.domain.ledger import LocationKind
from services.inventory.tables import StockDayRow
from shared.db.engine import Database
from tests.inventory.runs import AS_OF, put, run, sell, state_money
from tests.inventory.seed import Seed, seed
from tests.support.http import problem_slug
from tests.support.tenants import Tenant

SVG = {"Accept": "image/svg+xml"}


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """KETTLE sells ten a day and has a week's stock; ten days ago it was sold out, TRAY never sold."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        await state_money(session, made, "KETTLE")
        await sell(session, made, "KETTLE", 10)
        await put(session, made, "KETTLE", 70, LocationKind.AMAZON_SELLABLE)
        await put(session, made, "KETTLE", 5_000, LocationKind.DOMESTIC)
        session.add(
            StockDayRow(
                tenant_id=tenant.id,
                listing_id=made.listings["KETTLE"],
                stock_date=AS_OF - timedelta(days=10),
                sellable_units=0,
                in_stock=False,
                source="snapshot",
            )
        )
    return made


def path(seller: Seed, code: str = "KETTLE", kind: str = "stock-projection") -> str:
    return f"/listings/{seller.listings[code]}/{kind}"


async def test_the_projection_shows_what_the_run_decided_on(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    run_id = await run(database, tenant)
    found = (await inventory.get(path(seller), params={"past_days": 30})).json()
    assert (found["run_id"], found["as_of_date"]) == (str(run_id), AS_OF.isoformat())
    past = {day["date"]: day for day in found["past"]}
    assert len(past) == 30
    sold_out = past[(AS_OF - timedelta(days=10)).isoformat()]
    assert (sold_out["stock_units"], sold_out["in_stock"], sold_out["sold_units"]) == (0, False, 10)
    assert past[(AS_OF - timedelta(days=5)).isoformat()]["stock_units"] is None
    [outcome] = [
        each
        for each in (await inventory.get(f"/replenishment-runs/{run_id}/outcomes")).json()["items"]
        if each["seller_sku"] == "KETTLE"
    ]
    assert found["stock_out"]["p50_date"] == outcome["stock_out_p50_date"]
    assert found["stock_out"]["probability"] == outcome["stock_out_probability"]
    assert found["daily_demand"] == pytest.approx(outcome["daily_demand"])
    first = found["forecast"][0]
    assert first["date"] == AS_OF.isoformat()
    assert first["stock"]["p10"] <= first["stock"]["p50"] <= first["stock"]["p90"] <= 70
    proposals = (await inventory.get("/shipment-proposals")).json()["items"]
    assert {each["proposal_id"] for each in found["arrivals"]} == {each["id"] for each in proposals}
    last = found["forecast"][-1]
    assert last["stock_with_proposals_p50"] >= last["stock"]["p50"]


async def test_a_run_of_before_inputs_had_parts_is_projected_all_the_same(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    await run(database, tenant)
    of_part = (await inventory.get(path(seller))).json()
    async with database.session(tenant.id) as session:
        await session.execute(
            text("UPDATE inventory.replenishment_input SET listing_ids = NULL WHERE tenant_id = :tenant_id"),
            {"tenant_id": tenant.id},
        )
    assert (await inventory.get(path(seller))).json() == of_part


async def test_a_rejected_proposal_is_no_arrival(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    await run(database, tenant)
    async with database.session(tenant.id) as session:
        await session.execute(
            text(
                "UPDATE inventory.shipment_proposal SET state = 'rejected', decided_by = tenant_id, decided_at = now()"
                " WHERE tenant_id = :t"
            ),
            {"t": tenant.id},
        )
    found = (await inventory.get(path(seller))).json()
    assert found["arrivals"] == []
    assert all(day["stock_with_proposals_p50"] == day["stock"]["p50"] for day in found["forecast"])


async def test_without_a_run_it_is_computed_from_what_is_known(inventory: httpx.AsyncClient, seller: Seed) -> None:
    found = (await inventory.get(path(seller), params={"as_of_date": AS_OF.isoformat()})).json()
    assert (found["run_id"], found["as_of_date"]) == (None, AS_OF.isoformat())
    assert found["daily_demand"] == pytest.approx(10, rel=0.2)
    assert date.fromisoformat(found["stock_out"]["p50_date"]) == AS_OF + timedelta(days=7)
    assert {"lane"} <= {each["code"] for each in found["assumptions"]}


async def test_a_day_without_a_run_is_not_shown_by_another_days_run(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    await run(database, tenant, RunWish(AS_OF, history_days=180))
    earlier = (AS_OF - timedelta(days=3)).isoformat()
    found = (await inventory.get(path(seller), params={"as_of_date": earlier})).json()
    assert (found["run_id"], found["as_of_date"]) == (None, earlier)


async def test_a_listing_of_which_nothing_is_known_has_a_projection_too(
    inventory: httpx.AsyncClient, seller: Seed
) -> None:
    found = (await inventory.get(path(seller, "TRAY"))).json()
    assert found["daily_demand"] == 0
    assert found["stock_out"] == {"probability": 0.0, "p10_date": None, "p50_date": None, "p90_date": None}
    picture = await inventory.get(path(seller, "TRAY"), headers=SVG)
    assert ElementTree.fromstring(picture.content).tag == "{http://www.w3.org/2000/svg}svg"


async def test_the_picture_is_the_same_by_accept_and_by_name(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    await run(database, tenant)
    asked = await inventory.get(path(seller), headers=SVG)
    named = await inventory.get(path(seller, kind="stock-projection.svg"))
    assert asked.status_code == named.status_code == 200
    assert asked.headers["content-type"].startswith("image/svg+xml")
    assert "style-src 'unsafe-inline'" in asked.headers["content-security-policy"]
    assert asked.content == named.content
    drawn = ElementTree.fromstring(named.content)
    assert drawn.find("{http://www.w3.org/2000/svg}title").text == "Stock of KETTLE · United States"  # type: ignore[union-attr]


async def test_the_demand_forecast_grows_with_the_days(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    await run(database, tenant)
    found = (await inventory.get(path(seller, kind="demand-forecast"))).json()
    assert (found["pattern"], found["known_days"], found["sold_out_days"]) == ("smooth", 120, 1)
    medians = [day["cumulated"]["p50"] for day in found["days"]]
    assert medians == sorted(medians)
    assert medians[9] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize("kind", ["stock-projection", "stock-projection.svg", "demand-forecast"])
async def test_an_unknown_listing_has_none(inventory: httpx.AsyncClient, kind: str) -> None:
    answer = await inventory.get(f"/listings/{uuid4()}/{kind}")
    assert (answer.status_code, problem_slug(answer)) == (404, "not-found")


@pytest.mark.parametrize("day", ["0002-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize("kind", ["stock-projection", "stock-projection.svg", "demand-forecast"])
async def test_a_day_from_which_years_lead_out_of_the_calendar_is_refused(
    inventory: httpx.AsyncClient, seller: Seed, kind: str, day: str
) -> None:
    answer = await inventory.get(path(seller, kind=kind), params={"as_of_date": day})
    assert (answer.status_code, problem_slug(answer)) == (422, "invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["query:as_of_date"]


@pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31"])
async def test_the_first_and_the_last_day_to_look_from_are_answered(
    inventory: httpx.AsyncClient, seller: Seed, day: str
) -> None:
    answer = await inventory.get(path(seller), params={"as_of_date": day, "past_days": 365})
    assert (answer.status_code, answer.json()["as_of_date"]) == (200, day)
