"""A fair race of shipping policies over past demand: same lead times for all, lost sales unseen by all."""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.demand import corrected_level, stock_since_start
from services.inventory.domain.demand_paths import DemandPool, learn_pool
from services.inventory.domain.domestic_pool import rationed
from services.inventory.domain.economics import UnitEconomics
from services.inventory.domain.lead_time import AIR, FAST, MODES, SLOW, TransitDistribution, learned_transit
from services.inventory.domain.planning_call import production_time
from services.inventory.domain.purchasing import ProductPool, PurchaseRule, purchases
from services.inventory.domain.replenishment import (
    DEFAULT_RULE,
    Pipeline,
    PlanningBlock,
    RuleSettings,
    decide_all,
    planning_horizon,
)
from services.inventory.domain.stable_random import seeds_of
from tests.benchmarks.demand_data import DemandSet, made_years, online_retail

RUN_OFF_DAYS = 90
WRITE_OFF = 0.5


@dataclass(frozen=True, slots=True)
class World:
    """A stretch of demand to be replayed, with costs and the lead time of every possible shipment."""

    data: DemandSet
    start: int
    end: int
    review_days: int
    freight: FloatArray  # (n, 3)
    hold_day: FloatArray
    capital_day: FloatArray
    penalty: FloatArray
    cogs: FloatArray
    lead: IntArray  # (n, reviews, 3)
    past_lead: tuple[FloatArray, ...]
    first_stock: FloatArray
    home: "Home | None" = None

    @property
    def reviews(self) -> IntArray:
        """Days on which a review takes place."""
        return np.arange(self.start, self.end, self.review_days)


@dataclass(frozen=True, slots=True)
class Home:
    """A finite domestic warehouse: what it holds at first, minimum orders, and every order's production days."""

    first_stock: FloatArray  # (items,)
    minimum: IntArray
    item_of: IntArray  # (n,) row of each listing's item
    names: tuple[str, ...]
    production: IntArray  # (items, reviews)
    past_production: FloatArray


