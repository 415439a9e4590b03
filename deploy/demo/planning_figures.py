"""Decides what the demo seller plans for a year by month: what its catalogue usually brings, and a little more."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from deploy.demo.catalogue import LISTINGS, MARKETS, PRODUCTS, Listing
from deploy.demo.history import usual_demand
from deploy.demo.template_files import REFERRAL_RATE, SUPPLIER_RATES, fulfilment_fee
from deploy.demo.traffic_reports import VISITS_PER_UNIT, VISITS_WITHOUT_ONE

# More than a usual year: what the seller set itself when it made the plan.
GROWTH = 1.06
# Advertising's planned part of revenue, by marketplace.
AD_SHARES = {"US": 0.10, "DE": 0.08}
EURO = Decimal("1.15")
PAY, OTHER_COST, OPENING_HEADCOUNT = Decimal(2_100), Decimal(4_000), 9
JOINS = {3: 1, 9: 1}  # people who join, by calendar month
POTENTIAL = Decimal("1.25")  # what a seller with every size and colour would take in the same searches

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """A month of a marketplace; money is in US dollars at the plan's rates."""

    marketplace: str
    month: date
    values: Values


def planned_months(year: int, today: date) -> list[PlannedMonth]:
    """What each marketplace is to bring in each month of the year."""
    return [
        PlannedMonth(market, date(year, month, 1), _month(market, date(year, month, 1), today))
        for market in MARKETS
        for month in range(1, 13)
    ]


def _month(market: str, month: date, today: date) -> Values:
    totals: dict[str, float] = defaultdict(float)
    products = {product.code: product for product in PRODUCTS}
    for listing in LISTINGS:
        if listing.marketplace != market:
            continue
        product = products[listing.product]
        for day in _days(month):
            if not _is_sold(listing, day, today):
                continue
            units = usual_demand(listing, product, day) * GROWTH
            totals["units_sold"] += units
            totals["visits"] += (units + VISITS_WITHOUT_ONE) * VISITS_PER_UNIT
            totals["net_revenue"] += units * float(listing.price)
            totals["cogs"] += units * listing.units_per_listing * float(product.cost) / SUPPLIER_RATES["USD"]
            totals["fulfilment_cost"] += units * float(fulfilment_fee(listing, product))
    dollars = float(EURO) if market == "DE" else 1.0
    for name in ("net_revenue", "fulfilment_cost"):
        totals[name] *= dollars
    totals["selling_fees"] = totals["net_revenue"] * float(REFERRAL_RATE)
    totals["ad_spend"] = totals["net_revenue"] * AD_SHARES[market]
    return {name: Decimal(round(value)) for name, value in totals.items()}


def _is_sold(listing: Listing, day: date, today: date) -> bool:
    """Whether the listing is on sale by then: what was launched was planned for its day."""
    ago = listing.launched_days_ago
    return ago is None or day >= today - timedelta(days=ago)


def _days(month: date) -> Iterator[date]:
    day = month
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def planned_people(year: int) -> list[tuple[date, int, int]]:
    """(month, how many join, how many there are at its end)."""
    found, there = [], OPENING_HEADCOUNT
    for month in range(1, 13):
        there += JOINS.get(month, 0)
        found.append((date(year, month, 1), JOINS.get(month, 0), there))
    return found
