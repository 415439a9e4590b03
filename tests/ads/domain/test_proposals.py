"""What a run proposes: invariants over random accounts, and what stock, cooldowns and silence do to it."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ads.domain.account_scoring import ScoredAdvertising, score_advertising
from services.ads.domain.economics import MAX_BID_STEP
from services.ads.domain.proposals import EXACT, Proposal, ProposalKind, Proposals, propose
from services.ads.domain.reasons import ReasonCode
from services.ads.domain.scored import AdvertisingFacts, Figures, InventoryState, Level, no_figures
from services.ads.domain.term_actions import ACTIONS, Action
from services.ads.domain.wording import sentence
from tests.ads.domain.advertising import an_account, written

NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
RISING = {ProposalKind.BID_UP, ProposalKind.BUDGET}


def run(facts: AdvertisingFacts, tau: float = 0.7) -> tuple[ScoredAdvertising, Proposals]:
    scored = score_advertising(facts)
    return scored, propose(facts, scored, NOW, tau)


def of_kind(found: Proposals, *kinds: ProposalKind) -> list[Proposal]:
    return [each for each in found.proposals if each.kind in kinds]


def cover_of(facts: AdvertisingFacts, scored: ScoredAdvertising, each: Proposal) -> tuple[float, float]:
    """Days of cover and lead time of what the subject sells."""
    if each.level is Level.CAMPAIGN:
        worth, row = scored.campaign_worth, each.row
    else:
        worth, row = scored.group_worth, int(facts.targets.ad_group[each.row])
    return float(worth.cover_days[row]), float(worth.lead_time_days[row])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(list(InventoryState)), st.sampled_from([0.7, 0.9]))
def test_proposals_keep_their_invariants(seed: int, inventory: InventoryState, tau: float) -> None:
    facts = an_account(seed, inventory=inventory)
    scored, found = run(facts, tau)
    seen: dict[tuple[Level, object, str | None], ProposalKind] = {}
    for each in found.proposals:
        key = (each.level, each.subject_id, each.placement or ("budget" if each.kind is ProposalKind.BUDGET else None))
        assert key not in seen, "one change to one thing"
        seen[key] = each.kind
        assert facts.campaigns.is_enabled[each.campaign] or each.kind is ProposalKind.RESUME
        assert each.reasons
        assert 0 <= each.confidence <= 1
        assert each.expected_waste_saved >= 0
        assert each.sales_at_risk >= 0
        assert each.cooldown_until == NOW + timedelta(days=3)
        if each.kind in RISING:
            cover, lead = cover_of(facts, scored, each)
            assert inventory is not InventoryState.SILENT
            assert cover >= 14
            assert not cover < lead
        if each.kind is ProposalKind.BID_UP:
            assert not scored.budget_capped[each.campaign]
        if each.kind is ProposalKind.BUDGET:
            assert each.old_value is not None
            assert each.new_value is not None
            assert each.old_value < each.new_value <= 1.5 * each.old_value + 1e-9
            assert scored.campaigns.p_unprofitable[each.row] < 0.5
        if each.kind is ProposalKind.PLACEMENT_MODIFIER:
            assert each.new_value is not None
            assert 0 <= each.new_value <= 9
            assert each.placement is not None
        if each.level is Level.TARGET:
            worth = found.targets.formula_bid[each.row] / found.target_facts.cpc[each.row]
            assert each.kind is not ProposalKind.PAUSE or worth < 0.5
            hours = facts.targets.hours_since_change[each.row]
            assert not hours < 72
            assert facts.targets.is_enabled[each.row]
        if each.kind in (ProposalKind.BID_UP, ProposalKind.BID_DOWN, ProposalKind.THROTTLE):
            assert each.new_value is not None
            old = each.old_value or float(found.target_facts.cpc[each.row])
            step = each.new_value / old - 1
            assert step <= 0.3 + 1e-6
            assert step >= (-0.5 if each.kind is ProposalKind.THROTTLE else -0.3) - 1e-6
            assert (step > 0) is (each.kind is ProposalKind.BID_UP)
            if each.old_value is not None:
                assert round(each.new_value, 2) == each.new_value
        if each.level is Level.SEARCH_TERM:
            assert not facts.terms.is_negated[each.row]
            assert facts.targets.match[facts.terms.target[each.row]] != EXACT
    paused = {each.campaign for each in of_kind(found, ProposalKind.PAUSE) if each.level is Level.CAMPAIGN}
    assert all(each.campaign not in paused or each.level is Level.CAMPAIGN for each in found.proposals)
    assert all(n == 1 for campaign, n in Counter(e.campaign for e in found.proposals if e.campaign in paused).items())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_a_target_and_its_terms_are_not_told_opposite_things(seed: int) -> None:
    facts = an_account(seed)
    _, found = run(facts)
    ending = {e.row for e in of_kind(found, ProposalKind.PAUSE) if e.level is Level.TARGET}
    for each in found.proposals:
        if each.level is Level.SEARCH_TERM:
            assert int(facts.terms.target[each.row]) not in ending


def after_stock(seed: int, cover: float, **changes: Any) -> AdvertisingFacts:
    """An account whose first two campaigns stock paused, and whose bids are half of what they were before it."""
    facts = an_account(seed, cover=cover, capped=False, hours=changes.pop("hours", np.nan), **changes)
    bid = np.where(np.isnan(facts.targets.bid), 0.5, facts.targets.bid)
    paused = np.arange(len(facts.campaigns.ids)) < 2
    return replace(
        facts,
        campaigns=replace(facts.campaigns, paused_for_stock=paused, is_enabled=facts.campaigns.is_enabled & ~paused),
        targets=replace(facts.targets, bid=bid, bid_before_stock=np.round(2 * bid, 2)),
        products=replace(facts.products, lead_time_days=np.full(len(facts.products.ids), 14.0)),
    )


def test_all_kinds_of_proposals_come_up() -> None:
    kinds: Counter[ProposalKind] = Counter()
    for seed in range(12):
        kinds.update(each.kind for each in run(an_account(seed))[1].proposals)
        kinds.update(each.kind for each in run(after_stock(seed, 400.0))[1].proposals)
    assert set(kinds) == set(ProposalKind)


def test_the_dearest_waste_comes_first_and_money_is_that_of_the_decision() -> None:
    _, found = run(an_account(6))
    saved = [each.expected_waste_saved for each in found.proposals]
    assert saved == sorted(saved, reverse=True)
    negates = of_kind(found, ProposalKind.NEGATE)
    assert negates
    for each in negates:
        assert ACTIONS[found.terms.action[each.row]] is Action.NEGATE
        assert each.expected_waste_saved == pytest.approx(found.terms.waste_saved[each.row], abs=1e-4)
        assert each.sales_at_risk == pytest.approx(found.terms.sales_at_risk[each.row], abs=1e-4)
        assert each.confidence >= 0.7


def test_a_silent_inventory_leaves_out_what_needs_stock_and_says_so() -> None:
    answered = an_account(12, cvr=0.15, cover=90.0, capped=False)
    assert of_kind(run(answered)[1], ProposalKind.BID_UP)
    silent = an_account(12, cvr=0.15, cover=90.0, capped=False, inventory=InventoryState.SILENT)
    _, found = run(silent)
    assert not of_kind(found, *RISING, ProposalKind.THROTTLE)
    assert not [each for each in of_kind(found, ProposalKind.PAUSE) if each.level is Level.CAMPAIGN]
    note = next(each for each in found.notes if each.code is ReasonCode.INVENTORY_SILENT)
    assert int(note.parameters["left_out"] or 0) > 0
    assert "did not answer" in sentence(note.code, note.parameters)


def test_losses_are_still_cut_when_inventory_is_silent() -> None:
    silent = an_account(5, cvr=0.01, inventory=InventoryState.SILENT)
    kinds = {each.kind for each in run(silent)[1].proposals}
    assert kinds & {ProposalKind.NEGATE, ProposalKind.PAUSE, ProposalKind.BID_DOWN}


def test_nothing_is_proposed_within_the_cooldown() -> None:
    _, found = run(an_account(7, hours=71.0))
    assert found.proposals == ()
    assert any(each.code is ReasonCode.WAITING_FOR_EFFECT for each in found.notes)
    assert run(an_account(7, hours=72.0))[1].proposals


def test_short_stock_cuts_bids_by_up_to_half_and_shows_the_money() -> None:
    facts = an_account(11, cvr=0.15, cover=3.0)
    _, found = run(facts)
    cuts = of_kind(found, ProposalKind.THROTTLE)
    assert cuts
    for each in cuts:
        assert each.reasons[0].code is ReasonCode.CUT_FOR_STOCK
        assert ReasonCode.AD_COST_UNTIL_STOCK_OUT in {reason.code for reason in each.reasons}
        known = each.old_value or float(found.target_facts.cpc[each.row])
        assert each.new_value is not None
        assert 0.5 <= each.new_value / known < 0.52 + 0.01 / known
    assert not of_kind(found, *RISING)


def test_brand_campaigns_pause_last() -> None:
    ranks: dict[bool, list[int]] = defaultdict(list)
    for seed in range(20):
        facts = an_account(seed, cover=9.0)
        paused = [each for each in of_kind(run(facts)[1], ProposalKind.PAUSE) if each.level is Level.CAMPAIGN]
        for each in paused:
            assert each.reasons[0].code is ReasonCode.PAUSE_FOR_STOCK
            ranks[bool(facts.campaigns.is_brand[each.row])].append(seed)
    assert len(ranks[False]) / 5 > len(ranks[True])


def test_placements_raise_modifiers_and_lower_bids_so_that_the_average_stays() -> None:
    checked = 0
    for seed in range(6):
        facts = an_account(seed, cover=90.0, capped=False, hours=np.nan)
        scored, found = run(facts)
        by_campaign: dict[int, dict[str, Proposal]] = defaultdict(dict)
        for each in of_kind(found, ProposalKind.PLACEMENT_MODIFIER):
            by_campaign[each.campaign][str(each.placement)] = each
        for campaign, changed in by_campaign.items():
            factor = next(iter(changed.values())).reasons[-1].parameters["factor"]
            rows = np.flatnonzero(facts.placements.campaign == campaign)
            clicks = facts.placements.figures.clicks[rows]
            old = np.nan_to_num(facts.placements.modifier[rows])
            new = old.copy()
            for position, name in enumerate(("top_of_search", "rest_of_search", "product_pages")):
                if name in changed:
                    new[position] = changed[name].new_value
            assert isinstance(factor, float)
            assert 0.7 - 1e-6 <= factor <= 1
            after = factor * float((clicks * (1 + new)).sum())
            assert after <= float((clicks * (1 + old)).sum()) * 1.01
            checked += 1
        assert scored.placement_revenue.shape == (6, 3)
    assert checked > 3


def test_a_term_that_sells_is_harvested_once_and_not_where_an_exact_keyword_has_it() -> None:
    harvested = 0
    for seed in range(6):
        facts = an_account(seed, cvr=0.3, cover=90.0)
        found = of_kind(run(facts)[1], ProposalKind.HARVEST)
        names = [facts.terms.text[each.row] for each in found]
        assert len(names) == len(set(names))
        serves = facts.targets.is_enabled & facts.campaigns.is_enabled[facts.ad_groups.campaign[facts.targets.ad_group]]
        keywords = np.flatnonzero((facts.targets.match == EXACT) & serves)
        exact = {facts.targets.text[row] for row in keywords.tolist()}
        assert not exact & set(names)
        harvested += len(found)
        for each in found:
            assert each.old_value is None
            assert each.new_value is not None
            assert each.new_value > 0
    assert harvested


def test_the_same_account_gets_the_same_proposals() -> None:
    assert run(an_account(2))[1].proposals == run(an_account(2))[1].proposals


def with_placements(modifiers: list[float], orders: list[float]) -> AdvertisingFacts:
    """Campaigns with these modifiers at top, rest and product pages, and orders of 300, 300 and 200 clicks there."""
    facts = an_account(3, cover=90.0, capped=False, cvr=0.12, hours=np.nan)
    clicks, won = np.array([300.0, 300.0, 200.0] * 6), np.array(orders * 6)
    figures = replace(
        facts.placements.figures,
        impressions=250 * clicks,
        clicks=clicks,
        effective_clicks=clicks,
        cost=0.9 * clicks,
        orders=won,
        sales=30.0 * won,
    )
    return replace(
        facts,
        placements=replace(facts.placements, modifier=np.array(modifiers * 6), figures=figures),
        targets=replace(facts.targets, bid=np.full(36, 1.0), is_enabled=np.ones(36, dtype=bool)),
        campaigns=replace(facts.campaigns, is_enabled=np.ones(6, dtype=bool)),
    )


def test_modifiers_that_fall_let_the_average_bid_fall_by_one_step_at_most() -> None:
    _, found = run(with_placements([3.0, 0.0, 0.0], [40, 36, 24]))
    changes = of_kind(found, ProposalKind.PLACEMENT_MODIFIER)
    assert {(each.placement, each.old_value) for each in changes} == {("top_of_search", 3.0)}
    for each in changes:
        assert each.new_value is not None
        average = (300 * (1 + each.new_value) + 500) / (300 * 4 + 500)
        assert average == pytest.approx(1 - MAX_BID_STEP, abs=0.005)


def test_modifiers_that_nobody_says_are_not_changed_but_told_of() -> None:
    _, found = run(with_placements([np.nan] * 3, [80, 36, 24]))
    assert not of_kind(found, ProposalKind.PLACEMENT_MODIFIER)
    [note] = [each for each in found.notes if each.code is ReasonCode.MODIFIER_UNKNOWN]
    assert note.parameters["count"] == 6
    _, known = run(with_placements([0.0, np.nan, np.nan], [80, 36, 24]))
    assert of_kind(known, ProposalKind.PLACEMENT_MODIFIER)
    assert ReasonCode.MODIFIER_UNKNOWN not in {each.code for each in known.notes}


def a_group(seed: int, texts: list[str], **changes: Any) -> AdvertisingFacts:
    """An account whose stock lasts, with the first three terms, each of a target of its own, in one ad group."""
    facts = an_account(seed, cover=90.0, capped=False, hours=np.nan, **changes)
    campaigns = replace(facts.campaigns, is_enabled=np.ones(6, dtype=bool))
    match = np.full(36, EXACT + 1)
    targets = replace(facts.targets, match=match, is_enabled=np.ones(36, dtype=bool), bid=np.full(36, 1.0))
    target = facts.terms.target.copy()
    target[:3] = [0, 1, 2]
    target[3:9] = 3
    every = texts + [f"other {number}" for number in range(3, 108)]
    terms = replace(facts.terms, target=target, is_negated=np.zeros(108, dtype=bool), **written(every))
    products = replace(facts.products, break_even_acos=np.full(4, 0.4), target_acos=np.full(4, 0.3))
    places = replace(facts.placements, figures=no_figures(18))
    return replace(facts, campaigns=campaigns, targets=targets, terms=terms, products=products, placements=places)


def with_terms(facts: AdvertisingFacts, clicks: list[float], orders: list[float], cpc: float = 0.9) -> AdvertisingFacts:
    """The same with these figures of the first terms, their targets' as much."""
    count = len(clicks)

    def changed(old: Figures) -> Figures:
        new = {"clicks": clicks, "effective_clicks": clicks, "orders": orders, "impressions": [250 * n for n in clicks]}
        new |= {"cost": [cpc * n for n in clicks], "sales": [30.0 * n for n in orders]}
        return Figures(**{name: np.concatenate([values, getattr(old, name)[count:]]) for name, values in new.items()})

    terms, targets = changed(facts.terms.figures), changed(facts.targets.figures)
    return replace(facts, terms=replace(facts.terms, figures=terms), targets=replace(facts.targets, figures=targets))


