"""Reads a roadmap as a baseline keeps it: every field of its initiatives and dependencies, flat, as JSON has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.baseline import Row, frozen
from services.planning.domain.initiative_dates import Dates
from services.planning.domain.roadmap import Bar
from services.planning.queries.initiatives import price_texts
from services.planning.queries.roadmap import Card, RoadmapSelection, load_roadmap
from services.planning.tables import SnapshotItemRow

INITIATIVE, DEPENDENCY = "initiative", "dependency"


@dataclass(frozen=True, slots=True)
class FrozenRoadmap:
    """Rows by key: initiatives with dotted dates (`committed.launch`), and the dependencies between them."""

    initiatives: Mapping[str, Row]
    dependencies: Mapping[str, Row]


async def freeze_roadmap(
    session: AsyncSession, tenant_id: UUID, selection: RoadmapSelection, *, today: date, as_of: datetime | None = None
) -> FrozenRoadmap:
    """The selection as it is to be kept; NoSchedule where forecasts cannot be told."""
    roadmap = await load_roadmap(session, tenant_id, selection, as_of=as_of)
    bars = roadmap.bars(today)
    items = {item.key: item for item in roadmap.items}
    initiatives: dict[str, Row] = {}
    for key in roadmap.selected:
        item, card = items[key], roadmap.cards[key]
        row = _card_fields(card) | {"effort_days": item.effort_days}
        for name, dates in (
            ("planned", item.planned),
            ("committed", item.committed),
            ("actual", item.actual),
            ("forecast", bars[key].forecast),
        ):
            row |= _dates(name, dates)
        row |= _schedule(bars[key])
        row["prices"] = sorted(price_texts(each) for each in card.prices)
        row["key_result_ids"] = card.key_result_ids
        initiatives[key] = {name: frozen(value) for name, value in row.items()}
    dependencies = {
        str(link): {
            "from_id": each.from_key,
            "to_id": each.to_key,
            "type": each.type.value,
            "lag_days": each.lag_days,
        }
        for link, each in zip(roadmap.links, roadmap.dependencies, strict=True)
        if each.to_key in initiatives
    }
    return FrozenRoadmap(initiatives, dependencies)


async def load_frozen(session: AsyncSession, tenant_id: UUID, snapshot_id: UUID) -> FrozenRoadmap:
    """What the baseline has kept."""
    row = SnapshotItemRow
    found = await session.execute(
        select(row.subject_kind, row.subject_key, row.content).where(
            row.tenant_id == tenant_id, row.snapshot_id == snapshot_id
        )
    )
    kept: dict[str, dict[str, Row]] = {INITIATIVE: {}, DEPENDENCY: {}}
    for kind, key, content in found:
        kept.setdefault(kind, {})[key] = content
    return FrozenRoadmap(kept[INITIATIVE], kept[DEPENDENCY])


def _card_fields(card: Card) -> dict[str, object]:
    budget = None if card.budget_amount is None else {"amount": card.budget_amount, "currency": card.budget_currency}
    return {
        "code": card.code,
        "kind": card.kind.value,
        "title": card.title,
        "status": card.status.value,
        "node_id": card.node_id,
        "unit_id": card.unit_id,
        "owner_id": card.owner_id,
        "grade": card.grade,
        "budget": budget,
        "predecessor_id": card.predecessor_id,
        "product_ref": card.product_ref,
    }


def _dates(group: str, dates: Dates) -> dict[str, object]:
    return {f"{group}.{name}": getattr(dates, name) for name in ("start", "dev_done", "launch", "end")}


def _schedule(bar: Bar) -> dict[str, object]:
    if bar.schedule is None:
        return {"slip_days": None, "slack_days": None, "cause": None}
    return {
        "slip_days": bar.schedule.slip_days,
        "slack_days": bar.schedule.slack_days,
        "cause": bar.schedule.cause,
    }
