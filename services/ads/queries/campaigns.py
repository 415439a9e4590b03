"""The lists of campaigns and what lies below them."""

from uuid import UUID

from services.ads.domain.economics import Stage
from services.ads.domain.vocabulary import AdProduct, MatchType, NegativeMatchType, Placement, State, TargetKind
from services.ads.schemas.fields import AmazonMarketplace, Identifier
from shared.db.listing import Filter, ListQuery, Sort, money_json
from shared.web.schemas import Name

_OF_CAMPAIGN = "Only of this campaign."
_OF_AD_GROUP = "Only of this ad group."
_STATES = "Only those in these states."

CAMPAIGNS = ListQuery(
    name="campaigns",
    source="ads.campaign c JOIN ads.ad_account a ON a.tenant_id = c.tenant_id AND a.id = c.ad_account_id",
    where="c.tenant_id = $1",
    fields={
        "id": "c.id",
        "ad_account_id": "c.ad_account_id",
        "account": "a.code",
        "marketplace": "c.marketplace",
        "ad_product": "c.ad_product",
        "amazon_campaign_id": "c.amazon_campaign_id",
        "name": "c.name",
        "portfolio": "c.portfolio",
        "targeting_type": "c.targeting_type",
        "state": "c.state",
        "daily_budget": money_json("c.daily_budget_amount", "c.daily_budget_currency"),
        "bidding_strategy": "c.bidding_strategy",
        "start_date": "c.start_date",
        "end_date": "c.end_date",
        "category": "c.category",
        "goal": "c.goal",
        "is_brand_defence": "c.is_brand_defence",
        "state_known_at": "c.state_known_at",
        "state_change_id": "c.state_change_id",
        "daily_budget_known_at": "c.daily_budget_known_at",
        "daily_budget_change_id": "c.daily_budget_change_id",
        "same_as_id": "c.same_as_id",
        "as_of": "c.as_of",
        "version": "c.version",
        "created_at": "c.created_at",
        "updated_at": "c.updated_at",
    },
    sorts={
        "name": Sort("c.name_key", "text"),
        "updated_at": Sort("c.updated_at", "timestamptz"),
        "daily_budget": Sort("coalesce(c.daily_budget_amount, 0)", "numeric"),
    },
    default_sort="name",
    key=Sort("c.id", "uuid"),
    filters={
        "ad_account_id": Filter("c.ad_account_id = {}", UUID, "Only of this account."),
        "marketplace": Filter("c.marketplace = ANY({})", list[AmazonMarketplace], "Only in these marketplaces."),
        "ad_product": Filter("c.ad_product = ANY({})", list[AdProduct], "Only of these kinds of advertising."),
        "state": Filter("c.state = ANY({})", list[State], _STATES),
        "goal": Filter("c.goal = ANY({})", list[Stage], "Only with these goals."),
        "category": Filter("lower(c.category) = lower({})", Name, "Only of this category, whatever its case."),
        "portfolio": Filter("lower(c.portfolio) = lower({})", Name, "Only of this portfolio, whatever its case."),
        "is_brand_defence": Filter("c.is_brand_defence = {}", bool, "Only those that do (or do not) defend the brand."),
        "name_contains": Filter(
            "strpos(lower(c.name), lower({})) > 0", Name, "Only campaigns whose name contains this."
        ),
        "amazon_campaign_id": Filter("c.amazon_campaign_id = {}", Identifier, "Only the one with this id of Amazon's."),
        "is_probably_double": Filter(
            "(c.same_as_id IS NOT NULL) = {}", bool, "Only those that are (or are not) probably another one renamed."
        ),
    },
)

AD_GROUPS = ListQuery(
    name="ad_groups",
    source="ads.ad_group g",
    where="g.tenant_id = $1",
    fields={
        "id": "g.id",
        "campaign_id": "g.campaign_id",
        "amazon_ad_group_id": "g.amazon_ad_group_id",
        "name": "g.name",
        "state": "g.state",
        "default_bid": money_json("g.default_bid_amount", "g.default_bid_currency"),
        "as_of": "g.as_of",
    },
    sorts={"id": Sort("g.id", "uuid"), "name": Sort("g.name_key", "text")},
    default_sort="id",
    key=Sort("g.id", "uuid"),
    filters={
        "campaign_id": Filter("g.campaign_id = {}", UUID, _OF_CAMPAIGN),
        "state": Filter("g.state = ANY({})", list[State], _STATES),
    },
)

_TARGET_PLACE = "JOIN ads.ad_group g ON g.tenant_id = t.tenant_id AND g.id = t.ad_group_id"

