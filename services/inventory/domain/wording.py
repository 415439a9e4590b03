"""Says in an English sentence what a code with its parameters means; frontends may say it in another language."""

from collections.abc import Mapping

from services.inventory.domain.listing_money import Assumed
from services.inventory.domain.proposals import Alternative, ReasonCode

_REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.SHORT_IN_WINDOW: "Without it {units} units are expected to be short in its window,"
    " with a chance of {probability:.0%} of any.",
    ReasonCode.SLOWER_COMES_TOO_LATE: "By a slower way it would take about {days} days and come too late.",
    ReasonCode.WAITING_COSTS_MORE: "A unit is sent from a chance of {break_even_probability:.0%} of being needed"
    " (by money alone from {break_even_by_money:.0%}); waiting would cost {cost_of_waiting:,.2f}.",
    ReasonCode.ROUNDED_TO_CARTONS: "Whole cartons of {carton_units}.",
    ReasonCode.CUT_BY_DOMESTIC_STOCK: "{wanted_units} were wanted, but the stock at home has to be shared.",
    ReasonCode.LOST_BEFORE_ANY_ARRIVAL: "{units} units will be lost before anything sent today can arrive.",
    ReasonCode.COVERED: "Stock and what is on its way cover the need.",
    ReasonCode.NOT_ON_SALE: "The listing is not on sale.",
    ReasonCode.NO_DEMAND: "No demand is expected.",
    ReasonCode.NO_LANE: "There is no way to ship to {lane}.",
    ReasonCode.NO_PENALTY: "A lost sale costs nothing, since the margin is not positive.",
    ReasonCode.NEED_TOO_UNLIKELY: "A unit more would be needed with a chance of {probability:.0%} only;"
    " it is sent from {break_even_probability:.0%}.",
    ReasonCode.FREIGHT_COSTS_MORE: "By every way the freight of a unit costs more than a lost sale.",
    ReasonCode.CARTON_TOO_LARGE: "A unit would pay, but a whole carton of {carton_units} would not.",
    ReasonCode.NO_DOMESTIC_STOCK: "{wanted_units} were wanted, but nothing is left at home.",
}

_ASSUMED: Mapping[Assumed, str] = {
    Assumed.PRODUCT: "The product was made up for the listing: link the listing to the product it sells.",
    Assumed.PRICE: "No price is known: four times the cost, or 20 USD, is assumed.",
    Assumed.PRICE_FROM_REPORT: "The price is taken from Amazon's restock report.",
    Assumed.PRICE_FROM_SALES: "The price is taken from recent sales.",
    Assumed.UNIT_COST: "The product's cost is not known: a quarter of the price is assumed.",
    Assumed.REFERRAL_RATE: "The referral rate is not known: 15 % is assumed.",
    Assumed.FBA_FEE: "The fulfilment fee is not known: 20 % of the price is assumed.",
    Assumed.AD_COST: "Advertising per sale is not known: 8 % of the price is assumed.",
    Assumed.STORAGE_COST: "Storage is not known: 3.5 % of the cost a month is assumed.",
    Assumed.UNIT_WEIGHT: "The unit's weight is not known: 0.5 kg is assumed.",
    Assumed.UNIT_VOLUME: "The unit's volume is not known: 2.5 litres are assumed.",
    Assumed.CARTON: "The units of a carton are not known: each unit may ship by itself.",
    Assumed.LANE: "No way to ship to the marketplace is stated: slow sea, fast sea and air are assumed, 1 : 2.5 : 10.",
    Assumed.FREIGHT: "The freight of a lane is not stated: the ratio of 1 : 2.5 : 10 is assumed.",
    Assumed.TRANSIT_DAYS: "The transit days are those usual in the trade; no own shipment is known yet.",
    Assumed.EXCHANGE_RATE: "An exchange rate is missing: a rounded average of 2024 is assumed.",
    Assumed.DOMESTIC_STOCK: "The stock at home is not known and set no limit.",
    Assumed.RESERVED_SPLIT: "How much of the reserved stock is already sold is not known: all of it is taken as sold.",
    Assumed.INBOUND_ARRIVAL: "Units are on their way that belong to no shipment known here: their arrival is assumed.",
    Assumed.NO_SALES_KNOWN: "No sales are known for this listing: none are assumed.",
    Assumed.NO_STOCK_REPORT: "Amazon has not told its stock in this marketplace yet: what was received there is taken"
    " to be unsold.",
    Assumed.STOCK_AGE: "Amazon's stock report is days old: what is known to be sold on later days has been taken off.",
}

_ALTERNATIVES: Mapping[Alternative, str] = {
    Alternative.WAIT: "Wait for the next review",
    Alternative.SLOW_SEA: "Ship by slow sea",
    Alternative.FAST_SEA: "Ship by fast sea",
    Alternative.AIR: "Ship by air",
}


def reason_sentence(code: ReasonCode, parameters: Mapping[str, str | int | float]) -> str:
    """The sentence of a reason."""
    return _REASONS[code].format(**parameters).replace("%", " %")


def assumption_sentence(code: str) -> str:
    """The sentence of an assumption."""
    return _ASSUMED[Assumed(code)]


def alternative_sentence(alternative: Alternative) -> str:
    """The sentence of what could be done instead."""
    return _ALTERNATIVES[alternative] + "."
