"""Decides what to propose for every listing of a seller, and says why in codes, dates, units and money."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.demand_paths import DemandPool, learn_pool
from services.inventory.domain.domestic_pool import rationed
from services.inventory.domain.economics import (
    DEFAULT_CAPITAL_RATE,
    DEFAULT_GOODWILL,
    UnitEconomics,
    lost_sale_penalty,
)
from services.inventory.domain.lead_time import FAST, MODES, SLOW, Mode, TransitDistribution
from services.inventory.domain.outlook import BlockOutlook, block_outlook, join_outlooks
from services.inventory.domain.replenishment import (
    DEFAULT_RULE,
    BlockDecision,
    Pipeline,
    PlanningBlock,
    RuleSettings,
    decide,
    join,
    planning_horizon,
    sample_futures,
)
from services.inventory.domain.stable_random import seeds_of

CHUNK_ROWS = 64
MONEY_STEP = Decimal("0.0001")
ReasonValue = str | int | float


class ReasonCode(StrEnum):
    """Why a line is proposed, or why nothing is."""

    SHORT_IN_WINDOW = "short_in_window"
    SLOWER_COMES_TOO_LATE = "slower_comes_too_late"
    WAITING_COSTS_MORE = "waiting_costs_more"
    ROUNDED_TO_CARTONS = "rounded_to_cartons"
    CUT_BY_DOMESTIC_STOCK = "cut_by_domestic_stock"
    LOST_BEFORE_ANY_ARRIVAL = "lost_before_any_arrival"
    COVERED = "covered"
    NOT_ON_SALE = "not_on_sale"
    NO_DEMAND = "no_demand"
    NO_LANE = "no_lane"
    NO_PENALTY = "lost_sale_costs_nothing"
    NEED_TOO_UNLIKELY = "need_too_unlikely"
    FREIGHT_COSTS_MORE = "freight_costs_more"
    CARTON_TOO_LARGE = "carton_too_large"
    NO_DOMESTIC_STOCK = "no_domestic_stock"


class Alternative(StrEnum):
    """What could be done instead of a line."""

    WAIT = "wait_one_review"
    SLOW_SEA = "slow_sea"
    FAST_SEA = "fast_sea"
    AIR = "air"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its parameters; the sentence is made elsewhere."""

    code: ReasonCode
    parameters: Mapping[str, ReasonValue]


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """What is known of a listing besides its sales; money in the currency of the listing, per listing unit.

    `key` is stable over runs. `draw_key` seeds the draws: equal for the same listing wherever it is kept; empty = as
    `key`. `group` is shared by the same product's listings. `lane`
    names its marketplace's lanes. `freight` by mode, a mode missing is not offered. `margin` is price less
    all that a sale costs. `pool` names the product at home, None = no limit; `units_each` product units in one
    listing unit; `carton_units` listing units that fill whole cartons, each of `units_a_carton` product units
    (0 = as many as those). `assumed` are codes of inputs taken from defaults.
    """

    key: str
    group: str
    lane: str
    currency: str
    on_sale: bool
    on_hand: float
    freight: Mapping[Mode, float]
    margin: float
    cogs: float
    storage_per_day: float = 0.0
    capital_rate: float = DEFAULT_CAPITAL_RATE
    goodwill: float = DEFAULT_GOODWILL
    carton_units: int = 1
    pool: str | None = None
    units_each: int = 1
    assumed: tuple[str, ...] = ()
    units_a_carton: int = 0
    draw_key: str = ""

    def cartons_of(self, quantity: int) -> int:
        """Cartons of the product that so many listing units need."""
        each = max(self.units_each, 1)
        return -(-quantity * each // (self.units_a_carton or max(self.carton_units, 1) * each))


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Units of a listing that have left and are not sellable yet; `expected_date` None = not announced."""

    listing_key: str
    mode: Mode
    units: float
    shipped_date: date
    expected_date: date | None


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The best alternative to a line and its expected cost, the line's own being `expected_cost`."""

    alternative: Alternative
    expected_cost: Decimal


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One listing by one mode: what, when, why, and what it costs and saves."""

    listing_key: str
    mode: Mode
    units: int
    cartons: int
    product_units: int
    ship_date: date
    arrival_dates: tuple[date, date, date]
    window_first_date: date
    window_last_date: date
    short_probability: float
    expected_short_units: float
    expected_units_saved: float
    money_saved: Decimal
    cost: Decimal
    expected_cost: Decimal
    runner_up: RunnerUp
    currency: str
    break_even_probability: float
    reasons: tuple[Reason, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListingOutcome:
    """What the run found for a listing, whether or not anything is proposed; days count from today."""

    listing_key: str
    units: int
    daily_demand: float
    position_units: float
    days_of_cover: float | None
    stock_out_probability: float
    stock_out_dates: tuple[date | None, date | None, date | None]
    expected_lost_units: float
    lost_before_arrival_units: float
    horizon_days: int
    reasons: tuple[Reason, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalRun:
    """Lines, outcomes, and the value of one more unit of each scarce product at home."""

    lines: tuple[ProposalLine, ...]
    outcomes: tuple[ListingOutcome, ...]
    worth_at_home: Mapping[str, float]

    def cost_by_currency(self) -> dict[str, Decimal]:
        """Sum of the lines' cost per currency."""
        total: dict[str, Decimal] = {}
        for line in self.lines:
            total[line.currency] = total.get(line.currency, Decimal(0)) + line.cost
        return total


@dataclass(frozen=True, slots=True)
class ChunkDecision:
    """The part of a run that a child process computes."""

    decision: BlockDecision
    outlook: BlockOutlook


def proposal_block(
    today: date,
    review_days: int,
    listings: Sequence[ListingFacts],
    sales: FloatArray,
    in_stock: FloatArray,
    under_way: Sequence[UnderWay],
    lanes: Mapping[str, Mapping[Mode, TransitDistribution]],
) -> PlanningBlock:
    """Lay out facts for the rule. `sales`, `in_stock` (n, days) end the day before `today`.

    `lanes` by the name that ListingFacts.lane carries; a mode is offered when the lane and the freight have it. A lane
    without freight is of what is under way on it only.
    Day numbers are ordinals, so weekdays and seasons are the calendar's.
    """
    names = {name: row for row, name in enumerate(lanes)}
    rows: list[tuple[TransitDistribution | None, ...]] = [
        tuple(lane.get(mode) for mode in MODES) for lane in lanes.values()
    ]
    rows.append((None, None, None))
    lane = np.array([names.get(facts.lane, len(rows) - 1) for facts in listings], dtype=np.int64)
    mean = np.array([[np.nan if transit is None else transit.mean for transit in row] for row in rows])[lane]
    freight = np.array([[facts.freight.get(mode, np.nan) for mode in MODES] for facts in listings])
    cogs = np.array([facts.cogs for facts in listings], dtype=float)
    capital = np.array([facts.capital_rate for facts in listings]) * cogs / 365
    storage = np.array([facts.storage_per_day for facts in listings])
    margin = np.array([facts.margin for facts in listings], dtype=float)
    goodwill = np.array([facts.goodwill for facts in listings], dtype=float)
    money = UnitEconomics(
        freight.reshape(-1, 3) + capital[:, None] * mean.reshape(-1, 3),
        capital + storage,
        np.array([lost_sale_penalty(np.array(m), g) for m, g in zip(margin, goodwill, strict=True)]),
        cogs,
        capital,
    )
    row_of = {facts.key: row for row, facts in enumerate(listings)}
    mine = [entry for entry in under_way if entry.listing_key in row_of and entry.units > 0]
    pipeline = Pipeline(
        np.array([row_of[entry.listing_key] for entry in mine], dtype=np.int64),
        np.array([MODES.index(entry.mode) for entry in mine], dtype=np.int64),
        np.array([entry.units for entry in mine], dtype=float),
        np.array([(today - entry.shipped_date).days for entry in mine], dtype=np.int64),
        np.array(
            [np.nan if entry.expected_date is None else (entry.expected_date - today).days for entry in mine],
            dtype=float,
        ),
    )
    return PlanningBlock(
        seeds_of([facts.draw_key or facts.key for facts in listings]),
        tuple(facts.group for facts in listings),
        today.toordinal(),
        review_days,
        None,
        sales,
        in_stock,
        np.array([facts.on_sale for facts in listings], dtype=bool),
        np.array([facts.on_hand for facts in listings], dtype=float),
        pipeline,
        money,
        tuple(rows),
        lane,
        np.array([max(facts.carton_units, 1) for facts in listings], dtype=np.int64),
    )


def learn_from(block: PlanningBlock) -> DemandPool:
    """What the block's histories teach about season and possible futures; see `learn_pool`."""
    return learn_pool(
        block.sales,
        block.in_stock,
        block.groups,
        block.seeds,
        block.today,
        planning_horizon(block.lanes, block.review_days),
        block.on_hand,
    )


def decide_chunk(block: PlanningBlock, pool: DemandPool, rule: RuleSettings = DEFAULT_RULE) -> ChunkDecision:
    """Decide a block of any size and summarise its prospects. Pure and picklable: runs in a child process."""
    decisions: list[BlockDecision] = []
    outlooks: list[BlockOutlook] = []
    for first in range(0, block.size, CHUNK_ROWS):
        part = block.rows(first, min(first + CHUNK_ROWS, block.size))
        futures = sample_futures(part, pool, rule.samples)
        decisions.append(decide(part, futures, rule))
        outlooks.append(block_outlook(futures))
    return ChunkDecision(join(decisions, rule.samples), join_outlooks(outlooks))


def join_chunks(chunks: Sequence[ChunkDecision], samples: int = DEFAULT_RULE.samples) -> ChunkDecision:
    """Chunks of consecutive listings as one."""
    return ChunkDecision(
        join([chunk.decision for chunk in chunks], samples),
        join_outlooks([chunk.outlook for chunk in chunks]),
    )


def conclude(
    today: date,
    listings: Sequence[ListingFacts],
    block: PlanningBlock,
    chunk: ChunkDecision,
    domestic: Mapping[str, float],
) -> ProposalRun:
    """Share the domestic stock (product units by pool name) and put the decisions into words and money."""
    decision = chunk.decision
    names = {name: row for row, name in enumerate(domestic)}
    pool = np.array([-1 if facts.pool is None else names.get(facts.pool, -2) for facts in listings], dtype=np.int64)
    stock = np.array([*domestic.values(), 0.0], dtype=float)  # the last row: a product nobody has at home
    pool[pool == -2] = stock.size - 1
    each = np.array([max(facts.units_each, 1) for facts in listings], dtype=np.int64)
    units, worth = rationed(decision, pool, stock, block.carton, each)
    position = block.on_hand.astype(float).copy()
    np.add.at(position, block.pipeline.listing, block.pipeline.units)
    lines: list[ProposalLine] = []
    outcomes: list[ListingOutcome] = []
    for row, facts in enumerate(listings):
        for mode in range(2, -1, -1):
            if units[row, mode] > 0:
                lines.append(_line(today, facts, block, chunk, units, row, mode))
        outcomes.append(_outcome(today, facts, block, chunk, units, position, row))
    return ProposalRun(
        tuple(lines),
        tuple(outcomes),
        {name: float(worth[row]) for name, row in names.items() if worth[row] > 0},
    )


def propose(
    today: date,
    review_days: int,
    listings: Sequence[ListingFacts],
    sales: FloatArray,
    in_stock: FloatArray,
    under_way: Sequence[UnderWay],
    lanes: Mapping[str, Mapping[Mode, TransitDistribution]],
    domestic: Mapping[str, float],
    rule: RuleSettings = DEFAULT_RULE,
    pool: DemandPool | None = None,
    progress: Callable[[int], None] | None = None,
) -> ProposalRun:
    """All steps of a run in one process; big runs call the steps with chunks in child processes instead."""
    block = proposal_block(today, review_days, listings, sales, in_stock, under_way, lanes)
    learned = pool or learn_from(block)
    chunks: list[ChunkDecision] = []
    for first in range(0, block.size, 4 * CHUNK_ROWS):
        end = min(first + 4 * CHUNK_ROWS, block.size)
        chunks.append(decide_chunk(block.rows(first, end), learned, rule))
        if progress is not None:
            progress(end)
    if not chunks:
        return ProposalRun((), (), {})
    return conclude(today, listings, block, join_chunks(chunks, rule.samples), domestic)


def _money(value: float) -> Decimal:
    return Decimal(repr(round(float(value), 6))).quantize(MONEY_STEP)


def _alternatives(
    block: PlanningBlock, decision: BlockDecision, row: int, mode: int, quantity: int, saved: float
) -> list[tuple[Alternative, float]]:
    """Expected cost of doing something else with the same need.

    Waiting: what will be short, at the price of the next chance. By money alone: the rule's thresholds are
    stricter or looser than that, as replays have shown to be better, so that waiting may look cheaper. A faster
    mode: its cost and the holding of the days it arrives earlier. A slower one: its cost, and the sale lost for
    what is short before it comes.
    """
    cost = block.money.mode_cost[row]
    holding = block.review_days * float(block.money.hold_day[row])
    value = float(np.nanmin(cost))
    fallback = float(decision.stakes.gain[row, mode]) + value - holding
    found = [(Alternative.WAIT, fallback * saved)]
    lane = block.lanes[int(block.lane[row])]
    days = [None if transit is None else transit.mean for transit in lane]
    here = days[mode] or 0.0
    for other in range(3):
        there = days[other]
        if other == mode or there is None or np.isnan(cost[other]):
            continue
        unused = (quantity - saved) * (holding - value)
        if there < here:
            price = quantity * (float(cost[other]) + (here - there) * float(block.money.hold_day[row])) + unused
        else:
            price = quantity * (float(cost[other]) - value) + saved * float(block.money.penalty[row])
        found.append((Alternative(MODES[other].value), price))
    return found


def _line(
    today: date,
    facts: ListingFacts,
    block: PlanningBlock,
    chunk: ChunkDecision,
    units: IntArray,
    row: int,
    mode: int,
) -> ProposalLine:
    decision, outlook = chunk.decision, chunk.outlook
    quantity = int(units[row, mode])
    wanted = int(decision.units[row, mode])
    short = decision.shortage[row, mode]
    saved = float(np.minimum(short, quantity).mean())
    chance = float((short >= 1).mean())
    cost = float(block.money.mode_cost[row, mode])
    holding = block.review_days * float(block.money.hold_day[row])
    value = float(np.nanmin(block.money.mode_cost[row]))
    expected = quantity * cost + (quantity - saved) * (holding - value)
    arrival = [int(day) for day in outlook.arrival_day[row, mode]]
    stake, gain = float(decision.stakes.stake[row, mode]), float(decision.stakes.gain[row, mode])
    others = _alternatives(block, decision, row, mode, quantity, saved)
    best = min(others, key=lambda pair: pair[1])
    reasons = [
        Reason(
            ReasonCode.SHORT_IN_WINDOW,
            {"probability": round(chance, 4), "units": round(float(short.mean()), 2)},
        )
    ]
    offered = ~np.isnan(block.money.mode_cost[row])
    slower = next((each for each in (SLOW, FAST) if each > mode and offered[each]), None)
    if slower is not None:
        late = {"mode": MODES[slower].value, "days": int(outlook.arrival_day[row, slower, 1])}
        reasons.append(Reason(ReasonCode.SLOWER_COMES_TOO_LATE, late))
    reasons.append(
        Reason(
            ReasonCode.WAITING_COSTS_MORE,
            {
                "break_even_probability": round(float(decision.thresholds[row, mode]), 4),
                "break_even_by_money": round(max(stake, 0.0) / gain, 4),
                "cost_of_waiting": round(others[0][1], 2),
            },
        )
    )
    carton = int(block.carton[row])
    if carton > 1:
        reasons.append(Reason(ReasonCode.ROUNDED_TO_CARTONS, {"carton_units": carton}))
    if quantity < wanted:
        reasons.append(Reason(ReasonCode.CUT_BY_DOMESTIC_STOCK, {"wanted_units": wanted}))
    return ProposalLine(
        facts.key,
        MODES[mode],
        quantity,
        facts.cartons_of(quantity),
        quantity * max(facts.units_each, 1),
        today,
        (
            today + timedelta(days=arrival[0]),
            today + timedelta(days=arrival[1]),
            today + timedelta(days=arrival[2]),
        ),
        today + timedelta(days=arrival[1]),
        today + timedelta(days=arrival[1] + block.review_days - 1),
        chance,
        float(short.mean()),
        saved,
        _money(saved * float(block.money.penalty[row])),
        _money(quantity * cost),
        _money(expected),
        RunnerUp(best[0], _money(best[1])),
        facts.currency,
        float(decision.thresholds[row, mode]),
        tuple(reasons),
        facts.assumed,
    )


def _why_nothing(facts: ListingFacts, block: PlanningBlock, chunk: ChunkDecision, row: int) -> tuple[Reason, ...]:
    decision, outlook = chunk.decision, chunk.outlook
    if not facts.on_sale:
        return (Reason(ReasonCode.NOT_ON_SALE, {}),)
    if bool(np.isnan(block.money.mode_cost[row]).all()):
        return (Reason(ReasonCode.NO_LANE, {"lane": facts.lane}),)
    if float(outlook.demand_mean[row]) <= 0:
        return (Reason(ReasonCode.NO_DEMAND, {}),)
    if float(block.money.penalty[row]) <= 0:
        return (Reason(ReasonCode.NO_PENALTY, {}),)
    if int(decision.units[row].sum()) > 0:
        return (Reason(ReasonCode.NO_DOMESTIC_STOCK, {"wanted_units": int(decision.units[row].sum())}),)
    chances = (decision.shortage[row] >= 1).mean(axis=1)
    offered = ~np.isnan(block.money.mode_cost[row])
    if not np.isfinite(decision.thresholds[row][offered]).any():
        return (Reason(ReasonCode.FREIGHT_COSTS_MORE, {}),)
    best = int(np.argmax(np.where(offered, chances / decision.thresholds[row], -1)))
    parameters: dict[str, ReasonValue] = {
        "mode": MODES[best].value,
        "probability": round(float(chances[best]), 4),
        "break_even_probability": round(float(decision.thresholds[row, best]), 4),
    }
    if chances[best] >= decision.thresholds[row, best] and block.carton[row] > 1:
        return (Reason(ReasonCode.CARTON_TOO_LARGE, {**parameters, "carton_units": int(block.carton[row])}),)
    code = ReasonCode.COVERED if chances[best] <= 0.02 else ReasonCode.NEED_TOO_UNLIKELY
    return (Reason(code, parameters),)


def _outcome(
    today: date,
    facts: ListingFacts,
    block: PlanningBlock,
    chunk: ChunkDecision,
    units: IntArray,
    position: FloatArray,
    row: int,
) -> ListingOutcome:
    outlook = chunk.outlook
    daily = float(outlook.demand_mean[row]) / max(outlook.horizon, 1)
    total = int(units[row].sum())
    reasons = () if total else _why_nothing(facts, block, chunk, row)
    before = float(outlook.lost_before_arrival[row])
    if before >= 0.5:
        reasons = (*reasons, Reason(ReasonCode.LOST_BEFORE_ANY_ARRIVAL, {"units": round(before, 2)}))
    dates = [None if day < 0 else today + timedelta(days=int(day)) for day in outlook.stock_out_day[row].tolist()]
    return ListingOutcome(
        facts.key,
        total,
        daily,
        float(position[row]),
        float(position[row]) / daily if daily > 0 else None,
        float(outlook.stock_out_chance[row]),
        (dates[0], dates[1], dates[2]),
        float(outlook.lost_in_horizon[row]),
        before,
        outlook.horizon,
        reasons,
        facts.assumed,
    )


__all__ = [
    "Alternative",
    "ChunkDecision",
    "ListingFacts",
    "ListingOutcome",
    "ProposalLine",
    "ProposalRun",
    "Reason",
    "ReasonCode",
    "RunnerUp",
    "UnderWay",
    "conclude",
    "decide_chunk",
    "join_chunks",
    "learn_from",
    "proposal_block",
    "propose",
]
