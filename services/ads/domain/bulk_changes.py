"""Decides what an approved change is in a bulk-operations sheet, or why Amazon could not be told of it that way."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.ads.domain.amazon_limits import fits_keyword
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.vocabulary import AdProduct, MatchType, State, TargetKind


class LeftOut(StrEnum):
    """Why a change is not in the sheet."""

    OTHER_AD_PRODUCT = "other_ad_product"
    CAMPAIGN_ID_UNKNOWN = "campaign_id_unknown"
    AD_GROUP_ID_UNKNOWN = "ad_group_id_unknown"
    TARGET_ID_UNKNOWN = "target_id_unknown"
    NO_PLACE_FOR_KEYWORD = "no_place_for_keyword"
    WORDS_TOO_LONG = "words_too_long"
    BID_TOO_LOW = "bid_too_low"
    BID_UNDER_UNVERIFIED_LEAST = "bid_under_unverified_least"  # Amazon may take it
    DECIDED_TOGETHER = "decided_together"  # with one that cannot be in the sheet


@dataclass(frozen=True, slots=True)
class Destination:
    """Another ad group, by Amazon's ids, in which a manual campaign sells the same product: a harvest goes there.

    `target_id` is the keyword or product that is to be there, where it is already, be it paused.
    """

    campaign_id: str
    ad_group_id: str
    target_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedChange:
    """An approved proposal with Amazon's ids of its places; `value` is a bid, a budget or a percentage.

    Of a harvest: `destination` where there is one; else `takes_keywords` says whether a new ad group with the
    products (`seller_skus`) can be made in the term's own campaign: it is manual and runs, and no such ad group
    exists there or was given out in a sheet and not read back. `least_bid` is Amazon's in the currency, as far as it
    is verified.
    """

    kind: ProposalKind
    level: Level
    ad_product: AdProduct
    campaign_id: str | None
    ad_group_id: str | None
    target_id: str | None
    target_kind: TargetKind | None
    words: str | None
    words_are_asin: bool
    placement: str | None
    value: Decimal | None
    ad_group_name: str | None = None
    seller_skus: tuple[str, ...] = ()
    takes_keywords: bool = False
    destination: Destination | None = None
    least_bid: Decimal = Decimal(0)
    is_least_bid_verified: bool = True


class Entity(StrEnum):
    """What a row of the sheet is about, in the words of bulk sheets 2.0."""

    CAMPAIGN = "campaign"
    AD_GROUP = "ad_group"
    PRODUCT_AD = "product_ad"
    KEYWORD = "keyword"
    PRODUCT_TARGETING = "product_targeting"
    NEGATIVE_KEYWORD = "negative_keyword"
    NEGATIVE_PRODUCT_TARGETING = "negative_product_targeting"
    BIDDING_ADJUSTMENT = "bidding_adjustment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row: create where `creates`, else update."""

    entity: Entity
    creates: bool
    campaign_id: str
    ad_group_id: str | None = None
    target_id: str | None = None
    state: State | None = None
    ad_group_name: str | None = None
    seller_sku: str | None = None
    words: str | None = None
    match_type: MatchType | None = None
    placement: str | None = None
    bid: Decimal | None = None
    default_bid: Decimal | None = None
    daily_budget: Decimal | None = None
    percentage: Decimal | None = None


def sheet_rows(change: ApprovedChange) -> tuple[SheetRow, ...] | LeftOut:
    """The rows that carry the change out.

    A harvest is an exact keyword in another ad group that sells the product (a new one of the same campaign where
    there is none) and the negative at its source: in the source's own ad group the negative would keep it away. A
    keyword that is there already is enabled with the new bid: Amazon takes it no second time.
    """
    if change.ad_product is not AdProduct.SPONSORED_PRODUCTS:
        return LeftOut.OTHER_AD_PRODUCT
    if change.campaign_id is None:
        return LeftOut.CAMPAIGN_ID_UNKNOWN
    if change.level is Level.CAMPAIGN:
        return (_of_campaign(change, change.campaign_id),)
    if change.ad_group_id is None:
        return LeftOut.AD_GROUP_ID_UNKNOWN
    if change.level is Level.TARGET:
        return _of_target(change, change.campaign_id, change.ad_group_id)
    return _of_term(change, change.campaign_id, change.ad_group_id)


