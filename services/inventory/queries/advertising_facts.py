"""The list of what advertising has to know of listings: their money per pack, their stock, all their sales."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.inventory.queries.daily_units import join_covered, select_daily_units
from services.inventory.schemas.fields import AmazonMarketplace, Identifier
from shared.core.marketplaces import MARKETPLACES
from shared.db.listing import Filter, ListQuery, Sort, decimal_json, money_json
from shared.web.schemas import Day, Name

RECENT_DAYS = 28
DEFAULT_WINDOW_DAYS = 60
_WindowDays = Annotated[int, Field(ge=1, le=400, json_schema_extra={"format": "int32"})]
_CURRENCY = " ".join(f"WHEN '{each.country_code}' THEN '{each.currency}'" for each in MARKETPLACES)
_TODAY = "coalesce({as_of_date}::date, current_date)"

# The last rate of each pair, both ways, and over one third currency; asked once for the whole page.
_RATES = f"""(
    WITH dated AS (
        SELECT base_currency AS base, quote_currency AS quote, rate, rate_date FROM inventory.exchange_rate
        WHERE tenant_id = $1 AND rate_date <= {_TODAY}
        UNION ALL
        SELECT quote_currency, base_currency, 1 / rate, rate_date FROM inventory.exchange_rate
        WHERE tenant_id = $1 AND rate_date <= {_TODAY}
    ),
    latest AS (SELECT DISTINCT ON (base, quote) base, quote, rate FROM dated ORDER BY base, quote, rate_date DESC),
    reached AS (
        SELECT base, quote, rate, 1 AS steps FROM latest
        UNION ALL
        SELECT one.base, two.quote, one.rate * two.rate, 2 FROM latest AS one JOIN latest AS two ON two.base = one.quote
    ),
    best AS (SELECT DISTINCT ON (base, quote) base, quote, rate FROM reached ORDER BY base, quote, steps)
    SELECT coalesce(jsonb_object_agg(base || quote, rate), '{{}}') AS rates FROM best
) AS x"""


def _converted(amount: str, currency: str) -> str:
    """An amount in the marketplace's currency; null where no rate leads there."""
    return (
        f"round({amount} * CASE WHEN {currency} = c.currency THEN 1"
        f" ELSE (x.rates ->> ({currency} || c.currency))::numeric END, 4)"
    )


# A price of 0, as reports once stated it of listings without an offer, is none, as in a replenishment run.
_PRICE = _converted("nullif(l.price_amount, 0)", "l.price_currency")


def _part(amount: str, currency: str, factor: str = "1") -> str:
    """One rate of a lane: nothing where the lane has none, unknown where it cannot be converted or applied."""
    return f"CASE WHEN {amount} IS NULL THEN 0 ELSE {_converted(amount, currency)} * {factor} END"