SAME = ["Steel  kettle", "steel kettle", "STEEL KETTLE"]


def of_words(facts: AdvertisingFacts, found: Proposals, *kinds: ProposalKind) -> list[Proposal]:
    return [each for each in of_kind(found, *kinds) if each.level is Level.SEARCH_TERM and each.row < 3]


def test_the_same_words_of_an_ad_group_are_negated_once_with_the_risk_of_all_of_them() -> None:
    facts = with_terms(a_group(3, SAME), [150, 150, 40], [1, 1, 0])
    _, found = run(facts)
    (negate,) = of_words(facts, found, ProposalKind.NEGATE, ProposalKind.HARVEST)
    assert negate.kind is ProposalKind.NEGATE
    assert negate.sales_at_risk == pytest.approx(found.terms.sales_at_risk[:3].sum(), abs=1e-3)
    assert found.terms.sales_at_risk[:3].min() > 0
    assert len(set(found.term_facts.expected_cvr[:3])) == 1


def test_words_that_sell_under_one_target_are_not_negated_for_another() -> None:
    bad = with_terms(a_group(3, ["steel kettle", "other", "another"]), [150, 200, 0], [1, 40, 0])
    assert [each.row for each in of_words(bad, run(bad)[1], ProposalKind.NEGATE)] == [0]
    mixed = with_terms(a_group(3, SAME), [150, 200, 0], [1, 40, 0])
    assert not of_words(mixed, run(mixed)[1], ProposalKind.NEGATE)


