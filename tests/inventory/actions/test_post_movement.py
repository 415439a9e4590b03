"""The ledger in the database: balances are the sum of their legs, nothing goes negative, nobody gets what is gone."""

import asyncio
import random
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.inventory.actions.allocate_stock import Allocation, allocate_stock, list_allocations, release_stock
from services.inventory.actions.open_locations import ADJUSTMENT, SUPPLIER, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import LedgerFault, Leg, LocationKind, MovementKind, between
from services.inventory.tables import ShipmentRow
from shared.core.errors import InsufficientStock
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.inventory.seed import NOW, Seed, seed
from tests.support.tenants import Tenant

IMBALANCES = text("""
    SELECT count(*) FROM (
        SELECT location_id, product_id, sum(quantity) AS legs FROM inventory.stock_leg
        WHERE tenant_id = :tenant_id GROUP BY location_id, product_id
    ) AS l
    FULL JOIN (SELECT * FROM inventory.stock_balance WHERE tenant_id = :tenant_id) AS b
        USING (location_id, product_id)
    WHERE coalesce(l.legs, 0) IS DISTINCT FROM coalesce(b.on_hand, 0)
""")
UNBALANCED = text("""
    SELECT count(*) FROM (
        SELECT FROM inventory.stock_leg WHERE tenant_id = :tenant_id
        GROUP BY movement_id, product_id HAVING sum(quantity) <> 0
    ) AS broken
""")


@pytest_asyncio.fixture
async def stock(database: Database, tenant: Tenant) -> Seed:
    """A seller with two products, two warehouses and nothing in them."""
    async with database.session(tenant.id) as session:
        return await seed(session, tenant.id, warehouses=("HOME", "PORT"))


async def place_ids(database: Database, stock: Seed) -> dict[str, UUID]:
    home, port = (Place(LocationKind.DOMESTIC, warehouse_id=stock.warehouses[code]) for code in ("HOME", "PORT"))
    async with database.session(stock.tenant_id) as session:
        found = await open_locations(session, stock.tenant_id, [home, port, SUPPLIER, ADJUSTMENT])
    return {"home": found[home], "port": found[port], "supplier": found[SUPPLIER], "adjustment": found[ADJUSTMENT]}


async def move(database: Database, tenant_id: UUID, *legs: Leg, kind: MovementKind = MovementKind.TRANSFER) -> UUID:
    async with database.session(tenant_id) as session:
        movement = Movement(kind=kind, occurred_at=NOW, legs=legs, created_by=tenant_id)
        return await post_movement(session, tenant_id, movement, NOW)


async def on_hand(database: Database, tenant_id: UUID, location_id: UUID, product_id: UUID) -> tuple[int, int]:
    async with database.session(tenant_id) as session:
        row = (
            await session.execute(
                text(
                    "SELECT on_hand, allocated FROM inventory.stock_balance"
                    " WHERE tenant_id = :t AND location_id = :l AND product_id = :p"
                ),
                {"t": tenant_id, "l": location_id, "p": product_id},
            )
        ).one()
    return row.on_hand, row.allocated


async def violations(database: Database, tenant_id: UUID) -> tuple[int, int]:
    async with database.session(tenant_id) as session:
        balances = (await session.execute(IMBALANCES, {"tenant_id": tenant_id})).scalar_one()
        movements = (await session.execute(UNBALANCED, {"tenant_id": tenant_id})).scalar_one()
    return balances, movements


async def test_a_receipt_enters_the_warehouse_and_the_supplier_owes_it(database: Database, stock: Seed) -> None:
    places, kettle = await place_ids(database, stock), stock.products["KETTLE"]
    await move(database, stock.tenant_id, *between(places["supplier"], places["home"], kettle, 30))
    assert await on_hand(database, stock.tenant_id, places["home"], kettle) == (30, 0)
    assert await on_hand(database, stock.tenant_id, places["supplier"], kettle) == (-30, 0)


