"""The lists of scoring runs, of what they say of every subject, and of what changed from run to run."""

from uuid import UUID

from services.ads.domain.reasons import ReasonCode
from services.ads.domain.scored import Level
from services.ads.domain.term_actions import Action
from services.ads.queries.scores import SCORED
from services.ads.schemas.fields import AmazonMarketplace
from shared.db.listing import Filter, ListQuery, Sort, money_json
from shared.web.schemas import Name

SCORING_RUNS = ListQuery(
    name="scoring_runs",
    source="ads.scoring_run r",
    where="r.tenant_id = $1",
    fields={
        "id": "r.id",
        "operation_id": "r.operation_id",
        "as_of_date": "r.as_of_date",
        "window_days": "r.window_days",
        "tau": "r.tau",
        "parameters": "r.parameters",
        "inventory_state": "r.inventory_state",
        "inventory_message": "r.inventory_message",
        "completeness": "r.completeness",
        "completeness_learned": "r.completeness_learned",
        "subjects_count": "r.subjects_count",
        "proposals_count": "r.proposals_count",
        "totals": "r.totals",
        "findings": "r.findings",
        "notes": "r.notes",
        "timings": "r.timings",
        "created_by": "r.created_by",
        "created_at": "r.created_at",
        "completed_at": "r.completed_at",
    },
    sorts={
        "completed_at": Sort("r.completed_at", "timestamptz"),
        "as_of_date": Sort("r.as_of_date", "date"),
    },
    default_sort="-completed_at",
    key=Sort("r.id", "uuid"),
)

# Asked for the rows of the page alone.
SUBJECT = (
    "CASE s.level"
    " WHEN 'account' THEN (SELECT x.name FROM ads.ad_account x WHERE x.tenant_id = $1 AND x.id = s.ad_account_id)"
    " WHEN 'portfolio' THEN s.label"
    " WHEN 'campaign' THEN (SELECT x.name FROM ads.campaign x WHERE x.tenant_id = $1 AND x.id = s.subject_id)"
    " WHEN 'ad_group' THEN (SELECT x.name FROM ads.ad_group x WHERE x.tenant_id = $1 AND x.id = s.subject_id)"
    " WHEN 'target' THEN (SELECT x.text FROM ads.target x WHERE x.tenant_id = $1 AND x.id = s.subject_id)"
    " WHEN 'search_term' THEN (SELECT x.text FROM ads.search_term x WHERE x.tenant_id = $1 AND x.id = s.subject_id)"
    " ELSE (SELECT coalesce(x.seller_sku, x.asin) FROM ads.advertised_product x"
    " WHERE x.tenant_id = $1 AND x.id = s.subject_id) END"
)
# Of accounts, portfolios, campaigns, ad groups and products; terms and targets are in blocks beside them.
_PLAIN = "ads.score s JOIN ads.scoring_run r ON r.tenant_id = s.tenant_id AND r.id = s.run_id"
_COST = "nullif(s.cost, 0)::float8"
_NO_SCORE = "'-1'::real"
_CPC = "s.cost::float8 / nullif(s.clicks, 0)"
_CVR = "s.orders / nullif(s.clicks, 0)::float8"
_ACOS = "s.cost::float8 / nullif(s.sales, 0)::float8"
_TACOS = "s.cost::float8 / nullif(s.total_sales, 0)::float8"

