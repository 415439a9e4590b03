"""Carries out a scoring run: asks inventory, reads everything at one moment, scores in a child, shows all at once."""

import gc
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.measure_changes import measure_changes
from services.ads.actions.refresh_product_facts import InventoryAnswer, refresh_product_facts
from services.ads.clients.inventory import InventoryClient
from services.ads.domain.account_scoring import ScoredAdvertising, score_advertising
from services.ads.domain.arrays import FloatArray, Identifiers, IntArray
from services.ads.domain.findings import findings_of
from services.ads.domain.proposals import Decided, Proposal, ProposalKind, decide, proposed
from services.ads.domain.reasons import Reason, ReasonCode
from services.ads.domain.score import NO_CAP, PARTS
from services.ads.domain.scored import AdvertisingFacts, Level, Scored
from services.ads.domain.scoring_facts import ScoringRows, advertising_facts, completeness_of
from services.ads.domain.term_actions import TermDecisions, TermFacts
from services.ads.domain.told import told_reasons
from services.ads.domain.wording import reason_body
from services.ads.queries.scoring_inputs import ScoringWish, read_below, read_campaigns, read_pulls
from services.ads.tables import ScoringRunRow
from services.ads.tables.score_block import SCORE_ITEM, UNKNOWN_AMOUNT, UNKNOWN_COUNT
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.binary_rows import packed_items, packed_rows, uuid_column
from shared.db.bulk import copy_binary, copy_rows, create_staging
from shared.jobs.operations import Job

LEVELS = tuple(Level)
NOBODY = UUID(int=0)
LEAST_NUMBER = 1e-30
BLOCK, AT_ONCE = 4_096, 6  # targets or terms that one row holds, and rows that are copied at once
BLOCKS_AHEAD = 4  # copies of ten megabytes that may wait to be written

