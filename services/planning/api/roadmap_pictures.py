"""Decides what the pictures of roadmaps show of their bodies."""

from datetime import date
from uuid import UUID

from services.planning.domain.initiative_states import DEVELOPED, FINAL
from services.planning.pictures.content import PricePoint, PriceRoadmapPicture, RoadmapBar, RoadmapPicture, Span
from services.planning.schemas.initiatives import DatesRead
from services.planning.schemas.roadmap import BarRead, PriceRoadmapRead, RoadmapRead
from shared.core.marketplaces import find_marketplace

UNGROUPED = "Others"


def roadmap_picture(body: RoadmapRead) -> RoadmapPicture:
    """The bars under their headings; one in several groups stands in each."""
    bars = {bar.id: bar for bar in body.bars}
    has_groups = any(group.key is not None for group in body.groups)
    return RoadmapPicture(
        name=f"Roadmap by {body.group_by.value}",
        today=body.today_date,
        bars=[
            _bar(bars[identifier], (group.name or UNGROUPED) if has_groups else "")
            for group in body.groups
            for identifier in group.initiative_ids
        ],
    )


def _bar(bar: BarRead, group: str) -> RoadmapBar:
    def span(dates: DatesRead, start: date | None = None) -> Span:
        return Span(dates.start_date or start, dates.launch_date if bar.kind in DEVELOPED else dates.end_date)

    return RoadmapBar(
        title=bar.title,
        planned=span(bar.planned),
        # A promise is often of the finish alone.
        committed=span(bar.committed, bar.planned.start_date if _finishes(bar) else None),
        forecast=span(bar.forecast),
        actual=span(bar.actual),
        baseline=None if bar.baseline is None else span(bar.baseline),
        launch=bar.actual.launch_date or bar.forecast.launch_date,
        slip_days=bar.slip_days or 0,
        cause=None if bar.cause is None else bar.cause.title,
        is_over=bar.status in FINAL,
        group=group,
    )


def _finishes(bar: BarRead) -> bool:
    return (bar.committed.launch_date if bar.kind in DEVELOPED else bar.committed.end_date) is not None


def price_roadmap_picture(body: PriceRoadmapRead) -> PriceRoadmapPicture:
    """The points at their prices. A marketplace's prices are in one currency for each initiative; other ones are left
    out of the picture, for a scale has one."""
    currency = _currency(body)
    keys: dict[UUID, str] = {point.initiative_id: str(point.initiative_id) for point in body.points}
    return PriceRoadmapPicture(
        name=f"Prices over time · {body.marketplace}",
        currency=currency,
        today=body.today_date,
        points=[
            PricePoint(
                key=keys[point.initiative_id],
                title=point.title,
                series=point.series_name or "",
                price=float(point.price),
                launch=point.launch_date,
                end=point.end_date,
                predecessor=None if point.predecessor_id is None else keys.get(point.predecessor_id),
                channel_kind=point.channel_kind,
            )
            for point in body.points
            if point.currency == currency
        ],
    )


def _currency(body: PriceRoadmapRead) -> str:
    """The marketplace's own currency where anything is priced in it, else that of the first price."""
    currencies = [point.currency for point in body.points]
    known = find_marketplace(body.marketplace)
    own = "money" if known is None else known.currency
    return own if own in currencies or not currencies else currencies[0]
