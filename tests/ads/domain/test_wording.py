"""Every reason has a sentence of its own."""

import pytest

from services.ads.domain.reasons import Reason, ReasonCode
from services.ads.domain.wording import reason_body, sentence


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_code_has_a_sentence_even_where_numbers_are_unknown(code: ReasonCode) -> None:
    told = sentence(code, {})
    assert told.endswith(".")
    assert "{" not in told
    assert "%" not in told


def test_numbers_are_rounded_and_unknown_ones_are_called_so() -> None:
    told = sentence(ReasonCode.BUDGET_HOLDS_BACK, {"time_in_budget": 0.756})
    assert told == "It earns money, and the budget lasted 76 % of the time."
    assert "unknown" in sentence(ReasonCode.BUDGET_HOLDS_BACK, {"time_in_budget": None})
    assert "unknown" in sentence(ReasonCode.BUDGET_HOLDS_BACK, {"time_in_budget": float("nan")})


def test_a_reason_is_told_with_code_and_numbers() -> None:
    body = reason_body(Reason(ReasonCode.NO_CLICKS, {}))
    assert body == {"code": "no_clicks", "parameters": {}, "sentence": "It had no clicks."}
