"""Shipments and the ledger: units are at home, promised, on their way, on the shelf or written off, never twice."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.inventory.actions.create_shipment import DuplicateReference, ShipmentPlan, create_shipment
from services.inventory.actions.move_shipment import Move, move_shipment
from services.inventory.actions.plan_shipment_units import (
    BrokenCarton,
    PackOrder,
    checked_packs,
    plan_shipment_units,
)
from services.inventory.actions.receive_shipment import ReceivedPacks, receive_shipment
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.queries.run_inputs import Chosen, read_seller
from services.inventory.tables import LaneRow, ShipmentRow
from shared.core.errors import IllegalTransition, InsufficientStock, Invalid, PreconditionFailed, ReasonMissing
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.inventory.actions.test_import_kinds import fba
from tests.inventory.importing import import_file
from tests.inventory.ledger_checks import assert_ledger_holds
from tests.inventory.runs import put
from tests.inventory.seed import NOW, Seed, seed
from tests.support.tenants import Tenant

S = ShipmentState
TODAY = NOW.date()


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """Packs of two kettles, 100 kettles at home, and a slow lane to the marketplace."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id, pack=2)
        await put(session, made, "KETTLE", 100, LocationKind.DOMESTIC)
        session.add(
            LaneRow(
                tenant_id=tenant.id,
                id=new_id(),
                marketplace="US",
                mode="slow_sea",
                transit_days_p10=38,
                transit_days_p50=44,
                transit_days_p90=55,
                active=True,
                assumed_fields=[],
                version=1,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    return made


async def planned(database: Database, seller: Seed, units: int = 20, **options: Any) -> ShipmentRow:
    async with database.session(seller.tenant_id) as session:
        plan = ShipmentPlan(
            account_id=seller.account_id,
            marketplace="US",
            warehouse_id=seller.warehouses["HOME"],
            mode=Mode.SLOW_SEA,
            **options,
        )
        shipment = await create_shipment(session, seller.tenant_id, seller.tenant_id, plan, NOW)
        packs = await checked_packs(session, seller.tenant_id, [PackOrder(seller.listings["KETTLE"], units)])
        await plan_shipment_units(session, seller.tenant_id, shipment, packs, NOW)
    return shipment


async def moved(
    database: Database, shipment: ShipmentRow, to: S, day: date = TODAY, version: int | None = None, **options: Any
) -> ShipmentRow:
    async with database.session(shipment.tenant_id) as session:
        if version is None:
            version = await session.scalar(
                text("SELECT version FROM inventory.shipment WHERE tenant_id = :t AND id = :i"),
                {"t": shipment.tenant_id, "i": shipment.id},
            )
        return await move_shipment(
            session,
            shipment.tenant_id,
            shipment.tenant_id,
            shipment.id,
            Move(to=to, occurred_date=day, **options),
            expected_version=version or 0,
            now=NOW,
        )


async def received(database: Database, shipment: ShipmentRow, seller: Seed, units: int, day: date = TODAY) -> None:
    async with database.session(shipment.tenant_id) as session:
        packs = [ReceivedPacks(seller.listings["KETTLE"], units)]
        await receive_shipment(
            session, shipment.tenant_id, shipment.tenant_id, shipment.id, day, packs, note=None, now=NOW
        )


async def stock(database: Database, tenant_id: UUID) -> dict[str, int]:
    """Kettles by kind of place, and those promised."""
    async with database.session(tenant_id) as session:
        rows = await session.execute(
            text(
                "SELECT p.kind, sum(b.on_hand)::int AS units, sum(b.allocated)::int AS promised"
                " FROM inventory.stock_balance b JOIN inventory.stock_location p"
                " ON p.tenant_id = b.tenant_id AND p.id = b.location_id"
                " WHERE b.tenant_id = :tenant_id GROUP BY p.kind"
            ),
            {"tenant_id": tenant_id},
        )
        found = {row.kind: row.units for row in rows if row.units or row.promised}
        promised = await session.scalar(
            text("SELECT coalesce(sum(allocated), 0)::int FROM inventory.stock_balance WHERE tenant_id = :t"),
            {"t": tenant_id},
        )
    return found | {"promised": promised or 0}


async def test_planning_promises_product_units_at_home(database: Database, seller: Seed) -> None:
    await planned(database, seller, 20)
    assert await stock(database, seller.tenant_id) == {"domestic": 100, "adjustment": -100, "promised": 40}
    await assert_ledger_holds(database, seller.tenant_id)


async def test_nobody_plans_more_than_is_free(database: Database, seller: Seed) -> None:
    await planned(database, seller, 20)
    with pytest.raises(InsufficientStock) as caught:
        await planned(database, seller, 31)
    assert caught.value.parameters["available"] == 60
    assert (await stock(database, seller.tenant_id))["promised"] == 40


@pytest.mark.parametrize("announced", [None, TODAY + timedelta(days=3)])
async def test_a_run_believes_an_arrival_that_somebody_announced(
    database: Database, seller: Seed, announced: date | None
) -> None:
    shipment = await planned(database, seller, 20, eta_date=TODAY + timedelta(days=1), eta_stated=False)
    departed = await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=41), eta_date=announced)
    assert departed.eta_date == TODAY + timedelta(days=3)
    async with database.reader(seller.tenant_id) as connection:
        rows = await read_seller(connection, seller.tenant_id, Chosen(), TODAY, 30, NOW)
    assert [line.eta_date for line in rows.shipment_lines] == [announced]


