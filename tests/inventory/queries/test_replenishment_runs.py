"""What a run kept of its input is found by the listing, whatever the order of the run's listings."""

from uuid import UUID

from sqlalchemy import text

from services.inventory.queries.replenishment_runs import read_packed_learned, read_packed_listing
from services.inventory.tables import ReplenishmentInputRow
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.inventory.proposals import propose
from tests.inventory.seed import seed
from tests.support.tenants import Tenant


async def test_a_listing_is_found_in_its_part_and_nothing_else_is_read(database: Database, tenant: Tenant) -> None:
    ids = [new_id() for _ in range(6)]
    parts: list[list[UUID] | None] = [[ids[5], ids[0]], [ids[2], ids[4]], [ids[1], ids[3]], None]
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        await propose(session, made, "KETTLE", 10)
        run_id = (await session.scalars(text("SELECT id FROM inventory.replenishment_run"))).one()
        for number, part in enumerate(parts):
            position = number if part is not None else 1_000_000
            content = b"part %d" % number
            session.add(
                ReplenishmentInputRow(
                    tenant_id=tenant.id, run_id=run_id, position=position, content=content, listing_ids=part
                )
            )
        await session.flush()
        found = [await read_packed_listing(session, tenant.id, run_id, each) for each in ids]
        assert found == [[b"part 0"], [b"part 2"], [b"part 1"], [b"part 2"], [b"part 1"], [b"part 0"]]
        assert await read_packed_learned(session, tenant.id, run_id) == [b"part 3"]
