"""The one read path of all lists: a declaration becomes a statement in which Postgres builds the JSON of a page.

Pages are cut by the values of the last row (keyset), so that rows added meanwhile neither repeat nor hide any.
A cursor carries those values, signed together with the tenant, the list, its filters and its order.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from shared.db.api_keys import LIVE_CONDITION
from shared.db.cursors import read_cursor, write_cursor

if TYPE_CHECKING:
    from shared.db.engine import Database

_EXPORT_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter of a list: `condition` is SQL in which `{}` stands for the value of `type`.

    Example: `Filter("u.kind = ANY({})", list[UnitKind], "Only these kinds.")`. asyncpg takes the value as it is.
    With an empty condition the value stands for `{name}` in the list's source, null where it was not given.
    """

    condition: str
    type: Any
    description: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One order of a list: an SQL expression that is never null, and its Postgres type (to read a cursor back)."""

    expression: str
    type: str


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list as declared in `queries/`: plain SQL pieces; `where` names the tenant as `$1`.

    `key` makes every order unique. `default_sort` is a name of `sorts`, with `-` in front for descending.
    `path` holds the parameters that stand in the path of a nested list; `parent` is then a statement that
    finds the parent by `$1` (tenant) and `$2` … (path parameters), so that a list of nothing can answer 404.
    """

    name: str
    source: str
    where: str
    fields: Mapping[str, str]
    sorts: Mapping[str, Sort]
    default_sort: str
    key: Sort
    filters: Mapping[str, Filter] = field(default_factory=dict)
    path: Mapping[str, Filter] = field(default_factory=dict)
    parent: str | None = None

    def __post_init__(self) -> None:
        if "$1" not in self.where:
            raise ValueError(f"list {self.name}: where must name the tenant as $1")
        if self.default_sort.removeprefix("-") not in self.sorts:
            raise ValueError(f"list {self.name}: default_sort is none of its sorts")

    @property
    def sort_names(self) -> tuple[str, ...]:
        """Every order a caller may ask for."""
        return tuple(sign + name for name in self.sorts for sign in ("", "-"))


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a caller asks of a list, already of the declared types."""

    filters: Mapping[str, Any]
    path: Mapping[str, Any]
    sort: str
    limit: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement with its values except the tenant; `scope` is what a cursor is bound to."""

    sql: str
    values: tuple[Any, ...]
    scope: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """The items as the text of a JSON array, and where the next page begins."""

    items: str
    next_cursor: str | None
    key_is_live: bool


def decimal_json(expression: str) -> str:
    """SQL for an exact decimal as a JSON string without trailing zeros."""
    return f"trim_scale({expression})::text"


def money_json(amount: str, currency: str) -> str:
    """SQL for an amount of money, or null where there is none."""
    return (
        f"CASE WHEN {amount} IS NOT NULL THEN"
        f" json_build_object('amount', trim_scale({amount})::text, 'currency', {currency}) END"
    )


def plan_page(query: ListQuery, request: ListRequest, tenant_id: UUID, signing_key: bytes) -> Plan:
    """The statement of one page; CursorError for a cursor of another list, tenant, filter or order."""
    values: list[Any] = []
    source = _source(query, request, values)
    conditions = [query.where, *_conditions(query, request, values)]
    scope = _scope(query, request, tenant_id)
    sort, direction = _order(query, request.sort)
    if request.cursor is not None:
        last = orjson.loads(read_cursor(request.cursor, scope, signing_key))
        places = []
        for each, value in zip((sort, query.key), last, strict=True):
            values.append(value)
            # The cast to text first makes asyncpg send the value as the text that Postgres wrote.
            places.append(f"${len(values) + 1}::text::{each.type}")
        comparison = "<" if direction == "DESC" else ">"
        conditions.append(f"({sort.expression}, {query.key.expression}) {comparison} ({', '.join(places)})")
    values.append(None)  # the id of the key, known only when the statement is run
    live = f"EXISTS (SELECT FROM platform.api_key WHERE key_id = ${len(values) + 1} AND {LIVE_CONDITION})"
    sql = (
        f"SELECT {live}, json_agg(item) FILTER (WHERE n <= {request.limit})::text,"
        f" max(last_sort) FILTER (WHERE n = {request.limit}),"
        f" max(last_key) FILTER (WHERE n = {request.limit}), count(*)"
        " FROM (SELECT row_number() OVER () AS n, last_sort, last_key, item"
        f" FROM (SELECT {_fields(query)}, ({sort.expression})::text AS last_sort,"
        f" ({query.key.expression})::text AS last_key"
        f" FROM {source} WHERE {' AND '.join(conditions)}"
        f" ORDER BY {sort.expression} {direction}, {query.key.expression} {direction}"
        f" LIMIT {request.limit + 1}) page, LATERAL (SELECT {_columns(query, 'page')}) item) numbered"
    )
    return Plan(sql, tuple(values[:-1]), scope)


