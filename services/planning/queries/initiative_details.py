"""Reads one initiative with its parts, its line of products, and what may become of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.initiative_states import (
    InitiativeKind,
    InitiativeStatus,
    allowed_moves,
    frozen_fields,
    gate_of,
)
from services.planning.domain.succession import lineage
from services.planning.queries.initiatives import INITIATIVES, list_successors, load_predecessors
from services.planning.schemas.initiatives import InitiativeDetailRead
from shared.db.one_row import get_row


def _parts(table: str, item: str, order: str) -> str:
    return (
        f"(SELECT coalesce(json_agg({item} ORDER BY {order}), '[]') FROM planning.{table} n"
        " WHERE n.tenant_id = i.tenant_id AND n.initiative_id = i.id)"
    )


_PRICE = (
    "json_build_object('marketplace', n.marketplace, 'channel', n.channel, 'channel_kind', n.channel_kind,"
    " 'list_amount', trim_scale(n.list_amount)::text, 'amount', trim_scale(n.amount)::text, 'currency', n.currency)"
)
_MONTH = "json_build_object('month', to_char(n.month_date, 'YYYY-MM'), 'amount', trim_scale(n.amount)::text)"
_WITH_PARTS = replace(
    INITIATIVES,
    fields={
        **INITIATIVES.fields,
        "prices": _parts("initiative_price", _PRICE, "n.marketplace, n.channel"),
        "budget_months": _parts("initiative_budget", _MONTH, "n.month_date"),
        "key_result_ids": _parts("initiative_key_result", "n.key_result_id", "n.key_result_id"),
    },
)


async def read_initiative(session: AsyncSession, tenant_id: UUID, initiative_id: UUID) -> InitiativeDetailRead:
    """The initiative as it is now, or NotFound."""
    row: dict[str, Any] = orjson.loads(await get_row(session, _WITH_PARTS, tenant_id, initiative_id))
    kind, status = InitiativeKind(row["kind"]), InitiativeStatus(row["status"])
    held_from = None if row["held_from"] is None else InitiativeStatus(row["held_from"])
    moves = allowed_moves(kind, status, held_from)
    frozen = (f"{name}_date" if "." in name else name for name in frozen_fields(status, held_from))
    row |= {
        "lineage": lineage(str(initiative_id), await load_predecessors(session, tenant_id)),
        "successor_ids": [str(each) for each in await list_successors(session, tenant_id, initiative_id)],
        "allowed_moves": [{"to": to, "move": move, "gate": gate_of(status, move)} for to, move in moves.items()],
        "frozen_fields": sorted(frozen),
    }
    return InitiativeDetailRead.model_validate_json(orjson.dumps(row))