# Money and figures, in the order of the binary rows; what is not a number there is null in the table.
_AMOUNTS = ("cost", "sales", "total_sales", "wasted_spend", "missed_sales")
_COUNTS = ("impressions", "clicks", "orders")
_FIGURES = (*_COUNTS, "cost", "sales", "effective_clicks")
_SHARES = (
    "effective_clicks",
    "order_value",
    "break_even_acos",
    "target_acos",
    "expected_cvr",
    "cvr_low",
    "cvr_high",
    "p_unprofitable",
    "p_target",
    "p_below_benchmark",
    "evidence",
    "score",
    "cap",
)
_STAGED = {
    "level": "smallint",
    "subject_id": "uuid",
    "campaign_id": "uuid",
    "market": "integer",
    **dict.fromkeys(_COUNTS, "double precision"),
    **dict.fromkeys(_AMOUNTS, "bigint"),  # in units of the table's last digit, which become numeric soonest
    **dict.fromkeys(_SHARES, "real"),
}
# What is said of campaigns and products, which are few.
_TOLD = {
    "level": "smallint",
    "subject_id": "uuid",
    "label": "text",
    "parts": "jsonb",
    "diagnosis": "jsonb",
    "alarm": "jsonb",
    "reasons": "jsonb",
}
_NUMBER = "NULLIF(s.{name}, 'NaN')"
_UNITS = 10_000
_AMOUNT = f"NULLIF(s.{{name}}, {UNKNOWN_AMOUNT}) * 0.0001"
_INSERT_SCORES = text(f"""
    INSERT INTO ads.score (tenant_id, run_id, level, subject_id, ad_account_id, campaign_id, marketplace, currency,
        label, parts, diagnosis, alarm, reasons, {", ".join((*_COUNTS, *_AMOUNTS, *_SHARES))})
    SELECT :tenant_id, :run_id, (CAST(:levels AS text[]))[s.level + 1], s.subject_id,
        (CAST(:accounts AS uuid[]))[s.market + 1], NULLIF(s.campaign_id, '{NOBODY}'),
        (CAST(:marketplaces AS text[]))[s.market + 1], (CAST(:currencies AS text[]))[s.market + 1],
        t.label, t.parts, t.diagnosis, t.alarm, t.reasons,
        {", ".join(f"CAST({_NUMBER.format(name=name)} AS bigint)" for name in _COUNTS)},
        {", ".join(_AMOUNT.format(name=name) for name in _AMOUNTS)},
        {", ".join(_NUMBER.format(name=name) for name in _SHARES)}
    FROM staged_score AS s LEFT JOIN staged_told AS t ON t.level = s.level AND t.subject_id = s.subject_id
""")
_BLOCKS = {
    "level": "smallint",
    "market": "integer",
    "place": "integer",
    "first_campaign_id": "uuid",
    "last_campaign_id": "uuid",
    "items": "ads.score_item[]",
}
_INSERT_BLOCKS = text("""
    INSERT INTO ads.score_block (tenant_id, run_id, level, place, ad_account_id, marketplace, currency,
        first_campaign_id, last_campaign_id, items)
    SELECT :tenant_id, :run_id, (CAST(:levels AS text[]))[s.level + 1], s.place,
        (CAST(:accounts AS uuid[]))[s.market + 1], (CAST(:marketplaces AS text[]))[s.market + 1],
        (CAST(:currencies AS text[]))[s.market + 1], s.first_campaign_id, s.last_campaign_id, s.items
    FROM staged_block AS s
""")
# As in the table itself: to look for patterns in numbers takes five times as long as all else that COPY does.
_UNCOMPRESSED = text("ALTER TABLE pg_temp.staged_block ALTER COLUMN items SET STORAGE EXTERNAL")
_ITEM_TYPE = "SELECT 'ads.score_item'::regtype::oid::bigint"
_PROPOSAL_COLUMNS = {
    "id": "uuid",
    "kind": "text",
    "level": "text",
    "subject_id": "uuid",
    "campaign_id": "uuid",
    "ad_group_id": "uuid",
    "target_id": "uuid",
    "placement": "text",
    "words": "text",
    "currency": "text",
    "old_value": "double precision",
    "new_value": "double precision",
    "waste_saved": "double precision",
    "sales_at_risk": "double precision",
    "sales_gained": "double precision",
    "confidence": "double precision",
    "reasons": "jsonb",
    "cooldown_ends_at": "timestamptz",
    "bundle_id": "uuid",
}
# What a proposal is expected to come to, in the currency of its market.
_EXPECTED = ("waste_saved", "sales_at_risk", "sales_gained")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('scoring_run ' || :tenant_id, 0))")
# Advice about today's bids from figures of long ago is none: the day must be near the newest that is known.
LATEST_DAYS = 14
# The campaigns about which this run has something to say: no run of a later day saw them, and its day is recent.
_CAMPAIGNS = text("""
    SELECT c.id
    FROM ads.campaign AS c
    LEFT JOIN (
        SELECT ad_account_id, marketplace, max(date_to) AS last_date
        FROM ads.report_pull WHERE tenant_id = :tenant_id AND withdrawn_at IS NULL
        GROUP BY ad_account_id, marketplace
    ) AS k ON k.ad_account_id = c.ad_account_id AND k.marketplace = c.marketplace
    WHERE c.tenant_id = :tenant_id AND c.id = ANY (:campaigns)
      AND (k.last_date IS NULL OR :as_of_date >= least(k.last_date, :today) - CAST(:latest_days AS integer))
      AND NOT EXISTS (
          SELECT FROM ads.scoring_run AS r
          JOIN ads.score AS x ON x.tenant_id = r.tenant_id AND x.run_id = r.id AND x.level = 'campaign'
              AND x.subject_id = c.id
          WHERE r.tenant_id = :tenant_id AND r.as_of_date > :as_of_date
      )
""")
# What waits for a decision gives way to what a newer look at the same campaigns says; what was approved stays. Locked
# in the order of their ids as decisions lock them, so that nobody waits for each other.
_SUPERSEDE = text("""
    WITH waiting AS (
        SELECT p.id
        FROM ads.ad_proposal AS p
        JOIN ads.scoring_run AS r ON r.tenant_id = p.tenant_id AND r.id = p.run_id
        WHERE p.tenant_id = :tenant_id AND p.state = 'proposed' AND p.campaign_id = ANY (:campaigns)
          AND r.as_of_date <= :as_of_date
        ORDER BY p.id FOR UPDATE OF p
    )
    UPDATE ads.ad_proposal AS p SET state = 'superseded', version = p.version + 1, updated_at = :now
    FROM waiting WHERE p.tenant_id = :tenant_id AND p.id = waiting.id
""")
# Nothing is proposed beside what was approved or given out about the same subject: two changes of one thing cannot
# both be meant. A budget or placement modifier is apart from the others, unless the campaign is to be paused. What
# was negated or harvested is not proposed again from figures of the time before. A bundle is proposed whole or not.
# What is left of it is summed where it is written: thousands of rows need not come back to be counted.
_INSERT_PROPOSALS = text(f"""
    WITH free AS (
        SELECT s.*, NOT EXISTS (
            SELECT FROM ads.ad_proposal AS o
            WHERE o.tenant_id = :tenant_id AND o.subject_id = s.subject_id
              AND (
                  (o.kind = s.kind AND o.placement IS NOT DISTINCT FROM s.placement
                      AND o.state IN ('proposed', 'approved', 'exported'))
                  OR (o.kind NOT IN ('budget', 'placement_modifier') AND o.state IN ('approved', 'exported'))
              )
        )
          AND NOT EXISTS (
            SELECT FROM ads.ad_change AS h
            WHERE h.tenant_id = :tenant_id AND h.subject_id = s.subject_id AND h.applied_at >= :first_moment
              AND s.level = 'search_term' AND h.kind IN ('negate', 'harvest')
        ) AS is_free
        FROM staged_proposal AS s WHERE s.campaign_id = ANY (:campaigns)
    ),
    inserted AS (
        INSERT INTO ads.ad_proposal (tenant_id, run_id, state, version, created_at, updated_at,
            {", ".join(_PROPOSAL_COLUMNS)})
        SELECT :tenant_id, :run_id, 'proposed', 1, :now, :now, {", ".join(f"s.{name}" for name in _PROPOSAL_COLUMNS)}
        FROM free AS s
        WHERE s.is_free AND NOT EXISTS (SELECT FROM free AS o WHERE o.bundle_id = s.bundle_id AND NOT o.is_free)
        RETURNING campaign_id, kind, {", ".join(_EXPECTED)}
    )
    SELECT c.ad_account_id, c.marketplace, p.kind, count(*) AS proposals_count,
           {", ".join(f"sum(p.{name})::float8 AS {name}" for name in _EXPECTED)}
    FROM inserted AS p JOIN ads.campaign AS c ON c.tenant_id = :tenant_id AND c.id = p.campaign_id
    GROUP BY c.ad_account_id, c.marketplace, p.kind
""")
_TIMINGS = text("""
    UPDATE ads.scoring_run SET timings = CAST(:timings AS jsonb) WHERE tenant_id = :tenant_id AND id = :run_id
""")


