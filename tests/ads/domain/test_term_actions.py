"""What to do with a term: the table's actions, their money, and what holds them back."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ads.domain.conversion import posterior
from services.ads.domain.ratios import needed_conversion_rate
from services.ads.domain.reasons import ReasonCode
from services.ads.domain.term_actions import (
    ACTIONS,
    HOLDS,
    Action,
    Hold,
    TermDecisions,
    TermFacts,
    decide_terms,
    is_cooling,
    term_reasons,
)

MEAN, STRENGTH = 0.08, 30.0
CLICKS = np.array([1, 10, 34, 60, 200, 200], dtype=float)
ORDERS = np.array([0, 0, 0, 5, 8, 30], dtype=float)


def facts(clicks: Any = CLICKS, orders: Any = ORDERS, **changes: Any) -> TermFacts:
    """CPC .90, AOV 30, break-even 40 %, target 30 % unless said: p* .075, rate for the target .10."""
    clicks, orders = np.asarray(clicks, dtype=float), np.asarray(orders, dtype=float)
    n = clicks.size
    column = {"cpc": 0.9, "order_value": 30.0, "break_even_acos": 0.4, "target_acos": 0.3, "bid": np.nan}
    column["placement_rise"] = 0.0
    flag = {"is_exact": False, "stock_ok": True, "budget_capped": False, "eligible": True}
    flag |= {"cooling": False, "too_young": False}
    values: dict[str, Any] = {name: np.full(n, changes.get(name, value)) for name, value in (column | flag).items()}
    known = posterior(orders, clicks, np.full(n, MEAN), np.full(n, STRENGTH))
    return TermFacts(
        clicks=clicks,
        cost=clicks * values["cpc"],
        orders=orders,
        expected_cvr=known.expected,
        evidence=known.evidence,
        p_unprofitable=known.below(
            needed_conversion_rate(values["cpc"], values["order_value"], values["break_even_acos"])
        ),
        p_target=1 - known.below(needed_conversion_rate(values["cpc"], values["order_value"], values["target_acos"])),
        **values,
    )


def actions(decided: TermDecisions) -> list[Action]:
    return [ACTIONS[code] for code in decided.action]


def test_no_order_in_ten_clicks_is_no_reason_to_negate_but_none_in_34_is() -> None:
    found = actions(decide_terms(facts(), tau=0.9))
    assert [each is Action.NEGATE for each in found] == [False, False, True, False, True, False]


def test_the_known_posteriors_lead_to_these_actions() -> None:
    # Means .0774, .06, .0375, .0822, .0452 are below the .10 that the target needs; .1409 meets it.
    assert actions(decide_terms(facts())) == [
        Action.BID_DOWN,
        Action.BID_DOWN,
        Action.NEGATE,
        Action.BID_DOWN,
        Action.NEGATE,
        Action.HARVEST,
    ]
    assert actions(decide_terms(facts(is_exact=True)))[-1] is Action.BID_UP


def test_a_balanced_seller_negates_earlier_than_a_careful_one() -> None:
    careful, balanced = decide_terms(facts(), 0.9), decide_terms(facts(), 0.7)
    assert [each is Action.NEGATE for each in actions(balanced)] == [False, True, True, False, True, False]
    assert set(np.flatnonzero(careful.action == 0)) < set(np.flatnonzero(balanced.action == 0))


def test_little_evidence_is_watched_where_nothing_else_is_to_do() -> None:
    cheap = facts([9, 100], [0, 6], cpc=0.5)
    assert actions(decide_terms(cheap)) == [Action.WATCH, Action.KEEP]


def test_negating_saves_the_loss_and_risks_the_expected_sales() -> None:
    found = decide_terms(facts())
    sales = 200 * (2.4 + 8) / 230 * 30
    assert found.sales_at_risk[4] == pytest.approx(sales)
    assert found.waste_saved[4] == pytest.approx(180 - 0.4 * sales)
    assert found.waste_saved[4] == pytest.approx(found.wasted_spend[4])


def test_a_lower_bid_loses_its_share_of_clicks_and_saves_less_than_all_the_waste() -> None:
    found = decide_terms(facts([60], [3]))
    assert actions(found) == [Action.BID_DOWN]
    share = float(found.next_bid[0]) / 0.9
    assert found.sales_at_risk[0] == pytest.approx((1 - share) * 60 * 0.06 * 30)
    assert 0 < found.waste_saved[0] <= found.wasted_spend[0]


def test_only_a_raise_is_held_by_stock_budget_and_eligibility() -> None:
    for change, hold in (
        ({"stock_ok": False}, Hold.STOCK),
        ({"budget_capped": True}, Hold.BUDGET),
        ({"eligible": False}, Hold.NOT_ELIGIBLE),
    ):
        held = decide_terms(facts(is_exact=True, **change))
        assert actions(held)[:5] == actions(decide_terms(facts(is_exact=True)))[:5]
        assert actions(held)[5] is Action.KEEP
        assert [HOLDS[code] for code in held.hold] == [Hold.NONE] * 5 + [hold]


def test_what_was_changed_lately_or_is_too_young_is_left_as_it_is() -> None:
    cooling, young = decide_terms(facts(cooling=True)), decide_terms(facts(too_young=True))
    assert set(actions(cooling)) == {Action.KEEP}
    assert set(actions(young)) == {Action.WATCH}
    for found in (cooling, young):
        assert not found.waste_saved.any()
        assert not found.sales_at_risk.any()
        assert np.array_equal(found.next_bid, np.full(6, 0.9))


def test_a_change_is_judged_again_after_three_days() -> None:
    assert is_cooling(np.array([0.0, 23, 25, 71.9, 72, np.nan])).tolist() == [True, True, True, True, False, False]


def test_without_a_margin_nothing_is_decided_and_that_is_said() -> None:
    unknown = facts(break_even_acos=np.nan, target_acos=np.nan)
    found = decide_terms(unknown)
    assert set(actions(found)) <= {Action.WATCH, Action.KEEP}
    assert [each.code for each in term_reasons(unknown, found)[5]] == [ReasonCode.MARGIN_UNKNOWN]


def test_a_margin_that_is_lost_before_ads_makes_every_click_a_loss() -> None:
    found = decide_terms(facts(break_even_acos=-0.1, target_acos=-0.1))
    assert set(actions(found)) == {Action.NEGATE}
    assert np.array_equal(found.formula_bid, np.zeros(6))


def test_a_bid_falls_to_the_formula_less_what_placements_add_to_it() -> None:
    found = decide_terms(facts([60], [4], bid=0.6, placement_rise=0.5))
    assert actions(found) == [Action.BID_DOWN]
    assert found.next_bid[0] == pytest.approx(found.formula_bid[0] / 1.5)


def test_a_bid_that_is_down_to_what_a_click_is_worth_stays_there_whatever_clicks_cost_before() -> None:
    bid, bids = 1.0, []
    for _ in range(9):  # the window's clicks are still those of the first bid
        found = decide_terms(facts([60], [4], cpc=1.0, bid=bid))
        bids.append(bid := float(found.next_bid[0]))
    aim = float(found.formula_bid[0])
    assert 0.5 < aim < 0.7
    assert bids[0] == pytest.approx(0.7)
    assert bids[1:] == [aim] * 8
    assert actions(found) == [Action.KEEP]


def test_every_term_has_a_reason_with_its_numbers() -> None:
    some = facts()
    reasons = term_reasons(some, decide_terms(some))
    assert [each[0].code for each in reasons] == [
        ReasonCode.CLICK_TOO_DEAR,
        ReasonCode.CLICK_TOO_DEAR,
        ReasonCode.LOSES_MONEY,
        ReasonCode.CLICK_TOO_DEAR,
        ReasonCode.LOSES_MONEY,
        ReasonCode.MEETS_TARGET,
    ]
    assert reasons[2][0].parameters == {"p_unprofitable": 0.925056, "expected_cvr": 0.0375, "needed_cvr": 0.075}
    assert term_reasons(some, decide_terms(some), [4])[0] == reasons[4]


counts = st.integers(0, 400).flatmap(lambda clicks: st.tuples(st.just(clicks), st.integers(0, clicks)))


@settings(max_examples=60)
@given(
    st.lists(counts, min_size=1, max_size=20),
    st.floats(0.05, 5),
    st.floats(5, 200),
    st.floats(-0.2, 0.8),
    st.floats(0.3, 1.2),
    st.one_of(st.just(float("nan")), st.floats(0.02, 10)),
    st.booleans(),
    st.sampled_from([0.7, 0.9]),
)
def test_decisions_keep_their_invariants(
    terms: list[tuple[int, int]],
    cpc: float,
    aov: float,
    break_even: float,
    share: float,
    bid: float,
    may_raise: bool,
    tau: float,
) -> None:
    clicks, orders = zip(*terms, strict=True)
    some = facts(
        clicks,
        orders,
        cpc=cpc,
        order_value=aov,
        break_even_acos=break_even,
        target_acos=break_even * share,
        bid=bid,
        stock_ok=may_raise,
    )
    found = decide_terms(some, tau)
    current = cpc if np.isnan(bid) else bid
    for row, action in enumerate(actions(found)):
        step = found.next_bid[row] / current
        assert action is Action.HARVEST or 0.7 - 1e-9 <= step <= 1.3 + 1e-9
        if action is Action.BID_UP:
            assert may_raise
            assert step > 1
        if action is Action.BID_DOWN:
            assert step < 1
        if action is Action.NEGATE:
            assert some.p_unprofitable[row] >= tau
    assert np.all(found.waste_saved >= 0)
    assert np.all(found.waste_saved <= found.wasted_spend + 1e-9)
    assert np.all(found.sales_at_risk >= 0)
    assert np.all((found.sales_gained == 0) | (found.action == ACTIONS.index(Action.BID_UP)))
