"""Decides by what name a gap is known: its cycle, its unit, its metric and its scope, in one text."""

from dataclasses import dataclass
from uuid import UUID

from services.planning.domain.scope import Scope, ScopeKey


@dataclass(frozen=True, slots=True)
class GapKey:
    """Of which gap is spoken. `ref` tells the gaps of one unit and cycle apart, `text` all."""

    cycle_id: UUID
    unit_id: UUID
    metric_code: str
    scope: Scope

    @property
    def ref(self) -> str:
        """`net_revenue~marketplace=US`; `net_revenue` alone for the whole of the unit."""
        return gap_ref(self.metric_code, self.scope)

    @property
    def text(self) -> str:
        """`<cycle>.<unit>.<ref>`."""
        return f"{self.cycle_id}.{self.unit_id}.{self.ref}"


def gap_ref(metric_code: str, scope: Scope) -> str:
    """The name of a gap among those of one unit and cycle."""
    return f"{metric_code}~{scope.canonical}" if scope.keys else metric_code


def read_gap_ref(text: str) -> tuple[str, Scope]:
    """The metric and scope of a ref; ValueError for a text that is none."""
    metric_code, mark, canonical = text.partition("~")
    keys: dict[str, str] = {}
    for pair in _split(canonical, ";") if canonical else ():
        name, value = _split(pair, "=")
        keys[ScopeKey(name).value] = _plain(value)
    scope = Scope(**keys)
    if not metric_code or scope.canonical != canonical or bool(mark) != bool(canonical):
        raise ValueError("a gap is named in one way")
    return metric_code, scope


def read_gap_key(text: str) -> GapKey:
    """The key; ValueError for a text that is none."""
    cycle_id, unit_id, ref = text.split(".", 2)
    return GapKey(UUID(cycle_id), UUID(unit_id), *read_gap_ref(ref))


def _split(text: str, mark: str) -> list[str]:
    """The parts between marks that are not escaped by a backslash; the escapes stay."""
    parts, at, escaped = [""], 0, False
    for sign in text:
        if sign == mark and not escaped:
            parts.append("")
            at += 1
            continue
        parts[at] += sign
        escaped = sign == "\\" and not escaped
    return parts


def _plain(text: str) -> str:
    plain, escaped = "", False
    for sign in text:
        escaped = sign == "\\" and not escaped
        plain += "" if escaped else sign
    return plain
