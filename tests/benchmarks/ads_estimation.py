"""Conversion rates from few clicks: made accounts with known truth, real ones in halves, and the time it takes."""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from python_calamine import CalamineWorkbook
from scipy.special import betainc, betaln

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.completeness import effective_clicks
from services.ads.domain.conversion import ConversionEstimate, TermGroups, Traffic, estimate_conversion
from services.ads.domain.ratios import capped_orders, needed_conversion_rate, shrunk_order_value
from services.ads.domain.term_actions import BALANCED, CAREFUL
from tests.benchmarks.ads_accounts import PLAIN_NATURE, STRONG_NATURE, Account, Nature, made_account
from tests.benchmarks.measurement import Measurement
from tests.support.paths import SHARED

LEAST_AUC, LEAST_GAIN, MOST_ERROR = 0.96, 0.90, 0.05
BREAK_EVENS = (0.3, 0.4, 0.5)
LOW_RATE, MANY_CLICKS = 0.07, 10
ACCOUNTS, QUICK_ACCOUNTS, SPLITS, QUICK_SPLITS = 24, 4, 200, 20
BENCHMARK = (0.07, 0.10)
VERSUS = "above that of category only"
# More lies in groups and words here than in any real account seen, and the clairvoyant knows all of it.
HARDEST = "few clicks, strong groups and words"
# Where an account's money is, in a few terms with many clicks or in many with few, decides how hard it is.
NATURES = {
    "few clicks a term (30 at most)": Nature(most_clicks=30.0),
    "some big terms (300 at most)": Nature(most_clicks=300.0),
    "few clicks, no words, no traffic": replace(PLAIN_NATURE, most_clicks=30.0),
    HARDEST: replace(STRONG_NATURE, most_clicks=30.0),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a real account: groups, what each had before orders, and what it brought; arrays (n,)."""

    name: str
    groups: TermGroups
    traffic: Traffic
    orders: FloatArray
    sales: FloatArray
    price: FloatArray


Model = Callable[[FloatArray, FloatArray, TermGroups, Sequence[tuple[float, float]], Traffic], ConversionEstimate]


def product(
    orders: FloatArray,
    exposure: FloatArray,
    groups: TermGroups,
    benchmarks: Sequence[tuple[float, float]],
    traffic: Traffic,
) -> ConversionEstimate:
    """What the product does."""
    return estimate_conversion(orders, exposure, groups, benchmarks, traffic)


def category_only(
    orders: FloatArray,
    exposure: FloatArray,
    groups: TermGroups,
    benchmarks: Sequence[tuple[float, float]],
    traffic: Traffic,
) -> ConversionEstimate:
    """The plain beta-binomial by category: nothing of campaigns, words or traffic."""
    return estimate_conversion(orders, exposure, TermGroups(category=groups.category), benchmarks)


def groups_only(
    orders: FloatArray,
    exposure: FloatArray,
    groups: TermGroups,
    benchmarks: Sequence[tuple[float, float]],
    traffic: Traffic,
) -> ConversionEstimate:
    """Portfolio, campaign and match type, neither words nor traffic."""
    return estimate_conversion(orders, exposure, replace(groups, text=None), benchmarks)


def groups_and_words(
    orders: FloatArray,
    exposure: FloatArray,
    groups: TermGroups,
    benchmarks: Sequence[tuple[float, float]],
    traffic: Traffic,
) -> ConversionEstimate:
    """All but traffic."""
    return estimate_conversion(orders, exposure, groups, benchmarks)


MODELS: dict[str, Model] = {
    "product": product,
    "category only": category_only,
    "with groups": groups_only,
    "with groups and words": groups_and_words,
}


def measure(quick: bool = False) -> list[Measurement]:
    """All figures; those of real accounts only where the shared folder lies beside the checkout."""
    found: list[Measurement] = []
    for name, nature in NATURES.items():
        found.extend(_of_made_accounts(name, nature, QUICK_ACCOUNTS if quick else ACCOUNTS))
    data = SHARED / "ads_data" / "sp_search_term_daily.csv"
    if data.exists():
        found.extend(_of_halves(ads_data(data), QUICK_SPLITS if quick else SPLITS))
    held_out = [gain for terms in real_accounts() for gain in _of_held_out_clicks(terms, 2 if quick else 10)]
    found.extend(held_out)
    if held_out:
        gained = sum(each.value for each in held_out if each.name.endswith(" product"))
        found.append(
            Measurement("all real accounts: held-out likelihood, product", gained, "nats", 0.0, "at least", VERSUS)
        )
    found.extend(_of_time())
    return found


# ---- made accounts


def area_by_spend(chance: FloatArray, bad: BoolArray, cost: FloatArray) -> float:
    """Share of pairs of money, badly and well spent, of which the badly spent has the higher `chance`."""
    _, rank = np.unique(chance, return_inverse=True)
    well, badly = np.bincount(rank, cost * ~bad), np.bincount(rank, cost * bad)
    below = np.cumsum(well) - well / 2
    return float((badly * below).sum() / (well.sum() * badly.sum()))


def calibration_error(chance: FloatArray, bad: FloatArray, cost: FloatArray) -> float:
    """By how much the stated chances differ from the share that came true, over bands of a tenth, by spend."""
    band = np.minimum((chance * 10).astype(int), 9)
    spend, stated, true = (np.bincount(band, cost * each) for each in (np.ones(cost.size), chance, bad))
    return float(np.abs(stated - true).sum() / spend.sum())


def clairvoyant(
    account: Account, orders: FloatArray, exposure: FloatArray, limit: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """P(CVR < limit) and E[CVR] with the very priors from which each term's rate was drawn."""
    a, b = account.prior_a, account.prior_b
    o, n = orders[:, None], exposure[:, None]
    told = betaln(a + o, b + n - o) - betaln(a, b)
    weight = account.prior_weight * np.exp(told - told.max(axis=1, keepdims=True))
    weight = weight / weight.sum(axis=1, keepdims=True)
    a, b = a + o, b + n - o
    return (weight * betainc(a, b, limit[:, None])).sum(axis=1), (weight * a / (a + b)).sum(axis=1)


def _of_made_accounts(name: str, nature: Nature, accounts: int) -> Iterator[Measurement]:
    rng_of = (np.random.default_rng([20260602, number]) for number in range(accounts))
    areas: dict[str, list[float]] = {}
    gains: dict[tuple[str, float], float] = {}
    told: list[FloatArray] = []
    for rng in rng_of:
        account = made_account(rng, int(np.exp(rng.uniform(np.log(400), np.log(5000)))), nature)
        orders = capped_orders(account.orders, account.clicks)
        exposure = np.maximum(effective_clicks(account.clicks_by_age), orders)
        traffic = Traffic(account.clicks, account.impressions, account.cost)
        value = shrunk_order_value(account.sales, account.orders, account.price)
        limit = np.minimum(needed_conversion_rate(account.cost / account.clicks, value, account.break_even_acos), 1)
        bad, gain = account.true_rate < account.true_needed_rate, account.true_gain_of_negating
        judged = {"clairvoyant": clairvoyant(account, orders, exposure, limit)}
        for model_name, model in MODELS.items():
            estimate = model(orders, exposure, account.groups, account.benchmarks, traffic)
            judged[model_name] = estimate.below(limit), estimate.expected
        for judge, (chance, expected) in judged.items():
            areas.setdefault(judge, []).append(area_by_spend(chance, bad, account.cost))
            for tau in (BALANCED, CAREFUL):
                saved = float(gain[(chance >= tau) & (expected < limit)].sum())
                gains[judge, tau] = gains.get((judge, tau), 0.0) + saved
        told.append(np.column_stack([judged["product"][0], bad, account.cost]))
        gains["one who knows every rate", BALANCED] = gains.get(("one who knows every rate", BALANCED), 0.0) + float(
            gain[gain > 0].sum()
        )
        for rule, hit in rules(account.clicks, account.orders, account.cost, account.sales, account.break_even_acos):
            gains[rule, BALANCED] = gains.get((rule, BALANCED), 0.0) + float(gain[hit].sum())
    best = float(np.mean(areas["clairvoyant"]))
    for judge in MODELS:
        ours = judge == "product" and name != HARDEST
        area = float(np.mean(areas[judge]))
        yield Measurement(
            f"{name}: AUC by spend, {judge}",
            area / best,
            "of the clairvoyant's",
            LEAST_AUC if ours else None,
            "at least",
            f"{area:.3f} of {best:.3f}",
        )
        for tau in (BALANCED, CAREFUL) if judge == "product" else (BALANCED,):
            yield Measurement(
                f"{name}: profit gained at τ = {tau:g}, {judge}",
                gains[judge, tau] / gains["clairvoyant", tau],
                "of the clairvoyant's",
                LEAST_GAIN if ours and tau == BALANCED else None,
                "at least",
            )
    for (judge, _tau), saved in gains.items():
        if judge not in judged:
            yield Measurement(
                f"{name}: profit gained, {judge}", saved / gains["clairvoyant", BALANCED], "of the clairvoyant's"
            )
    yield Measurement(
        f"{name}: P(unprofitable) off the truth",
        calibration_error(*np.concatenate(told).T),
        "",
        MOST_ERROR,
        note="mean over ten bands, by spend",
    )


def rules(
    clicks: FloatArray, orders: FloatArray, cost: FloatArray, sales: FloatArray, break_even: FloatArray | float
) -> Iterator[tuple[str, BoolArray]]:
    """The rules people use, and what each one negates."""
    seen = clicks > 0
    yield "raw CVR under 7 %", np.asarray(seen & (orders < LOW_RATE * clicks))
    yield "raw ACoS above break-even", np.asarray(seen & (cost > break_even * sales))
    yield "10 clicks without order", np.asarray((clicks >= MANY_CLICKS) & (orders == 0))


# ---- real accounts in halves


def ads_data(path: Path) -> Terms:
    """The month of one account, by term; names are pseudonyms, so that words tell nothing."""
    total: dict[tuple[str, ...], FloatArray] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            key = tuple(row[name] for name in _KEYS)
            figures = [float(row[name]) for name in _FIGURES]
            total[key] = total.get(key, np.zeros(len(figures))) + figures
    return _terms("ads_data", list(total), np.array(list(total.values())), words=False)


_KEYS = ("Product Line", "Campaign Name", "Ad Group Name", "Targeting", "Match Type", "Customer Search Term")
_FIGURES = ("Impressions", "Clicks", "Spend", "14 Day Total Sales", "14 Day Total Orders (#)")


def real_accounts() -> Iterator[Terms]:
    """Search-term reports among the samples, as far as they are there."""
    folder = SHARED / "samples"
    for name in ("ads_sp_search_term_us_2024_summary", "ads_sp_search_term_ae_2025_summary"):
        if (folder / f"{name}.xlsx").exists():
            sheet = CalamineWorkbook.from_path(str(folder / f"{name}.xlsx")).get_sheet_by_index(0).to_python()
            at = {str(title).strip(): number for number, title in enumerate(sheet[0])}
            columns = [next(at[title] for title in at if title.startswith(start)) for start in _SHEET_COLUMNS]
            yield _summed(name, [[row[column] for column in columns] for row in sheet[1:] if row[columns[1]]])
    path = folder / "ads_console_custom_report_search_term_us_2025.csv"
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield _summed(path.stem, [["", *(row[title] for title in _CSV_COLUMNS)] for row in csv.DictReader(lines)])
    path = folder / "ads_bulksheet_v2_sp_search_term_us_2026.xlsx"
    if path.exists():
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        at = {str(title): number for number, title in enumerate(sheet[0])}
        yield _summed(path.stem, [[row[at[title]] for title in _BULK_COLUMNS] for row in sheet[1:]])


_SHEET_COLUMNS = (
    *("Portfolio", "Campaign Name", "Ad Group Name", "Targeting", "Match Type", "Customer Search Term"),
    *("Impressions", "Clicks", "Spend", "7 Day Total Sales", "7 Day Total Orders"),
)
_CSV_COLUMNS = (
    *("Campaign name", "Ad group name", "Target value", "Target match type", "Search term"),
    *("Impressions", "Clicks", "Total cost", "Sales", "Purchases"),
)
_BULK_COLUMNS = (
    *("Portfolio Name (Informational only)", "Campaign ID", "Ad Group ID", "Keyword Text", "Match Type"),
    *("Customer Search Term", "Impressions", "Clicks", "Spend", "Sales", "Orders"),
)


def _summed(name: str, rows: Sequence[Sequence[object]]) -> Terms:
    total: dict[tuple[str, ...], FloatArray] = {}
    for row in rows:
        key = tuple(str(cell).strip() for cell in row[:6])
        figures = np.array([float(str(cell).replace(",", "") or 0) for cell in row[6:]])
        total[key] = total.get(key, np.zeros(figures.size)) + figures
    return _terms(name, list(total), np.array(list(total.values())), words=True)


def _terms(name: str, keys: Sequence[tuple[str, ...]], figures: FloatArray, words: bool) -> Terms:
    clicked = figures[:, 1] > 0
    keys, figures = [key for key, seen in zip(keys, clicked, strict=True) if seen], figures[clicked]
    impressions, clicks, cost, sales, orders = figures.T
    portfolio, campaign, match_type = (_codes([key[part] for key in keys]) for part in (0, 1, 4))
    texts = [key[5] for key in keys] if words else None
    groups = TermGroups(portfolio=portfolio, campaign=campaign, match_type=match_type, text=texts)
    # What the campaign's orders were worth stands for the price, which reports do not tell.
    among = portfolio if not words else campaign
    usual = sales.sum() / orders.sum()
    price = (np.bincount(among, sales) + 2 * usual) / (np.bincount(among, orders) + 2)
    return Terms(name, groups, Traffic(clicks, impressions, cost), orders, sales, price[among])


def _codes(names: Sequence[str]) -> IntArray:
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Half:
    """One random half of each term's clicks with the orders that fell on them, and the other half; arrays (n,).

    Only terms with a click in the first half are here: of the others nothing would be known, whatever the policy.
    Traffic is the half's own too: how often the other half was clicked is not known yet.
    """

    groups: TermGroups
    traffic: Traffic
    orders: FloatArray
    other_clicks: FloatArray
    other_orders: FloatArray
    rows: IntArray


def split(terms: Terms, rng: np.random.Generator) -> Half:
    """Every click goes to either half by the toss of a coin; orders go with their clicks."""
    clicks = terms.traffic.clicks.astype(np.int64)
    orders = capped_orders(terms.orders, terms.traffic.clicks).astype(np.int64)
    first = rng.binomial(clicks, 0.5)
    sold = rng.hypergeometric(orders, clicks - orders, first)
    rows = np.flatnonzero(first)
    share = (first / clicks)[rows]
    traffic = Traffic(
        first[rows].astype(float), terms.traffic.impressions[rows] * share, terms.traffic.cost[rows] * share
    )
    kept, other_clicks, other_orders = (each[rows].astype(float) for each in (sold, clicks - first, orders - sold))
    return Half(terms.groups.taken(rows), traffic, kept, other_clicks, other_orders, rows)


def _estimates(half: Half, model: Model) -> ConversionEstimate:
    return model(half.orders, half.traffic.clicks, half.groups, (BENCHMARK,), half.traffic)


def _of_halves(terms: Terms, splits: int) -> Iterator[Measurement]:
    """Profit on the other half of the terms by policy, mean of the splits."""
    worth = terms.sales / np.maximum(capped_orders(terms.orders, terms.traffic.clicks), 1)
    profit: dict[tuple[str, float], float] = {}
    for number in range(splits):
        half = split(terms, np.random.default_rng([20260603, number]))
        clicks, cost = half.traffic.clicks, half.traffic.cost
        sales = half.orders * worth[half.rows]
        value = shrunk_order_value(sales, half.orders, terms.price[half.rows])
        estimates = {name: _estimates(half, model) for name, model in MODELS.items()}
        for break_even in BREAK_EVENS:
            paid = break_even * half.other_orders * worth[half.rows] - half.other_clicks * cost / clicks
            limit = np.minimum(needed_conversion_rate(cost / clicks, value, break_even), 1)
            policies = dict(rules(clicks, half.orders, cost, sales, break_even))
            policies["nothing"] = np.zeros(clicks.size, dtype=bool)
            for name, estimate in estimates.items():
                policies[name] = (estimate.below(limit) >= BALANCED) & (estimate.expected < limit)
            for name, hit in policies.items():
                profit[name, break_even] = profit.get((name, break_even), 0.0) + float(paid[~hit].sum()) / splits
    one = np.ones(1)
    for break_even in BREAK_EVENS:
        best = max(profit[name, break_even] for name, _ in rules(one, one, one, one, 1.0))
        told = ", ".join(f"{name} {value:,.0f}" for (name, each), value in profit.items() if each == break_even)
        yield Measurement(
            f"{terms.name} in halves, break-even {break_even:.0%}: profit above the best rule",
            profit["product", break_even] - best,
            "",
            0.0,
            "at least",
            told,
        )


def _of_held_out_clicks(terms: Terms, splits: int) -> Iterator[Measurement]:
    """How much likelier the other half is under the product's estimates than under the plain one's, in nats."""
    gained: dict[str, float] = {}
    for number in range(splits):
        half = split(terms, np.random.default_rng([20260604, number]))
        plain = _likelihood(_estimates(half, category_only), half)
        for name, model in MODELS.items():
            if name != "category only":
                gain = _likelihood(_estimates(half, model), half) - plain
                gained[name] = gained.get(name, 0.0) + gain / splits
    note = f"{terms.traffic.clicks.size:,} terms, {terms.orders.sum():,.0f} orders; {VERSUS}"
    for name, gain in gained.items():
        yield Measurement(f"{terms.name}: held-out likelihood, {name}", gain, "nats", note=note)


def _likelihood(estimate: ConversionEstimate, half: Half) -> float:
    a, b, o, n = estimate.a, estimate.b, half.other_orders, half.other_clicks
    return float((betaln(a + o, b + n - o) - betaln(a, b)).sum())


# ---- time


def _of_time() -> Iterator[Measurement]:
    """Seconds of processor for terms in numbers, with and without words."""
    for count in (5_000, 100_000):
        account = made_account(np.random.default_rng(7), count)
        orders = capped_orders(account.orders, account.clicks)
        exposure = np.maximum(effective_clicks(account.clicks_by_age), orders)
        traffic = Traffic(account.clicks, account.impressions, account.cost)
        for name, groups in (("", replace(account.groups, text=None)), (" with words", account.groups)):
            times = []
            for _ in range(3):
                begun = time.process_time()
                estimate_conversion(orders, exposure, groups, account.benchmarks, traffic)
                times.append(time.process_time() - begun)
            limit = 2.0 if count == 100_000 else None
            yield Measurement(f"estimates of {count:,} terms{name}", min(times), "s", limit)
