"""Says in an English sentence what a code with its parameters means; frontends may say it in another language."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from math import isfinite

from services.ads.domain.reasons import Reason, ReasonCode, ReasonValue

_SENTENCES: Mapping[ReasonCode, str] = {
    ReasonCode.LOSES_MONEY: "It loses money with a probability of {p_unprofitable:.0%}: it converts at about"
    " {expected_cvr:.2%} and needs {needed_cvr:.2%} to pay for its clicks.",
    ReasonCode.CLICK_TOO_DEAR: "A click costs {cpc:.2f} and is worth {bid:.2f} at the target ACoS.",
    ReasonCode.MEETS_TARGET: "It had {orders:.0f} orders and meets the target ACoS with a probability of"
    " {p_target:.0%}.",
    ReasonCode.CLICK_WORTH_MORE: "A click costs {cpc:.2f} and is worth {bid:.2f} at the target ACoS, which it meets"
    " with a probability of {p_target:.0%}.",
    ReasonCode.NOT_ENOUGH_DATA: "Not enough data: its own clicks are {evidence:.0%} of what is known about it.",
    ReasonCode.AS_EXPECTED: "Neither a loss nor a clear gain: the target ACoS is met with a probability of"
    " {p_target:.0%}.",
    ReasonCode.MARGIN_UNKNOWN: "Price and costs are not known, so neither profit nor a bid can be judged.",
    ReasonCode.NO_CLICKS: "It had no clicks.",
    ReasonCode.NOT_RAISED_STOCK: "A higher bid would pay, but the stock does not last.",
    ReasonCode.NOT_RAISED_BUDGET: "A higher bid would pay, but the campaign's budget is spent already.",
    ReasonCode.NOT_RAISED_NOT_ELIGIBLE: "A higher bid would pay, but the ad may not be shown.",
    ReasonCode.COOLING_DOWN: "It was changed, or a change of it was approved, too recently to be judged again.",
    ReasonCode.DATA_TOO_YOUNG: "Its figures are younger than 72 hours and not corrected for orders still to be"
    " reported.",
    ReasonCode.PROFIT_POINTS: "{lost:.1f} of {points:.1f} points lost for profit: it loses money with a probability of"
    " {p_unprofitable:.0%}.",
    ReasonCode.TARGET_POINTS: "{lost:.1f} of {points:.1f} points lost for the target ACoS: it is met with a probability"
    " of {p_target:.0%}.",
    ReasonCode.CONVERSION_POINTS: "{lost:.1f} of {points:.1f} points lost for conversion: it is below the benchmark of"
    " {benchmark_low:.1%} with a probability of {p_below_benchmark:.0%}.",
    ReasonCode.CLICK_THROUGH_POINTS: "{lost:.1f} of {points:.1f} points lost for clicks per impression: they reach the"
    " benchmark of {benchmark_ctr:.2%} with a probability of {p_click_through:.0%}.",
    ReasonCode.BUDGET_POINTS: "{lost:.1f} of {points:.1f} points lost for the budget, which lasted"
    " {time_in_budget:.0%} of the time.",
    ReasonCode.CAPPED_BY_STOCK: "The stock allows no more than {cap:.0f} points.",
    ReasonCode.CONVERSION_FELL: "Conversion fell: {orders:.0f} orders in the last {window_days} days, where"
    " {expected:.1f} were to be expected.",
    ReasonCode.NOT_ELIGIBLE: "The ad may not be shown ({eligibility}): fix this first.",
    ReasonCode.STOCK_RUNS_OUT: "The stock lasts {cover_days:.1f} days (days until new stock:"
    " {lead_time_days:.0f}): advertise less.",
    ReasonCode.BUDGET_HOLDS_BACK: "It earns money, and the budget lasted {time_in_budget:.0%} of the time.",
    ReasonCode.FEW_IMPRESSIONS: "It was seen {impressions:.0f} times a day, {impressions_before:.0f} times in the four"
    " weeks before: look at bid, relevance and match types.",
    ReasonCode.BID_UNDER_SUGGESTION: "The bid of {bid:.2f} is below the {suggested_low:.2f} that Amazon suggests at"
    " least.",
    ReasonCode.LOW_CLICK_THROUGH: "It is clicked less often than the benchmark of {benchmark_ctr:.2%} with a"
    " probability of {p_ctr_low:.0%}: look at main image, title, price and placements.",
    ReasonCode.LOW_CONVERSION: "It converts below the benchmark of {benchmark_low:.1%} with a probability of"
    " {p_below_benchmark:.0%}: look at listing, price, reviews and targeting.",
    ReasonCode.LOW_CONVERSION_EVERYWHERE: "It converts below the benchmark of {benchmark_low:.1%} with a probability of"
    " {p_below_benchmark:.0%}, at every placement: look at listing, price and reviews.",
    ReasonCode.LOW_CONVERSION_SOMEWHERE: "It converts below the benchmark of {benchmark_low:.1%} with a probability of"
    " {p_below_benchmark:.0%}, at {placements_below} of {placements} placements: look at targeting, negatives and"
    " placement modifiers.",
    ReasonCode.BID_TOO_HIGH: "A click costs {cpc:.2f} and is worth {click_value:.2f} at the target ACoS: lower the"
    " bid.",
    ReasonCode.MARGIN_TOO_THIN: "ACoS is {acos:.1%} where {break_even_acos:.1%} is earned, though conversion and price"
    " of a click are usual: look at margin, price and order value.",
    ReasonCode.SALES_ONLY_MOVED: "Ads cost a larger share of all sales, which did not grow: leave out a campaign type"
    " for four weeks, own-brand terms first.",
    ReasonCode.NOTHING_WRONG: "Nothing is wrong.",
    ReasonCode.PLACEMENT_WORTH_MORE: "A click at {placement} is worth {revenue_per_click:.2f} in sales, {times:.2f}"
    " times that of the weakest placement.",
    ReasonCode.BASE_BID_FOR_PLACEMENTS: "The base bid falls as the modifiers rise, so that the average bid stays.",
    ReasonCode.CUT_FOR_STOCK: "The stock lasts {cover_days:.1f} days: bids fall by {cut:.0%}.",
    ReasonCode.PAUSE_FOR_STOCK: "The stock lasts {cover_days:.1f} days, {cover_days_without_ads:.1f} without ads, and"
    " new stock takes {lead_time_days:.0f}: paused in this order, own-brand terms last.",
    ReasonCode.AD_COST_UNTIL_STOCK_OUT: "Ads cost {cost_per_day:.2f} a day until the stock is gone, {cost:.2f} in all.",
    ReasonCode.BID_RESTORED: "The stock lasts {enough_days:.0f} days and more with all ads running again: the bid goes"
    " back towards the {bid_before:.2f} from before stock lowered it.",
    ReasonCode.CAMPAIGN_RESUMED: "The stock lasts {enough_days:.0f} days and more with all ads running again: what was"
    " paused for stock can run.",
    ReasonCode.STEP_LIMITED: "The aim is {aim:.2f}; one step changes a bid or a budget by no more than {most:.0%}.",
    ReasonCode.WAITING_FOR_EFFECT: "{count} proposals wait, because what they would change was changed too"
    " recently, or is about to be.",
    ReasonCode.BID_UNKNOWN: "{count} bids would be raised but are not known: a report or bulk sheet has to name them.",
    ReasonCode.MODIFIER_UNKNOWN: "{count} campaigns would get other placement modifiers, but today's are not known: a"
    " bulk sheet has to name them.",
    ReasonCode.BOUGHT_TWICE: "{campaigns} own campaigns buy this search term; the others paid {cost_elsewhere:.2f}.",
    ReasonCode.INVENTORY_SILENT: "The inventory service did not answer: nothing is proposed that needs to know the"
    " stock.",
    ReasonCode.INVENTORY_PARTLY: "The stock of {count} campaigns is not known: nothing is proposed for them that needs"
    " to know it.",
}

UNKNOWN = "unknown"


class _Shown(dict[str, ReasonValue | Decimal]):
    """Parameters, of which some may be unknown."""

    def __missing__(self, name: str) -> "_Unknown":
        return _Unknown()


class _Unknown:
    """Prints as unknown in whatever format."""

    def __format__(self, spec: str) -> str:
        return UNKNOWN


_ROUNDING = Context(rounding=ROUND_HALF_UP)


def template(code: ReasonCode) -> str:
    """The sentence of a code with the names and forms of its numbers in braces."""
    return _SENTENCES[code]


def sentence(code: ReasonCode, parameters: Mapping[str, ReasonValue]) -> str:
    """The sentence of a code; a number that is not known is called unknown.

    Numbers are rounded as they are written, a half away from zero: Postgres says the same sentences of rows.
    """
    shown = {name: _decimal(value) for name, value in parameters.items() if value is not None and value == value}
    with localcontext(_ROUNDING):
        return _SENTENCES[code].format_map(_Shown(shown)).replace("%", " %")


def _decimal(value: ReasonValue) -> ReasonValue | Decimal:
    return Decimal(repr(float(value))) if isinstance(value, float) and isfinite(value) else value


def reason_body(reason: Reason) -> dict[str, object]:
    """A reason as plain values: code, parameters, sentence."""
    return {
        "code": reason.code,
        "parameters": reason.parameters,
        "sentence": sentence(reason.code, reason.parameters),
    }
