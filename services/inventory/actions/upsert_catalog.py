"""Adds or changes many products or listings at once by the names that an ERP has for them; each item by itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import columns_of
from services.inventory.actions.note_readings import note_marketplaces, note_products
from services.inventory.actions.resolve_account import find_accounts
from services.inventory.actions.save_listing import create_listing, listing_columns, update_listing
from services.inventory.actions.save_product import MONEY as PRODUCT_MONEY
from services.inventory.actions.save_product import create_product, update_product
from services.inventory.domain.codes import code_key
from services.inventory.schemas.batches import BatchItemResult
from services.inventory.schemas.listings import ListingCreate, ListingPatch, ListingUpsert
from services.inventory.schemas.products import ProductCreate, ProductPatch, ProductUpsert
from services.inventory.tables import ListingRow, ProductRow
from shared.core.errors import FieldProblem, Invalid, TradewindError
from shared.web.batches import problem_body

# Two batches that add the same item would each not see the other's.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('catalog_batch ' || :tenant_id, 0))")


@dataclass(frozen=True, slots=True)
class Saved:
    """A product or listing after its item was carried out."""

    row: ProductRow | ListingRow
    is_new: bool


async def upsert_products(
    session: AsyncSession, tenant_id: UUID, items: Sequence[ProductUpsert], *, request_id: str, now: datetime
) -> list[BatchItemResult]:
    """One result for each item: a product is found by its code, whatever its case, else added."""
    await session.execute(_ONE_AT_A_TIME, {"tenant_id": str(tenant_id)})
    keys = [code_key(item.code) for item in items]
    there = await _products(session, tenant_id, keys, hold=True)

    async def save(index: int) -> Saved:
        changes = items[index].changes()
        row = there.get(keys[index])
        if row is None:
            if "name" not in changes:
                raise _missing("#/name", "A new product needs a name.")
            async with session.begin_nested():
                made = await create_product(session, tenant_id, ProductCreate.model_construct(**changes), now=now)
            return Saved(made, True)
        del changes["code"]
        if _says_more(row, columns_of(changes, PRODUCT_MONEY), changes):
            patch = ProductPatch.model_construct(**changes)
            async with session.begin_nested():
                await update_product(
                    session, tenant_id, row.id, patch, expected_version=row.version, now=now, notes_readings=False
                )
            changed.append(row.id)
        return Saved(row, False)

    changed: list[UUID] = []
    results = await _each(session, keys, [item.code for item in items], save, request_id)
    await note_products(session, tenant_id, changed)
    return results


async def upsert_listings(
    session: AsyncSession,
    tenant_id: UUID,
    items: Sequence[ListingUpsert],
    *,
    changed_by: UUID,
    request_id: str,
    now: datetime,
) -> list[BatchItemResult]:
    """One result for each item: a listing is found by account, marketplace and SKU, whatever its case, else added."""
    await session.execute(_ONE_AT_A_TIME, {"tenant_id": str(tenant_id)})
    accounts = await find_accounts(session, tenant_id, {item.account_code for item in items})
    keys = [(code_key(item.account_code), item.marketplace, code_key(item.seller_sku)) for item in items]
    found = await session.scalars(
        select(ListingRow)
        .where(ListingRow.tenant_id == tenant_id, ListingRow.seller_sku_key.in_({key[2] for key in keys}))
        .order_by(ListingRow.id)
        .with_for_update(key_share=True)
    )
    there = {(row.account_id, row.marketplace, row.seller_sku_key): row for row in found.all()}
    codes = [code_key(code) for item in items if (code := item.changes().get("product_code")) is not None]
    products = {key: row.id for key, row in (await _products(session, tenant_id, codes)).items()}

    async def save(index: int) -> Saved:
        account, marketplace, sku_key = keys[index]
        account_id = accounts.get(account)
        if account_id is None:
            raise _missing("#/account_code", "There is no account of this code.", "unknown")
        changes = items[index].changes()
        named = {name: changes.pop(name) for name in ("account_code", "marketplace", "seller_sku")}
        if "product_code" in changes:
            product_id = products.get(code_key(changes.pop("product_code")))
            if product_id is None:
                raise _missing("#/product_code", "There is no product of this code.", "unknown")
            changes["product_id"] = product_id
        row = there.get((account_id, marketplace, sku_key))
        if row is None:
            if "product_id" not in changes:
                raise _missing("#/product_code", "A new listing needs a product.")
            fields = changes | {
                "account_id": account_id,
                "marketplace": marketplace,
                "seller_sku": named["seller_sku"],
            }
            async with session.begin_nested():
                made = await create_listing(session, tenant_id, ListingCreate.model_construct(**fields), now=now)
            return Saved(made, True)
        if _says_more(row, listing_columns(changes), changes):
            async with session.begin_nested():
                await update_listing(
                    session,
                    tenant_id,
                    row.id,
                    ListingPatch.model_construct(**changes),
                    expected_version=row.version,
                    changed_by=changed_by,
                    now=now,
                    notes_readings=False,
                )
            changed.add(row.marketplace)
        return Saved(row, False)

    changed: set[str] = set()
    shown = [f"{item.account_code}/{item.marketplace}/{item.seller_sku}" for item in items]
    results = await _each(session, keys, shown, save, request_id)
    await note_marketplaces(session, tenant_id, changed)
    return results


async def _products(
    session: AsyncSession, tenant_id: UUID, keys: Sequence[str], *, hold: bool = False
) -> dict[str, ProductRow]:
    statement = (
        select(ProductRow)
        .where(ProductRow.tenant_id == tenant_id, ProductRow.code_key.in_(set(keys)))
        .order_by(ProductRow.id)
    )
    found = await session.scalars(statement.with_for_update(key_share=True) if hold else statement)
    return {row.code_key: row for row in found.all()}


async def _each(
    session: AsyncSession,
    keys: Sequence[object],
    shown: Sequence[str],
    save: Callable[[int], Awaitable[Saved]],
    request_id: str,
) -> list[BatchItemResult]:
    """One result for each item. Items write inside savepoints of their own: one that fails leaves the others alone."""
    results: list[BatchItemResult] = []
    seen: set[object] = set()
    for index, key in enumerate(keys):
        try:
            if key in seen:
                raise _missing("#", "An earlier item of the batch has the same name.", "repeated")
            seen.add(key)
            saved = await save(index)
        except TradewindError as error:
            if error.status >= 500:
                raise
            problem = problem_body(error, request_id)
            results.append(
                BatchItemResult(
                    index=index, key=shown[index], status=error.status, id=None, version=None, problem=problem
                )
            )
        else:
            results.append(
                BatchItemResult(
                    index=index,
                    key=shown[index],
                    status=201 if saved.is_new else 200,
                    id=saved.row.id,
                    version=saved.row.version,
                    problem=None,
                )
            )
    return results


def _says_more(row: ProductRow | ListingRow, columns: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    """Whether an item says anything that is not there, or states what was assumed."""
    other = any(getattr(row, name) != value for name, value in columns.items())
    return other or not set(row.assumed_fields).isdisjoint(stated)


def _missing(pointer: str, detail: str, code: str = "missing") -> Invalid:
    return Invalid("The item cannot be carried out.", errors=[FieldProblem(pointer, code, detail)])