def test_no_bid_is_proposed_that_is_less_than_amazon_takes_in_its_currency() -> None:
    facts = with_terms(a_group(3, ["good", "other", "another"]), [200, 0, 0], [40, 0, 0])
    [harvest] = of_words(facts, run(facts)[1], ProposalKind.HARVEST)
    assert harvest.new_value is not None
    assert 0.02 <= harvest.new_value < 2
    in_yen = replace(facts, markets=[replace(each, currency="JPY") for each in facts.markets])
    _, found = run(in_yen)
    assert not of_kind(found, ProposalKind.HARVEST)
    assert all(each.new_value is None or each.new_value >= 2 for each in of_kind(found, ProposalKind.BID_DOWN))


def a_bad_term_beside_a_good_one() -> AdvertisingFacts:
    """Both of the first target: a term that never sells and one that does."""
    facts = with_terms(a_group(3, ["bad", "good", "none"]), [400, 200, 0], [1, 40, 0])
    target = facts.terms.target.copy()
    target[:2] = 0
    both = {name: getattr(facts.targets.figures, name).copy() for name in Figures.__dataclass_fields__}
    for column in both.values():
        column[0], column[1] = column[0] + column[1], 0
    return replace(
        facts,
        terms=replace(facts.terms, target=target),
        targets=replace(facts.targets, figures=Figures(**both)),
    )


