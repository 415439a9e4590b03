"""What pictures that are long lists have in common: rows that grow narrower the more there are, and their letters."""

from dataclasses import dataclass

_ROOMY, _TIGHT = 16.0, 9.0
_MANY = 60


@dataclass(frozen=True, slots=True)
class Rows:
    """How high a row is and how large its letters are, in units of the view box."""

    count: int

    @property
    def height(self) -> float:
        """Of one row: few have room, many are set close, so that a long list stays a picture."""
        return _ROOMY if self.count <= _MANY else _TIGHT

    @property
    def letters(self) -> float:
        """The size of the letters."""
        return 8.0 if self.count <= _MANY else 6.0

    @property
    def total(self) -> float:
        """Of all rows; at least one, so that there is room for words in an empty list."""
        return self.height * max(self.count, 1)

    def fit(self, width: float) -> int:
        """How many letters fit into so many units."""
        return max(int(width / (self.letters * 0.52)), 4)
