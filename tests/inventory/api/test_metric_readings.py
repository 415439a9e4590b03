"""Measured figures over HTTP: what they are by present data, page by page, and again when they have changed."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.db.cursors import write_cursor
from shared.db.engine import Database
from shared.db.reading_changes import Place, note_days
from shared.db.tenancy import set_tenant_statement
from shared.web.app import ServiceApp
from shared.web.metric_readings import content_of, scope_of
from tests.inventory.actions.test_import_kinds import fba, order, orders
from tests.inventory.api.test_catalog import patch
from tests.inventory.builders import post
from tests.inventory.importing import import_file
from tests.support.builders import run_as_owner
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant

COLUMNS = "account,marketplace,seller_sku,sales_date,units,orders,revenue,currency,in_stock"
BY_DATE = "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views - Total,Sessions - Total"
Told = dict[str, tuple[str, str | None]]


async def pages(client: httpx.AsyncClient, cursor: str | None = None, limit: int = 1_000) -> AsyncIterator[Any]:
    """The pages from the cursor on."""
    for _ in range(500):
        asked: dict[str, Any] = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        answer = await client.get("/metric-readings", params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        yield page
        cursor = page["next_cursor"]
        assert cursor
        if page["is_complete"]:
            return
    raise AssertionError("the pages have no end")


async def pull(client: httpx.AsyncClient, cursor: str | None = None, limit: int = 1_000) -> tuple[list[Any], str]:
    """Everything from the cursor on, page by page, and where the next pull begins."""
    items: list[Any] = []
    async for page in pages(client, cursor, limit):
        items += page["items"]
        cursor = page["next_cursor"]
    return items, cursor or ""


class Keeper:
    """Somebody who keeps what is told, as the contract says it."""

    def __init__(self, client: httpx.AsyncClient, limit: int = 1_000) -> None:
        self.client, self.limit = client, limit
        self.cursor: str | None = None
        self._items: dict[tuple[str, str, tuple[str, str, str]], Any] = {}

    async def pull(self) -> Told:
        """What is known now of everything that was ever told."""
        async for page in pages(self.client, self.cursor, self.limit):
            self.take(page)
        return self.known

    def take(self, page: Any) -> None:
        """What stands in a part of a day that is told in full goes, unless it is among the items."""
        for part in page["told"]:
            for each in [each for each in self._items if _lies_in(each, part)]:
                del self._items[each]
        for item in page["items"]:
            scope, period = item["scope"], item["period"]
            place = scope.get("product_ref", ""), item["metric_code"], period["start_date"]
            self._items[scope["marketplace"], period["end_date"], place] = item
        self.cursor = page["next_cursor"]

    @property
    def known(self) -> Told:
        return told([*self._items.values()])


def _lies_in(kept: tuple[str, str, tuple[str, str, str]], part: Any) -> bool:
    marketplace, end_date, place = kept
    after, until = (
        tuple(part[end][key] for key in ("product_ref", "metric_code", "start_date")) if end in part else None
        for end in ("after", "until")
    )
    return (
        (marketplace, end_date) == (part["marketplace"], part["end_date"])
        and (after is None or place > after)
        and (until is None or place <= until)
    )


def told(items: list[Any]) -> Told:
    """Value and currency told last by "metric marketplace product days", where the product and a range stand."""
    found: Told = {}
    for item in items:
        scope, period = item["scope"], item["period"]
        assert scope["channel"] == "amazon"
        days = period["start_date"]
        if period["end_date"] != days:
            days += f"/{period['end_date']}"
        names = [item["metric_code"], scope["marketplace"], *filter(None, [scope.get("product_ref")]), days]
        found[" ".join(names)] = item["value"], item["currency"]
    return found


def of(found: Told, *words: str) -> dict[str, str]:
    """The values of those whose name begins with the first word and holds the others."""
    return {
        name: value for name, (value, _) in found.items() if name.split()[0] == words[0] and {*words} <= {*name.split()}
    }


@pytest_asyncio.fixture
async def ids(inventory: httpx.AsyncClient) -> dict[str, str]:
    """Two accounts in Germany: a lamp sold by both, by the second in packs of two, and a mug of unknown cost."""
    made = {code: await post(inventory, "/accounts", {"code": code, "name": code}) for code in ("one", "two")}
    cost = {"amount": "40.00", "currency": "CNY"}
    made["LAMP"] = await post(inventory, "/products", {"code": "LAMP", "name": "Lamp", "unit_cost": cost})
    made["MUG"] = await post(inventory, "/products", {"code": "MUG", "name": "Mug"})
    for account, sku, product, pack in (("one", "L1", "LAMP", 1), ("two", "L2", "LAMP", 2), ("one", "M1", "MUG", 1)):
        listing = {
            "account_id": made[account],
            "marketplace": "DE",
            "seller_sku": sku,
            "product_id": made[product],
            "units_per_listing": pack,
            "referral_rate": 0.15,
            "fba_fee": {"amount": "3.50", "currency": "EUR"},
        }
        made[sku] = await post(inventory, "/listings", listing)
    await rate(inventory, "2026-01-01", "CNY", "USD", "0.14")
    await rate(inventory, "2026-01-01", "EUR", "USD", "1.12")
    return made


async def rate(client: httpx.AsyncClient, day: str, base: str, quote: str, value: str) -> None:
    await post(
        client,
        "/exchange-rates",
        {"rate_date": day, "base_currency": base, "quote_currency": quote, "rate": value},
    )


async def sell(database: Database, tenant: Tenant, *rows: str, **facts: Any) -> None:
    """Rows of our own template."""
    done = await import_file(database, tenant, "\n".join([COLUMNS, *rows, ""]).encode(), account="one", **facts)
    assert done.errors == [], done.error_places
    assert done.operation.state == "succeeded", done.operation.problem


async def test_a_days_sales_are_told_of_the_marketplace_and_of_each_product(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(
        database,
        tenant,
        "one,DE,L1,2026-03-02,3,2,60.00,EUR,",
        "two,DE,L2,2026-03-02,1,1,39.20,USD,",
        "one,DE,M1,2026-03-03,5,4,50.00,EUR,",
    )
    items, _ = await pull(inventory)
    found = told(items)
    assert {name: found[name] for name in found if "2026-03-02" in name} == {
        "units_sold DE 2026-03-02": ("4", None),
        "units_sold DE LAMP 2026-03-02": ("4", None),
        "orders DE 2026-03-02": ("3", None),
        "orders DE LAMP 2026-03-02": ("3", None),
        # 60 EUR, and 39.20 USD at 1.12 USD for a euro
        "net_revenue DE 2026-03-02": ("95", "EUR"),
        "net_revenue DE LAMP 2026-03-02": ("95", "EUR"),
        # 5 lamps at 40 CNY, which are 0.14 / 1.12 EUR each
        "cogs DE 2026-03-02": ("25", "EUR"),
        "cogs DE LAMP 2026-03-02": ("25", "EUR"),
        "fulfilment_cost DE 2026-03-02": ("14", "EUR"),
        "fulfilment_cost DE LAMP 2026-03-02": ("14", "EUR"),
        "selling_fees DE 2026-03-02": ("14.25", "EUR"),
        "selling_fees DE LAMP 2026-03-02": ("14.25", "EUR"),
    }
    # What a mug costs is not stated, so what the day's packs cost is not known.
    assert of(found, "cogs", "2026-03-03") == {}
    assert of(found, "units_sold", "2026-03-03") == {
        "units_sold DE 2026-03-03": "5",
        "units_sold DE MUG 2026-03-03": "5",
    }
    first = items[0]
    assert set(first) == {"metric_code", "scope", "period", "value", "currency", "observed_at"}


async def test_a_stated_cost_and_a_later_rate_bring_the_days_again(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, "one,DE,M1,2026-03-02,5,4,50.00,EUR,", "one,DE,M1,2026-03-04,1,1,10.00,EUR,")
    before, cursor = await pull(inventory)
    assert of(told(before), "cogs") == {}
    cost = {"amount": "8", "currency": "CNY"}
    answer = await patch(inventory, f"/products/{ids['MUG']}", 1, unit_cost=cost)
    assert answer.status_code == 200, answer.text
    again, cursor = await pull(inventory, cursor)
    assert of(told(again), "cogs", "MUG") == {"cogs DE MUG 2026-03-02": "5", "cogs DE MUG 2026-03-04": "1"}
    await rate(inventory, "2026-03-03", "CNY", "USD", "0.28")
    again, cursor = await pull(inventory, cursor)
    assert of(told(again), "cogs", "MUG") == {"cogs DE MUG 2026-03-04": "2"}
    item = {"account_code": "one", "marketplace": "DE", "seller_sku": "M1", "units_per_listing": 2}
    answer = await inventory.post("/listing-batches", json={"items": [item]}, headers={"Idempotency-Key": "x1"})
    assert answer.status_code == 207, answer.text
    again, cursor = await pull(inventory, cursor)
    assert of(told(again), "cogs", "MUG") == {"cogs DE MUG 2026-03-02": "10", "cogs DE MUG 2026-03-04": "4"}


async def test_where_no_rate_leads_money_is_left_out(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, "one,DE,L1,2025-12-31,1,1,20.00,USD,", "one,DE,L1,2026-01-01,1,1,22.40,USD,")
    found = told((await pull(inventory))[0])
    assert set(of(found, "units_sold", "LAMP")) == {"units_sold DE LAMP 2025-12-31", "units_sold DE LAMP 2026-01-01"}
    assert of(found, "net_revenue", "LAMP") == {"net_revenue DE LAMP 2026-01-01": "20"}
    assert of(found, "cogs", "LAMP") == {"cogs DE LAMP 2026-01-01": "5"}


async def test_only_what_changed_comes_again_and_the_same_file_is_no_change(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    rows = ["one,DE,L1,2026-03-02,3,2,60.00,EUR,", "one,DE,L1,2026-03-05,1,1,20.00,EUR,"]
    await sell(database, tenant, *rows)
    _, cursor = await pull(inventory)
    await sell(database, tenant, *rows, "")
    nothing, cursor = await pull(inventory, cursor)
    assert nothing == []
    await sell(database, tenant, "one,DE,L1,2026-03-05,2,2,40.00,EUR,")
    again, cursor = await pull(inventory, cursor)
    assert of(told(again), "units_sold") == {"units_sold DE 2026-03-05": "2", "units_sold DE LAMP 2026-03-05": "2"}
    nothing, _ = await pull(inventory, cursor)
    assert nothing == []


async def test_days_of_all_orders_without_any_are_zero_and_partial_days_are_not_told(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    lines = orders(order(1, "A", 2, day="2026-02-10"), order(2, "A", 1, day="2026-02-13", updated="2026-02-14"))
    await import_file(database, tenant, lines, marketplace="US", date_from="2026-02-10", date_to="2026-02-12")
    found = told((await pull(inventory))[0])
    # The SKU's product was made up: its code is nobody's, so only the marketplace has figures.
    assert of(found, "units_sold") == {
        "units_sold US 2026-02-10": "2",
        "units_sold US 2026-02-11": "0",
        "units_sold US 2026-02-12": "0",
    }
    assert found["net_revenue US 2026-02-11"] == ("0", "USD")


async def test_a_product_is_told_once_somebody_states_which_it_is(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    await sell_to_nobody(database, tenant)
    before, cursor = await pull(inventory)
    assert of(told(before), "units_sold") == {"units_sold US 2026-03-02": "3"}
    master = "product_code,product_name,marketplace,seller_sku,units_per_listing\nBOWL,Bowl,US,B1,1\n"
    done = await import_file(database, tenant, master.encode(), account="main")
    assert done.errors == [], done.error_places
    again, _ = await pull(inventory, cursor)
    assert of(told(again), "units_sold") == {"units_sold US 2026-03-02": "3", "units_sold US BOWL 2026-03-02": "3"}


async def test_what_went_to_another_product_is_told_of_that_alone(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, "one,DE,L1,2026-03-02,3,2,60.00,EUR,", "one,DE,M1,2026-03-03,1,1,10.00,EUR,")
    keeper = Keeper(inventory)
    assert of(await keeper.pull(), "units_sold", "LAMP") == {"units_sold DE LAMP 2026-03-02": "3"}
    answer = await patch(inventory, f"/listings/{ids['L1']}", 1, product_id=ids["MUG"])
    assert answer.status_code == 200, answer.text
    found = await keeper.pull()
    assert of(found, "units_sold", "2026-03-02") == {
        "units_sold DE 2026-03-02": "3",
        "units_sold DE MUG 2026-03-02": "3",
    }
    assert [name for name in found if "LAMP" in name] == []
    answer = await patch(inventory, f"/products/{ids['MUG']}", 1, code="CUP")
    assert answer.status_code == 200, answer.text
    assert of(await keeper.pull(), "units_sold", "2026-03-03") == {
        "units_sold DE 2026-03-03": "1",
        "units_sold DE CUP 2026-03-03": "1",
    }
    assert keeper.known == await Keeper(inventory).pull()


async def sell_to_nobody(database: Database, tenant: Tenant) -> None:
    content = "marketplace,seller_sku,sales_date,units\nUS,B1,2026-03-02,3\n"
    assert (await import_file(database, tenant, content.encode())).operation.state == "succeeded"


async def test_visits_are_told_by_day_once_they_are_known_of_every_selling_account(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, "one,DE,L1,2026-03-02,3,2,60.00,EUR,", "two,DE,L2,2026-03-02,1,1,35.00,EUR,")
    cursor = None
    for account, sessions in (("one", 30), ("two", 12)):
        report = f"{BY_DATE}\n02.03.2026,€60.00,3,2,80,{sessions}\n"
        done = await import_file(database, tenant, report.encode(), account=account, marketplace="DE")
        assert done.errors == [], done.error_places
        items, cursor = await pull(inventory, cursor)
        assert of(told(items), "visits") == ({} if account == "one" else {"visits DE 2026-03-02": "42"})


async def test_an_accounts_report_tells_the_day_where_its_listings_are_not_all_known(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    report = f"{BY_DATE}\n02.03.2026,€90.00,7,6,80,30\n"
    await import_file(database, tenant, report.encode(), account="one", marketplace="DE")
    await sell(database, tenant, "one,DE,L1,2026-03-02,3,2,60.00,EUR,")
    found = told((await pull(inventory))[0])
    assert found["units_sold DE 2026-03-02"] == ("7", None)
    assert found["units_sold DE LAMP 2026-03-02"] == ("3", None)
    assert found["net_revenue DE 2026-03-02"] == ("90", "EUR")
    assert "cogs DE 2026-03-02" not in found
    assert "cogs DE LAMP 2026-03-02" in found
    await sell(
        database,
        tenant,
        "one,DE,L1,2026-03-02,4,2,80.00,EUR,",
        date_from="2026-03-02",
        date_to="2026-03-02",
        marketplace="DE",
    )
    found = told((await pull(inventory))[0])
    assert found["units_sold DE 2026-03-02"] == ("4", None)
    assert "cogs DE 2026-03-02" in found


async def test_visits_of_a_longer_range_are_one_reading_and_nothing_beside_its_days(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    columns = (
        "(Parent) ASIN,(Child) ASIN,Title,SKU,Sessions - Total,Page Views - Total,Units Ordered,"
        "Ordered Product Sales,Total Order Items"
    )

    async def report(first: str, last: str, sessions: int) -> None:
        row = f"B01,B01,Lamp,L1,{sessions},99,3,€60.00,3"
        done = await import_file(
            database,
            tenant,
            f"{columns}\n{row}\n".encode(),
            account="one",
            marketplace="DE",
            date_from=first,
            date_to=last,
        )
        assert done.errors == [], done.error_places

    keeper = Keeper(inventory)
    await report("2026-03-01", "2026-03-30", 300)
    assert of(await keeper.pull(), "visits") == {"visits DE LAMP 2026-03-01/2026-03-30": "300"}
    await report("2026-03-08", "2026-03-14", 70)
    assert of(await keeper.pull(), "visits") == {"visits DE LAMP 2026-03-08/2026-03-14": "70"}
    await report("2026-03-10", "2026-03-10", 11)
    assert of(await keeper.pull(), "visits") == {"visits DE LAMP 2026-03-10": "11"}


async def test_stock_at_a_days_end_tells_stock_outs_and_cover(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, *(f"one,DE,L1,2026-03-{day:02},2,2,40.00,EUR," for day in range(1, 11)))
    for as_of, lamps, mugs in (("2026-03-10", 30, 0), ("2026-03-11", 0, 0), ("2026-03-12", 0, 4)):
        await import_file(
            database,
            tenant,
            fba(("L1", lamps, 0, 0, 0, 0), ("M1", mugs, 0, 0, 0, 0)),
            account="one",
            marketplace="DE",
            as_of=f"{as_of}T20:00:00+00:00",
        )
    items, cursor = await pull(inventory)
    found = told(items)
    assert of(found, "stockout_days") == {
        "stockout_days DE 2026-03-10": "1",
        "stockout_days DE LAMP 2026-03-10": "0",
        "stockout_days DE MUG 2026-03-10": "1",
        "stockout_days DE 2026-03-11": "2",
        "stockout_days DE LAMP 2026-03-11": "1",
        "stockout_days DE MUG 2026-03-11": "1",
        "stockout_days DE 2026-03-12": "1",
        "stockout_days DE LAMP 2026-03-12": "1",
        "stockout_days DE MUG 2026-03-12": "0",
    }
    # 30 packs over 20 of 10 days; then none. Nothing of the mug was ever sold.
    assert of(found, "days_of_cover", "2026-03-10") == {
        "days_of_cover DE 2026-03-10": "15",
        "days_of_cover DE LAMP 2026-03-10": "15",
    }
    assert of(found, "days_of_cover", "LAMP", "2026-03-12") == {"days_of_cover DE LAMP 2026-03-12": "0"}
    # Sales of a day before change what later days' stock lasts.
    await sell(database, tenant, "one,DE,L1,2026-03-01,12,2,40.00,EUR,")
    again, cursor = await pull(inventory, cursor)
    assert of(told(again), "days_of_cover", "LAMP", "2026-03-10") == {"days_of_cover DE LAMP 2026-03-10": "10"}
    # A listing of the other account that was once in stock and of which nothing is said now may have had some.
    two: dict[str, Any] = {"account": "two", "marketplace": "DE"}
    await import_file(database, tenant, fba(("L2", 5, 0, 0, 0, 0)), as_of="2026-03-09T20:00:00+00:00", **two)
    found = told((await pull(inventory))[0])
    assert of(found, "stockout_days", "LAMP") == {
        "stockout_days DE LAMP 2026-03-09": "0",
        "stockout_days DE LAMP 2026-03-10": "0",
    }


async def stock_of(database: Database, tenant: Tenant, as_of: str, account: str = "one", **packs: int) -> None:
    """Amazon's report of the evening of a day."""
    rows = [(sku, units, 0, 0, 0, 0) for sku, units in packs.items()]
    facts: dict[str, Any] = {"account": account, "marketplace": "DE", "as_of": f"{as_of}T20:00:00+00:00"}
    done = await import_file(database, tenant, fba(*rows), **facts)
    assert done.operation.state == "succeeded", done.operation.problem


