"""Projects one listing's stock and demand: on the input of the run that knows it, else on what is known today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np

from services.inventory.actions.children import Children
from services.inventory.actions.run_replenishment import prepare
from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.demand import demand_pattern
from services.inventory.domain.demand_paths import DemandPool
from services.inventory.domain.lead_time import MODES, Mode, TransitDistribution
from services.inventory.domain.outlook import forecast_quantiles
from services.inventory.domain.proposals import UnderWay, decide_chunk
from services.inventory.domain.run_facts import RunParameters, SellerRows
from services.inventory.domain.run_input import RunInput, block_of, thawed_listing, thawed_pool, unpacked
from services.inventory.queries.replenishment_runs import read_packed_learned, read_packed_listing
from services.inventory.queries.run_inputs import Chosen, DayRecords, gather_sales, gather_stock_days, read_seller
from services.inventory.queries.stock_history import (
    ListingName,
    PastDay,
    ProposedArrival,
    find_run_of,
    get_listing_name,
    list_past_days,
    list_proposed,
    list_siblings,
)
from shared.core.marketplaces import get_marketplace
from shared.db.engine import Database

# Without a run, so many other listings lend their futures.
SIBLINGS = 150
HISTORY_DAYS = 730


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """What is expected by a day's end, in packs: 10, 50 and 90 % bounds, and the median with what is proposed."""

    day: date
    demand: tuple[float, float, float]
    stock: tuple[float, float, float]
    stock_with_proposals: float


@dataclass(frozen=True, slots=True)
class ExpectedArrival:
    """Packs on their way, or planned."""

    day: date
    mode: Mode
    units: int


@dataclass(frozen=True, slots=True)
class ListingForecast:
    """One listing's prospects, and what they rest on."""

    days: tuple[ForecastDay, ...]
    arrivals: tuple[ExpectedArrival, ...]
    daily_demand: float
    pattern: str
    known_days: int
    sold_out_days: int
    stock_out_probability: float
    stock_out_dates: tuple[date | None, date | None, date | None]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StockProjection:
    """The past and the prospects of a listing, seen from `as_of_date`."""

    listing: ListingName
    as_of_date: date
    run_id: UUID | None
    past: tuple[PastDay, ...]
    forecast: ListingForecast
    proposed: tuple[ProposedArrival, ...]


async def project_stock(
    database: Database,
    children: Children,
    tenant_id: UUID,
    listing_id: UUID,
    as_of_date: date | None,
    past_days: int,
    now: datetime,
) -> StockProjection:
    """The projection by the newest run that looked at the listing (as of the day, where one is given), else by what
    is known as of the day or today. NotFound for an unknown listing; Unavailable when too much is being computed."""
    async with database.session(tenant_id) as session:
        listing = await get_listing_name(session, tenant_id, listing_id)
        run = await find_run_of(session, tenant_id, listing_id, as_of_date)
        day = run.as_of_date if run is not None else as_of_date or now.date()
        zone = get_marketplace(listing.marketplace).zone
        first, last = day - timedelta(days=past_days), day - timedelta(days=1)
        past = await list_past_days(session, tenant_id, listing, first, last, zone)
        proposed: list[ProposedArrival] = []
        siblings: Sequence[UUID] = ()
        content: list[bytes] = []
        learned: list[bytes] = []
        if run is not None:
            proposed = await list_proposed(session, tenant_id, listing_id, run.run_id)
            content = await read_packed_listing(session, tenant_id, run.run_id, listing_id)
            learned = await read_packed_learned(session, tenant_id, run.run_id)
        else:
            siblings = await list_siblings(session, tenant_id, listing, SIBLINGS)
    key = str(listing_id)
    forecast: ListingForecast
    if run is not None:
        units = {Mode(each.mode): each.units for each in proposed}
        forecast = await children.run(packed_forecast_of, content, learned, key, units)
    else:
        forecast = await _fresh(database, children, tenant_id, [listing_id, *siblings], key, day, now)
    run_id = None if run is None else run.run_id
    return StockProjection(listing, day, run_id, tuple(past), forecast, tuple(proposed))


