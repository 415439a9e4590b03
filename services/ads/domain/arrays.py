"""The array types that the mathematics of advertising exchanges."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, overload
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[Any]
IntArray = NDArray[Any]
BoolArray = NDArray[np.bool_]


MANY = 40_000  # numbers that are worth the start of threads
MOST_THREADS = 4


def by_parts(function: Callable[..., FloatArray], *columns: FloatArray) -> FloatArray:
    """`function` of columns (n,), where each row counts for itself: of very many on several cores at once.

    For functions of numpy and scipy, which let others run while they compute.
    """
    size = columns[0].size
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    if size < MANY or threads == 1:
        return function(*columns)
    cuts = [size * number // threads for number in range(threads + 1)]
    parts = [[column[cuts[number] : cuts[number + 1]] for column in columns] for number in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(lambda part: function(*part), parts)))


def numbered(keys: Sequence[str]) -> IntArray:
    """The number of each key, (n,), from 0: alike for the same key."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    return np.fromiter(map(numbers.__getitem__, keys), np.intp, len(keys))


class Identifiers(Sequence[UUID]):
    """Ids by the hundred thousand: sixteen bytes each in one array, an object only where one is looked at."""

    __slots__ = ("column",)

    def __init__(self, column: NDArray[np.void]) -> None:
        self.column = column

    @staticmethod
    def of(identifiers: Iterable[UUID]) -> "Identifiers":
        """The same ids, laid out."""
        return Identifiers(np.frombuffer(b"".join(each.bytes for each in identifiers), dtype="V16"))

    def __len__(self) -> int:
        return int(self.column.size)

    @overload
    def __getitem__(self, place: int) -> UUID: ...
    @overload
    def __getitem__(self, place: slice) -> "Identifiers": ...
    def __getitem__(self, place: int | slice) -> "UUID | Identifiers":
        found = self.column[place]
        return Identifiers(found) if isinstance(place, slice) else UUID(bytes=found.tobytes())

    def order(self) -> IntArray:
        """The rows (n,) in an order which the ids alone decide."""
        numbers = self._numbers()
        order: IntArray = np.argsort(numbers[:, 1])
        last = numbers[order, 1]
        return order if (last[1:] != last[:-1]).all() else np.lexsort((numbers[:, 0], numbers[:, 1]))

    def places_in(self, others: "Identifiers") -> IntArray:
        """The row of each id in `others`, shape (n,); -1 where it is not there. Those are different from each other."""
        if len(others) == 0:
            return np.full(len(self), -1, dtype=np.intp)
        mine, theirs, order = self._numbers(), others._numbers(), others.order()
        last = theirs[order, 1]
        if (last[1:] == last[:-1]).any():
            keys = self.column.view("S16"), others.column.view("S16")
            order = np.argsort(keys[1])
            place = np.searchsorted(keys[1][order], keys[0])
        else:
            place = np.searchsorted(last, mine[:, 1])
        found: IntArray = order[np.minimum(place, len(others) - 1)]
        return np.where((theirs[found] == mine).all(axis=1), found, -1)

    def _numbers(self) -> IntArray:
        """The two halves of each id as numbers, (n, 2). Ids of one moment are alike in the first, and random in the
        second: numbers are looked up five times as fast as all sixteen bytes."""
        return self.column.view(">u8").astype(np.uint64).reshape(-1, 2)