def _of_campaign(change: ApprovedChange, campaign_id: str) -> SheetRow:
    if change.kind is ProposalKind.PLACEMENT_MODIFIER:
        return SheetRow(
            entity=Entity.BIDDING_ADJUSTMENT,
            creates=False,
            campaign_id=campaign_id,
            placement=change.placement,
            percentage=None if change.value is None else change.value.to_integral_value(),
        )
    if change.kind in (ProposalKind.PAUSE, ProposalKind.RESUME):
        state = State.PAUSED if change.kind is ProposalKind.PAUSE else State.ENABLED
        return SheetRow(entity=Entity.CAMPAIGN, creates=False, campaign_id=campaign_id, state=state)
    return SheetRow(entity=Entity.CAMPAIGN, creates=False, campaign_id=campaign_id, daily_budget=change.value)


def _of_target(change: ApprovedChange, campaign_id: str, ad_group_id: str) -> tuple[SheetRow, ...] | LeftOut:
    if change.target_id is None:
        return LeftOut.TARGET_ID_UNKNOWN
    pauses = change.kind is ProposalKind.PAUSE
    too_low = None if pauses else _too_low(change)
    if too_low is not None:
        return too_low
    return (
        SheetRow(
            entity=Entity.KEYWORD if change.target_kind is TargetKind.KEYWORD else Entity.PRODUCT_TARGETING,
            creates=False,
            campaign_id=campaign_id,
            ad_group_id=ad_group_id,
            target_id=change.target_id,
            state=State.PAUSED if pauses else None,
            bid=None if pauses else change.value,
        ),
    )


def _too_low(change: ApprovedChange) -> LeftOut | None:
    if change.value is None or change.value >= change.least_bid:
        return None
    return LeftOut.BID_TOO_LOW if change.is_least_bid_verified else LeftOut.BID_UNDER_UNVERIFIED_LEAST


def exact_group_name(ad_group_name: str) -> str:
    """The name of the ad group that is made for exact keywords found in another."""
    return f"{ad_group_name} exact"


def _of_term(change: ApprovedChange, campaign_id: str, ad_group_id: str) -> tuple[SheetRow, ...] | LeftOut:
    words = change.words or ""
    if not change.words_are_asin and not fits_keyword(words):
        return LeftOut.WORDS_TOO_LONG
    if change.words_are_asin:
        negative = SheetRow(
            entity=Entity.NEGATIVE_PRODUCT_TARGETING,
            creates=True,
            campaign_id=campaign_id,
            ad_group_id=ad_group_id,
            state=State.ENABLED,
            words=f'asin="{words.upper()}"',
        )
    else:
        negative = SheetRow(
            entity=Entity.NEGATIVE_KEYWORD,
            creates=True,
            campaign_id=campaign_id,
            ad_group_id=ad_group_id,
            state=State.ENABLED,
            words=words,
            match_type=MatchType.EXACT,
        )
    if change.kind is ProposalKind.NEGATE:
        return (negative,)
    too_low = _too_low(change)
    if too_low is not None:
        return too_low
    places = _harvest_place(change, campaign_id)
    if places is None:
        return LeftOut.NO_PLACE_FOR_KEYWORD
    (there, group), made = places
    known = None if change.destination is None else change.destination.target_id
    harvested = SheetRow(
        entity=Entity.PRODUCT_TARGETING if change.words_are_asin else Entity.KEYWORD,
        creates=known is None,
        campaign_id=there,
        ad_group_id=group,
        target_id=known,
        state=State.ENABLED,
        words=negative.words if known is None else None,
        match_type=MatchType.EXACT if known is None and not change.words_are_asin else None,
        bid=change.value,
    )
    return (*made, harvested, negative)


def _harvest_place(change: ApprovedChange, campaign_id: str) -> tuple[tuple[str, str], tuple[SheetRow, ...]] | None:
    if change.destination is not None:
        return (change.destination.campaign_id, change.destination.ad_group_id), ()
    if not change.takes_keywords or not change.seller_skus or change.ad_group_name is None:
        return None
    # Rows of one sheet name what it creates by an id that the sender chooses: here the new ad group's name.
    name = exact_group_name(change.ad_group_name)
    group = SheetRow(
        entity=Entity.AD_GROUP,
        creates=True,
        campaign_id=campaign_id,
        ad_group_id=name,
        ad_group_name=name,
        state=State.ENABLED,
        default_bid=change.value,
    )
    ads = tuple(
        SheetRow(
            entity=Entity.PRODUCT_AD,
            creates=True,
            campaign_id=campaign_id,
            ad_group_id=name,
            state=State.ENABLED,
            seller_sku=sku,
        )
        for sku in change.seller_skus
    )
    return (campaign_id, name), (group, *ads)