async def _fresh(
    database: Database,
    children: Children,
    tenant_id: UUID,
    listing_ids: Sequence[UUID],
    key: str,
    day: date,
    now: datetime,
) -> ListingForecast:
    async with database.reader(tenant_id) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        chosen = Chosen(listing_ids=listing_ids)
        rows = await read_seller(connection, tenant_id, chosen, day, HISTORY_DAYS, now)
        first = day - timedelta(days=HISTORY_DAYS)
        sales = await gather_sales(connection, tenant_id, first, day, listing_ids)
        stock_days = await gather_stock_days(connection, tenant_id, first, day, listing_ids)
    asked = RunParameters(day, 7, HISTORY_DAYS, 1.0, 0.2, None)
    forecast: ListingForecast = await children.run(fresh_forecast_of, rows, sales, stock_days, asked, key)
    return forecast


def fresh_forecast_of(
    rows: SellerRows, sales: DayRecords, stock_days: DayRecords, asked: RunParameters, key: str
) -> ListingForecast:
    """In a child: prepares what was read as a run would, and projects one listing."""
    prepared = prepare(rows, sales, stock_days, asked)
    return forecast_of(thawed_listing(prepared.content, key), prepared.pool, {})


def packed_forecast_of(
    content: Sequence[bytes], learned: Sequence[bytes], key: str, units: dict[Mode, int]
) -> ListingForecast:
    """In a child: unpacks what a run kept, which would hold up every other request, and projects one listing."""
    source = thawed_listing(unpacked(iter(content)), key)
    return forecast_of(source, thawed_pool(unpacked(iter(learned))), units)


def forecast_of(source: RunInput, pool: DemandPool, units: dict[Mode, int]) -> ListingForecast:
    """In a child: the one listing of an input, with the draws that the run decided on; `units` are proposed."""
    block = block_of(source)
    proposed = np.array([[units.get(mode, 0) for mode in MODES]], dtype=np.int64)
    [bands] = forecast_quantiles(block, pool, proposed)
    outlook = decide_chunk(block, pool).outlook
    today = source.as_of_date
    days = tuple(
        ForecastDay(
            today + timedelta(days=number),
            _three(bands.demand[:, number]),
            _three(bands.stock[:, number]),
            float(bands.stock_with[1, number]),
        )
        for number in range(bands.stock.shape[1])
    )
    transits = source.lanes.get(source.listings[0].lane, {})
    arrivals = [
        ExpectedArrival(_expected(transits, each, today), each.mode, int(each.units)) for each in source.under_way
    ]
    known = ~np.isnan(source.sales[0])
    stock_out = [None if day < 0 else today + timedelta(days=int(day)) for day in outlook.stock_out_day[0].tolist()]
    return ListingForecast(
        days,
        tuple(sorted(arrivals, key=lambda each: (each.day, each.mode, each.units))),
        float(outlook.demand_mean[0]) / max(outlook.horizon, 1),
        demand_pattern(source.sales[0][known]).demand_class.value,
        int(known.sum()),
        int((source.in_stock[0] == 0).sum()),
        float(outlook.stock_out_chance[0]),
        (stock_out[0], stock_out[1], stock_out[2]),
        source.listings[0].assumed,
    )


def _three(bounds: FloatArray) -> tuple[float, float, float]:
    low, middle, high = (float(bound) for bound in bounds)
    return low, middle, high


def _expected(transits: Mapping[Mode, TransitDistribution], entry: UnderWay, today: date) -> date:
    """The announced day, else the usual one; what is overdue is expected today."""
    day = entry.expected_date
    if day is None:
        transit = transits.get(entry.mode)
        day = entry.shipped_date + timedelta(days=0 if transit is None else round(transit.mean))
    return max(day, today)
