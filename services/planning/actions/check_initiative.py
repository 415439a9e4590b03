"""Decides whether an initiative may be as somebody wants it; used by the actions that create, change and move one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.initiative_dates import future_dates, order_faults
from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus, StatusFault
from services.planning.domain.succession import succession_fault
from services.planning.queries.initiatives import dates_of, load_predecessors
from services.planning.queries.resources import get_resource
from services.planning.tables import InitiativeRow, OrganisationUnitRow, PlanningBase, PortfolioNodeRow
from shared.core.currencies import check_currency
from shared.core.errors import Conflict, FieldProblem, IllegalTransition, Invalid, NotFound, ReasonMissing

Resource = TypeVar("Resource", bound=PlanningBase)

_SENTENCES = {
    "why_missing": "It has no why.",
    "gap_or_need_missing": "It is linked to no gap or need.",
    "roles_missing": "Product, market and category manager are not all assigned.",
}
_NAMED: Mapping[str, type[PlanningBase]] = {
    "node_id": PortfolioNodeRow,
    "unit_id": OrganisationUnitRow,
    "owner_id": OrganisationUnitRow,
}
_SUCCESSION = {
    "not_developed": "Only products, upgrades and accessories replace one another.",
    "own_predecessor": "It would, at last, replace itself.",
}


class GroundworkMissing(Conflict):
    """Nothing leaves proposed without a why and a gap or need; nothing is developed further without its managers."""

    slug, title = "groundwork-missing", "Groundwork is missing"


class NotASuccessor(Conflict):
    """Only products, upgrades and accessories replace one another, and none replaces itself."""

    slug, title = "not-a-successor", "Not a possible successor"


def check_dates(values: Mapping[str, Any], today: date) -> None:
    """Invalid, naming each date that stands the wrong way round, or is actual and has not come."""
    problems = []
    for group in ("planned", "committed", "actual"):
        dates = dates_of(values, group)
        problems += [
            FieldProblem(
                f"#/{group}/{fault.later}_date",
                "out_of_order",
                f"The {group} {fault.later} lies before {fault.earlier}.",
            )
            for fault in order_faults(dates)
        ]
        if group == "actual":
            problems += [
                FieldProblem(f"#/actual/{name}_date", "in_future", "What has happened does not lie in the future.")
                for name in future_dates(dates, today)
            ]
    if problems:
        raise Invalid("The dates are not possible.", errors=problems)


async def get_named(
    session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID, field: str
) -> Resource:
    """What a field of a body names; Invalid, naming the field, where there is none. A foreign key keeps it there."""
    try:
        return await get_resource(session, table, tenant_id, resource_id)
    except NotFound:
        problem = FieldProblem(f"#/{field}", "unknown", "There is none with this id.")
        raise Invalid("Something that the request names does not exist.", errors=[problem]) from None


async def check_named(session: AsyncSession, tenant_id: UUID, values: Mapping[str, Any]) -> None:
    """Invalid where node, unit, owner or currency is none."""
    for field, table in _NAMED.items():
        if values.get(field) is not None:
            await get_named(session, table, tenant_id, values[field], field)
    if values.get("budget_currency") is not None:
        check_currency(values["budget_currency"], "#/budget/currency")


async def check_succession(
    session: AsyncSession, tenant_id: UUID, initiative_id: UUID, kind: InitiativeKind, predecessor_id: UUID
) -> None:
    """NotASuccessor, or Invalid where there is no such predecessor. The links are held by the caller."""
    predecessor = await get_named(session, InitiativeRow, tenant_id, predecessor_id, "predecessor_id")
    links = await load_predecessors(session, tenant_id)
    fault = succession_fault(str(initiative_id), kind, str(predecessor_id), InitiativeKind(predecessor.kind), links)
    if fault is not None:
        raise NotASuccessor(_SUCCESSION[fault], fault=fault)


def raise_faults(
    faults: Iterable[StatusFault], status: InitiativeStatus, to: InitiativeStatus, allowed: Iterable[InitiativeStatus]
) -> None:
    """The problem that says what stands in the way, if anything does."""
    found = tuple(faults)
    codes = [fault.code for fault in found]
    if "not_allowed" in codes:
        names = ", ".join(allowed) or "none"
        raise IllegalTransition(
            f"An initiative that is {status.value} cannot become {to.value}; it can become: {names}.",
            status=status.value,
            to=to.value,
            allowed=names,
        )
    if "reason_missing" in codes:
        raise ReasonMissing
    if codes:
        raise GroundworkMissing(
            " ".join(_SENTENCES[code] for code in codes),
            to=to.value,
            faults=", ".join(codes),
            missing_roles=", ".join(role for fault in found for role in fault.missing),
        )
