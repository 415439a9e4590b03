"""Carries out a replenishment run: reads and freezes the input, decides it in children, shows all of it at once."""

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.demand_paths import DemandPool
from services.inventory.domain.proposals import (
    CHUNK_ROWS,
    ChunkDecision,
    ListingFacts,
    ListingOutcome,
    ProposalLine,
    ProposalRun,
    Reason,
    conclude,
    decide_chunk,
    join_chunks,
    learn_from,
)
from services.inventory.domain.run_facts import RunParameters, SellerRows, run_input
from services.inventory.domain.run_input import (
    LEARNED_POSITION,
    InputPiece,
    RunInput,
    StockState,
    block_of,
    fingerprint,
    frozen,
    frozen_pool,
    packed,
    packed_parts,
    thawed,
)
from services.inventory.domain.wording import alternative_sentence, assumption_sentence, reason_sentence
from services.inventory.queries.run_inputs import (
    Chosen,
    DayRecords,
    decoded_days,
    decoded_sales,
    gather_sales,
    gather_stock_days,
    one_after_the_other,
    read_seller,
)
from services.inventory.tables import ReplenishmentInputRow, ReplenishmentRunRow
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.binary_rows import packed_records
from shared.db.bulk import copy_binary, create_staging
from shared.jobs.compute import Progress
from shared.jobs.operations import Job

KIND = "replenishment_run"

_PROPOSAL_COLUMNS = {
    "id": "uuid",
    "listing_id": "uuid",
    "product_id": "uuid",
    "marketplace": "text",
    "mode": "text",
    "quantity_units": "integer",
    "cartons": "integer",
    "product_units": "integer",
    "ship_by_date": "date",
    "arrival_p10_date": "date",
    "arrival_p50_date": "date",
    "arrival_p90_date": "date",
    "window_from_date": "date",
    "window_to_date": "date",
    "probability_short": "double precision",
    "expected_lost_units": "double precision",
    "avoided_amount": "text",
    "cost_amount": "text",
    "saving_amount": "text",
    "runner_up": "jsonb",
    "reasons": "jsonb",
    "assumptions": "jsonb",
    "stock": "jsonb",
}
_OUTCOME_COLUMNS = {
    "listing_id": "uuid",
    "code": "text",
    "daily_demand": "double precision",
    "sellable_units": "integer",
    "coming_units": "integer",
    "proposed_units": "integer",
    "cover_days": "double precision",
    "stock_out_probability": "double precision",
    "stock_out_p10_date": "date",
    "stock_out_p50_date": "date",
    "stock_out_p90_date": "date",
    "reasons": "jsonb",
    "assumptions": "jsonb",
}
_AMOUNTS = ("avoided_amount", "cost_amount", "saving_amount")
_SHARED_PROPOSAL = [name for name in _PROPOSAL_COLUMNS if name != "marketplace"]
_STAGED_PROPOSAL = [f"CAST(s.{name} AS numeric)" if name in _AMOUNTS else f"s.{name}" for name in _SHARED_PROPOSAL]
# Two runs that end at once would each overlook the other's proposals.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('replenishment_run ' || :tenant_id, 0))")
# A look back supersedes nothing that was decided on later days, and offers nothing where there is such a decision.
_SUPERSEDE = text("""
    UPDATE inventory.shipment_proposal AS p SET state = 'superseded', version = p.version + 1, updated_at = :now
    FROM staged_outcome AS o, inventory.replenishment_run AS r
    WHERE p.tenant_id = :tenant_id AND p.listing_id = o.listing_id AND p.state = 'proposed'
      AND r.tenant_id = p.tenant_id AND r.id = p.run_id AND r.as_of_date <= :as_of_date
""")
_INSERT_PROPOSALS = text(f"""
    INSERT INTO inventory.shipment_proposal
        (tenant_id, run_id, lane_id, currency, state, version, created_at, updated_at,
         {", ".join(_SHARED_PROPOSAL)})
    SELECT :tenant_id, :run_id, l.id, :currency,
           CASE WHEN EXISTS (
               SELECT FROM inventory.replenishment_outcome AS o
               WHERE o.tenant_id = :tenant_id AND o.listing_id = s.listing_id AND o.run_id = ANY (ARRAY(
                   SELECT r.id FROM inventory.replenishment_run AS r
                   WHERE r.tenant_id = :tenant_id AND r.as_of_date > :as_of_date
               ))
           ) THEN 'superseded' ELSE 'proposed' END, 1, :now, :now,
           {", ".join(_STAGED_PROPOSAL)}
    FROM staged_proposal AS s
    JOIN inventory.product AS d ON d.tenant_id = :tenant_id AND d.id = s.product_id
    LEFT JOIN inventory.lane AS l
      ON l.tenant_id = :tenant_id AND l.marketplace = s.marketplace AND l.mode = s.mode
""")
_INSERT_OUTCOMES = text(f"""
    INSERT INTO inventory.replenishment_outcome (tenant_id, run_id, {", ".join(_OUTCOME_COLUMNS)})
    SELECT :tenant_id, :run_id, {", ".join(_OUTCOME_COLUMNS)} FROM staged_outcome
""")
_TIMINGS = text("""
    UPDATE inventory.replenishment_run SET timings = CAST(:timings AS jsonb)
    WHERE tenant_id = :tenant_id AND id = :run_id
""")


