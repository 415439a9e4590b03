"""Feeds against the real services: taken page by page, resumed without loss or doubles, silent ones say so."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
import stamina
from pydantic import SecretStr

from deploy.roles import DatabaseUrls
from services.planning.actions.pull_readings import pull_readings
from services.planning.actions.record_readings import Origin, record_readings
from services.planning.actions.start_feed_pull import KIND, pull_regularly, start_due_pull
from services.planning.clients.metric_readings import MetricReadingsClient
from services.planning.domain.feeds import Provider
from services.planning.domain.metric import Source
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading
from services.planning.domain.scope import NO_ANCESTRY, Scope
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.measuring import Ask, measure_all
from services.planning.settings import PlanningSettings
from services.planning.worker import operation_kinds
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.jobs.operations import OperationKind, run_operation
from shared.jobs.queue import JobRef, TryAgain
from shared.jobs.worker import work
from shared.web.app import ServiceApp
from tests.inventory.api.test_metric_readings import rate, sell
from tests.inventory.builders import post
from tests.support.http import client_of, running_app
from tests.support.tenants import SERVICE_KEY_SECRET, Tenant, create_tenant

DAYS = [f"2026-02-{day:02}" for day in range(1, 6)]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _without_pauses() -> Any:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest_asyncio.fixture(scope="module")
async def providers(database_urls: DatabaseUrls) -> AsyncIterator[Mapping[Provider, ServiceApp]]:
    """The real inventory and ads."""
    async with running_app("inventory", database_urls) as inventory, running_app("ads", database_urls) as ads:
        yield {Provider.INVENTORY: inventory, Provider.ADS: ads}


@pytest_asyncio.fixture
async def inventory(providers: Mapping[Provider, ServiceApp], tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """Inventory with a lamp that is sold in Germany, and a rate."""
    async with client_of(providers[Provider.INVENTORY], tenant) as client:
        account = await post(client, "/accounts", {"code": "one", "name": "one"})
        lamp = await post(client, "/products", {"code": "LAMP", "name": "Lamp"})
        listing = {"account_id": account, "marketplace": "DE", "seller_sku": "L1", "product_id": lamp}
        await post(client, "/listings", listing)
        await rate(client, "2026-01-01", "EUR", "USD", "1.05")
        yield client


def sold(day: str, units: int) -> str:
    return f"one,DE,L1,{day},{units},{units},{units * 20}.00,EUR,yes"


class Down(httpx.AsyncBaseTransport):
    """A service that does not answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route to {request.url}")


class Interrupting(httpx.AsyncBaseTransport):
    """A service during whose answer, after some pages, the asking worker is stopped."""

    def __init__(self, app: ServiceApp, pages: int, stop: asyncio.Event) -> None:
        self.inner, self.pages, self.stop = httpx.ASGITransport(app), pages, stop

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inner.handle_async_request(request)
        if self.pages == 0:
            self.stop.set()
            await asyncio.sleep(60)
        self.pages -= 1
        return answer


def clients(
    apps: Mapping[Provider, ServiceApp], page: int = 1_000, **instead: httpx.AsyncBaseTransport
) -> dict[Provider, MetricReadingsClient]:
    return {
        each: MetricReadingsClient(
            each,
            "http://secret-host.test/v1",
            SERVICE_KEY_SECRET,
            transport=instead.get(each.value) or httpx.ASGITransport(app),
            page=page,
        )
        for each, app in apps.items()
    }


async def start(planning: httpx.AsyncClient, **body: Any) -> UUID:
    key = str(utc_now().timestamp())
    answer = await planning.post("/feed-pulls", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["id"])


async def carry_out(
    database: Database,
    tenant: Tenant,
    operation: UUID,
    asked: Mapping[Provider, MetricReadingsClient],
    stop: asyncio.Event | None = None,
) -> None:
    kinds = {KIND: OperationKind(KIND, partial(pull_readings, clients=asked))}
    await run_operation(database, "planning", kinds, JobRef(tenant.id, operation), 0, stop or asyncio.Event())


async def pull(
    planning: httpx.AsyncClient,
    database: Database,
    tenant: Tenant,
    asked: Mapping[Provider, MetricReadingsClient],
    **body: Any,
) -> dict[str, Any]:
    operation = await start(planning, **body)
    await carry_out(database, tenant, operation, asked)
    return dict((await planning.get(f"/operations/{operation}")).json())


