"""Adds and changes exchange rates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import check_unused, lock_at_version, write_columns
from services.inventory.actions.note_readings import note_rates
from services.inventory.schemas.exchange_rates import ExchangeRateCreate, ExchangeRatePatch
from services.inventory.tables import ExchangeRateRow
from shared.core.currencies import check_currency
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id


async def create_exchange_rate(
    session: AsyncSession, tenant_id: UUID, rate: ExchangeRateCreate, *, now: datetime
) -> ExchangeRateRow:
    """A new rate; DuplicateKey when the pair has one on this day, Invalid when the currencies are one."""
    if rate.base_currency == rate.quote_currency:
        problem = FieldProblem("#/quote_currency", "same_currency", "The two currencies must differ.")
        raise Invalid("A currency has no rate in itself.", errors=[problem])
    check_currency(rate.base_currency, "#/base_currency")
    check_currency(rate.quote_currency, "#/quote_currency")
    key: dict[str, Any] = {
        "base_currency": rate.base_currency,
        "quote_currency": rate.quote_currency,
        "rate_date": rate.rate_date,
    }
    await check_unused(session, ExchangeRateRow, tenant_id, key)
    row = ExchangeRateRow(
        tenant_id=tenant_id, id=new_id(), rate=rate.rate, version=1, created_at=now, updated_at=now, **key
    )
    session.add(row)
    await session.flush()
    await note_rates(session, tenant_id, rate.rate_date)
    return row


async def update_exchange_rate(
    session: AsyncSession,
    tenant_id: UUID,
    rate_id: UUID,
    patch: ExchangeRatePatch,
    *,
    expected_version: int,
    now: datetime,
) -> ExchangeRateRow:
    """The changed rate; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_at_version(session, ExchangeRateRow, tenant_id, rate_id, expected_version)
    since = row.rate_date
    write_columns(row, patch.changes(), now)
    await session.flush()
    await note_rates(session, tenant_id, min(since, row.rate_date))
    return row
