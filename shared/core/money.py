"""Money: an exact amount in a named currency, and its conversion by a given rate."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An exact decimal `amount` of an ISO 4217 `currency`; arithmetic across currencies is refused."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def times(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def converted(self, rate: Decimal, currency: str) -> "Money":
        """This amount in `currency`, where one unit of the present currency costs `rate` of the new one."""
        return Money(self.amount * rate, currency)

    def rounded(self, places: int = 2) -> "Money":
        """Rounded half to even at `places` decimals."""
        return Money(self.amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN), self.currency)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} and {other.currency}")
