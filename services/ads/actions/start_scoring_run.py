"""Starts a scoring run: keeps what was asked for, and puts it into the queue with the caller's transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.term_actions import CAREFUL
from services.ads.tables import AdAccountRow
from shared.core.errors import DayOutOfRange, FieldProblem, Invalid
from shared.core.ids import new_id
from shared.db.platform import OperationRow
from shared.jobs.operations import start_operation

KIND = "scoring_run"
SERVICE = "ads"
WINDOW_DAYS = 60
EARLIEST_DATE = date(2000, 1, 1)
# It is tomorrow already somewhere.
LATEST_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWish:
    """What a run is asked for; None of a filter sets no limit. `tau` is how sure it must be before it proposes a loss's
    end."""

    as_of_date: date
    window_days: int = WINDOW_DAYS
    tau: float = CAREFUL
    marketplaces: tuple[str, ...] | None = None
    ad_account_ids: tuple[UUID, ...] | None = None


async def start_scoring_run(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, wish: RunWish, now: datetime
) -> OperationRow:
    """The operation that will carry the run out. The run has an id from now on, and exists once it is complete.

    DayOutOfRange for a day that cannot be; Invalid where an account is named that does not exist.
    """
    if not EARLIEST_DATE <= wish.as_of_date <= now.date() + LATEST_AHEAD:
        raise DayOutOfRange(
            f"The day must be from {EARLIEST_DATE} to {now.date() + LATEST_AHEAD}.",
            errors=[FieldProblem("#/as_of_date", "out_of_range", "The day is in the future, or too long ago.")],
        )
    accounts = wish.ad_account_ids
    if accounts:
        known = select(AdAccountRow.id).where(AdAccountRow.tenant_id == tenant_id, AdAccountRow.id.in_(accounts))
        unknown = set(accounts) - set(await session.scalars(known))
        if unknown:
            raise Invalid(
                "A run is about accounts that exist.",
                errors=[
                    FieldProblem(f"#/ad_account_ids/{place}", "unknown_account", "There is no such account.")
                    for place, account_id in enumerate(accounts)
                    if account_id in unknown
                ],
            )
    return await start_operation(
        session,
        tenant_id=tenant_id,
        service=SERVICE,
        kind=KIND,
        parameters={
            "run_id": str(new_id()),
            "as_of_date": wish.as_of_date.isoformat(),
            "window_days": wish.window_days,
            "tau": wish.tau,
            "marketplaces": None if wish.marketplaces is None else list(wish.marketplaces),
            "ad_account_ids": None if accounts is None else [str(each) for each in accounts],
        },
        created_by=principal_id,
        now=now,
        unit="subjects",
    )
