"""Decides a whole review at once from one request that carries everything: the stateless planning call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.demand import stock_since_start
from services.inventory.domain.demand_paths import learn_pool
from services.inventory.domain.domestic_pool import rationed
from services.inventory.domain.economics import UnitEconomics
from services.inventory.domain.lead_time import MODES, TransitDistribution, learned_transit
from services.inventory.domain.purchasing import ProductPool, purchases
from services.inventory.domain.replenishment import (
    DEFAULT_RULE,
    KNOWN_ARRIVAL_DAYS,
    Pipeline,
    PlanningBlock,
    RuleSettings,
    decide_all,
    planning_horizon,
)
from services.inventory.domain.stable_random import seeds_of

MODE_NAMES = ("air", "fast", "slow")
LARGEST_NUMBER = 1e9
DEFAULT_REVIEW_DAYS = 7
LONGEST_HISTORY_DAYS = 20 * 366


class PlanRequestError(ValueError):
    """The request cannot be planned; `field` is the path of what is wrong, `reason` says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class MissingField(PlanRequestError):
    """A field that the plan needs is absent."""


class WrongType(PlanRequestError):
    """A field is not of the kind it has to be."""


class OutOfRange(PlanRequestError):
    """A number is negative, too large, or before or after what it may be."""


class Inconsistent(PlanRequestError):
    """Two parts of the request contradict each other."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """One review: the listings as a block, their names, and the products at home when stock is finite."""

    skus: tuple[str, ...]
    block: PlanningBlock
    products: ProductPool | None
    production: TransitDistribution | None


@dataclass(frozen=True, slots=True)
class PlannedShipment:
    """Units of one listing to ship today by one mode."""

    sku: str
    mode: str
    qty: int


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """Units of one item to order today."""

    item: str
    qty: int


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """What to ship and what to buy today."""

    shipments: tuple[PlannedShipment, ...]
    purchases: tuple[PlannedPurchase, ...]

    def as_json(self) -> dict[str, list[dict[str, str | int]]]:
        """The answer as plain values."""
        return {
            "shipments": [{"sku": line.sku, "mode": line.mode, "qty": line.qty} for line in self.shipments],
            "purchases": [{"item": line.item, "qty": line.qty} for line in self.purchases],
        }


def _member(source: Mapping[str, Any], name: str, path: str) -> Any:
    if name not in source:
        raise MissingField(f"{path}{name}", "is required")
    return source[name]


def _number(value: Any, path: str, lowest: float = 0.0, highest: float = LARGEST_NUMBER, whole: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise WrongType(path, "must be a number")
    if whole and value != int(value):
        raise WrongType(path, "must be a whole number")
    if not lowest <= value <= highest:
        raise OutOfRange(path, f"must be between {lowest:g} and {highest:g}")
    return float(value)


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise WrongType(path, "must be a text that is not empty")
    return value


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WrongType(path, "must be an object")
    return value


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise WrongType(path, "must be a list")
    return value


def _series(value: Any, path: str, highest: float) -> FloatArray:
    """Numbers or null, as float32 with NaN for null."""
    listed = _list(value, path)
    try:
        array = np.array(listed)
    except ValueError as error:
        raise WrongType(path, "must hold numbers or null only") from error
    if array.dtype.kind == "O":
        for position, entry in enumerate(listed):
            if entry is not None and (isinstance(entry, bool) or not isinstance(entry, (int, float))):
                raise WrongType(f"{path}[{position}]", "must be a number or null")
        array = np.array(listed, dtype=float)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iufb"):
        raise WrongType(path, "must hold numbers or null only")
    if array.size and array.dtype.kind == "b" and highest > 1:
        raise WrongType(path, "must hold numbers or null only")
    numbers = array.astype(np.float64)
    if numbers.size and (np.nanmin(numbers, initial=0) < 0 or np.nanmax(numbers, initial=0) > highest):
        wrong = int(np.flatnonzero((numbers < 0) | (numbers > highest))[0])
        raise OutOfRange(f"{path}[{wrong}]", f"must be between 0 and {highest:g}")
    return numbers.astype(np.float32)


def _past_days(value: Any, path: str) -> FloatArray:
    """Days that past orders took: numbers alone."""
    days = _series(value, path, 1000.0)
    unknown = np.flatnonzero(np.isnan(days))
    if unknown.size:
        raise WrongType(f"{path}[{int(unknown[0])}]", "must be a number")
    return days


def _transits(
    body: Mapping[str, Any], offered: Sequence[str]
) -> tuple[tuple[TransitDistribution | None, ...], FloatArray]:
    given = _mapping(body.get("lead_times") or {}, "lead_times")
    lane: list[TransitDistribution | None] = []
    for mode, name in zip(MODES, MODE_NAMES, strict=True):
        if name not in offered:
            lane.append(None)
            continue
        past = _past_days(given.get(name) or [], f"lead_times.{name}")
        lane.append(learned_transit(mode, past))
    means = np.array([np.nan if transit is None else transit.mean for transit in lane])
    return tuple(lane), means


def _offered(body: Mapping[str, Any]) -> list[str]:
    names = _list(body.get("modes", list(MODE_NAMES)), "modes")
    for position, name in enumerate(names):
        if name not in MODE_NAMES:
            raise OutOfRange(f"modes[{position}]", "must be one of air, fast, slow")
        if name in names[:position]:
            raise OutOfRange(f"modes[{position}]", "must not be named twice")
    if not names:
        raise OutOfRange("modes", "must name at least one mode")
    return names


def announcement_trust(
    mode: FloatArray, age: FloatArray, expected_in: FloatArray, lane: tuple[TransitDistribution | None, ...]
) -> FloatArray:
    """Chance that each arrival announced within the next days is exact, (entries,).

    Some systems announce the usual duration until they know better, and do not withdraw it when it nears
    without the shipment. That shows in announced days that have passed, and it cannot be so where far
    announcements differ from one duration. Where nothing shows, both are taken to be as likely. A date that is
    not the usual one is exact. (Bayes: the usual date by chance against all later arrivals.)
    """
    trust = np.ones(mode.size)
    for number, transit in enumerate(lane):
        mine = mode == number
        far = mine & (expected_in > KNOWN_ARRIVAL_DAYS)
        if transit is None or not far.any():
            continue
        durations = (expected_in + age)[far]
        usual = float(np.median(durations))
        if np.abs(durations - usual).max() > 0:
            continue
        near = mine & (expected_in >= 0) & (expected_in <= KNOWN_ARRIVAL_DAYS) & (expected_in + age == usual)
        careless = 1.0 if (mine & (expected_in < 0)).any() else 0.5
        for entry in np.flatnonzero(near):
            chance = transit.share_below(usual + 0.5) - transit.share_below(usual - 0.5)
            later = 1 - transit.share_below(float(age[entry]) + KNOWN_ARRIVAL_DAYS + 0.5)
            exact = max(chance, 0.01) / (max(chance, 0.01) + later)
            trust[entry] = careless * exact + (1 - careless)
    return trust


@dataclass(frozen=True, slots=True)
class _Listings:
    skus: list[str]
    items: list[str]
    sales: FloatArray
    in_stock: FloatArray
    on_hand: FloatArray
    on_sale: list[bool]
    pipeline: Pipeline
    freight: FloatArray
    money: FloatArray  # penalty, cogs, hold_day, cap_day


def _pipeline_entry(entry: Any, path: str, today: int) -> tuple[int, float, int, float] | None:
    row = _mapping(entry, path)
    name = _member(row, "mode", f"{path}.")
    if name not in MODE_NAMES:
        raise OutOfRange(f"{path}.mode", "must be one of air, fast, slow")
    units = _number(_member(row, "qty", f"{path}."), f"{path}.qty")
    shipped = _number(_member(row, "shipped", f"{path}."), f"{path}.shipped", -LARGEST_NUMBER, float(today), whole=True)
    announced = row.get("eta")
    expected = (
        np.nan
        if announced is None
        else _number(announced, f"{path}.eta", -LARGEST_NUMBER, LARGEST_NUMBER, whole=True) - today
    )
    if units <= 0:
        return None
    return MODE_NAMES.index(name), units, today - int(shipped), expected


def _economics(source: Any, path: str) -> tuple[list[float], list[float]]:
    econ = _mapping(source, path)

    def optional(name: str, otherwise: float) -> float:
        value = econ.get(name)
        return otherwise if value is None else _number(value, f"{path}.{name}", -LARGEST_NUMBER)

    freight = [float("nan") if econ.get(name) is None else _number(econ[name], f"{path}.{name}") for name in MODE_NAMES]
    margin = optional("margin", float("nan"))
    penalty = optional("penalty", 2 * max(margin, 0.0) if margin == margin else float("nan"))
    if penalty != penalty:
        raise MissingField(f"{path}.penalty", "is required when there is no margin")
    cogs = _number(_member(econ, "cogs", f"{path}."), f"{path}.cogs")
    capital = max(optional("cap_day", 0.2 * cogs / 365), 0.0)
    hold = max(optional("hold_day", capital + max(optional("storage", 0.0), 0.0)), 0.0)
    return freight, [max(penalty, 0.0), cogs, hold, capital]


def _listings(
    body: Mapping[str, Any], today: int, days: int, lane: tuple[TransitDistribution | None, ...]
) -> _Listings:
    rows = _list(_member(body, "skus", ""), "skus")
    n = len(rows)
    sales: list[FloatArray] = []
    in_stock: list[FloatArray] = []
    skus: list[str] = []
    items: list[str] = []
    on_hand = np.zeros(n)
    on_sale: list[bool] = []
    freight = np.full((n, 3), np.nan)
    money = np.zeros((n, 4))
    whose: list[int] = []
    under_way: list[tuple[int, float, int, float]] = []
    seen: dict[str, int] = {}
    for position, source in enumerate(rows):
        path = f"skus[{position}]"
        row = _mapping(source, path)
        sku = _text(_member(row, "sku", f"{path}."), f"{path}.sku")
        if sku in seen:
            raise Inconsistent(f"{path}.sku", f"is the same as skus[{seen[sku]}].sku")
        seen[sku] = position
        skus.append(sku)
        items.append(_text(row.get("item", sku), f"{path}.item"))
        on_hand[position] = _number(_member(row, "on_hand", f"{path}."), f"{path}.on_hand")
        price = row.get("price", 1)
        on_sale.append(price is not None and _number(price, f"{path}.price") >= 0)
        history = _series(_member(row, "history", f"{path}."), f"{path}.history", LARGEST_NUMBER)
        if history.size != days:
            raise Inconsistent(
                f"{path}.history", f"has {history.size} values, not the {days} from history_from to yesterday"
            )
        sales.append(history)
        flags = np.ones(days, dtype=np.float32)
        if row.get("in_stock") is not None:
            flags = _series(row["in_stock"], f"{path}.in_stock", 1.0)
            if flags.size != days:
                raise Inconsistent(f"{path}.in_stock", f"has {flags.size} values, history has {days}")
        in_stock.append(flags)
        for number, entry in enumerate(_list(row.get("pipeline") or [], f"{path}.pipeline")):
            found = _pipeline_entry(entry, f"{path}.pipeline[{number}]", today)
            if found is not None:
                whose.append(position)
                under_way.append(found)
        freight[position], money[position] = _economics(_member(row, "econ", f"{path}."), f"{path}.econ")
    table = np.array(under_way, dtype=float).reshape(-1, 4)
    pipeline = Pipeline(
        np.array(whose, dtype=np.int64),
        table[:, 0].astype(np.int64),
        table[:, 1],
        table[:, 2].astype(np.int64),
        table[:, 3],
        announcement_trust(table[:, 0], table[:, 2], table[:, 3], lane),
    )
    empty = np.zeros((0, days), dtype=np.float32)
    return _Listings(
        skus,
        items,
        np.stack(sales) if n else empty,
        stock_since_start(np.stack(sales), np.stack(in_stock)) if n else empty,
        on_hand,
        on_sale,
        pipeline,
        freight,
        money,
    )


def _products(body: Mapping[str, Any], items: Sequence[str], today: int) -> ProductPool | None:
    if body.get("items") is None:
        return None
    rows = _list(body["items"], "items")
    names: dict[str, int] = {}
    domestic, minimum, carton = [], [], []
    orders: list[tuple[int, float, int, float]] = []
    for position, source in enumerate(rows):
        path = f"items[{position}]"
        row = _mapping(source, path)
        name = _text(_member(row, "item", f"{path}."), f"{path}.item")
        if name in names:
            raise Inconsistent(f"{path}.item", f"is the same as items[{names[name]}].item")
        names[name] = position
        domestic.append(_number(_member(row, "domestic", f"{path}."), f"{path}.domestic"))
        minimum.append(int(_number(row.get("moq") or 0, f"{path}.moq")))
        carton.append(int(_number(row.get("carton") or 1, f"{path}.carton")))
        for number, entry in enumerate(_list(row.get("open_po") or [], f"{path}.open_po")):
            where = f"{path}.open_po[{number}]"
            order = _mapping(entry, where)
            units = _number(_member(order, "qty", f"{where}."), f"{where}.qty")
            ordered = _number(
                order.get("ordered", today), f"{where}.ordered", -LARGEST_NUMBER, float(today), whole=True
            )
            eta = order.get("eta")
            expected = np.nan if eta is None else _number(eta, f"{where}.eta", -LARGEST_NUMBER, whole=True) - today
            orders.append((position, units, today - int(ordered), expected))
    pool = []
    for position, item in enumerate(items):
        if item not in names:
            raise Inconsistent(f"skus[{position}].item", "is not among items")
        pool.append(names[item])
    table = np.array(orders, dtype=float).reshape(-1, 4)
    return ProductPool(
        tuple(names),
        np.array(domestic, dtype=float),
        np.array(minimum, dtype=np.int64),
        np.array(carton, dtype=np.int64),
        np.array(pool, dtype=np.int64),
        np.ones(len(pool), dtype=np.int64),
        table[:, 0].astype(np.int64),
        table[:, 1],
        table[:, 2].astype(np.int64),
        table[:, 3],
    )


def read_request(body: Any) -> PlanRequest:
    """Check a decoded request and lay it out in arrays; raises PlanRequestError naming the field."""
    body = _mapping(body, "body")
    today = int(_number(_member(body, "today", ""), "today", -LARGEST_NUMBER, whole=True))
    review_days = int(_number(body.get("review_days", DEFAULT_REVIEW_DAYS), "review_days", 1, 90, whole=True))
    left = body.get("reviews_left")
    reviews_left = None if left is None else int(_number(left, "reviews_left", whole=True))
    since = int(_number(body.get("history_from", 0), "history_from", -LARGEST_NUMBER, float(today), whole=True))
    if today - since > LONGEST_HISTORY_DAYS:
        raise OutOfRange("history_from", f"must be at most {LONGEST_HISTORY_DAYS} days before today")
    offered = _offered(body)
    lane, means = _transits(body, offered)
    found = _listings(body, today, today - since, lane)
    freight = np.where(np.isnan(means), np.nan, found.freight)
    penalty, cogs, hold, capital = found.money.T
    economics = UnitEconomics(freight + capital[:, None] * means, hold, penalty, cogs, capital)
    n = len(found.skus)
    block = PlanningBlock(
        seeds_of(found.skus),
        tuple(found.items),
        today,
        review_days,
        None if reviews_left is None else (reviews_left + 1) * review_days,
        found.sales,
        found.in_stock,
        np.array(found.on_sale, dtype=bool),
        found.on_hand,
        found.pipeline,
        economics,
        (lane,),
        np.zeros(n, dtype=np.int64),
        np.ones(n, dtype=np.int64),
    )
    products = _products(body, found.items, today)
    production = None
    if body.get("production") is not None:  # looked at even where there is no warehouse that would need it
        past_days = _past_days(body["production"], "production")
        production = production_time(past_days) if products is not None else None
    return PlanRequest(tuple(found.skus), block, products, production)


def production_time(past_days: FloatArray) -> TransitDistribution | None:
    """Distribution of production days from past orders; None when there were none."""
    days = np.sort(past_days[np.isfinite(past_days) & (past_days > 0)].astype(float))
    if days.size == 0:
        return None
    return TransitDistribution(days, np.full(days.size, 1 / days.size), int(days.size))


def plan(request: PlanRequest, rule: RuleSettings = DEFAULT_RULE) -> PlanAnswer:
    """Decide shipments, within the domestic stock where it is finite, and purchases where they are possible."""
    block = request.block
    if block.size == 0:
        return PlanAnswer((), ())
    pool = learn_pool(
        block.sales,
        block.in_stock,
        block.groups,
        block.seeds,
        block.today,
        planning_horizon(block.lanes, block.review_days),
        block.on_hand,
    )
    decision = decide_all(block, pool, rule)
    units: IntArray = decision.units
    bought: IntArray = np.zeros(0, dtype=np.int64)
    if request.products is not None:
        products = request.products
        units, _ = rationed(decision, products.pool, products.domestic, block.carton, products.units_each)
        if request.production is not None:
            bought = purchases(block, pool, products, request.production, units)
    shipments = tuple(
        PlannedShipment(request.skus[listing], MODE_NAMES[mode], int(units[listing, mode]))
        for listing, mode in zip(*np.nonzero(units > 0), strict=True)
    )
    orders = tuple(
        PlannedPurchase(request.products.names[row], int(bought[row]))
        for row in np.flatnonzero(bought > 0)
        if request.products is not None
    )
    return PlanAnswer(shipments, orders)


def plan_decoded(body: Any) -> dict[str, list[dict[str, str | int]]]:
    """The planning call from decoded JSON to plain values; raises PlanRequestError naming the field."""
    return plan(read_request(body)).as_json()


__all__ = [
    "Inconsistent",
    "MissingField",
    "OutOfRange",
    "PlanAnswer",
    "PlanRequest",
    "PlanRequestError",
    "PlannedPurchase",
    "PlannedShipment",
    "WrongType",
    "plan",
    "plan_decoded",
    "production_time",
    "read_request",
]
