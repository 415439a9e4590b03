"""Names why something is scored, diagnosed or proposed: a code with its numbers, said in words elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ReasonValue = str | int | float | None


class ReasonCode(StrEnum):
    """Why; each has its sentence in `wording`."""

    # of terms and targets
    LOSES_MONEY = "loses_money"
    CLICK_TOO_DEAR = "click_too_dear"
    MEETS_TARGET = "meets_target"
    CLICK_WORTH_MORE = "click_worth_more"
    NOT_ENOUGH_DATA = "not_enough_data"
    AS_EXPECTED = "as_expected"
    MARGIN_UNKNOWN = "margin_unknown"
    NO_CLICKS = "no_clicks"
    NOT_RAISED_STOCK = "not_raised_stock"
    NOT_RAISED_BUDGET = "not_raised_budget"
    NOT_RAISED_NOT_ELIGIBLE = "not_raised_not_eligible"
    COOLING_DOWN = "cooling_down"
    DATA_TOO_YOUNG = "data_too_young"
    # of scores
    PROFIT_POINTS = "profit_points"
    TARGET_POINTS = "target_points"
    CONVERSION_POINTS = "conversion_points"
    CLICK_THROUGH_POINTS = "click_through_points"
    BUDGET_POINTS = "budget_points"
    CAPPED_BY_STOCK = "capped_by_stock"
    CONVERSION_FELL = "conversion_fell"
    # of campaigns
    NOT_ELIGIBLE = "not_eligible"
    STOCK_RUNS_OUT = "stock_runs_out"
    BUDGET_HOLDS_BACK = "budget_holds_back"
    FEW_IMPRESSIONS = "few_impressions"
    BID_UNDER_SUGGESTION = "bid_under_suggestion"
    LOW_CLICK_THROUGH = "low_click_through"
    LOW_CONVERSION = "low_conversion"
    LOW_CONVERSION_EVERYWHERE = "low_conversion_everywhere"
    LOW_CONVERSION_SOMEWHERE = "low_conversion_somewhere"
    BID_TOO_HIGH = "bid_too_high"
    MARGIN_TOO_THIN = "margin_too_thin"
    SALES_ONLY_MOVED = "sales_only_moved"
    NOTHING_WRONG = "nothing_wrong"
    # of proposals
    PLACEMENT_WORTH_MORE = "placement_worth_more"
    BASE_BID_FOR_PLACEMENTS = "base_bid_for_placements"
    CUT_FOR_STOCK = "cut_for_stock"
    PAUSE_FOR_STOCK = "pause_for_stock"
    AD_COST_UNTIL_STOCK_OUT = "ad_cost_until_stock_out"
    BID_RESTORED = "bid_restored"
    CAMPAIGN_RESUMED = "campaign_resumed"
    STEP_LIMITED = "step_limited"
    BID_UNKNOWN = "bid_unknown"
    MODIFIER_UNKNOWN = "modifier_unknown"
    WAITING_FOR_EFFECT = "waiting_for_effect"
    BOUGHT_TWICE = "bought_twice"
    INVENTORY_SILENT = "inventory_silent"
    INVENTORY_PARTLY = "inventory_partly"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its parameters; the sentence is made in `wording`."""

    code: ReasonCode
    parameters: Mapping[str, ReasonValue]
