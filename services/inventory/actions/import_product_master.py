"""Applies the product master: products as they are stated, and the listings under which they are sold."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.ensure_listings import ListingKey
from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.note_readings import note_marketplaces, note_products
from services.inventory.actions.relink_listing import ListingInShipment, relink_listing
from services.inventory.actions.resolve_account import find_accounts, prepare_account
from services.inventory.domain.assumed import LISTING_FIELDS, PRODUCT_FIELDS, still_assumed
from services.inventory.domain.codes import code_key
from services.inventory.formats.product_master import NAME, ListingPart, ProductMasterRow, ProductPart
from services.inventory.tables import ListingRow, ProductRow
from shared.core.ids import new_id
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk
from shared.jobs.imports import Applied, ImportContext, ImportKind

_BATCH = 5_000
_MOST = Decimal(10) ** 14


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Empty cells leave what is known; a listing that was linked to an assumed product is linked to its own."""
    errors: list[RowError] = []
    rows = [row for row in chunk.rows if not errors_of(row, errors)]
    accounts = await find_accounts(
        session, context.tenant_id, (row.listing.account for row in rows if row.listing and row.listing.account)
    )
    master = _Master(session, context, accounts)
    await master.load(rows)
    taken: list[tuple[ProductMasterRow, ProductRow, bool]] = []
    for row in rows:
        try:
            master.account_of(row)
        except _Refused as refused:
            errors.append(refused.error)
        else:
            taken.append((row, *master.take_product(row.product)))
    await session.flush()
    applied = unchanged = 0
    markets: set[str] = set()
    for row, product, changed in taken:
        try:
            listed = await master.take_listing(row, product)
        except _Refused as refused:
            errors.append(refused.error)
        else:
            applied, unchanged = applied + (changed or listed), unchanged + (not changed and not listed)
            if listed and row.listing is not None:
                markets.add(row.listing.marketplace.country_code)
    await session.flush()
    await note_products(session, context.tenant_id, [product.id for _, product, changed in taken if changed])
    await note_marketplaces(session, context.tenant_id, markets)
    return Applied(applied, unchanged, errors)


def errors_of(row: ProductMasterRow, errors: list[RowError]) -> bool:
    """Whether the row holds a figure that no product can have; the errors are added to the list."""
    found = [
        RowError(row.line, column, "out_of_range", "The number is too large.", str(value))
        for column, value in (
            ("unit_weight_kg", row.product.weight_per_unit_kg),
            ("unit_volume_cm3", row.product.volume_per_unit_cm3),
        )
        if value is not None and value >= _MOST
    ]
    if row.product.moq_units == 0:
        found.append(RowError(row.line, "moq_units", "out_of_range", "At least 1 is needed here.", "0"))
    errors.extend(found)
    return bool(found)


class _Refused(Exception):
    def __init__(self, line: int, column: str, code: str, message: str, value: str | None) -> None:
        super().__init__(message)
        self.error = RowError(line, column, code, message, value)