@dataclass(frozen=True, slots=True)
class View:
    """What a policy may see at a review."""

    today: int
    reviews_left: int
    sales: FloatArray
    in_stock: FloatArray
    on_sale: FloatArray
    on_hand: FloatArray
    pipeline: Pipeline
    products: ProductPool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a policy cost and how it served."""

    total: float
    freight: float
    holding: float
    lost: float
    end_value: float
    fill: float
    units: tuple[float, float, float]
    out_days: float
    cover_days: float
    seconds: float
    by_listing: FloatArray


Policy = Callable[[World, View], tuple[IntArray, IntArray]]  # units (n, 3), purchases (items,)


def lead_time_draws(rng: np.random.Generator, shape: tuple[int, ...]) -> IntArray:
    """Door-to-door days (..., 3): skewed right, now and then one to three weeks late."""
    means, tails = np.array([10.0, 30.0, 45.0]), np.array([0.18, 0.12, 0.10])
    days = means * np.exp(rng.normal(0, 1, (*shape, 3)) * tails - tails**2 / 2) - np.array([0.2, 0.7, 0.8])
    late = rng.random((*shape, 3)) < 0.06
    days = days + late * rng.uniform(5, 20, (*shape, 3)) * np.array([0.4, 1, 1])
    whole: IntArray = np.maximum(np.rint(days), 3).astype(np.int32)
    return whole


def make_world(data: DemandSet, start: int, end: int, seed: int = 11) -> World:
    """Costs around those of the worked example, varied by item; stock for about six weeks at the start."""
    rng = np.random.default_rng(seed)
    n = data.demand.shape[0]
    price = np.exp(rng.normal(3.1, 0.45, n))
    cogs = 0.24 * price
    slow = 0.5 * np.exp(rng.normal(0, 0.4, n)) * (price / 25) ** 0.5
    freight = slow[:, None] * np.array([10.0, 2.5, 1.0])
    capital = 0.2 * cogs / 365
    margin = price * rng.uniform(0.2, 0.4, n)
    reviews = len(np.arange(start, end, 7))
    recent = data.demand[:, start - 60 : start].mean(axis=1)
    return World(
        data, start, end, 7, freight, capital + 0.007 * slow / 0.5, capital, 2 * margin, cogs,
        lead_time_draws(rng, (n, reviews)), tuple(lead_time_draws(rng, (60,))[:, mode] for mode in range(3)),
        np.ceil(recent * 45),
    )  # fmt: skip


def replay(world: World, policy: Policy) -> Result:
    """Run a policy from start to end, then sell the stock off for 90 days."""
    began = time.perf_counter()
    demand = world.data.demand
    n, days = demand.shape
    last = min(world.end + RUN_OFF_DAYS, days)
    sales = demand.copy()
    in_stock = np.ones(demand.shape, dtype=np.float32)
    on_hand = world.first_stock.copy()
    arriving = np.zeros((n, last + 200), dtype=np.float64)
    log: list[tuple[IntArray, IntArray, FloatArray, IntArray, IntArray]] = []
    freight = holding = lost_cost = lost_units = out_days = stock_days = 0.0
    by_listing = np.zeros(n)
    shipped = np.zeros(3)
    reviews = list(world.reviews)
    home = world.home
    domestic = np.zeros(0) if home is None else home.first_stock.copy()
    orders: list[tuple[int, float, int, int]] = []  # item, units, ordered, comes home
    for day in range(world.start, world.end):
        for item, quantity, _, comes in orders:
            if comes == day:
                domestic[item] += quantity
        if day in reviews:
            number = reviews.index(day)
            pipeline = _pipeline(log, day)
            products = None if home is None else _products(home, domestic, orders, day)
            view = View(
                day, len(reviews) - number, sales[:, :day], in_stock[:, :day], world.data.on_sale[:, day],
                on_hand.copy(), pipeline, products,
            )  # fmt: skip
            units, bought = policy(world, view)
            if home is not None:
                domestic -= np.bincount(home.item_of, weights=units.sum(axis=1), minlength=domestic.size)
                if domestic.min() < 0:
                    raise ValueError("a policy shipped more than there is at home")
                for item in np.flatnonzero(bought > 0).tolist():
                    orders.append((item, float(bought[item]), day, day + int(home.production[item, number])))
            for mode in range(3):
                lead = world.lead[:, number, mode].astype(np.int64)
                moved = units[:, mode].astype(float)
                who = np.flatnonzero(moved > 0)
                if who.size == 0:
                    continue
                arriving[who, day + lead[who]] += moved[who]
                unit_cost = world.freight[who, mode] + world.capital_day[who] * lead[who]
                freight += float((unit_cost * moved[who]).sum())
                by_listing[who] += unit_cost * moved[who]
                shipped[mode] += moved.sum()
                log.append((who, np.full(who.size, mode), moved[who], np.full(who.size, day), day + lead[who]))
        on_hand += arriving[:, day]
        sold = np.minimum(on_hand, demand[:, day])
        missed = demand[:, day] - sold
        on_hand -= sold
        sales[:, day] = sold
        in_stock[:, day] = on_hand > 0
        lost_units += float(missed.sum())
        lost_cost += float((missed * world.penalty).sum())
        holding += float((on_hand * world.hold_day).sum())
        if home is not None:
            capital = np.bincount(home.item_of, weights=world.capital_day) / np.bincount(home.item_of)
            holding += float((domestic * capital).sum())
        by_listing += missed * world.penalty + on_hand * world.hold_day
        stock_days += float(on_hand.sum())
        out_days += float((missed > 0).sum())
    slow_cost = world.freight[:, SLOW] + world.capital_day * 45
    end_value = 0.0
    for day in range(world.end, last + 150):
        on_hand += arriving[:, day] if day < arriving.shape[1] else 0
        if day < last:
            sold = np.minimum(on_hand, demand[:, day])
            on_hand -= sold
            end_value += float((sold * slow_cost).sum())
            by_listing -= sold * slow_cost
    end_value -= float((on_hand * world.cogs).sum()) * WRITE_OFF
    if home is not None:
        cogs = np.bincount(home.item_of, weights=world.cogs) / np.bincount(home.item_of)
        still = np.bincount(
            [o[0] for o in orders if o[3] >= world.end],
            weights=[o[1] for o in orders if o[3] >= world.end],
            minlength=domestic.size,
        )
        ahead = np.bincount(home.item_of, weights=demand[:, world.end : last].sum(axis=1), minlength=domestic.size)
        end_value -= float((np.maximum(domestic + still - ahead, 0) * cogs).sum()) * WRITE_OFF
    by_listing += on_hand * world.cogs * WRITE_OFF
    period = demand[:, world.start : world.end]
    total_demand = float(period.sum())
    return Result(
        freight + holding + lost_cost - end_value, freight, holding, lost_cost, end_value,
        1 - lost_units / total_demand, (shipped[0], shipped[1], shipped[2]),
        out_days / period.size, stock_days / total_demand, time.perf_counter() - began, by_listing,
    )  # fmt: skip


def _pipeline(log: list[tuple[IntArray, IntArray, FloatArray, IntArray, IntArray]], day: int) -> Pipeline:
    """Shipments under way: the announced day is the usual one until a week before arrival."""
    log[:] = [entry for entry in log if (entry[4] >= day).any()]
    if not log:
        none = np.zeros(0, dtype=np.int64)
        return Pipeline(none, none, np.zeros(0), none, np.zeros(0))
    who, mode, units, shipped, arrives = (np.concatenate(column) for column in zip(*log, strict=True))
    usual = shipped + np.array([10, 30, 45])[mode]
    open_ = arrives >= day
    left = arrives - day
    announced = np.where(left <= 7, left, np.maximum(usual - day, 8))
    return Pipeline(who[open_], mode[open_], units[open_], (day - shipped)[open_], announced[open_].astype(float))


def _products(home: Home, domestic: FloatArray, orders: list[tuple[int, float, int, int]], day: int) -> ProductPool:
    """The warehouse as a policy sees it; an order's day is the usual one until a week before it comes."""
    usual = round(float(home.past_production.mean()))
    open_ = [order for order in orders if order[3] > day]
    left = np.array([comes - day for _, _, _, comes in open_], dtype=float)
    told = [
        days if days <= 7 else max(made + usual - day, 8) for days, (_, _, made, _) in zip(left, open_, strict=True)
    ]
    count = domestic.size
    return ProductPool(
        home.names, domestic.copy(), home.minimum, np.ones(count, dtype=np.int64), home.item_of,
        np.ones(home.item_of.size, dtype=np.int64),
        np.array([order[0] for order in open_], dtype=np.int64), np.array([order[1] for order in open_]),
        np.array([day - order[2] for order in open_], dtype=np.int64), np.array(told, dtype=float),
    )  # fmt: skip


