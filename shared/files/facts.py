"""What a file may leave unsaid and its sender must say: marketplace, date range, moment of the snapshot."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.core.marketplaces import Marketplace
from shared.files.problems import FileProblem

MARKETPLACE = "marketplace"
DATE_RANGE = "date_range"
AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sender says of the file. The range is inclusive, in the marketplace's own days."""

    marketplace: Marketplace | None = None
    from_date: date | None = None
    to_date: date | None = None
    as_of: datetime | None = None

    def __post_init__(self) -> None:
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise FileProblem("bad_date_range", "The date range ends before it begins.")
        if self.as_of is not None and self.as_of.tzinfo is None:
            raise FileProblem("bad_as_of", "The moment of the snapshot needs an offset.")

    def lacking(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the needs that are not met."""
        met = {
            MARKETPLACE: self.marketplace is not None,
            DATE_RANGE: self.from_date is not None and self.to_date is not None,
            AS_OF: self.as_of is not None,
        }
        return tuple(need for need in needs if not met[need])

    def require(self, needs: tuple[str, ...]) -> None:
        """Raises FileProblem `facts_missing` naming what has to be said."""
        if lacking := self.lacking(needs):
            message = f"The file does not say its {' and '.join(name.replace('_', ' ') for name in lacking)}."
            raise FileProblem("facts_missing", message, {"missing": list(lacking)})
