"""The lists of current figures, of campaigns' days by pull, and of the pulls."""

from uuid import UUID

from services.ads.domain.vocabulary import Granularity, Report
from services.ads.schemas.fields import AmazonMarketplace
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import Day

_CURRENCY = "(SELECT l.currency FROM ads.report_pull l WHERE l.tenant_id = $1 AND l.id = p.pull_id)"
_CAMPAIGN = "(SELECT c.name FROM ads.campaign c WHERE c.tenant_id = $1 AND c.id = p.campaign_id)"
# Asked for the rows of the page alone.
_SUBJECT = (
    "CASE p.report"
    f" WHEN 'campaigns' THEN {_CAMPAIGN}"
    " WHEN 'ad_groups' THEN (SELECT s.name FROM ads.ad_group s WHERE s.tenant_id = $1 AND s.id = p.subject_id)"
    " WHEN 'placements' THEN"
    " (SELECT s.placement FROM ads.placement_modifier s WHERE s.tenant_id = $1 AND s.id = p.subject_id)"
    " WHEN 'targets' THEN (SELECT s.text FROM ads.target s WHERE s.tenant_id = $1 AND s.id = p.subject_id)"
    " WHEN 'search_terms' THEN (SELECT s.text FROM ads.search_term s WHERE s.tenant_id = $1 AND s.id = p.subject_id)"
    " ELSE (SELECT coalesce(s.seller_sku, s.asin) FROM ads.product_ad s"
    " WHERE s.tenant_id = $1 AND s.id = p.subject_id) END"
)
_IS_CURRENT = (
    "(NOT EXISTS (SELECT FROM ads.pull_day o WHERE o.tenant_id = $1 AND o.report = p.report"
    " AND o.granularity = p.granularity AND o.date_from = p.date_from AND o.date_to = p.date_to"
    " AND o.campaign_id = p.campaign_id AND (o.as_of, o.pull_id) > (p.as_of, p.pull_id)))"
)
_DAYS = {
    "granularity": Filter("p.granularity = ANY({})", list[Granularity], "Only days, weeks or other periods."),
    "date_from_gte": Filter("p.date_from >= {}", Day, "Only what begins on this day or later."),
    "date_to_lte": Filter("p.date_to <= {}", Day, "Only what ends on this day or earlier."),
}

PERFORMANCE = ListQuery(
    name="performance",
    source="ads.performance p",
    where="p.tenant_id = $1",
    fields={
        "report": "p.report",
        "granularity": "p.granularity",
        "date_from": "p.date_from",
        "date_to": "p.date_to",
        "campaign_id": "p.campaign_id",
        "campaign": _CAMPAIGN,
        "subject_id": "p.subject_id",
        "subject": _SUBJECT,
        "currency": _CURRENCY,
        "pull_id": "p.pull_id",
        "impressions": "p.impressions",
        "clicks": "p.clicks",
        "cost": decimal_json("p.cost"),
        "orders": "p.orders",
        "units": "p.units",
        "sales": decimal_json("p.sales"),
        "own_sku_units": "p.own_sku_units",
        "own_sku_sales": decimal_json("p.own_sku_sales"),
    },
    sorts={"date_from": Sort("p.date_from", "date")},
    default_sort="-date_from",
    key=Sort("(p.report || ' ' || p.granularity || ' ' || p.date_to || ' ' || p.subject_id)", "text"),
    filters={
        "report": Filter("p.report = {}", Report, "Only of this report."),
        "campaign_id": Filter("p.campaign_id = {}", UUID, "Only of this campaign."),
        "subject_id": Filter("p.subject_id = {}", UUID, "Only of this subject."),
        **_DAYS,
    },
)

PERFORMANCE_DAYS = ListQuery(
    name="performance_days",
    source="ads.pull_day p",
    where="p.tenant_id = $1",
    fields={
        "report": "p.report",
        "granularity": "p.granularity",
        "date_from": "p.date_from",
        "date_to": "p.date_to",
        "campaign_id": "p.campaign_id",
        "campaign": _CAMPAIGN,
        "currency": _CURRENCY,
        "pull_id": "p.pull_id",
        "as_of": "p.as_of",
        "is_current": _IS_CURRENT,
        "row_count": "p.row_count",
        "impressions": "p.impressions",
        "clicks": "p.clicks",
        "cost": decimal_json("p.cost"),
        "orders": "p.orders",
        "sales": decimal_json("p.sales"),
    },
    sorts={"date_from": Sort("p.date_from", "date")},
    default_sort="-date_from",
    key=Sort(
        "(p.report || ' ' || p.granularity || ' ' || p.date_to || ' ' || p.campaign_id || ' ' || p.pull_id)", "text"
    ),
    filters={
        "report": Filter("p.report = {}", Report, "Only of this report."),
        "campaign_id": Filter("p.campaign_id = {}", UUID, "Only of this campaign."),
        "pull_id": Filter("p.pull_id = {}", UUID, "Only of this pull."),
        "is_current": Filter(
            f"{_IS_CURRENT} = {{}}",
            bool,
            "Only what is (or is not) the newest of its day or period.",
        ),
        **_DAYS,
    },
)

REPORT_PULLS = ListQuery(
    name="report_pulls",
    source="ads.report_pull l",
    where="l.tenant_id = $1",
    fields={
        "id": "l.id",
        "import_id": "l.import_id",
        "ad_account_id": "l.ad_account_id",
        "marketplace": "l.marketplace",
        "currency": "l.currency",
        "report": "l.report",
        "granularity": "l.granularity",
        "date_from": "l.date_from",
        "date_to": "l.date_to",
        "as_of": "l.as_of",
        "attribution_days": "l.attribution_days",
        "row_count": "l.row_count",
        "withdrawn_at": "l.withdrawn_at",
        "withdrawn_by": "l.withdrawn_by",
    },
    sorts={"as_of": Sort("l.as_of", "timestamptz")},
    default_sort="-as_of",
    key=Sort("l.id", "uuid"),
    filters={
        "import_id": Filter("l.import_id = {}", UUID, "Only of this import."),
        "ad_account_id": Filter("l.ad_account_id = {}", UUID, "Only of this account."),
        "marketplace": Filter("l.marketplace = ANY({})", list[AmazonMarketplace], "Only of these marketplaces."),
        "report": Filter("l.report = ANY({})", list[Report], "Only of these reports."),
        "is_withdrawn": Filter(
            "(l.withdrawn_at IS NOT NULL) = {}", bool, "Only pulls that were (or were not) withdrawn."
        ),
    },
)