async def run_page(
    database: "Database", plan: Plan, *, tenant_id: UUID, key_id: str, limit: int, signing_key: bytes
) -> Page:
    """One page, read in one transaction of the tenant; also says whether the caller's key is still live."""
    async with database.reader(tenant_id) as connection:
        row = await connection.fetchrow(plan.sql, tenant_id, *plan.values, key_id)
    assert row is not None
    live, items, last_sort, last_key, count = row
    more = count > limit
    cursor = write_cursor(orjson.dumps((last_sort, last_key)), plan.scope, signing_key) if more else None
    return Page(items or "[]", cursor, live)


async def count_rows(database: "Database", query: ListQuery, request: ListRequest, tenant_id: UUID) -> int:
    """The number of rows of all pages."""
    values: list[Any] = []
    source = _source(query, request, values)
    conditions = [query.where, *_conditions(query, request, values)]
    async with database.reader(tenant_id) as connection:
        sql = f"SELECT count(*) FROM {source} WHERE {' AND '.join(conditions)}"
        return int(await connection.fetchval(sql, tenant_id, *values))


async def parent_exists(database: "Database", query: ListQuery, request: ListRequest, tenant_id: UUID) -> bool:
    """Whether the resource in whose path a nested list stands is there."""
    if query.parent is None:
        return True
    async with database.reader(tenant_id) as connection:
        sql = f"SELECT EXISTS ({query.parent})"
        return bool(await connection.fetchval(sql, tenant_id, *(request.path[name] for name in query.path)))


async def stream_rows(
    database: "Database", query: ListQuery, request: ListRequest, tenant_id: UUID
) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows of a list in batches, as one snapshot, for exports; Unavailable when many are running."""
    values: list[Any] = []
    source = _source(query, request, values)
    conditions = [query.where, *_conditions(query, request, values)]
    sort, direction = _order(query, request.sort)
    sql = (
        f"SELECT row_to_json(item)::text FROM (SELECT {_fields(query)} FROM {source}"
        f" WHERE {' AND '.join(conditions)}"
        f" ORDER BY {sort.expression} {direction}, {query.key.expression} {direction}) item"
    )
    async with database.export_reader(tenant_id) as connection:
        cursor = await connection.cursor(sql, tenant_id, *values)
        while batch := await cursor.fetch(_EXPORT_ROWS):
            yield [orjson.loads(row[0]) for row in batch]


def _fields(query: ListQuery) -> str:
    return ", ".join(f'{expression} AS "{name}"' for name, expression in query.fields.items())


def _columns(query: ListQuery, table: str) -> str:
    return ", ".join(f'{table}."{name}"' for name in query.fields)


def _source(query: ListQuery, request: ListRequest, values: list[Any]) -> str:
    """The source with the places of those filters that are part of it; their values are appended to `values`."""
    source = query.source
    for name, each in query.filters.items():
        if not each.condition:
            values.append(request.filters.get(name))
            source = source.replace(f"{{{name}}}", f"${len(values) + 1}")
    return source


def _conditions(query: ListQuery, request: ListRequest, values: list[Any]) -> list[str]:
    """The conditions of path and filters; their values are appended to `values`, `$1` being the tenant."""
    found = []
    for declared, given in ((query.path, request.path), (query.filters, request.filters)):
        for name, each in declared.items():
            value = given.get(name)
            if value is not None and each.condition:
                values.append(value)
                found.append(each.condition.format(f"${len(values) + 1}"))
    return found


def _order(query: ListQuery, name: str) -> tuple[Sort, str]:
    return query.sorts[name.removeprefix("-")], "DESC" if name.startswith("-") else "ASC"


def _scope(query: ListQuery, request: ListRequest, tenant_id: UUID) -> bytes:
    asked = [query.name, str(tenant_id), request.sort, sorted(request.path.items()), sorted(request.filters.items())]
    return hashlib.blake2b(orjson.dumps(asked, default=str), digest_size=16).digest()
