"""Reads roadmaps: initiatives with their dates and who waits for whom, as they are or as they were at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.initiative_states import DEVELOPED, InitiativeKind, InitiativeStatus
from services.planning.domain.price_and_channels import ChannelKind, ChannelPrice
from services.planning.domain.rewinding import Change, rewound
from services.planning.domain.roadmap import Bar, RoadmapItem, roadmap_bars
from services.planning.domain.schedule import Dependency, DependencyCycle, DependencyType
from services.planning.domain.scope import Ancestry, ScopeKey
from services.planning.domain.work_calendar import ALWAYS_OPEN, Closure, WorkCalendar
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.initiatives import DATE_NAMES, dates_of, price_of_texts, price_texts
from services.planning.tables import (
    ChangeRow,
    DependencyRow,
    InitiativeKeyResultRow,
    InitiativePriceRow,
    InitiativeRow,
    OrganisationUnitRow,
    PlanningBase,
    PortfolioNodeRow,
    WorkClosureRow,
)
from shared.core.errors import Conflict

_GROUPS = ("planned", "committed", "actual")
_INITIATIVE = (
    "code",
    "kind",
    "title",
    "status",
    "node_id",
    "unit_id",
    "owner_id",
    "grade",
    "effort_days",
    "budget_amount",
    "budget_currency",
    "predecessor_id",
    "product_ref",
    *(f"{group}_{name}_date" for group in _GROUPS for name in DATE_NAMES),
)
_DEPENDENCY = ("from_id", "to_id", "type", "lag_days")
_CLOSURE = ("from_date", "to_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapSelection:
    """Which initiatives a roadmap shows: those of a node or unit and what is below it, an owner, a marketplace; one."""

    node_id: UUID | None = None
    owner_id: UUID | None = None
    unit_id: UUID | None = None
    marketplace: str | None = None
    initiative_id: UUID | None = None

    def as_json(self) -> dict[str, str]:
        """What is asked for, as a snapshot keeps it."""
        asked = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value) for name, value in asked.items() if value is not None}

    @classmethod
    def of_json(cls, kept: Mapping[str, str]) -> "RoadmapSelection":
        """What a snapshot kept."""
        names = ("node_id", "owner_id", "unit_id", "initiative_id")
        values: dict[str, Any] = {name: UUID(kept[name]) for name in names if name in kept}
        return cls(**values, marketplace=kept.get("marketplace"))


class NoSchedule(Conflict):
    """The dates cannot be told: work laid end to end leads out of the calendar, or waits for itself."""

    slug, title = "no-schedule", "No schedule"


EVERY_INITIATIVE = RoadmapSelection()


@dataclass(frozen=True, slots=True)
class Card:
    """What a roadmap says of an initiative beside its dates."""

    code: str
    title: str
    kind: InitiativeKind
    status: InitiativeStatus
    node_id: UUID | None
    unit_id: UUID | None
    owner_id: UUID | None
    grade: str | None
    budget_amount: Decimal | None
    budget_currency: str | None
    predecessor_id: UUID | None
    product_ref: str | None
    prices: tuple[ChannelPrice, ...]
    key_result_ids: tuple[str, ...]

    @property
    def marketplaces(self) -> tuple[str, ...]:
        """Where it has prices."""
        return tuple(dict.fromkeys(price.marketplace for price in self.prices))


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The selected initiatives and, besides, all that they wait for: without these their dates could not be told.

    `selected` holds the keys of those asked for, by code. `links` names the dependencies of `dependencies`, in order.
    """

    selected: tuple[str, ...]
    items: tuple[RoadmapItem, ...]
    dependencies: tuple[Dependency, ...]
    links: tuple[UUID, ...]
    closures: tuple[Closure, ...]
    cards: Mapping[str, Card]
    names: Mapping[UUID, str]

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles of all its initiatives."""
        return {key: card.title for key, card in self.cards.items()}

    def bars(self, today: date) -> Mapping[str, Bar]:
        """What is to be expected of each initiative; NoSchedule where that cannot be told."""
        try:
            return roadmap_bars(self.items, self.dependencies, today)
        except (OverflowError, DependencyCycle) as error:
            raise NoSchedule from error


async def load_roadmap(
    session: AsyncSession,
    tenant_id: UUID,
    selection: RoadmapSelection = EVERY_INITIATIVE,
    *,
    as_of: datetime | None = None,
) -> Roadmap:
    """The roadmap of the selection, from what was known at `as_of`."""
    parts = {"prices": await _load_prices(session, tenant_id), "key_result_ids": await _load_links(session, tenant_id)}
    initiatives = await _load(session, tenant_id, InitiativeRow, _INITIATIVE, as_of, parts)
    links = await _load(session, tenant_id, DependencyRow, _DEPENDENCY, as_of)
    closures = await _load(session, tenant_id, WorkClosureRow, _CLOSURE, as_of)
    ancestry = await load_ancestry(session, tenant_id)
    cards = {key: _card(values) for key, values in initiatives.items()}
    chosen = [key for key, card in cards.items() if _is_selected(key, card, selection, ancestry)]
    # What a snapshot or the journal names and no longer exists is waited for by nobody.
    known = {key: each for key, each in links.items() if {str(each["from_id"]), str(each["to_id"])} <= cards.keys()}
    needed = _with_predecessors(chosen, known.values())
    waits = {key: each for key, each in known.items() if str(each["to_id"]) in needed}
    closed = tuple(Closure(each["from_date"], each["to_date"]) for each in closures.values())
    calendar = WorkCalendar.of(closed)
    shown = {key: cards[key] for key in sorted(needed)}
    return Roadmap(
        selected=tuple(sorted(chosen, key=lambda key: (cards[key].code.casefold(), key))),
        items=tuple(_item(key, initiatives[key], calendar) for key in shown),
        dependencies=tuple(_dependency(each) for each in waits.values()),
        links=tuple(UUID(key) for key in waits),
        closures=closed,
        cards=shown,
        names=await _load_names(session, tenant_id, shown.values()),
    )


async def _load(
    session: AsyncSession,
    tenant_id: UUID,
    table: type[PlanningBase],
    names: Iterable[str],
    as_of: datetime | None,
    parts: Mapping[str, Mapping[str, list[Any]]] = MappingProxyType({}),
) -> dict[str, dict[str, Any]]:
    """These columns and parts of all rows by id, as they were at the moment."""
    row: Any = table
    columns = [getattr(row, name) for name in names]
    found = await session.execute(select(row.id, *columns).where(row.tenant_id == tenant_id).order_by(row.id))
    now = {str(each[0]): dict(zip(names, each[1:], strict=True)) for each in found}
    for key, values in now.items():
        values |= {name: each.get(key, []) for name, each in parts.items()}
    return now if as_of is None else await _rewind(session, tenant_id, table, (*names, *parts), now, as_of)


async def _rewind(
    session: AsyncSession,
    tenant_id: UUID,
    table: type[PlanningBase],
    names: tuple[str, ...],
    now: Mapping[str, Mapping[str, Any]],
    as_of: datetime,
) -> dict[str, dict[str, Any]]:
    journal = ChangeRow
    found = await session.execute(
        select(journal.subject_id, journal.action, journal.changes)
        .where(
            journal.tenant_id == tenant_id,
            journal.subject_kind == table.__tablename__,
            journal.changed_at > as_of,
        )
        .order_by(journal.changed_at.desc(), journal.id.desc())
    )
    since = [
        Change(
            str(subject),
            action,
            {name: _value(table, name, changes[name]["old"]) for name in names if name in changes},
        )
        for subject, action, changes in found
    ]
    # A deleted row's entry leaves out what was empty.
    return {key: {name: values.get(name) for name in names} for key, values in rewound(now, since).items()}


def _value(table: type[PlanningBase], name: str, text: Any) -> Any:
    """What the journal keeps of a column, as the column holds it."""
    column = table.__table__.columns.get(name)
    if text is None or column is None:
        return text
    if isinstance(column.type, Uuid):
        return UUID(text)
    kind = column.type.python_type
    if kind is date:
        return date.fromisoformat(text)
    return Decimal(text) if kind is Decimal else text


async def _load_prices(session: AsyncSession, tenant_id: UUID) -> dict[str, list[Any]]:
    """The prices of every initiative, as the journal keeps them."""
    row = InitiativePriceRow
    found = await session.execute(
        select(
            row.initiative_id,
            row.marketplace,
            row.channel,
            row.channel_kind,
            row.list_amount,
            row.amount,
            row.currency,
        )
        .where(row.tenant_id == tenant_id)
        .order_by(row.initiative_id, row.marketplace, row.channel)
    )
    priced: dict[str, list[Any]] = defaultdict(list)
    for initiative_id, marketplace, channel, kind, list_amount, amount, currency in found:
        price = ChannelPrice(marketplace, channel, ChannelKind(kind), list_amount, amount, currency)
        priced[str(initiative_id)].append(price_texts(price))
    return priced


async def _load_links(session: AsyncSession, tenant_id: UUID) -> dict[str, list[Any]]:
    """The key results that every initiative is meant to move."""
    row = InitiativeKeyResultRow
    found = await session.execute(
        select(row.initiative_id, row.key_result_id).where(row.tenant_id == tenant_id).order_by(row.key_result_id)
    )
    linked: dict[str, list[Any]] = defaultdict(list)
    for initiative_id, key_result_id in found:
        linked[str(initiative_id)].append(str(key_result_id))
    return linked


async def _load_names(session: AsyncSession, tenant_id: UUID, cards: Iterable[Card]) -> dict[UUID, str]:
    """The names of the nodes, units and owners that the cards name."""
    named = {each for card in cards for each in (card.node_id, card.unit_id, card.owner_id) if each is not None}
    names: dict[UUID, str] = {}
    for table in (PortfolioNodeRow, OrganisationUnitRow):
        found = await session.execute(
            select(table.id, table.name).where(table.tenant_id == tenant_id, table.id.in_(named))
        )
        names |= {row.id: row.name for row in found}
    return names


def _card(values: Mapping[str, Any]) -> Card:
    return Card(
        code=values["code"],
        title=values["title"],
        kind=InitiativeKind(values["kind"]),
        status=InitiativeStatus(values["status"]),
        node_id=values["node_id"],
        unit_id=values["unit_id"],
        owner_id=values["owner_id"],
        grade=values["grade"],
        budget_amount=values["budget_amount"],
        budget_currency=values["budget_currency"],
        predecessor_id=values["predecessor_id"],
        product_ref=values["product_ref"],
        prices=tuple(price_of_texts(each) for each in values["prices"] or ()),
        key_result_ids=tuple(values["key_result_ids"] or ()),
    )


def _is_selected(key: str, card: Card, selection: RoadmapSelection, ancestry: Ancestry) -> bool:
    def within(tree: ScopeKey, wanted: UUID | None, own: UUID | None) -> bool:
        return wanted is None or (own is not None and ancestry.reaches(tree, str(wanted), str(own)))

    return (
        within(ScopeKey.NODE_ID, selection.node_id, card.node_id)
        and within(ScopeKey.ORG_UNIT_ID, selection.unit_id, card.unit_id)
        and selection.owner_id in (None, card.owner_id)
        and (selection.initiative_id is None or str(selection.initiative_id) == key)
        and (selection.marketplace is None or selection.marketplace in card.marketplaces)
    )


def _with_predecessors(chosen: Iterable[str], links: Iterable[Mapping[str, Any]]) -> set[str]:
    """The chosen and all that they wait for, directly or not."""
    waits: dict[str, list[str]] = defaultdict(list)
    for link in links:
        waits[str(link["to_id"])].append(str(link["from_id"]))
    needed, open_ends = set(chosen), list(chosen)
    while open_ends:
        for before in waits[open_ends.pop()]:
            if before not in needed:
                needed.add(before)
                open_ends.append(before)
    return needed


def _item(key: str, values: Mapping[str, Any], calendar: WorkCalendar) -> RoadmapItem:
    kind = InitiativeKind(values["kind"])
    return RoadmapItem(
        key=key,
        kind=kind,
        status=InitiativeStatus(values["status"]),
        planned=dates_of(values, "planned"),
        committed=dates_of(values, "committed"),
        actual=dates_of(values, "actual"),
        effort_days=values["effort_days"],
        # What is developed is made in factories; a campaign goes on while they are closed.
        calendar=calendar if kind in DEVELOPED else ALWAYS_OPEN,
    )


def _dependency(values: Mapping[str, Any]) -> Dependency:
    return Dependency(str(values["from_id"]), str(values["to_id"]), DependencyType(values["type"]), values["lag_days"])
