"""Takes over what applied changes set: it is the newest that is known until a file of a later moment says another.

Each change stays beside it as its trace (`…_change_id`), by which a later run knows that nobody else changed it since.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.proposal_states import ChangeOrigin
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.vocabulary import State

BIDS_OF_TARGETS = (ProposalKind.BID_UP, ProposalKind.BID_DOWN, ProposalKind.THROTTLE, ProposalKind.RESTORE)

# As imports do, so that neither waits for rows that the other holds.
_HOLD_ACCOUNTS = text("""
    SELECT FROM ads.ad_account AS a
    WHERE a.tenant_id = :tenant_id AND a.id IN (
        SELECT c.ad_account_id FROM ads.ad_change AS h
        JOIN ads.campaign AS c ON c.tenant_id = h.tenant_id AND c.id = h.campaign_id
        WHERE h.tenant_id = :tenant_id AND h.id = ANY (:ids)
    )
    ORDER BY a.id FOR NO KEY UPDATE
""")


def _known(name: str, column: str) -> str:
    """The moment of which the value is known; a file whose moment was not kept apart is that of its thing."""
    return f"coalesce(t.{name}_known_at, CASE WHEN t.{column} IS NOT NULL THEN t.as_of ELSE '-infinity' END)"


_CHANGES = "h.tenant_id = :tenant_id AND h.id = ANY (:ids)"
_STATE = f"CASE h.kind WHEN '{ProposalKind.PAUSE}' THEN '{State.PAUSED}' ELSE '{State.ENABLED}' END"


def _set_state(table: str, level: Level, stamp: str = "") -> str:
    return f"""
        UPDATE ads.{table} AS t SET state = {_STATE}, state_known_at = h.applied_at, state_change_id = h.id{stamp}
        FROM ads.ad_change AS h
        WHERE {_CHANGES} AND h.level = '{level}' AND h.kind IN ('{ProposalKind.PAUSE}', '{ProposalKind.RESUME}')
          AND t.tenant_id = h.tenant_id AND t.id = h.subject_id AND {_known("state", "state")} <= h.applied_at
    """


_STAMP = ", version = t.version + 1, updated_at = :now"
_SET_BUDGETS = f"""
    UPDATE ads.campaign AS t
    SET daily_budget_amount = h.new_value, daily_budget_currency = h.currency, daily_budget_known_at = h.applied_at,
        daily_budget_change_id = h.id{_STAMP}
    FROM ads.ad_change AS h
    WHERE {_CHANGES} AND h.kind = '{ProposalKind.BUDGET}' AND h.new_value IS NOT NULL
      AND t.tenant_id = h.tenant_id AND t.id = h.subject_id
      AND {_known("daily_budget", "daily_budget_amount")} <= h.applied_at
"""
_SET_MODIFIERS = f"""
    INSERT INTO ads.placement_modifier AS t
        (tenant_id, id, campaign_id, placement, percentage, percentage_known_at, percentage_change_id, as_of)
    SELECT h.tenant_id, h.id, h.campaign_id, p.placement, h.new_value, h.applied_at, h.id, h.applied_at
    FROM ads.ad_change AS h JOIN ads.ad_proposal AS p ON p.tenant_id = h.tenant_id AND p.id = h.proposal_id
    WHERE {_CHANGES} AND h.kind = '{ProposalKind.PLACEMENT_MODIFIER}' AND h.new_value IS NOT NULL
    ON CONFLICT (tenant_id, campaign_id, placement) DO UPDATE
    SET percentage = excluded.percentage, percentage_known_at = excluded.percentage_known_at,
        percentage_change_id = excluded.percentage_change_id
    WHERE {_known("percentage", "percentage")} <= excluded.percentage_known_at
"""
# What stock lowers twice was as it was before the first time, unless somebody set another bid between.
_SET_BIDS = f"""
    UPDATE ads.target AS t
    SET bid_amount = h.new_value, bid_currency = h.currency, bid_known_at = h.applied_at, bid_change_id = h.id,
        bid_before_stock = CASE WHEN h.kind = '{ProposalKind.THROTTLE}'
            THEN coalesce(t.bid_before_stock, t.bid_amount, h.old_value) END
    FROM ads.ad_change AS h
    WHERE {_CHANGES} AND h.level = '{Level.TARGET}' AND h.new_value IS NOT NULL
      AND h.kind IN ({", ".join(f"'{kind}'" for kind in BIDS_OF_TARGETS)})
      AND t.tenant_id = h.tenant_id AND t.id = h.subject_id AND {_known("bid", "bid_amount")} <= h.applied_at
"""
# A harvest changes what is harvested only where a sheet of ours did so; what that made new, a file tells of.
_HARVESTED = f"""
    FROM ads.ad_change AS h JOIN ads.ad_proposal AS p ON p.tenant_id = h.tenant_id AND p.id = h.proposal_id
    WHERE {_CHANGES} AND h.kind = '{ProposalKind.HARVEST}' AND h.origin = '{ChangeOrigin.BULK_SHEET}'
      AND t.tenant_id = h.tenant_id AND t.id = p.destination_target_id
"""
_ENABLE_HARVESTED = f"""
    UPDATE ads.target AS t SET state = '{State.ENABLED}', state_known_at = h.applied_at, state_change_id = h.id
    {_HARVESTED} AND {_known("state", "state")} <= h.applied_at
"""
_SET_HARVESTED_BIDS = f"""
    UPDATE ads.target AS t
    SET bid_amount = h.new_value, bid_currency = h.currency, bid_known_at = h.applied_at, bid_change_id = h.id,
        bid_before_stock = NULL
    {_HARVESTED} AND h.new_value IS NOT NULL AND {_known("bid", "bid_amount")} <= h.applied_at
"""
_STATEMENTS = tuple(
    map(
        text,
        (
            _set_state("campaign", Level.CAMPAIGN, _STAMP),
            _SET_BUDGETS,
            _SET_MODIFIERS,
            _set_state("target", Level.TARGET),
            _SET_BIDS,
            _ENABLE_HARVESTED,
            _SET_HARVESTED_BIDS,
        ),
    )
)


async def take_over_changes(session: AsyncSession, tenant_id: UUID, change_ids: Sequence[UUID], now: datetime) -> None:
    """What the changes, which are written already, set of their subjects; nothing where a later moment is known."""
    if not change_ids:
        return
    names = {"tenant_id": tenant_id, "ids": list(change_ids)}
    await session.execute(_HOLD_ACCOUNTS, names)
    for statement in _STATEMENTS:
        await session.execute(statement, names | ({"now": now} if ":now" in statement.text else {}))