def with_home(world: World, minimum: int = 200, days: float = 45, seed: int = 3) -> World:
    """The same world with a finite warehouse: stock for so many days at first, production of about a month."""
    rng = np.random.default_rng(seed)
    names = tuple(dict.fromkeys(world.data.items))
    row = {name: number for number, name in enumerate(names)}
    item_of = np.array([row[name] for name in world.data.items], dtype=np.int64)
    recent = world.data.demand[:, world.start - 60 : world.start].mean(axis=1)
    level = np.bincount(item_of, weights=recent)
    lots = np.minimum(minimum, np.maximum(np.ceil(level * 60 / 10) * 10, 20)).astype(np.int64)

    def production(shape: tuple[int, ...]) -> IntArray:
        drawn: IntArray = np.rint(30 * np.exp(rng.normal(0, 0.15, shape)) + (rng.random(shape) < 0.08) * 10).astype(
            np.int64
        )
        return drawn

    home = Home(
        np.ceil(level * days), lots, item_of, names, production((len(names), len(world.reviews))),
        production((40,)).astype(float),
    )  # fmt: skip
    return replace(world, home=home)


def clairvoyant(world: World) -> float:
    """Cost of the best plan that knows demand and lead times: each unit takes its cheapest feasible shipment."""
    demand = world.data.demand[:, world.start : world.end].astype(float)
    n, days = demand.shape
    first = world.first_stock[:, None]
    before = np.cumsum(demand, axis=1) - demand
    from_first = np.clip(first - before, 0, demand)
    left_first = np.maximum(world.first_stock[:, None] - np.cumsum(demand, axis=1), 0)
    cost = float((left_first * world.hold_day[:, None]).sum())
    best = np.full((n, days), np.inf)
    rows = np.arange(n)
    for number, day in enumerate(world.reviews - world.start):
        for mode in range(3):
            arrival = day + world.lead[:, number, mode]
            inside = arrival < days
            unit = world.freight[:, mode] + world.capital_day * world.lead[:, number, mode] - world.hold_day * arrival
            where = np.minimum(arrival, days - 1)
            best[rows, where] = np.where(inside, np.minimum(best[rows, where], unit), best[rows, where])
    best = np.minimum.accumulate(best, axis=1) + world.hold_day[:, None] * np.arange(days)
    cost += float(((demand - from_first) * np.minimum(best, world.penalty[:, None])).sum())
    rest = left_first[:, -1]
    ahead = world.data.demand[:, world.end : world.end + RUN_OFF_DAYS].sum(axis=1)
    sold = np.minimum(rest, ahead)
    slow_cost = world.freight[:, SLOW] + world.capital_day * 45
    return cost - float((sold * slow_cost).sum()) + float(((rest - sold) * world.cogs).sum()) * WRITE_OFF


