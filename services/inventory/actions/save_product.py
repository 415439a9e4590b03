"""Adds and changes products."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import (
    check_unused,
    columns_of,
    lock_at_version,
    write_columns,
)
from services.inventory.actions.note_readings import note_products
from services.inventory.domain.assumed import PRODUCT_FIELDS
from services.inventory.domain.codes import code_key
from services.inventory.schemas.products import ProductCreate, ProductPatch
from services.inventory.tables import ProductRow
from shared.core.ids import new_id

MONEY = frozenset({"unit_cost"})
# What the figures that are served of a day are computed with.
READ_FIELDS = frozenset({"code", "unit_cost"})


async def create_product(
    session: AsyncSession, tenant_id: UUID, product: ProductCreate, *, now: datetime
) -> ProductRow:
    """A new product; DuplicateKey when its code is taken. Cartons and orders of one unit are assumed if not said."""
    key = code_key(product.code)
    await check_unused(session, ProductRow, tenant_id, {"code_key": key})
    stated = {name: value for name in PRODUCT_FIELDS if (value := getattr(product, name)) is not None}
    row = ProductRow(
        tenant_id=tenant_id,
        id=new_id(),
        code_key=key,
        assumed_fields=[name for name in PRODUCT_FIELDS if name not in stated],
        version=1,
        created_at=now,
        updated_at=now,
        **({"carton_units": 1, "moq_units": 1} | columns_of(stated, MONEY)),
    )
    session.add(row)
    await session.flush()
    return row


async def update_product(
    session: AsyncSession,
    tenant_id: UUID,
    product_id: UUID,
    patch: ProductPatch,
    *,
    expected_version: int,
    now: datetime,
    notes_readings: bool = True,
) -> ProductRow:
    """The changed product; PreconditionFailed when it is not at the version that the caller read.

    Without `notes_readings` the caller notes what this changes in the figures that are served.
    """
    changes = patch.changes()
    row = await lock_at_version(session, ProductRow, tenant_id, product_id, expected_version)
    columns = columns_of(changes, MONEY)
    if "code" in changes:
        columns["code_key"] = code_key(changes["code"])
        await check_unused(session, ProductRow, tenant_id, {"code_key": columns["code_key"]}, row.id)
    write_columns(row, columns, now, frozenset(changes))
    await session.flush()
    if notes_readings and not READ_FIELDS.isdisjoint(changes):
        await note_products(session, tenant_id, [row.id])
    return row
