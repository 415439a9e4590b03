"""Decides how every list answers: its parameters, its page, its links, its count, its CSV and XLSX."""

import inspect
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Header, Path, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from shared.core.errors import Conflict, FieldProblem, Invalid, NotFound, Unauthorized
from shared.db.cursors import CursorError
from shared.db.listing import (
    ListQuery,
    ListRequest,
    Plan,
    count_rows,
    parent_exists,
    plan_page,
    run_page,
    stream_rows,
)
from shared.files.csv_out import CSV_CONTENT_TYPE, csv_bytes
from shared.files.xlsx_out import XLSX_CONTENT_TYPE, xlsx_bytes
from shared.web.auth import Caller, requires
from shared.web.columns import columns_of
from shared.web.problems import InvalidCursor, pointer_of, problem_responses
from shared.web.routing import ServiceRoute, ServiceRouter
from shared.web.schemas import MAX_PAGE, page_of

DEFAULT_PAGE = 100
MAX_XLSX_ROWS = 200_000
COUNT_PREFERENCE = "return=total-count"
MAX_PREFER_CHARACTERS = 200


class TooManyRows(Conflict):
    """The list has more rows than a workbook takes; narrow the filters, or ask for CSV."""

    slug, title = "too-many-rows", "Too many rows for a workbook"


def list_endpoint(
    router: ServiceRouter,
    path: str,
    query: ListQuery,
    item: type[BaseModel],
    *,
    scope: str,
    summary: str | None = None,
    description: str | None = None,
) -> None:
    """Adds `GET path` to the router: a list of `query` whose rows are of type `item`.

    The operation is called `list_` and the name of the query. Rows are built by Postgres and sent as they are;
    `tests/support/lists.py` proves them to be of the declared type.
    """
    served = _ServedList(path, query, item)
    operation = f"list_{query.name}"
    noun = query.name.replace("_", " ")

    async def endpoint(**_declared: Any) -> Response:
        raise AssertionError("lists are answered by their route")

    endpoint.__name__ = operation
    endpoint.__signature__ = served.signature()  # type: ignore[attr-defined]
    route = _ListRoute(
        path,
        endpoint,
        served=served,
        response_model=page_of(item),
        methods=["GET"],
        summary=summary or f"List {noun}",
        description=description or f"The {noun} of your company, page by page; also as CSV or XLSX (Accept).",
        tags=[router.tag],
        dependencies=[requires(scope)],
        name=operation,
        operation_id=operation,
        responses=problem_responses(InvalidCursor, Invalid, TooManyRows, *([NotFound] if query.path else [])),
        openapi_extra={"x-list": query.name},
    )
    router.routes.append(route)


class _ListRoute(ServiceRoute):
    """A route that answers a list without FastAPI's machinery: what it declares is checked here all the same."""

    checks_key_itself = True

    def __init__(self, path: str, endpoint: Any, *, served: "_ServedList", **options: Any) -> None:
        self.served = served
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Any:
        return self.served.answer