async def test_a_warehouse_cannot_give_what_it_does_not_hold(database: Database, stock: Seed) -> None:
    places, kettle = await place_ids(database, stock), stock.products["KETTLE"]
    await move(database, stock.tenant_id, *between(places["supplier"], places["home"], kettle, 3))
    with pytest.raises(InsufficientStock) as refused:
        await move(database, stock.tenant_id, *between(places["home"], places["port"], kettle, 4))
    assert refused.value.parameters["on_hand"] == 3
    assert await on_hand(database, stock.tenant_id, places["home"], kettle) == (3, 0)
    assert await violations(database, stock.tenant_id) == (0, 0)


async def test_an_unbalanced_movement_leaves_no_trace(database: Database, stock: Seed) -> None:
    places, kettle = await place_ids(database, stock), stock.products["KETTLE"]
    with pytest.raises(LedgerFault):
        await move(database, stock.tenant_id, Leg(places["supplier"], kettle, -5), Leg(places["home"], kettle, 6))
    async with database.session(stock.tenant_id) as session:
        counted = await session.execute(
            text("SELECT count(*) FROM inventory.stock_movement WHERE tenant_id = :t"), {"t": stock.tenant_id}
        )
        assert counted.scalar_one() == 0


async def test_what_happened_cannot_be_rewritten(database: Database, stock: Seed) -> None:
    places = await place_ids(database, stock)
    legs = between(places["supplier"], places["home"], stock.products["TRAY"], 1)
    movement_id = await move(database, stock.tenant_id, *legs)
    for statement in ("UPDATE inventory.stock_leg SET quantity = 9", "DELETE FROM inventory.stock_movement"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.session(stock.tenant_id) as session:
                await session.execute(text(f"{statement} WHERE tenant_id = '{stock.tenant_id}'"))
    assert movement_id.version == 7


async def test_random_movements_and_refusals_keep_every_balance_equal_to_its_legs(
    database: Database, stock: Seed
) -> None:
    places = list((await place_ids(database, stock)).values())
    products = list(stock.products.values())
    random_moves = random.Random(20260302)
    refused = 0
    for _ in range(150):
        legs: list[Leg] = []
        for _ in range(random_moves.randint(1, 4)):
            source, target = random_moves.sample(places, 2)
            legs += between(source, target, random_moves.choice(products), random_moves.randint(1, 20))
        try:
            await move(database, stock.tenant_id, *legs)
        except (InsufficientStock, LedgerFault):
            refused += 1
    assert 0 < refused < 150
    assert await violations(database, stock.tenant_id) == (0, 0)


async def test_opposite_transfers_at_once_neither_deadlock_nor_lose_units(database: Database, stock: Seed) -> None:
    places, (kettle, tray) = await place_ids(database, stock), stock.products.values()
    for product in (kettle, tray):
        await move(database, stock.tenant_id, *between(places["supplier"], places["home"], product, 500))
        await move(database, stock.tenant_id, *between(places["supplier"], places["port"], product, 500))
    there = (*between(places["home"], places["port"], kettle, 3), *between(places["home"], places["port"], tray, 2))
    back = (*between(places["port"], places["home"], tray, 3), *between(places["port"], places["home"], kettle, 2))
    await asyncio.gather(*(move(database, stock.tenant_id, *(there if number % 2 else back)) for number in range(60)))
    assert await on_hand(database, stock.tenant_id, places["home"], kettle) == (500 - 30 * 3 + 30 * 2, 0)
    assert await violations(database, stock.tenant_id) == (0, 0)


async def planned_shipment(database: Database, stock: Seed) -> UUID:
    shipment_id = new_id()
    async with database.session(stock.tenant_id) as session:
        session.add(
            ShipmentRow(
                tenant_id=stock.tenant_id,
                id=shipment_id,
                reference=str(shipment_id),
                reference_key=str(shipment_id),
                account_id=stock.account_id,
                marketplace="US",
                warehouse_id=stock.warehouses["HOME"],
                mode="air",
                state="planned",
                created_by=stock.tenant_id,
                version=1,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    return shipment_id


async def test_a_hundred_units_are_promised_to_exactly_a_hundred_of_a_thousand_callers(
    database: Database, stock: Seed
) -> None:
    places, kettle = await place_ids(database, stock), stock.products["KETTLE"]
    await move(database, stock.tenant_id, *between(places["supplier"], places["home"], kettle, 100))
    shipment_id = await planned_shipment(database, stock)
    one = Allocation(places["home"], kettle, shipment_id, stock.listings["KETTLE"], 1)
    line = asyncio.Semaphore(5)

    async def ask() -> bool:
        async with line:
            try:
                async with database.session(stock.tenant_id) as session:
                    await allocate_stock(session, stock.tenant_id, [one], NOW)
            except InsufficientStock:
                return False
            return True

    granted = await asyncio.gather(*(ask() for _ in range(1000)))
    assert sum(granted) == 100
    assert await on_hand(database, stock.tenant_id, places["home"], kettle) == (100, 100)
    async with database.session(stock.tenant_id) as session:
        assert [a.quantity for a in await list_allocations(session, stock.tenant_id, shipment_id)] == [100]


async def test_promised_units_cannot_leave_and_can_be_released(database: Database, stock: Seed) -> None:
    places, kettle = await place_ids(database, stock), stock.products["KETTLE"]
    await move(database, stock.tenant_id, *between(places["supplier"], places["home"], kettle, 10))
    shipment_id = await planned_shipment(database, stock)

    def units(quantity: int) -> Allocation:
        return Allocation(places["home"], kettle, shipment_id, stock.listings["KETTLE"], quantity)

    async with database.session(stock.tenant_id) as session:
        await allocate_stock(session, stock.tenant_id, [units(8)], NOW)
    with pytest.raises(InsufficientStock):
        await move(database, stock.tenant_id, *between(places["home"], places["port"], kettle, 3))
    async with database.session(stock.tenant_id) as session:
        await release_stock(session, stock.tenant_id, [units(3)])
    await move(database, stock.tenant_id, *between(places["home"], places["port"], kettle, 3))
    async with database.session(stock.tenant_id) as session:
        await release_stock(session, stock.tenant_id, [units(5)])
        assert await list_allocations(session, stock.tenant_id, shipment_id) == []
    assert await on_hand(database, stock.tenant_id, places["home"], kettle) == (7, 0)


async def test_more_cannot_be_released_than_was_promised(database: Database, stock: Seed) -> None:
    places, kettle = await place_ids(database, stock), stock.products["KETTLE"]
    await move(database, stock.tenant_id, *between(places["supplier"], places["home"], kettle, 10))
    first, second = await planned_shipment(database, stock), await planned_shipment(database, stock)
    listing_id = stock.listings["KETTLE"]
    async with database.session(stock.tenant_id) as session:
        wanted = [Allocation(places["home"], kettle, shipment, listing_id, 4) for shipment in (first, second)]
        await allocate_stock(session, stock.tenant_id, wanted, NOW)
    with pytest.raises(ValueError, match="than were allocated"):
        async with database.session(stock.tenant_id) as session:
            await release_stock(session, stock.tenant_id, [Allocation(places["home"], kettle, first, listing_id, 5)])
    assert await on_hand(database, stock.tenant_id, places["home"], kettle) == (10, 8)


async def test_places_are_opened_once_however_many_ask(database: Database, stock: Seed) -> None:
    wanted = [
        Place(kind, listing_id=listing_id)
        for listing_id in stock.listings.values()
        for kind in (LocationKind.AMAZON_SELLABLE, LocationKind.AMAZON_RESERVED)
    ]

    async def ask(order: list[Place]) -> dict[Place, UUID]:
        async with database.session(stock.tenant_id) as session:
            return await open_locations(session, stock.tenant_id, order)

    answers = await asyncio.gather(*(ask(wanted if number % 2 else wanted[::-1]) for number in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == len(wanted)
