"""Names what costs an account most: campaigns that lose or miss money, and search terms that own campaigns share."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from services.ads.domain.account_scoring import ScoredAdvertising
from services.ads.domain.cannibalisation import shared_terms
from services.ads.domain.proposals import Proposals
from services.ads.domain.reasons import Reason, ReasonCode
from services.ads.domain.scored import AdvertisingFacts
from services.ads.domain.wording import reason_body

MOST_FINDINGS = 50
LEAST_SHARE = 0.001  # of the market's spend: less is not worth a sentence


def findings_of(facts: AdvertisingFacts, scored: ScoredAdvertising, proposals: Proposals) -> list[dict[str, Any]]:
    """The dearest findings first, by money lost or missed over the window as a share of their market's spend.

    Each names its campaign, the amount in the market's currency, how it was found (`wasted_spend`, `missed_sales`,
    `bought_twice`), and why. `saved` counts all that the figures speak for, also what is not proposed once more
    because it was approved or given out before; not what a negative keeps away or is about to.
    """
    spend = np.maximum(scored.accounts.figures.cost, 1e-9)
    found = [*_campaigns(facts, scored, proposals), *_bought_twice(facts, scored)]
    weighed = sorted(
        ((each["amount"] / spend[int(facts.campaigns.market[each["campaign"]])], each) for each in found),
        key=lambda pair: (-pair[0], pair[1]["kind"], pair[1]["campaign"]),
    )
    return [_told(facts, each) for share, each in weighed[:MOST_FINDINGS] if share >= LEAST_SHARE]


def _campaigns(facts: AdvertisingFacts, scored: ScoredAdvertising, proposals: Proposals) -> Iterator[dict[str, Any]]:
    saved = np.zeros(len(facts.campaigns.ids))
    for proposal in proposals.proposals:
        saved[proposal.campaign] += proposal.expected_waste_saved
    for row, diagnosis in enumerate(scored.diagnoses):
        for kind, values in (
            ("wasted_spend", scored.campaigns.wasted_spend),
            ("missed_sales", scored.campaigns.missed_sales),
        ):
            if values[row] > 0:
                yield {
                    "kind": kind,
                    "campaign": row,
                    "amount": float(values[row]),
                    "saved": float(saved[row]) if kind == "wasted_spend" else 0.0,
                    "reason": diagnosis.reason,
                }


def _bought_twice(facts: AdvertisingFacts, scored: ScoredAdvertising) -> Iterator[dict[str, Any]]:
    """What own campaigns pay for a search term beyond what the same sales cost in the campaign to keep it."""
    terms = facts.terms
    if not len(terms.ids):
        return
    campaign = facts.ad_groups.campaign[facts.targets.ad_group[terms.target]]
    market = facts.campaigns.market[campaign]
    _, term = np.unique(market * (int(terms.words.max()) + 1) + terms.words, return_inverse=True)
    figures = terms.figures
    worth = figures.effective_clicks * scored.terms.expected_cvr * scored.terms.order_value
    shared = shared_terms(term, campaign, figures.cost, worth)
    for number, row in enumerate(shared.best.tolist()):
        yield {
            "kind": "bought_twice",
            "campaign": int(campaign[row]),
            "amount": float(shared.cost_beyond[number]),
            "saved": 0.0,
            "text": terms.text[row],
            "reason": Reason(
                ReasonCode.BOUGHT_TWICE,
                {
                    "campaigns": int(shared.campaigns[number]),
                    "cost_elsewhere": round(float(shared.cost_elsewhere[number]), 2),
                },
            ),
        }


def _told(facts: AdvertisingFacts, finding: dict[str, Any]) -> dict[str, Any]:
    row = finding["campaign"]
    currency = facts.markets[int(facts.campaigns.market[row])].currency
    return {
        "kind": finding["kind"],
        "campaign_id": str(facts.campaigns.ids[row]),
        "text": finding.get("text"),
        "amount": {"amount": f"{finding['amount']:.2f}", "currency": currency},
        "saved": {"amount": f"{finding['saved']:.2f}", "currency": currency},
        "reason": reason_body(finding["reason"]),
    }