async def feed(planning: httpx.AsyncClient, provider: str = "inventory") -> dict[str, Any]:
    listed = (await planning.get("/feeds")).json()["items"]
    return dict(next(each for each in listed if each["provider"] == provider))


async def readings(planning: httpx.AsyncClient, code: str = "units_sold", **params: str) -> list[dict[str, Any]]:
    answer = await planning.get(f"/metrics/{code}/readings", params={"sort": "end_date", "limit": 1000, **params})
    return list(answer.json()["items"])


async def test_what_the_services_measured_is_taken(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    assert (await feed(planning))["is_stale"] is True
    await sell(database, tenant, *(sold(day, 2) for day in DAYS))
    done = await pull(planning, planning_database, tenant, clients(providers))
    assert done["state"] == "succeeded", done
    of_market = await readings(planning, scope_key="marketplace=DE;channel=amazon")
    assert [(each["period"]["start_date"], each["value"]) for each in of_market] == [(day, "2") for day in DAYS]
    assert {each["provider"] for each in of_market} == {"inventory"}
    of_lamp = await readings(planning, "net_revenue", product_ref="LAMP")
    assert {(each["value"], each["currency"]) for each in of_lamp} == {("40", "EUR")}
    told = await feed(planning)
    assert (told["is_stale"], told["problem"]) == (False, None)
    async with planning_database.session(tenant.id) as session:
        measured = await measure_all(
            session,
            tenant.id,
            [Ask("all", "units_sold", Scope(), Period(date(2026, 2, 1), date(2026, 2, 28)))],
            catalogue=await load_catalogue(session, tenant.id),
            ancestry=NO_ANCESTRY,
            now=utc_now(),
        )
    assert (measured["all"].value, measured["all"].stale_codes) == (Decimal(10), ())


async def test_a_restated_figure_replaces_the_former_and_an_unchanged_one_leaves_nothing(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    await sell(database, tenant, *(sold(day, 2) for day in DAYS))
    await pull(planning, planning_database, tenant, clients(providers))
    before = utc_now()
    count = len(await readings(planning, history="true"))
    await pull(planning, planning_database, tenant, clients(providers), from_start=True)
    assert len(await readings(planning, history="true")) == count
    await sell(database, tenant, sold(DAYS[0], 5))
    await pull(planning, planning_database, tenant, clients(providers))
    scope = {"scope_key": "marketplace=DE;channel=amazon", "to_date": DAYS[0]}
    assert [each["value"] for each in await readings(planning, **scope)] == ["5"]
    assert [each["value"] for each in await readings(planning, **scope, as_of=before.isoformat())] == ["2"]
    assert len(await readings(planning, history="true", to_date=DAYS[0])) == 4  # market and product, each twice


@pytest.mark.parametrize("page", [pytest.param(1, marks=pytest.mark.slow), 4, 1_000])
async def test_a_figure_that_is_known_no_more_is_taken_back(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
    page: int,
) -> None:
    """What nothing costs is known; what five lamps cost is not, for nobody has stated it."""
    asked = clients(providers, page=page)
    await sell(database, tenant, sold(DAYS[0], 0), sold(DAYS[1], 0))
    await pull(planning, planning_database, tenant, asked)
    before = utc_now()
    assert await costs(planning) == [(day, ref, "0") for day in DAYS[:2] for ref in (None, "LAMP")]
    await sell(database, tenant, sold(DAYS[0], 5))
    await pull(planning, planning_database, tenant, asked)
    assert await costs(planning) == [(DAYS[1], ref, "0") for ref in (None, "LAMP")]
    assert len(await costs(planning, as_of=before.isoformat())) == 4
    async with planning_database.session(tenant.id) as session:
        measured = await measure_all(
            session,
            tenant.id,
            [Ask(day, "cogs", Scope(), Period(*[date.fromisoformat(day)] * 2)) for day in DAYS[:2]],
            catalogue=await load_catalogue(session, tenant.id),
            ancestry=NO_ANCESTRY,
            now=utc_now(),
        )
    assert [measured[day].value for day in DAYS[:2]] == [None, Decimal(0)]
    every = await readings(planning, "cogs", history="true", to_date=DAYS[0])
    assert sorted((each["value"] or "unknown", each["superseded_at"] is None) for each in every) == [
        *[("0", False)] * 2,
        *[("unknown", True)] * 2,
    ]
    # Told again, it is taken back once; sold back to nothing, it is known again.
    for is_from_start in (False, True):
        await pull(planning, planning_database, tenant, asked, from_start=is_from_start)
    assert len(await readings(planning, "cogs", history="true", to_date=DAYS[0])) == 4
    await sell(database, tenant, sold(DAYS[0], 0))
    await pull(planning, planning_database, tenant, asked)
    assert len(await costs(planning)) == 4


async def costs(planning: httpx.AsyncClient, **params: str) -> list[tuple[str, str | None, str]]:
    """Day, product and value of what is known of costs, those of all products first."""
    found = [
        (each["period"]["start_date"], each["scope"].get("product_ref"), each["value"])
        for each in await readings(planning, "cogs", **params)
    ]
    return sorted(found, key=lambda each: (each[0], each[1] or ""))


async def test_a_pull_from_the_start_takes_back_what_was_lost_unseen(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    """Whatever stands of a provider and is not told is its own: what others told of the same scope stays."""
    await sell(database, tenant, sold(DAYS[0], 5))
    lamp = Scope(product_ref="FORMER", marketplace="DE", channel="amazon")
    day = Period(*[date.fromisoformat(DAYS[0])] * 2)
    month = Period(day.start_date - timedelta(days=29), day.end_date)
    stale = [Reading(code, lamp, each, Decimal(3), NOON) for code in ("visits", "orders") for each in (day, month)]
    async with planning_database.session(tenant.id) as session:
        for provider, told in (("inventory", stale[:3]), ("ads", stale[3:])):
            await record_readings(session, tenant.id, told, Origin(Source.FEED, NOON, provider=provider))
    await pull(planning, planning_database, tenant, clients(providers), from_start=True)
    assert await readings(planning, "visits", product_ref="FORMER") == []
    [kept] = await readings(planning, "orders", product_ref="FORMER")
    assert (kept["provider"], kept["value"]) == ("ads", "3")
    assert len(await readings(planning, "units_sold")) == 2


@pytest.mark.parametrize("pages", [1, 2, 3])
async def test_a_pull_stopped_between_pages_goes_on_without_loss_or_doubles(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
    pages: int,
) -> None:
    await sell(database, tenant, *(sold(day, 2) for day in DAYS))
    operation = await start(planning, providers=["inventory"], from_start=True)
    stop = asyncio.Event()
    falling = clients(providers, page=4, inventory=Interrupting(providers[Provider.INVENTORY], pages, stop))
    with pytest.raises(TryAgain):
        await carry_out(planning_database, tenant, operation, falling, stop)
    partly = len(await readings(planning, "units_sold", history="true"))
    assert partly < 2 * len(DAYS)
    await carry_out(planning_database, tenant, operation, clients(providers, page=4))
    assert (await planning.get(f"/operations/{operation}")).json()["state"] == "succeeded"
    for code in ("units_sold", "orders", "net_revenue"):
        every = await readings(planning, code, history="true")
        assert len(every) == 2 * len(DAYS), code
        assert all(each["superseded_at"] is None for each in every)
    taken = (await feed(planning))["readings_taken"]
    kept = [len(await readings(planning, code, history="true")) for code in await told_codes(planning)]
    assert taken == sum(kept)


async def test_a_pull_from_the_start_that_was_stopped_before_it_began_still_starts_there(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    """What was passed over once comes only from there."""
    await sell(database, tenant, *(sold(day, 2) for day in DAYS))
    asked = clients(providers)
    headers = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    await planning.patch("/metrics/units_sold", json={"source": "manual"}, headers=headers)
    await pull(planning, planning_database, tenant, asked)
    attempted_at = (await feed(planning))["attempted_at"]
    assert (await planning.delete("/metrics/units_sold", headers={"If-Match": '"v2"'})).status_code == 204
    operation = await start(planning, providers=["inventory"], from_start=True)
    stop = asyncio.Event()
    stop.set()
    with pytest.raises(TryAgain):
        await carry_out(planning_database, tenant, operation, asked, stop)
    assert (await feed(planning))["attempted_at"] == attempted_at
    await carry_out(planning_database, tenant, operation, asked)
    assert (await planning.get(f"/operations/{operation}")).json()["state"] == "succeeded"
    assert len(await readings(planning)) == 2 * len(DAYS)


async def told_codes(planning: httpx.AsyncClient) -> list[str]:
    listed = (await planning.get("/metrics", params={"source": "feed", "limit": 200})).json()["items"]
    return [each["code"] for each in listed]


async def test_two_pulls_at_once_take_each_page_once(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    await sell(database, tenant, *(sold(day, 2) for day in DAYS))
    asked = clients(providers, page=4)
    operations = [await start(planning, providers=["inventory"]) for _ in range(2)]
    await asyncio.gather(*(carry_out(planning_database, tenant, each, asked) for each in operations))
    for operation in operations:
        assert (await planning.get(f"/operations/{operation}")).json()["state"] == "succeeded"
    every = await readings(planning, history="true")
    assert len(every) == 2 * len(DAYS)
    kept = [len(await readings(planning, code, history="true")) for code in await told_codes(planning)]
    assert (await feed(planning))["readings_taken"] == sum(kept)


async def test_a_silent_service_keeps_nothing_from_the_others_and_shows_no_address(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    await sell(database, tenant, sold(DAYS[0], 2))
    done = await pull(planning, planning_database, tenant, clients(providers, ads=Down()))
    assert (done["state"], done["problem"]["type"].rpartition(":")[2]) == ("failed", "feed-silent")
    assert len(await readings(planning)) == 2
    silent = await feed(planning, "ads")
    assert (silent["is_stale"], silent["problem"]) == (True, "It cannot be reached.")
    assert "secret-host" not in str(done) + str(silent)
    done = await pull(planning, planning_database, tenant, clients(providers))
    assert done["state"] == "succeeded"
    assert (await feed(planning, "ads"))["problem"] is None


async def test_metrics_that_take_no_feed_are_told_and_come_with_a_pull_from_the_start(
    planning: httpx.AsyncClient,
    planning_database: Database,
    database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    await sell(database, tenant, sold(DAYS[0], 2))
    headers = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    changed = await planning.patch("/metrics/units_sold", json={"source": "manual"}, headers=headers)
    assert changed.json()["source"] == "manual", changed.text
    done = await pull(planning, planning_database, tenant, clients(providers))
    assert done["state"] == "succeeded"
    assert (await feed(planning))["left_out"] == [{"metric_code": "units_sold", "reason": "source_does_not_fit"}]
    assert await readings(planning) == []
    assert len(await readings(planning, "net_revenue")) == 2
    assert (await planning.delete("/metrics/units_sold", headers={"If-Match": '"v2"'})).status_code == 204
    await pull(planning, planning_database, tenant, clients(providers))
    assert await readings(planning) == []
    await pull(planning, planning_database, tenant, clients(providers), from_start=True)
    assert (len(await readings(planning)), (await feed(planning))["left_out"]) == (2, [])


async def test_exchange_rates_come_with_inventory(
    planning: httpx.AsyncClient,
    planning_database: Database,
    tenant: Tenant,
    inventory: httpx.AsyncClient,
    providers: Mapping[Provider, ServiceApp],
) -> None:
    await pull(planning, planning_database, tenant, clients(providers))
    async with planning_database.reader(tenant.id) as connection:
        rows = await connection.fetch("SELECT base_currency, quote_currency, rate FROM planning.exchange_rate")
    assert [tuple(row) for row in rows] == [("EUR", "USD", Decimal("1.05"))]


async def test_a_pull_is_started_when_it_is_due_and_once(planning_database: Database, tenant: Tenant) -> None:
    hour, now = timedelta(hours=1), utc_now()

    @asynccontextmanager
    async def look() -> AsyncIterator[bool]:
        async with planning_database.session(tenant.id) as session:
            yield await start_due_pull(session, tenant.id, hour, now)

    async with look() as first:
        assert first
    async with look() as second:
        assert not second


async def test_a_worker_pulls_by_itself(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]],
) -> None:
    async with (
        clone_database("feeds") as urls,
        running_app("inventory", urls) as inventory,
        running_app("ads", urls) as ads,
        running_app("planning", urls) as app,
    ):
        tenant = await create_tenant(urls.owner)
        stop = asyncio.Event()
        worker = asyncio.ensure_future(
            work(
                "planning",
                operation_kinds(clients({Provider.INVENTORY: inventory, Provider.ADS: ads})),
                PlanningSettings(database_url=SecretStr(urls.planning)),
                beside=(partial(pull_regularly, interval=timedelta(hours=1)),),
                stop=stop,
            )
        )
        async with client_of(app, tenant) as planning:
            for _ in range(150):
                listed = (await planning.get("/feeds")).json()["items"]
                if not any(each["is_stale"] for each in listed):
                    break
                await asyncio.sleep(0.2)
            pulls = (await planning.get("/operations", params={"kind": KIND})).json()["items"]
        stop.set()
        await worker
    assert [(each["provider"], each["is_stale"], each["problem"]) for each in listed] == [
        ("ads", False, None),
        ("inventory", False, None),
    ]
    assert len(pulls) == 1
