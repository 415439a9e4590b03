"""Reads of initiatives: their list, their parts, their steps, and what they stand on."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.bases import BasisKind
from services.planning.domain.initiative_dates import Dates
from services.planning.domain.initiative_states import Groundwork, InitiativeKind, InitiativeStatus, TeamRole
from services.planning.domain.price_and_channels import ChannelKind, ChannelPrice
from services.planning.queries.subtrees import NODES_BELOW, UNITS_BELOW
from services.planning.schemas.fields import PlannedDay, ScopeName
from services.planning.schemas.initiatives import Quarter
from services.planning.tables import (
    BasisRow,
    DependencyRow,
    InitiativeBudgetRow,
    InitiativePriceRow,
    InitiativeRow,
)
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort, decimal_json, money_json
from shared.web.schemas import MarketplaceCode, decimal_text

PARENT = "SELECT FROM planning.initiative WHERE tenant_id = $1 AND id = $2"
DATE_NAMES = ("start", "dev_done", "launch", "end")


def _dates_json(group: str) -> str:
    pairs = (f"'{name}_date', i.{group}_{name}_date" for name in DATE_NAMES)
    return f"json_build_object({', '.join(pairs)})"


def _first_known(name: str) -> str:
    return f"coalesce(i.actual_{name}_date, i.committed_{name}_date, i.planned_{name}_date)"


# The day others wait for: the launch of what is developed, the end of all else.
_FINISH = (
    f"CASE WHEN i.kind IN ('product', 'upgrade', 'accessory') THEN {_first_known('launch')}"
    f" ELSE {_first_known('end')} END"
)

INITIATIVES = ListQuery(
    name="initiatives",
    source="planning.initiative i",
    where="i.tenant_id = $1",
    fields={
        "id": "i.id",
        "code": "i.code",
        "kind": "i.kind",
        "title": "i.title",
        "why": "i.why",
        "status": "i.status",
        "held_from": "i.held_from",
        "node_id": "i.node_id",
        "unit_id": "i.unit_id",
        "owner_id": "i.owner_id",
        "grade": "i.grade",
        "planned": _dates_json("planned"),
        "committed": _dates_json("committed"),
        "actual": _dates_json("actual"),
        "effort_days": "i.effort_days",
        "budget": money_json("i.budget_amount", "i.budget_currency"),
        "predecessor_id": "i.predecessor_id",
        "product_ref": "i.product_ref",
        "marketplaces": "ARRAY(SELECT DISTINCT p.marketplace FROM planning.initiative_price p"
        " WHERE p.tenant_id = i.tenant_id AND p.initiative_id = i.id ORDER BY 1)",
        "version": "i.version",
        "created_by": "i.created_by",
        "created_at": "i.created_at",
        "updated_at": "i.updated_at",
    },
    sorts={
        "code": Sort("i.code_key", "text"),
        "title": Sort("i.title", "text"),
        "finish_date": Sort(f"coalesce({_FINISH}, 'infinity'::date)", "date"),
        "created_at": Sort("i.created_at", "timestamptz"),
        "updated_at": Sort("i.updated_at", "timestamptz"),
    },
    default_sort="code",
    key=Sort("i.id", "uuid"),
    filters={
        "kind": Filter("i.kind = ANY({})", list[InitiativeKind], "Only initiatives of these kinds."),
        "status": Filter("i.status = ANY({})", list[InitiativeStatus], "Only initiatives in these statuses."),
        "node_id": Filter(f"i.node_id IN ({NODES_BELOW})", UUID, "Only those of this part of the portfolio."),
        "unit_id": Filter(f"i.unit_id IN ({UNITS_BELOW})", UUID, "Only those of this unit and the ones below it."),
        "owner_id": Filter("i.owner_id = {}", UUID, "Only those of this owner."),
        "marketplace": Filter(
            "EXISTS (SELECT FROM planning.initiative_price p WHERE p.tenant_id = i.tenant_id"
            " AND p.initiative_id = i.id AND p.marketplace = {})",
            MarketplaceCode,
            "Only those with a price there.",
        ),
        "key_result_id": Filter(
            "EXISTS (SELECT FROM planning.initiative_key_result k WHERE k.tenant_id = i.tenant_id"
            " AND k.initiative_id = i.id AND k.key_result_id = {})",
            UUID,
            "Only those that are meant to move this key result.",
        ),
        "product_ref": Filter("i.product_ref = {}", ScopeName, "Only those whose product has this code."),
        "quarter": Filter(
            f"to_char({_FINISH}, 'YYYY-\"Q\"Q') = {{}}",
            Quarter,
            "Only those that launch (of kinds that are not developed: end) in this quarter, actual dates first, then "
            "committed, then planned.",
        ),
        "finish_from_date": Filter(
            f"{_FINISH} >= {{}}", PlannedDay, "Only those that launch or end on this day or later."
        ),
        "finish_to_date": Filter(f"{_FINISH} <= {{}}", PlannedDay, "Only those that launch or end until this day."),
    },
)

_OF_INITIATIVE = {"initiative_id": Filter("n.initiative_id = {}", UUID, "The initiative.")}

PRICES = ListQuery(
    name="initiative_prices",
    source="planning.initiative_price n",
    where="n.tenant_id = $1",
    fields={
        "marketplace": "n.marketplace",
        "channel": "n.channel",
        "channel_kind": "n.channel_kind",
        "list_amount": decimal_json("n.list_amount"),
        "amount": decimal_json("n.amount"),
        "currency": "n.currency",
    },
    sorts={"marketplace": Sort("n.marketplace", "text")},
    default_sort="marketplace",
    key=Sort("n.channel", "text"),
    path=_OF_INITIATIVE,
    parent=PARENT,
)

BUDGET_MONTHS = ListQuery(
    name="initiative_budget_months",
    source="planning.initiative_budget n",
    where="n.tenant_id = $1",
    fields={"month": "to_char(n.month_date, 'YYYY-MM')", "amount": decimal_json("n.amount")},
    sorts={"month": Sort("n.month_date", "date")},
    default_sort="month",
    key=Sort("n.month_date", "date"),
    path=_OF_INITIATIVE,
    parent=PARENT,
)

KEY_RESULTS = ListQuery(
    name="initiative_key_results",
    source="planning.initiative_key_result n"
    " JOIN planning.key_result k ON k.tenant_id = n.tenant_id AND k.id = n.key_result_id",
    where="n.tenant_id = $1",
    fields={
        "key_result_id": "n.key_result_id",
        "title": "k.title",
        "objective_id": "k.objective_id",
        "metric_code": "k.metric_code",
    },
    sorts={"title": Sort("k.title", "text")},
    default_sort="title",
    key=Sort("n.key_result_id", "uuid"),
    path=_OF_INITIATIVE,
    parent=PARENT,
)

BASES = ListQuery(
    name="initiative_bases",
    source="planning.basis n",
    where="n.tenant_id = $1 AND n.initiative_id IS NOT NULL",
    fields={
        "id": "n.id",
        "initiative_id": "n.initiative_id",
        "kind": "n.kind",
        "metric_code": "n.metric_code",
        "cycle_id": "n.cycle_id",
        "scope": "n.scope",
        "text": "n.text",
        "evidence_url": "n.evidence_url",
        "version": "n.version",
        "created_by": "n.created_by",
        "created_at": "n.created_at",
        "updated_at": "n.updated_at",
    },
    sorts={"created_at": Sort("n.created_at", "timestamptz")},
    default_sort="created_at",
    key=Sort("n.id", "uuid"),
    filters={"kind": Filter("n.kind = ANY({})", list[BasisKind], "Only of these kinds.")},
    path=_OF_INITIATIVE,
    parent=PARENT,
)

TRANSITIONS = ListQuery(
    name="initiative_transitions",
    source="planning.change c",
    where="c.tenant_id = $1 AND c.subject_kind = 'initiative' AND c.action = 'moved'",
    fields={
        "id": "c.id",
        "from_status": "c.changes -> 'status' ->> 'old'",
        "to_status": "c.changes -> 'status' ->> 'new'",
        "move": "c.changes -> 'move' ->> 'new'",
        "gate": "c.changes -> 'gate' ->> 'new'",
        "on_date": "(c.changes -> 'on_date' ->> 'new')::date",
        "reason": "c.reason",
        "moved_by": "c.changed_by",
        "moved_at": "c.changed_at",
    },
    sorts={"moved_at": Sort("c.changed_at", "timestamptz")},
    default_sort="moved_at",
    key=Sort("c.id", "uuid"),
    path={"initiative_id": Filter("c.subject_id = {}", UUID, "The initiative.")},
    parent=PARENT,
)


def values_of(row: InitiativeRow) -> dict[str, Any]:
    """The columns of an initiative by name."""
    return {column.key: getattr(row, column.key) for column in InitiativeRow.__table__.columns}


def dates_of(values: Mapping[str, Any], group: str) -> Dates:
    """The planned, committed or actual dates among the columns of an initiative."""
    return Dates(*(values[f"{group}_{name}_date"] for name in DATE_NAMES))


async def find_initiative_by_code(session: AsyncSession, tenant_id: UUID, code_key: str) -> InitiativeRow | None:
    """The initiative with this code in compared form."""
    row = InitiativeRow
    return await session.scalar(select(row).where(row.tenant_id == tenant_id, row.code_key == code_key))


async def load_predecessors(session: AsyncSession, tenant_id: UUID) -> dict[str, str]:
    """Every initiative that replaces another, with the one it replaces."""
    row = InitiativeRow
    found = await session.execute(
        select(row.id, row.predecessor_id).where(row.tenant_id == tenant_id, row.predecessor_id.is_not(None))
    )
    return {str(each): str(before) for each, before in found}


async def sum_budget_months(session: AsyncSession, tenant_id: UUID, initiative_id: UUID) -> Any:
    """What of the budget is given to months; None where nothing is."""
    row = InitiativeBudgetRow
    return await session.scalar(
        select(func.sum(row.amount)).where(row.tenant_id == tenant_id, row.initiative_id == initiative_id)
    )


async def is_waited_for(session: AsyncSession, tenant_id: UUID, initiative_id: UUID) -> bool:
    """Whether another initiative waits for this one, or replaces it."""
    waiting = exists().where(DependencyRow.tenant_id == tenant_id, DependencyRow.from_id == initiative_id)
    replacing = exists().where(InitiativeRow.tenant_id == tenant_id, InitiativeRow.predecessor_id == initiative_id)
    return bool(await session.scalar(select(waiting | replacing)))


async def get_basis(session: AsyncSession, tenant_id: UUID, initiative_id: UUID, basis_id: UUID) -> BasisRow:
    """Something that this initiative answers, or NotFound."""
    row = BasisRow
    found = await session.scalar(
        select(row).where(row.tenant_id == tenant_id, row.initiative_id == initiative_id, row.id == basis_id)
    )
    if found is None:
        raise NotFound
    return found


# People count who are assigned to the initiative itself, or to the part of the portfolio that it belongs to.
_GROUNDWORK = text("""
    WITH RECURSIVE line AS (
        SELECT id, parent_id FROM planning.portfolio_node WHERE tenant_id = :tenant_id AND id = :node_id
        UNION ALL
        SELECT n.id, n.parent_id FROM planning.portfolio_node n JOIN line ON n.id = line.parent_id
        WHERE n.tenant_id = :tenant_id
    )
    SELECT
        (SELECT count(*) FROM planning.basis b
         WHERE b.tenant_id = :tenant_id AND b.initiative_id = :initiative_id AND b.kind IN ('gap', 'need')),
        ARRAY(
            SELECT DISTINCT a.role FROM planning.role_assignment a
            WHERE a.tenant_id = :tenant_id AND a.role IN ('PM', 'MM', 'CM')
            AND a.from_date <= :today AND coalesce(a.to_date, 'infinity') >= :today
            AND (a.subject_kind = 'initiative' AND a.subject_id = :initiative_id
                 OR a.subject_kind = 'portfolio_node' AND a.subject_id IN (SELECT id FROM line))
        )