class ProductGone(Exception):
    """A product was deleted while the run decided on it, which nothing but a hand on the database does."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the deciding children are given, and what is kept of the input."""

    content: bytes
    sha256: bytes
    pieces: tuple[InputPiece, ...]
    learned: tuple[bytes, ...]
    pool: DemandPool
    listings: int
    currency: str
    learn_seconds: float


@dataclass(frozen=True, slots=True)
class Concluded:
    """Rows to be written, packed as they are copied, and the run's totals and assumptions."""

    proposals: bytes
    proposals_count: int
    outcomes: bytes
    totals: dict[str, Any]
    assumptions: list[dict[str, Any]]


async def run_replenishment(job: Job) -> None:
    """The operation kind: whole or not at all, and the same input gives the same proposals."""
    asked = parameters_of(job.parameters)
    clock = _Clock()
    rows, sales, stock_days = await _gathered(job, asked)
    clock.lap("read_seconds")
    prepared: Prepared = await job.compute(prepare, rows, sales, stock_days, asked)
    await job.progress(0, prepared.listings)
    clock.lap("layout_seconds")
    clock.move("layout_seconds", "learn_seconds", prepared.learn_seconds)
    chunks = await _decided(job, prepared)
    clock.lap("decide_seconds")
    concluded: Concluded = await job.compute(concluded_run, prepared.content, chunks)
    clock.lap("conclude_seconds")
    run_id = UUID(job.parameters["run_id"])
    async with job.effect(done=prepared.listings, total=prepared.listings) as session:
        await _write(session, job, run_id, asked, prepared, concluded, clock)
        await job.succeed(session, f"/replenishment-runs/{run_id}")


def parameters_of(parameters: Mapping[str, Any]) -> RunParameters:
    """The run's parameters as the operation keeps them."""
    return RunParameters(
        date.fromisoformat(parameters["as_of_date"]),
        parameters["review_days"],
        parameters["history_days"],
        parameters["goodwill"],
        parameters["capital_rate"],
        parameters["currency"],
    )


async def _gathered(job: Job, asked: RunParameters) -> tuple[SellerRows, DayRecords, DayRecords]:
    chosen = Chosen(
        job.parameters["marketplaces"],
        _ids(job.parameters["account_ids"]),
        _ids(job.parameters["listing_ids"]),
    )
    first = asked.as_of_date - timedelta(days=asked.history_days)
    async with job.database.reader(job.tenant_id) as connection:
        # One moment for everything that is read: stock without the sale that took it would be counted twice.
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows = await read_seller(connection, job.tenant_id, chosen, asked.as_of_date, asked.history_days, utc_now())
        wanted = None if chosen.all else [listing.id for listing in rows.listings]
        sales = await gather_sales(connection, job.tenant_id, first, asked.as_of_date, wanted)
        stock_days = await gather_stock_days(connection, job.tenant_id, first, asked.as_of_date, wanted)
    return rows, sales, stock_days


def _ids(texts: list[str] | None) -> list[UUID] | None:
    return None if texts is None else [UUID(each) for each in texts]


def prepare(rows: SellerRows, sales: DayRecords, stock_days: DayRecords, asked: RunParameters) -> Prepared:
    """In a child: lay out, freeze, and learn from what was read."""
    ids = [listing.id for listing in rows.listings]
    sold, stated = decoded_sales(sales, ids)
    found = run_input(rows, sold, one_after_the_other(decoded_days(stock_days, ids), stated), asked)
    content = frozen(found)
    # Learning from the thawed input: what is decided is decided on what is kept.
    block = block_of(thawed(content))
    began = time.perf_counter()
    pool = learn_from(block)
    learn_seconds = time.perf_counter() - began
    return Prepared(
        content,
        fingerprint(content),
        tuple(packed_parts(found)),
        tuple(packed(frozen_pool(pool))),
        pool,
        len(ids),
        found.currency,
        learn_seconds,
    )


