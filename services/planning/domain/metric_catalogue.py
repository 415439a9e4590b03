"""Decides with which metrics a new company starts; it may change them and add its own."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from services.planning.domain.metric import Better, Fold, Metric, Source, Unit

DAILY = 48  # hours: the figures of a day are known by the end of the next one
ATTRIBUTED = 72  # hours: advertising's figures come a day later
MONTHLY = 24 * 45  # hours: what is written up once a month, and two weeks to do so
YEARLY = 24 * 400


def _read(codes: str, unit: Unit, better: Better, fold: Fold, source: Source, freshness_hours: int) -> Iterable[Metric]:
    return (Metric(code, unit, better, fold, source, freshness_hours) for code in codes.split())


def _ratio(
    code: str,
    numerator: str,
    denominator: str,
    better: Better = Better.HIGHER,
    unit: Unit = Unit.RATIO,
    band: tuple[Decimal, Decimal] | tuple[None, None] = (None, None),
) -> Metric:
    return Metric(
        code,
        unit,
        better,
        Fold.RATIO,
        Source.FORMULA,
        DAILY,
        numerator=numerator,
        denominator=denominator,
        band_low=band[0],
        band_high=band[1],
    )


def _formula(code: str, text: str, unit: Unit, better: Better = Better.HIGHER) -> Metric:
    return Metric(code, unit, better, Fold.FORMULA, Source.FORMULA, DAILY, formula=text)


U, B, F, S = Unit, Better, Fold, Source

_STARTING: tuple[Metric, ...] = (
    # What the other services and the store report, day by day.
    *_read("net_revenue", U.MONEY, B.HIGHER, F.SUM, S.FEED, DAILY),
    *_read("units_sold visits orders", U.COUNT, B.HIGHER, F.SUM, S.FEED, DAILY),
    *_read("units_returned", U.COUNT, B.LOWER, F.SUM, S.FEED, DAILY),
    *_read("cogs fulfilment_cost selling_fees", U.MONEY, B.LOWER, F.SUM, S.FEED, DAILY),
    *_read("stockout_days", U.DAYS, B.LOWER, F.SUM, S.FEED, DAILY),
    *_read("ad_spend", U.MONEY, B.LOWER, F.SUM, S.FEED, ATTRIBUTED),
    *_read("ad_sales", U.MONEY, B.HIGHER, F.SUM, S.FEED, ATTRIBUTED),
    *_read("ad_clicks ad_orders", U.COUNT, B.HIGHER, F.SUM, S.FEED, ATTRIBUTED),
    Metric(
        "days_of_cover",
        U.DAYS,
        B.BAND,
        F.LAST,
        S.FEED,
        DAILY,
        band_low=Decimal(30),
        band_high=Decimal(90),
    ),
    *_read("store_health rating", U.SCORE, B.HIGHER, F.LAST, S.FEED, DAILY),
    *_read("category_rank", U.RANK, B.LOWER, F.LAST, S.FEED, DAILY),
    # What people know and write down.
    *_read("payroll other_cost", U.MONEY, B.LOWER, F.SUM, S.MANUAL, MONTHLY),
    *_read("buyers referral_buyers repeat_buyers", U.COUNT, B.HIGHER, F.SUM, S.MANUAL, MONTHLY),
    *_read("sharing_buyers captured_buyers attached_buyers", U.COUNT, B.HIGHER, F.SUM, S.MANUAL, MONTHLY),
    *_read("launches_due launches_on_time", U.COUNT, B.HIGHER, F.SUM, S.MANUAL, MONTHLY),
    *_read("launches_judged launches_hit", U.COUNT, B.HIGHER, F.SUM, S.MANUAL, MONTHLY),
    *_read("market_sales top5_sales", U.MONEY, B.HIGHER, F.SUM, S.MANUAL, YEARLY),
    *_read("headcount", U.COUNT, B.HIGHER, F.LAST, S.MANUAL, MONTHLY),
    *_read("brand_score", U.SCORE, B.HIGHER, F.LAST, S.MANUAL, YEARLY),
    *_read("market_size", U.MONEY, B.HIGHER, F.LAST, S.MANUAL, YEARLY),
    *_read("rival_price", U.MONEY, B.HIGHER, F.LAST, S.MANUAL, MONTHLY),
    # What follows from these.
    _ratio("gross_margin", "gross_profit", "net_revenue"),
    _ratio("acos", "ad_spend", "ad_sales", B.LOWER),
    _ratio("tacos", "ad_spend", "net_revenue", B.LOWER),
    _ratio("ad_conversion", "ad_orders", "ad_clicks", band=(Decimal("0.07"), Decimal("0.10"))),
    _ratio("conversion", "orders", "visits"),
    _ratio("average_price", "net_revenue", "units_sold", unit=U.MONEY),
    _ratio("return_rate", "units_returned", "units_sold", B.LOWER),
    _ratio("market_share", "net_revenue", "market_sales"),
    _ratio("share_rate", "sharing_buyers", "buyers"),
    _ratio("capture_rate", "captured_buyers", "sharing_buyers"),
    _ratio("attach_rate", "attached_buyers", "buyers"),
    _formula("gross_profit", "net_revenue - cogs", U.MONEY),
    _formula(
        "operating_profit",
        "net_revenue - cogs - ad_spend - fulfilment_cost - selling_fees - payroll - other_cost",
        U.MONEY,
    ),
    _formula("revenue_per_head", "net_revenue / headcount", U.MONEY),
    _formula("price_advantage", "1 - average_price / rival_price", U.RATIO),
    _formula("hit_rate", "launches_hit / launches_judged", U.RATIO),
    _formula("on_time_launch_rate", "launches_on_time / launches_due", U.RATIO),
    _formula("top5_share", "top5_sales / market_sales", U.RATIO, B.LOWER),
)

# The gaps of these are computed for the company from the first day; a company names its own.
HEADLINE_CODES = (
    "net_revenue",
    "units_sold",
    "gross_margin",
    "operating_profit",
    "tacos",
    "days_of_cover",
    "stockout_days",
    "return_rate",
)

STARTING_CATALOGUE: Mapping[str, Metric] = MappingProxyType({metric.code: metric for metric in _STARTING})

_SPOKEN = {
    "cogs": "Cost of goods sold",
    "acos": "Advertising cost of sales",
    "tacos": "Total advertising cost of sales",
    "ad_conversion": "Advertising conversion",
    "top5_sales": "Sales of the five largest",
    "top5_share": "Share of the five largest",
    "launches_hit": "Launches that hit their forecast",
}


def standard_name(code: str) -> str:
    """What people call a metric of the starting catalogue."""
    return _SPOKEN.get(code, code.replace("_", " ").capitalize())