""").bindparams(
    bindparam("node_id", type_=Uuid), bindparam("initiative_id", type_=Uuid), bindparam("today", type_=Date)
)


async def load_groundwork(
    session: AsyncSession, tenant_id: UUID, initiative_id: UUID, *, why: str | None, node_id: UUID | None, today: date
) -> Groundwork:
    """What the initiative stands on today, with this why and in this part of the portfolio."""
    values = {"tenant_id": tenant_id, "initiative_id": initiative_id, "node_id": node_id, "today": today}
    bases, roles = (await session.execute(_GROUNDWORK, values)).one()
    return Groundwork(bool(why and why.strip()), bases, frozenset(map(TeamRole, roles)))


async def list_prices(session: AsyncSession, tenant_id: UUID, initiative_id: UUID) -> Sequence[InitiativePriceRow]:
    """What the initiative costs, by marketplace and channel."""
    row = InitiativePriceRow
    found = await session.scalars(
        select(row)
        .where(row.tenant_id == tenant_id, row.initiative_id == initiative_id)
        .order_by(row.marketplace, row.channel)
    )
    return found.all()


def price_texts(price: ChannelPrice | InitiativePriceRow) -> list[str]:
    """A price as the journal and snapshots keep it."""
    amounts = [decimal_text(price.list_amount), decimal_text(price.amount)]
    return [price.marketplace, price.channel, str(price.channel_kind), *amounts, price.currency]


def price_of_texts(kept: Sequence[str]) -> ChannelPrice:
    """The price that the journal or a snapshot keeps."""
    marketplace, channel, kind, list_amount, amount, currency = kept
    return ChannelPrice(marketplace, channel, ChannelKind(kind), Decimal(list_amount), Decimal(amount), currency)


async def list_successors(session: AsyncSession, tenant_id: UUID, initiative_id: UUID) -> list[UUID]:
    """The initiatives that replace this one."""
    row = InitiativeRow
    found = await session.scalars(
        select(row.id).where(row.tenant_id == tenant_id, row.predecessor_id == initiative_id).order_by(row.code_key)
    )
    return list(found)