def test_a_target_is_not_blamed_for_what_a_negative_keeps_away_from_it() -> None:
    facts = a_bad_term_beside_a_good_one()
    _, before = run(facts)
    [negated] = of_words(facts, before, ProposalKind.NEGATE)
    assert negated.row == 0
    kept_away = facts.terms.is_negated.copy()
    kept_away[0] = True
    _, after = run(replace(facts, terms=replace(facts.terms, is_negated=kept_away)))
    for found in (before, after):
        assert (found.target_facts.clicks[0], found.target_facts.orders[0]) == (200, 40)
        [bid] = [each for each in found.proposals if each.level is Level.TARGET and each.row == 0]
        assert bid.kind is ProposalKind.BID_UP


def test_words_of_an_exact_keyword_that_serves_are_not_negated_in_its_ad_group() -> None:
    facts = with_terms(a_group(3, ["steel kettle", "other", "another"]), [150, 0, 0], [1, 0, 0])
    match = facts.targets.match.copy()
    match[2] = EXACT
    text = [*facts.targets.text[:2], "Steel Kettle", *facts.targets.text[3:]]
    for is_enabled in (True, False):
        enabled = facts.targets.is_enabled.copy()
        enabled[2] = is_enabled
        some = replace(facts, targets=replace(facts.targets, match=match, text=text, is_enabled=enabled))
        assert len(of_words(some, run(some)[1], ProposalKind.NEGATE)) == (0 if is_enabled else 1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.03, 0.08, 0.3]))
