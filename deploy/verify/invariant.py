"""What an invariant is: a sentence about the data, and queries that find whatever contradicts it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Invariant:
    """One sentence, and for each way to break it a query whose rows are the violations, each one column of text.

    Queries name no tenant: they are run over all tenants at once, or with one tenant set at a time, so they may
    only relate rows of the same tenant. `tables` must exist; where one does not, the invariant does not apply.
    """

    code: str
    sentence: str
    queries: dict[str, str]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome for one invariant; `skipped` says why nothing was checked."""

    code: str
    sentence: str
    violations: tuple[str, ...] = field(default=())
    skipped: str | None = None

    @property
    def holds(self) -> bool:
        return not self.violations