class _ServedList:
    """A declared list with the types of its parameters made from the declaration."""

    def __init__(self, path: str, query: ListQuery, item: type[BaseModel]) -> None:
        self.path, self.query, self.item = path, query, item
        self.columns = columns_of(item)
        self.parameters = _parameters_of(query)
        self.path_types = {name: TypeAdapter(each.type) for name, each in query.path.items()}
        self._plan = lru_cache(maxsize=1_024)(self._make_plan)

    def signature(self) -> Any:
        """What FastAPI shows in the document: the parameters of query, path and headers."""
        kind = inspect.Parameter.KEYWORD_ONLY
        path = [
            inspect.Parameter(name, kind, annotation=Annotated[each.type, Path(description=each.description)])
            for name, each in self.query.path.items()
        ]
        query = inspect.Parameter("query", kind, annotation=Annotated[self.parameters, Query()])
        prefer = inspect.Parameter(
            "prefer",
            kind,
            default=None,
            annotation=Annotated[
                str | None,
                Header(
                    description=f"`{COUNT_PREFERENCE}` adds `total_count`.",
                    max_length=MAX_PREFER_CHARACTERS,
                    examples=[COUNT_PREFERENCE],
                ),
            ],
        )
        return inspect.Signature([*path, query, prefer])

    async def answer(self, request: Request) -> Response:
        """The response to one request for the list."""
        scope = request.scope
        state, app = scope["state"], scope["app"]
        caller: Caller = state["caller"]
        database, settings = app.state.database, app.state.settings
        path_values = tuple(scope["path_params"].values())
        asked, plan = self._plan(caller.tenant_id, path_values, scope["query_string"], settings.cursor_key)
        preferred = request.headers.get("prefer", "")
        if len(preferred) > MAX_PREFER_CHARACTERS:
            problem = FieldProblem("header:Prefer", "string_too_long", "A Prefer header of this API is short.")
            raise Invalid("The Prefer header is too long.", errors=[problem])
        accept = request.headers.get("accept", "")
        if "text/csv" in accept or XLSX_CONTENT_TYPE in accept:
            return await self._export(request, caller, asked, as_csv="text/csv" in accept)
        page = await run_page(
            database,
            plan,
            tenant_id=caller.tenant_id,
            key_id=caller.key_id,
            limit=asked.limit,
            signing_key=settings.cursor_key,
        )
        if not page.key_is_live:
            app.state.key_ring.forget(caller.key_id)
            raise Unauthorized("The key is unknown, expired or revoked.")
        body, headers = f'{{"items":{page.items}', {}
        if page.next_cursor is not None:
            url = self._next_url(settings.base_url, scope, page.next_cursor)
            body += f',"next":"{url}"'
            headers["Link"] = f'<{url}>; rel="next"'
        elif page.items == "[]" and not await parent_exists(database, self.query, asked, caller.tenant_id):
            raise NotFound
        if COUNT_PREFERENCE in preferred:
            body += f',"total_count":{await count_rows(database, self.query, asked, caller.tenant_id)}'
            headers["Preference-Applied"] = COUNT_PREFERENCE
        return Response((body + "}").encode(), headers=headers, media_type="application/json")

    def _make_plan(
        self, tenant_id: UUID, path_values: tuple[str, ...], query_string: bytes, signing_key: bytes
    ) -> tuple[ListRequest, Plan]:
        asked = self._read(dict(zip(self.query.path, path_values, strict=True)), query_string)
        try:
            return asked, plan_page(self.query, asked, tenant_id, signing_key)
        except CursorError as error:
            raise InvalidCursor from error

    def _read(self, path: Mapping[str, str], query_string: bytes) -> ListRequest:
        """The request as declared types; Invalid with one problem per parameter."""
        problems: list[FieldProblem] = []
        path_values: dict[str, Any] = {}
        for name, text in path.items():
            try:
                path_values[name] = self.path_types[name].validate_python(text)
            except ValidationError as error:
                problems += _field_problems(error, ("path", name))
        given: dict[str, Any] = {}
        try:
            pairs = parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict", max_num_fields=100)
        except ValueError:
            raise Invalid("The query string is not valid UTF-8, or has too many parameters.") from None
        for name, text in pairs:
            if name in given:
                problems.append(FieldProblem(f"query:{name}", "repeated", "May be given once; separate by commas."))
            given[name] = text
        try:
            values = self.parameters.model_validate(given)
        except ValidationError as error:
            problems += _field_problems(error, ("query",))
        if problems:
            raise Invalid(f"{len(problems)} parameter(s) are not valid.", errors=problems)
        filters = {name: getattr(values, name) for name in self.query.filters if name in values.model_fields_set}
        return ListRequest(
            filters=filters,
            path=path_values,
            sort=values.sort,  # type: ignore[attr-defined]
            limit=values.limit,  # type: ignore[attr-defined]
            cursor=values.cursor if "cursor" in values.model_fields_set else None,  # type: ignore[attr-defined]
        )

    def _next_url(self, base_url: str, scope: Any, cursor: str) -> str:
        pairs = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if name != "cursor"]
        path = self.path.format(**scope["path_params"])
        return f"{base_url}{path}?{urlencode([*kept, ('cursor', cursor)])}"

    async def _export(self, request: Request, caller: Caller, asked: ListRequest, *, as_csv: bool) -> Response:
        """All rows, whatever the page size; the key was or is looked up in full."""
        app = request.app
        database = app.state.database
        await app.state.verify_key(request)
        if not await parent_exists(database, self.query, asked, caller.tenant_id):
            raise NotFound
        batches = stream_rows(database, self.query, asked, caller.tenant_id)
        names = [name for name, _ in self.columns]
        extension, media_type = ("csv", CSV_CONTENT_TYPE) if as_csv else ("xlsx", XLSX_CONTENT_TYPE)
        headers = {"Content-Disposition": f'attachment; filename="{self.query.name}.{extension}"'}
        if as_csv:
            # The first batch is read before the answer begins, so that a refusal is still a problem.
            opening: list[dict[str, Any]] = await anext(batches, [])
            return StreamingResponse(self._csv(names, opening, batches), headers=headers, media_type=media_type)
        rows: list[list[Any]] = []
        async for batch in batches:
            rows += [self._cells(each) for each in batch]
            if len(rows) > MAX_XLSX_ROWS:
                raise TooManyRows(most=MAX_XLSX_ROWS)
        content = await run_in_threadpool(lambda: b"".join(xlsx_bytes(names, rows, sheet=self.query.name[:31])))
        return Response(content, headers=headers, media_type=media_type)

    async def _csv(
        self, names: list[str], opening: list[dict[str, Any]], batches: AsyncIterator[list[dict[str, Any]]]
    ) -> AsyncIterator[bytes]:
        yield b"".join(csv_bytes(names, map(self._cells, opening)))
        async for batch in batches:
            yield b"".join(csv_bytes(names, map(self._cells, batch), byte_order_mark=False)).partition(b"\r\n")[2]

    def _cells(self, row: dict[str, Any]) -> list[Any]:
        return [read(row) for _, read in self.columns]


