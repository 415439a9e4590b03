"""Reads our daily sales template in columns, in a child: listings become numbers, rows become CSV for COPY."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from services.inventory.actions.import_daily_sales import COPIED, NumberedSales
from services.inventory.actions.import_reading import recognise_file
from services.inventory.domain.codes import code_key
from services.inventory.formats.daily_sales_frame import read_daily_sales_frame
from shared.jobs.chunks import RowsChunk, Summary

LISTING = ("account", "marketplace", "seller_sku")


def numbered_chunks(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The file at once, then in chunks."""
    recognition, facts = recognise_file(path, parameters)
    whole = read_daily_sales_frame(path, recognition, facts)
    size = int(parameters["chunk_rows"])
    errors = sorted(whole.errors, key=lambda error: error.line)
    taken = 0
    for start in range(0, max(whole.frame.height, 1), size):
        part = whole.frame.slice(start, size)
        is_last = start + size >= whole.frame.height
        last_line = int(part["line"][-1]) if part.height else 0
        until = len(errors) if is_last else sum(error.line <= last_line for error in errors)
        yield RowsChunk(
            _numbered(part), max(last_line, errors[-1].line if is_last and errors else 0), errors[taken:until]
        )
        taken = until
    yield Summary(dict(whole.totals), whole.notices)


def _numbered(part: pl.DataFrame) -> NumberedSales:
    """Names are compared as all names are, so that two spellings are one listing; the first names it."""
    spellings = part.group_by(LISTING, maintain_order=True).agg(pl.col("line").first(), pl.len().alias("rows"))
    numbers: dict[tuple[str, str, str], int] = {}
    listings: list[tuple[int, str | None, str, str, int]] = []
    rows_of: dict[int, int] = {}
    number_of: list[int] = []
    for account, marketplace, sku, line, rows in spellings.iter_rows():
        number = numbers.setdefault((code_key(account or ""), marketplace, code_key(sku)), len(numbers))
        number_of.append(number)
        if number == len(listings):
            listings.append((number, account, marketplace, sku, line))
        rows_of[number] = rows_of.get(number, 0) + rows
    numbered = part.join(
        spellings.select(*LISTING, pl.Series("listing_number", number_of, dtype=pl.Int32)),
        on=LISTING,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    if len(numbers) < spellings.height:
        numbered = numbered.unique(["listing_number", "sales_date"], keep="first", maintain_order=True)
    content = io.BytesIO()
    numbered.select(COPIED).write_csv(content, include_header=False, null_value="", quote_style="necessary")
    return NumberedSales(listings, rows_of, content.getvalue())
