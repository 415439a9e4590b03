"""Finds the campaigns, ad groups, targets … that a file names, set by set, and makes those that are new.

A thing is the one with its Amazon id; without an id, or where nobody had told the id before, the one of its name
beside it. The newest file that describes a thing says its name and attributes; an id once learnt stays. States, bids,
budgets and modifiers, which changes of ours set too, each have a moment of their own: what is known of the latest
moment counts, whichever file comes last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.entity_staging import RESOLVED, STAGED, StagedEntities
from shared.db.bulk import copy_rows, create_staging


@dataclass(frozen=True, slots=True)
class _Level:
    """How one staging table relates to its table: `scope` is the column of what it lies in, `key` what names it there
    (column to staged expression), `facts` its attributes likewise, `fixed` what is written once, `timed` those
    attributes that have a moment of their own."""

    staged: str
    table: str
    scope: str
    parent: str | None
    key: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    id_column: str | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    versioned: bool = False
    described: bool = True
    timed: tuple["_Timed", ...] = ()


@dataclass(frozen=True, slots=True)
class _Timed:
    """An attribute whose newest known value counts: `<name>_known_at` is the moment that its value is known of, and
    `<name>_change_id` our change that set it, which ends when a file says another value. `of_change` are further
    columns that end then."""

    name: str
    column: str
    staged: str
    facts: Mapping[str, str]
    of_change: tuple[str, ...] = ()


def _money(column: str, staged: str) -> dict[str, str]:
    return {
        f"{column}_amount": f"s.{staged}",
        f"{column}_currency": f"CASE WHEN s.{staged} IS NOT NULL THEN s.currency END",
    }


def _timed_money(name: str, of_change: tuple[str, ...] = ()) -> _Timed:
    return _Timed(name, f"{name}_amount", f"s.{name}", _money(name, name), of_change)


_STATE = _Timed("state", "state", "s.state", {"state": "s.state"})
# What a file does not name is called by its id until another file names it.
_NAME = "coalesce(s.name, s.amazon_id, '(unnamed)')"
_RENAMES = {"name": "s.name", "name_key": "CASE WHEN s.name IS NOT NULL THEN s.name_key END"}
_LEVELS = (
    _Level(
        "campaign",
        "campaign",
        "ad_account_id",
        None,
        {"marketplace": "s.marketplace", "ad_product": "s.ad_product", "name_key": "s.name_key"},
        {
            "portfolio": "s.portfolio",
            "targeting_type": "s.targeting_type",
            "bidding_strategy": "s.bidding_strategy",
            "start_date": "s.start_date",
            "end_date": "s.end_date",
        },
        {"name": _NAME},
        "amazon_campaign_id",
        _RENAMES,
        versioned=True,
        timed=(_STATE, _timed_money("daily_budget")),
    ),
    _Level(
        "ad_group",
        "ad_group",
        "campaign_id",
        "campaign",
        {"name_key": "s.name_key"},
        {"state": "s.state", **_money("default_bid", "default_bid")},
        {"name": _NAME},
        "amazon_ad_group_id",
        _RENAMES,
    ),
    _Level(
        "target",
        "target",
        "ad_group_id",
        "ad_group",
        {"match_type": "s.match_type", "text_key": "s.text_key"},
        {},
        {"kind": "s.kind", "text": "s.text"},
        "amazon_target_id",
        timed=(_STATE, _timed_money("bid", ("bid_before_stock",))),
    ),
    _Level(
        "search_term",
        "search_term",
        "target_id",
        "target",
        {"text_key": "s.text_key"},
        {},
        {"text": "s.text", "is_asin": "s.is_asin"},
        described=False,
    ),
    _Level(
        "placement",
        "placement_modifier",
        "campaign_id",
        "campaign",
        {"placement": "s.placement"},
        timed=(_Timed("percentage", "percentage", "s.percentage", {"percentage": "s.percentage"}),),
    ),
    _Level(
        "negative_target",
        "negative_target",
        "campaign_id",
        "campaign",
        {"ad_group_id": "s.ad_group_id", "match_type": "s.match_type", "text_key": "s.text_key"},
        {"state": "s.state", "amazon_target_id": "s.amazon_id"},
        {"text": "s.text"},
    ),
    _Level(
        "product",
        "advertised_product",
        "ad_account_id",
        None,
        {"marketplace": "s.marketplace", "product_key": "s.product_key"},
        {},
        {"seller_sku": "s.seller_sku", "asin": "s.asin", "currency": "s.currency", "stage": "'growth'"},
        versioned=True,
        described=False,
    ),
    _Level(
        "product_ad",
        "product_ad",
        "ad_group_id",
        "ad_group",
        {"advertised_product_id": "s.advertised_product_id"},
        {"state": "s.state"},
        {"seller_sku": "s.seller_sku", "asin": "s.asin"},
        "amazon_ad_id",
    ),
)
# Columns that the database fills from other staging tables before a level is looked up.
_FILLED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "product": (
        (
            "marketplace text",
            "UPDATE staged_product AS s SET marketplace = p.marketplace"
            " FROM staged_campaign AS p WHERE p.n = s.parent_n",
        ),
    ),
    "product_ad": (
        (
            "advertised_product_id uuid",
            "UPDATE staged_product_ad AS s SET advertised_product_id = p.found"
            " FROM staged_product AS p WHERE p.n = s.product_n",
        ),
    ),
    "negative_target": (
        (
            "ad_group_id uuid",
            "UPDATE staged_negative_target AS s SET ad_group_id = p.found"
            " FROM staged_ad_group AS p WHERE p.n = s.ad_group_n",
        ),
    ),
}


async def resolve_entities(
    session: AsyncSession,
    tenant_id: UUID,
    ad_account_id: UUID,
    entities: StagedEntities,
    *,
    as_of: datetime,
    now: datetime,
) -> int:
    """Fill staging tables `staged_<level>` whose `found` is the id of each numbered thing, until the transaction ends.

    Returns how many things are new or changed. The account is held meanwhile: two files of one account that come
    at once are taken one after the other, so that neither makes again what the other has just made.
    """
    scope = {"tenant_id": tenant_id, "account_id": ad_account_id, "as_of": as_of, "now": now}
    await session.execute(
        text("SELECT FROM ads.ad_account WHERE tenant_id = :tenant_id AND id = :account_id FOR NO KEY UPDATE"), scope
    )
    written = 0
    for level in _LEVELS:
        content = entities.tables.get(level.staged)
        if content is None:
            continue
        filled = _FILLED.get(level.staged, ())
        columns = STAGED[level.staged]
        await create_staging(
            session, f"staged_{level.staged}", (*columns, *RESOLVED, *(column for column, _ in filled))
        )
        await copy_rows(session, f"staged_{level.staged}", [column.partition(" ")[0] for column in columns], content)
        for _, statement in filled:
            if level.staged != "negative_target" or "ad_group" in entities.tables:
                await session.execute(text(statement))
        for statement, counts in _statements(level):
            result: Any = await session.execute(text(statement), scope)
            written += result.rowcount if counts else 0
    return written


def _statements(level: _Level) -> list[tuple[str, bool]]:
    """The statements of one level in order, each with whether its rows count as written."""
    staged = f"staged_{level.staged}"
    if level.parent is None:
        parent = f"UPDATE {staged} SET scope_id = CAST(:account_id AS uuid)"
    else:
        parent = f"UPDATE {staged} AS s SET scope_id = p.found FROM staged_{level.parent} AS p WHERE p.n = s.parent_n"
    statements = [(parent, False)]
    if level.id_column is None:
        statements += [(_insert(level, "true"), True), (_find_by_key(level), False)]
    else:
        statements += [
            (_find_by_id(level), False),
            (_learn(level), False),
            (_set_learnt(level), True),
            (_insert(level, "s.found IS NULL AND s.amazon_id IS NOT NULL"), True),
            (_find_by_id(level), False),
            (_find_by_name(level), False),
            (_insert(level, "s.found IS NULL AND s.amazon_id IS NULL", by_name=True), True),
            (_find_by_name(level), False),
        ]
    if level.staged == "campaign":
        statements.append((_MARK_DOUBLES, True))
    if level.facts or level.renames or level.timed:
        statements.append((_describe(level), True))
    if level.staged == "product":
        statements.append((_LEARN_ASIN, True))
    return statements


# A file gives one campaign's id to the name of another, of which no id is known: it was probably renamed, and a file
# without ids took the name for a campaign of its own. They are not made one, as names also come again.
_MARK_DOUBLES = """
    UPDATE ads.campaign AS t SET same_as_id = m.found, version = t.version + 1, updated_at = :now
    FROM (
        SELECT DISTINCT ON (d.id) d.id, s.found
        FROM staged_campaign AS s
        JOIN ads.campaign AS d ON d.tenant_id = :tenant_id AND d.ad_account_id = s.scope_id
            AND d.marketplace = s.marketplace AND d.ad_product = s.ad_product AND d.name_key = s.name_key
        WHERE s.amazon_id IS NOT NULL AND s.name IS NOT NULL AND d.id <> s.found
          AND d.amazon_campaign_id IS NULL AND d.state IS DISTINCT FROM 'archived'
        ORDER BY d.id, s.n
    ) AS m
    WHERE t.tenant_id = :tenant_id AND t.id = m.id AND t.same_as_id IS DISTINCT FROM m.found