TARGETS = ListQuery(
    name="targets",
    source=f"ads.target t {_TARGET_PLACE}",
    where="t.tenant_id = $1",
    fields={
        "id": "t.id",
        "ad_group_id": "t.ad_group_id",
        "campaign_id": "g.campaign_id",
        "kind": "t.kind",
        "text": "t.text",
        "match_type": "t.match_type",
        "amazon_target_id": "t.amazon_target_id",
        "state": "t.state",
        "bid": money_json("t.bid_amount", "t.bid_currency"),
        "state_known_at": "t.state_known_at",
        "state_change_id": "t.state_change_id",
        "bid_known_at": "t.bid_known_at",
        "bid_change_id": "t.bid_change_id",
        "bid_before_stock": money_json("t.bid_before_stock", "t.bid_currency"),
        "as_of": "t.as_of",
    },
    sorts={"id": Sort("t.id", "uuid")},
    default_sort="id",
    key=Sort("t.id", "uuid"),
    filters={
        "campaign_id": Filter("g.campaign_id = {}", UUID, _OF_CAMPAIGN),
        "ad_group_id": Filter("t.ad_group_id = {}", UUID, _OF_AD_GROUP),
        "kind": Filter("t.kind = ANY({})", list[TargetKind], "Only targets of these kinds."),
        "match_type": Filter("t.match_type = ANY({})", list[MatchType], "Only with these match types."),
        "state": Filter("t.state = ANY({})", list[State], _STATES),
    },
)

NEGATIVE_TARGETS = ListQuery(
    name="negative_targets",
    source="ads.negative_target n",
    where="n.tenant_id = $1",
    fields={
        "id": "n.id",
        "campaign_id": "n.campaign_id",
        "ad_group_id": "n.ad_group_id",
        "text": "n.text",
        "match_type": "n.match_type",
        "amazon_target_id": "n.amazon_target_id",
        "state": "n.state",
        "as_of": "n.as_of",
    },
    sorts={"id": Sort("n.id", "uuid")},
    default_sort="id",
    key=Sort("n.id", "uuid"),
    filters={
        "campaign_id": Filter("n.campaign_id = {}", UUID, _OF_CAMPAIGN),
        "ad_group_id": Filter("n.ad_group_id = {}", UUID, _OF_AD_GROUP),
        "match_type": Filter("n.match_type = ANY({})", list[NegativeMatchType], "Only with these match types."),
        "state": Filter("n.state = ANY({})", list[State], _STATES),
    },
)

SEARCH_TERMS = ListQuery(
    name="search_terms",
    source=f"ads.search_term s JOIN ads.target t ON t.tenant_id = s.tenant_id AND t.id = s.target_id {_TARGET_PLACE}",
    where="s.tenant_id = $1",
    fields={
        "id": "s.id",
        "target_id": "s.target_id",
        "ad_group_id": "t.ad_group_id",
        "campaign_id": "g.campaign_id",
        "text": "s.text",
        "is_asin": "s.is_asin",
    },
    sorts={"id": Sort("s.id", "uuid")},
    default_sort="id",
    key=Sort("s.id", "uuid"),
    filters={
        "campaign_id": Filter("g.campaign_id = {}", UUID, _OF_CAMPAIGN),
        "ad_group_id": Filter("t.ad_group_id = {}", UUID, _OF_AD_GROUP),
        "target_id": Filter("s.target_id = {}", UUID, "Only of this target."),
        "is_asin": Filter("s.is_asin = {}", bool, "Only product pages, or only what was typed."),
        "text_contains": Filter("strpos(s.text_key, lower({})) > 0", Name, "Only terms that contain this."),
    },
)

PLACEMENTS = ListQuery(
    name="placements",
    source="ads.placement_modifier p",
    where="p.tenant_id = $1",
    fields={
        "id": "p.id",
        "campaign_id": "p.campaign_id",
        "placement": "p.placement",
        "percentage": "p.percentage::float8",
        "percentage_known_at": "p.percentage_known_at",
        "percentage_change_id": "p.percentage_change_id",
        "as_of": "p.as_of",
    },
    sorts={"id": Sort("p.id", "uuid")},
    default_sort="id",
    key=Sort("p.id", "uuid"),
    filters={
        "campaign_id": Filter("p.campaign_id = {}", UUID, _OF_CAMPAIGN),
        "placement": Filter("p.placement = ANY({})", list[Placement], "Only these placements."),
    },
)

PRODUCT_ADS = ListQuery(
    name="product_ads",
    source="ads.product_ad d JOIN ads.ad_group g ON g.tenant_id = d.tenant_id AND g.id = d.ad_group_id",
    where="d.tenant_id = $1",
    fields={
        "id": "d.id",
        "ad_group_id": "d.ad_group_id",
        "campaign_id": "g.campaign_id",
        "advertised_product_id": "d.advertised_product_id",
        "seller_sku": "d.seller_sku",
        "asin": "d.asin",
        "amazon_ad_id": "d.amazon_ad_id",
        "state": "d.state",
        "as_of": "d.as_of",
    },
    sorts={"id": Sort("d.id", "uuid")},
    default_sort="id",
    key=Sort("d.id", "uuid"),
    filters={
        "campaign_id": Filter("g.campaign_id = {}", UUID, _OF_CAMPAIGN),
        "ad_group_id": Filter("d.ad_group_id = {}", UUID, _OF_AD_GROUP),
        "advertised_product_id": Filter("d.advertised_product_id = {}", UUID, "Only of this product."),
        "asin": Filter("d.asin = {}", Identifier, "Only of this ASIN."),
    },
)