SCORES = ListQuery(
    name="scores",
    source=f"{SCORED} s JOIN ads.scoring_run r ON r.tenant_id = s.tenant_id AND r.id = s.run_id",
    where="s.tenant_id = $1",
    fields={
        "run_id": "s.run_id",
        "as_of_date": "r.as_of_date",
        "level": "s.level",
        "subject_id": "s.subject_id",
        "name": f"coalesce({SUBJECT}, '')",
        "ad_account_id": "s.ad_account_id",
        "marketplace": "s.marketplace",
        "campaign_id": "s.campaign_id",
        "campaign": "(SELECT c.name FROM ads.campaign c WHERE c.tenant_id = $1 AND c.id = s.campaign_id)",
        "impressions": "s.impressions",
        "clicks": "s.clicks",
        "effective_clicks": "s.effective_clicks",
        "cost": money_json("s.cost", "s.currency"),
        "orders": "s.orders",
        "sales": money_json("s.sales", "s.currency"),
        "total_sales": money_json("s.total_sales", "s.currency"),
        "ctr": "CASE WHEN s.level <> 'search_term' THEN s.clicks / nullif(s.impressions, 0)::float8 END",
        "cpc": _CPC,
        "cvr": _CVR,
        "aov": "s.order_value",
        "acos": _ACOS,
        "roas": f"s.sales::float8 / {_COST}",
        "tacos": _TACOS,
        "break_even_acos": "s.break_even_acos",
        "target_acos": "s.target_acos",
        "expected_cvr": "s.expected_cvr",
        "cvr_low": "s.cvr_low",
        "cvr_high": "s.cvr_high",
        "p_unprofitable": "s.p_unprofitable",
        "p_target": "s.p_target",
        "p_below_benchmark": "s.p_below_benchmark",
        "evidence": "s.evidence",
        "score": "s.score",
        "cap": "s.cap",
        "wasted_spend": money_json("s.wasted_spend", "s.currency"),
        "missed_sales": money_json("s.missed_sales", "s.currency"),
        "action": "s.action",
        "hold": "s.hold",
        "parts": "coalesce(s.parts, '[]')",
        "diagnosis": "s.diagnosis",
        "alarm": "s.alarm",
        "reasons": "coalesce(s.reasons, '[]')",
    },
    sorts={
        "wasted_spend": Sort("coalesce(s.wasted_spend, 0)", "numeric"),
        "missed_sales": Sort("coalesce(s.missed_sales, 0)", "numeric"),
        "cost": Sort("s.cost", "numeric"),
        "sales": Sort("s.sales", "numeric"),
        "clicks": Sort("s.clicks", "bigint"),
        "score": Sort(f"coalesce(s.score, {_NO_SCORE})", "real"),
        "p_unprofitable": Sort(f"coalesce(s.p_unprofitable, {_NO_SCORE})", "real"),
        "evidence": Sort(f"coalesce(s.evidence, {_NO_SCORE})", "real"),
        **{
            name: Sort(f"coalesce({ratio}, '-1'::float8)", "double precision")
            for name, ratio in (("acos", _ACOS), ("cvr", _CVR), ("cpc", _CPC), ("tacos", _TACOS))
        },
    },
    default_sort="-wasted_spend",
    key=Sort("(s.level || ' ' || s.subject_id)", "text"),
    filters={
        "level": Filter("s.level = ANY({})", list[Level], "Only subjects of these levels."),
        "marketplace": Filter("s.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "ad_account_id": Filter("s.ad_account_id = {}", UUID, "Only of this account."),
        "campaign_id": Filter("s.campaign_id = {}", UUID, "Only of this campaign."),
        "subject_id": Filter("s.subject_id = {}", UUID, "Only of this subject."),
        "action": Filter("s.action = ANY({})", list[Action], "Only where this is to be done."),
        "diagnosis": Filter("s.diagnosis ->> 'code' = ANY({})", list[ReasonCode], "Only with these diagnoses."),
        "has_alarm": Filter("(s.alarm IS NOT NULL) = {}", bool, "Only with (or without) an alarm."),
        "score_lte": Filter("s.score <= {}", float, "Only with this score or a lower one."),
        "evidence_gte": Filter("s.evidence >= {}", float, "Only with this much evidence or more."),
        "name_contains": Filter(
            f"strpos(lower({SUBJECT}), lower({{}})) > 0", Name, "Only subjects whose name contains this."
        ),
    },
    path={"run_id": Filter("s.run_id = {}", UUID, "The run.")},
    parent="SELECT FROM ads.scoring_run WHERE tenant_id = $1 AND id = $2",
)

SCORE_HISTORY = ListQuery(
    name="score_history",
    source=_PLAIN,
    where=SCORES.where,
    fields=SCORES.fields,
    sorts={"as_of_date": Sort("(r.as_of_date || ' ' || r.completed_at)", "text")},
    default_sort="-as_of_date",
    key=Sort("s.run_id", "uuid"),
    path={"campaign_id": Filter("s.level = 'campaign' AND s.subject_id = {}", UUID, "The campaign.")},
    parent="SELECT FROM ads.campaign WHERE tenant_id = $1 AND id = $2",
)

# The run before is the newest of those that had looked at the subject by then, over as long a window and not of a
# later day: else what differs is the question, not the advertising.
_BEFORE = """
    CROSS JOIN LATERAL (
        SELECT o.score, o.cost, o.diagnosis ->> 'code' AS diagnosis
        FROM ads.score o JOIN ads.scoring_run b ON b.tenant_id = o.tenant_id AND b.id = o.run_id
        WHERE o.tenant_id = $1 AND o.subject_id = s.subject_id AND o.level = s.level
          AND o.level IN ('account', 'portfolio', 'campaign', 'product')
          AND b.window_days = r.window_days
          AND (b.as_of_date, b.completed_at, b.id) < (r.as_of_date, r.completed_at, r.id)
        ORDER BY b.as_of_date DESC, b.completed_at DESC, b.id DESC LIMIT 1
    ) AS e
"""

SCORE_CHANGES = ListQuery(
    name="score_changes",
    source=_PLAIN + _BEFORE,
    where="s.tenant_id = $1 AND s.level IN ('account', 'portfolio', 'campaign', 'product')",
    fields={
        "level": "s.level",
        "subject_id": "s.subject_id",
        "name": f"coalesce({SUBJECT}, '')",
        "marketplace": "s.marketplace",
        "score": "s.score",
        "score_before": "e.score",
        "change": "s.score - e.score",
        "cost": money_json("s.cost", "s.currency"),
        "cost_before": money_json("e.cost", "s.currency"),
        "diagnosis": "s.diagnosis ->> 'code'",
        "diagnosis_before": "e.diagnosis",
    },
    sorts={"change": Sort("coalesce(s.score - e.score, 0)", "real"), "cost": Sort("s.cost", "numeric")},
    default_sort="change",
    key=Sort("(s.level || ' ' || s.subject_id)", "text"),
    filters={"level": Filter("s.level = ANY({})", list[Level], "Only subjects of these levels.")},
    path={"run_id": Filter("s.run_id = {}", UUID, "The run.")},
    parent="SELECT FROM ads.scoring_run WHERE tenant_id = $1 AND id = $2",
)
