"""Applies bulk sheets: what they describe of campaigns and all below them, and their figures as pulls of reports."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.ads.actions.import_performance import apply, finish, numbered_chunks
from services.ads.actions.number_bulk_sheet import number_bulk_sheet
from services.ads.actions.resolve_account import prepare_account
from services.ads.actions.withdraw_performance import withdraw_performance
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.imports import ImportKind


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks, laid out for COPY: runs in the child."""
    return numbered_chunks(path, parameters, number_bulk_sheet)


def bulk_sheet_kind(name: str) -> ImportKind:
    """The import of one generation of bulk sheets. A sheet that is sent again after another restates what is.

    Its figures can be withdrawn; what it describes stays until another file says otherwise.
    """
    return ImportKind(
        name, read, apply, finish=finish, prepare=prepare_account, restates=True, withdraw=withdraw_performance
    )
