"""Decides what becomes of a second row with the same key: the same again is dropped, another is an error."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from shared.files.cells import Cells

T = TypeVar("T")


def each_once(
    make: Callable[[Cells], T], key: Callable[[T], Hashable], what: str
) -> Callable[[], Callable[[Cells], T | None]]:
    """A `begin` for kinds in which a key may stand once per file. Rows are dataclasses with a `line`.

    A later row with the same key and content is dropped with a notice; with other content it is refused
    (`duplicate_key`) on its own line. Rows with errors are not remembered.
    """

    def begin() -> Callable[[Cells], T | None]:
        seen: dict[Hashable, Any] = {}

        def make_once(cells: Cells) -> T | None:
            row: Any = make(cells)
            if cells.errors:
                return None
            first = seen.setdefault(key(row), row)
            if first is row:
                return row  # type: ignore[no-any-return]
            if replace(first, line=row.line) == row:
                cells.remark(None, "repeated_row", f"The row says the same as line {first.line}.")
            else:
                cells.refuse(None, "duplicate_key", f"Line {first.line} already says otherwise for this {what}.")
            return None

        return make_once

    return begin
