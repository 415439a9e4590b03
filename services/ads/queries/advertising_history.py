"""The list of what a company's own ads did in the last year, by marketplace and category, beside the benchmark."""

from services.ads.domain.scoring_facts import REPORTS_BY_TRUST
from services.ads.schemas.fields import AmazonMarketplace
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Name

DAYS = 365
_REPORTS = ", ".join(f"'{report}'" for report in REPORTS_BY_TRUST)
_RANK = " ".join(f"WHEN '{report}' THEN {place}" for place, report in enumerate(REPORTS_BY_TRUST))
_SUMS = ("impressions", "clicks", "cost", "orders", "sales")
# Of each campaign's day what the newest pull of a report says; of a campaign the report that tells of most clicks.
_OF_CAMPAIGNS = f"""
    SELECT DISTINCT ON (campaign_id) campaign_id, first_date, last_date, {", ".join(_SUMS)}
    FROM (
        SELECT campaign_id, report, min(date_from) AS first_date, max(date_to) AS last_date,
               {", ".join(f"sum({name}) AS {name}" for name in _SUMS)}
        FROM (
            SELECT DISTINCT ON (report, date_from, campaign_id)
                   report, date_from, date_to, campaign_id, {", ".join(_SUMS)}
            FROM ads.pull_day
            WHERE tenant_id = $1 AND granularity = 'daily' AND date_from > current_date - {DAYS}
              AND report IN ({_REPORTS}) AND clicks IS NOT NULL
            ORDER BY report, date_from, campaign_id, as_of DESC, pull_id DESC
        ) AS days
        GROUP BY campaign_id, report
    ) AS told
    ORDER BY campaign_id, clicks DESC, CASE report {_RANK} END
"""
# A campaign without a category of its own has that of the products that most of its ads are for.
_CATEGORY = """
    coalesce(c.category, (
        SELECT p.category FROM ads.ad_group AS g
        JOIN ads.product_ad AS a ON a.tenant_id = g.tenant_id AND a.ad_group_id = g.id
        JOIN ads.advertised_product AS p ON p.tenant_id = a.tenant_id AND p.id = a.advertised_product_id
        WHERE g.tenant_id = $1 AND g.campaign_id = c.id AND p.category IS NOT NULL
        GROUP BY p.category ORDER BY count(*) DESC, p.category LIMIT 1
    ))
"""
_FIGURES = "origin, marketplace, category, conversion_rate_low, conversion_rate_high, source, valid_from_date"
# As runs choose it: the nearest market first, then the company's own, then the latest.
_BENCHMARK = f"""
    LEFT JOIN LATERAL (
        SELECT b.* FROM (
            SELECT 'own' AS {_FIGURES} FROM ads.advertising_benchmark WHERE tenant_id = $1
            UNION ALL SELECT 'shipped', {_FIGURES.partition(", ")[2]} FROM ads.shipped_benchmark
        ) AS b
        WHERE b.valid_from_date <= current_date AND (b.marketplace IS NULL OR b.marketplace = h.marketplace)
          AND (b.category IS NULL OR lower(b.category) = lower(h.category))
        ORDER BY b.category IS NULL, b.marketplace IS NULL, b.origin, b.valid_from_date DESC LIMIT 1
    ) AS b ON true
"""
_SOURCE = f"""
    (
        SELECT marketplace, min(category) AS category, min(first_date) AS first_date, max(last_date) AS last_date,
               count(*) AS campaigns, {", ".join(f"sum({name}) AS {name}" for name in _SUMS)}
        FROM (SELECT c.marketplace, {_CATEGORY} AS category, f.* FROM ({_OF_CAMPAIGNS}) AS f
              JOIN ads.campaign AS c ON c.tenant_id = $1 AND c.id = f.campaign_id) AS k
        GROUP BY marketplace, lower(category)
    ) AS h {_BENCHMARK}
"""


def _ratio(part: str, whole: str) -> str:
    return f"(h.{part}::float8 / nullif(h.{whole}, 0)::float8)"


ADVERTISING_HISTORY = ListQuery(
    name="advertising_history",
    source=_SOURCE,
    where="$1::uuid IS NOT NULL",
    fields={
        "marketplace": "h.marketplace",
        "category": "h.category",
        "first_date": "h.first_date",
        "last_date": "h.last_date",
        "campaigns": "h.campaigns",
        "impressions": "h.impressions::bigint",
        "clicks": "h.clicks::bigint",
        "orders": "coalesce(h.orders, 0)::bigint",
        "conversion_rate": f"least({_ratio('orders', 'clicks')}, 1)",
        "click_through_rate": f"least({_ratio('clicks', 'impressions')}, 1)",
        "acos": _ratio("cost", "sales"),
        "benchmark_origin": "b.origin",
        "benchmark_low": "b.conversion_rate_low",
        "benchmark_high": "b.conversion_rate_high",
        "benchmark_source": "b.source",
    },
    sorts={"clicks": Sort("h.clicks::bigint", "bigint"), "marketplace": Sort("h.marketplace", "text")},
    default_sort="-clicks",
    key=Sort("(h.marketplace || ' ' || lower(coalesce(h.category, '')))", "text"),
    filters={
        "marketplace": Filter("h.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "category": Filter("lower(h.category) = lower({})", Name, "Only of this category, whatever its case."),
    },
)
