"""The list of listings."""

from uuid import UUID

from services.inventory.schemas.fields import AmazonMarketplace, Identifier
from shared.db.listing import Filter, ListQuery, Sort, money_json

LISTINGS = ListQuery(
    name="listings",
    source="inventory.listing l JOIN inventory.product p ON p.tenant_id = l.tenant_id AND p.id = l.product_id",
    where="l.tenant_id = $1",
    fields={
        "id": "l.id",
        "account_id": "l.account_id",
        "marketplace": "l.marketplace",
        "seller_sku": "l.seller_sku",
        "product_id": "l.product_id",
        "product_code": "p.code",
        "units_per_listing": "l.units_per_listing",
        "asin": "l.asin",
        "fnsku": "l.fnsku",
        "title": "l.title",
        "price": money_json("l.price_amount", "l.price_currency"),
        "referral_rate": "l.referral_rate::float8",
        "fba_fee": money_json("l.fba_fee_amount", "l.fba_fee_currency"),
        "ad_cost": money_json("l.ad_cost_amount", "l.ad_cost_currency"),
        "storage_cost": money_json("l.storage_cost_amount", "l.storage_cost_currency"),
        "on_sale": "l.on_sale",
        "assumed_fields": "l.assumed_fields",
        "version": "l.version",
        "created_at": "l.created_at",
        "updated_at": "l.updated_at",
    },
    sorts={"seller_sku": Sort("l.seller_sku_key", "text"), "created_at": Sort("l.created_at", "timestamptz")},
    default_sort="seller_sku",
    key=Sort("l.id", "uuid"),
    filters={
        "account_id": Filter("l.account_id = {}", UUID, "Only listings of this account."),
        "marketplace": Filter("l.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "product_id": Filter("l.product_id = {}", UUID, "Only listings of this product."),
        "asin": Filter("l.asin = {}", Identifier, "Only listings of this ASIN."),
        "on_sale": Filter("l.on_sale = {}", bool, "Only listings that are (or are not) on sale."),
        "is_assumed": Filter(
            "(cardinality(l.assumed_fields) > 0) = {}",
            bool,
            "Only listings of which something is (or nothing is) assumed.",
        ),
    },
)
