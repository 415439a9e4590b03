"""Rows that tests of stock need before they can begin: an account, products, listings, a warehouse."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.codes import code_key
from services.inventory.tables import AccountRow, ListingRow, ProductRow, WarehouseRow
from shared.core.ids import new_id

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(slots=True)
class Seed:
    """What was made for a tenant, by code."""

    tenant_id: UUID
    account_id: UUID
    warehouses: dict[str, UUID] = field(default_factory=dict)
    products: dict[str, UUID] = field(default_factory=dict)
    listings: dict[str, UUID] = field(default_factory=dict)


async def seed(
    session: AsyncSession,
    tenant_id: UUID,
    *,
    products: tuple[str, ...] = ("KETTLE", "TRAY"),
    warehouses: tuple[str, ...] = ("HOME",),
    marketplace: str = "US",
    pack: int = 1,
) -> Seed:
    """One account, and for each product a listing of the same name in one marketplace."""
    made = Seed(tenant_id, new_id())
    stamps = {"version": 1, "created_at": NOW, "updated_at": NOW}
    session.add(
        AccountRow(tenant_id=tenant_id, id=made.account_id, code="main", code_key="main", name="Main", **stamps)
    )
    for code in warehouses:
        made.warehouses[code] = new_id()
        session.add(
            WarehouseRow(
                tenant_id=tenant_id, id=made.warehouses[code], code=code, code_key=code_key(code), name=code, **stamps
            )
        )
    for code in products:
        made.products[code] = new_id()
        session.add(
            ProductRow(
                tenant_id=tenant_id,
                id=made.products[code],
                code=code,
                code_key=code_key(code),
                name=code,
                carton_units=1,
                moq_units=1,
                assumed_fields=[],
                **stamps,
            )
        )
    await session.flush()
    for code in products:
        made.listings[code] = new_id()
        session.add(
            ListingRow(
                tenant_id=tenant_id,
                id=made.listings[code],
                account_id=made.account_id,
                marketplace=marketplace,
                seller_sku=code,
                seller_sku_key=code_key(code),
                product_id=made.products[code],
                units_per_listing=pack,
                on_sale=True,
                assumed_fields=[],
                **stamps,
            )
        )
    await session.flush()
    return made
