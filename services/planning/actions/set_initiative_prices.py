"""Says what an initiative's product is to cost, on every channel of every marketplace."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_step
from services.planning.domain.price_and_channels import ChannelPrice, PriceFault, price_faults
from services.planning.queries.initiatives import list_prices, price_texts
from services.planning.schemas.initiative_parts import PriceBody
from services.planning.tables import InitiativePriceRow, InitiativeRow
from shared.core.currencies import check_currency
from shared.core.errors import FieldProblem, Invalid

_SENTENCES = {
    "out_of_range": "A list price is above zero, and no price is below it.",
    "below_list_price": "Only a special channel goes below the list price.",
    "given_twice": "A channel of a marketplace has one price.",
    "kind_differs": "A channel is either mainstream or special.",
    "currency_differs": "All prices of a marketplace are in one currency.",
}


async def set_initiative_prices(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    prices: Sequence[PriceBody],
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> InitiativeRow:
    """The initiative with these prices instead of those it had; Invalid, naming each price that cannot stand."""
    row = await lock_at_version(session, InitiativeRow, tenant_id, initiative_id, expected_version)
    wanted = [each.to_price() for each in prices]
    problems = [_problem(wanted, fault) for fault in price_faults(wanted)]
    if problems:
        raise Invalid("The prices are not possible.", errors=problems)
    for index, price in enumerate(wanted):
        check_currency(price.currency, f"#/prices/{index}/currency")
    table = InitiativePriceRow
    of_this = (table.tenant_id == tenant_id, table.initiative_id == initiative_id)
    before = [price_texts(each) for each in await list_prices(session, tenant_id, initiative_id)]
    await session.execute(delete(table).where(*of_this))
    session.add_all(
        table(
            tenant_id=tenant_id,
            initiative_id=initiative_id,
            marketplace=price.marketplace,
            channel=price.channel,
            channel_kind=price.channel_kind,
            list_amount=price.list_amount,
            amount=price.amount,
            currency=price.currency,
        )
        for price in wanted
    )
    after = sorted(price_texts(each) for each in wanted)
    changes = {"prices": {"old": before, "new": after}}
    journal_step(session, tenant_id, ("initiative", initiative_id), "changed", changes, by=by, now=now)
    row.version += 1
    row.updated_at = now
    await session.flush()
    return row


def _problem(prices: Sequence[ChannelPrice], fault: PriceFault) -> FieldProblem:
    """Points at the last price of the channel: of two, the second is the one too many."""
    index = max(
        index
        for index, price in enumerate(prices)
        if (price.marketplace, price.channel) == (fault.marketplace, fault.channel)
    )
    return FieldProblem(f"#/prices/{index}", fault.code, _SENTENCES[fault.code])
