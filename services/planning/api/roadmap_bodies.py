"""Decides what the bodies of roadmaps say of loaded ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.planning.domain.baseline import Row, baseline_dates
from services.planning.domain.initiative_states import DEVELOPED, InitiativeStatus
from services.planning.domain.price_and_channels import normal_price
from services.planning.domain.roadmap import Bar, RoadmapItem
from services.planning.domain.roadmap_groups import GroupName, due_quarter, grouped, touches
from services.planning.domain.schedule import critical_chain, dependency_slacks
from services.planning.queries.roadmap import Roadmap
from services.planning.schemas.initiatives import DatesRead
from services.planning.schemas.roadmap import (
    BarRead,
    GroupBy,
    PricePointRead,
    PriceRoadmapRead,
    RoadmapDependencyRead,
    RoadmapGroupRead,
    RoadmapRead,
    SlipCauseRead,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapAsk:
    """How a roadmap is to be shown. `baseline` holds the rows of the baseline, if there is one."""

    group_by: GroupBy
    as_of: datetime
    window: tuple[date | None, date | None] = (None, None)
    include_killed: bool = False
    baseline_id: UUID | None = None
    baseline: Mapping[str, Row] | None = None


def roadmap_body(roadmap: Roadmap, ask: RoadmapAsk) -> RoadmapRead:
    """The body of a roadmap: the selected initiatives that reach into the window."""
    bars = roadmap.bars(ask.as_of.date())
    items = {item.key: item for item in roadmap.items}
    shown = [key for key in roadmap.selected if _is_shown(items[key], bars[key], ask)]
    shown.sort(key=lambda key: bars[key].forecast.start or date.max)
    chain = _critical_chain(shown, bars)
    groups = grouped(shown, {key: _groups_of(roadmap, items[key], bars[key], ask.group_by) for key in shown})
    return RoadmapRead(
        as_of=ask.as_of,
        today_date=ask.as_of.date(),
        group_by=ask.group_by,
        baseline_id=ask.baseline_id,
        groups=[
            RoadmapGroupRead(key=group.key, name=group.name, initiative_ids=_ids(group.members)) for group in groups
        ],
        bars=[_bar(roadmap, items[key], bars[key], ask.baseline, key in chain) for key in shown],
        dependencies=list(_dependencies(roadmap, bars, set(shown))),
        critical_chain=_ids(chain),
    )


def _ids(keys: Iterable[str]) -> list[UUID]:
    return [UUID(key) for key in keys]


def _is_shown(item: RoadmapItem, bar: Bar, ask: RoadmapAsk) -> bool:
    if item.status is InitiativeStatus.KILLED and not ask.include_killed:
        return False
    return touches(ask.window, item.planned, item.committed, item.actual, bar.forecast)


def _critical_chain(shown: Iterable[str], bars: Mapping[str, Bar]) -> tuple[str, ...]:
    """What sets the finish of the shown initiative that is finished last; earlier ones may be outside the selection."""
    forecasts = {key: bar.schedule for key, bar in bars.items() if bar.schedule is not None}
    last = [key for key in shown if key in forecasts]
    if not last:
        return ()
    return critical_chain(forecasts, min(last, key=lambda key: (-forecasts[key].finish.toordinal(), key)))


def _groups_of(roadmap: Roadmap, item: RoadmapItem, bar: Bar, group_by: GroupBy) -> list[GroupName]:
    card = roadmap.cards[item.key]
    match group_by:
        case GroupBy.MARKETPLACE:
            return [(each, each) for each in card.marketplaces]
        case GroupBy.QUARTER:
            quarter = due_quarter(item.kind, bar.forecast, item.committed, item.planned)
            return [] if quarter is None else [(quarter, quarter)]
    identifier = card.node_id if group_by is GroupBy.SERIES else card.owner_id
    return [] if identifier is None else [(str(identifier), roadmap.names.get(identifier, str(identifier)))]


def _bar(
    roadmap: Roadmap, item: RoadmapItem, bar: Bar, baseline: Mapping[str, Row] | None, is_critical: bool
) -> BarRead:
    card, schedule = roadmap.cards[item.key], bar.schedule
    kept = None if baseline is None else baseline.get(item.key)
    cause = None if schedule is None or schedule.cause is None else roadmap.cards[schedule.cause]
    return BarRead(
        id=UUID(item.key),
        code=card.code,
        title=card.title,
        kind=card.kind,
        status=card.status,
        node_id=card.node_id,
        unit_id=card.unit_id,
        owner_id=card.owner_id,
        marketplaces=list(card.marketplaces),
        planned=DatesRead.of(item.planned),
        committed=DatesRead.of(item.committed),
        forecast=DatesRead.of(bar.forecast),
        actual=DatesRead.of(item.actual),
        baseline=None if kept is None else DatesRead.of(baseline_dates(kept)),
        slip_days=None if schedule is None else schedule.slip_days,
        slack_days=None if schedule is None else schedule.slack_days,
        start_set_by=None if schedule is None else schedule.start_set_by,
        cause=(
            None
            if cause is None or schedule is None or schedule.cause is None
            else SlipCauseRead(id=UUID(schedule.cause), code=cause.code, title=cause.title)
        ),
        is_critical=is_critical,
    )


def _dependencies(roadmap: Roadmap, bars: Mapping[str, Bar], shown: set[str]) -> Iterable[RoadmapDependencyRead]:
    forecasts = {key: bar.schedule for key, bar in bars.items() if bar.schedule is not None}
    slacks = {each.dependency: each for each in dependency_slacks(roadmap.dependencies, forecasts)}
    for link, dependency in zip(roadmap.links, roadmap.dependencies, strict=True):
        if dependency.to_key in shown:
            slack = slacks.get(dependency)
            yield RoadmapDependencyRead(
                id=link,
                from_id=UUID(dependency.from_key),
                to_id=UUID(dependency.to_key),
                type=dependency.type,
                lag_days=dependency.lag_days,
                start_slack_days=None if slack is None else slack.start_slack_days,
                finish_slack_days=None if slack is None else slack.finish_slack_days,
            )


def price_roadmap_body(roadmap: Roadmap, marketplace: str, as_of: datetime) -> PriceRoadmapRead:
    """Every developed initiative that has a price there and a launch to expect; what was killed is not sold."""
    bars = roadmap.bars(as_of.date())
    points = []
    for key in roadmap.selected:
        card, launch = roadmap.cards[key], bars[key].forecast.launch
        price = normal_price(card.prices, marketplace)
        if price is None or launch is None or card.kind not in DEVELOPED or card.status is InitiativeStatus.KILLED:
            continue
        points.append(
            PricePointRead(
                initiative_id=UUID(key),
                code=card.code,
                title=card.title,
                status=card.status,
                series_id=card.node_id,
                series_name=None if card.node_id is None else roadmap.names.get(card.node_id),
                grade=card.grade,
                channel=price.channel,
                channel_kind=price.channel_kind,
                price=price.amount,
                list_price=price.list_amount,
                currency=price.currency,
                launch_date=launch,
                end_date=bars[key].forecast.end,
                predecessor_id=card.predecessor_id,
            )
        )
    points.sort(key=lambda point: (point.launch_date, point.price, point.code))
    return PriceRoadmapRead(as_of=as_of, today_date=as_of.date(), marketplace=marketplace, points=points)