_LANE_COST = " + ".join(
    (
        _part("n.unit_cost_amount", "n.unit_cost_currency"),
        _part("n.kg_cost_amount", "n.kg_cost_currency", "p.unit_weight_kg"),
        _part("n.m3_cost_amount", "n.m3_cost_currency", "p.unit_volume_cm3 / 1000000"),
    )
)
_SOURCE = f"""
    inventory.listing l
    JOIN inventory.account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    JOIN inventory.product p ON p.tenant_id = l.tenant_id AND p.id = l.product_id
    CROSS JOIN (SELECT {_TODAY} AS today, coalesce({{window_days}}::integer, {DEFAULT_WINDOW_DAYS}) AS window_days) AS d
    CROSS JOIN {_RATES}
    CROSS JOIN LATERAL (SELECT CASE l.marketplace {_CURRENCY} END AS currency) AS c
    CROSS JOIN LATERAL (
        SELECT min(n.transit_days_p50) AS lead_time_days,
               min(({_LANE_COST}) * l.units_per_listing) FILTER (
                   WHERE n.unit_cost_amount IS NOT NULL OR n.kg_cost_amount IS NOT NULL OR n.m3_cost_amount IS NOT NULL
               ) AS freight
        FROM inventory.lane AS n WHERE n.tenant_id = $1 AND n.marketplace = l.marketplace AND n.active
    ) AS way
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(b.on_hand) FILTER (WHERE place.kind = 'amazon_sellable'), 0)::bigint AS sellable,
               coalesce(sum(b.on_hand) FILTER (
                   WHERE place.kind IN ('amazon_receiving', 'amazon_inbound')
                      OR (place.kind = 'in_transit' AND s.eta_date <= d.today + way.lead_time_days)
               ), 0)::bigint AS arriving
        FROM inventory.stock_location AS place
        JOIN inventory.stock_balance AS b ON b.tenant_id = place.tenant_id AND b.location_id = place.id
        LEFT JOIN inventory.shipment AS s ON s.tenant_id = place.tenant_id AND s.id = place.shipment_id
        WHERE place.tenant_id = $1 AND place.listing_id = l.id
    ) AS pools
    CROSS JOIN LATERAL (
        SELECT sum(o.revenue_amount) FILTER (
                   WHERE o.sales_date >= d.today - d.window_days AND o.revenue_currency = c.currency
               ) AS window_sales,
               sum(o.revenue_amount) FILTER (
                   WHERE o.sales_date >= d.today - {RECENT_DAYS} AND o.revenue_currency = c.currency
               ) AS recent_sales,
               sum(o.revenue_amount) FILTER (
                   WHERE o.sales_date < d.today - {RECENT_DAYS} AND o.sales_date >= d.today - {2 * RECENT_DAYS}
                     AND o.revenue_currency = c.currency
               ) AS earlier_sales
        FROM inventory.daily_sales AS o
        WHERE o.tenant_id = $1 AND o.listing_id = l.id AND o.sales_date < d.today
          AND o.sales_date >= d.today - greatest(d.window_days, {2 * RECENT_DAYS}) AND o.source <> 'partial_orders'
    ) AS sold
    {join_covered("l")}
    CROSS JOIN LATERAL ({select_daily_units("l", "(d.today - 1)")}) AS rate
"""

ADVERTISING_FACTS = ListQuery(
    name="advertising_facts",
    source=_SOURCE,
    where="l.tenant_id = $1",
    fields={
        "listing_id": "l.id",
        "account": "a.code",
        "marketplace": "l.marketplace",
        "seller_sku": "l.seller_sku",
        "asin": "l.asin",
        "title": "l.title",
        "product_code": "CASE WHEN NOT 'code' = ANY (p.assumed_fields) THEN p.code END",
        "currency": "c.currency",
        "price": money_json(_PRICE, "c.currency"),
        "product_cost": money_json(
            _converted("p.unit_cost_amount * l.units_per_listing", "p.unit_cost_currency"), "c.currency"
        ),
        "referral_fee": money_json(f"round({_PRICE} * l.referral_rate, 4)", "c.currency"),
        "fba_fee": money_json(_converted("l.fba_fee_amount", "l.fba_fee_currency"), "c.currency"),
        "inbound_freight": money_json("round(way.freight, 4)", "c.currency"),
        "sellable_units": "greatest(pools.sellable, 0) / l.units_per_listing",
        "arriving_units": "greatest(pools.arriving, 0) / l.units_per_listing",
        "trailing_daily_units": decimal_json(
            "round(CASE WHEN rate.first_day IS NOT NULL THEN rate.daily_units END, 4)"
        ),
        "lead_time_days": "way.lead_time_days",
        "window_sales": money_json("sold.window_sales", "c.currency"),
        "recent_sales": money_json("sold.recent_sales", "c.currency"),
        "earlier_sales": money_json("sold.earlier_sales", "c.currency"),
    },
    sorts={"seller_sku": Sort("l.seller_sku_key", "text")},
    default_sort="seller_sku",
    key=Sort("l.id", "uuid"),
    filters={
        "as_of_date": Filter("", Day, "The day before which sales count, and at whose rates money is converted."),
        "window_days": Filter("", _WindowDays, f"Days of `window_sales`; {DEFAULT_WINDOW_DAYS} when absent."),
        "account": Filter("lower(a.code) = lower({})", Name, "Only of the account with this code."),
        "account_id": Filter("l.account_id = {}", UUID, "Only of this account."),
        "marketplace": Filter("l.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "seller_sku": Filter("l.seller_sku = {}", Identifier, "Only this SKU."),
    },
)
