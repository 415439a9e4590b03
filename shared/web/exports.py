"""What answers that hold a table have in common: it is given alone, as CSV or XLSX, where the Accept header asks so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from shared.files.csv_out import CSV_CONTENT_TYPE, csv_bytes
from shared.files.xlsx_out import XLSX_CONTENT_TYPE, xlsx_bytes
from shared.web.columns import columns_of
from shared.web.pictures import OR_PICTURE, SVG

CSV = CSV_CONTENT_TYPE.partition(";")[0]
# How a document of OpenAPI declares them; a schema cannot say more of a table.
TABLE_CONTENT: dict[str, dict[str, Any]] = {
    CSV: {"schema": {"type": "string", "description": "CSV with a header."}},
    XLSX_CONTENT_TYPE: {"schema": {"type": "string", "format": "binary", "description": "A workbook."}},
}
# For the documentation of an operation that answers a body, or its table; and of one that is drawn as well.
OR_TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The body; its rows as CSV or XLSX where the Accept header asks for them.",
        "content": TABLE_CONTENT,
    }
}
OR_TABLE_OR_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The numbers; as CSV, XLSX or a picture where the Accept header asks for one.",
        "content": {**TABLE_CONTENT, **OR_PICTURE[200]["content"]},
    }
}
# What an answer depends on that has several forms, for caches.
VARY = {"Vary": "Accept"}
_FOR_ROWS = f"{CSV} for the rows as CSV, {XLSX_CONTENT_TYPE} for XLSX"
AcceptTable = Annotated[str | None, Header(description=f"Send {_FOR_ROWS}.", max_length=500, examples=[CSV])]
AcceptTableOrPicture = Annotated[
    str | None, Header(description=f"Send {_FOR_ROWS}, {SVG} for the picture.", max_length=500, examples=[CSV])
]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of an answer: `row` is their type, whose fields are the columns, `rows` themselves are as JSON has them.

    `name` is that of the file and the sheet. The rows may be an iterator: nothing is made of it unless it is asked for.
    """

    name: str
    row: type[BaseModel]
    rows: Iterable[Mapping[str, Any]]


def wants_table(accept: str | None) -> bool:
    """Whether the Accept header asks for CSV or XLSX."""
    return accept is not None and (CSV in accept.lower() or XLSX_CONTENT_TYPE in accept.lower())


async def export(table: Table, accept: str | None) -> Response:
    """The answer that is a table: CSV where the Accept header names it, else XLSX."""
    is_csv = accept is not None and CSV in accept.lower()
    content = await run_in_threadpool(_content, table, is_csv=is_csv)
    extension = "csv" if is_csv else "xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{extension}"', **VARY}
    return Response(content, media_type=CSV_CONTENT_TYPE if is_csv else XLSX_CONTENT_TYPE, headers=headers)


def json_answer(body: BaseModel) -> Response:
    """The body itself, where the Accept header asks for nothing else."""
    return Response(body.model_dump_json(), media_type="application/json", headers=VARY)


def _content(table: Table, *, is_csv: bool) -> bytes:
    columns = columns_of(table.row)
    names = [name for name, _ in columns]
    rows = ([read(row) for _, read in columns] for row in table.rows)
    return b"".join(csv_bytes(names, rows) if is_csv else xlsx_bytes(names, rows, sheet=table.name))
