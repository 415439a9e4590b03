"""Applies Amazon's stock report: keeps what it says, and brings the ledger to it with a movement that cites it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.ensure_listings import KnownListing, NamedListing, ensure_listings
from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.note_readings import note_stock
from services.inventory.actions.open_locations import ADJUSTMENT, CUSTOMER, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.actions.resolve_account import prepare_account
from services.inventory.actions.state_prices import StatedPrice, state_prices
from services.inventory.domain.codes import code_key
from services.inventory.domain.ledger import AMAZON_POOLS, Leg, LocationKind, MovementKind
from services.inventory.domain.reconciliation import Correction, Pools, reconcile, unexplained_inbound
from services.inventory.domain.sales import StockDaySource
from services.inventory.formats.fba_manage_inventory import NAME, FbaInventoryRow
from services.inventory.queries.amazon_pools import ListingHoldings, held_by_listing, packs_gone_between
from services.inventory.tables import AccountRow, InventorySnapshotLineRow, InventorySnapshotRow, StockDayRow
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id
from shared.core.marketplaces import Marketplace
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk
from shared.jobs.import_reading import facts_of
from shared.jobs.imports import Applied, ImportContext, ImportKind

CLOCK_DIFFERENCE = timedelta(minutes=10)


async def prepare(session: AsyncSession, tenant_id: UUID, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The account, and a moment that is not in the future."""
    as_of = facts_of(parameters).as_of
    if as_of is not None and as_of > utc_now() + CLOCK_DIFFERENCE:
        raise Invalid(
            "The report's moment lies in the future.",
            errors=[FieldProblem("/as_of", "in_future", "Name the moment at which the report was made.")],
        )
    return await prepare_account(session, tenant_id, parameters)


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Apply the whole report, marketplace by marketplace.

    A listing that the report leaves out holds nothing any more, unless some of its rows could not be read: then
    nobody knows which listings those were.
    """
    as_of = facts_of(context.parameters).as_of
    assert as_of is not None, "the kind needs its moment"
    account_id = UUID(context.parameters["account_id"])
    await session.execute(
        select(AccountRow.id)
        .where(AccountRow.tenant_id == context.tenant_id, AccountRow.id == account_id)
        .with_for_update(key_share=True)
    )
    markets: dict[Marketplace, list[FbaInventoryRow]] = {}
    errors: list[RowError] = []
    seen: set[tuple[str, str]] = set()
    for row in chunk.rows:
        name = (row.marketplace.id, code_key(row.seller_sku))
        if name in seen:
            errors.append(RowError(row.line, "sku", "duplicate_key", "This SKU came before.", row.seller_sku))
            continue
        seen.add(name)
        markets.setdefault(row.marketplace, []).append(row)
    is_complete = not chunk.errors and not errors
    applied = unchanged = 0
    for marketplace, rows in markets.items():
        report = _Report(session, context, account_id, marketplace, as_of, is_complete)
        if await report.apply(rows):
            applied += len(rows)
        else:
            unchanged += len(rows)
    return Applied(applied, unchanged, errors)


class _Report:
    """One marketplace's part of a report."""

    def __init__(
        self,
        session: AsyncSession,
        context: ImportContext,
        account_id: UUID,
        marketplace: Marketplace,
        as_of: datetime,
        is_complete: bool,
    ) -> None:
        self.session = session
        self.context = context
        self.tenant_id = context.tenant_id
        self.account_id = account_id
        self.marketplace = marketplace
        self.as_of = as_of
        self.is_complete = is_complete

    async def apply(self, rows: list[FbaInventoryRow]) -> bool:
        """Whether the report said anything that was not known."""
        named = [
            NamedListing(
                self.account_id,
                self.marketplace.country_code,
                row.seller_sku,
                row.asin,
                row.fnsku,
                row.product_name,
            )
            for row in rows
        ]
        found = await ensure_listings(self.session, self.tenant_id, named, self.context.now)
        told = {found[listing.key].id: (found[listing.key], row) for listing, row in zip(named, rows, strict=True)}
        newest = await self._newest_posted()
        if newest is not None and newest.as_of == self.as_of and await self._says_the_same(newest.id, told):
            return False
        is_news = newest is None or self.as_of >= newest.as_of
        movement_id = None
        absent: list[UUID] = []
        if is_news:
            held = await held_by_listing(
                self.session, self.tenant_id, self.account_id, self.marketplace.country_code, self.as_of
            )
            absent = [listing_id for listing_id in held if listing_id not in told] if self.is_complete else []
            movement_id = await self._post(told, held, absent, newest)
            await self._state_prices(told)
        await self._keep(told, posted=is_news, movement_id=movement_id)
        await self._mark_day(told, absent)
        return True

    async def _newest_posted(self) -> InventorySnapshotRow | None:
        return await self.session.scalar(
            select(InventorySnapshotRow)
            .where(
                InventorySnapshotRow.tenant_id == self.tenant_id,
                InventorySnapshotRow.account_id == self.account_id,
                InventorySnapshotRow.marketplace == self.marketplace.country_code,
                InventorySnapshotRow.posted,
            )
            .order_by(InventorySnapshotRow.as_of.desc(), InventorySnapshotRow.id.desc())
            .limit(1)
        )

    async def _says_the_same(
        self, snapshot_id: UUID, told: Mapping[UUID, tuple[KnownListing, FbaInventoryRow]]
    ) -> bool:
        line = InventorySnapshotLineRow
        rows = await self.session.execute(
            select(line).where(line.tenant_id == self.tenant_id, line.snapshot_id == snapshot_id)
        )
        known = {kept.listing_id: tuple(getattr(kept, name) for name in _LINE_UNITS) for (kept,) in rows}
        said = {listing_id: tuple(_line(row)[name] for name in _LINE_UNITS) for listing_id, (_, row) in told.items()}
        return known == said

    async def _post(
        self,
        told: Mapping[UUID, tuple[KnownListing, FbaInventoryRow]],
        held: Mapping[UUID, ListingHoldings],
        absent: list[UUID],
        newest: InventorySnapshotRow | None,
    ) -> UUID | None:
        gone: dict[UUID, int] = {}
        if newest is not None:
            gone = await packs_gone_between(
                self.session,
                self.tenant_id,
                self.account_id,
                self.marketplace.country_code,
                (newest.as_of, self.marketplace.day_of(newest.as_of)),
                (self.as_of, self.marketplace.day_of(self.as_of)),
            )
        corrections: list[tuple[UUID, UUID, Correction]] = []
        for listing_id, (listing, row) in told.items():
            factor = listing.units_per_listing
            holdings = held.get(listing_id) or ListingHoldings(listing.product_id, factor, {}, {})
            reported = _reported(row, factor, holdings.then.get(LocationKind.IN_TRANSIT, 0))
            correction = reconcile(_ledger(holdings, reported), reported, gone.get(listing_id, 0) * factor)
            if correction is not None:
                corrections.append((listing_id, listing.product_id, correction))
        for listing_id in absent:
            holdings = held[listing_id]
            sold = gone.get(listing_id, 0) * holdings.units_per_listing
            correction = reconcile(_ledger(holdings, Pools()), Pools(), sold)
            if correction is not None:
                corrections.append((listing_id, holdings.product_id, correction))
        return await self._post_corrections(corrections)

    async def _post_corrections(self, corrections: list[tuple[UUID, UUID, Correction]]) -> UUID | None:
        places = {
            Place(kind, listing_id=listing_id) for listing_id, _, correction in corrections for kind in correction.pools
        }
        locations = await open_locations(self.session, self.tenant_id, {*places, CUSTOMER, ADJUSTMENT})
        legs: list[Leg] = []
        for listing_id, product_id, correction in corrections:
            legs += [
                Leg(locations[Place(kind, listing_id=listing_id)], product_id, units)
                for kind, units in correction.pools.items()
            ]
            legs.append(Leg(locations[CUSTOMER], product_id, correction.customer))
            legs.append(Leg(locations[ADJUSTMENT], product_id, correction.adjustment))
        if not any(leg.quantity for leg in legs):
            return None
        movement = Movement(
            kind=MovementKind.SNAPSHOT,
            occurred_at=self.as_of,
            legs=legs,
            created_by=self.context.created_by,
            reason="amazon_report",
            import_id=self.context.import_id,
        )
        return await post_movement(self.session, self.tenant_id, movement, self.context.now)

    async def _keep(
        self,
        told: Mapping[UUID, tuple[KnownListing, FbaInventoryRow]],
        *,
        posted: bool,
        movement_id: UUID | None,
    ) -> None:
        snapshot_id = new_id()
        await self.session.execute(
            insert(InventorySnapshotRow).values(
                tenant_id=self.tenant_id,
                id=snapshot_id,
                account_id=self.account_id,
                marketplace=self.marketplace.country_code,
                as_of=self.as_of,
                posted=posted,
                movement_id=movement_id,
                import_id=self.context.import_id,
                recorded_at=self.context.now,
            )
        )
        await self.session.execute(
            insert(InventorySnapshotLineRow),
            [
                {"tenant_id": self.tenant_id, "snapshot_id": snapshot_id, "listing_id": listing_id, **_line(row)}
                for listing_id, (_, row) in told.items()
            ],
        )

    async def _mark_day(self, told: Mapping[UUID, tuple[KnownListing, FbaInventoryRow]], absent: list[UUID]) -> None:
        """The day's stock by its last report; what the seller states himself is left alone."""
        day = self.marketplace.day_of(self.as_of)
        later = await self.session.scalar(
            select(func.max(InventorySnapshotRow.as_of)).where(
                InventorySnapshotRow.tenant_id == self.tenant_id,
                InventorySnapshotRow.account_id == self.account_id,
                InventorySnapshotRow.marketplace == self.marketplace.country_code,
                InventorySnapshotRow.as_of > self.as_of,
            )
        )
        if later is not None and self.marketplace.day_of(later) == day:
            return
        units = {listing_id: row.fulfillable_units for listing_id, (_, row) in told.items()}
        units |= dict.fromkeys(absent, 0)
        statement = upsert(StockDayRow)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "listing_id", "stock_date"],
                set_={name: statement.excluded[name] for name in ("sellable_units", "in_stock", "source", "import_id")},
                where=StockDayRow.source != StockDaySource.STATED.value,
            ),
            [
                {
                    "tenant_id": self.tenant_id,
                    "listing_id": listing_id,
                    "stock_date": day,
                    "sellable_units": sellable,
                    "in_stock": sellable > 0,
                    "source": StockDaySource.SNAPSHOT.value,
                    "import_id": self.context.import_id,
                }
                for listing_id, sellable in sorted(units.items())
            ],
        )
        await note_stock(self.session, self.tenant_id, self.marketplace.country_code, day)

    async def _state_prices(self, told: Mapping[UUID, tuple[KnownListing, FbaInventoryRow]]) -> None:
        prices = [
            StatedPrice(listing_id, row.price, self.marketplace.currency)
            for listing_id, (_, row) in told.items()
            if row.price is not None
        ]
        await state_prices(self.session, self.tenant_id, prices, self.context.now)


