"""HTTP bodies of campaigns and what lies below them."""

from pydantic import ConfigDict, Field

from services.ads.domain.economics import Stage
from services.ads.domain.vocabulary import (
    AdProduct,
    BiddingStrategy,
    MatchType,
    NegativeMatchType,
    Placement,
    State,
    TargetingType,
    TargetKind,
)
from services.ads.schemas.fields import AmazonMarketplace, CostBody, Identifier, Percentage, Text
from shared.web.schemas import ABSENT, Day, Id, Instant, Name, Patch, Schema, Version

_CATEGORY = "Your own category, by which conversion rates are compared."
_GOAL = "What this campaign is for; null takes the stage of its product."
_BRAND = "Whether it defends your own brand's terms; null where nobody has said."
_AS_OF = "The moment of the newest file that describes it."
_STATE = "As known of the latest moment: from a file, or from a change of ours that was applied."
_KNOWN = "The moment that it is known of; null where that of the file was not kept apart from `as_of`."
_CHANGE = "Our change (`/ad-changes`) that set it; null where a file says it."


class CampaignRead(Schema):
    """One campaign as the newest files describe it."""

    id: Id
    ad_account_id: Id
    account: Identifier = Field(description="Code of the account.", examples=["main"])
    marketplace: AmazonMarketplace = Field(description="Where it runs.")
    ad_product: AdProduct = Field(description="Which of Amazon's kinds of advertising.")
    amazon_campaign_id: Identifier | None = Field(description="Amazon's id, once a file has told it.")
    name: Text = Field(description="Its name at Amazon.", examples=["Kettle | exact"])
    portfolio: Text | None = Field(description="The portfolio it lies in.")
    targeting_type: TargetingType | None = Field(description="Who chooses what its ads appear for.")
    state: State | None = Field(description=_STATE)
    daily_budget: CostBody | None = Field(description="What it may spend a day.")
    bidding_strategy: BiddingStrategy | None = Field(description="How Amazon may change bids.")
    start_date: Day | None = Field(description="First day.")
    end_date: Day | None = Field(description="Last day.")
    category: Text | None = Field(description=_CATEGORY)
    goal: Stage | None = Field(description=_GOAL)
    is_brand_defence: bool | None = Field(description=_BRAND)
    state_known_at: Instant | None = Field(description=_KNOWN)
    state_change_id: Id | None = Field(description=_CHANGE)
    daily_budget_known_at: Instant | None = Field(description=_KNOWN)
    daily_budget_change_id: Id | None = Field(description=_CHANGE)
    same_as_id: Id | None = Field(
        description="A campaign whose id a file gave to the name of this one, of which no id is known: probably they"
        " are one that was renamed, and what files without ids said of this one counts twice."
    )
    as_of: Instant = Field(description=_AS_OF)
    version: Version
    created_at: Instant = Field(description="When it was first heard of.")
    updated_at: Instant = Field(description="When it was last changed.")


class CampaignPatch(Patch):
    """What you may say of a campaign; all else comes from Amazon's files."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"category": "Kitchen", "goal": "growth"}]})

    category: Name | None = Field(default=ABSENT, description=_CATEGORY, examples=["Kitchen"])
    goal: Stage | None = Field(default=ABSENT, description=_GOAL, examples=["growth"])
    is_brand_defence: bool | None = Field(default=ABSENT, description=_BRAND, examples=[False])


class AdGroupRead(Schema):
    """An ad group of a campaign."""

    id: Id
    campaign_id: Id
    amazon_ad_group_id: Identifier | None = Field(description="Amazon's id, once a file has told it.")
    name: Text = Field(description="Its name at Amazon.")
    state: State | None = Field(description=_STATE)
    default_bid: CostBody | None = Field(description="The bid of targets without their own.")
    as_of: Instant = Field(description=_AS_OF)


class TargetRead(Schema):
    """A keyword or another target of an ad group."""

    id: Id
    ad_group_id: Id
    campaign_id: Id
    kind: TargetKind = Field(description="What ads are shown for.")
    text: Text = Field(description="The keyword, or the expression as Amazon writes it.", examples=["kettle 1l"])
    match_type: MatchType = Field(description="How a keyword catches search terms.")
    amazon_target_id: Identifier | None = Field(description="Amazon's id, once a file has told it.")
    state: State | None = Field(description=_STATE)
    bid: CostBody | None = Field(description="As known of the latest moment; null where only the ad group has one.")
    state_known_at: Instant | None = Field(description=_KNOWN)
    state_change_id: Id | None = Field(description=_CHANGE)
    bid_known_at: Instant | None = Field(description=_KNOWN)
    bid_change_id: Id | None = Field(description=_CHANGE)
    bid_before_stock: CostBody | None = Field(
        description="The bid before we lowered it for stock; null once somebody set another."
    )
    as_of: Instant = Field(description=_AS_OF)


class NegativeTargetRead(Schema):
    """What keeps the ads of a campaign or ad group away."""

    id: Id
    campaign_id: Id
    ad_group_id: Id | None = Field(description="Null where it holds for the whole campaign.")
    text: Text = Field(description="The keyword, or the expression as Amazon writes it.")
    match_type: NegativeMatchType = Field(description="What it keeps away.")
    amazon_target_id: Identifier | None = Field(description="Amazon's id, once a file has told it.")
    state: State | None = Field(description=_STATE)
    as_of: Instant = Field(description=_AS_OF)


class SearchTermRead(Schema):
    """What customers typed, or the product page they looked at, when a target's ad was shown."""

    id: Id
    target_id: Id
    ad_group_id: Id
    campaign_id: Id
    text: Text = Field(description="As it was typed.", examples=["electric kettle"])
    is_asin: bool = Field(description="Whether it is a product page.")


class PlacementModifierRead(Schema):
    """A placement of a campaign."""

    id: Id
    campaign_id: Id
    placement: Placement = Field(description="Where on Amazon.")
    percentage: Percentage | None = Field(description="By how much bids are raised there; null where no file says it.")
    percentage_known_at: Instant | None = Field(description=_KNOWN)
    percentage_change_id: Id | None = Field(description=_CHANGE)
    as_of: Instant = Field(description=_AS_OF)


class ProductAdRead(Schema):
    """An advertised product in an ad group."""

    id: Id
    ad_group_id: Id
    campaign_id: Id
    advertised_product_id: Id
    seller_sku: Text | None = Field(description="Amazon's seller SKU; vendors have none.")
    asin: Text | None = Field(description="Amazon's number of the item.")
    amazon_ad_id: Identifier | None = Field(description="Amazon's id, once a file has told it.")
    state: State | None = Field(description=_STATE)
    as_of: Instant = Field(description=_AS_OF)
