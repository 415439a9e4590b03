"""The list of exchange rates."""

from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import CurrencyCode, Day

EXCHANGE_RATES = ListQuery(
    name="exchange_rates",
    source="inventory.exchange_rate r",
    where="r.tenant_id = $1",
    fields={
        "id": "r.id",
        "rate_date": "r.rate_date",
        "base_currency": "r.base_currency",
        "quote_currency": "r.quote_currency",
        "rate": decimal_json("r.rate"),
        "version": "r.version",
        "created_at": "r.created_at",
        "updated_at": "r.updated_at",
    },
    sorts={"rate_date": Sort("r.rate_date", "date"), "created_at": Sort("r.created_at", "timestamptz")},
    default_sort="-rate_date",
    key=Sort("r.id", "uuid"),
    filters={
        "base_currency": Filter("r.base_currency = {}", CurrencyCode, "Only rates of one unit of this currency."),
        "quote_currency": Filter("r.quote_currency = {}", CurrencyCode, "Only rates in this currency."),
        "rate_date_gte": Filter("r.rate_date >= {}", Day, "Only from this day on."),
        "rate_date_lte": Filter("r.rate_date <= {}", Day, "Only until this day."),
    },
)