def lamps(units: int, month: str, days: range, sku: str = "L1") -> list[str]:
    """Rows of our template: so many a day."""
    account = "two" if sku == "L2" else "one"
    return [f"{account},DE,{sku},{month}-{day:02},{units},{units},200.00,EUR," for day in days]


async def test_cover_is_measured_by_the_days_whose_sales_are_known(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, *lamps(10, "2026-01", range(1, 32)), *lamps(10, "2026-02", range(1, 6)))
    for day in ("2026-02-05", "2026-02-28", "2026-03-01"):
        await stock_of(database, tenant, day, L1=300)
    keeper = Keeper(inventory)
    # Ten a day were sold on seven of the thirty days to the 28th, and of the others nobody knows; a day later six are
    # left to judge by.
    assert of(await keeper.pull(), "days_of_cover", "LAMP") == {
        "days_of_cover DE LAMP 2026-02-05": "30",
        "days_of_cover DE LAMP 2026-02-28": "30",
    }
    assert set(of(keeper.known, "days_of_cover")) == {
        f"days_of_cover DE {rest}2026-02-{day}" for rest in ("", "LAMP ") for day in ("05", "28")
    }
    await sell(database, tenant, *lamps(10, "2026-02", range(6, 8)))
    assert of(await keeper.pull(), "days_of_cover", "LAMP")["days_of_cover DE LAMP 2026-03-01"] == "30"


