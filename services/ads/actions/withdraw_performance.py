"""Takes back the pulls that an import brought: of each day or period the newest of the others is the current one again.

The figures themselves are kept aside, as are those that newer pulls replace; the sums by which a pull counts are gone.
What the file said of names, states and bids stays until another file says otherwise.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.note_readings import READ_REPORTS, note_ad_days
from services.ads.actions.number_performance import FIGURES
from shared.db.bulk import create_staging
from shared.jobs.imports import WithdrawalContext

_SLICE = "report, granularity, date_from, date_to, campaign_id"
_COLUMNS = ", ".join(
    ["tenant_id", *_SLICE.split(", "), "subject_id", "pull_id", *(column.partition(" ")[0] for column in FIGURES)]
)
# As imports do, so that no file of these accounts is applied meanwhile.
_HOLD_ACCOUNTS = text("""
    SELECT FROM ads.ad_account AS a
    WHERE a.tenant_id = :tenant_id AND a.id IN (
        SELECT ad_account_id FROM ads.report_pull WHERE tenant_id = :tenant_id AND import_id = :import_id
    )
    ORDER BY a.id FOR NO KEY UPDATE
""")
_STAGED = (
    "report text",
    "granularity text",
    "date_from date",
    "date_to date",
    "campaign_id uuid",
    "marketplace text",
    "pull_id uuid",
    "is_current boolean",
    "next_pull_id uuid",
)
_STAGE = text(f"""
    INSERT INTO staged_withdrawn ({_SLICE}, marketplace, pull_id, is_current, next_pull_id)
    SELECT d.report, d.granularity, d.date_from, d.date_to, d.campaign_id, l.marketplace, d.pull_id,
           NOT coalesce(o.has_newer, false), o.next_pull_id
    FROM ads.report_pull AS l
    JOIN ads.pull_day AS d ON d.tenant_id = l.tenant_id AND d.pull_id = l.id
    LEFT JOIN LATERAL (
        SELECT bool_or((x.as_of, x.pull_id) > (d.as_of, d.pull_id)) AS has_newer,
               (array_agg(x.pull_id ORDER BY x.as_of DESC, x.pull_id DESC))[1] AS next_pull_id
        FROM ads.pull_day AS x
        WHERE x.tenant_id = d.tenant_id AND x.report = d.report AND x.granularity = d.granularity
          AND x.date_from = d.date_from AND x.date_to = d.date_to AND x.campaign_id = d.campaign_id
          AND x.pull_id <> d.pull_id
    ) AS o ON true
    WHERE l.tenant_id = :tenant_id AND l.import_id = :import_id
""")


def _same_slice(alias: str) -> str:
    return " AND ".join(f"{alias}.{name} = s.{name}" for name in _SLICE.split(", "))


def _move(source: str, target: str, pull: str) -> Any:
    """Current slices of one pull go from one table to the other."""
    columns = ", ".join(f"p.{name}" for name in _COLUMNS.split(", "))
    return text(f"""
        WITH moved AS (
            DELETE FROM ads.{source} AS p USING staged_withdrawn AS s
            WHERE p.tenant_id = :tenant_id AND {_same_slice("p")} AND s.is_current AND p.pull_id = s.{pull}
            RETURNING {columns}
        )
        INSERT INTO ads.{target} ({_COLUMNS}) SELECT * FROM moved
    """)


_ASIDE = _move("performance", "superseded_performance", "pull_id")
_BACK = _move("superseded_performance", "performance", "next_pull_id")
_FORGET_SUMS = text(f"""
    DELETE FROM ads.pull_day AS p USING staged_withdrawn AS s
    WHERE p.tenant_id = :tenant_id AND {_same_slice("p")} AND p.pull_id = s.pull_id
""")
_MARK = text("""
    UPDATE ads.report_pull SET withdrawn_at = :now, withdrawn_by = :withdrawn_by
    WHERE tenant_id = :tenant_id AND import_id = :import_id AND withdrawn_at IS NULL
""")
_READ_DAYS = text("""
    SELECT DISTINCT marketplace, date_from FROM staged_withdrawn
    WHERE granularity = 'daily' AND report = ANY (:reports)
""")


async def withdraw_performance(session: AsyncSession, context: WithdrawalContext) -> None:
    """All pulls of the import, whether it ended well or midway."""
    scope: dict[str, UUID] = {"tenant_id": context.tenant_id, "import_id": context.import_id}
    await session.execute(_HOLD_ACCOUNTS, scope)
    await create_staging(session, "staged_withdrawn", _STAGED)
    await session.execute(_STAGE, scope)
    await session.execute(text("ANALYZE staged_withdrawn"))
    for statement in (_ASIDE, _BACK, _FORGET_SUMS):
        await session.execute(statement, {"tenant_id": context.tenant_id})
    await session.execute(_MARK, scope | {"now": context.now, "withdrawn_by": context.withdrawn_by})
    days = await session.execute(_READ_DAYS, {"reports": [report.value for report in READ_REPORTS]})
    await note_ad_days(session, context.tenant_id, [(row.marketplace, row.date_from) for row in days])
