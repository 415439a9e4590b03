"""Starts a replenishment run: keeps what was asked for, and puts it into the queue with the caller's transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.run_replenishment import KIND
from services.inventory.domain.exchange import ASSUMED_PER_USD
from shared.core.errors import DayOutOfRange, FieldProblem, Invalid
from shared.core.ids import new_id
from shared.db.platform import OperationRow
from shared.jobs.operations import start_operation

SERVICE = "inventory"
EARLIEST_DATE = date(2000, 1, 1)
# It is tomorrow already somewhere.
LATEST_AHEAD = timedelta(days=1)


class UnknownCurrency(Invalid):
    """Money cannot be counted in this currency."""

    slug, title = "unknown-currency", "Unknown currency"


@dataclass(frozen=True, slots=True)
class RunWish:
    """What a run is asked for; None of a filter sets no limit, None of `currency` takes that of most listings."""

    as_of_date: date
    review_days: int = 7
    history_days: int = 730
    goodwill: float = 1.0
    capital_rate: float = 0.2
    currency: str | None = None
    marketplaces: tuple[str, ...] | None = None
    account_ids: tuple[UUID, ...] | None = None
    listing_ids: tuple[UUID, ...] | None = None


async def start_replenishment_run(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, wish: RunWish, now: datetime
) -> OperationRow:
    """The operation that will carry the run out. The run has an id from now on, and exists once it is complete.

    DayOutOfRange or UnknownCurrency for what no run could decide.
    """
    if not EARLIEST_DATE <= wish.as_of_date <= now.date() + LATEST_AHEAD:
        raise DayOutOfRange(
            f"The day must be from {EARLIEST_DATE} to {now.date() + LATEST_AHEAD}.",
            errors=[FieldProblem("#/as_of_date", "out_of_range", "The day is in the future, or too long ago.")],
        )
    if wish.currency is not None and wish.currency not in ASSUMED_PER_USD:
        raise UnknownCurrency(errors=[FieldProblem("#/currency", "unknown", f"{wish.currency} is not known.")])
    return await start_operation(
        session,
        tenant_id=tenant_id,
        service=SERVICE,
        kind=KIND,
        parameters={
            "run_id": str(new_id()),
            "as_of_date": wish.as_of_date.isoformat(),
            "review_days": wish.review_days,
            "history_days": wish.history_days,
            "goodwill": wish.goodwill,
            "capital_rate": wish.capital_rate,
            "currency": wish.currency,
            "marketplaces": None if wish.marketplaces is None else list(wish.marketplaces),
            "account_ids": _texts(wish.account_ids),
            "listing_ids": _texts(wish.listing_ids),
        },
        created_by=principal_id,
        now=now,
        unit="listings",
    )


def _texts(ids: tuple[UUID, ...] | None) -> list[str] | None:
    return None if ids is None else [str(each) for each in ids]