async def test_covered_days_without_sales_count_and_change_the_cover_of_later_days(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    rows = lamps(2, "2026-03", range(1, 9))
    await sell(database, tenant, *rows)
    await stock_of(database, tenant, "2026-03-12", L1=32)
    keeper = Keeper(inventory)
    assert of(await keeper.pull(), "days_of_cover", "LAMP") == {"days_of_cover DE LAMP 2026-03-12": "16"}
    # The listing's life begins with its first sales: days before it do not make it slower. No row is another one.
    await sell(database, tenant, *rows, marketplace="DE", date_from="2026-02-20", date_to="2026-03-11")
    assert of(await keeper.pull(), "days_of_cover", "LAMP") == {"days_of_cover DE LAMP 2026-03-12": "22"}


async def test_some_orders_of_a_day_do_not_make_it_known(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, *lamps(2, "2026-03", range(1, 9)))
    for day in ("2026-03-07", "2026-03-08"):
        await stock_of(database, tenant, day, L1=28)
    partial = "UPDATE inventory.daily_sales SET source = 'partial_orders' WHERE tenant_id = $1 AND sales_date = $2"
    await run_as_owner(tenant, partial, date(2026, 3, 4))
    # Six of seven days are known, and seven of eight.
    items, _ = await pull(inventory)
    assert of(told(items), "days_of_cover", "LAMP") == {"days_of_cover DE LAMP 2026-03-08": "14"}


async def test_of_a_young_listing_all_days_have_to_be_known(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, *lamps(2, "2026-03", range(8, 11)))
    await stock_of(database, tenant, "2026-03-10", L1=30)
    keeper = Keeper(inventory)
    assert of(await keeper.pull(), "days_of_cover", "LAMP") == {"days_of_cover DE LAMP 2026-03-10": "15"}
    # It turns out to be older, with a day of which nobody knows: what was told is known no more.
    await sell(database, tenant, *lamps(2, "2026-03", range(6, 7)))
    assert of(await keeper.pull(), "days_of_cover") == {}
    assert keeper.known == await Keeper(inventory).pull()
    await sell(database, tenant, *lamps(2, "2026-03", range(7, 8)))
    assert of(await keeper.pull(), "days_of_cover", "LAMP") == {"days_of_cover DE LAMP 2026-03-10": "15"}


async def test_a_products_cover_is_known_once_that_of_each_listing_with_stock_is(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    days = range(1, 11)
    await sell(database, tenant, *lamps(2, "2026-03", days), *lamps(1, "2026-03", days, "M1"))
    for day, packs in (("2026-03-10", 0), ("2026-03-11", 500)):
        await stock_of(database, tenant, day, L1=30, M1=20)
        await stock_of(database, tenant, day, account="two", L2=packs)
    keeper = Keeper(inventory)
    # What the other account sells nobody knows, which is no matter as long as it has none.
    assert of(await keeper.pull(), "days_of_cover") == {
        "days_of_cover DE 2026-03-10": "16.67",
        "days_of_cover DE LAMP 2026-03-10": "15",
        "days_of_cover DE MUG 2026-03-10": "20",
        "days_of_cover DE 2026-03-11": "20",
        "days_of_cover DE MUG 2026-03-11": "20",
    }
    await sell(database, tenant, *lamps(8, "2026-03", days, "L2"))
    assert of(await keeper.pull(), "days_of_cover", "2026-03-11") == {
        "days_of_cover DE 2026-03-11": "50",
        "days_of_cover DE LAMP 2026-03-11": "53",
        "days_of_cover DE MUG 2026-03-11": "20",
    }


# --- what is known no more ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 1_000])
async def test_what_is_known_no_more_is_not_among_what_is_told_in_full(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str], limit: int
) -> None:
    await sell(
        database,
        tenant,
        "one,DE,M1,2026-03-01,0,0,0.00,EUR,",
        "one,DE,M1,2026-03-02,0,0,0.00,EUR,",
        "one,DE,L1,2026-03-02,1,1,20.00,EUR,",
    )
    keeper = Keeper(inventory, limit)
    before = await keeper.pull()
    # Of nothing sold it is known what it cost; of twelve mugs it is not, nor what their krona are worth.
    assert before["cogs DE MUG 2026-03-02"] == ("0", "EUR")
    await sell(database, tenant, "one,DE,M1,2026-03-02,12,,1200.00,SEK,")
    after = await keeper.pull()
    assert {name for name in before if name not in after} == {
        f"{code} DE {rest}2026-03-02"
        for rest in ("", "MUG ")
        for code in ("cogs", "orders", "net_revenue", "selling_fees")
    }
    assert {name for name in after if before.get(name) != after[name]} == {
        f"{code} DE {rest}2026-03-02" for rest in ("", "MUG ") for code in ("units_sold", "fulfilment_cost")
    }
    assert after == await Keeper(inventory).pull()
    again = [page async for page in pages(inventory, keeper.cursor)]
    assert [(page["items"], page["told"]) for page in again] == [([], [])]
    await sell(database, tenant, "one,DE,M1,2026-03-02,0,0,0.00,EUR,")
    assert await keeper.pull() == before


async def test_a_page_says_which_part_of_a_day_it_tells_in_full(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, "one,DE,L1,2026-03-01,1,1,20.00,EUR,", "one,DE,L1,2026-03-02,1,1,20.00,EUR,")
    first, second = [page async for page in pages(inventory, limit=16)]
    day = {"marketplace": "DE", "channel": "amazon", "observed_at": first["items"][0]["observed_at"]}
    last = first["items"][-1]
    end = {"product_ref": "", "metric_code": last["metric_code"], "start_date": "2026-03-02"}
    assert first["told"] == [day | {"end_date": "2026-03-01"}, day | {"end_date": "2026-03-02", "until": end}]
    seen = {"observed_at": second["items"][0]["observed_at"]}
    assert second["told"] == [day | seen | {"end_date": "2026-03-02", "after": end}]


@pytest.mark.parametrize("limit", [1, 7, 100])
async def test_whoever_follows_in_pages_of_any_size_keeps_what_is_told_from_the_start(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str], limit: int
) -> None:
    """Figures come and go between the pages of one pull."""
    await sell(database, tenant, *(f"one,DE,{sku},2026-03-0{day},0,0,0,EUR," for day in (1, 2, 3) for sku in _SKUS))
    keeper = Keeper(inventory, limit)
    turn = 0
    async for page in pages(inventory, limit=limit):
        keeper.take(page)
        if turn % 4 == 0 and turn < 24:
            units, day = (5, 0)[turn % 8 == 4], 1 + turn % 3
            await sell(database, tenant, f"one,DE,{_SKUS[turn // 4 % 2]},2026-03-0{day},{units},{units},10.00,EUR,")
        turn += 1
    assert await keeper.pull() == await Keeper(inventory).pull()


