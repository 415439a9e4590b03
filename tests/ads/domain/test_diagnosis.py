"""What is wrong with a campaign: the first question answered with yes, with the numbers that fired."""

from typing import Any

import numpy as np
import pytest

from services.ads.domain.diagnosis import Diagnosis, Remedy, Signs, diagnose
from services.ads.domain.reasons import ReasonCode
from services.ads.domain.wording import sentence

FINE: dict[str, Any] = {
    "eligibility": "ELIGIBLE", "cover_days": 60.0, "lead_time_days": 45.0, "capped": False, "time_in_budget": 1.0,
    "p_unprofitable": 0.1, "impressions": 900.0, "impressions_before": 1000.0, "bid": 1.0, "suggested_low": 0.8,
    "p_ctr_low": 0.3, "benchmark_ctr": 0.0035, "p_below_benchmark": 0.2, "p_below_by_placement": [0.2, 0.3, np.nan],
    "benchmark_low": 0.07, "cpc": 0.8, "benchmark_cpc": 1.0, "click_value": 0.9, "cost": 80.0, "sales": 400.0,
    "break_even_acos": 0.3, "sales_only_moved": False, "evidence": 0.8,
}  # fmt: skip


def found(**changes: Any) -> Diagnosis:
    columns = {name: [value] for name, value in (FINE | changes).items()}
    words = columns.pop("eligibility")
    return diagnose(Signs(eligibility=words, **{name: np.array(values) for name, values in columns.items()}))[0]


# Each with what the answer rests on; in the order of the questions.
CASES: list[tuple[dict[str, Any], ReasonCode, Remedy, set[str]]] = [
    ({"eligibility": "NOT_IN_BUYBOX"}, ReasonCode.NOT_ELIGIBLE, Remedy.FIX_ELIGIBILITY, {"eligibility"}),
    ({"cover_days": 44.0}, ReasonCode.STOCK_RUNS_OUT, Remedy.THROTTLE, {"cover_days", "lead_time_days"}),
    (
        {"capped": True, "time_in_budget": 0.7},
        ReasonCode.BUDGET_HOLDS_BACK,
        Remedy.RAISE_BUDGET,
        {"time_in_budget", "p_unprofitable"},
    ),
    (
        {"impressions": 499.0},
        ReasonCode.FEW_IMPRESSIONS,
        Remedy.WIN_IMPRESSIONS,
        {"impressions", "impressions_before"},
    ),
    ({"bid": 0.79}, ReasonCode.BID_UNDER_SUGGESTION, Remedy.WIN_IMPRESSIONS, {"bid", "suggested_low"}),
    ({"p_ctr_low": 0.9}, ReasonCode.LOW_CLICK_THROUGH, Remedy.WIN_CLICKS, {"p_ctr_low", "benchmark_ctr"}),
    (
        {"p_below_benchmark": 0.9, "p_below_by_placement": [0.95, 0.6, np.nan]},
        ReasonCode.LOW_CONVERSION_EVERYWHERE,
        Remedy.IMPROVE_LISTING,
        {"p_below_benchmark", "benchmark_low", "placements_below", "placements"},
    ),
    (
        {"p_below_benchmark": 0.9, "p_below_by_placement": [0.99, 0.1, 0.2]},
        ReasonCode.LOW_CONVERSION_SOMEWHERE,
        Remedy.IMPROVE_TARGETING,
        {"p_below_benchmark", "benchmark_low", "placements_below", "placements"},
    ),
    (
        {"p_below_benchmark": 0.9, "p_below_by_placement": [np.nan] * 3},
        ReasonCode.LOW_CONVERSION,
        Remedy.WIN_ORDERS,
        {"p_below_benchmark", "benchmark_low"},
    ),
    ({"cpc": 1.1}, ReasonCode.BID_TOO_HIGH, Remedy.LOWER_BID, {"cpc", "click_value"}),
    (
        {"cost": 130.0},
        ReasonCode.MARGIN_TOO_THIN,
        Remedy.IMPROVE_MARGIN,
        {"acos", "break_even_acos", "cpc", "p_unprofitable"},
    ),
    ({"sales_only_moved": True}, ReasonCode.SALES_ONLY_MOVED, Remedy.TEST_HOLD_OUT, set()),
    ({"evidence": 0.24}, ReasonCode.NOT_ENOUGH_DATA, Remedy.WAIT_FOR_DATA, {"evidence"}),
    ({}, ReasonCode.NOTHING_WRONG, Remedy.NONE, {"evidence"}),
]


@pytest.mark.parametrize(("change", "code", "remedy", "numbers"), CASES, ids=[case[1].value for case in CASES])
def test_each_question_has_its_answer_its_remedy_and_its_numbers(
    change: dict[str, Any], code: ReasonCode, remedy: Remedy, numbers: set[str]
) -> None:
    diagnosis = found(**change)
    assert (diagnosis.reason.code, diagnosis.remedy) == (code, remedy)
    assert set(diagnosis.reason.parameters) == numbers
    assert all(value is not None for value in diagnosis.reason.parameters.values())
    assert "unknown" not in sentence(code, diagnosis.reason.parameters)


def test_the_first_hit_wins() -> None:
    everything: dict[str, Any] = {}
    for change, code, *_ in reversed(CASES):
        everything |= change
        assert found(**everything).reason.code is code or code in (
            ReasonCode.LOW_CONVERSION,  # the placements of the later case say more
            ReasonCode.LOW_CONVERSION_SOMEWHERE,
            ReasonCode.BID_TOO_HIGH,
        )


def test_a_capped_campaign_that_loses_money_is_no_budget_problem() -> None:
    assert found(capped=True, p_unprofitable=0.6, cpc=1.1).reason.code is ReasonCode.BID_TOO_HIGH


def test_a_dear_click_at_a_usual_price_under_no_margin_is_a_margin_problem() -> None:
    assert found(cpc=0.8, click_value=-0.1, break_even_acos=-0.1).reason.code is ReasonCode.MARGIN_TOO_THIN


def test_seven_days_of_cover_throttle_whatever_the_lead_time() -> None:
    assert found(cover_days=6.9, lead_time_days=np.nan).reason.code is ReasonCode.STOCK_RUNS_OUT
    assert found(cover_days=7.1, lead_time_days=np.nan).reason.code is ReasonCode.NOTHING_WRONG


def test_what_is_unknown_answers_no_question() -> None:
    unknown = {name: np.nan for name, value in FINE.items() if isinstance(value, float)}
    diagnosis = found(**unknown | {"eligibility": "", "p_below_by_placement": [np.nan] * 3})
    assert diagnosis.reason.code is ReasonCode.NOT_ENOUGH_DATA
