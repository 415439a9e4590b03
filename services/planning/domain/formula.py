"""Decides what a formula over metrics may say, and what it comes to: four operations, brackets, numbers, metrics."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

MAX_LENGTH = 500
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[-+*/()]))", re.ASCII)


class Operation(StrEnum):
    """What is done with the last one or two values."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    NEGATE = "negate"


_BINDS = {
    Operation.ADD: 1,
    Operation.SUBTRACT: 1,
    Operation.MULTIPLY: 2,
    Operation.DIVIDE: 2,
    Operation.NEGATE: 3,
}

Step = Decimal | str | Operation


class FormulaFault(ValueError):
    """The text is no formula; the message says where."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as its steps in postfix order: values go on a stack, operations take theirs from it."""

    text: str
    steps: tuple[Step, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics that it asks for, each once, in the order of the text."""
        named = (step for step in self.steps if isinstance(step, str) and not isinstance(step, Operation))
        return tuple(dict.fromkeys(named))

    @property
    def is_additive(self) -> bool:
        """Whether it only adds and subtracts metrics, so that its value for a year is the sum of its months."""
        return not any(
            isinstance(step, Decimal) or step in (Operation.MULTIPLY, Operation.DIVIDE) for step in self.steps
        )

    def evaluate(self, values: Mapping[str, Decimal | None]) -> Decimal | None:
        """Its value; None where a metric is unknown or something is divided by zero."""
        stack: list[Decimal] = []
        for step in self.steps:
            if isinstance(step, Decimal):
                stack.append(step)
            elif isinstance(step, Operation):
                right = stack.pop()
                if step is Operation.NEGATE:
                    stack.append(-right)
                    continue
                if step is Operation.DIVIDE and right == 0:
                    return None
                stack.append(_applied(step, stack.pop(), right))
            else:
                value = values.get(step)
                if value is None:
                    return None
                stack.append(value)
        return stack.pop()


def _applied(operation: Operation, left: Decimal, right: Decimal) -> Decimal:
    if operation is Operation.ADD:
        return left + right
    if operation is Operation.SUBTRACT:
        return left - right
    return left * right if operation is Operation.MULTIPLY else left / right


@lru_cache(maxsize=1024)
def read_formula(text: str) -> Formula:
    """The formula of `1 - average_price / rival_price`; FormulaFault for anything else.

    Dijkstra's shunting yard (1961), so that no depth of brackets costs recursion.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaFault(f"a formula has at most {MAX_LENGTH} characters")
    steps: list[Step] = []
    waiting: list[Operation | None] = []  # None stands for an open bracket
    wants_value = True

    def settle(least: int) -> None:
        while waiting and (operation := waiting[-1]) is not None and _BINDS[operation] >= least:
            steps.append(operation)
            waiting.pop()

    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise FormulaFault(f"at character {at + 1}: {stripped[at : at + 10].strip()!r} is not understood")
        sign = found["sign"]
        begins_value = sign is None or sign == "("
        if not (begins_value or sign == "-" if wants_value else not begins_value):
            raise FormulaFault(f"at character {found.end()}: {found[0].strip()!r} cannot stand here")
        if sign is None:
            steps.append(found["name"] or Decimal(found["number"]))
            wants_value = False
        elif sign == "(":
            waiting.append(None)
        elif sign == ")":
            settle(0)
            if not waiting:
                raise FormulaFault(f"at character {found.end()}: a bracket closes that was not opened")
            waiting.pop()
        elif wants_value:
            waiting.append(Operation.NEGATE)
        else:
            settle(_BINDS[Operation(sign)])
            waiting.append(Operation(sign))
            wants_value = True
        at = found.end()
    if wants_value:
        raise FormulaFault("a formula ends with a metric, a number or a bracket")
    settle(0)
    if waiting:
        raise FormulaFault("a bracket is not closed")
    return Formula(text, tuple(steps))
