"""Reads of replenishment runs, of what they found, and of the input that they froze."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.run_input import LEARNED_POSITION, joined_parts, unpacked
from services.inventory.schemas.fields import AmazonMarketplace
from services.inventory.tables import ReplenishmentInputRow
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Slug

REPLENISHMENT_RUNS = ListQuery(
    name="replenishment_runs",
    source="inventory.replenishment_run r",
    where="r.tenant_id = $1 AND r.state = 'complete'",
    fields={
        "id": "r.id",
        "operation_id": "r.operation_id",
        "as_of_date": "r.as_of_date",
        "currency": "r.currency",
        "parameters": "r.parameters",
        "input_sha256": "encode(r.input_sha256, 'hex')",
        "listings_count": "r.listings_count",
        "proposals_count": "r.proposals_count",
        "totals": "r.totals",
        "assumptions": "r.assumptions",
        "timings": "r.timings",
        "created_by": "r.created_by",
        "created_at": "r.created_at",
        "completed_at": "r.completed_at",
    },
    sorts={
        "created_at": Sort("r.created_at", "timestamptz"),
        "as_of_date": Sort("r.as_of_date", "date"),
    },
    default_sort="-created_at",
    key=Sort("r.id", "uuid"),
)

REPLENISHMENT_OUTCOMES = ListQuery(
    name="replenishment_outcomes",
    source="""inventory.replenishment_outcome o
        JOIN inventory.listing l ON l.tenant_id = o.tenant_id AND l.id = o.listing_id""",
    where="o.tenant_id = $1",
    fields={
        "listing_id": "o.listing_id",
        "account_id": "l.account_id",
        "marketplace": "l.marketplace",
        "seller_sku": "l.seller_sku",
        "title": "l.title",
        "code": "o.code",
        "daily_demand": "coalesce(o.daily_demand, 0)",
        "sellable_units": "o.sellable_units",
        "coming_units": "o.coming_units",
        "proposed_units": "o.proposed_units",
        "cover_days": "o.cover_days",
        "stock_out_probability": "coalesce(o.stock_out_probability, 0)",
        "stock_out_p10_date": "o.stock_out_p10_date",
        "stock_out_p50_date": "o.stock_out_p50_date",
        "stock_out_p90_date": "o.stock_out_p90_date",
        "reasons": "o.reasons",
        "assumptions": "o.assumptions",
    },
    sorts={
        "cover_days": Sort("coalesce(o.cover_days, 'infinity'::double precision)", "double precision"),
        "stock_out_p50_date": Sort("coalesce(o.stock_out_p50_date, 'infinity'::date)", "date"),
        "seller_sku": Sort("l.seller_sku_key", "text"),
    },
    default_sort="cover_days",
    key=Sort("o.listing_id", "uuid"),
    filters={
        "code": Filter("o.code = ANY({})", list[Slug], "Only listings with these outcomes."),
        "marketplace": Filter("l.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
    },
    path={"run_id": Filter("o.run_id = {}", UUID, "The run.")},
    parent="SELECT FROM inventory.replenishment_run WHERE tenant_id = $1 AND id = $2",
)


async def read_frozen_input(session: AsyncSession, tenant_id: UUID, run_id: UUID) -> bytes:
    """The input of a run as it was frozen. Unpacking takes a while: not for a process that answers requests."""
    row = ReplenishmentInputRow
    in_parts = await session.scalar(
        select(row.listing_ids).where(row.tenant_id == tenant_id, row.run_id == run_id, row.position == 0)
    )
    pieces = await _pieces(session, tenant_id, run_id, 0, LEARNED_POSITION)
    return unpacked(iter(pieces)) if in_parts is None else joined_parts(pieces)


async def read_packed_listing(session: AsyncSession, tenant_id: UUID, run_id: UUID, listing_id: UUID) -> list[bytes]:
    """A frozen input that holds a listing of a run, still packed: the listing's part, or all where it has no parts."""
    row = ReplenishmentInputRow
    part = await session.scalar(
        select(row.content).where(
            row.tenant_id == tenant_id, row.run_id == run_id, row.listing_ids.contains([listing_id])
        )
    )
    return await _pieces(session, tenant_id, run_id, 0, LEARNED_POSITION) if part is None else [part]


async def read_packed_learned(session: AsyncSession, tenant_id: UUID, run_id: UUID) -> list[bytes]:
    """What a run learned from its input, still packed."""
    return await _pieces(session, tenant_id, run_id, LEARNED_POSITION, 2 * LEARNED_POSITION)


async def _pieces(session: AsyncSession, tenant_id: UUID, run_id: UUID, first: int, end: int) -> list[bytes]:
    row = ReplenishmentInputRow
    pieces = await session.scalars(
        select(row.content)
        .where(row.tenant_id == tenant_id, row.run_id == run_id, row.position >= first, row.position < end)
        .order_by(row.position)
    )
    return list(pieces.all())