_SKUS = ("M1", "L1")


# --- nothing is lost ----------------------------------------------------------------------------------------------


async def test_small_pages_tell_what_one_page_tells(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    rows = [
        f"one,DE,{sku},2026-03-{day:02},{day},{day},{day * 10}.00,EUR," for day in range(1, 21) for sku in ("L1", "M1")
    ]
    await sell(database, tenant, *rows)
    whole, _ = await pull(inventory, limit=10_000)
    for limit in (1, 7, 100):
        pages, _ = await pull(inventory, limit=limit)
        assert len(pages) == len(told(pages)) == len(whole)
        assert told(pages) == told(whole)


async def test_changes_during_the_paging_are_not_lost(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, *(f"one,DE,L1,2026-03-{day:02},1,1,20.00,EUR," for day in range(1, 11)))
    page = (await inventory.get("/metric-readings", params={"limit": 15})).json()
    assert not page["is_complete"]
    await sell(database, tenant, "one,DE,L1,2026-03-01,9,1,20.00,EUR,", "one,DE,L1,2026-03-10,8,1,20.00,EUR,")
    rest, _ = await pull(inventory, page["next_cursor"], limit=15)
    found = of(told([*page["items"], *rest]), "units_sold", "LAMP")
    assert found == {f"units_sold DE LAMP 2026-03-{day:02}": "1" for day in range(2, 10)} | {
        "units_sold DE LAMP 2026-03-01": "9",
        "units_sold DE LAMP 2026-03-10": "8",
    }


class Writer:
    """A transaction that another process has open: it changes a day's units, and notes it as imports do."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", tenant: Tenant) -> None:
        self.connection, self.tenant = connection, tenant

    async def begin(self) -> None:
        await self.connection.execute(f"BEGIN; {set_tenant_statement(self.tenant.id)}")

    async def sell(self, listing_id: str, day: str, units: int) -> None:
        await self.connection.execute(
            "UPDATE inventory.daily_sales SET units = $4 WHERE tenant_id = $1 AND listing_id = $2"
            " AND sales_date = $3::text::date",
            self.tenant.id,
            UUID(listing_id),
            day,
            units,
        )
        await self.connection.execute(
            "INSERT INTO inventory.reading_change (tenant_id, changed_in, marketplace, reading_date)"
            " VALUES ($1, pg_current_xact_id()::text::bigint, 'DE', $2::text::date)",
            self.tenant.id,
            day,
        )

    async def commit(self) -> None:
        await self.connection.execute("COMMIT")


@pytest_asyncio.fixture
async def writers(database_urls: DatabaseUrls, tenant: Tenant) -> Any:
    """Two connections of the service's own role."""
    connections = [await asyncpg.connect(database_urls.inventory) for _ in range(2)]
    yield [Writer(connection, tenant) for connection in connections]
    for connection in connections:
        await connection.close()


@pytest.mark.parametrize("limit", [1, 1_000])
async def test_a_transaction_that_began_earlier_and_commits_later_is_not_missed(
    inventory: httpx.AsyncClient,
    database: Database,
    tenant: Tenant,
    ids: dict[str, str],
    writers: list[Writer],
    limit: int,
) -> None:
    await sell(database, tenant, *(f"one,DE,L1,2026-03-{day:02},1,1,20.00,EUR," for day in (1, 2)))
    _, cursor = await pull(inventory)
    early, late = writers
    await early.begin()
    await early.sell(ids["L1"], "2026-03-01", 5)
    await late.begin()
    await late.sell(ids["L1"], "2026-03-02", 6)
    await late.commit()
    seen, cursor = await pull(inventory, cursor, limit)
    assert of(told(seen), "units_sold", "LAMP") == {"units_sold DE LAMP 2026-03-02": "6"}
    await early.commit()
    seen, cursor = await pull(inventory, cursor, limit)
    assert of(told(seen), "units_sold", "LAMP") == {"units_sold DE LAMP 2026-03-01": "5"}
    nothing, _ = await pull(inventory, cursor, limit)
    assert nothing == []


async def test_of_two_transactions_of_one_day_the_later_commit_is_not_hidden_by_the_other(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str], writers: list[Writer]
) -> None:
    await sell(database, tenant, "one,DE,L1,2026-03-01,1,1,20.00,EUR,", "one,DE,M1,2026-03-01,1,1,20.00,EUR,")
    _, cursor = await pull(inventory)
    early, late = writers
    await early.begin()
    await early.sell(ids["L1"], "2026-03-01", 5)
    await late.begin()
    await late.sell(ids["M1"], "2026-03-01", 6)
    await late.commit()
    seen, cursor = await pull(inventory, cursor)
    assert told(seen)["units_sold DE 2026-03-01"] == ("7", None)
    nothing, cursor = await pull(inventory, cursor)
    assert nothing == []
    await early.commit()
    seen, cursor = await pull(inventory, cursor)
    assert told(seen)["units_sold DE 2026-03-01"] == ("11", None)
    nothing, _ = await pull(inventory, cursor)
    assert nothing == []


