"""Approved changes as rows of a bulk sheet, and those that Amazon would refuse."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.ads.domain.amazon_limits import is_least_bid_verified, least_bid, smallest_step
from services.ads.domain.bulk_changes import ApprovedChange, Destination, Entity, LeftOut, SheetRow, sheet_rows
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.vocabulary import AdProduct, State, TargetKind

HARVEST = ApprovedChange(
    kind=ProposalKind.HARVEST,
    level=Level.SEARCH_TERM,
    ad_product=AdProduct.SPONSORED_PRODUCTS,
    campaign_id="1",
    ad_group_id="2",
    target_id="3",
    target_kind=TargetKind.KEYWORD,
    words="red kettle",
    words_are_asin=False,
    placement=None,
    value=Decimal("0.80"),
    ad_group_name="Main",
    seller_skus=("KETTLE",),
    takes_keywords=True,
    least_bid=Decimal("0.02"),
)


def rows_of(change: ApprovedChange) -> tuple[SheetRow, ...]:
    rows = sheet_rows(change)
    assert isinstance(rows, tuple)
    return rows


def test_a_harvest_negates_at_its_source_only_with_a_keyword_elsewhere() -> None:
    there = rows_of(replace(HARVEST, destination=Destination("7", "8")))
    assert [(row.entity, row.campaign_id, row.ad_group_id) for row in there] == [
        (Entity.KEYWORD, "7", "8"),
        (Entity.NEGATIVE_KEYWORD, "1", "2"),
    ]
    made = rows_of(HARVEST)
    assert [row.entity for row in made] == [
        Entity.AD_GROUP,
        Entity.PRODUCT_AD,
        Entity.KEYWORD,
        Entity.NEGATIVE_KEYWORD,
    ]
    assert sheet_rows(replace(HARVEST, takes_keywords=False)) is LeftOut.NO_PLACE_FOR_KEYWORD


@pytest.mark.parametrize("by_product", [False, True])
def test_a_harvest_enables_what_its_destination_has_already(by_product: bool) -> None:
    there = Destination("7", "8", "900")
    words = "b0abcdefgh" if by_product else "red kettle"
    rows = rows_of(replace(HARVEST, words=words, words_are_asin=by_product, destination=there))
    harvested, negative = rows
    assert harvested == SheetRow(
        entity=Entity.PRODUCT_TARGETING if by_product else Entity.KEYWORD,
        creates=False,
        campaign_id="7",
        ad_group_id="8",
        target_id="900",
        state=State.ENABLED,
        bid=Decimal("0.80"),
    )
    assert (negative.creates, negative.campaign_id, negative.ad_group_id) == (True, "1", "2")
    assert negative.words is not None
    assert words in negative.words.lower()


@pytest.mark.parametrize(
    ("words", "fits"), [("a " * 10, True), ("a " * 11, False), ("a" * 80, True), ("a" * 81, False)]
)
@pytest.mark.parametrize("kind", [ProposalKind.NEGATE, ProposalKind.HARVEST])
def test_words_that_amazon_does_not_take_are_left_out(kind: ProposalKind, words: str, fits: bool) -> None:
    found = sheet_rows(replace(HARVEST, kind=kind, words=words.strip()))
    assert (found is not LeftOut.WORDS_TOO_LONG) == fits


@pytest.mark.parametrize(
    ("currency", "bid", "fits"),
    [("JPY", "1", False), ("JPY", "2", True), ("INR", "0.99", False), ("USD", "0.02", True)],
)
def test_bids_below_the_least_of_the_currency_are_left_out(currency: str, bid: str, fits: bool) -> None:
    change = replace(HARVEST, value=Decimal(bid), least_bid=least_bid(currency))
    assert (sheet_rows(change) is not LeftOut.BID_TOO_LOW) == fits
    lowered = replace(change, kind=ProposalKind.BID_DOWN, level=Level.TARGET)
    assert (sheet_rows(lowered) is not LeftOut.BID_TOO_LOW) == fits


@pytest.mark.parametrize("currency", ["AED", "EGP", "PLN", "SEK", "TRY", "USD"])
def test_a_least_bid_that_is_not_verified_is_said_to_be_so(currency: str) -> None:
    verified = is_least_bid_verified(currency)
    assert verified == (currency == "USD")
    change = replace(HARVEST, value=Decimal("0.01"), least_bid=least_bid(currency), is_least_bid_verified=verified)
    assert sheet_rows(change) is (LeftOut.BID_TOO_LOW if verified else LeftOut.BID_UNDER_UNVERIFIED_LEAST)
    lowered = replace(change, kind=ProposalKind.BID_DOWN, level=Level.TARGET)
    assert sheet_rows(lowered) is sheet_rows(change)


def test_a_pause_has_no_bid_to_be_too_low() -> None:
    [row] = rows_of(replace(HARVEST, kind=ProposalKind.PAUSE, level=Level.TARGET, value=None, least_bid=Decimal(2)))
    assert (row.bid, row.state) == (None, "paused")


def test_modifiers_are_given_in_whole_per_cent() -> None:
    change = replace(
        HARVEST,
        kind=ProposalKind.PLACEMENT_MODIFIER,
        level=Level.CAMPAIGN,
        placement="top_of_search",
        value=Decimal("42.6"),
    )
    assert [row.percentage for row in rows_of(change)] == [Decimal(43)]


def test_yen_have_no_cents() -> None:
    assert (smallest_step("JPY"), smallest_step("EUR")) == (Decimal(1), Decimal("0.01"))
