"""A replenishment run in the database: whole or not at all, frozen, repeatable, tied to its inputs."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.inventory.actions import run_replenishment
from services.inventory.actions.run_replenishment import proposed
from services.inventory.actions.start_replenishment_run import RunWish
from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.proposals import decide_chunk, learn_from
from services.inventory.domain.run_input import block_of, fingerprint, thawed
from services.inventory.queries.replenishment_runs import read_frozen_input
from shared.db.engine import Database
from tests.inventory.runs import AS_OF, carry_out, put, run, sell, start, state_money
from tests.inventory.seed import Seed, seed
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """KETTLE sells ten a day and has stock for a week, TRAY has never sold; 5,000 kettles are at home."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        await state_money(session, made, "KETTLE")
        await sell(session, made, "KETTLE", 10)
        await put(session, made, "KETTLE", 70, LocationKind.AMAZON_SELLABLE)
        await put(session, made, "KETTLE", 5_000, LocationKind.DOMESTIC)
    return made


async def fetch(database: Database, tenant_id: UUID, sql: str, **values: Any) -> Sequence[Any]:
    async with database.session(tenant_id) as session:
        return (await session.execute(text(sql), {"tenant_id": tenant_id, **values})).all()


PROPOSALS = "SELECT * FROM inventory.shipment_proposal WHERE tenant_id = :tenant_id AND run_id = :run ORDER BY mode"


async def test_a_listing_that_runs_out_is_proposed_whole_cartons(
    database: Database, tenant: Tenant, seller: Seed
) -> None:
    run_id = await run(database, tenant)
    lines = await fetch(database, tenant.id, PROPOSALS, run=run_id)
    assert {line.mode for line in lines} == {"slow_sea", "fast_sea", "air"}
    for line in lines:
        assert line.listing_id == seller.listings["KETTLE"]
        assert line.quantity_units == 12 * line.cartons > 0
        assert line.state == "proposed"
        assert line.arrival_p10_date <= line.arrival_p50_date <= line.arrival_p90_date
        assert line.avoided_amount > line.cost_amount > 0
        assert line.reasons[0]["code"] == "short_in_window"
        assert line.stock["sellable_units"] == 70
        assert line.stock["domestic_product_units"] == 5_000


async def test_every_listing_has_an_outcome_that_says_why_nothing(
    database: Database, tenant: Tenant, seller: Seed
) -> None:
    run_id = await run(database, tenant)
    rows = await fetch(
        database,
        tenant.id,
        "SELECT * FROM inventory.replenishment_outcome WHERE tenant_id = :tenant_id AND run_id = :run",
        run=run_id,
    )
    found = {row.listing_id: row for row in rows}
    assert found[seller.listings["TRAY"]].code == "no_demand"
    assert found[seller.listings["TRAY"]].reasons[0]["text"]
    kettle = found[seller.listings["KETTLE"]]
    assert kettle.code == "proposed"
    assert kettle.cover_days == pytest.approx(7, abs=1)
    assert kettle.stock_out_probability == pytest.approx(1)
    assert kettle.stock_out_p10_date <= kettle.stock_out_p50_date <= kettle.stock_out_p90_date


async def test_what_is_assumed_is_said_and_what_is_known_is_not(
    database: Database, tenant: Tenant, seller: Seed
) -> None:
    run_id = await run(database, tenant)
    rows = await fetch(
        database,
        tenant.id,
        "SELECT listing_id, assumptions FROM inventory.replenishment_outcome"
        " WHERE tenant_id = :tenant_id AND run_id = :run",
        run=run_id,
    )
    codes = {row.listing_id: {each["code"] for each in row.assumptions} for row in rows}
    assert codes[seller.listings["KETTLE"]] == {"lane", "no_stock_report"}
    assert {"price", "unit_cost", "fba_fee", "lane", "domestic_stock", "no_sales_known"} <= codes[
        seller.listings["TRAY"]
    ]


async def test_a_later_run_supersedes_what_nobody_has_decided(database: Database, tenant: Tenant, seller: Seed) -> None:
    first = await run(database, tenant)
    await fetch(
        database,
        tenant.id,
        "UPDATE inventory.shipment_proposal SET state = 'rejected', decided_at = now(), decided_by = tenant_id"
        " WHERE tenant_id = :tenant_id AND mode = 'air' RETURNING id",
    )
    second = await run(database, tenant)
    states = {line.mode: line.state for line in await fetch(database, tenant.id, PROPOSALS, run=first)}
    assert states == {"air": "rejected", "fast_sea": "superseded", "slow_sea": "superseded"}
    assert {line.state for line in await fetch(database, tenant.id, PROPOSALS, run=second)} == {"proposed"}


