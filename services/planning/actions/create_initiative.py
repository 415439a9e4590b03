"""Adds an initiative, as proposed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_initiative import check_dates, check_named, check_succession
from services.planning.actions.lock_initiative_links import lock_initiative_links
from services.planning.domain.initiative_states import InitiativeStatus
from services.planning.queries.initiatives import DATE_NAMES, find_initiative_by_code
from services.planning.schemas.initiatives import InitiativeCreate
from services.planning.tables import InitiativeRow
from shared.core.errors import DuplicateKey
from shared.core.ids import new_id


async def create_initiative(
    session: AsyncSession, tenant_id: UUID, initiative: InitiativeCreate, *, by: UUID, now: datetime
) -> InitiativeRow:
    """A proposed initiative; DuplicateKey for a taken code, NotASuccessor, Invalid for impossible dates and names."""
    identifier = new_id()
    values = column_values(initiative.model_dump())
    values |= {f"actual_{name}_date": None for name in DATE_NAMES}
    check_dates(values, now.date())
    if initiative.predecessor_id is not None:
        await lock_initiative_links(session, tenant_id)
        await check_succession(session, tenant_id, identifier, initiative.kind, initiative.predecessor_id)
    await check_named(session, tenant_id, values)
    if await find_initiative_by_code(session, tenant_id, values["code_key"]) is not None:
        raise DuplicateKey(code=initiative.code)
    row = InitiativeRow(tenant_id=tenant_id, id=identifier, status=InitiativeStatus.PROPOSED, held_from=None, **values)
    await write_new(session, row, by=by, now=now)
    return row


def column_values(fields: dict[str, Any]) -> dict[str, Any]:
    """The columns that fields of a body fill: dates and money by their parts, the code also as it is compared."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in ("planned", "committed", "actual"):
            values |= {f"{name}_{part}": day for part, day in value.items()}
        elif name == "budget":
            values |= {f"budget_{part}": None if value is None else value[part] for part in ("amount", "currency")}
        else:
            values[name] = value
    if "code" in values:
        values["code_key"] = values["code"].casefold()
    return values
