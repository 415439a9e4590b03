"""Decides what resources were at an earlier moment, from what they are and from what was changed of them since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the journal; `old` holds what its fields were before, as far as they were changed."""

    key: str
    action: str
    old: Fields


def rewound(now: Mapping[str, Fields], since: Iterable[Change]) -> dict[str, dict[str, object]]:
    """The resources by key as they were before all these changes, which come newest first.

    What was created since is not there; what was deleted since is there again, with what its entry holds of it.
    """
    rows = {key: dict(fields) for key, fields in now.items()}
    for change in since:
        if change.action == "created":
            rows.pop(change.key, None)
        elif change.action == "deleted":
            rows[change.key] = dict(change.old)
        elif change.key in rows:
            rows[change.key].update(change.old)
    return rows