async def test_a_look_back_supersedes_nothing_and_offers_nothing(
    database: Database, tenant: Tenant, seller: Seed
) -> None:
    newest = await run(database, tenant)
    back = await run(database, tenant, RunWish(AS_OF - timedelta(days=7), history_days=180))
    assert {line.state for line in await fetch(database, tenant.id, PROPOSALS, run=newest)} == {"proposed"}
    assert {line.state for line in await fetch(database, tenant.id, PROPOSALS, run=back)} == {"superseded"}


async def test_the_same_files_in_two_tenants_give_the_same_plan(
    database: Database, tenant: Tenant, seller: Seed, make_tenant: Callable[..., Awaitable[Tenant]]
) -> None:
    plans = []
    other = await make_tenant()
    async with database.session(other.id) as session:
        made = await seed(session, other.id)
        await state_money(session, made, "KETTLE")
        await sell(session, made, "KETTLE", 10)
        await put(session, made, "KETTLE", 70, LocationKind.AMAZON_SELLABLE)
        await put(session, made, "KETTLE", 5_000, LocationKind.DOMESTIC)
    for each in (tenant, other):
        run_id = await run(database, each)
        lines = await fetch(database, each.id, PROPOSALS, run=run_id)
        async with database.session(each.id) as session:
            source = thawed(await read_frozen_input(session, each.id, run_id))
        values = [(line.mode, line.quantity_units, line.probability_short, line.avoided_amount) for line in lines]
        plans.append((block_of(source).seeds.tolist(), values))
    assert plans[0] == plans[1]
    assert plans[0][1]


async def test_the_frozen_input_gives_the_same_proposals_again(
    database: Database, tenant: Tenant, seller: Seed
) -> None:
    run_id = await run(database, tenant)
    [kept] = await fetch(
        database,
        tenant.id,
        "SELECT input_sha256 FROM inventory.replenishment_run WHERE tenant_id = :tenant_id AND id = :run",
        run=run_id,
    )
    async with database.session(tenant.id) as session:
        content = await read_frozen_input(session, tenant.id, run_id)
    assert fingerprint(content) == kept.input_sha256
    source = thawed(content)
    block = block_of(source)
    again = proposed(source, [decide_chunk(block, learn_from(block))])
    lines = await fetch(database, tenant.id, PROPOSALS, run=run_id)
    assert {(str(line.listing_id), line.mode, line.quantity_units, line.cost_amount) for line in lines} == {
        (line.listing_key, line.mode.value, line.units, line.cost) for line in again.lines
    }


async def test_two_runs_of_the_same_day_have_the_same_input(database: Database, tenant: Tenant, seller: Seed) -> None:
    runs = [await run(database, tenant), await run(database, tenant)]
    rows = await fetch(
        database, tenant.id, "SELECT id, input_sha256 FROM inventory.replenishment_run WHERE tenant_id = :tenant_id"
    )
    assert {row.id for row in rows} == set(runs)
    assert len({row.input_sha256 for row in rows}) == 1


async def test_scarce_stock_at_home_limits_the_proposals(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        await state_money(session, made, "KETTLE")
        await sell(session, made, "KETTLE", 10)
        await put(session, made, "KETTLE", 100, LocationKind.DOMESTIC)
    run_id = await run(database, tenant)
    lines = await fetch(database, tenant.id, PROPOSALS, run=run_id)
    assert 0 < sum(line.quantity_units for line in lines) <= 100


# The second is what a product that is gone does: its lines find no row to be joined to.
@pytest.mark.parametrize(
    ("statement", "instead"),
    [
        ("_INSERT_OUTCOMES", "SELECT 1 / 0"),
        ("_INSERT_PROPOSALS", f"{run_replenishment._INSERT_PROPOSALS.text} WHERE s.mode <> 'air'"),
    ],
)
async def test_a_run_that_cannot_finish_leaves_nothing(
    database: Database, tenant: Tenant, seller: Seed, monkeypatch: pytest.MonkeyPatch, statement: str, instead: str
) -> None:
    monkeypatch.setattr(run_replenishment, statement, text(instead))
    operation = await start(database, tenant)
    await carry_out(database, operation)
    [ended] = await fetch(
        database, tenant.id, "SELECT state, problem FROM platform.operation WHERE tenant_id = :tenant_id"
    )
    assert ended.state == "failed"
    for table in ("replenishment_run", "replenishment_input", "replenishment_outcome", "shipment_proposal"):
        assert not await fetch(database, tenant.id, f"SELECT 1 FROM inventory.{table} WHERE tenant_id = :tenant_id")


async def test_a_seller_without_listings_gets_an_empty_run(database: Database, tenant: Tenant) -> None:
    run_id = await run(database, tenant)
    [row] = await fetch(
        database,
        tenant.id,
        "SELECT listings_count, proposals_count, totals FROM inventory.replenishment_run"
        " WHERE tenant_id = :tenant_id AND id = :run",
        run=run_id,
    )
    assert (row.listings_count, row.proposals_count) == (0, 0)
