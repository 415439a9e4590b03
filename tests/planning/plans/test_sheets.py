"""The sheet of a plan: downloaded, filled in, sent back; only into a draft, row by row, by codes."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from services.planning.actions.change_plan import PlanNotDraft
from services.planning.actions.import_registry import IMPORTS
from shared.core.errors import Invalid
from shared.db.engine import Database
from shared.files.xlsx_out import XLSX_CONTENT_TYPE
from shared.jobs.imports import FactsMissing
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
    step,
)
from tests.support.importing import Outcome, import_through
from tests.support.tenants import Tenant

CSV = {"Accept": "text/csv"}


@pytest_asyncio.fixture
async def pools(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The pools of the planning service's runtime role."""
    database = Database(database_urls.of_service("planning"), pool_size=2, reader_pool_size=2)
    yield database
    await database.close()


class Sender:
    """Somebody who sends sheets for a plan."""

    def __init__(self, pools: Database, tenant: Tenant) -> None:
        self.pools, self.tenant = pools, tenant

    async def send(self, plan: dict[str, Any], content: bytes, **options: Any) -> Outcome:
        return await import_through(IMPORTS, self.pools, self.tenant, content, plan_id=plan["id"], **options)


@pytest.fixture
def sender(pools: Database, tenant: Tenant) -> Sender:
    return Sender(pools, tenant)


async def sheet_of(client: httpx.AsyncClient, plan: dict[str, Any], **headers: str) -> bytes:
    answer = await client.get(f"/plans/{plan['id']}/sheet", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.content


async def rows_of(client: httpx.AsyncClient, plan: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((await sheet_of(client, plan, **CSV)).decode("utf-8-sig"))))


