"""The lists of what is known by listing and day: sales, stock, and Amazon's advice."""

from uuid import UUID

from services.inventory.domain.sales import SalesSource
from shared.db.listing import Filter, ListQuery, Sort, money_json
from shared.web.schemas import Day

DAILY_SALES = ListQuery(
    name="daily_sales",
    source="inventory.daily_sales d",
    where="d.tenant_id = $1",
    fields={
        "listing_id": "d.listing_id",
        "sales_date": "d.sales_date",
        "units": "d.units",
        "orders": "d.orders",
        "revenue": money_json("d.revenue_amount", "d.revenue_currency"),
        "in_stock": "d.in_stock",
        "source": "d.source",
        "import_id": "d.import_id",
    },
    sorts={"listing_id": Sort("d.listing_id", "uuid")},
    default_sort="listing_id",
    key=Sort("d.sales_date", "date"),
    filters={
        "listing_id": Filter("d.listing_id = {}", UUID, "Only of this listing."),
        "sales_date_gte": Filter("d.sales_date >= {}", Day, "Only from this day on."),
        "sales_date_lte": Filter("d.sales_date <= {}", Day, "Only until this day."),
        "source": Filter("d.source = ANY({})", list[SalesSource], "Only figures of these sources."),
    },
)

SALES_COVERAGE = ListQuery(
    name="sales_coverage",
    source="inventory.sales_coverage c",
    where="c.tenant_id = $1",
    fields={
        "id": "c.id",
        "account_id": "c.account_id",
        "marketplace": "c.marketplace",
        "listing_id": "c.listing_id",
        "date_from": "c.date_from",
        "date_to": "c.date_to",
        "source": "c.source",
        "import_id": "c.import_id",
    },
    sorts={"date_from": Sort("c.date_from", "date")},
    default_sort="date_from",
    key=Sort("c.id", "uuid"),
    filters={"account_id": Filter("c.account_id = {}", UUID, "Only of this account.")},
)

STOCK_DAYS = ListQuery(
    name="stock_days",
    source="inventory.stock_day d",
    where="d.tenant_id = $1",
    fields={
        "listing_id": "d.listing_id",
        "stock_date": "d.stock_date",
        "sellable_units": "d.sellable_units",
        "in_stock": "d.in_stock",
        "source": "d.source",
        "import_id": "d.import_id",
    },
    sorts={"listing_id": Sort("d.listing_id", "uuid")},
    default_sort="listing_id",
    key=Sort("d.stock_date", "date"),
    filters={
        "listing_id": Filter("d.listing_id = {}", UUID, "Only of this listing."),
        "stock_date_gte": Filter("d.stock_date >= {}", Day, "Only from this day on."),
        "stock_date_lte": Filter("d.stock_date <= {}", Day, "Only until this day."),
    },
)

RESTOCK_ADVICE = ListQuery(
    name="restock_advice",
    source="inventory.restock_advice a JOIN inventory.listing l ON l.tenant_id = a.tenant_id AND l.id = a.listing_id",
    where="a.tenant_id = $1",
    fields={
        "listing_id": "a.listing_id",
        "marketplace": "l.marketplace",
        "seller_sku": "l.seller_sku",
        "report_date": "a.report_date",
        "recommended_units": "a.recommended_units",
        "recommended_ship_date": "a.recommended_ship_date",
        "recommended_action": "a.recommended_action",
        "alert": "a.alert",
        "days_of_supply": "a.days_of_supply",
        "days_of_supply_capped": "a.days_of_supply_capped",
        "price": money_json("a.price_amount", "a.price_currency"),
        "sales_30_days": money_json("a.sales_30_days_amount", "a.sales_30_days_currency"),
        "units_sold_30_days": "a.units_sold_30_days",
        "total_units": "a.total_units",
        "inbound_units": "a.inbound_units",
        "available_units": "a.available_units",
        "fc_transfer_units": "a.fc_transfer_units",
        "fc_processing_units": "a.fc_processing_units",
        "customer_order_units": "a.customer_order_units",
        "unfulfillable_units": "a.unfulfillable_units",
        "working_units": "a.working_units",
        "shipped_units": "a.shipped_units",
        "receiving_units": "a.receiving_units",
        "import_id": "a.import_id",
    },
    sorts={"listing_id": Sort("a.listing_id", "uuid")},
    default_sort="listing_id",
    key=Sort("a.report_date", "date"),
    filters={
        "listing_id": Filter("a.listing_id = {}", UUID, "Only about this listing."),
        "report_date_gte": Filter("a.report_date >= {}", Day, "Only from this day on."),
        "report_date_lte": Filter("a.report_date <= {}", Day, "Only until this day."),
    },
)
