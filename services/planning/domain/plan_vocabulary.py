"""Names the metrics that the checks and statements of a plan know the meaning of."""

from enum import StrEnum


class PlanMetric(StrEnum):
    """Codes of metrics; a company may plan others too, which are then only summed and compared."""

    NET_REVENUE = "net_revenue"
    UNITS_SOLD = "units_sold"
    LIST_PRICE = "list_price"  # before discount
    AVERAGE_PRICE = "average_price"  # net revenue of a unit, after discount and returns
    DISCOUNT_RATE = "discount_rate"
    RETURN_RATE = "return_rate"
    GROSS_MARGIN = "gross_margin"
    COGS = "cogs"
    AD_SPEND = "ad_spend"
    FULFILMENT_COST = "fulfilment_cost"
    SELLING_FEES = "selling_fees"
    PAYROLL = "payroll"
    OTHER_COST = "other_cost"
    BUDGET = "budget"
    HEADCOUNT = "headcount"
    AVERAGE_PAY = "average_pay"  # of one person in a month
    JOINS = "joins"
    TRANSFERS_IN = "transfers_in"
    TRANSFERS_OUT = "transfers_out"
    LEAVES = "leaves"
    MARKET_SIZE = "market_size"


# In the order of a statement.
COST_METRICS = (
    PlanMetric.COGS,
    PlanMetric.AD_SPEND,
    PlanMetric.FULFILMENT_COST,
    PlanMetric.SELLING_FEES,
    PlanMetric.PAYROLL,
    PlanMetric.OTHER_COST,
)