def test_no_words_of_an_ad_group_are_negated_and_harvested_or_negated_twice(seed: int, cvr: float) -> None:
    facts = an_account(seed, cvr=cvr, cover=90.0)
    facts = replace(facts, terms=replace(facts.terms, **written([f"keyword {number % 3}" for number in range(108)])))
    _, found = run(facts)
    told = [
        (int(facts.targets.ad_group[facts.terms.target[each.row]]), facts.terms.text[each.row])
        for each in of_kind(found, ProposalKind.NEGATE, ProposalKind.HARVEST)
    ]
    assert len(told) == len(set(told))


def test_a_paused_exact_keyword_does_not_keep_its_words_from_being_harvested() -> None:
    facts = with_terms(a_group(3, ["steel kettle", "other", "another"]), [200, 0, 0], [40, 0, 0])
    match = facts.targets.match.copy()
    match[30] = EXACT
    text = [*facts.targets.text[:30], "steel kettle", *facts.targets.text[31:]]
    for is_enabled in (True, False):
        enabled = facts.targets.is_enabled.copy()
        enabled[30] = is_enabled
        some = replace(facts, targets=replace(facts.targets, match=match, text=text, is_enabled=enabled))
        assert len(of_words(some, run(some)[1], ProposalKind.HARVEST)) == (0 if is_enabled else 1)


