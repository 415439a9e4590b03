"""The list of advertised products, with what their money says that ads may cost."""

from uuid import UUID

from services.ads.domain.economics import DEFAULT_STAGE_FACTORS, Stage
from services.ads.schemas.fields import AmazonMarketplace, Identifier
from shared.db.listing import Filter, ListQuery, Sort, decimal_json, money_json
from shared.web.schemas import Name

_STAGE_FACTOR = " ".join(f"WHEN '{stage}' THEN {factor}" for stage, factor in DEFAULT_STAGE_FACTORS.items())
# As services/ads/domain/economics.py has it; a test holds the two together.
_MONEY = """
    CROSS JOIN LATERAL (
        SELECT coalesce(p.price_amount, p.inventory_price_amount) AS price,
               coalesce(p.product_cost_amount, p.inventory_product_cost_amount) AS product_cost,
               coalesce(p.fees_amount, p.inventory_fees_amount) AS fees,
               coalesce(p.returns_amount, 0) AS returns,
               coalesce(p.inbound_freight_amount, p.inventory_inbound_freight_amount, 0) AS inbound_freight,
               p.price_amount IS NOT NULL OR p.product_cost_amount IS NOT NULL OR p.fees_amount IS NOT NULL
                   OR p.returns_amount IS NOT NULL OR p.inbound_freight_amount IS NOT NULL AS any_own,
               coalesce(p.saved_storage_cost_amount, 0) AS saved_storage,
               p.stage = 'launch' AND p.launch_budget_amount > 0 AND p.launch_end_date >= {today} AS may_invest
    ) AS m
    CROSS JOIN LATERAL (
        SELECT CASE WHEN m.price > 0
               THEN ((m.price - m.product_cost - m.fees - m.returns - m.inbound_freight) / m.price)::float8
               END AS break_even,
               CASE WHEN m.price > 0 THEN (m.saved_storage / m.price)::float8 ELSE 0 END AS storage_share
    ) AS e
    CROSS JOIN LATERAL (
        SELECT e.break_even + CASE WHEN p.stage = 'clearance' THEN e.storage_share ELSE 0 END AS most
    ) AS k
    CROSS JOIN LATERAL (
        SELECT CASE WHEN p.target_acos IS NOT NULL THEN p.target_acos
                    WHEN p.wanted_margin IS NOT NULL THEN e.break_even - p.wanted_margin
                    WHEN p.stage = 'clearance' THEN k.most
                    ELSE e.break_even * CASE p.stage {factors} END
               END AS wanted,
               CASE WHEN p.target_acos IS NOT NULL THEN 'stated'
                    WHEN e.break_even IS NULL THEN 'unknown'
                    WHEN p.wanted_margin IS NOT NULL THEN 'wanted_margin'
                    ELSE 'stage'
               END AS wanted_source
    ) AS w
    CROSS JOIN LATERAL (
        SELECT coalesce(w.wanted > k.most AND NOT coalesce(m.may_invest, false), false) AS limited
    ) AS x
""".replace("{factors}", _STAGE_FACTOR)


def products_with_money(today: str = "current_date") -> str:
    """What to read products from, with what their money says on `today`, an SQL expression."""
    accounts = "JOIN ads.ad_account a ON a.tenant_id = p.tenant_id AND a.id = p.ad_account_id"
    return f"ads.advertised_product p {accounts} {_MONEY.replace('{today}', today)}"


def _own(name: str) -> str:
    return money_json(f"p.{name}_amount", "p.currency")


ADVERTISED_PRODUCTS = ListQuery(
    name="advertised_products",
    source=products_with_money(),
    where="p.tenant_id = $1",
    fields={
        "id": "p.id",
        "ad_account_id": "p.ad_account_id",
        "account": "a.code",
        "marketplace": "p.marketplace",
        "seller_sku": "p.seller_sku",
        "asin": "p.asin",
        "name": "p.name",
        "category": "p.category",
        "stage": "p.stage",
        "currency": "p.currency",
        "price": _own("price"),
        "product_cost": _own("product_cost"),
        "fees": _own("fees"),
        "returns": _own("returns"),
        "inbound_freight": _own("inbound_freight"),
        "saved_storage_cost": _own("saved_storage_cost"),
        "wanted_margin": "p.wanted_margin",
        "launch_budget": _own("launch_budget"),
        "launch_end_date": "p.launch_end_date",
        "stated_target_acos": "p.target_acos",
        "inventory": "CASE WHEN p.inventory_said_at IS NOT NULL THEN json_build_object("
        "'said_at', p.inventory_said_at,"
        f" 'price', {_own('inventory_price')}, 'product_cost', {_own('inventory_product_cost')},"
        f" 'fees', {_own('inventory_fees')}, 'inbound_freight', {_own('inventory_inbound_freight')},"
        " 'sellable_units', p.sellable_units, 'arriving_units', p.arriving_units,"
        f" 'trailing_daily_units', {decimal_json('p.trailing_daily_units')}, 'lead_time_days', p.lead_time_days) END",
        "break_even_acos": "e.break_even",
        "break_even_source": "CASE WHEN e.break_even IS NULL THEN 'unknown' WHEN m.any_own THEN 'own'"
        " ELSE 'inventory' END",
        "target_acos": "CASE WHEN x.limited THEN k.most ELSE w.wanted END",
        "target_acos_source": "CASE WHEN x.limited THEN 'break_even' ELSE w.wanted_source END",
        "version": "p.version",
        "created_at": "p.created_at",
        "updated_at": "p.updated_at",
    },
    sorts={"product": Sort("p.product_key", "text"), "updated_at": Sort("p.updated_at", "timestamptz")},
    default_sort="product",
    key=Sort("p.id", "uuid"),
    filters={
        "ad_account_id": Filter("p.ad_account_id = {}", UUID, "Only of this account."),
        "marketplace": Filter("p.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "stage": Filter("p.stage = ANY({})", list[Stage], "Only in these stages."),
        "category": Filter("lower(p.category) = lower({})", Name, "Only of this category, whatever its case."),
        "asin": Filter("p.asin = {}", Identifier, "Only of this ASIN."),
        "seller_sku": Filter("p.seller_sku = {}", Identifier, "Only of this SKU."),
        "is_break_even_known": Filter(
            "(e.break_even IS NOT NULL) = {}", bool, "Only products whose break-even is (or is not) known."
        ),
    },
)
