"""Decides what happens to a listing's stock when it turns out to be of another product or another pack size."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relinked:
    """One pool of a listing: `leaving` units of the old product, `entering` units of the new one."""

    leaving: int
    entering: int


def relinked(held_units: int, old_units_per_listing: int, new_units_per_listing: int) -> Relinked:
    """The pool's packs stay what they are: only what a pack holds was wrong. Broken packs are dropped."""
    if held_units < 0:
        raise ValueError("a pool of a listing cannot hold less than nothing")
    packs = held_units // old_units_per_listing
    return Relinked(leaving=held_units, entering=packs * new_units_per_listing)
