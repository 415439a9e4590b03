"""Asks inventory about the advertised products and keeps what it says beside their own figures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.note_readings import note_product_codes
from services.ads.clients.inventory import FactsAnswer, InventoryClient, ListingFacts
from services.ads.domain.names import name_key, product_key
from services.ads.domain.scored import InventoryState
from shared.db.bulk import copy_rows, create_staging
from shared.db.engine import Database

Market = tuple[UUID, str]

_PRODUCTS = text("""
    SELECT p.id, p.ad_account_id, a.code_key, p.marketplace, p.product_key, p.currency
    FROM ads.advertised_product AS p
    JOIN ads.ad_account AS a ON a.tenant_id = p.tenant_id AND a.id = p.ad_account_id
    WHERE p.tenant_id = :tenant_id
""")
_ACCOUNTS = text("SELECT id, code_key FROM ads.ad_account WHERE tenant_id = :tenant_id")
_STAGED = (
    "id uuid",
    "inventory_price_amount numeric",
    "inventory_product_cost_amount numeric",
    "inventory_fees_amount numeric",
    "inventory_inbound_freight_amount numeric",
    "sellable_units bigint",
    "arriving_units bigint",
    "trailing_daily_units numeric",
    "lead_time_days integer",
    "inventory_product_code text",
)
_NAMES = tuple(column.partition(" ")[0] for column in _STAGED)
_SET = ", ".join(f"{name} = s.{name}" for name in _NAMES[1:])
# Own figures decide what callers change, and their versions with them: what inventory says changes no version.
_WRITE = text(f"""
    UPDATE ads.advertised_product AS p SET {_SET}, inventory_said_at = :now
    FROM staged_product_facts AS s WHERE p.tenant_id = :tenant_id AND p.id = s.id
""")
_RENAMED = text("""
    SELECT DISTINCT p.marketplace FROM ads.advertised_product AS p
    JOIN staged_product_facts AS s ON s.id = p.id
    WHERE p.tenant_id = :tenant_id AND p.inventory_product_code IS DISTINCT FROM s.inventory_product_code
""")
# Which product it was stays known: figures are kept under its code.
_FORGOTTEN = [name for name in _NAMES[1:] if name != "inventory_product_code"]
_FORGET = text(f"""
    UPDATE ads.advertised_product AS p
    SET {", ".join(f"{name} = NULL" for name in _FORGOTTEN)}, inventory_said_at = NULL
    WHERE p.tenant_id = :tenant_id AND p.inventory_said_at < :now
      AND (CAST(:marketplaces AS text[]) IS NULL OR p.marketplace = ANY (CAST(:marketplaces AS text[])))