async def test_a_look_back_sees_what_was_on_its_way_then_and_no_plans_of_today(
    database: Database, seller: Seed
) -> None:
    gone = await planned(database, seller, 50)
    await moved(database, gone, S.DEPARTED, TODAY - timedelta(days=10))
    await received(database, gone, seller, 50, TODAY - timedelta(days=3))
    await moved(database, gone, S.CLOSED, TODAY - timedelta(days=2))
    async with database.session(seller.tenant_id) as session:
        await put(session, seller, "KETTLE", 100, LocationKind.DOMESTIC)
    await planned(database, seller, 20)
    async with database.reader(seller.tenant_id) as connection:
        rows = await read_seller(connection, seller.tenant_id, Chosen(), TODAY - timedelta(days=5), 30, NOW)
    assert [(line.shipment_id, line.state, line.eta_date) for line in rows.shipment_lines] == [
        (gone.id, "departed", None)
    ]
    held = {each.kind: each.on_hand for each in rows.places}
    assert held[LocationKind.IN_TRANSIT] == 100
    assert held[LocationKind.DOMESTIC] <= 0


async def test_a_shipment_from_home_to_the_shelf(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.BOOKED, TODAY - timedelta(days=50))
    departed = await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=45))
    assert departed.eta_date == TODAY - timedelta(days=45) + timedelta(days=44)
    assert await stock(database, seller.tenant_id) == {
        "domestic": 60, "adjustment": -100, "in_transit": 40, "promised": 0,
    }  # fmt: skip
    await assert_ledger_holds(database, seller.tenant_id)
    await moved(database, shipment, S.ARRIVED, TODAY - timedelta(days=3))
    await received(database, shipment, seller, 15)
    await assert_ledger_holds(database, seller.tenant_id)
    await received(database, shipment, seller, 5)
    closed = await moved(database, shipment, S.CLOSED)
    assert closed.state == "closed"
    assert await stock(database, seller.tenant_id) == {
        "domestic": 60, "adjustment": -100, "amazon_sellable": 40, "promised": 0,
    }  # fmt: skip
    await assert_ledger_holds(database, seller.tenant_id)


@pytest.mark.parametrize("stated", [True, False])
async def test_the_way_that_a_shipment_took_is_learned_whether_or_not_a_lane_is_stated(
    database: Database, seller: Seed, stated: bool
) -> None:
    if not stated:
        async with database.session(seller.tenant_id) as session:
            await session.execute(text("DELETE FROM inventory.lane WHERE tenant_id = :t"), {"t": seller.tenant_id})
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=41))
    await received(database, shipment, seller, 10, TODAY - timedelta(days=1))
    await received(database, shipment, seller, 10)
    async with database.reader(seller.tenant_id) as connection:
        rows = await read_seller(connection, seller.tenant_id, Chosen(), TODAY, 30, NOW)
    lane = rows.lanes["US"][Mode.SLOW_SEA]
    assert lane is not None
    assert (lane.observed_days, lane.is_stated) == ((40,), stated)


async def test_cancelling_before_departure_gives_the_promise_back(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.CANCELLED, reason="supplier late")
    assert await stock(database, seller.tenant_id) == {"domestic": 100, "adjustment": -100, "promised": 0}
    await assert_ledger_holds(database, seller.tenant_id)


async def test_cancelling_after_departure_brings_the_units_home(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=2))
    await moved(database, shipment, S.CANCELLED, reason="recalled")
    assert await stock(database, seller.tenant_id) == {"domestic": 100, "adjustment": -100, "promised": 0}
    await assert_ledger_holds(database, seller.tenant_id)


async def test_what_never_came_is_written_off_with_a_reason_and_a_claim(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=40))
    await received(database, shipment, seller, 17)
    with pytest.raises(ReasonMissing):
        await moved(database, shipment, S.CLOSED)
    await moved(database, shipment, S.CLOSED, reason="three packs missing", claim=True)
    assert await stock(database, seller.tenant_id) == {
        "domestic": 60, "adjustment": -94, "amazon_sellable": 34, "promised": 0,
    }  # fmt: skip
    await assert_ledger_holds(database, seller.tenant_id)
    async with database.session(seller.tenant_id) as session:
        details = await session.scalar(
            text("SELECT details FROM inventory.shipment_event WHERE tenant_id = :t AND to_state = 'closed'"),
            {"t": seller.tenant_id},
        )
    assert details == {
        "claim": True,
        "shortfall": [{"listing_id": str(seller.listings["KETTLE"]), "product_units": 6}],
    }


