"""The stateless scoring call over 5,000 terms, from bytes to bytes, beside the bare arithmetic of the same fit."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, betaln

from services.ads.actions.score_request import answer_to
from services.ads.domain.arrays import FloatArray, IntArray
from services.ads.domain.scoring_call import read_request, score_decoded
from services.ads.schemas.scoring_call import ScoreRequest
from tests.benchmarks.measurement import Measurement

TERMS, CAMPAIGNS, CATEGORIES = 5_000, 40, 3
MOST_TIMES, MOST_SECONDS = 10.0, 1.0
ROUNDS = 7
F = np.array([0.55, 0.72, 0.81, 0.87, 0.90, 0.94, 0.97, 1.0])
ODDS_OF_MIDDLE = float(np.log(0.085 / 0.915))


def a_request(terms: int, seed: int = 5) -> dict[str, Any]:
    """Long-tailed terms of forty campaigns, with the ages of their clicks, and twelve weeks of each campaign's days."""
    rng = np.random.default_rng(seed)
    clicks = np.minimum(np.floor((1 - rng.random(terms)) ** -1.0), 1500).astype(int)
    rate = rng.beta(2.5, 27.5, terms)
    by_age = rng.multinomial(clicks, [1 / 60] * 7 + [53 / 60])
    orders = rng.binomial(clicks, rate)
    cpc, price = rng.uniform(0.3, 1.6, terms), rng.uniform(15, 60, CAMPAIGNS)
    campaign = rng.integers(0, CAMPAIGNS, terms)
    rows = [
        {
            "id": f"term {number}",
            "campaign_id": f"campaign {campaign[number]}",
            "category": f"category {campaign[number] % CATEGORIES}",
            "match_type": ("exact", "phrase", "broad")[number % 3],
            "impressions": int(clicks[number] * 180),
            "clicks": int(clicks[number]),
            "cost": round(float(clicks[number] * cpc[number]), 2),
            "orders": int(orders[number]),
            "sales": round(float(orders[number] * price[campaign[number]]), 2),
            "clicks_by_age": by_age[number].tolist(),
        }
        for number in range(terms)
    ]
    campaigns = []
    days = np.arange("2026-03-09", "2026-06-01", dtype="datetime64[D]").astype(str).tolist()
    for number in range(CAMPAIGNS):
        mine = [row for row in rows if row["campaign_id"] == f"campaign {number}"]
        total = {name: sum(row[name] for row in mine) for name in ("impressions", "clicks", "cost", "orders", "sales")}
        daily = rng.multinomial(total["clicks"], np.full(len(days), 1 / len(days)))
        campaigns.append(
            {
                "campaign_id": f"campaign {number}",
                "category": f"category {number % CATEGORIES}",
                "price": round(float(price[number]), 2),
                "break_even_acos": 0.35,
                "target_acos": 0.28,
                "benchmark_cvr": [0.07, 0.10],
                **total,
                "daily": [
                    {"date": day, "clicks": int(count), "cost": float(count), "orders": int(0.08 * count), "sales": 0.0}
                    for day, count in zip(days, daily, strict=True)
                ],
            }
        )
    return {"as_of": "2026-05-31", "currency": "USD", "campaigns": campaigns, "terms": rows}


def bare(clicks: FloatArray, orders: FloatArray, category: IntArray, needed: FloatArray, target: FloatArray) -> None:
    """The same with numpy and scipy alone: the penalised fit by category, four odds and an interval for each term."""
    mean, strength = np.empty(clicks.size), np.empty(clicks.size)
    for code in np.unique(category):
        mine = category == code
        n, o = clicks[mine], orders[mine]

        def objective(at: FloatArray, n: FloatArray = n, o: FloatArray = o) -> float:
            middle, size = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
            a, b = middle * size, (1 - middle) * size
            penalty = 0.5 * ((at[1] - np.log(30)) / 1.2) ** 2 + 0.5 * (at[0] - ODDS_OF_MIDDLE) ** 2
            return float(penalty - (betaln(o + a, n - o + b) - betaln(a, b)).sum())

        found = minimize(objective, [ODDS_OF_MIDDLE, np.log(30)], method="Nelder-Mead").x
        mean[mine], strength[mine] = 1 / (1 + np.exp(-found[0])), np.exp(found[1])
    a, b = mean * strength + orders, (1 - mean) * strength + clicks - orders
    for rate in (needed, target, 0.07):
        betainc(a, b, rate)
    betaincinv(a, b, 0.05), betaincinv(a, b, 0.95)


def fastest(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def measure(quick: bool = False) -> list[Measurement]:
    """Times of the whole call and of its parts, and how many times the bare arithmetic that is."""
    body = a_request(TERMS)
    content = orjson.dumps(body)
    request = read_request(body)
    terms, campaigns = request.terms, request.campaigns
    orders = np.minimum(terms.orders, terms.clicks)
    exposure = np.maximum(terms.effective_clicks, orders)
    value = (terms.sales + 5 * campaigns.price[terms.campaign]) / (terms.orders + 5)
    cpc = terms.cost / terms.clicks
    needed, target = np.minimum(cpc / (value * 0.35), 1), np.minimum(cpc / (value * 0.28), 1)
    rounds = 2 if quick else ROUNDS
    alone = fastest(lambda: bare(exposure, orders, terms.category, needed, target), rounds)
    whole = fastest(lambda: answer_to(content), rounds)
    parts = {
        "of it reading JSON and checking its shape": fastest(
            lambda: ScoreRequest.model_validate(orjson.loads(content)), rounds
        ),
        "of it scoring": fastest(lambda: score_decoded(body), rounds),
    }
    return [
        Measurement(f"{TERMS:,} terms, bytes to bytes", whole, "s", MOST_SECONDS, note=f"{len(content) / 1e6:.1f} MB"),
        Measurement("times the bare arithmetic", whole / alone, "", MOST_TIMES),
        Measurement("bare arithmetic", alone, "s", note="penalised fit of three categories, odds, intervals"),
        *(Measurement(name, seconds, "s") for name, seconds in parts.items()),
    ]
