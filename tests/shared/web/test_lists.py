"""Lists: pages that neither repeat nor lose rows, cursors that cannot be forged, parameters of declared types."""

import csv
import io
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.core.errors import Unavailable
from shared.core.ids import new_id
from shared.db.listing import Filter, ListQuery, Sort
from shared.files.xlsx_out import XLSX_CONTENT_TYPE
from shared.web.app import ServiceApp
from tests.support.builders import run_as_owner
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant

PATH = "/organisation-units"


@pytest.fixture
async def units(planning_lists: ServiceApp, tenant: Tenant) -> Any:
    """A client of a tenant with 25 units, whose names repeat."""
    await add_units(tenant, [(f"unit-{n:02}", f"name {n % 3}") for n in range(25)])
    async with client_of(planning_lists, tenant) as client:
        yield client


async def add_units(tenant: Tenant, units: list[tuple[str, str]]) -> None:
    await run_as_owner(
        tenant,
        "INSERT INTO planning.organisation_unit (tenant_id, id, code, code_key, name, level, active_from_date, version,"
        " created_at, updated_at) SELECT $1, id, code, code, name, 'company', '2026-01-01', 1, now(), now()"
        " FROM unnest($2::uuid[], $3::text[], $4::text[]) AS unit (id, code, name)",
        [new_id() for _ in units],
        [code for code, _ in units],
        [name for _, name in units],
    )


async def walk(client: httpx.AsyncClient, url: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    page = (await client.get(url)).json()
    rows += page["items"]
    while "next" in page:
        answer = await client.get(page["next"])
        page = answer.json()
        rows += page["items"]
    return rows


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name", "created_at", "-updated_at"])
@pytest.mark.parametrize("limit", [1, 7, 24, 25, 26])
async def test_pages_hold_every_row_once_in_order(sort: str, limit: int, units: httpx.AsyncClient) -> None:
    rows = await walk(units, f"{PATH}?sort={sort}&limit={limit}")
    assert len({row["id"] for row in rows}) == len(rows) == 25
    field = sort.removeprefix("-")
    keys = [(row[field], row["id"]) for row in rows]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


async def test_the_last_page_has_no_next_and_the_link_says_what_the_body_says(units: httpx.AsyncClient) -> None:
    first = await units.get(PATH, params={"limit": 24})
    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'
    assert first.json()["next"].startswith("http://test/v1/organisation-units?limit=24&cursor=")
    last = await units.get(first.json()["next"])
    assert (len(last.json()["items"]), "next" in last.json(), "link" in last.headers) == (1, False, False)
    whole = await units.get(PATH, params={"limit": 25})
    assert "next" not in whole.json()


async def test_rows_added_meanwhile_neither_repeat_nor_hide_others(units: httpx.AsyncClient, tenant: Tenant) -> None:
    page = (await units.get(PATH, params={"limit": 10})).json()
    await add_units(tenant, [("unit-05-before", "new"), ("unit-20-after", "new")])
    rows = page["items"] + await walk(units, page["next"])
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes) == 26
    assert "unit-20-after" in codes
    assert "unit-05-before" not in codes


async def test_a_cursor_is_refused_when_it_is_changed_or_used_elsewhere(
    units: httpx.AsyncClient, planning_lists: ServiceApp, make_tenant: Any
) -> None:
    cursor = (await units.get(PATH, params={"limit": 5})).json()["next"].rpartition("cursor=")[2]
    other = await make_tenant()
    wrong = [
        {"cursor": cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB")},
        {"cursor": "B" + cursor[1:]},
        {"cursor": cursor[:10]},
        {"cursor": ""},
        {"cursor": "a"},
        {"cursor": cursor, "sort": "name"},
        {"cursor": cursor, "sort": "-code"},
        {"cursor": cursor, "level": "company"},
    ]
    for parameters in wrong:
        answer = await units.get(PATH, params=parameters)
        assert (answer.status_code, problem_slug(answer)) == (400, "invalid-cursor"), parameters
    async with client_of(planning_lists, other) as stranger:
        assert (await stranger.get(PATH, params={"cursor": cursor})).status_code == 400
    # The size of a page is not part of what a cursor is bound to.
    assert (await units.get(PATH, params={"cursor": cursor, "limit": 3})).json()["items"][0]["code"] == "unit-05"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=ten",
        "limit=1e2",
        "limit=+1",
        "limit=%201",
        "limit=1_0",
        "limit=",
        "limit=99999999999999999999",
        "limit=5&limit=5",
        "sort=color",
        "sort=",
        "sort=--code",
        "level=king",
        "level=",
        "level=company,",
        "level=company&level=team",
        "parent_id=1",
        "parent_id=null",
        "parent_id=%00",
        "unknown=1",
        "cursor=%F0%9F%98%80",
        "level=%ff",
        "cursor=" + "a" * 3_000,
    ],
)
async def test_a_parameter_of_another_type_is_refused(query: str, units: httpx.AsyncClient) -> None:
    answer = await units.get(f"{PATH}?{query}")
    assert (answer.status_code, problem_slug(answer)) == (422, "invalid"), answer.text


