"""Scores campaigns and terms from one request that carries everything: the stateless scoring call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.change_alarm import WATCHED_DAYS
from services.ads.domain.completeness import AGES, DEFAULT_COMPLETENESS, effective_clicks, share_reported
from services.ads.domain.conversion_prior import BENCHMARK
from services.ads.domain.economics import Stage, target_acos
from services.ads.domain.score import NO_CAP, PARTS
from services.ads.domain.scoring import (
    DEFAULT_CTR,
    CampaignColumns,
    CampaignJudgement,
    TermColumns,
    TermJudgement,
    campaign_reasons,
    judge_campaigns,
    judge_terms,
)
from services.ads.domain.term_actions import ACTIONS, CAREFUL, HOLDS, is_cooling, term_reasons
from services.ads.domain.wording import reason_body

EXACT = "exact"
ROUND_DIGITS = 9

Row = Mapping[str, Any]


class ScoreRequestError(ValueError):
    """The request cannot be scored; `path` leads to what is wrong, `reason` says why."""

    code = "inconsistent"

    def __init__(self, path: tuple[str | int, ...], reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class NoSuchDay(ScoreRequestError):
    """A day is not one of the calendar, or lies after the moment of scoring."""

    code = "no_such_day"


class Duplicate(ScoreRequestError):
    """A name is used twice."""

    code = "duplicate"


class Inconsistent(ScoreRequestError):
    """Two parts of the request contradict each other."""


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """Campaigns and terms as columns, with the names they go by."""

    campaign_ids: tuple[str, ...]
    term_ids: tuple[str, ...]
    campaigns: CampaignColumns
    terms: TermColumns
    benchmarks: tuple[tuple[float, float], ...]
    tau: float


def score_decoded(body: Row) -> dict[str, list[dict[str, Any]]]:
    """The scoring call from decoded JSON of the published schema to plain values, NaN where nothing is known."""
    request = read_request(body)
    campaigns = judge_campaigns(request.campaigns, request.benchmarks)
    terms = judge_terms(request.terms, request.campaigns, request.benchmarks, request.tau)
    return {"terms": _term_answers(request, terms), "campaigns": _campaign_answers(request, campaigns, terms)}


def read_request(body: Row) -> ScoreRequest:
    """Lay out a request of the published schema in columns; ScoreRequestError names what contradicts."""
    today = _day(body["as_of"], ("as_of",))
    attribution = body.get("attribution") or {}
    completeness = tuple(attribution.get("completeness") or DEFAULT_COMPLETENESS)
    _check_completeness(completeness)
    campaign_rows: Sequence[Row] = body["campaigns"]
    term_rows: Sequence[Row] = body.get("terms") or []
    row_of = _names(campaign_rows, "campaigns", "campaign_id")
    _names(term_rows, "terms", "id")
    mine = _campaign_of(term_rows, row_of)
    low, high = _benchmarks(campaign_rows)
    codes, category, term_category = _categories(campaign_rows, term_rows, mine)
    campaigns = _campaigns(campaign_rows, category, low, high, today, completeness)
    terms = _terms(term_rows, mine, term_category, campaigns, completeness)
    return ScoreRequest(
        tuple(row_of),
        tuple(row["id"] for row in term_rows),
        campaigns,
        terms,
        _category_benchmarks(codes, campaigns, terms),
        float(body.get("tau") or CAREFUL),
    )


def _column(rows: Sequence[Row], name: str, default: float = np.nan) -> FloatArray:
    """Numbers of a field; `default` where it is absent or null."""
    values = [row.get(name) for row in rows]
    return np.array([default if value is None else value for value in values], dtype=float)


def _flags(rows: Sequence[Row], name: str, default: bool) -> BoolArray:
    values = [row.get(name) for row in rows]
    return np.array([default if value is None else value for value in values], dtype=bool)


def _day(text: str, path: tuple[str | int, ...]) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise NoSuchDay(path, "must begin with a day such as 2026-01-31") from None


def _check_completeness(shares: Sequence[float]) -> None:
    for age in range(1, len(shares)):
        if shares[age] < shares[age - 1]:
            raise Inconsistent(("attribution", "completeness", age), "must not be less than for younger days")
    if shares[0] <= 0:
        raise Inconsistent(("attribution", "completeness", 0), "must be above 0")


def _names(rows: Sequence[Row], listed: str, field: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for position, row in enumerate(rows):
        first = names.setdefault(row[field], position)
        if first != position:
            raise Duplicate((listed, position, field), f"is the same as that of entry {first}")
    return names


def _campaign_of(terms: Sequence[Row], row_of: Mapping[str, int]) -> IntArray:
    found = [row_of.get(row["campaign_id"], -1) for row in terms]
    mine = np.array(found, dtype=np.intp)
    unknown = np.flatnonzero(mine < 0)
    if unknown.size:
        raise Inconsistent(("terms", int(unknown[0]), "campaign_id"), "is not among the campaigns")
    return mine


def _benchmarks(campaigns: Sequence[Row]) -> tuple[FloatArray, FloatArray]:
    ranges = [row.get("benchmark_cvr") or BENCHMARK for row in campaigns]
    table = np.array(ranges, dtype=float).reshape(-1, 2)
    wrong = np.flatnonzero(table[:, 0] > table[:, 1])
    if wrong.size:
        raise Inconsistent(("campaigns", int(wrong[0]), "benchmark_cvr"), "must be low, then high")
    return table[:, 0], table[:, 1]


def _categories(
    campaigns: Sequence[Row], terms: Sequence[Row], mine: IntArray
) -> tuple[tuple[str, ...], IntArray, IntArray]:
    """Codes of categories: names, the campaigns', the terms' (their campaign's where they have none)."""
    names: dict[str, int] = {}
    of_campaign = [names.setdefault(row.get("category") or "", len(names)) for row in campaigns]
    of_term = [
        names.setdefault(row["category"], len(names)) if row.get("category") else of_campaign[campaign]
        for row, campaign in zip(terms, mine.tolist(), strict=True)
    ]
    return tuple(names), np.array(of_campaign, dtype=np.intp), np.array(of_term, dtype=np.intp)


def _check_impressions(rows: Sequence[Row], listed: str, clicks: FloatArray, impressions: FloatArray) -> None:
    wrong = np.flatnonzero(clicks > impressions)
    if wrong.size:
        raise Inconsistent((listed, int(wrong[0]), "clicks"), "must not be more than the impressions")


def _campaigns(
    rows: Sequence[Row],
    category: IntArray,
    low: FloatArray,
    high: FloatArray,
    today: date,
    completeness: Sequence[float],
) -> CampaignColumns:
    clicks, impressions = _column(rows, "clicks"), _column(rows, "impressions")
    _check_impressions(rows, "campaigns", clicks, impressions)
    break_even, target = _column(rows, "break_even_acos"), _column(rows, "target_acos")
    stages = [Stage(row.get("stage") or Stage.GROWTH) for row in rows]
    by_stage = [target_acos(share, stage).value for share, stage in zip(break_even.tolist(), stages, strict=True)]
    daily_clicks, daily_orders = _days(rows, today)
    shares = share_reported(np.arange(WATCHED_DAYS - 1, -1, -1), completeness)
    effective = daily_clicks * shares
    # What lies outside the days given is taken to be old and complete.
    corrected = np.maximum(clicks - (daily_clicks - effective).sum(axis=1), 0.0)
    has_days = any(row.get("daily") for row in rows)
    return CampaignColumns(
        category=category,
        price=_column(rows, "price"),
        break_even_acos=break_even,
        target_acos=np.where(np.isnan(target), by_stage, target),
        benchmark_low=low,
        benchmark_high=high,
        benchmark_ctr=_column(rows, "benchmark_ctr", DEFAULT_CTR),
        impressions=impressions,
        clicks=clicks,
        effective_clicks=corrected,
        cost=_column(rows, "cost"),
        orders=_column(rows, "orders"),
        sales=_column(rows, "sales"),
        time_in_budget=_column(rows, "time_in_budget"),
        capped=np.zeros(len(rows), dtype=bool),
        sellable=_column(rows, "sellable_units"),
        has_buy_box=_flags(rows, "buy_box", True),
        cover_days=_column(rows, "cover_days"),
        lead_time_days=_column(rows, "lead_time_days"),
        eligibility=tuple(row.get("eligibility") or "" for row in rows),
        daily_orders=daily_orders if has_days else None,
        daily_effective_clicks=effective if has_days else None,
        bid=_column(rows, "bid"),
        suggested_low=_column(rows, "suggested_bid_low"),
        benchmark_cpc=_column(rows, "benchmark_cpc"),
    )


def _days(campaigns: Sequence[Row], today: date) -> tuple[FloatArray, FloatArray]:
    """Clicks and orders of the last 84 days, (m, 84), today last; a day given twice is added together."""
    clicks, orders = np.zeros((len(campaigns), WATCHED_DAYS)), np.zeros((len(campaigns), WATCHED_DAYS))
    ordinals: dict[str, int] = {}
    last = today.toordinal()
    for row, campaign in enumerate(campaigns):
        for position, entry in enumerate(campaign.get("daily") or ()):
            text = entry["date"]
            ordinal = ordinals.get(text)
            if ordinal is None:
                path = ("campaigns", row, "daily", position, "date")
                ordinal = ordinals[text] = _day(text, path).toordinal()
                if ordinal > last:
                    raise NoSuchDay(path, "must not be after as_of")
            column = WATCHED_DAYS - 1 - (last - ordinal)
            if column >= 0:
                clicks[row, column] += entry["clicks"]
                orders[row, column] += entry["orders"]
    return clicks, orders


def _terms(
    rows: Sequence[Row],
    mine: IntArray,
    category: IntArray,
    campaigns: CampaignColumns,
    completeness: Sequence[float],
) -> TermColumns:
    clicks = _column(rows, "clicks")
    _check_impressions(rows, "terms", clicks, _column(rows, "impressions"))
    share = np.divide(
        campaigns.effective_clicks, campaigns.clicks, out=np.ones(campaigns.size), where=campaigns.clicks > 0
    )
    # Terms that do not say how old their clicks are have clicks as old as their campaign's.
    effective = clicks * share[mine]
    ages = [row.get("clicks_by_age") for row in rows]
    known = [position for position, by_age in enumerate(ages) if by_age is not None]
    if known:
        by_age = np.array([ages[position] for position in known], dtype=float).reshape(-1, AGES)
        rest = clicks[known] - by_age.sum(axis=1)
        wrong = np.flatnonzero(rest < -1e-6)
        if wrong.size:
            raise Inconsistent(
                ("terms", known[int(wrong[0])], "clicks_by_age"), "must not add up to more than the clicks"
            )
        effective[known] = effective_clicks(by_age, completeness) + np.maximum(rest, 0.0)
    kinds: dict[str, int] = {}
    matches = [str(row.get("match_type") or "").strip().lower() for row in rows]
    return TermColumns(
        campaign=mine,
        category=category,
        is_exact=np.array([match == EXACT for match in matches], dtype=bool),
        clicks=clicks,
        effective_clicks=effective,
        cost=_column(rows, "cost"),
        orders=_column(rows, "orders"),
        sales=_column(rows, "sales"),
        bid=_column(rows, "bid"),
        cooling=is_cooling(_column(rows, "hours_since_change")),
        too_young=np.zeros(len(rows), dtype=bool),
        match_type=np.array([kinds.setdefault(match, len(kinds)) for match in matches], dtype=np.intp),
        impressions=_column(rows, "impressions"),
    )


def _category_benchmarks(
    names: Sequence[str], campaigns: CampaignColumns, terms: TermColumns
) -> tuple[tuple[float, float], ...]:
    """The range of each category: the mean of its campaigns', else of the campaigns that its terms belong to."""
    count = len(names)
    ranges: list[FloatArray] = []
    for values in (campaigns.benchmark_low, campaigns.benchmark_high):
        number = np.bincount(campaigns.category, minlength=count)
        total = np.bincount(campaigns.category, values, count)
        other = np.bincount(terms.category, minlength=count)
        of_terms = np.bincount(terms.category, values[terms.campaign], count)
        mean = np.divide(of_terms, other, out=np.full(count, np.nan), where=other > 0)
        ranges.append(np.divide(total, number, out=mean, where=number > 0))
    return tuple(zip(ranges[0].tolist(), ranges[1].tolist(), strict=True))


def _plain(values: FloatArray) -> list[float | None]:
    """Numbers for the answer, null where nothing is known or no number suffices."""
    finite = np.isfinite(values)
    found: list[float | None] = np.round(np.where(finite, values, 0.0), ROUND_DIGITS).tolist()
    for position in np.flatnonzero(~finite).tolist():
        found[position] = None
    return found


def _term_answers(request: ScoreRequest, found: TermJudgement) -> list[dict[str, Any]]:
    decided, facts = found.decisions, found.facts
    low, high = found.estimate.interval() if request.term_ids else (facts.clicks, facts.clicks)
    columns = {
        "p_unprofitable": facts.p_unprofitable,
        "score": found.scores.score,
        "bid": decided.formula_bid,
        "evidence": facts.evidence,
        "next_bid": decided.next_bid,
        "p_target": facts.p_target,
        "p_below_benchmark": found.p_below_benchmark,
        "expected_cvr": facts.expected_cvr,
        "needed_cvr": decided.needed_cvr,
        "target_cvr": decided.target_cvr,
        "effective_clicks": request.terms.effective_clicks,
        "wasted_spend": decided.wasted_spend,
        "waste_saved": decided.waste_saved,
        "sales_at_risk": decided.sales_at_risk,
        "sales_gained": decided.sales_gained,
    }
    names = ("id", "action", "hold", "interval", "reasons", *columns)
    rows = zip(
        request.term_ids,
        (ACTIONS[code].value for code in decided.action.tolist()),
        (HOLDS[code].value for code in decided.hold.tolist()),
        zip(_plain(low), _plain(high), strict=True),
        ([reason_body(each) for each in reasons] for reasons in term_reasons(facts, decided)),
        *(_plain(values) for values in columns.values()),
        strict=True,
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def _campaign_answers(request: ScoreRequest, found: CampaignJudgement, terms: TermJudgement) -> list[dict[str, Any]]:
    columns = request.campaigns
    low, high = found.estimate.interval() if columns.size else (columns.clicks, columns.clicks)
    plain = {
        "score": _plain(found.scores.score),
        "p_below_benchmark": _plain(found.p_below_benchmark),
        "p_unprofitable": _plain(found.p_unprofitable),
        "p_target": _plain(found.p_target),
        "evidence": _plain(found.estimate.evidence),
        "expected_cvr": _plain(found.estimate.expected),
        "needed_cvr": _plain(found.needed_cvr),
        "target_cvr": _plain(found.target_cvr),
        "bid": _plain(found.click_value),
        "effective_clicks": _plain(columns.effective_clicks),
        "wasted_spend": _plain(_campaign_waste(request, found, terms)),
        "missed_sales": _plain(found.missed_sales),
    }
    parts, lost = 100 * found.scores.parts, found.scores.lost
    reasons = campaign_reasons(columns, found)
    intervals = list(zip(_plain(low), _plain(high), strict=True))
    answers = []
    for row, campaign_id in enumerate(request.campaign_ids):
        cap = float(found.scores.cap[row])
        diagnosis = found.diagnoses[row]
        answers.append(
            {"campaign_id": campaign_id}
            | {name: values[row] for name, values in plain.items()}
            | {
                "interval": intervals[row],
                "parts": dict(zip(PARTS, _plain(parts[row]), strict=True)),
                "points_lost": dict(zip(PARTS, _plain(lost[row]), strict=True)),
                "cap": None if cap >= NO_CAP else cap,
                "alarm": _alarm(found, row),
                "diagnosis": diagnosis.reason.code.value,
                "remedy": diagnosis.remedy.value,
                "reasons": [reason_body(each) for each in reasons[row]],
            }
        )
    return answers


def _campaign_waste(request: ScoreRequest, found: CampaignJudgement, terms: TermJudgement) -> FloatArray:
    """What a campaign loses as a whole or its terms do, whichever is more: a good term does not pay for a bad one.

    Terms count where they tell most of its spend; NaN where its margin is unknown.
    """
    campaigns, mine = request.campaigns, request.terms.campaign
    by_terms = np.bincount(mine, np.nan_to_num(terms.decisions.wasted_spend), campaigns.size)
    told = np.bincount(mine, np.nan_to_num(request.terms.cost), campaigns.size) > 0.5 * campaigns.cost
    finest = np.minimum(np.fmax(found.wasted_spend, by_terms), campaigns.cost)
    return np.where(told & ~np.isnan(found.wasted_spend), finest, found.wasted_spend)


def _alarm(found: CampaignJudgement, row: int) -> dict[str, Any] | None:
    """What fired; null where nothing did, or no days were given."""
    watched = found.alarms
    if watched is None or not watched.fired[row]:
        return None
    return {
        "window_days": int(watched.window_days[row]),
        "orders": round(float(watched.orders[row]), 6),
        "expected": round(float(watched.expected[row]), 6),
        "probability": round(float(watched.probability[row]), 9),
        "rate_ratio": round(float(watched.rate_ratio[row]), 6),
    }


__all__ = [
    "Duplicate",
    "Inconsistent",
    "NoSuchDay",
    "ScoreRequest",
    "ScoreRequestError",
    "read_request",
    "score_decoded",
]
