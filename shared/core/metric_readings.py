"""What a measured figure is, by whichever service it is known: of a metric, in a scope, over days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class MetricReading:
    """A figure of all products of a marketplace, or of one where `product_ref` names it; `currency` for money only."""

    metric_code: str
    marketplace: str
    product_ref: str | None
    start_date: date
    end_date: date
    value: Decimal
    currency: str | None = None

    @property
    def place(self) -> tuple[str, str, date]:
        """Where it stands among those of its marketplace that end on the same day: all products first."""
        return self.product_ref or "", self.metric_code, self.start_date
