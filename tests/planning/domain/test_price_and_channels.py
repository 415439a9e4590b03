"""Prices per channel: below the list price only where the channel is a special one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.planning.domain.price_and_channels import ChannelKind, ChannelPrice, normal_price, price_faults

NORMAL = ChannelPrice("US", "amazon", ChannelKind.MAINSTREAM, Decimal("59.99"), Decimal("59.99"), "USD")
CLUB = ChannelPrice("US", "club", ChannelKind.SPECIAL, Decimal("59.99"), Decimal("29.99"), "USD")


def codes(*prices: ChannelPrice) -> list[str]:
    return [fault.code for fault in price_faults(prices)]


def test_a_special_channel_may_go_below_the_list_price_and_a_mainstream_one_may_not() -> None:
    assert codes(NORMAL, CLUB) == []
    assert codes(replace(NORMAL, amount=Decimal("59.98"))) == ["below_list_price"]
    assert codes(replace(CLUB, channel_kind=ChannelKind.MAINSTREAM)) == ["below_list_price"]


def test_a_special_channel_may_give_samples_away_and_nobody_pays_for_taking_them() -> None:
    assert codes(replace(CLUB, amount=Decimal(0))) == []
    assert codes(replace(CLUB, amount=Decimal("-0.01"))) == ["out_of_range"]
    assert codes(replace(CLUB, list_amount=Decimal(0))) == ["out_of_range"]


def test_a_price_may_be_above_the_list_price() -> None:
    assert codes(replace(NORMAL, amount=Decimal("64.99")), replace(CLUB, amount=Decimal("60"))) == []


def test_a_channel_of_a_marketplace_has_one_price_of_one_kind_in_one_currency() -> None:
    assert codes(NORMAL, replace(NORMAL, channel="Amazon")) == ["given_twice"]
    assert codes(NORMAL, replace(CLUB, channel="amazon")) == ["given_twice", "kind_differs"]
    assert codes(NORMAL, replace(CLUB, currency="EUR")) == ["currency_differs"]
    assert codes(NORMAL, replace(NORMAL, marketplace="DE", currency="EUR")) == []


@pytest.mark.parametrize(("amount", "discount"), [("29.995", "0.5"), ("59.99", "0"), ("70", "0")])
def test_a_discount_is_the_share_of_the_list_price_given_up(amount: str, discount: str) -> None:
    assert replace(CLUB, amount=Decimal(amount)).discount == Decimal(discount)


def test_the_mainstream_price_stands_for_the_marketplace() -> None:
    assert normal_price([CLUB, NORMAL], "US") == NORMAL
    assert normal_price([CLUB], "US") == CLUB
    assert normal_price([CLUB], "DE") is None