async def test_more_may_be_received_than_was_shipped_and_taken_back_again(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=40))
    await received(database, shipment, seller, 23)
    assert await stock(database, seller.tenant_id) == {
        "domestic": 60, "adjustment": -106, "amazon_sellable": 46, "promised": 0,
    }  # fmt: skip
    await received(database, shipment, seller, -5)
    assert await stock(database, seller.tenant_id) == {
        "domestic": 60, "adjustment": -100, "amazon_sellable": 36, "in_transit": 4, "promised": 0,
    }  # fmt: skip
    await assert_ledger_holds(database, seller.tenant_id)
    async with database.session(seller.tenant_id) as session:
        rows = await session.execute(
            text(
                "SELECT m.kind, sum(l.quantity) FROM inventory.stock_movement m JOIN inventory.stock_leg l"
                " ON l.tenant_id = m.tenant_id AND l.movement_id = m.id JOIN inventory.stock_location p"
                " ON p.tenant_id = l.tenant_id AND p.id = l.location_id AND p.kind = 'amazon_sellable'"
                " WHERE m.tenant_id = :t AND m.shipment_id = :s GROUP BY m.id, m.kind ORDER BY m.id"
            ),
            {"t": seller.tenant_id, "s": shipment.id},
        )
        assert [tuple(row) for row in rows] == [("surplus", 6), ("receiving", 40), ("surplus", -6), ("receiving", -4)]
    with pytest.raises(Invalid):
        await received(database, shipment, seller, -19)


@pytest.mark.parametrize("received_date", [TODAY, TODAY - timedelta(days=1)])
async def test_units_that_amazons_report_counts_already_are_not_counted_again(
    database: Database, tenant: Tenant, seller: Seed, received_date: date
) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=40))
    await reported(database, tenant, packs=20)
    await received(database, shipment, seller, 20, received_date)
    assert await stock(database, seller.tenant_id) == {
        "domestic": 60, "adjustment": -100, "amazon_sellable": 40, "promised": 0,
    }  # fmt: skip
    await assert_ledger_holds(database, seller.tenant_id)


async def test_a_report_of_the_day_does_not_add_what_was_typed_in_before_it(
    database: Database, tenant: Tenant, seller: Seed
) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=40))
    await received(database, shipment, seller, 20)
    assert (await stock(database, seller.tenant_id))["amazon_sellable"] == 40
    await reported(database, tenant, packs=20)
    assert (await stock(database, seller.tenant_id))["amazon_sellable"] == 40
    await assert_ledger_holds(database, seller.tenant_id)


async def reported(database: Database, tenant: Tenant, packs: int) -> None:
    """A report that Amazon made some minutes ago: so many packs on the shelf, none on their way."""
    made_at = (NOW - timedelta(minutes=20)).isoformat()
    content = fba(("KETTLE", packs, 0, 0, 0, 0))
    outcome = await import_file(database, tenant, content, marketplace="US", as_of=made_at)
    assert outcome.operation.state == "succeeded", outcome.operation.problem


async def test_only_what_is_on_its_way_can_be_received(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    with pytest.raises(IllegalTransition):
        await received(database, shipment, seller, 1)


async def test_a_move_needs_the_version_that_was_read(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    await moved(database, shipment, S.BOOKED)
    with pytest.raises(PreconditionFailed):
        await moved(database, shipment, S.DEPARTED, version=shipment.version)


@pytest.mark.parametrize("to", [S.ARRIVED, S.RECEIVING, S.CLOSED, S.PLANNED])
async def test_a_planned_shipment_cannot_skip_its_way(database: Database, seller: Seed, to: S) -> None:
    shipment = await planned(database, seller, 20)
    with pytest.raises(IllegalTransition) as caught:
        await moved(database, shipment, to)
    assert caught.value.parameters["allowed"] == "booked, departed, cancelled"


async def test_an_impossible_day_is_refused(database: Database, seller: Seed) -> None:
    shipment = await planned(database, seller, 20)
    with pytest.raises(Invalid):
        await moved(database, shipment, S.DEPARTED, TODAY + timedelta(days=2))
    await moved(database, shipment, S.DEPARTED, TODAY - timedelta(days=5))
    with pytest.raises(Invalid):
        await moved(database, shipment, S.ARRIVED, TODAY - timedelta(days=6))


async def test_a_reference_names_one_shipment_whatever_its_case(database: Database, seller: Seed) -> None:
    await planned(database, seller, 1, reference="Sea 7")
    with pytest.raises(DuplicateReference):
        await planned(database, seller, 1, reference="sea  7")


async def test_whole_cartons_unless_said_otherwise(database: Database, seller: Seed) -> None:
    async with database.session(seller.tenant_id) as session:
        await session.execute(
            text("UPDATE inventory.product SET carton_units = 24 WHERE tenant_id = :t"), {"t": seller.tenant_id}
        )
    with pytest.raises(BrokenCarton) as caught:
        await planned(database, seller, 20)
    assert caught.value.parameters["carton_units"] == 12
    await planned(database, seller, 24)
    async with database.session(seller.tenant_id) as session:
        [packs] = await checked_packs(
            session, seller.tenant_id, [PackOrder(seller.listings["KETTLE"], 20, break_carton=True)]
        )
    assert packs.order.units == 20