async def test_a_transaction_that_commits_between_two_pages_is_not_missed(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str], writers: list[Writer]
) -> None:
    await sell(database, tenant, *(f"one,DE,L1,2026-03-{day:02},1,1,20.00,EUR," for day in range(1, 6)))
    _, cursor = await pull(inventory)
    early, late = writers
    await early.begin()
    await early.sell(ids["L1"], "2026-03-01", 5)
    await late.begin()
    for day in range(2, 6):
        await late.sell(ids["L1"], f"2026-03-{day:02}", 6)
    await late.commit()
    page = (await inventory.get("/metric-readings", params={"cursor": cursor, "limit": 20})).json()
    assert page["items"]
    assert not page["is_complete"]
    await early.commit()
    # The reader is past the number of this transaction: he is told in this round or in the next.
    rest, cursor = await pull(inventory, page["next_cursor"], limit=20)
    more, _ = await pull(inventory, cursor)
    assert of(told([*rest, *more]), "units_sold", "LAMP")["units_sold DE LAMP 2026-03-01"] == "5"


async def test_notes_of_one_day_replace_each_other(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, ids: dict[str, str], owner: Any
) -> None:
    for units in range(1, 6):
        await sell(database, tenant, f"one,DE,L1,2026-03-01,{units},1,20.00,EUR,")
    async with owner.transaction():
        await owner.execute(set_tenant_statement(tenant.id))
        assert await owner.fetchval("SELECT count(*) FROM inventory.reading_change") == 1


