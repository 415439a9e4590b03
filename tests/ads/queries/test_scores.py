"""Scores of targets and terms that are kept by the thousand are rows again, and say why in the words of `wording`."""

from typing import Any
from uuid import UUID

import numpy as np
import orjson
from sqlalchemy import text

from services.ads.domain.reasons import Reason
from services.ads.domain.term_actions import (
    ACTIONS,
    HOLDS,
    Action,
    TermDecisions,
    TermFacts,
    decide_terms,
    term_reasons,
)
from services.ads.domain.told import told_reasons
from services.ads.domain.wording import reason_body
from services.ads.queries.scores import SCORED
from services.ads.tables.score_block import SCORE_ITEM, UNKNOWN_AMOUNT, UNKNOWN_COUNT
from shared.core.ids import new_id
from shared.db.binary_rows import packed_items, packed_rows, uuid_column
from shared.db.bulk import copy_binary, create_staging
from shared.db.engine import Database
from tests.support.tenants import Tenant

COUNT = 3_000
KINDS = {"bigint": np.int64, "double precision": float, "integer": np.int32, "real": np.float32, "smallint": np.int16}
QUIET = (Action.WATCH, Action.KEEP)


def some_facts() -> TermFacts:
    """Terms of all kinds, with halves to round, margins that nobody knows, and all that holds an action back."""
    rng = np.random.default_rng(7)

    def share() -> Any:
        return np.round(rng.random(COUNT), rng.integers(2, 8))

    def some(chance: float) -> Any:
        return rng.random(COUNT) < chance

    unknown = some(0.1)
    return TermFacts(
        clicks=rng.integers(0, 90, COUNT).astype(float),
        cost=np.round(rng.random(COUNT) * 50, 2),
        orders=rng.integers(0, 6, COUNT).astype(float),
        expected_cvr=np.round(rng.integers(0, 4_000, COUNT) / 20_000 + 0.00005, 6),
        evidence=share(),
        p_unprofitable=np.where(unknown, np.nan, rng.integers(0, 201, COUNT) / 200),
        p_target=np.where(unknown, np.nan, rng.integers(0, 201, COUNT) / 200),
        cpc=np.where(some(0.02), np.nan, rng.integers(1, 800, COUNT) / 200),
        order_value=rng.integers(1, 9_000, COUNT) / 100,
        break_even_acos=np.where(unknown, np.nan, share()),
        target_acos=np.where(unknown, np.nan, share()),
        is_exact=some(0.3),
        bid=np.where(some(0.5), np.nan, 0.8),
        stock_ok=some(0.8),
        budget_capped=some(0.2),
        eligible=some(0.9),
        cooling=some(0.1),
        too_young=some(0.1),
    )


def expected_reasons(given: TermFacts, decided: TermDecisions) -> list[list[Reason]]:
    """What `term_reasons` says of those of which something is to be told."""
    told = given.clicks > 0
    told &= ~np.isin(decided.action, [ACTIONS.index(each) for each in QUIET]) | (decided.hold > 0)
    return [reasons if here else [] for reasons, here in zip(term_reasons(given, decided), told, strict=True)]


async def read_back(database: Database, tenant: Tenant, columns: dict[str, Any]) -> dict[UUID, Any]:
    """The rows of one block of terms, by subject."""
    run, names = new_id(), ("place", "items")
    items = [columns[name] for name in SCORE_ITEM]
    async with database.session(tenant.id) as session:
        item_type = await session.scalar(text("SELECT CAST(CAST('ads.score_item' AS regtype) AS oid)::bigint"))
        await create_staging(session, "staged_block", ["place integer", "items ads.score_item[]"])
        content = packed_rows([np.arange(2, dtype=np.int32)], packed_items(items, item_type, [0, 1_000]))
        await copy_binary(session, "staged_block", names, content)
        await session.execute(
            text(
                "INSERT INTO ads.score_block (tenant_id, run_id, level, place, ad_account_id, marketplace, currency,"
                " first_campaign_id, last_campaign_id, items) SELECT :tenant, :run, 'search_term', place, :run, 'US',"
                " 'USD', :run, :run, items FROM staged_block"
            ),
            {"tenant": tenant.id, "run": run},
        )
        found = await session.execute(
            text(
                f"SELECT s.*, s.reasons::text AS told FROM {SCORED} AS s WHERE s.tenant_id = :tenant AND run_id = :run"
            ),
            {"tenant": tenant.id, "run": run},
        )
        return {row.subject_id: row for row in found}


def block_columns(given: TermFacts, decided: TermDecisions) -> dict[str, Any]:
    """Columns of a block of these terms; what they do not tell is unknown, or by row."""
    told = told_reasons(given, decided, np.arange(COUNT))
    ids = uuid_column([new_id() for _ in range(COUNT)])
    row = np.arange(COUNT)
    columns = {
        name: np.full(COUNT, np.nan, dtype=KINDS[kind])
        if kind in ("real", "double precision")
        else row.astype(KINDS[kind])
        for name, kind in SCORE_ITEM.items()
        if kind != "uuid"
    }
    columns |= {"subject_id": ids, "campaign_id": ids, "p_target": given.p_target.astype(np.float32)}
    columns |= {"action": decided.action.astype(np.int16), "hold": decided.hold.astype(np.int16)}
    columns["reason"] = told.code.astype(np.int16)
    for place, name in enumerate(("first_number", "second_number", "third_number")):
        columns[name] = told.numbers[:, place].copy()
    columns["impressions"] = np.where(row % 2, UNKNOWN_COUNT, row)
    columns["wasted_spend"] = np.where(row % 2, UNKNOWN_AMOUNT, row)
    return columns


async def test_reasons_are_told_as_the_domain_tells_them(ads_database: Database, tenant: Tenant) -> None:
    given = some_facts()
    decided = decide_terms(given, 0.7)
    columns = block_columns(given, decided)
    found = await read_back(ads_database, tenant, columns)
    codes, halves = set(), 0
    for row, reasons in enumerate(expected_reasons(given, decided)):
        told = orjson.loads(found[UUID(bytes=columns["subject_id"][row].tobytes())].told or "[]")
        assert told == [orjson.loads(orjson.dumps(reason_body(each))) for each in reasons]
        codes |= {each.code for each in reasons}
        halves += sum("expected_cvr" in each.parameters for each in reasons)
    assert len(codes) == 11
    assert halves > 100


async def test_numbers_and_what_is_not_known_are_as_they_were(ads_database: Database, tenant: Tenant) -> None:
    given = some_facts()
    decided = decide_terms(given, 0.7)
    columns = block_columns(given, decided)
    found = await read_back(ads_database, tenant, columns)
    assert len(found) == COUNT
    for row in range(COUNT):
        seen = found[UUID(bytes=columns["subject_id"][row].tobytes())]
        odd = bool(row % 2)
        assert seen.action == ACTIONS[decided.action[row]].value
        assert seen.hold == (HOLDS[decided.hold[row]].value if decided.hold[row] else None)
        assert (seen.impressions, seen.clicks, seen.orders) == (None if odd else row, row, row)
        assert str(seen.cost) == f"{row / 10_000:.4f}"
        assert (seen.wasted_spend is None) == odd
        assert (seen.p_target is None) == np.isnan(given.p_target[row])
        assert (seen.evidence, seen.parts, seen.label, seen.level) == (None, None, None, "search_term")
