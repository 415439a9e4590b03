"""The words of advertising that are the same in files, tables and answers."""

from enum import StrEnum


class AdProduct(StrEnum):
    """The families of Amazon's advertising."""

    SPONSORED_PRODUCTS = "sponsored_products"
    SPONSORED_BRANDS = "sponsored_brands"
    SPONSORED_DISPLAY = "sponsored_display"


class Report(StrEnum):
    """What the rows of a report are about."""

    CAMPAIGNS = "campaigns"
    AD_GROUPS = "ad_groups"
    PLACEMENTS = "placements"
    TARGETS = "targets"
    SEARCH_TERMS = "search_terms"
    ADVERTISED_PRODUCTS = "advertised_products"
    PURCHASED_PRODUCTS = "purchased_products"


class Placement(StrEnum):
    """Where on Amazon an ad was shown."""

    TOP_OF_SEARCH = "top_of_search"
    REST_OF_SEARCH = "rest_of_search"
    PRODUCT_PAGES = "product_pages"
    OTHER = "other"


class MatchType(StrEnum):
    """How a keyword catches search terms; `none` for products and automatic targeting."""

    EXACT = "exact"
    PHRASE = "phrase"
    BROAD = "broad"
    NONE = "none"


class State(StrEnum):
    """What Amazon does with a campaign, ad group, target or ad."""

    ENABLED = "enabled"
    PAUSED = "paused"
    ARCHIVED = "archived"


class TargetingType(StrEnum):
    """Whether the seller or Amazon chooses what a campaign's ads appear for."""

    MANUAL = "manual"
    AUTO = "auto"


class BiddingStrategy(StrEnum):
    """How Amazon may change a bid: never, down only, up and down, or by rules of the seller."""

    FIXED = "fixed"
    DOWN_ONLY = "down_only"
    UP_AND_DOWN = "up_and_down"
    RULE_BASED = "rule_based"


class Granularity(StrEnum):
    """How long the range of days is that figures are of: one day, seven, or any other."""

    DAILY = "daily"
    WEEKLY = "weekly"
    SUMMARY = "summary"


class TargetKind(StrEnum):
    """What ads are shown for: a keyword, products and categories, or what Amazon chooses."""

    KEYWORD = "keyword"
    PRODUCT = "product"
    AUTO = "auto"


class NegativeMatchType(StrEnum):
    """What keeps ads away."""

    NEGATIVE_EXACT = "negative_exact"
    NEGATIVE_PHRASE = "negative_phrase"
    NEGATIVE_PRODUCT = "negative_product"
