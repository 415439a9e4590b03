"""Decides what of an objective and its key results may still be changed: what is agreed moves by calibrations."""

from collections.abc import Iterable

from services.planning.domain.objective_states import ObjectiveState, targets_are_free

# Wording and links stay free until an objective is graded.
OBJECTIVE_FREE = frozenset({"title", "why", "parent_id", "parent_mode"})
KEY_RESULT_FREE = frozenset({"title", "owner_id", "parent_key_result_id", "done_date"})


def frozen_fields(state: ObjectiveState, fields: Iterable[str], free: frozenset[str]) -> tuple[str, ...]:
    """Those of the fields that can no longer be changed by a plain edit, by name; `free` always can."""
    return () if targets_are_free(state) else tuple(sorted(set(fields) - free))