def test_a_target_is_judged_without_the_term_that_is_to_be_negated() -> None:
    facts = a_bad_term_beside_a_good_one()
    _, found = run(facts)
    assert [each.row for each in of_words(facts, found, ProposalKind.NEGATE)] == [0]
    assert found.target_facts.clicks[0] == 200
    assert found.target_facts.orders[0] == 40
    lowered = [each for each in of_kind(found, ProposalKind.BID_DOWN, ProposalKind.PAUSE) if each.row == 0]
    assert not [each for each in lowered if each.level is Level.TARGET]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_a_campaign_saves_no_more_than_it_wastes(seed: int) -> None:
    scored, found = run(an_account(seed))
    saved = np.zeros(6)
    for each in found.proposals:
        saved[each.campaign] += each.expected_waste_saved
    waste = scored.campaigns.wasted_spend
    assert np.all((saved <= waste + 0.01) | np.isnan(waste))


def test_a_bid_that_is_not_known_is_not_raised_and_that_is_said() -> None:
    facts = with_terms(a_group(3, ["steel kettle", "other", "another"]), [300, 300, 0], [60, 60, 0])
    bid = facts.targets.bid.copy()
    bid[0] = np.nan
    facts = replace(facts, targets=replace(facts.targets, bid=bid))
    _, found = run(facts)
    assert 1 in {each.row for each in of_kind(found, ProposalKind.BID_UP)}
    assert 0 not in {each.row for each in of_kind(found, ProposalKind.BID_UP)}
    assert any(each.code is ReasonCode.BID_UNKNOWN for each in found.notes)


def test_modifiers_do_not_rise_where_no_bid_can_fall_for_them() -> None:
    raised = 0
    for seed in range(6):
        facts = an_account(seed, cover=90.0, capped=False, hours=np.nan)
        _, found = run(facts)
        raised += len(of_kind(found, ProposalKind.PLACEMENT_MODIFIER))
        unknown = replace(facts, targets=replace(facts.targets, bid=np.full(36, np.nan)))
        changed: dict[int, list[Proposal]] = defaultdict(list)
        for each in of_kind(run(unknown)[1], ProposalKind.PLACEMENT_MODIFIER):
            changed[each.campaign].append(each)
        for campaign, proposals in changed.items():
            clicks, old = np.zeros(3), np.zeros(3)
            rows = np.flatnonzero(facts.placements.campaign == campaign)
            clicks[facts.placements.placement[rows]] = facts.placements.figures.clicks[rows]
            old[facts.placements.placement[rows]] = np.nan_to_num(facts.placements.modifier[rows])
            new = old.copy()
            for each in proposals:
                new[["top_of_search", "rest_of_search", "product_pages"].index(str(each.placement))] = each.new_value
            assert (clicks * new).sum() <= (clicks * old).sum() + 0.01 * clicks.sum()
            assert all(each.reasons[-1].parameters["factor"] == 1 for each in proposals)
    assert raised


def test_stock_cuts_a_bid_once_from_where_it_was() -> None:
    facts = an_account(11, cvr=0.15, cover=3.0, hours=np.nan)
    first = of_kind(run(facts)[1], ProposalKind.THROTTLE)
    bid, before = facts.targets.bid.copy(), np.full(36, np.nan)
    for each in first:
        bid[each.row], before[each.row] = each.new_value, each.old_value or np.nan
    again = replace(facts, targets=replace(facts.targets, bid=bid))
    assert of_kind(run(again)[1], ProposalKind.THROTTLE)
    known = replace(facts, targets=replace(facts.targets, bid=bid, bid_before_stock=before))
    cut = {each.row for each in of_kind(run(known)[1], ProposalKind.THROTTLE)}
    assert not cut & set(np.flatnonzero(before > 0).tolist())
    # Somebody has set the lowered bids anew: the next shortage starts from those.
    anew = replace(facts, targets=replace(facts.targets, bid=bid, bid_before_stock=np.full(36, np.nan)))
    assert {each.row for each in of_kind(run(anew)[1], ProposalKind.THROTTLE)} >= {each.row for each in first}