def _field_problems(error: ValidationError, place: tuple[str, ...]) -> list[FieldProblem]:
    return [
        FieldProblem(pointer_of((*place, *each["loc"][:1])), each["type"], each["msg"].removeprefix("Value error, "))
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _parameters_of(query: ListQuery) -> type[BaseModel]:
    """The query parameters of a list as one type: filters, order, page."""
    fields: dict[str, Any] = {}
    for name, each in query.filters.items():
        fields[name] = (_parameter_type(each.type), Field(default=None, description=each.description))
    fields["sort"] = (
        Literal[query.sort_names],
        Field(default=query.default_sort, description="Order; `-` in front is descending."),
    )
    fields["limit"] = (
        Annotated[int, BeforeValidator(_whole_number)],
        Field(
            default=DEFAULT_PAGE,
            ge=1,
            le=MAX_PAGE,
            description="Rows of a page.",
            json_schema_extra={"format": "int32"},
        ),
    )
    fields["cursor"] = (
        str,
        Field(
            default="",
            max_length=2_000,
            pattern=r"^[A-Za-z0-9_-]*$",
            description="Where a page begins: taken from `next`, opaque.",
        ),
    )
    model: type[BaseModel] = create_model(
        f"{query.name}_parameters", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **fields
    )
    return model


def _parameter_type(declared: Any) -> Any:
    """The declared type of a filter as it is read from text: comma-separated lists, plain booleans and numbers."""
    if get_origin(declared) is list:
        return Annotated[declared, BeforeValidator(lambda value: value.split(",")), Field(min_length=1, max_length=100)]
    plain = get_args(declared)[0] if get_origin(declared) is Annotated else declared
    if plain is bool:
        return Annotated[declared, BeforeValidator(_boolean)]
    if plain is int:
        return Annotated[declared, BeforeValidator(_whole_number)]
    return declared


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _whole_number(text: Any) -> int:
    if isinstance(text, int):
        return text
    digits = text.removeprefix("-")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 19:
        raise ValueError("must be a whole number")
    return int(text)