async def test_a_note_waits_for_nobody(database: Database, tenant: Tenant) -> None:
    range_of_days = [("DE", date(2026, 3, 1), date(2026, 3, 3))]
    async with database.session(tenant.id) as session:
        await note_days(session, "inventory", tenant.id, range_of_days)
    async with database.session(tenant.id) as one:
        await note_days(one, "inventory", tenant.id, range_of_days)
        async with database.session(tenant.id) as other:
            await note_days(other, "inventory", tenant.id, range_of_days)


async def test_a_cursor_of_another_life_of_the_database_begins_anew(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, tenant: Tenant, ids: dict[str, str]
) -> None:
    await sell(database, tenant, "one,DE,L1,2026-03-01,1,1,20.00,EUR,")
    everything, _ = await pull(inventory)
    ahead = cursor_of(inventory_app, tenant, 10**15)
    again, _ = await pull(inventory, ahead)
    assert told(again) == told(everything)


def cursor_of(app: ServiceApp, tenant: Tenant, changed_in: int) -> str:
    """A cursor as it would have been made when so many transactions had been counted."""
    place = Place(changed_in, "", date(1, 1, 1), 0, f"{changed_in}:{changed_in}:", None, changed_in)
    return write_cursor(content_of(place), scope_of("inventory", tenant.id), app.state.settings.cursor_key)


# --- whose they are -----------------------------------------------------------------------------------------------


async def test_another_company_sees_nothing_of_it_and_a_cursor_is_its_owners(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, tenant: Tenant, make_tenant: Any,
    ids: dict[str, str],
) -> None:  # fmt: skip
    await sell(database, tenant, "one,DE,L1,2026-03-01,1,1,20.00,EUR,")
    _, cursor = await pull(inventory)
    async with client_of(inventory_app, await make_tenant()) as stranger:
        assert (await pull(stranger))[0] == []
        answer = await stranger.get("/metric-readings", params={"cursor": cursor})
        assert (answer.status_code, problem_slug(answer)) == (400, "invalid-cursor")


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 10_001}, {"cursor": "nonsense"}])
async def test_what_cannot_be_is_refused(inventory: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    answer = await inventory.get("/metric-readings", params=asked)
    assert answer.status_code == (400 if "cursor" in asked else 422)
