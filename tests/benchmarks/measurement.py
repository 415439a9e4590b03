"""What a benchmark reports: a figure beside its limit. A benchmark is a module of this package with `measure`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure. `limit` None makes it information; otherwise `must_be` says on which side of it lies success."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    must_be: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether the figure keeps its limit; None without one."""
        if self.limit is None:
            return None
        return self.value <= self.limit if self.must_be == "at most" else self.value >= self.limit
