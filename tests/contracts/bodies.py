"""Picks values that exist, and makes the bodies that they make acceptable; elsewhere the document's examples do."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Use:
    """What a body is made of: `number` differs from body to body, `resource` is what the path names, if anything.

    `phase` is the one of schemathesis, for what there is only so much of: each phase must find some of it left.
    """

    phase: str
    number: int
    resource: Mapping[str, Any]
    known: Callable[[str], str]


Maker = Callable[[Use], Any]


class Bodies:
    """The values that exist in one service, and bodies and path values made of them."""

    def __init__(
        self,
        known: Mapping[str, Sequence[str]],
        makers: Mapping[str, Maker],
        places: Mapping[tuple[str, str], str],
        rng: random.Random,
    ) -> None:
        self._known = known
        self._makers = makers
        self._places = places
        self._rng = rng

    def of_path(self, operation: str, parameter: str) -> Sequence[str]:
        """The values that exist for a path parameter of an operation; none when nobody named them."""
        return self._known.get(self._places.get((operation, parameter), f"path.{parameter}"), ())

    def of_query(self, parameter: str) -> Sequence[str]:
        """The values that exist for a query parameter."""
        return self._known.get(f"query.{parameter}", ())

    def pick(self, operation: str, parameter: str, phase: str) -> str | None:
        """One of them; of those that are there for this operation alone, which may use them up, one of the phase's."""
        values = self.of_path(operation, parameter)
        if (operation, parameter) in self._places and len(values) >= 2 * len(PHASES):
            values = values[PHASES.index(phase) :: len(PHASES)]
        return self._rng.choice(values) if values else None

    def make(self, operation: str, number: int, resource: Mapping[str, Any], phase: str = "examples") -> Any:
        """A body for the operation on a resource; None when the document's example is as good."""
        maker = self._makers.get(operation)
        return None if maker is None else maker(Use(phase, number, resource, self._choose))

    def _choose(self, place: str) -> str:
        return self._rng.choice(self._known[place])