def block_of(world: World, view: View) -> PlanningBlock:
    """The planning block of a review."""
    transit = tuple(
        learned_transit(mode, past.astype(float)) for mode, past in zip(MODES, world.past_lead, strict=True)
    )
    lanes: tuple[tuple[TransitDistribution | None, ...], ...] = (transit,)
    means = np.array([past.mean() for past in world.past_lead])
    names = [f"{item}/{number}" for number, item in enumerate(world.data.items)]
    return PlanningBlock(
        seeds_of(names), world.data.items, view.today, world.review_days,
        view.reviews_left * world.review_days, view.sales, stock_since_start(view.sales, view.in_stock),
        view.on_sale.astype(bool), view.on_hand, view.pipeline,
        UnitEconomics(
            world.freight + world.capital_day[:, None] * means, world.hold_day, world.penalty, world.cogs,
            world.capital_day,
        ),
        lanes, np.zeros(len(names), dtype=np.int64), np.ones(len(names), dtype=np.int64),
    )  # fmt: skip


NOTHING: IntArray = np.zeros(0, dtype=np.int64)


def marginal_rule(rule: RuleSettings = DEFAULT_RULE, buying: PurchaseRule | None = None) -> Policy:
    """The product's rule."""

    def policy(world: World, view: View) -> tuple[IntArray, IntArray]:
        block = block_of(world, view)
        pool: DemandPool = learn_pool(
            block.sales, block.in_stock, block.groups, block.seeds, block.today,
            planning_horizon(block.lanes, block.review_days), block.on_hand,
        )  # fmt: skip
        decision = decide_all(block, pool, rule)
        if world.home is None or view.products is None:
            return decision.units, NOTHING
        products = view.products
        units, _ = rationed(decision, products.pool, products.domestic, block.carton)
        production = production_time(world.home.past_production)
        assert production is not None
        return units, purchases(block, pool, products, production, units, buying)

    return policy


def _position(view: View, n: int) -> FloatArray:
    position = view.on_hand.astype(float).copy()
    np.add.at(position, view.pipeline.listing, view.pipeline.units)
    return position[:n]


def within_home(
    world: World, view: View, units: IntArray, speed: FloatArray, cover: float
) -> tuple[IntArray, IntArray]:
    """Cut a simple policy's units to the warehouse in proportion, and order up to a cover on the echelon."""
    home, products = world.home, view.products
    if home is None or products is None:
        return units, NOTHING
    count = len(home.names)
    need = np.bincount(home.item_of, weights=units.sum(axis=1), minlength=count)
    share = np.minimum(1, products.domestic / np.maximum(need, 1))
    units = np.floor(units * share[home.item_of][:, None]).astype(np.int64)
    echelon = np.bincount(home.item_of, weights=_position(view, speed.size), minlength=count) + products.domestic
    np.add.at(echelon, products.order_product, products.order_units)
    target = np.bincount(home.item_of, weights=speed * view.on_sale, minlength=count) * (30 + 45 + 7 + cover)
    short = np.ceil(target - echelon)
    return units, np.where(short > 0, np.maximum(short, home.minimum), 0).astype(np.int64)