async def test_filters_narrow_the_list(units: httpx.AsyncClient) -> None:
    assert (await units.get(PATH, params={"level": "team,person"})).json() == {"items": []}
    assert len((await units.get(PATH, params={"level": "team,company"})).json()["items"]) == 25
    assert (await units.get(PATH, params={"parent_id": str(uuid4())})).json() == {"items": []}


async def test_the_count_is_given_when_asked_for(units: httpx.AsyncClient) -> None:
    answer = await units.get(PATH, params={"limit": 2}, headers={"Prefer": "return=total-count"})
    assert answer.json()["total_count"] == 25
    assert answer.headers["preference-applied"] == "return=total-count"
    assert "total_count" not in (await units.get(PATH, params={"limit": 2})).json()


async def test_an_export_holds_all_rows_and_no_formulas(units: httpx.AsyncClient, tenant: Tenant) -> None:
    await add_units(tenant, [("zz", "=HYPERLINK(1)")])
    answer = await units.get(PATH, params={"limit": 3, "sort": "-code"}, headers={"Accept": "text/csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="organisation_units.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["code"] for row in rows] == ["zz"] + [f"unit-{n:02}" for n in reversed(range(25))]
    assert not rows[0]["name"].startswith("=")
    workbook = await units.get(PATH, headers={"Accept": XLSX_CONTENT_TYPE})
    assert (workbook.status_code, workbook.content[:2]) == (200, b"PK")


async def test_an_export_of_more_rows_than_a_block_is_whole(units: httpx.AsyncClient, tenant: Tenant) -> None:
    await run_as_owner(
        tenant,
        "INSERT INTO planning.organisation_unit (tenant_id, id, code, code_key, name, level, active_from_date, version,"
        " created_at, updated_at) SELECT $1, gen_random_uuid(), 'n' || n, 'n' || n, 'n', 'company', '2026-01-01', 1,"
        " now(), now() FROM generate_series(1, 2500) n",
    )
    answer = await units.get(PATH, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len({row["id"] for row in rows}) == len(rows) == 2525
    assert all(row["level"] == "company" for row in rows)


async def test_many_slow_downloads_leave_the_lists_their_connections(
    units: httpx.AsyncClient, planning_lists: ServiceApp, tenant: Tenant
) -> None:
    database = planning_lists.state.database
    async with AsyncExitStack() as downloads:

        async def download_for_ever() -> None:
            while True:
                await downloads.enter_async_context(database.export_reader(tenant.id))

        with pytest.raises(Unavailable):
            await download_for_ever()
        refused = await units.get(PATH, headers={"Accept": "text/csv"})
        assert (refused.status_code, problem_slug(refused)) == (503, "temporary-reduced-capacity")
        assert (await units.get(PATH)).status_code == 200
    assert (await units.get(PATH, headers={"Accept": "text/csv"})).status_code == 200


def test_a_list_must_name_the_tenant_and_a_known_order() -> None:
    sorts = {"id": Sort("t.id", "uuid")}
    with pytest.raises(ValueError, match=r"\$1"):
        ListQuery("things", "t", "true", {"id": "t.id"}, sorts, "id", sorts["id"])
    with pytest.raises(ValueError, match="default_sort"):
        ListQuery("things", "t", "t.tenant_id = $1", {"id": "t.id"}, sorts, "name", sorts["id"])
    assert Filter("t.id = {}", str, "").condition.format("$2") == "t.id = $2"
