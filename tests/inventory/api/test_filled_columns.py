"""What migrations fill in for rows that were there before."""

from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from alembic.script import ScriptDirectory
from sqlalchemy import text

from services.inventory.domain.ledger import LocationKind
from shared.db import migrate
from shared.db.engine import Database
from shared.db.tenancy import set_tenant_statement
from tests.inventory.proposals import propose
from tests.inventory.runs import put
from tests.inventory.seed import Seed, seed
from tests.support.connections import lent_connection
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """100 kettles at home."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        await put(session, made, "KETTLE", 100, LocationKind.DOMESTIC)
    return made


async def test_old_proposals_get_the_pack_size_of_their_shipment_else_todays(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    async with database.session(tenant.id) as session:
        approved = await propose(session, seller, "KETTLE", 60)
        waiting = await propose(session, seller, "KETTLE", 20)
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"v1"'}
    answer = await inventory.post(f"/shipment-proposals/{approved}/approval", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    async with database.session(tenant.id) as session:
        packs = text("SELECT units_per_listing FROM inventory.shipment_line WHERE tenant_id = :t")
        [size] = (await session.scalars(packs, {"t": tenant.id})).all()
    scripts = ScriptDirectory.from_config(migrate.chain_config("inventory"))
    migration: Any = scripts.get_revision("inventory_0006").module
    async with lent_connection(tenant.owner_url) as connection, connection.transaction():
        await connection.execute(set_tenant_statement(tenant.id))
        await connection.execute("UPDATE inventory.listing SET units_per_listing = $1", size + 3)
        await connection.execute("UPDATE inventory.shipment_proposal SET product_units = 999999")
        await connection.execute(migration.FILL)
        await connection.execute(set_tenant_statement(tenant.id))
        rows = await connection.fetch("SELECT id, product_units FROM inventory.shipment_proposal")
    assert {row["id"]: row["product_units"] for row in rows} == {approved: 60 * size, waiting: 20 * (size + 3)}
