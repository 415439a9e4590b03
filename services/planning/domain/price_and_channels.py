"""Decides which prices an initiative may have: below its list price only where a channel is a special one."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChannelKind(StrEnum):
    """A mainstream channel keeps the normal price; a special one may go below it."""

    MAINSTREAM = "mainstream"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class ChannelPrice:
    """What a unit is to cost on a channel of a marketplace; both amounts are in `currency`."""

    marketplace: str
    channel: str
    channel_kind: ChannelKind
    list_amount: Decimal
    amount: Decimal
    currency: str

    @property
    def discount(self) -> Decimal:
        """The share of the list price that is given up, 0-1; 0 where nothing is."""
        return max(1 - self.amount / self.list_amount, Decimal(0)) if self.list_amount else Decimal(0)


@dataclass(frozen=True, slots=True)
class PriceFault:
    """Why a price cannot stand: `code`, and whose price it is."""

    code: str
    marketplace: str
    channel: str


def price_faults(prices: Iterable[ChannelPrice]) -> tuple[PriceFault, ...]:
    """What is wrong with the prices of one initiative, in their order.

    `out_of_range`: a list price is above zero, a price at least zero. `below_list_price` on a mainstream channel.
    `given_twice` for a channel of a marketplace, and `kind_differs` where it is mainstream on one row and special on
    the other. `currency_differs` from an earlier price of the marketplace.
    """
    faults: list[PriceFault] = []
    seen: dict[tuple[str, str], ChannelPrice] = {}
    currencies: dict[str, str] = {}
    for price in prices:
        place = (price.marketplace, price.channel.casefold())
        codes = []
        if price.list_amount <= 0 or price.amount < 0:
            codes.append("out_of_range")
        if price.channel_kind is ChannelKind.MAINSTREAM and price.amount < price.list_amount:
            codes.append("below_list_price")
        if place in seen:
            codes.append("given_twice")
            if seen[place].channel_kind is not price.channel_kind:
                codes.append("kind_differs")
        if currencies.setdefault(price.marketplace, price.currency) != price.currency:
            codes.append("currency_differs")
        seen.setdefault(place, price)
        faults += [PriceFault(code, price.marketplace, price.channel) for code in codes]
    return tuple(faults)


def normal_price(prices: Iterable[ChannelPrice], marketplace: str) -> ChannelPrice | None:
    """The price that stands for the marketplace in a picture: the dearest mainstream one, else the dearest."""
    here = [price for price in prices if price.marketplace == marketplace]
    return max(
        here,
        key=lambda price: (price.channel_kind is ChannelKind.MAINSTREAM, price.amount, price.channel),
        default=None,
    )
