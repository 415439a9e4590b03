"""Reads of hand-offs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.handoffs import Handoff, HandoffStatus, Receiver
from services.planning.tables import HandoffRow
from shared.db.listing import Filter, ListQuery, Sort

_FIELDS = {
    "id": "h.id",
    "plan_id": "h.plan_id",
    "receiver": "h.receiver",
    "status": "h.status",
    "line_count": "jsonb_array_length(h.lines)",
    "reason": "h.reason",
    "answered_by": "h.answered_by",
    "answered_at": "h.answered_at",
    "version": "h.version",
    "created_by": "h.created_by",
    "created_at": "h.created_at",
    "updated_at": "h.updated_at",
}

HANDOFFS = ListQuery(
    name="handoffs",
    source="planning.handoff h",
    where="h.tenant_id = $1",
    fields=_FIELDS,
    sorts={"created_at": Sort("h.created_at", "timestamptz")},
    default_sort="-created_at",
    key=Sort("h.id", "uuid"),
    filters={
        "plan_id": Filter("h.plan_id = {}", UUID, "Only hand-offs of this plan."),
        "receiver": Filter("h.receiver = ANY({})", list[Receiver], "Only those to these receivers."),
        "status": Filter("h.status = ANY({})", list[HandoffStatus], "Only those answered so."),
    },
)

# One of them with what was handed on.
WHOLE_HANDOFFS = ListQuery(
    name="whole_handoffs",
    source=HANDOFFS.source,
    where=HANDOFFS.where,
    fields=_FIELDS | {"lines": "h.lines"},
    sorts=HANDOFFS.sorts,
    default_sort=HANDOFFS.default_sort,
    key=HANDOFFS.key,
)


async def list_handoffs_of(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> tuple[Handoff, ...]:
    """To whom the plan has been handed, and what they answered."""
    row = HandoffRow
    found = await session.execute(
        select(row.id, row.receiver, row.status)
        .where(row.tenant_id == tenant_id, row.plan_id == plan_id)
        .order_by(row.created_at, row.id)
    )
    return tuple(Handoff(str(key), Receiver(receiver), HandoffStatus(status)) for key, receiver, status in found)