@dataclass(frozen=True, slots=True)
class Blocks:
    """Some blocks of targets or terms, as they are copied, and the markets that they name by number."""

    content: bytes
    markets: tuple[tuple[UUID, str, str], ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of everything above targets and terms, as they are copied, and what is told of campaigns and products."""

    content: bytes
    told: list[tuple[Any, ...]]
    markets: tuple[tuple[UUID, str, str], ...]
    campaigns: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What would be proposed, as rows, and what is said of the run; `count` is of all that is scored.

    `totals` say nothing of proposals: which of them there is room for is known once they are written.
    """

    count: int
    proposals: list[tuple[Any, ...]]
    totals: dict[str, Any]
    findings: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    seconds: dict[str, float]


async def run_scoring(job: Job, inventory: InventoryClient | None) -> None:
    """The operation kind: whole or not at all. `inventory` None: nobody is asked, and nothing is said of stock."""
    wish = wish_of(job.parameters)
    began = time.perf_counter()
    answer = await refresh_product_facts(job.database, job.tenant_id, inventory, wish, utc_now())
    asked = time.perf_counter()
    rows, learned, item_type = await _gathered(job, wish, answer)
    read = time.perf_counter()
    run_id, tau = UUID(job.parameters["run_id"]), float(job.parameters["tau"])
    async with job.stream(scored_run, rows, tau, item_type, ahead=BLOCKS_AHEAD) as made:
        part = await anext(made)
        async with job.effect() as session:
            await _stage(session)
            campaigns: list[UUID] = []
            # Scores are written while the child, which need not wait for that, goes on to what it proposes. The few
            # come first: to supersede what was proposed before takes long, and then goes beside what is decided.
            while not isinstance(part, RunResult):
                if isinstance(part, Blocks):
                    await _write_blocks(session, job.tenant_id, run_id, part)
                else:
                    campaigns = await _write_scores(session, job, run_id, wish, part)
                part = await anext(made)
            result, scored = part, time.perf_counter()
            timings = {"ask": asked - began, "read": read - asked, **result.seconds}
            timings["child"] = scored - read - sum(result.seconds.values())
            await _write(session, job, run_id, wish, rows, learned, answer, campaigns, result)
            await measure_changes(session, job.tenant_id, run_id, rows.completeness, rows.now)
            timings["write"] = time.perf_counter() - scored
            told = {f"{name}_seconds": round(seconds, 4) for name, seconds in timings.items()}
            await session.execute(_TIMINGS, {"timings": _json(told), "tenant_id": job.tenant_id, "run_id": run_id})
            await job.progress(result.count, result.count)
            await job.succeed(session, f"/scoring-runs/{run_id}")


def wish_of(parameters: Mapping[str, Any]) -> ScoringWish:
    """What the run is about, as the operation keeps it."""
    accounts = parameters["ad_account_ids"]
    return ScoringWish(
        date.fromisoformat(parameters["as_of_date"]),
        parameters["window_days"],
        parameters["marketplaces"],
        None if accounts is None else [UUID(each) for each in accounts],
    )


async def _gathered(job: Job, wish: ScoringWish, answer: InventoryAnswer) -> tuple[ScoringRows, bool, int]:
    """What is scored, whether its completeness was learned, and which number the type of score items has here."""
    now = utc_now()
    async with job.database.reader(job.tenant_id) as connection:
        # One moment for everything: a figure of one pull beside that of another would count twice.
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        item_type = await connection.fetchval(_ITEM_TYPE)
        campaigns = await read_campaigns(connection, job.tenant_id, wish)
        pulls = await read_pulls(connection, job.tenant_id, wish, [row["id"] for row in campaigns])
        completeness, learned = completeness_of(pulls)
        below = await read_below(connection, job.tenant_id, wish, now, campaigns, pulls, completeness)
    rows = ScoringRows(
        as_of_date=wish.as_of_date,
        window_days=wish.window_days,
        now=now,
        campaigns=campaigns,
        ad_groups=below.ad_groups,
        targets=below.targets,
        products=below.products,
        product_ads=below.product_ads,
        placements=below.placements,
        negatives=below.negatives,
        benchmarks=below.benchmarks,
        pulls=pulls,
        counts=below.counts,
        changes=below.changes,
        sums=below.sums,
        all_sales=answer.all_sales,
        product_sales=answer.product_sales,
        inventory=answer.state,
        completeness=completeness,
        market_sales=answer.market_sales,
        asked_at=answer.asked_at,
        ended=below.ended,
    )
    return rows, learned, item_type


def scored_run(rows: ScoringRows, tau: float, item_type: int) -> Iterator[Blocks | Scores | RunResult]:
    """In a child: lay out, score, and give out the scores, the few first; decide and propose meanwhile."""
    gc.disable()  # the child ends with this: looking for cycles among a million objects frees nothing
    clock = _Clock()
    facts = advertising_facts(rows)
    clock.stop("layout")
    scored = score_advertising(facts)
    clock.stop("score")
    markets = tuple((market.ad_account_id, market.marketplace, market.currency) for market in facts.markets)
    content, count = _packed(facts, scored)
    told = [*_told_of_campaigns(facts, scored), *_told_of_products(facts, scored)]
    clock.stop("words")
    yield Scores(content, told, markets, tuple(facts.campaigns.ids))
    clock.skip()
    decided = decide(facts, scored, rows.now, tau)
    clock.stop("propose")
    items = 0
    for content, size in _packed_blocks(facts, scored, decided, item_type):
        items += size
        clock.stop("words")
        yield Blocks(content, markets)
        clock.skip()
    proposals = proposed(decided)
    clock.stop("propose")
    bundles: defaultdict[int | None, UUID] = defaultdict(new_id)
    changes = [_proposal_row(facts, each, bundles) for each in proposals.proposals]
    totals, findings = _totals(facts, scored), findings_of(facts, scored, proposals)
    notes = [reason_body(note) for note in proposals.notes]
    clock.stop("words")
    yield RunResult(count + items, changes, totals, findings, notes, clock.seconds)


class _Clock:
    """How long each step took, of those that are named."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def stop(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = now

    def skip(self) -> None:
        self._since = time.perf_counter()


def account_key(account_id: UUID, marketplace: str) -> UUID:
    """The id under which an account's scores in a marketplace are kept."""
    return uuid5(account_id, marketplace)


def portfolio_key(account_id: UUID, marketplace: str, portfolio: str) -> UUID:
    """The id under which a portfolio's scores are kept."""
    return uuid5(account_id, f"{marketplace}/{portfolio}")


def _packed(facts: AdvertisingFacts, scored: ScoredAdvertising) -> tuple[bytes, int]:
    """The numbers of accounts, portfolios, campaigns, ad groups and products as one binary COPY."""
    campaigns, groups = facts.campaigns, facts.ad_groups
    levels: list[tuple[Level, Scored, Sequence[UUID], IntArray, IntArray | None]] = [
        (
            Level.ACCOUNT,
            scored.accounts,
            [account_key(each.ad_account_id, each.marketplace) for each in facts.markets],
            np.arange(len(facts.markets)),
            None,
        ),
        (
            Level.PORTFOLIO,
            scored.portfolios,
            [_portfolio_id(facts, number) for number in range(len(facts.portfolios))],
            np.array([market for market, _ in facts.portfolios], dtype=np.intp),
            None,
        ),
        (Level.CAMPAIGN, scored.campaigns, campaigns.ids, campaigns.market, np.arange(len(campaigns.ids))),
        (Level.AD_GROUP, scored.ad_groups, groups.ids, campaigns.market[groups.campaign], groups.campaign),
        (Level.PRODUCT, scored.products, facts.products.ids, facts.products.market, None),
    ]
    campaign_ids = np.append(uuid_column(campaigns.ids), uuid_column([NOBODY]))
    parts: dict[str, list[Any]] = {name: [] for name in _STAGED}
    for level, found, ids, market, campaign in levels:
        # What had no ads in the window has nothing to score; campaigns are told of all the same.
        some = np.arange(len(ids)) if level is Level.CAMPAIGN else _with_ads(found)
        parts["level"].append(np.full(some.size, LEVELS.index(level), dtype=np.int16))
        parts["subject_id"].append(uuid_column(ids)[some])
        parts["campaign_id"].append(campaign_ids[np.full(some.size, -1) if campaign is None else campaign[some]])
        parts["market"].append(market[some].astype(np.int32))
        for name in _COUNTS:
            parts[name].append(getattr(found.figures, name)[some].astype(float))
        for name in _AMOUNTS:
            parts[name].append(_units(getattr(found.figures if name in _FIGURES else found, name)[some]))
        for name in _SHARES:
            parts[name].append(_single(getattr(found.figures if name in _FIGURES else found, name)[some]))
    columns = [np.concatenate(parts[name]) for name in _STAGED]
    return packed_rows(columns), len(columns[0])


def _packed_blocks(
    facts: AdvertisingFacts, scored: ScoredAdvertising, decided: Decided, item_type: int
) -> Iterator[tuple[bytes, int]]:
    """Targets and search terms with why, by market and campaign, some thousands in each row of a binary COPY; with
    the number of them in it."""
    target_campaign = facts.ad_groups.campaign[facts.targets.ad_group]
    term_campaign = target_campaign[facts.terms.target]
    levels = (
        (Level.TARGET, scored.targets, facts.targets.ids, target_campaign, decided.target_facts, decided.targets),
        (Level.SEARCH_TERM, scored.terms, facts.terms.ids, term_campaign, decided.term_facts, decided.terms),
    )
    campaign_ids = uuid_column(facts.campaigns.ids)
    for level, found, ids, campaign, given, chosen in levels:
        some = _with_ads(found)
        market = facts.campaigns.market[campaign[some]]
        order = np.lexsort((campaign[some], market))
        some, market = some[order], market[order]
        starts = _starts(market)
        stops = np.append(starts[1:], some.size)[: starts.size]
        mine = campaign_ids[campaign[some]]
        told = _items(found, given, chosen, ids, some) | {"campaign_id": mine}
        columns = [told[name] for name in SCORE_ITEM]
        for first in range(0, starts.size, AT_ONCE):
            begin, end = starts[first : first + AT_ONCE], stops[first : first + AT_ONCE]
            part = slice(begin[0], end[-1])
            heads = [
                np.full(begin.size, LEVELS.index(level), dtype=np.int16),
                market[begin].astype(np.int32),
                np.arange(first, first + begin.size, dtype=np.int32),
                mine[begin],
                mine[end - 1],
            ]
            arrays = packed_items([column[part] for column in columns], item_type, (begin - begin[0]).tolist())
            yield packed_rows(heads, arrays), int(end[-1] - begin[0])


def _starts(market: IntArray) -> IntArray:
    """Where blocks begin: with each market, and after so many rows of one."""
    rows = np.arange(market.size)
    first = np.maximum.accumulate(np.where(np.diff(market, prepend=-1) != 0, rows, 0))
    return np.flatnonzero((rows - first) % BLOCK == 0)


def _items(
    found: Scored, given: TermFacts, decided: TermDecisions, ids: Sequence[UUID], some: IntArray
) -> dict[str, Any]:
    """The columns of some targets or terms, named and sized as SCORE_ITEM, without their campaign."""
    figures = found.figures
    told = told_reasons(given, decided, some)
    impressions = figures.impressions[some]
    columns: dict[str, Any] = {
        "subject_id": (ids.column if isinstance(ids, Identifiers) else uuid_column(ids))[some],
        "impressions": np.where(np.isnan(impressions), UNKNOWN_COUNT, np.nan_to_num(impressions)).astype(np.int64),
        "cost": _units(figures.cost[some]),
        "sales": _units(figures.sales[some]),
        "wasted_spend": _units(found.wasted_spend[some]),
        "clicks": figures.clicks[some].astype(np.int32),
        "orders": figures.orders[some].astype(np.int32),
        "action": decided.action[some].astype(np.int16),
        "hold": decided.hold[some].astype(np.int16),
        "reason": told.code.astype(np.int16),
    }
    for place, name in enumerate(("first_number", "second_number", "third_number")):
        columns[name] = told.numbers[:, place]
    for name in _SHARES:
        columns[name] = _single(getattr(figures if name in _FIGURES else found, name)[some])
    return columns


def _with_ads(found: Scored) -> IntArray:
    return np.flatnonzero((found.figures.clicks > 0) | (np.nan_to_num(found.figures.impressions) > 0))


def _units(amounts: FloatArray) -> IntArray:
    units = np.rint(np.nan_to_num(amounts) * _UNITS).astype(np.int64)
    return np.where(np.isnan(amounts), UNKNOWN_AMOUNT, units)


def _single(values: FloatArray) -> FloatArray:
    """In single precision; what is too small for it is nothing."""
    return np.where(np.abs(values) < LEAST_NUMBER, 0.0, values).astype(np.float32)


def _portfolio_id(facts: AdvertisingFacts, number: int) -> UUID:
    market, name = facts.portfolios[number]
    return portfolio_key(facts.markets[market].ad_account_id, facts.markets[market].marketplace, name)


def _told_of_campaigns(facts: AdvertisingFacts, scored: ScoredAdvertising) -> Iterable[tuple[Any, ...]]:
    """Labels, parts, diagnosis, alarm and reasons of campaigns, and the names of portfolios."""
    level = LEVELS.index(Level.CAMPAIGN)
    for number, identifier in enumerate(facts.campaigns.ids):
        diagnosis = scored.diagnoses[number]
        alarm = _alarm(scored, number)
        reasons = [diagnosis.reason]
        if alarm is not None:
            reasons.append(Reason(ReasonCode.CONVERSION_FELL, alarm))
        if scored.campaigns.cap[number] < NO_CAP:
            reasons.append(Reason(ReasonCode.CAPPED_BY_STOCK, {"cap": float(scored.campaigns.cap[number])}))
        yield (
            level,
            identifier,
            None,
            _json(_parts(scored.campaigns, number)),
            _json({"remedy": diagnosis.remedy.value, **reason_body(diagnosis.reason)}),
            None if alarm is None else _json(alarm),
            _json([reason_body(each) for each in reasons]),
        )
    for number, (_, name) in enumerate(facts.portfolios):
        yield LEVELS.index(Level.PORTFOLIO), _portfolio_id(facts, number), name, None, None, None, None


def _told_of_products(facts: AdvertisingFacts, scored: ScoredAdvertising) -> Iterable[tuple[Any, ...]]:
    for number, identifier in enumerate(facts.products.ids):
        if scored.products.figures.clicks[number] > 0:
            parts = _json(_parts(scored.products, number))
            yield LEVELS.index(Level.PRODUCT), identifier, None, parts, None, None, None


def _parts(scored: Scored, row: int) -> list[dict[str, Any]]:
    """The five parts of a score: probability, the points it may give, and those it loses; null where unknown."""
    return [
        {
            "part": name,
            "value": _number(scored.parts[row, place]),
            "points": _number(scored.points[row, place]),
            "lost": _number(scored.lost[row, place]),
        }
        for place, name in enumerate(PARTS)
    ]


def _alarm(scored: ScoredAdvertising, row: int) -> dict[str, Any] | None:
    found = scored.alarms
    if not found.fired[row]:
        return None
    return {
        "orders": round(float(found.orders[row]), 2),
        "expected": round(float(found.expected[row]), 2),
        "window_days": int(found.window_days[row]),
        "probability": round(float(found.probability[row]), 6),
        "rate_ratio": _number(found.rate_ratio[row]),
    }


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _proposal_row(
    facts: AdvertisingFacts, proposal: Proposal, bundles: defaultdict[int | None, UUID]
) -> tuple[Any, ...]:
    target = words = None
    if proposal.level is Level.SEARCH_TERM:
        target, words = int(facts.terms.target[proposal.row]), facts.terms.text[proposal.row]
    elif proposal.level is Level.TARGET:
        target, words = proposal.row, facts.targets.text[proposal.row]
    # Amazon takes placement modifiers in per cent.
    scale = 100 if proposal.kind is ProposalKind.PLACEMENT_MODIFIER else 1
    group = None if target is None else facts.ad_groups.ids[int(facts.targets.ad_group[target])]
    return (
        new_id(),
        proposal.kind.value,
        proposal.level.value,
        proposal.subject_id,
        facts.campaigns.ids[proposal.campaign],
        group,
        None if target is None else facts.targets.ids[target],
        proposal.placement,
        words,
        proposal.currency,
        None if proposal.old_value is None else proposal.old_value * scale,
        None if proposal.new_value is None else proposal.new_value * scale,
        proposal.expected_waste_saved,
        proposal.sales_at_risk,
        proposal.sales_gained,
        proposal.confidence,
        _json([reason_body(each) for each in proposal.reasons]),
        proposal.cooldown_until,
        None if proposal.bundle is None else bundles[proposal.bundle],
    )


def _totals(facts: AdvertisingFacts, scored: ScoredAdvertising) -> dict[str, Any]:
    """Sums by account and marketplace, each in its own currency, and how much was looked at."""
    found = scored.accounts
    return {
        "markets": [
            {
                "ad_account_id": str(market.ad_account_id),
                "marketplace": market.marketplace,
                "cost": _money(found.figures.cost[number], market.currency),
                "sales": _money(found.figures.sales[number], market.currency),
                "wasted_spend": _money(found.wasted_spend[number], market.currency),
                "score": _number(found.score[number]),
            }
            for number, market in enumerate(facts.markets)
        ],
        "alarms": int(scored.alarms.fired.sum()),
        "campaigns": len(facts.campaigns.ids),
        "search_terms": len(facts.terms.ids),
        "targets": len(facts.targets.ids),
        "products": len(facts.products.ids),
    }


def _with_proposals(totals: Mapping[str, Any], inserted: Sequence[Any]) -> dict[str, Any]:
    """The totals with what was inserted: proposals by kind, and by market what they are expected to come to."""
    kinds: Counter[str] = Counter()
    sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in inserted:
        kinds[row.kind] += row.proposals_count
        sums[str(row.ad_account_id), row.marketplace].update({name: getattr(row, name) for name in _EXPECTED})
    markets = []
    for market in totals["markets"]:
        mine, currency = sums[market["ad_account_id"], market["marketplace"]], market["cost"]["currency"]
        markets.append(market | {name: _money(mine[name], currency) for name in _EXPECTED})
    counts = [{"kind": kind, "count": count} for kind, count in sorted(kinds.items())]
    return {**totals, "markets": markets, "proposals": counts}


def _money(value: float, currency: str) -> dict[str, str]:
    return {"amount": f"{Decimal(f'{float(np.nan_to_num(value)):.4f}').normalize():f}", "currency": currency}


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


async def _stage(session: AsyncSession) -> None:
    for table, columns in (("score", _STAGED), ("block", _BLOCKS), ("told", _TOLD), ("proposal", _PROPOSAL_COLUMNS)):
        await create_staging(session, f"staged_{table}", [f"{name} {kind}" for name, kind in columns.items()])
    await session.execute(_UNCOMPRESSED)


async def _write_blocks(session: AsyncSession, tenant_id: UUID, run_id: UUID, blocks: Blocks) -> None:
    await copy_binary(session, "staged_block", list(_BLOCKS), blocks.content)
    await session.execute(_INSERT_BLOCKS, {"tenant_id": tenant_id, "run_id": run_id} | _named(blocks.markets))
    await session.execute(text("TRUNCATE pg_temp.staged_block"))


def _named(markets: tuple[tuple[UUID, str, str], ...]) -> dict[str, Any]:
    """What the numbers of levels and markets stand for."""
    return {
        "levels": [level.value for level in LEVELS],
        "accounts": [account for account, _, _ in markets],
        "marketplaces": [marketplace for _, marketplace, _ in markets],
        "currencies": [currency for _, _, currency in markets],
    }


async def _write_scores(session: AsyncSession, job: Job, run_id: UUID, wish: ScoringWish, scores: Scores) -> list[UUID]:
    """Writes them and makes room for what is proposed; the campaigns of which something may be."""
    now = utc_now()
    await session.execute(_ONE_AT_A_TIME, {"tenant_id": str(job.tenant_id)})
    await copy_binary(session, "staged_score", list(_STAGED), scores.content)
    await copy_rows(session, "staged_told", list(_TOLD), scores.told)
    names = {"tenant_id": job.tenant_id, "run_id": run_id}
    await session.execute(_INSERT_SCORES, names | _named(scores.markets))
    day = {"as_of_date": wish.as_of_date, "today": now.date(), "latest_days": LATEST_DAYS}
    found = await session.scalars(_CAMPAIGNS, names | day | {"campaigns": list(scores.campaigns)})
    campaigns = list(found)
    about = {"campaigns": campaigns, "as_of_date": wish.as_of_date, "now": now}
    await session.execute(_SUPERSEDE, names | about)
    return campaigns


async def _write(
    session: AsyncSession,
    job: Job,
    run_id: UUID,
    wish: ScoringWish,
    rows: ScoringRows,
    learned: bool,
    answer: InventoryAnswer,
    campaigns: list[UUID],
    result: RunResult,
) -> None:
    now = utc_now()
    run = ScoringRunRow(
        tenant_id=job.tenant_id,
        id=run_id,
        operation_id=job.operation_id,
        as_of_date=wish.as_of_date,
        window_days=wish.window_days,
        tau=float(job.parameters["tau"]),
        parameters={name: value for name, value in job.parameters.items() if name != "run_id"},
        inventory_state=answer.state.value,
        inventory_message=answer.message,
        completeness=list(rows.completeness),
        completeness_learned=learned,
        subjects_count=result.count,
        proposals_count=0,
        totals={},
        findings=result.findings,
        notes=result.notes,
        timings={},
        created_by=job.created_by,
        created_at=now,
        completed_at=now,
    )
    session.add(run)
    await session.flush()  # what is proposed refers to it
    await copy_rows(session, "staged_proposal", list(_PROPOSAL_COLUMNS), result.proposals)
    names = {"tenant_id": job.tenant_id, "run_id": run_id, "now": now}
    first = datetime.combine(wish.first_date, datetime.min.time(), UTC)
    about = {"campaigns": campaigns, "first_moment": first}
    inserted = (await session.execute(_INSERT_PROPOSALS, names | about)).all()
    run.proposals_count = sum(row.proposals_count for row in inserted)
    run.totals = _with_proposals(result.totals, inserted)
    await session.flush()
