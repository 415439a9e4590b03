"""Lists the kinds of performance report. Each is read from console workbooks and CSV, custom reports and the API."""

from services.ads.domain.vocabulary import Report
from services.ads.formats.performance_row import PerformanceRow
from services.ads.formats.report_columns import report_columns
from services.ads.formats.report_reading import TARGETS, maker_of, report_needs
from shared.files.kind import TableKind, Totals, Variant

_CAMPAIGN = ("campaign_name", "campaign_id")
_COST = ("spend", "cost")

PERFORMANCE_TOTALS: Totals[PerformanceRow] = Totals(
    sums={
        "impressions": lambda row: row.impressions or 0,
        "clicks": lambda row: row.clicks or 0,
        "orders": lambda row: row.orders or 0,
        "units": lambda row: row.units or 0,
    },
    amounts={
        "cost": lambda row: (row.currency, row.cost),
        "sales": lambda row: (row.currency, row.sales),
    },
    distinct={"campaigns": lambda row: row.amazon_campaign_id or row.campaign_name},
)

_VARIANTS = (
    Variant("api", "en", ("campaignId",)),
    Variant("api", "en", ("campaignName",)),
    Variant("custom", "en", ("Budget currency",)),
    Variant("custom", "en", ("Total cost",)),
    Variant("console", "de", ("Kampagnen-Name",)),
    Variant("console", "ja", ("キャンペーン名",)),
    Variant("console", "zh", ("广告活动名称",)),
    Variant("2026", "en", ("Campaign Name", "Country")),
    Variant("vendor", "en", ("14 Day Total Orders (#)",)),
    Variant("console", "en"),
)


def _report(
    name: str, report: Report, *required: str, any_of: tuple[tuple[str, ...], ...] = ()
) -> TableKind[PerformanceRow]:
    return TableKind(
        name=name,
        columns=report_columns(*required),
        any_of=(_CAMPAIGN, *any_of),
        begin=maker_of(report),
        totals=PERFORMANCE_TOTALS,
        needs=report_needs,
        variants=_VARIANTS,
        json_array=True,
    )


# From the most particular to the least: a header has what it takes for those below it too, and the first is taken.
REPORTS: tuple[TableKind[PerformanceRow], ...] = (
    _report("purchased_product_report", Report.PURCHASED_PRODUCTS, "purchased_asin"),
    _report("search_term_report", Report.SEARCH_TERMS, "search_term", "clicks", any_of=(_COST,)),
    _report("placement_report", Report.PLACEMENTS, "placement", "clicks", any_of=(_COST,)),
    _report(
        "advertised_product_report",
        Report.ADVERTISED_PRODUCTS,
        "clicks",
        any_of=(("asin", "seller_sku", "ad_id"), _COST),
    ),
    _report(
        "targeting_report",
        Report.TARGETS,
        "clicks",
        any_of=((*TARGETS, "keyword_id", "targeting_id"), _COST),
    ),
    _report("ad_group_report", Report.AD_GROUPS, "clicks", any_of=(("ad_group_name", "ad_group_id"), _COST)),
    _report("campaign_report", Report.CAMPAIGNS, "clicks", any_of=(_COST,)),
)