""")


class Asked(Protocol):
    """What a run is about: its window ends the day before `as_of_date`."""

    @property
    def as_of_date(self) -> date: ...
    @property
    def window_days(self) -> int: ...
    @property
    def marketplaces(self) -> Sequence[str] | None: ...


@dataclass(frozen=True, slots=True)
class InventoryAnswer:
    """What came of asking at `asked_at`, None where nobody was asked. `all_sales` by (account, marketplace): of the 28
    days before the last 28, and of these; `market_sales` likewise those of the window, from whole answers only;
    `product_sales` those of the window by product. Sales are all sales, organic included."""

    state: InventoryState
    message: str | None
    all_sales: Mapping[Market, tuple[float, float]] = field(default_factory=dict)
    product_sales: Mapping[UUID, float] = field(default_factory=dict)
    market_sales: Mapping[Market, float] = field(default_factory=dict)
    asked_at: datetime | None = None


async def refresh_product_facts(
    database: Database, tenant_id: UUID, inventory: InventoryClient | None, asked: Asked, now: datetime
) -> InventoryAnswer:
    """Ask, then write what was said; a product that a whole answer does not name is no longer known to inventory.

    Nothing changes where inventory is silent: what it said before stays, with its moment.
    """
    if inventory is None:
        return InventoryAnswer(InventoryState.SILENT, "Inventory was not asked.")
    answer = await inventory.advertising_facts(
        database,
        tenant_id,
        as_of_date=asked.as_of_date,
        window_days=asked.window_days,
        marketplaces=asked.marketplaces,
    )
    if answer.state is InventoryState.SILENT:
        return InventoryAnswer(answer.state, answer.message)
    async with database.session(tenant_id) as session:
        return await _kept(session, tenant_id, answer, asked, now)


async def _kept(
    session: AsyncSession, tenant_id: UUID, answer: FactsAnswer, asked: Asked, now: datetime
) -> InventoryAnswer:
    scope = {"tenant_id": tenant_id}
    products = (await session.execute(_PRODUCTS, scope)).all()
    accounts = {row.code_key: row.id for row in await session.execute(_ACCOUNTS, scope)}
    listings = _by_product(answer.facts)
    rows: list[tuple[Any, ...]] = []
    product_sales: dict[UUID, float] = {}
    for product in products:
        listing = listings.get((product.code_key, product.marketplace, product.product_key))
        if listing is None or listing.currency != product.currency:
            continue
        rows.append(_row(product.id, listing))
        if listing.window_sales is not None:
            product_sales[product.id] = float(listing.window_sales)
    await create_staging(session, "staged_product_facts", _STAGED)
    await copy_rows(session, "staged_product_facts", _NAMES, rows)
    renamed = (await session.scalars(_RENAMED, scope)).all()
    await session.execute(_WRITE, scope | {"now": now})
    await note_product_codes(session, tenant_id, renamed)
    if answer.state is InventoryState.ANSWERED:
        marketplaces = None if asked.marketplaces is None else list(asked.marketplaces)
        await session.execute(_FORGET, scope | {"now": now, "marketplaces": marketplaces})
    message = answer.message
    if message is None and len(rows) < len(products) and asked.marketplaces is None:
        message = f"Inventory knows {len(rows)} of {len(products)} advertised products."
    is_whole = answer.state is InventoryState.ANSWERED
    market_sales = _market_sales(answer.facts, accounts) if is_whole else {}
    return InventoryAnswer(
        answer.state, message, _all_sales(answer.facts, accounts), product_sales, market_sales, asked_at=now
    )


def _by_product(facts: Sequence[ListingFacts]) -> dict[tuple[str, str, str], ListingFacts]:
    """Listings by account, marketplace and key of the product: of its SKU, and of an ASIN that it alone has."""
    found: dict[tuple[str, str, str], ListingFacts] = {}
    by_asin: dict[tuple[str, str, str], list[ListingFacts]] = defaultdict(list)
    for listing in facts:
        market = (name_key(listing.account), listing.marketplace)
        found[*market, product_key(listing.seller_sku, None) or ""] = listing
        if listing.asin:
            by_asin[*market, product_key(None, listing.asin) or ""].append(listing)
    return found | {key: same[0] for key, same in by_asin.items() if len(same) == 1}


def _all_sales(
    facts: Sequence[ListingFacts], accounts: Mapping[str, UUID]
) -> dict[tuple[UUID, str], tuple[float, float]]:
    sums: dict[tuple[UUID, str], tuple[float, float]] = {}
    for listing in facts:
        account_id = accounts.get(name_key(listing.account))
        if account_id is None or (listing.recent_sales is None and listing.earlier_sales is None):
            continue
        earlier, recent = sums.get((account_id, listing.marketplace), (0.0, 0.0))
        sums[account_id, listing.marketplace] = (
            earlier + float(listing.earlier_sales or 0),
            recent + float(listing.recent_sales or 0),
        )
    return sums


def _market_sales(facts: Sequence[ListingFacts], accounts: Mapping[str, UUID]) -> dict[Market, float]:
    """All sales of the window, those of listings that are not advertised included."""
    sums: dict[Market, float] = {}
    for listing in facts:
        account_id = accounts.get(name_key(listing.account))
        if account_id is not None and listing.window_sales is not None:
            market = account_id, listing.marketplace
            sums[market] = sums.get(market, 0.0) + float(listing.window_sales)
    return sums


def _row(product_id: UUID, listing: ListingFacts) -> tuple[Any, ...]:
    return (
        product_id,
        listing.price,
        listing.product_cost,
        listing.fees,
        listing.inbound_freight,
        listing.sellable_units,
        listing.arriving_units,
        listing.trailing_daily_units,
        listing.lead_time_days,
        listing.product_code,
    )