def days_of_cover(cover: float) -> Policy:
    """One number of days for all, by slow sea: velocity x (45 + 7 + cover) - position."""

    def policy(world: World, view: View) -> tuple[IntArray, IntArray]:
        def mean(days: int) -> FloatArray:
            total: FloatArray = view.sales[:, -days:].sum(axis=1) / days
            return total

        speed = 0.5 * mean(7) + 0.3 * mean(14) + 0.2 * mean(30)
        need = np.ceil(speed * (52 + cover) - _position(view, speed.size)) * view.on_sale
        units = np.zeros((speed.size, 3), dtype=np.int64)
        units[:, SLOW] = np.maximum(need, 0)
        return within_home(world, view, units, speed, cover)

    return policy


def normal_stock(z: float) -> Policy:
    """Safety stock per listing: stock-out-corrected level and deviation, normal theory, by slow sea."""

    def policy(world: World, view: View) -> tuple[IntArray, IntArray]:
        mean = corrected_level(view.sales, view.in_stock)
        recent = view.sales[:, -364:]
        whole = recent[:, recent.shape[1] % 7 :]
        weekly = whole.reshape(whole.shape[0], -1, 7).sum(axis=2)
        sigma = np.sqrt(52 / 7) * weekly[:, -26:].std(axis=1)
        deviation = np.sqrt(sigma**2 + (mean * world.past_lead[SLOW].std()) ** 2)
        need = np.ceil(mean * 52 + z * deviation - _position(view, mean.size)) * view.on_sale
        units = np.zeros((mean.size, 3), dtype=np.int64)
        units[:, SLOW] = np.maximum(need, 0)
        return within_home(world, view, units, mean, 14 + 7 * z)

    return policy


def show(name: str, result: Result, best: float, first: float | None = None) -> None:
    """One line of the table."""
    units = np.array(result.units)
    share = 100 * units / max(units.sum(), 1)
    print(
        f"{name:28s} {result.total:11.0f} {result.total / best:6.3f} "
        f"{'' if first is None else f'{100 * (result.total / first - 1):+6.1f}%':>8s} "
        f"fr {result.freight:9.0f} hold {result.holding:8.0f} lost {result.lost:8.0f} end {result.end_value:8.0f} "
        f"fill {result.fill:.4f} out {100 * result.out_days:4.1f}% cover {result.cover_days:5.1f} "
        f"air/fast/slow {share[AIR]:.1f}/{share[FAST]:.1f}/{share[SLOW]:.1f}% {result.seconds:6.1f}s"
    )


def worlds(which: str) -> list[World]:
    """Early periods to tune on, later ones to report."""
    found: list[World] = []
    if which in {"retail-early", "early", "all"}:
        found.append(make_world(online_retail(), 120, 232))
    if which in {"retail-late", "late", "all"}:
        found.append(make_world(online_retail(), 200, 284, seed=12))
    if which in {"made-early", "early", "all"}:
        found.append(make_world(made_years(50), 740, 1098))
    if which in {"made-late", "late", "all"}:
        found.append(make_world(made_years(50, seed=2), 1102, 1823, seed=12))
    return found


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", default="late")
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--home", action="store_true", help="with a finite warehouse and purchases")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a constant of the rule")
    options = parser.parse_args(arguments)
    changes = {name: float(value) for name, value in (pair.split("=") for pair in options.set)}
    rule = replace(DEFAULT_RULE, **changes)  # type: ignore[arg-type]
    for world in worlds(options.worlds):
        world = with_home(world) if options.home else world
        best = clairvoyant(world)
        print(
            f"{world.data.name}: {world.data.demand.shape[0]} listings, days {world.start}-{world.end}, best {best:.0f}"
        )
        first: float | None = None
        if options.baselines:
            for cover in (14, 28, 42):
                result = replay(world, days_of_cover(cover))
                first = result.total if first is None else min(first, result.total)
                show(f"days of cover +{cover}", result, best)
            for z in (1.65, 2.3, 3.0):
                show(f"normal safety stock z {z}", replay(world, normal_stock(z)), best, first)
        show("marginal rule", replay(world, marginal_rule(rule)), best, first)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
