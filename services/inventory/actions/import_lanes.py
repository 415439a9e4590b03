"""Applies lanes: what each mode costs and how long it takes, per marketplace."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.upsert_changed import upsert_versions
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.transit_spread import assumed_p10, assumed_p90
from services.inventory.formats.lanes import NAME, LaneRow
from services.inventory.tables import LaneRow as Lane
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk
from shared.jobs.imports import Applied, ImportContext, ImportKind


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """One lane per marketplace and mode; a second origin for the same is refused, since nobody could choose."""
    rows: dict[tuple[str, str], LaneRow] = {}
    errors: list[RowError] = []
    for row in chunk.rows:
        key = (row.marketplace.country_code, row.mode)
        if key in rows:
            message = f"Line {rows[key].line} already has the lane of this marketplace and mode."
            errors.append(RowError(row.line, "mode", "duplicate_key", message, row.mode))
        else:
            rows[key] = row
    active = await _active(session, context)
    values = [_lane(row) | {"active": active.get(key, True)} for key, row in sorted(rows.items())]
    written = await upsert_versions(session, context.tenant_id, Lane, values, ("marketplace", "mode"), context.now)
    return Applied(written, len(rows) - written, errors)


async def _active(session: AsyncSession, context: ImportContext) -> dict[tuple[str, str], bool]:
    """Whether known lanes are in use, which the file does not say."""
    rows = await session.execute(
        select(Lane.marketplace, Lane.mode, Lane.active).where(Lane.tenant_id == context.tenant_id)
    )
    return {(row.marketplace, row.mode): row.active for row in rows}


def _lane(row: LaneRow) -> dict[str, object]:
    mode = Mode(row.mode)
    assumed = [
        name
        for name, days in (("transit_days_p10", row.transit_days_p10), ("transit_days_p90", row.transit_days_p90))
        if days is None
    ]
    costs = {"unit_cost": row.cost_per_unit, "kg_cost": row.cost_per_kg, "m3_cost": row.cost_per_m3}
    money = {
        name: value
        for cost, amount in costs.items()
        for name, value in (
            (f"{cost}_amount", amount),
            (f"{cost}_currency", row.currency if amount is not None else None),
        )
    }
    return {
        "marketplace": row.marketplace.country_code,
        "mode": mode.value,
        "origin": row.origin or None,
        **money,
        "transit_days_p10": row.transit_days_p10 or assumed_p10(mode, row.transit_days_p50),
        "transit_days_p50": row.transit_days_p50,
        "transit_days_p90": row.transit_days_p90 or assumed_p90(mode, row.transit_days_p50),
        "assumed_fields": assumed,
    }


KIND = ImportKind(NAME, read_at_once, apply, restates=True)
