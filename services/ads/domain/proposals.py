"""Decides what to propose for an account: bids, negatives, harvests, budgets, placements, and what stock demands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, floor, inf, isfinite, isnan
from uuid import UUID

import numpy as np

from services.ads.domain.account_scoring import SHORT_SHARE, ScoredAdvertising, Worth
from services.ads.domain.amazon_limits import CURRENCIES_WITHOUT_CENTS, least_bid
from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.budget import MAX_BUDGET_STEP, may_raise, needed_budget
from services.ads.domain.economics import MAX_BID_STEP, stepped_bid
from services.ads.domain.names import name_key
from services.ads.domain.placements import MOST_MODIFIER, PLACEMENTS, modifiers
from services.ads.domain.ratios import capped_orders, cost_per_click
from services.ads.domain.reasons import Reason, ReasonCode
from services.ads.domain.same_words import judged_together, judged_without, same_words
from services.ads.domain.scored import AdvertisingFacts, Figures, InventoryState, Level, Scored
from services.ads.domain.term_actions import (
    ACTIONS,
    CAREFUL,
    DAYS_AFTER_CHANGE,
    HOLDS,
    LITTLE_EVIDENCE,
    Action,
    Hold,
    TermDecisions,
    TermFacts,
    aimed_bid,
    decide_terms,
    is_cooling,
    term_reasons,
)
from services.ads.domain.throttle import (
    CoverFacts,
    PauseCandidate,
    bid_cut,
    cost_until_stock_out,
    days_of_cover,
    enough_cover,
    stock_lasts,
    to_pause,
)
from services.ads.domain.vocabulary import MatchType

EXACT = tuple(MatchType).index(MatchType.EXACT)
NEGATE, BID_DOWN, HARVEST, BID_UP = (
    ACTIONS.index(each) for each in (Action.NEGATE, Action.BID_DOWN, Action.HARVEST, Action.BID_UP)
)
COOLING = HOLDS.index(Hold.COOLING_DOWN)
LEAST_MODIFIER_CHANGE = 0.1
LEAST_BUDGET_CHANGE = 0.05
LEAST_PLACEMENT_EVIDENCE = 0.5
MAIN_PRODUCT_SHARE = 0.5
WORTH_LOWERING = 0.5


class ProposalKind(StrEnum):
    """What to change."""

    NEGATE = "negate"
    HARVEST = "harvest"
    BID_UP = "bid_up"
    BID_DOWN = "bid_down"
    BUDGET = "budget"
    PLACEMENT_MODIFIER = "placement_modifier"
    PAUSE = "pause"
    THROTTLE = "throttle"
    RESTORE = "restore"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One change to one subject. `row` is the subject's in the facts of its level, `campaign` its campaign's.

    `old_value` and `new_value` are a bid, a daily budget or a placement modifier as a share; None where the change
    has no number (negate, pause) or the old one is not known. A harvest's new value is the bid of the new exact
    keyword. Placement modifiers have their campaign as subject, and `placement` names which. Money of the window in
    `currency`; `confidence` is the probability that its reason holds. Nothing else changes the subject until
    `cooldown_until` once it is applied. Proposals of one `bundle` are decided together: modifiers that raise bids at
    a placement and the base bids that fall for them.
    """

    kind: ProposalKind
    level: Level
    subject_id: UUID
    row: int
    campaign: int
    currency: str
    old_value: float | None
    new_value: float | None
    expected_waste_saved: float
    sales_at_risk: float
    sales_gained: float
    confidence: float
    reasons: tuple[Reason, ...]
    cooldown_until: datetime
    placement: str | None = None
    bundle: int | None = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What a run proposes, dearest waste first; notes on what was left out; what is decided of each target and term."""

    proposals: tuple[Proposal, ...]
    notes: tuple[Reason, ...]
    target_facts: TermFacts
    targets: TermDecisions
    term_facts: TermFacts
    terms: TermDecisions


@dataclass(frozen=True, slots=True)
class Decided:
    """What to do with each target and search term of a run, before it is made into proposals (`proposed`).

    `same` is the first row of a term's words, `negates` and `harvests` say of which terms that is to be proposed.
    """

    target_facts: TermFacts
    targets: TermDecisions
    term_facts: TermFacts
    terms: TermDecisions
    same: IntArray
    negates: BoolArray
    harvests: BoolArray
    paused: tuple[Proposal, ...]
    stopped: BoolArray
    build: "_Builder"


def decide(facts: AdvertisingFacts, scored: ScoredAdvertising, now: datetime, tau: float = CAREFUL) -> Decided:
    """What to do with targets and terms; campaigns that are paused for stock stop what is below them."""
    build = _Builder(facts, scored, now + timedelta(days=DAYS_AFTER_CHANGE))
    paused = tuple(build.pauses_for_stock())
    stopped = np.zeros(len(facts.campaigns.ids), dtype=bool)
    stopped[[each.row for each in paused]] = True
    same = build.same_words()
    term_facts, terms = _decide_terms(facts, scored, tau, same)
    negates, harvests = build.term_changes(term_facts, terms, stopped, same)
    target_facts, targets = _decide_targets(facts, scored, tau, _any(same, negates) | facts.terms.is_negated)
    return Decided(target_facts, targets, term_facts, terms, same, negates, harvests, paused, stopped, build)


def propose(facts: AdvertisingFacts, scored: ScoredAdvertising, now: datetime, tau: float = CAREFUL) -> Proposals:
    """All proposals of a run, see `proposed`."""
    return proposed(decide(facts, scored, now, tau))


def proposed(decided: Decided) -> Proposals:
    """All proposals of a run.

    Each subject gets one at most: what a campaign's stock demands comes first, then its placements and budget, then
    its targets (a loss pauses, else the bid moves once) by what is left to them without the search terms that are
    negated or to be, then those terms. Nothing is proposed for what is not enabled or was changed within three days,
    and nothing that needs stock where inventory did not say it. What stock lowered or paused comes back once the stock
    lasts, unless somebody else has changed it since. A campaign's proposals save no more than it wastes.
    """
    d, build = decided, decided.build
    facts, scored = build.facts, build.scored
    placements, base = build.placements(d.stopped, d.target_facts, d.targets)
    budgets = tuple(build.budgets(d.stopped))
    of_targets = tuple(build.targets(d.target_facts, d.targets, d.stopped, base))
    ending = np.zeros(len(facts.targets.ids), dtype=bool)
    ending[[each.row for each in of_targets if each.kind is ProposalKind.PAUSE]] = True
    left = np.nan_to_num(scored.campaigns.wasted_spend, nan=np.inf)
    negates = d.negates & ~ending[facts.terms.target]
    of_terms = tuple(build.terms(d.term_facts, d.terms, negates, d.harvests, ending, d.same))
    of_terms = tuple(_within(of_terms, left))
    of_targets = tuple(_within(of_targets, left))
    found = sorted(
        (*d.paused, *build.resumes(), *placements, *budgets, *of_targets, *of_terms),
        key=lambda each: (-each.expected_waste_saved, -each.sales_gained, each.kind.value, each.row),
    )
    held = int((d.targets.hold == COOLING).sum() + (d.terms.hold == COOLING).sum())
    return Proposals(tuple(found), tuple(build.notes(held)), d.target_facts, d.targets, d.term_facts, d.terms)


def _any(same: IntArray, flags: BoolArray) -> BoolArray:
    """Whether any row of the same words has the flag, (n,)."""
    return np.asarray((np.bincount(same, flags, same.size) > 0)[same])


def _within(proposals: Sequence[Proposal], waste: FloatArray) -> Iterator[Proposal]:
    """The same, together saving no more of each campaign than its `waste`, which is lessened by what they save."""
    saved = np.zeros(waste.size)
    for each in proposals:
        saved[each.campaign] += each.expected_waste_saved
    left = np.maximum(waste, 0.0)
    share = np.divide(left, saved, out=np.ones(waste.size), where=saved > left)
    waste -= share * saved
    for each in proposals:
        part = float(share[each.campaign])
        yield each if part >= 1 else replace(each, expected_waste_saved=_money(part * each.expected_waste_saved))


def _action_facts(
    figures: Figures,
    scored: Scored,
    campaigns: Scored,
    campaign: IntArray,
    worth: Worth,
    place: IntArray,
    capped: BoolArray,
    *,
    is_exact: BoolArray,
    bid: FloatArray,
    hours_since_change: FloatArray,
    placement_rise: FloatArray | None = None,
) -> TermFacts:
    own = cost_per_click(figures.cost, figures.clicks)
    of_campaign = cost_per_click(campaigns.figures.cost, campaigns.figures.clicks)[campaign]
    cover, lead = worth.cover_days[place], worth.lead_time_days[place]
    return TermFacts(
        clicks=figures.clicks,
        cost=figures.cost,
        orders=capped_orders(figures.orders, figures.clicks),
        expected_cvr=scored.expected_cvr,
        evidence=scored.evidence,
        p_unprofitable=scored.p_unprofitable,
        p_target=scored.p_target,
        cpc=np.where(np.isnan(own), of_campaign, own),
        order_value=scored.order_value,
        break_even_acos=scored.break_even_acos,
        target_acos=scored.target_acos,
        is_exact=is_exact,
        bid=bid,
        stock_ok=np.asarray(stock_lasts(cover, lead), dtype=bool),
        budget_capped=capped[campaign],
        eligible=~(worth.sellable[place] <= 0),
        cooling=is_cooling(hours_since_change),
        too_young=np.zeros(figures.clicks.size, dtype=bool),
        placement_rise=placement_rise,
    )


def _decide_targets(
    facts: AdvertisingFacts, scored: ScoredAdvertising, tau: float, negated: BoolArray
) -> tuple[TermFacts, TermDecisions]:
    """Targets by their figures without those of the search terms that are `negated` or to be."""
    targets = facts.targets
    given = _action_facts(
        targets.figures,
        scored.targets,
        scored.campaigns,
        facts.ad_groups.campaign[targets.ad_group],
        scored.group_worth,
        targets.ad_group,
        scored.budget_capped,
        is_exact=np.ones(len(targets.ids), dtype=bool),  # a target is what is bid on: nothing is left to harvest
        bid=targets.bid,
        hours_since_change=targets.hours_since_change,
        placement_rise=_placement_rise(facts)[facts.ad_groups.campaign[targets.ad_group]],
    )
    rows = np.flatnonzero(negated)
    if rows.size:
        target = facts.terms.target[rows]
        gone = facts.terms.figures.of(rows)
        gone = replace(gone, orders=capped_orders(gone.orders, gone.clicks)).summed(target, len(targets.ids))
        given = judged_without(given, targets.figures.effective_clicks, np.unique(target), gone)
    return given, decide_terms(given, tau)


def _placement_rise(facts: AdvertisingFacts) -> FloatArray:
    """By how much of its bid the modifiers that are known raise the usual click of each campaign, (campaigns,)."""
    places, count = facts.placements, len(facts.campaigns.ids)
    clicks = np.bincount(places.campaign, places.figures.clicks, count)
    rise = np.bincount(places.campaign, places.figures.clicks * np.nan_to_num(places.modifier), count)
    return np.divide(rise, clicks, out=np.zeros(count), where=clicks > 0)


def _decide_terms(
    facts: AdvertisingFacts, scored: ScoredAdvertising, tau: float, same: IntArray
) -> tuple[TermFacts, TermDecisions]:
    """Search terms; the same words of an ad group are judged as one."""
    group = facts.targets.ad_group[facts.terms.target]
    given = _action_facts(
        facts.terms.figures,
        scored.terms,
        scored.campaigns,
        facts.ad_groups.campaign[group],
        scored.group_worth,
        group,
        scored.budget_capped,
        is_exact=facts.targets.match[facts.terms.target] == EXACT,
        bid=np.full(len(facts.terms.ids), np.nan),
        hours_since_change=facts.terms.hours_since_change,
    )
    given = judged_together(given, facts.terms.figures, same)
    return given, decide_terms(given, tau)


class _Builder:
    """The facts of one run beside what all its proposals share."""

    def __init__(self, facts: AdvertisingFacts, scored: ScoredAdvertising, cooldown_until: datetime) -> None:
        self.facts, self.scored, self.until = facts, scored, cooldown_until
        campaigns = facts.campaigns
        self.silent = facts.inventory is InventoryState.SILENT
        self.known_stock = scored.campaign_worth.known_stock & (not self.silent)
        self.open = np.asarray(campaigns.is_enabled & ~is_cooling(campaigns.hours_since_change), dtype=bool)
        self.target_campaign = facts.ad_groups.campaign[facts.targets.ad_group]
        group = scored.group_worth
        in_stock = group.known_stock & ~(group.sellable <= 0) & (not self.silent)
        self.group_cut = np.where(in_stock, bid_cut(group.cover_days, group.lead_time_days), 0.0)
        self.lowered = self._lowered()
        self.group_is_back, self.campaign_is_back, self.enough = self._is_back()
        self.currencies: list[str] = [facts.markets[market].currency for market in campaigns.market.tolist()]
        self.least_bid = np.array([float(least_bid(currency)) for currency in self.currencies])
        self.rises_without_stock = 0
        self.without_bid = 0
        self.without_modifier = 0

    def currency(self, campaign: int) -> str:
        return self.currencies[campaign]

    def proposal(
        self,
        kind: ProposalKind,
        level: Level,
        subject_id: UUID,
        row: int,
        campaign: int,
        reasons: Iterable[Reason],
        *,
        old: float = np.nan,
        new: float = np.nan,
        saved: float = 0.0,
        risk: float = 0.0,
        gained: float = 0.0,
        confidence: float = 1.0,
        placement: str | None = None,
        in_bundle: bool = False,
    ) -> Proposal:
        return Proposal(
            kind=kind,
            level=level,
            subject_id=subject_id,
            row=row,
            campaign=campaign,
            currency=self.currency(campaign),
            old_value=None if isnan(old) else float(old),
            new_value=None if isnan(new) else float(new),
            expected_waste_saved=_money(saved),
            sales_at_risk=_money(risk),
            sales_gained=_money(gained),
            confidence=round(min(max(_finite(confidence), 0.0), 1.0), 6),
            reasons=tuple(reasons),
            cooldown_until=self.until,
            placement=placement,
            bundle=campaign if in_bundle else None,
        )

    def _lowered(self) -> BoolArray:
        """Targets whose bid is still as stock lowered it, (n,)."""
        targets = self.facts.targets
        if targets.bid_before_stock is None:
            return np.zeros(len(targets.ids), dtype=bool)
        return np.asarray(targets.bid_before_stock > targets.bid + 1e-9)

    def _is_back(self) -> tuple[BoolArray, BoolArray, FloatArray]:
        """Ad groups and campaigns whose stock would last with all their ads running again, and how many days that
        takes by ad group: none of the products on which a quarter is spent or more is short then.
        """
        facts, worth = self.facts, self.scored.product_worth
        ads, products, campaigns = facts.ads, facts.products, facts.campaigns
        ad_campaign = facts.ad_groups.campaign[ads.ad_group]
        paused = self._paused_for_stock()
        # What a paused campaign sold a day is known of the days on which it ran.
        running = (campaigns.daily_cost[:, -facts.window_days :] > 0).sum(axis=1)
        days = np.maximum(np.where(paused & (running > 0), running, campaigns.days_told), 1)
        rise = np.where(paused, 1.0, 0.0)[ad_campaign] + self._bid_rise()[ads.ad_group]
        more = np.bincount(ads.product, rise * ads.units / days[ad_campaign], len(products.ids))
        cover = days_of_cover(products.sellable, products.arriving, products.daily_units + more)
        enough = enough_cover(products.lead_time_days)
        short = ~(worth.known_stock & (not self.silent) & (products.sellable > 0) & (cover >= enough))
        back = []
        days_needed = np.full(len(facts.ad_groups.ids), enough_cover())
        for place, count in ((ads.ad_group, len(facts.ad_groups.ids)), (ad_campaign, len(campaigns.ids))):
            total = np.bincount(place, ads.cost, count)
            counts = ads.cost >= SHORT_SHARE * total[place]
            some = np.bincount(place, minlength=count) > 0
            back.append(some & (np.bincount(place[counts], short[ads.product[counts]], count) == 0))
        np.maximum.at(days_needed, ads.ad_group, enough[ads.product])
        without_ads = np.bincount(ads.ad_group, minlength=len(facts.ad_groups.ids)) == 0
        groups = np.where(without_ads, back[1][facts.ad_groups.campaign], back[0])
        return np.asarray(groups, dtype=bool), np.asarray(back[1]), days_needed

    def _paused_for_stock(self) -> BoolArray:
        campaigns = self.facts.campaigns
        paused = campaigns.paused_for_stock
        return np.zeros(len(campaigns.ids), dtype=bool) if paused is None else paused

    def _bid_rise(self) -> FloatArray:
        """By what share the clicks of each ad group rise when its bids come back, taken to follow them, (groups,)."""
        targets, count = self.facts.targets, len(self.facts.ad_groups.ids)
        if targets.bid_before_stock is None:
            return np.zeros(count)
        rise = np.where(self.lowered, targets.bid_before_stock / targets.bid - 1, 0.0)
        clicks = np.bincount(targets.ad_group, targets.figures.clicks, count)
        more = np.bincount(targets.ad_group, targets.figures.clicks * rise, count)
        return np.divide(more, clicks, out=np.zeros(count), where=clicks > 0)

    def resumes(self) -> Iterator[Proposal]:
        """Campaigns that we paused for stock and nobody has run since, once the stock lasts with them."""
        facts, found = self.facts, self.scored.campaigns
        ready = self._paused_for_stock() & self.campaign_is_back & ~is_cooling(facts.campaigns.hours_since_change)
        for row in np.flatnonzero(ready).tolist():
            groups = facts.ad_groups.campaign == row
            enough = float(self.enough[groups].max(initial=float(enough_cover())))
            yield self.proposal(
                ProposalKind.RESUME,
                Level.CAMPAIGN,
                facts.campaigns.ids[row],
                row,
                row,
                [Reason(ReasonCode.CAMPAIGN_RESUMED, {"enough_days": enough})],
                gained=found.figures.clicks[row] * found.expected_cvr[row] * found.order_value[row],
            )

    def pauses_for_stock(self) -> Iterator[Proposal]:
        """Campaigns to pause because lower bids alone would not let a product last until new stock comes."""
        facts, scored = self.facts, self.scored
        if self.silent:
            return
        ads, products, worth = facts.ads, facts.products, scored.product_worth
        campaign = facts.ad_groups.campaign[ads.ad_group]
        total = np.bincount(campaign, ads.cost, len(facts.campaigns.ids))
        # By the days that are told: of six known days a sixth is sold a day, however long the window is.
        days = np.maximum(facts.campaigns.days_told, 1)
        ad_units = np.bincount(ads.product, ads.units / days[campaign], len(products.ids))
        short = worth.known_stock & (products.sellable > 0) & (worth.cover_days < products.lead_time_days)
        chosen: set[int] = set()
        for product in np.flatnonzero(short).tolist():
            mine = np.flatnonzero(ads.product == product)
            cut = float(bid_cut(worth.cover_days[product], products.lead_time_days[product]))
            cover = CoverFacts(
                float(products.sellable[product]),
                float(products.arriving[product]),
                float(products.daily_units[product] - cut * min(ad_units[product], products.daily_units[product])),
                float((1 - cut) * ad_units[product]),
                float(products.lead_time_days[product]),
            )
            candidates, rows = [], {}
            for row in np.unique(campaign[mine]).tolist():
                here = mine[campaign[mine] == row]
                cost = float(ads.cost[here].sum())
                if row in chosen or not self.open[row] or cost <= MAIN_PRODUCT_SHARE * total[row]:
                    continue
                units = (1 - cut) * float(ads.units[here].sum()) / float(days[row])
                is_brand = bool(facts.campaigns.is_brand[row])
                rows[str(row)] = row
                candidates.append(PauseCandidate(str(row), is_brand, cost / float(days[row]), units))
            for each in to_pause(candidates, cover):
                row = rows[each.key]
                chosen.add(row)
                yield self._pause_for_stock(row, product, ad_units[product])

    def _pause_for_stock(self, row: int, product: int, ad_units: float) -> Proposal:
        facts, found = self.facts, self.scored.campaigns
        products = facts.products
        days = float(self.scored.product_worth.cover_days[product])
        left = max(float(products.daily_units[product] - ad_units), 0.0)
        stock = float(products.sellable[product] + products.arriving[product])
        reasons = [
            Reason(
                ReasonCode.PAUSE_FOR_STOCK,
                {
                    "cover_days": round(days, 2),
                    "cover_days_without_ads": round(stock / left, 2) if left > 0 else None,
                    "lead_time_days": float(products.lead_time_days[product]),
                },
            ),
            self._cost_until_stock_out(row, days),
        ]
        return self.proposal(
            ProposalKind.PAUSE,
            Level.CAMPAIGN,
            facts.campaigns.ids[row],
            row,
            row,
            reasons,
            saved=found.wasted_spend[row],
            risk=found.figures.clicks[row] * found.expected_cvr[row] * found.order_value[row],
        )

    def _cost_until_stock_out(self, campaign: int, days: float) -> Reason:
        campaigns = self.facts.campaigns
        a_day = float(campaigns.figures.cost[campaign]) / max(int(campaigns.days_told[campaign]), 1)
        return Reason(
            ReasonCode.AD_COST_UNTIL_STOCK_OUT,
            {"cost_per_day": round(a_day, 2), "cost": round(float(cost_until_stock_out(a_day, days)), 2)},
        )

    def placements(
        self, stopped: BoolArray, given: TermFacts, decided: TermDecisions
    ) -> tuple[tuple[Proposal, ...], FloatArray]:
        """Modifiers by what a click is worth at each placement, and the factor (campaigns,) of the base bids with them.

        One step moves them as far as base bids may fall at once, so that the average bid stays where it was: the
        fewer clicks are of targets whose bids are known and may fall now, the shorter the step. Only where today's
        modifiers are known.
        """
        facts, revenue = self.facts, self.scored.placement_revenue
        count = len(facts.campaigns.ids)
        base = np.ones(count)
        if count == 0:
            return (), base
        clicks, old = np.zeros(revenue.shape), np.zeros(revenue.shape)
        told = np.full(revenue.shape, np.nan)
        places = facts.placements
        rows = np.flatnonzero(places.placement < revenue.shape[1])
        clicks[places.campaign[rows], places.placement[rows]] = places.figures.clicks[rows]
        told[places.campaign[rows], places.placement[rows]] = places.modifier[rows]
        old = np.nan_to_num(told)
        wanted = np.where(np.isnan(revenue), old, modifiers(revenue))
        wanted = np.where(np.isnan(wanted), old, wanted)
        before, after = (clicks * (1 + old)).sum(axis=1), (clicks * (1 + wanted)).sum(axis=1)
        movable = self._movable(given, decided)
        rise = after - before
        # Base bids fall for modifiers that rise, but do not rise for those that fall: then the average bid falls, no
        # further than one step of a bid goes.
        allowed = np.where(rise > 0, before / (1 - MAX_BID_STEP * movable) - before, MAX_BID_STEP * before)
        moves = np.abs(rise)
        share = np.where(moves > allowed, np.divide(allowed, moves, out=np.ones(count), where=moves > 0), 1.0)
        new = np.clip(np.round(old + share[:, None] * (wanted - old), 2), 0.0, MOST_MODIFIER)
        changes = np.abs(new - old) >= LEAST_MODIFIER_CHANGE
        ready = (
            self.open
            & ~stopped
            & (self.scored.campaigns.evidence >= LEAST_PLACEMENT_EVIDENCE)
            & ((~np.isnan(revenue)).sum(axis=1) > 1)
            & (self._campaign_cut() == 0)
            & ~np.bincount(self.target_campaign, self.lowered, count).astype(bool)
        )
        changes &= ready[:, None]
        # From what nobody says no step can be measured; one that a sheet leaves out beside others is none.
        is_told = (~np.isnan(told)).any(axis=1)
        self.without_modifier = int((changes.any(axis=1) & ~is_told).sum())
        changes &= is_told[:, None]
        new = np.where(changes, new, old)
        after = (clicks * (1 + new)).sum(axis=1)
        moved = changes.any(axis=1)
        fall = 1 - np.divide(before, after, out=np.ones(count), where=moved & (after > before))
        base = np.clip(1 - np.divide(fall, movable, out=np.zeros(count), where=movable > 0), 1 - MAX_BID_STEP, 1.0)
        shift = (1 - fall)[:, None] * (1 + new) / (1 + old)
        effect = clicks * np.nan_to_num(revenue) * (shift - 1)
        gains, losses = np.maximum(effect, 0.0), np.maximum(-effect, 0.0)
        parts = np.maximum(changes.sum(axis=1), 1)
        found = []
        for row, place in np.argwhere(changes).tolist():
            weakest = float(np.nanmin(revenue[row]))
            reasons = [
                Reason(
                    ReasonCode.PLACEMENT_WORTH_MORE,
                    {
                        "placement": PLACEMENTS[place],
                        "revenue_per_click": round(float(revenue[row, place]), 4),
                        "times": round(float(revenue[row, place]) / weakest, 4) if weakest > 0 else None,
                    },
                ),
                Reason(ReasonCode.BASE_BID_FOR_PLACEMENTS, {"factor": round(float(base[row]), 4)}),
            ]
            found.append(
                self.proposal(
                    ProposalKind.PLACEMENT_MODIFIER,
                    Level.CAMPAIGN,
                    facts.campaigns.ids[row],
                    row,
                    row,
                    reasons,
                    old=told[row, place],
                    new=new[row, place],
                    risk=losses[row].sum() / parts[row],
                    gained=gains[row].sum() / parts[row],
                    confidence=self.scored.campaigns.evidence[row],
                    placement=PLACEMENTS[place],
                    in_bundle=bool(base[row] < 1),
                )
            )
        return tuple(found), base

    def _movable(self, given: TermFacts, decided: TermDecisions) -> FloatArray:
        """The share of each campaign's clicks whose bids can fall now, (campaigns,)."""
        targets, count = self.facts.targets, len(self.facts.campaigns.ids)
        clicks = np.where(targets.is_enabled, targets.figures.clicks, 0.0)
        ends = (decided.action == NEGATE) & ~self._can_earn(given, decided)
        falls = np.where((targets.bid > self.least_bid[self.target_campaign]) & ~given.cooling & ~ends, clicks, 0.0)
        total = np.bincount(self.target_campaign, clicks, count)
        part = np.bincount(self.target_campaign, falls, count)
        return np.divide(part, total, out=np.zeros(count), where=total > 0)

    def _can_earn(self, given: TermFacts, decided: TermDecisions) -> BoolArray:
        return np.asarray((decided.action == NEGATE) & (decided.formula_bid >= WORTH_LOWERING * given.cpc))

    def _campaign_cut(self) -> FloatArray:
        worth = self.scored.campaign_worth
        return np.where(self.known_stock, bid_cut(worth.cover_days, worth.lead_time_days), 0.0)

    def budgets(self, stopped: BoolArray) -> Iterator[Proposal]:
        """More budget for what is held back by it, earns rather than loses, and has stock that lasts."""
        facts, found, worth = self.facts, self.scored.campaigns, self.scored.campaign_worth
        lasts = np.asarray(stock_lasts(worth.cover_days, worth.lead_time_days), dtype=bool)
        capped, budget = self.scored.budget_capped, facts.campaigns.daily_budget
        wanted = may_raise(found.p_unprofitable, capped, True) & self.open & ~stopped & (budget > 0)
        self.rises_without_stock += int((wanted & ~self.known_stock).sum())
        share = self.scored.time_in_budget
        needed = needed_budget(budget, share)
        for row in np.flatnonzero(wanted & self.known_stock & lasts).tolist():
            new = _rounded(float(budget[row]), float(needed[row]), self.currency(row), MAX_BUDGET_STEP)
            if new < budget[row] * (1 + LEAST_BUDGET_CHANGE):
                continue
            more = new / float(budget[row]) - 1
            sales = float(found.figures.clicks[row] * found.expected_cvr[row] * found.order_value[row])
            gained = min(more * sales, float(np.nan_to_num(found.missed_sales[row], nan=more * sales)))
            yield self.proposal(
                ProposalKind.BUDGET,
                Level.CAMPAIGN,
                facts.campaigns.ids[row],
                row,
                row,
                [
                    Reason(
                        ReasonCode.BUDGET_HOLDS_BACK,
                        {
                            "time_in_budget": None if np.isnan(share[row]) else round(float(share[row]), 4),
                            "p_unprofitable": round(float(found.p_unprofitable[row]), 6),
                        },
                    )
                ],
                old=budget[row],
                new=new,
                gained=gained,
                confidence=1 - found.p_unprofitable[row],
            )

    def targets(
        self, given: TermFacts, decided: TermDecisions, stopped: BoolArray, base: FloatArray
    ) -> Iterator[Proposal]:
        """A pause for what loses money, else one move of the bid: its own, the placements' and the stock's together.

        A target whose clicks are worth half of their price or more can earn at a lower bid, which two steps reach:
        it is not paused. A bid that nobody says is not raised, nor moved with placements: what a click cost was
        mostly less. For stock the bid falls from where it was before stock first lowered it, and goes back there in
        one move when the stock lasts again, no further than a click is worth; until then it is not raised.
        """
        facts, targets, campaign = self.facts, self.facts.targets, self.target_campaign
        known = np.where(np.isnan(targets.bid), given.cpc, targets.bid)
        ready = targets.is_enabled & facts.campaigns.is_enabled[campaign] & ~given.cooling & ~stopped[campaign]
        own = np.where((decided.action == BID_DOWN) | (decided.action == BID_UP), decided.next_bid, known)
        can_earn = self._can_earn(given, decided)
        aim = aimed_bid(given, decided.formula_bid)
        own = np.where(can_earn, np.minimum(stepped_bid(known, aim), known), own)
        ups = (decided.action == BID_UP) & ready
        self.without_bid = int((ups & np.isnan(targets.bid)).sum())
        own = np.where(ups & np.isnan(targets.bid), known, own)
        unknown_stock = ~(self.scored.group_worth.known_stock & (not self.silent))[targets.ad_group]
        held_stock = (decided.hold == HOLDS.index(Hold.STOCK)) & ready & unknown_stock
        self.rises_without_stock += int(held_stock.sum() + (ups & unknown_stock).sum())
        own = np.where(ups & unknown_stock, known, own)
        own = np.where(self.lowered, np.minimum(own, known), own)
        factor = np.where(np.isnan(targets.bid), 1.0, np.where(facts.campaigns.is_enabled, base, 1.0)[campaign])
        wanted = np.clip(own * factor, known * (1 - MAX_BID_STEP), known * (1 + MAX_BID_STEP))
        cut = self.group_cut[targets.ad_group]
        usual = known if targets.bid_before_stock is None else np.fmax(known, targets.bid_before_stock)
        for_stock = (cut > 0) & (usual * (1 - cut) < wanted)
        wanted = np.where(cut > 0, np.minimum(wanted, usual * (1 - cut)), wanted)
        pauses = (decided.action == NEGATE) & ~can_earn & ready & (given.clicks > 0)
        restored = self._restored(given, decided, aim)
        wanted = np.where(np.isnan(restored), wanted, restored)
        moves = ready & ~pauses & (known > 0) & (np.abs(wanted - known) > 1e-9)
        rows = np.flatnonzero(pauses | moves).tolist()
        reasons = dict(zip(rows, term_reasons(given, decided, rows), strict=True))
        for row in rows:
            if pauses[row]:
                yield self.proposal(
                    ProposalKind.PAUSE,
                    Level.TARGET,
                    targets.ids[row],
                    row,
                    int(campaign[row]),
                    reasons[row],
                    saved=decided.waste_saved[row],
                    risk=decided.sales_at_risk[row],
                    confidence=given.p_unprofitable[row],
                )
                continue
            yield from self._bid(
                row,
                given,
                decided,
                reasons[row],
                float(known[row]),
                float(wanted[row]),
                bool(for_stock[row]),
                float(factor[row]),
                float(aim[row]),
                is_restored=not np.isnan(restored[row]),
            )

    def _restored(self, given: TermFacts, decided: TermDecisions, aim: FloatArray) -> FloatArray:
        """The bid to which what stock lowered goes back now, NaN for all others, (n,)."""
        targets = self.facts.targets
        if targets.bid_before_stock is None:
            return np.full(len(targets.ids), np.nan)
        worth = np.where((given.evidence >= LITTLE_EVIDENCE) & ~np.isnan(aim), aim, np.inf)
        bid = np.minimum(targets.bid_before_stock, worth)
        falls = (decided.action == NEGATE) | (decided.action == BID_DOWN)
        is_back = self.group_is_back & (self.group_cut == 0)
        ready = self.lowered & is_back[targets.ad_group] & ~falls & (bid > targets.bid)
        return np.where(ready, bid, np.nan)

    def _bid(
        self,
        row: int,
        given: TermFacts,
        decided: TermDecisions,
        reasons: list[Reason],
        known: float,
        wanted: float,
        for_stock: bool,
        factor: float,
        aim: float,
        *,
        is_restored: bool,
    ) -> Iterator[Proposal]:
        facts, campaign = self.facts, int(self.target_campaign[row])
        group = int(facts.targets.ad_group[row])
        limit = np.inf if is_restored else max(MAX_BID_STEP, float(self.group_cut[group]))
        new = max(_rounded(known, wanted, self.currency(campaign), limit), float(self.least_bid[campaign]))
        if (new - known) * (wanted - known) <= 0:
            return
        action = int(decided.action[row])
        moved = action in (NEGATE, BID_DOWN, BID_UP) and not (action == BID_UP and wanted < known)
        told = list(reasons) if moved else []
        if for_stock:
            days = float(self.scored.group_worth.cover_days[group])
            cut = round(float(self.group_cut[group]), 4)
            told.insert(0, Reason(ReasonCode.CUT_FOR_STOCK, {"cover_days": round(days, 2), "cut": cut}))
            told.append(self._cost_until_stock_out(campaign, days))
        before = facts.targets.bid_before_stock
        if is_restored and before is not None:
            known_days = {"enough_days": float(self.enough[group]), "bid_before": round(float(before[row]), 4)}
            told.insert(0, Reason(ReasonCode.BID_RESTORED, known_days))
        if factor < 1:
            told.append(Reason(ReasonCode.BASE_BID_FOR_PLACEMENTS, {"factor": round(factor, 4)}))
        if moved and action != BID_UP and aim < new - 0.005 and not for_stock:
            told.append(Reason(ReasonCode.STEP_LIMITED, {"aim": round(aim, 4), "most": MAX_BID_STEP}))
        lower = ProposalKind.THROTTLE if for_stock else ProposalKind.BID_DOWN
        rise = ProposalKind.RESTORE if is_restored else ProposalKind.BID_UP
        kind = rise if new > known else lower
        share = new / known
        sales = float(np.nan_to_num(given.clicks[row] * given.expected_cvr[row] * given.order_value[row]))
        loss = float(np.nan_to_num(decided.wasted_spend[row]))
        left = (
            max(share**2 * float(given.cost[row]) - share * (float(given.cost[row]) - loss), 0.0) if loss > 0 else 0.0
        )
        certainty = {
            NEGATE: given.p_unprofitable[row],
            BID_DOWN: 1 - given.p_target[row],
            BID_UP: given.p_target[row],
        }.get(action, 1.0)
        yield self.proposal(
            kind,
            Level.TARGET,
            facts.targets.ids[row],
            row,
            campaign,
            told,
            old=facts.targets.bid[row],
            new=new,
            saved=loss - left if new < known else 0.0,
            # The placements' share of a lower base bid risks nothing: their modifiers give it back.
            risk=sales * max(1 - share / factor, 0.0),
            gained=sales * max(share - 1, 0.0),
            confidence=1.0 if for_stock or not moved else certainty,
            in_bundle=factor < 1,
        )

    def same_words(self) -> IntArray:
        """Which search terms are one to a negative, see `same_words`; those that can still bring clicks."""
        facts, target = self.facts, self.facts.terms.target
        is_live = ~facts.terms.is_negated & self._serves()[target]
        return same_words(facts.targets.ad_group[target], target, facts.terms.words, is_live)

    def _serves(self) -> BoolArray:
        return np.asarray(self.facts.targets.is_enabled & self.facts.campaigns.is_enabled[self.target_campaign])

    def term_changes(
        self, given: TermFacts, decided: TermDecisions, stopped: BoolArray, same: IntArray
    ) -> tuple[BoolArray, BoolArray]:
        """Which search terms to negate and which to harvest, (n,) each; never both for the same words.

        Nothing is negated that an exact keyword of the ad group buys: the negative would stop the keyword.
        """
        facts, terms = self.facts, self.facts.terms
        ready = ~terms.is_negated & (self._serves() & ~stopped[self.target_campaign])[terms.target]
        ready &= ~_any(same, given.cooling)
        # Under an exact keyword the term is the keyword: its own proposal decides.
        negates = (decided.action == NEGATE) & ready & ~given.is_exact & (given.clicks > 0)
        group = facts.targets.ad_group
        bought = {(int(group[row]), name_key(facts.targets.text[row])) for row in self._exact_keywords()}
        for row in np.flatnonzero(negates).tolist() if bought else ():
            negates[row] = (int(group[terms.target[row]]), terms.key[row]) not in bought
        least = self.least_bid[self.target_campaign[terms.target]]
        return negates, (decided.action == HARVEST) & ready & (decided.formula_bid >= least)

    def terms(
        self,
        given: TermFacts,
        decided: TermDecisions,
        negates: BoolArray,
        harvests: BoolArray,
        ending: BoolArray,
        same: IntArray,
    ) -> Iterator[Proposal]:
        """Negatives for what loses money, exact keywords for what sells; bids are the target's, not the term's.

        A negative is told of once, at the term that cost most, with what all terms of its words save and risk.
        """
        facts, terms = self.facts, self.facts.terms
        campaign = self.target_campaign[terms.target]
        stays = ~ending[terms.target]
        saved, risk = (
            np.bincount(same, np.where(stays, values, 0.0), same.size)
            for values in (decided.waste_saved, decided.sales_at_risk)
        )
        losing = np.flatnonzero(negates)
        dearest = losing[np.lexsort((-given.cost[losing], same[losing]))]
        negates = np.zeros(same.size, dtype=bool)
        negates[dearest[np.unique(same[dearest], return_index=True)[1]]] = True
        harvests = harvests & stays
        market = facts.campaigns.market
        exact = set()
        if harvests.any():
            for row in self._exact_keywords():
                exact.add((int(market[self.target_campaign[row]]), name_key(facts.targets.text[row])))
        rows = np.flatnonzero(negates | harvests)
        # Thousands: what is looked up for each is taken out of the arrays at once.
        columns = (rows, campaign[rows], negates[rows], market[campaign[rows]], decided.formula_bid[rows])
        told = term_reasons(given, decided, rows.tolist())
        for row, mine, is_negated, place, bid, reasons in zip(*(each.tolist() for each in columns), told, strict=True):
            if is_negated:
                yield self.proposal(
                    ProposalKind.NEGATE,
                    Level.SEARCH_TERM,
                    terms.ids[row],
                    row,
                    mine,
                    reasons,
                    saved=saved[same[row]],
                    risk=risk[same[row]],
                    confidence=given.p_unprofitable[row],
                )
                continue
            name = (place, terms.key[row])
            if name in exact:
                continue
            exact.add(name)  # once, however many campaigns found it
            yield self.proposal(
                ProposalKind.HARVEST,
                Level.SEARCH_TERM,
                terms.ids[row],
                row,
                mine,
                reasons,
                new=_rounded(0.0, bid, self.currency(mine), inf),
                confidence=given.p_target[row],
            )

    def _exact_keywords(self) -> list[int]:
        """The exact keywords that serve; one that is paused buys nothing and stands in no one's way."""
        found: list[int] = np.flatnonzero((self.facts.targets.match == EXACT) & self._serves()).tolist()
        return found

    def notes(self, held: int) -> Iterator[Reason]:
        """What was left out, and why."""
        if self.silent:
            yield Reason(ReasonCode.INVENTORY_SILENT, {"left_out": self.rises_without_stock})
        elif not self.known_stock.all():
            count = int((~self.known_stock).sum())
            yield Reason(ReasonCode.INVENTORY_PARTLY, {"count": count, "left_out": self.rises_without_stock})
        if self.without_bid:
            yield Reason(ReasonCode.BID_UNKNOWN, {"count": self.without_bid})
        if self.without_modifier:
            yield Reason(ReasonCode.MODIFIER_UNKNOWN, {"count": self.without_modifier})
        if held:
            yield Reason(ReasonCode.WAITING_FOR_EFFECT, {"count": held})


def _money(value: float) -> float:
    return round(_finite(value), 4)


def _finite(value: float) -> float:
    """0 for what is not known. Single numbers, thousands of them, are none of numpy's business."""
    number = float(value)
    return number if isfinite(number) else float(np.nan_to_num(number))


def _rounded(old: float, wanted: float, currency: str, most: float) -> float:
    """A bid or budget in whole cents (or yen) between the old and the wanted one, never beyond the step."""
    digits = 0 if currency in CURRENCIES_WITHOUT_CENTS else 2
    scale = 10**digits
    rounded: float = floor(wanted * scale + 1e-6) / scale if wanted > old else ceil(wanted * scale - 1e-6) / scale
    if isfinite(most):
        rounded = min(max(rounded, old * (1 - most)), old * (1 + most))
    return round(rounded, 4)


__all__ = ["Decided", "Proposal", "ProposalKind", "Proposals", "decide", "propose", "proposed"]
