"""Adds and changes lanes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import (
    check_unused,
    columns_of,
    lock_at_version,
    write_columns,
)
from services.inventory.domain.transit_spread import assumed_p10, assumed_p90
from services.inventory.schemas.lanes import LaneCreate, LanePatch
from services.inventory.tables import LaneRow
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id

MONEY = frozenset({"unit_cost", "kg_cost", "m3_cost"})


async def create_lane(session: AsyncSession, tenant_id: UUID, lane: LaneCreate, *, now: datetime) -> LaneRow:
    """A new lane; DuplicateKey when there is one of this marketplace and mode. Times not said are assumed."""
    await check_unused(session, LaneRow, tenant_id, {"marketplace": lane.marketplace, "mode": lane.mode.value})
    fields = {name: getattr(lane, name) for name in LaneCreate.model_fields}
    assumed = [name for name in ("transit_days_p10", "transit_days_p90") if fields[name] is None]
    fields["transit_days_p10"] = lane.transit_days_p10 or assumed_p10(lane.mode, lane.transit_days_p50)
    fields["transit_days_p90"] = lane.transit_days_p90 or assumed_p90(lane.mode, lane.transit_days_p50)
    _check_days(fields["transit_days_p10"], lane.transit_days_p50, fields["transit_days_p90"])
    row = LaneRow(
        tenant_id=tenant_id,
        id=new_id(),
        assumed_fields=assumed,
        version=1,
        created_at=now,
        updated_at=now,
        **columns_of(fields | {"mode": lane.mode.value}, MONEY),
    )
    session.add(row)
    await session.flush()
    return row


async def update_lane(
    session: AsyncSession, tenant_id: UUID, lane_id: UUID, patch: LanePatch, *, expected_version: int, now: datetime
) -> LaneRow:
    """The changed lane; PreconditionFailed when it is not at the version that the caller read."""
    changes = patch.changes()
    row = await lock_at_version(session, LaneRow, tenant_id, lane_id, expected_version)
    _check_days(
        changes.get("transit_days_p10", row.transit_days_p10),
        changes.get("transit_days_p50", row.transit_days_p50),
        changes.get("transit_days_p90", row.transit_days_p90),
    )
    write_columns(row, columns_of(changes, MONEY), now, frozenset(changes))
    await session.flush()
    return row


def _check_days(early: int, middle: int, late: int) -> None:
    if not early <= middle <= late:
        problem = FieldProblem("#/transit_days_p50", "out_of_order", "The days must not fall from p10 to p90.")
        raise Invalid("The transit days are out of order.", errors=[problem])
