"""Money: an exact amount in a named currency."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An exact decimal `amount` of an ISO 4217 `currency`."""

    amount: Decimal
    currency: str