def sheet(*rows: dict[str, str]) -> bytes:
    columns = dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def lines_of(client: httpx.AsyncClient, plan: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = good(await client.get(f"/plans/{plan['id']}/lines?limit=1000"))["items"]
    return items


async def a_named_plan(client: httpx.AsyncClient) -> dict[str, Any]:
    """A draft whose lines name a unit, a node and an initiative."""
    unit, cycle = await a_unit(client, code="Tradewind"), await a_cycle(client)
    node = {"code": "Lamps", "name": "Lamps", "kind": "category"}
    category = good(await client.post("/portfolio-nodes", json=node), 201)
    lamp = good(await client.post("/initiatives", json={"code": "LAMP-2", "kind": "product", "title": "Lamp"}), 201)
    plan: dict[str, Any] = await a_plan(client, unit, cycle)
    lines = every_month("net_revenue", "100.25", "wish")
    lines[11] = line("net_revenue", "2027-12", "250", "trend")
    lines += [line("net_revenue", "2027-05", "50", "launch", initiative_id=lamp["id"], marketplace="US")]
    lines += [line("units_sold", "2027-01", "7", node_id=category["id"], org_unit_id=unit["id"], channel="amazon")]
    lines += [line("gross_margin", "2027-01", "0.451234", product_ref="HR-LAMP")]
    good(await put_lines(client, plan, lines))
    return plan


async def test_a_sheet_tells_codes_and_reads_back_unchanged(planning: httpx.AsyncClient, sender: Sender) -> None:
    plan = await a_named_plan(planning)
    before = await lines_of(planning, plan)
    rows = await rows_of(planning, plan)
    assert {(row["org_unit"], row["node"], row["initiative"]) for row in rows} == {
        ("", "", ""),
        ("Tradewind", "Lamps", ""),
        ("", "", "LAMP-2"),
    }
    assert next(row for row in rows if row["origin"] == "wish")["total"] == "1102.75"
    for headers in (CSV, {"Accept": XLSX_CONTENT_TYPE}):
        outcome = await sender.send(plan, await sheet_of(planning, plan, **headers))
        assert (outcome.operation.state, outcome.counts, outcome.errors) == ("succeeded", (0, 5, 0), [])
    assert await lines_of(planning, plan) == before
    # Into an empty plan of the same company it brings everything.
    other = await a_draft(planning)
    outcome = await sender.send(other, await sheet_of(planning, plan))
    assert outcome.counts == (5, 0, 0)
    assert await lines_of(planning, other) == before


async def test_an_empty_plan_offers_what_a_plan_usually_says(planning: httpx.AsyncClient, sender: Sender) -> None:
    plan = await a_draft(planning)
    rows = await rows_of(planning, plan)
    assert [row["metric"] for row in rows][:3] == ["ad_spend", "cogs", "fulfilment_cost"]
    assert [key for key in rows[0] if key.startswith("2027-")] == [f"2027-{month:02}" for month in range(1, 13)]
    rows[1]["2027-03"] = "1,250.50"
    outcome = await sender.send(plan, sheet(*rows))
    assert outcome.counts == (1, 0, 0)
    assert await lines_of(planning, plan) == [line("cogs", "2027-03", "1250.5")]


async def test_a_filled_in_row_states_its_months_and_leaves_the_rest(
    planning: httpx.AsyncClient, sender: Sender
) -> None:
    plan = await a_draft(planning)
    kept = [line("cogs", "2027-01", "1"), line("net_revenue", "2027-03", "3", "trend")]
    good(await put_lines(planning, plan, [*kept, *(line("net_revenue", f"2027-0{n}", "9") for n in (1, 2))]))
    row = {"metric": "net_revenue", "origin": "bottom up", "2027-01": "10", "2027-02": "", "2027-03": ""}
    outcome = await sender.send(plan, sheet(row))
    assert outcome.counts == (1, 0, 0)
    # February was emptied; March comes from elsewhere, and stands on another row.
    assert await lines_of(planning, plan) == [kept[0], line("net_revenue", "2027-01", "10"), kept[1]]


async def test_rows_that_name_nothing_known_are_told_by_line_and_column(
    planning: httpx.AsyncClient, sender: Sender
) -> None:
    plan = await a_draft(planning)
    base = {"指标": "net_revenue", "部门": "", "项目": "", "来源": "wish", "2027-01": "5", "2028-01": ""}
    outcome = await sender.send(
        plan,
        sheet(
            base,
            base | {"部门": "nobody"},
            base | {"项目": "LAMP-9"},
            base | {"指标": "net_revenues"},
            base | {"2027-01": "", "2028-01": "4"},
            base | {"2027-01": "many"},
        ),
    )
    assert outcome.error_places == [
        (3, "部门", "unknown_name"),
        (4, "项目", "unknown_name"),
        (5, "指标", "unknown_metric"),
        (6, "2028-01", "outside_cycle"),
        (7, "2027-01", "bad_number"),
    ]
    assert outcome.counts == (1, 0, 5)
    assert await lines_of(planning, plan) == [line("net_revenue", "2027-01", "5", "wish")]


async def test_a_sheet_may_only_be_checked(planning: httpx.AsyncClient, sender: Sender) -> None:
    plan = await a_draft(planning)
    content = sheet({"metric": "net_revenue", "origin": "wish", "2027-01": "5"})
    checked = await sender.send(plan, content, validate_only=True)
    assert checked.counts == (1, 0, 0)
    assert await lines_of(planning, plan) == []
    assert good(await planning.get(f"/plans/{plan['id']}")) == plan
    assert (await sender.send(plan, content)).counts == (1, 0, 0)


async def test_a_sheet_that_is_sent_again_changes_nothing_unless_the_plan_has_changed(
    planning: httpx.AsyncClient, sender: Sender
) -> None:
    plan = await a_draft(planning)
    content = sheet({"metric": "net_revenue", "origin": "wish", "2027-01": "5"})
    assert (await sender.send(plan, content)).counts == (1, 0, 0)
    version = good(await planning.get(f"/plans/{plan['id']}"))["version"]
    again = await sender.send(plan, content)
    assert again.counts == (0, 1, 0)
    assert good(await planning.get(f"/plans/{plan['id']}"))["version"] == version
    good(await put_lines(planning, plan, [line("net_revenue", "2027-01", "6")]))
    assert (await sender.send(plan, content)).counts == (1, 0, 0)


async def test_a_sheet_goes_only_into_a_draft_that_there_is(planning: httpx.AsyncClient, sender: Sender) -> None:
    plan = await a_draft(planning)
    content = sheet({"metric": "net_revenue", "origin": "wish", "2027-01": "5"})
    with pytest.raises(FactsMissing) as missing:
        await import_through(IMPORTS, sender.pools, sender.tenant, content)
    assert [each.pointer for each in missing.value.errors] == ["/plan_id"]
    with pytest.raises(Invalid, match="does not exist"):
        await sender.send({"id": str(uuid4())}, content)
    assert (await sender.send(plan, content)).operation.state == "succeeded"
    good(await step(planning, plan, "submissions"))
    with pytest.raises(PlanNotDraft):
        await sender.send(plan, content)


async def test_whoever_sends_a_sheet_is_an_author(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, sender: Sender
) -> None:
    plan = await a_draft(approver)
    await sender.send(plan, sheet({"metric": "net_revenue", "origin": "wish", "2027-01": "5"}))
    good(await step(approver, plan, "submissions"))
    refused = await step(planning, plan, "approvals", {})
    assert refused.json()["type"].endswith("own-plan")


async def test_words_that_a_spreadsheet_would_run_come_back_as_words(
    planning: httpx.AsyncClient, sender: Sender
) -> None:
    plan = await a_draft(planning)
    good(await put_lines(planning, plan, [line("net_revenue", "2027-01", "5", channel="=1+1")]))
    assert b'"=1+1' not in await sheet_of(planning, plan, **CSV)
    before = await lines_of(planning, plan)
    assert (await sender.send(plan, await sheet_of(planning, plan))).errors == []
    assert await lines_of(planning, plan) == before


async def test_a_sheet_is_sent_like_any_other_file(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    content = sheet({"metric": "net_revenue", "origin": "wish", "2027-01": "5"})

    async def post(**facts: str) -> httpx.Response:
        file = {"file": ("plan.csv", content, "text/csv")}
        return await planning.post("/imports", files=file, data=facts, headers={"Idempotency-Key": str(uuid4())})

    asked = await post()
    assert problem(asked) == (422, "facts-missing")
    assert asked.json()["errors"][0]["pointer"] == "/plan_id"
    taken = good(await post(plan_id=plan["id"]), 202)
    assert (taken["kind"], taken["parameters"]["plan_id"]) == ("plan_sheet", plan["id"])
    assert problem(await post(plan_id=str(uuid4()))) == (422, "invalid")
    good(await put_lines(planning, plan, [line("net_revenue", "2027-01", "1")]))
    good(await step(planning, plan, "submissions"))
    assert problem(await post(plan_id=plan["id"])) == (409, "plan-not-draft")