def test_what_stock_lowered_and_paused_comes_back_when_the_stock_lasts() -> None:
    facts = after_stock(3, 400.0)
    _, found = run(facts)
    resumed = of_kind(found, ProposalKind.RESUME)
    assert {each.row for each in resumed} == {0, 1}
    assert all(each.reasons[0].code is ReasonCode.CAMPAIGN_RESUMED for each in resumed)
    restored = of_kind(found, ProposalKind.RESTORE)
    assert restored
    before, given = facts.targets.bid_before_stock, found.target_facts
    assert before is not None
    whole = 0
    for each in restored:
        assert each.old_value is not None
        assert each.new_value is not None
        assert each.old_value < each.new_value <= before[each.row]
        assert each.reasons[0].code is ReasonCode.BID_RESTORED
        assert "{" not in sentence(each.reasons[0].code, each.reasons[0].parameters)
        assert ACTIONS[found.targets.action[each.row]] not in (Action.NEGATE, Action.BID_DOWN)
        whole += each.new_value == before[each.row]
        if each.new_value < before[each.row]:
            assert given.evidence[each.row] >= 0.25
    assert whole
    assert not {each.campaign for each in restored} & {
        each.campaign for each in of_kind(found, ProposalKind.PLACEMENT_MODIFIER)
    }


@pytest.mark.parametrize(("cover", "comes_back"), [(13.0, False), (20.5, False), (400.0, True)])
def test_stock_that_is_back_for_less_than_a_week_beyond_its_limits_brings_nothing_back(
    cover: float, comes_back: bool
) -> None:
    facts = after_stock(3, cover)
    _, found = run(facts)
    assert bool(of_kind(found, ProposalKind.RESTORE)) is comes_back
    assert bool(of_kind(found, ProposalKind.RESUME)) is comes_back
    # Meanwhile no bid that stock lowered rises by its own merit either.
    assert not of_kind(found, ProposalKind.BID_UP)


def test_stock_is_judged_with_the_sales_of_the_ads_that_come_back() -> None:
    facts = after_stock(3, 25.0)
    assert not of_kind(run(facts)[1], ProposalKind.RESUME), "25 days without the paused ads are fewer with them"
    without = replace(facts, ads=replace(facts.ads, units=np.zeros_like(facts.ads.units)))
    assert of_kind(run(without)[1], ProposalKind.RESUME)


def test_nothing_comes_back_that_somebody_changed_that_rests_or_whose_stock_is_unknown() -> None:
    kinds = (ProposalKind.RESTORE, ProposalKind.RESUME)
    facts = after_stock(3, 400.0)
    changed = replace(
        facts,
        campaigns=replace(facts.campaigns, paused_for_stock=np.zeros(6, dtype=bool)),
        targets=replace(facts.targets, bid_before_stock=np.full(36, np.nan)),
    )
    assert not of_kind(run(changed)[1], *kinds)
    assert not of_kind(run(after_stock(3, 400.0, hours=50.0))[1], *kinds)
    assert not of_kind(run(after_stock(3, 400.0, inventory=InventoryState.SILENT))[1], *kinds)


def test_modifiers_are_in_one_bundle_with_the_bids_that_fall_for_them() -> None:
    bundles = 0
    for seed in range(12):
        _, found = run(an_account(seed, cover=90.0, capped=False, hours=np.nan))
        modifiers = of_kind(found, ProposalKind.PLACEMENT_MODIFIER)
        for each in modifiers:
            factor = next(r for r in each.reasons if r.code is ReasonCode.BASE_BID_FOR_PLACEMENTS).parameters["factor"]
            assert each.bundle == (each.campaign if float(factor or 0) < 1 else None)
        for each in found.proposals:
            pays = any(reason.code is ReasonCode.BASE_BID_FOR_PLACEMENTS for reason in each.reasons)
            if each.level is Level.TARGET:
                assert each.bundle == (each.campaign if pays else None)
                assert not pays or any(other.bundle == each.bundle for other in modifiers)
        bundles += len({each.bundle for each in found.proposals if each.level is Level.TARGET} - {None})
    assert bundles