class _Master:
    """The products and listings of one file, as they are known and as they become."""

    def __init__(self, session: AsyncSession, context: ImportContext, accounts: dict[str, UUID]) -> None:
        self.session = session
        self.context = context
        self.accounts = accounts
        self.products: dict[str, ProductRow] = {}
        self.listings: dict[ListingKey, ListingRow] = {}

    async def load(self, rows: list[ProductMasterRow]) -> None:
        tenant_id = self.context.tenant_id
        codes = sorted({code_key(row.product.product_code) for row in rows})
        for batch in _batches(codes):
            found = await self.session.scalars(
                select(ProductRow)
                .where(ProductRow.tenant_id == tenant_id, ProductRow.code_key.in_(batch))
                .order_by(ProductRow.id)
                .with_for_update(key_share=True)
            )
            self.products |= {product.code_key: product for product in found}
        skus = sorted({code_key(row.listing.seller_sku) for row in rows if row.listing})
        for batch in _batches(skus):
            listed = await self.session.scalars(
                select(ListingRow)
                .where(ListingRow.tenant_id == tenant_id, ListingRow.seller_sku_key.in_(batch))
                .order_by(ListingRow.id)
                .with_for_update(key_share=True)
            )
            self.listings |= {(item.account_id, item.marketplace, item.seller_sku_key): item for item in listed}

    def account_of(self, row: ProductMasterRow) -> UUID | None:
        """The account of the row's listing; refused when it does not exist."""
        if row.listing is None:
            return None
        if row.listing.account is None:
            return UUID(self.context.parameters["account_id"])
        account_id = self.accounts.get(code_key(row.listing.account))
        if account_id is None:
            message = "There is no account of this code; make it first."
            raise _Refused(row.line, "account", "unknown_account", message, row.listing.account)
        return account_id

    def take_product(self, part: ProductPart) -> tuple[ProductRow, bool]:
        """The product as it becomes, and whether that is a change."""
        stated = _stated_of_product(part)
        product = self.products.get(code_key(part.product_code))
        if product is None:
            product = ProductRow(
                tenant_id=self.context.tenant_id,
                id=new_id(),
                code=part.product_code,
                code_key=code_key(part.product_code),
                name=part.product_name or part.product_code,
                carton_units=1,
                moq_units=1,
                assumed_fields=list(PRODUCT_FIELDS),
                version=0,
                created_at=self.context.now,
                updated_at=self.context.now,
            )
            self.session.add(product)
            self.products[product.code_key] = product
        changed = self._state(product, stated, {"code", *_facts(stated)})
        return product, changed

    async def take_listing(self, row: ProductMasterRow, product: ProductRow) -> bool:
        """Whether the row's listing, if it has one, changed."""
        part, account_id = row.listing, self.account_of(row)
        if part is None or account_id is None:
            return False
        stated = _stated_of_listing(part)
        key = (account_id, part.marketplace.country_code, code_key(part.seller_sku))
        listing = self.listings.get(key)
        if listing is None:
            listing = ListingRow(
                tenant_id=self.context.tenant_id,
                id=new_id(),
                account_id=account_id,
                marketplace=key[1],
                seller_sku=part.seller_sku,
                seller_sku_key=key[2],
                product_id=product.id,
                units_per_listing=part.units_per_listing,
                on_sale=True,
                assumed_fields=list(LISTING_FIELDS),
                version=0,
                created_at=self.context.now,
                updated_at=self.context.now,
            )
            self.session.add(listing)
            self.listings[key] = listing
            relinks = False
        else:
            relinks = (listing.product_id, listing.units_per_listing) != (product.id, part.units_per_listing)
            if relinks:
                await self._relink(row, listing, product, part.units_per_listing)
        facts = {"product_id", "units_per_listing", *_facts(stated)}
        return self._state(listing, stated, facts, also_changed=relinks)

    async def _relink(self, row: ProductMasterRow, listing: ListingRow, product: ProductRow, units: int) -> None:
        await self.session.flush()
        try:
            await relink_listing(
                self.session,
                listing,
                product.id,
                units,
                created_by=self.context.created_by,
                import_id=self.context.import_id,
                now=self.context.now,
            )
        except ListingInShipment as refusal:
            raise _Refused(row.line, "seller_sku", refusal.slug, refusal.detail, listing.seller_sku) from refusal

    def _state(
        self,
        resource: ProductRow | ListingRow,
        stated: dict[str, object],
        facts: set[str],
        *,
        also_changed: bool = False,
    ) -> bool:
        """Take over what is stated; a change of anything raises the version by one."""
        assumed = still_assumed(resource.assumed_fields, facts)
        changed = also_changed or assumed != resource.assumed_fields
        for name, value in stated.items():
            if getattr(resource, name) != value:
                setattr(resource, name, value)
                changed = True
        if changed:
            resource.assumed_fields = assumed
            resource.version += 1
            resource.updated_at = self.context.now
        return changed


def _stated_of_product(part: ProductPart) -> dict[str, object]:
    """The columns of the product that the file states, as the table holds them."""
    weight, volume = part.weight_per_unit_kg, part.volume_per_unit_cm3
    columns: dict[str, object] = {
        "name": part.product_name,
        "carton_units": part.carton_units,
        "moq_units": part.moq_units,
        "unit_weight_kg": None if weight is None else weight.quantize(Decimal("0.0001")),
        "unit_volume_cm3": None if volume is None else volume.quantize(Decimal("0.0001")),
        "production_days": part.production_days,
    }
    if part.unit_cost is not None and part.unit_cost_currency is not None:
        columns |= _money("unit_cost", part.unit_cost, part.unit_cost_currency)
    return {name: value for name, value in columns.items() if value is not None}


def _stated_of_listing(part: ListingPart) -> dict[str, object]:
    """The columns of the listing that the file states, as the table holds them."""
    columns: dict[str, object] = {
        "asin": part.asin,
        "fnsku": part.fnsku,
        "referral_rate": None if part.referral_rate is None else part.referral_rate.quantize(Decimal("0.00001")),
    }
    for name, amount in (
        ("price", part.price),
        ("fba_fee", part.fba_fee),
        ("ad_cost", part.ad_cost_per_unit),
        ("storage_cost", part.storage_cost_per_unit_day),
    ):
        if amount is not None:
            columns |= _money(name, amount, part.price_currency)
    return {name: value for name, value in columns.items() if value is not None}


def _money(name: str, amount: Decimal, currency: str) -> dict[str, object]:
    return {f"{name}_amount": amount.quantize(Decimal("0.0001")), f"{name}_currency": currency}


def _facts(stated: dict[str, object]) -> Iterable[str]:
    """The names under which columns are listed as assumed."""
    return (name.removesuffix("_amount").removesuffix("_currency") for name in stated)


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))


KIND = ImportKind(NAME, read_at_once, apply, prepare=prepare_account, restates=True)