"""
_LEARN_ASIN = """
    UPDATE ads.advertised_product AS t SET asin = s.asin, version = t.version + 1, updated_at = :now
    FROM staged_product AS s
    WHERE t.tenant_id = :tenant_id AND t.id = s.found AND t.asin IS NULL AND s.asin IS NOT NULL
"""


def _same_place(level: _Level) -> str:
    """What a row and a staged row have in common when they lie in the same."""
    wider = "".join(f" AND t.{column} = s.{column}" for column in ("marketplace", "ad_product") if column in level.key)
    return f"t.tenant_id = :tenant_id AND t.{level.scope} = s.scope_id{wider}"


def _same_name(level: _Level) -> str:
    names = [column for column in level.key if column not in ("marketplace", "ad_product")]
    equal = {"ad_group_id": "t.ad_group_id IS NOT DISTINCT FROM s.ad_group_id"}
    return " AND ".join(equal.get(column, f"t.{column} = {level.key[column]}") for column in names)


def _find_by_key(level: _Level) -> str:
    return (
        f"UPDATE staged_{level.staged} AS s SET found = t.id FROM ads.{level.table} AS t"
        f" WHERE {_same_place(level)} AND {_same_name(level)}"
    )


def _find_by_id(level: _Level) -> str:
    return (
        f"UPDATE staged_{level.staged} AS s SET found = t.id FROM ads.{level.table} AS t"
        f" WHERE s.found IS NULL AND {_same_place(level)} AND t.{level.id_column} = s.amazon_id"
    )


def _learn(level: _Level) -> str:
    """One whose id nobody had told is the one of its name; only one staged row can be it."""
    return f"""
        UPDATE staged_{level.staged} AS s SET found = m.id
        FROM (
            SELECT DISTINCT ON (t.id) t.id, s.n
            FROM staged_{level.staged} AS s
            JOIN ads.{level.table} AS t ON {_same_place(level)} AND {_same_name(level)}
            WHERE s.found IS NULL AND s.amazon_id IS NOT NULL AND t.{level.id_column} IS NULL
            ORDER BY t.id, s.n
        ) AS m
        WHERE m.n = s.n
    """


def _set_learnt(level: _Level) -> str:
    stamp = ", version = t.version + 1, updated_at = :now" if level.versioned else ""
    stamp += ", same_as_id = NULL" if level.staged == "campaign" else ""
    return (
        f"UPDATE ads.{level.table} AS t SET {level.id_column} = s.amazon_id{stamp} FROM staged_{level.staged} AS s"
        f" WHERE t.tenant_id = :tenant_id AND t.id = s.found AND t.{level.id_column} IS NULL"
        " AND s.amazon_id IS NOT NULL"
    )


def _find_by_name(level: _Level) -> str:
    """Names may come again when a campaign was archived: the one that runs is meant, else the newest.

    One that is probably another renamed is not meant any more.
    """
    double = "t.same_as_id IS NOT NULL, " if level.staged == "campaign" else ""
    return f"""
        UPDATE staged_{level.staged} AS s SET found = m.id
        FROM (
            SELECT DISTINCT ON (s.n) s.n, t.id
            FROM staged_{level.staged} AS s
            JOIN ads.{level.table} AS t ON {_same_place(level)} AND {_same_name(level)}
            WHERE s.found IS NULL AND s.amazon_id IS NULL
            ORDER BY s.n, t.state IS NOT DISTINCT FROM 'archived', {double}t.as_of DESC, t.id
        ) AS m
        WHERE m.n = s.n
    """


def _insert(level: _Level, condition: str, *, by_name: bool = False) -> str:
    columns = {
        "tenant_id": "CAST(:tenant_id AS uuid)",
        "id": "s.new_id",
        level.scope: "s.scope_id",
        **level.key,
        **level.facts,
        **level.fixed,
    }
    for timed in level.timed:
        columns |= timed.facts
        columns[f"{timed.name}_known_at"] = f"CASE WHEN {timed.staged} IS NOT NULL THEN {_MOMENT} END"
    if level.id_column is not None:
        columns[level.id_column] = "s.amazon_id"
    if level.described:
        columns["as_of"] = "CAST(:as_of AS timestamptz)"
    if level.versioned:
        columns |= {
            "version": "1",
            "created_at": "CAST(:now AS timestamptz)",
            "updated_at": "CAST(:now AS timestamptz)",
        }
    names = ", ".join(["s.scope_id", *level.key.values()])
    distinct = f"DISTINCT ON ({names})" if by_name else ""
    order = f"ORDER BY {names}, s.n" if by_name else "ORDER BY s.scope_id, s.n"
    return (
        f"INSERT INTO ads.{level.table} ({', '.join(columns)}) SELECT {distinct} {', '.join(columns.values())}"
        f" FROM staged_{level.staged} AS s WHERE {condition} {order} ON CONFLICT DO NOTHING"
    )


# A file that is newer than its content tells of the moment of the content.
_MOMENT = "least(CAST(:as_of AS timestamptz), s.told_at)"


def _takes(timed: _Timed) -> str:
    """Whether the file knows the attribute of a later moment, or another value of the same one and is no older."""
    known = (
        f"coalesce(t.{timed.name}_known_at, CASE WHEN t.{timed.column} IS NOT NULL THEN t.as_of ELSE '-infinity' END)"
    )
    differs = f"t.{timed.column} IS DISTINCT FROM {timed.staged}"
    return (
        f"({timed.staged} IS NOT NULL AND ({_MOMENT} > {known}"
        f" OR ({_MOMENT} = {known} AND t.as_of <= :as_of AND {differs})))"
    )


def _timed_sets(timed: _Timed) -> dict[str, str]:
    takes, name = _takes(timed), timed.name
    differs = f"{takes} AND t.{timed.column} IS DISTINCT FROM {timed.staged}"
    sets = {column: f"CASE WHEN {takes} THEN {value} ELSE t.{column} END" for column, value in timed.facts.items()}
    sets[f"{name}_known_at"] = f"CASE WHEN {takes} THEN {_MOMENT} ELSE t.{name}_known_at END"
    for column in (f"{name}_change_id", *timed.of_change):
        sets[column] = f"CASE WHEN {differs} THEN NULL ELSE t.{column} END"
    return sets


def _describe(level: _Level) -> str:
    """Attributes that the file says, where no newer file has described the thing; its moment moves on with them.

    Attributes with a moment of their own are taken by that.
    """
    facts = {**level.facts, **level.renames}
    newest = "t.as_of <= :as_of"
    told = {c: f"CASE WHEN {newest} THEN coalesce({value}, t.{c}) ELSE t.{c} END" for c, value in facts.items()}
    seen = dict(told)
    sets = dict(told)
    for timed in level.timed:
        moved = _timed_sets(timed)
        sets |= moved
        seen |= {column: moved[column] for column in timed.facts}
    differs = _differ(seen)
    changes = [f"{newest} AND {_differ(told)}"] if told else []
    changes += [_takes(timed) for timed in level.timed]
    says = " OR ".join(f"{value} IS NOT NULL" for value in (*level.facts.values(), *(t.staged for t in level.timed)))
    changes += [f"t.as_of < :as_of AND ({says})"] if says else []
    version = f", version = t.version + ({differs})::integer, updated_at = :now" if level.versioned else ""
    assigned = ", ".join(f"{column} = {value}" for column, value in sets.items())
    return (
        f"UPDATE ads.{level.table} AS t SET {assigned}, as_of = greatest(t.as_of, :as_of){version}"
        f" FROM staged_{level.staged} AS s WHERE t.tenant_id = :tenant_id AND t.id = s.found"
        f" AND ({' OR '.join(f'({each})' for each in changes)})"
    )


def _differ(values: Mapping[str, str]) -> str:
    """Whether one of the columns would change."""
    if len(values) == 1:
        return " ".join(f"t.{column} IS DISTINCT FROM {value}" for column, value in values.items())
    return f"({', '.join(f't.{column}' for column in values)}) IS DISTINCT FROM ({', '.join(values.values())})"