_LINE_UNITS = (
    "fulfillable_units",
    "reserved_units",
    "unfulfillable_units",
    "researching_units",
    "inbound_working_units",
    "inbound_shipped_units",
    "inbound_receiving_units",
)


def _line(row: FbaInventoryRow) -> dict[str, int]:
    return {
        "fulfillable_units": row.fulfillable_units,
        "reserved_units": row.reserved_units,
        "unfulfillable_units": row.unsellable_units,
        "researching_units": row.researching_units,
        "inbound_working_units": row.inbound_working_units,
        "inbound_shipped_units": row.inbound_shipped_units,
        "inbound_receiving_units": row.inbound_receiving_units,
    }


def _reported(row: FbaInventoryRow, factor: int, own_in_transit: int) -> Pools:
    """The report in product units; units that Amazon is looking for cannot be sold."""
    on_the_way = unexplained_inbound(
        row.inbound_shipped_units * factor, row.inbound_receiving_units * factor, own_in_transit
    )
    return Pools(
        sellable=row.fulfillable_units * factor,
        reserved=row.reserved_units * factor,
        unfulfillable=(row.unsellable_units + row.researching_units) * factor,
        receiving=on_the_way.receiving,
        inbound=on_the_way.inbound,
    )


def _ledger(holdings: ListingHoldings, reported: Pools) -> Pools:
    """The ledger as of the report; where units have left since, no more is taken than there is now."""
    told = reported.by_kind()
    units = []
    for kind in AMAZON_POOLS:
        now, then = holdings.now.get(kind, 0), holdings.then.get(kind, 0)
        units.append(min(then, told[kind] + now))
    return Pools(*units)


KIND = ImportKind(NAME, read_at_once, apply, whole=True, prepare=prepare)
