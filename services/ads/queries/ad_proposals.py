"""The lists of proposed changes, of decisions about them, of bulk sheets, and of what changes did."""

from uuid import UUID

from services.ads.domain.amazon_limits import is_least_bid_verified, least_bid
from services.ads.domain.proposal_states import ProposalState
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.schemas.fields import AmazonMarketplace
from shared.core.marketplaces import MARKETPLACES
from shared.db.listing import Filter, ListQuery, Sort, decimal_json, money_json

_LEAST_BIDS = " ".join(
    f"WHEN '{each.country_code}' THEN json_build_object('amount', '{least_bid(each.currency)}', 'currency',"
    f" '{each.currency}')"
    for each in MARKETPLACES
)
_VERIFIED = ", ".join(f"'{each.country_code}'" for each in MARKETPLACES if is_least_bid_verified(each.currency))
_PLACE = "JOIN ads.campaign c ON c.tenant_id = p.tenant_id AND c.id = p.campaign_id"

AD_PROPOSALS = ListQuery(
    name="ad_proposals",
    source=f"""ads.ad_proposal p {_PLACE}
        JOIN ads.scoring_run r ON r.tenant_id = p.tenant_id AND r.id = p.run_id""",
    where="p.tenant_id = $1",
    fields={
        "id": "p.id",
        "run_id": "p.run_id",
        "as_of_date": "r.as_of_date",
        "kind": "p.kind",
        "level": "p.level",
        "subject_id": "p.subject_id",
        "ad_account_id": "c.ad_account_id",
        "marketplace": "c.marketplace",
        "campaign_id": "p.campaign_id",
        "campaign": "c.name",
        "ad_group_id": "p.ad_group_id",
        "ad_group": "(SELECT g.name FROM ads.ad_group g WHERE g.tenant_id = $1 AND g.id = p.ad_group_id)",
        "target_id": "p.target_id",
        "target": "(SELECT t.text FROM ads.target t WHERE t.tenant_id = $1 AND t.id = p.target_id)",
        "match_type": "(SELECT t.match_type FROM ads.target t WHERE t.tenant_id = $1 AND t.id = p.target_id)",
        "words": "p.words",
        "placement": "p.placement",
        "currency": "p.currency",
        "old_value": decimal_json("p.old_value"),
        "new_value": decimal_json("p.new_value"),
        "waste_saved": money_json("p.waste_saved", "p.currency"),
        "sales_at_risk": money_json("p.sales_at_risk", "p.currency"),
        "sales_gained": money_json("p.sales_gained", "p.currency"),
        "confidence": "p.confidence",
        "reasons": "p.reasons",
        "cooldown_ends_at": "p.cooldown_ends_at",
        "state": "p.state",
        "edited_value": decimal_json("p.edited_value"),
        "decision_reason": "p.decision_reason",
        "decided_by": "p.decided_by",
        "decided_at": "p.decided_at",
        "bulk_sheet_id": "p.bulk_sheet_id",
        "bundle_id": "p.bundle_id",
        "version": "p.version",
        "created_at": "p.created_at",
        "updated_at": "p.updated_at",
    },
    sorts={
        "waste_saved": Sort("p.waste_saved", "numeric"),
        "sales_gained": Sort("p.sales_gained", "numeric"),
        "confidence": Sort("p.confidence", "real"),
        "created_at": Sort("p.created_at", "timestamptz"),
    },
    default_sort="-waste_saved",
    key=Sort("p.id", "uuid"),
    filters={
        "run_id": Filter("p.run_id = {}", UUID, "Only of this run."),
        "state": Filter("p.state = ANY({})", list[ProposalState], "Only in these states."),
        "kind": Filter("p.kind = ANY({})", list[ProposalKind], "Only of these kinds."),
        "level": Filter("p.level = ANY({})", list[Level], "Only about subjects of these levels."),
        "marketplace": Filter("c.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "ad_account_id": Filter("c.ad_account_id = {}", UUID, "Only of this account."),
        "campaign_id": Filter("p.campaign_id = {}", UUID, "Only of this campaign."),
        "bulk_sheet_id": Filter("p.bulk_sheet_id = {}", UUID, "Only in this sheet."),
        "bundle_id": Filter("p.bundle_id = {}", UUID, "Only what is decided together."),
        "confidence_gte": Filter("p.confidence >= {}", float, "Only with this confidence or more."),
    },
)

AD_PROPOSAL_EVENTS = ListQuery(
    name="ad_proposal_events",
    source="ads.ad_proposal_event e",
    where="e.tenant_id = $1",
    fields={
        "id": "e.id",
        "from_state": "e.from_state",
        "to_state": "e.to_state",
        "edited_value": decimal_json("e.edited_value"),
        "reason": "e.reason",
        "decided_by": "e.decided_by",
        "decided_at": "e.decided_at",
    },
    sorts={"decided_at": Sort("e.decided_at", "timestamptz")},
    default_sort="decided_at",
    key=Sort("e.id", "uuid"),
    path={"proposal_id": Filter("e.proposal_id = {}", UUID, "The proposal.")},
    parent="SELECT FROM ads.ad_proposal WHERE tenant_id = $1 AND id = $2",
)

BULK_SHEETS = ListQuery(
    name="bulk_sheets",
    source="ads.bulk_sheet b",
    where="b.tenant_id = $1",
    fields={
        "id": "b.id",
        "ad_account_id": "b.ad_account_id",
        "marketplace": "b.marketplace",
        "proposals_count": "b.proposals_count",
        "rows_count": "b.rows_count",
        "left_out": "b.left_out",
        "least_bid": f"CASE b.marketplace {_LEAST_BIDS} END",
        "is_least_bid_verified": f"b.marketplace IN ({_VERIFIED})",
        "sha256": "encode(b.sha256, 'hex')",
        "created_by": "b.created_by",
        "created_at": "b.created_at",
        "applied_by": "b.applied_by",
        "applied_at": "b.applied_at",
    },
    sorts={"created_at": Sort("b.created_at", "timestamptz")},
    default_sort="-created_at",
    key=Sort("b.id", "uuid"),
    filters={
        "ad_account_id": Filter("b.ad_account_id = {}", UUID, "Only of this account."),
        "is_applied": Filter("(b.applied_at IS NOT NULL) = {}", bool, "Only sheets that were (or were not) applied."),
    },
)

_NEWEST_EFFECT = """
    LEFT JOIN LATERAL (
        SELECT x.* FROM ads.ad_change_effect x JOIN ads.scoring_run r ON r.tenant_id = x.tenant_id AND r.id = x.run_id
        WHERE x.tenant_id = $1 AND x.change_id = h.id ORDER BY r.completed_at DESC, r.id DESC LIMIT 1
    ) AS f ON true
"""

AD_CHANGES = ListQuery(
    name="ad_changes",
    source=f"""ads.ad_change h JOIN ads.ad_proposal p ON p.tenant_id = h.tenant_id AND p.id = h.proposal_id
        {_PLACE} {_NEWEST_EFFECT}""",
    where="h.tenant_id = $1",
    fields={
        "id": "h.id",
        "proposal_id": "h.proposal_id",
        "kind": "h.kind",
        "level": "h.level",
        "subject_id": "h.subject_id",
        "campaign_id": "h.campaign_id",
        "campaign": "c.name",
        "words": "p.words",
        "currency": "h.currency",
        "old_value": decimal_json("h.old_value"),
        "new_value": decimal_json("h.new_value"),
        "origin": "h.origin",
        "applied_at": "h.applied_at",
        "applied_by": "h.applied_by",
        "run_id": "f.run_id",
        "days": "f.days",
        "clicks_before": "f.clicks_before",
        "clicks_after": "f.clicks_after",
        "orders_before": "f.orders_before",
        "orders_after": "f.orders_after",
        "cost_before": money_json("f.cost_before", "h.currency"),
        "cost_after": money_json("f.cost_after", "h.currency"),
        "sales_before": money_json("f.sales_before", "h.currency"),
        "sales_after": money_json("f.sales_after", "h.currency"),
        "profit_before": "f.profit_before::float8",
        "profit_after": "f.profit_after::float8",
        "probability_better": "f.probability_better",
    },
    sorts={"applied_at": Sort("h.applied_at", "timestamptz")},
    default_sort="-applied_at",
    key=Sort("h.id", "uuid"),
    filters={
        "campaign_id": Filter("h.campaign_id = {}", UUID, "Only of this campaign."),
        "subject_id": Filter("h.subject_id = {}", UUID, "Only of this subject."),
        "kind": Filter("h.kind = ANY({})", list[ProposalKind], "Only of these kinds."),
    },
)
