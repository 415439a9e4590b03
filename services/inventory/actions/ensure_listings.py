"""Finds the listings that a file names, and makes those that nobody has stated yet, with an assumed product."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.assumed import LISTING_FIELDS, PRODUCT_FIELDS
from services.inventory.domain.codes import code_key
from shared.core.ids import new_id

ListingKey = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class NamedListing:
    """A listing as a file names it: account, country code and seller SKU, with what else the file says of it."""

    account_id: UUID
    marketplace: str
    seller_sku: str
    asin: str | None = None
    fnsku: str | None = None
    title: str | None = None

    @property
    def key(self) -> ListingKey:
        return self.account_id, self.marketplace, code_key(self.seller_sku)


@dataclass(frozen=True, slots=True)
class KnownListing:
    """A listing as the database has it."""

    id: UUID
    product_id: UUID
    units_per_listing: int
    lacks_facts: bool


_FIND = text("""
    SELECT l.id, l.account_id, l.marketplace, l.seller_sku_key, l.product_id, l.units_per_listing,
           l.asin IS NULL OR l.fnsku IS NULL OR l.title IS NULL AS lacks_facts
    FROM inventory.listing AS l
    JOIN unnest(CAST(:accounts AS uuid[]), CAST(:marketplaces AS text[]), CAST(:keys AS text[]))
         AS named (account_id, marketplace, seller_sku_key)
      USING (account_id, marketplace, seller_sku_key)
    WHERE l.tenant_id = :tenant_id
""")
_OPEN_PRODUCTS = text("""
    INSERT INTO inventory.product
        (tenant_id, id, code, code_key, name, carton_units, moq_units, assumed_fields, version, created_at, updated_at)
    SELECT :tenant_id, id, code, code_key, name, 1, 1, CAST(:assumed AS text[]), 1, :now, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:keys AS text[]), CAST(:names AS text[]))
         AS new (id, code, code_key, name)
    ON CONFLICT (tenant_id, code_key) DO NOTHING
""")
_OPEN_LISTINGS = text("""
    INSERT INTO inventory.listing
        (tenant_id, id, account_id, marketplace, seller_sku, seller_sku_key, product_id, units_per_listing,
         asin, fnsku, title, on_sale, assumed_fields, version, created_at, updated_at)
    SELECT :tenant_id, new.id, account_id, marketplace, seller_sku, seller_sku_key, p.id, 1,
           asin, fnsku, title, true, CAST(:assumed AS text[]), 1, :now, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:accounts AS uuid[]), CAST(:marketplaces AS text[]), CAST(:skus AS text[]),
                CAST(:keys AS text[]), CAST(:asins AS text[]), CAST(:fnskus AS text[]), CAST(:titles AS text[]))
         AS new (id, account_id, marketplace, seller_sku, seller_sku_key, asin, fnsku, title)
    JOIN inventory.product AS p ON p.tenant_id = :tenant_id AND p.code_key = new.seller_sku_key
    ORDER BY account_id, marketplace, seller_sku_key
    ON CONFLICT (tenant_id, account_id, marketplace, seller_sku_key) DO NOTHING
""")
_COMPLETE = text("""
    WITH locked AS (
        SELECT id FROM inventory.listing WHERE tenant_id = :tenant_id AND id = ANY (CAST(:ids AS uuid[]))
        ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE inventory.listing AS l
    SET asin = coalesce(l.asin, new.asin), fnsku = coalesce(l.fnsku, new.fnsku), title = coalesce(l.title, new.title),
        version = l.version + 1, updated_at = :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:asins AS text[]), CAST(:fnskus AS text[]), CAST(:titles AS text[]))
         AS new (id, asin, fnsku, title)
    JOIN locked USING (id)
    WHERE l.tenant_id = :tenant_id AND l.id = new.id
      AND ((l.asin IS NULL AND new.asin IS NOT NULL) OR (l.fnsku IS NULL AND new.fnsku IS NOT NULL)
           OR (l.title IS NULL AND new.title IS NOT NULL))
""")


async def ensure_listings(
    session: AsyncSession, tenant_id: UUID, named: Iterable[NamedListing], now: datetime
) -> dict[ListingKey, KnownListing]:
    """The listing of every name, by its key.

    One that is unknown is made with an assumed product of the same code; its ASIN, FNSKU and title are taken
    from the first file that has them. Rows are inserted in one order, against deadlocks.
    """
    wanted: dict[ListingKey, NamedListing] = {}
    for listing in named:
        wanted.setdefault(listing.key, listing)
    keys = sorted(wanted, key=lambda key: (str(key[0]), key[1], key[2]))
    found = await find_listings(session, tenant_id, keys)
    missing = [wanted[key] for key in keys if key not in found]
    if missing:
        await _open(session, tenant_id, missing, now)
        found |= await find_listings(session, tenant_id, [listing.key for listing in missing])
    incomplete = [
        (found[key].id, wanted[key])
        for key in keys
        if found[key].lacks_facts and (wanted[key].asin or wanted[key].fnsku or wanted[key].title)
    ]
    if incomplete:
        incomplete.sort(key=lambda pair: pair[0])
        await session.execute(
            _COMPLETE,
            {
                "tenant_id": tenant_id,
                "now": now,
                "ids": [listing_id for listing_id, _ in incomplete],
                "asins": [listing.asin for _, listing in incomplete],
                "fnskus": [listing.fnsku for _, listing in incomplete],
                "titles": [listing.title for _, listing in incomplete],
            },
        )
    return found


async def find_listings(
    session: AsyncSession, tenant_id: UUID, keys: Iterable[ListingKey]
) -> dict[ListingKey, KnownListing]:
    """The listings among `keys` that exist."""
    asked = list(keys)
    if not asked:
        return {}
    rows = await session.execute(
        _FIND,
        {
            "tenant_id": tenant_id,
            "accounts": [account for account, _, _ in asked],
            "marketplaces": [marketplace for _, marketplace, _ in asked],
            "keys": [key for _, _, key in asked],
        },
    )
    return {
        (row.account_id, row.marketplace, row.seller_sku_key): KnownListing(
            row.id, row.product_id, row.units_per_listing, row.lacks_facts
        )
        for row in rows
    }


async def _open(session: AsyncSession, tenant_id: UUID, missing: list[NamedListing], now: datetime) -> None:
    products = {listing.key[2]: listing for listing in missing}
    codes = sorted(products)
    await session.execute(
        _OPEN_PRODUCTS,
        {
            "tenant_id": tenant_id,
            "now": now,
            "assumed": list(PRODUCT_FIELDS),
            "ids": [new_id() for _ in codes],
            "codes": [products[code].seller_sku for code in codes],
            "keys": codes,
            "names": [products[code].title or products[code].seller_sku for code in codes],
        },
    )
    await session.execute(
        _OPEN_LISTINGS,
        {
            "tenant_id": tenant_id,
            "now": now,
            "assumed": list(LISTING_FIELDS),
            "ids": [new_id() for _ in missing],
            "accounts": [listing.account_id for listing in missing],
            "marketplaces": [listing.marketplace for listing in missing],
            "skus": [listing.seller_sku for listing in missing],
            "keys": [listing.key[2] for listing in missing],
            "asins": [listing.asin for listing in missing],
            "fnskus": [listing.fnsku for listing in missing],
            "titles": [listing.title for listing in missing],
        },
    )
