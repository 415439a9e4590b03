"""Builds the bytes of files for the tests of readers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.inventory.formats.kinds import KINDS
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.reading import WholeFile, read_whole

AS_OF = datetime(2026, 1, 31, 12, tzinfo=UTC)


def facts(country: str | None = "US") -> Facts:
    """Everything a sender may say, for one marketplace and January 2026."""
    marketplace = get_marketplace(country) if country else None
    return Facts(marketplace, date(2026, 1, 1), date(2026, 1, 31), AS_OF)


def tsv(header: Sequence[str], *rows: Sequence[object], line_end: str = "\r\n") -> bytes:
    """An unquoted TSV as the API writes it."""
    lines = ["\t".join(str(cell) for cell in line) for line in (header, *rows)]
    return (line_end.join(lines) + line_end).encode()


def csv(header: Sequence[str], *rows: Sequence[object], delimiter: str = ",") -> bytes:
    """A CSV with every cell quoted, as Seller Central writes it."""
    lines = [delimiter.join('"' + str(cell).replace('"', '""') + '"' for cell in line) for line in (header, *rows)]
    return ("\n".join(lines) + "\n").encode()


def read(data: bytes, country: str | None = "US", content_type: str | None = None) -> WholeFile[Any]:
    """The whole file with all facts said."""
    return read_whole(KINDS, data, facts(country), content_type)


def errors(whole: WholeFile[Any]) -> list[tuple[int, str | None, str]]:
    """Line, column and code of each error."""
    return [(error.line, error.column, error.code) for error in whole.errors]
