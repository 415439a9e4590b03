"""Decides how a change of a versioned resource is checked and written, whatever the resource is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.assumed import still_assumed
from services.inventory.queries.catalog import find_id_by, lock_resource
from services.inventory.tables import (
    AccountRow,
    ExchangeRateRow,
    InventoryBase,
    LaneRow,
    ListingRow,
    ProductRow,
    WarehouseRow,
)
from shared.core.currencies import check_currency
from shared.core.errors import DuplicateKey, FieldProblem, Invalid, PreconditionFailed

Resource = TypeVar("Resource", AccountRow, ExchangeRateRow, LaneRow, ListingRow, ProductRow, WarehouseRow)


class Versioned(Protocol):
    """A row that carries its entity tag."""

    version: int
    updated_at: datetime


def check_version(row: Versioned, expected_version: int) -> None:
    """PreconditionFailed unless the row is at the version that the caller read."""
    if row.version != expected_version:
        raise PreconditionFailed(current_version=row.version)


async def lock_at_version(
    session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID, expected_version: int
) -> Resource:
    """The resource, held until the transaction ends; NotFound, or PreconditionFailed at another version."""
    row = await lock_resource(session, table, tenant_id, resource_id)
    check_version(row, expected_version)
    return row


def columns_of(fields: Mapping[str, Any], money: frozenset[str]) -> dict[str, Any]:
    """Fields of a body as columns: money becomes an amount and a currency. Invalid for a currency that is none."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        if name in money:
            if value is not None:
                check_currency(value.currency, f"#/{name}/currency")
            columns[f"{name}_amount"] = None if value is None else value.amount
            columns[f"{name}_currency"] = None if value is None else value.currency
        else:
            columns[name] = value
    return columns


def write_columns(row: Any, columns: Mapping[str, Any], now: datetime, stated: frozenset[str] = frozenset()) -> None:
    """Set the columns and raise the version; what is stated is no longer assumed."""
    for name, value in columns.items():
        setattr(row, name, value)
    if stated:
        row.assumed_fields = still_assumed(row.assumed_fields, set(stated))
    row.version += 1
    row.updated_at = now


async def check_unused(
    session: AsyncSession,
    table: type[InventoryBase],
    tenant_id: UUID,
    values: Mapping[str, object],
    own_id: UUID | None = None,
) -> None:
    """DuplicateKey when another resource has these values."""
    other = await find_id_by(session, table, tenant_id, **values)
    if other is not None and other != own_id:
        raise DuplicateKey(existing_id=str(other))


async def check_known(
    session: AsyncSession, table: type[InventoryBase], tenant_id: UUID, pointer: str, resource_id: UUID
) -> None:
    """Invalid when a body names a resource that does not exist."""
    if await find_id_by(session, table, tenant_id, id=resource_id) is None:
        problem = FieldProblem(pointer, "unknown", "There is nothing with this id.")
        raise Invalid("The body names a resource that does not exist.", errors=[problem])