async def _decided(job: Job, prepared: Prepared) -> list[ChunkDecision]:
    """The decisions of all listings in order, computed on every core at once."""
    parts = _parts(prepared.listings, _cores())
    done = [0] * len(parts)

    async def decided(number: int, first: int, end: int) -> ChunkDecision:
        async def advance(count: int, _total: int) -> None:
            done[number] = count
            await job.progress(sum(done), prepared.listings)

        part: ChunkDecision = await job.compute(
            decide_part, prepared.content, prepared.pool, first, end, on_progress=advance
        )
        return part

    tasks = [asyncio.ensure_future(decided(number, *part)) for number, part in enumerate(parts)]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        # A part that fails takes the others with it, and a cancelled run leaves no child behind.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _parts(count: int, cores: int) -> list[tuple[int, int]]:
    """Consecutive parts of whole chunks, one for each core; where they are cut never changes a decision."""
    chunks = -(-count // CHUNK_ROWS)
    step = max(-(-chunks // cores), 1) * CHUNK_ROWS
    return [(first, min(first + step, count)) for first in range(0, count, step)]


def decide_part(content: bytes, pool: DemandPool, first: int, end: int) -> Generator[Progress, None, ChunkDecision]:
    """In a child: decide listings first..end-1; yields progress, returns the ChunkDecision."""
    block = block_of(thawed(content)).rows(first, end)
    chunks = []
    for start in range(0, block.size, CHUNK_ROWS):
        stop = min(start + CHUNK_ROWS, block.size)
        chunks.append(decide_chunk(block.rows(start, stop), pool))
        yield Progress(stop, block.size)
    return join_chunks(chunks)


def proposed(source: RunInput, chunks: list[ChunkDecision]) -> ProposalRun:
    """All proposals and outcomes of an input whose parts are decided."""
    if not chunks:
        return ProposalRun((), (), {})
    return conclude(source.as_of_date, source.listings, block_of(source), join_chunks(chunks), source.domestic)


def concluded_run(content: bytes, chunks: list[ChunkDecision]) -> Concluded:
    """In a child: share the domestic stock, and put the decisions into rows that only have to be copied."""
    source = thawed(content)
    run = proposed(source, chunks)
    facts = {listing.key: listing for listing in source.listings}
    states = {listing.key: state for listing, state in zip(source.listings, source.stock, strict=True)}
    proposals = (_proposal_row(line, facts[line.listing_key], states[line.listing_key]) for line in run.lines)
    outcomes = (_outcome_row(outcome, states[outcome.listing_key]) for outcome in run.outcomes)
    return Concluded(
        packed_records(list(_PROPOSAL_COLUMNS.values()), proposals),
        len(run.lines),
        packed_records(list(_OUTCOME_COLUMNS.values()), outcomes),
        _totals(run, source.currency),
        _assumptions(source),
    )


def _proposal_row(line: ProposalLine, facts: ListingFacts, state: StockState) -> tuple[Any, ...]:
    runner_up = {
        "alternative": line.runner_up.alternative.value,
        "expected_cost_amount": str(line.runner_up.expected_cost),
        "line_expected_cost_amount": str(line.expected_cost),
        "text": alternative_sentence(line.runner_up.alternative),
    }
    return (
        new_id(),
        UUID(line.listing_key),
        UUID(facts.group),
        facts.lane,
        line.mode.value,
        line.units,
        line.cartons,
        line.product_units,
        line.ship_date,
        *line.arrival_dates,
        line.window_first_date,
        line.window_last_date,
        line.short_probability,
        line.expected_short_units,
        str(line.money_saved),
        str(line.cost),
        str(line.runner_up.expected_cost - line.expected_cost),
        orjson.dumps(runner_up),
        orjson.dumps([_reason(reason) for reason in line.reasons]),
        orjson.dumps([_assumption(code) for code in line.assumed]),
        orjson.dumps(_state(state)),
    )


def _outcome_row(outcome: ListingOutcome, state: StockState) -> tuple[Any, ...]:
    code = "proposed" if outcome.units else outcome.reasons[0].code.value
    return (
        UUID(outcome.listing_key),
        code,
        outcome.daily_demand,
        state.sellable,
        state.in_transit + state.receiving + state.inbound + state.planned,
        outcome.units,
        outcome.days_of_cover,
        outcome.stock_out_probability,
        *outcome.stock_out_dates,
        orjson.dumps([_reason(reason) for reason in outcome.reasons]),
        orjson.dumps([_assumption(assumed) for assumed in outcome.assumed]),
    )


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code.value,
        "parameters": dict(reason.parameters),
        "text": reason_sentence(reason.code, reason.parameters),
    }


def _assumption(code: str) -> dict[str, str]:
    return {"code": code, "text": assumption_sentence(code)}


def _state(state: StockState) -> dict[str, int | None]:
    return {
        "sellable_units": state.sellable,
        "reserved_units": state.reserved,
        "receiving_units": state.receiving,
        "inbound_units": state.inbound,
        "in_transit_units": state.in_transit,
        "planned_units": state.planned,
        "domestic_product_units": state.domestic_units,
    }


def _totals(run: ProposalRun, currency: str) -> dict[str, Any]:
    by_mode: dict[str, dict[str, Any]] = defaultdict(lambda: {"proposals": 0, "units": 0, "cost": Decimal(0)})
    outcomes = Counter("proposed" if each.units else each.reasons[0].code.value for each in run.outcomes)
    avoided = cost = saving = Decimal(0)
    for line in run.lines:
        entry = by_mode[line.mode.value]
        entry["proposals"] += 1
        entry["units"] += line.units
        entry["cost"] += line.cost
        cost += line.cost
        avoided += line.money_saved
        saving += line.runner_up.expected_cost - line.expected_cost
    return {
        "proposals": len(run.lines),
        "units": sum(line.units for line in run.lines),
        "product_units": sum(line.product_units for line in run.lines),
        "cost": _amount(cost, currency),
        "avoided": _amount(avoided, currency),
        "saving": _amount(saving, currency),
        "by_mode": [
            entry | {"mode": mode, "cost": _amount(entry["cost"], currency)} for mode, entry in sorted(by_mode.items())
        ],
        "outcomes": [{"code": code, "listings": count} for code, count in sorted(outcomes.items())],
    }


def _amount(value: Decimal, currency: str) -> dict[str, str]:
    """Money as JSON has it everywhere: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return {"amount": (text.rstrip("0").rstrip(".") if "." in text else text) or "0", "currency": currency}


def _assumptions(source: RunInput) -> list[dict[str, Any]]:
    counts = Counter(code for listing in source.listings for code in listing.assumed)
    return [_assumption(code) | {"listings": counts[code]} for code in sorted(counts)]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


async def _write(
    session: AsyncSession,
    job: Job,
    run_id: UUID,
    asked: RunParameters,
    prepared: Prepared,
    concluded: Concluded,
    clock: "_Clock",
) -> None:
    now = utc_now()
    names = {
        "tenant_id": job.tenant_id,
        "run_id": run_id,
        "now": now,
        "currency": prepared.currency,
        "as_of_date": asked.as_of_date,
    }
    await session.execute(_ONE_AT_A_TIME, {"tenant_id": str(job.tenant_id)})
    session.add(_run_row(job, run_id, asked, prepared, concluded, now))
    await session.flush()
    session.add_all(
        ReplenishmentInputRow(
            tenant_id=job.tenant_id,
            run_id=run_id,
            position=position,
            content=piece.content,
            listing_ids=[UUID(key) for key in piece.keys] or None,
        )
        for position, piece in (
            *enumerate(prepared.pieces),
            *enumerate((InputPiece((), content) for content in prepared.learned), LEARNED_POSITION),
        )
    )
    await session.flush()
    await _stage(session, "staged_outcome", _OUTCOME_COLUMNS, concluded.outcomes)
    await _stage(session, "staged_proposal", _PROPOSAL_COLUMNS, concluded.proposals)
    await session.execute(_SUPERSEDE, names)
    written = cast("CursorResult[Any]", await session.execute(_INSERT_PROPOSALS, names)).rowcount
    if written != concluded.proposals_count:
        raise ProductGone(f"{concluded.proposals_count - written} proposals are for products that are not there")
    await session.execute(_INSERT_OUTCOMES, names)
    clock.lap("write_seconds")
    await session.execute(_TIMINGS, names | {"timings": _json(clock.laps)})


async def _stage(session: AsyncSession, table: str, columns: Mapping[str, str], rows: bytes) -> None:
    await create_staging(session, table, [f"{name} {kind}" for name, kind in columns.items()])
    await copy_binary(session, table, list(columns), rows)


def _run_row(
    job: Job, run_id: UUID, asked: RunParameters, prepared: Prepared, concluded: Concluded, now: datetime
) -> ReplenishmentRunRow:
    return ReplenishmentRunRow(
        tenant_id=job.tenant_id,
        id=run_id,
        operation_id=job.operation_id,
        state="complete",
        as_of_date=asked.as_of_date,
        currency=prepared.currency,
        parameters={name: value for name, value in job.parameters.items() if name != "run_id"},
        input_sha256=prepared.sha256,
        listings_count=prepared.listings,
        proposals_count=concluded.proposals_count,
        totals=concluded.totals,
        assumptions=concluded.assumptions,
        timings={},
        created_by=job.created_by,
        created_at=now,
        completed_at=now,
    )


class _Clock:
    """How long each step took, in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 4)
        self._last = now

    def move(self, name: str, other: str, seconds: float) -> None:
        """Counts a part of one step as another."""
        self.laps[name] = round(self.laps[name] - seconds, 4)
        self.laps[other] = round(seconds, 4)
