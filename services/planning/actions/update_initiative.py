"""Changes an initiative: its names, its dates, its owner, its budget; what a launch has settled stays."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_initiative import (
    NotASuccessor,
    check_dates,
    check_named,
    check_succession,
    raise_faults,
)
from services.planning.actions.create_initiative import column_values
from services.planning.actions.lock_initiative_links import lock_initiative_links
from services.planning.actions.set_budget_months import check_budget
from services.planning.domain.initiative_states import (
    DEVELOPED,
    InitiativeKind,
    InitiativeStatus,
    faults_at,
    frozen_fields,
    is_commitment_firm,
    settled_dates,
    statuses_of,
)
from services.planning.queries.initiatives import (
    DATE_NAMES,
    find_initiative_by_code,
    list_successors,
    load_groundwork,
    values_of,
)
from services.planning.schemas.initiatives import InitiativePatch
from services.planning.tables import InitiativeRow
from shared.core.errors import Conflict, DuplicateKey, FieldProblem, Invalid, ReasonMissing

_DATE_GROUPS = ("planned", "committed", "actual")


class LaunchReleased(Conflict):
    """The launch is released: corrections are new initiatives or calibrations."""

    slug, title = "launch-released", "Settled by the launch"


class KindDoesNotFit(Conflict):
    """An initiative of this kind is never in the present status."""

    slug, title = "kind-does-not-fit", "The kind does not fit the status"


async def update_initiative(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    patch: InitiativePatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> InitiativeRow:
    """The changed initiative; see the problems of its operation for what is refused."""
    sent = patch.changes()
    reason = sent.pop("reason", None)
    if {"predecessor_id", "kind"} & sent.keys():
        await lock_initiative_links(session, tenant_id)
    row = await lock_at_version(session, InitiativeRow, tenant_id, initiative_id, expected_version)
    before = values_of(row)
    changes = {name: value for name, value in _columns(patch, sent).items() if before[name] != value}
    after = before | changes
    _check_frozen(before, changes)
    _check_kind(after)
    _check_settled(before, changes, InitiativeKind(after["kind"]))
    check_dates(after, now.date())
    _check_commitment(before, changes, reason)
    await check_named(session, tenant_id, changes)
    await _check_succession(session, tenant_id, after, changes)
    await _check_groundwork(session, tenant_id, before, after, now)
    if {"budget_amount", "budget_currency"} & changes.keys():
        await check_budget(session, tenant_id, initiative_id, before, after)
    if "code_key" in changes:
        other = await find_initiative_by_code(session, tenant_id, changes["code_key"])
        if other is not None:
            raise DuplicateKey(code=changes["code"])
    await write_change(session, row, changes, by=by, now=now, reason=reason)
    return row


def _columns(patch: InitiativePatch, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that were sent, and of dates only those."""
    fields: dict[str, Any] = {}
    for name, value in sent.items():
        if name in _DATE_GROUPS:
            fields[name] = value.changes()
        elif name == "budget":
            fields[name] = None if value is None else value.model_dump()
        else:
            fields[name] = value
    return column_values(fields)


def _check_frozen(before: Mapping[str, Any], changes: Iterable[str]) -> None:
    held_from = before["held_from"] and InitiativeStatus(before["held_from"])
    frozen = frozen_fields(InitiativeStatus(before["status"]), held_from)
    settled = [_path(name) for name in frozen if _column_of(name) in set(changes)]
    if settled:
        raise LaunchReleased(fields=", ".join(sorted(settled)))


def _column_of(name: str) -> str:
    group, _, part = name.partition(".")
    return f"{group}_{part}_date" if part else name


def _path(name: str) -> str:
    """A field of the domain as callers name it: `committed.launch_date`."""
    return f"{name}_date" if "." in name else name


def _check_kind(after: Mapping[str, Any]) -> None:
    status = InitiativeStatus(after["status"])
    if status not in statuses_of(InitiativeKind(after["kind"])):
        raise KindDoesNotFit(kind=after["kind"], status=status)


def _check_settled(before: Mapping[str, Any], changes: Mapping[str, Any], kind: InitiativeKind) -> None:
    """A date that a step settles is corrected, never set or forgotten by hand."""
    problems = []
    for name in settled_dates(kind):
        column = f"actual_{name}_date"
        if column in changes and (before[column] is None or changes[column] is None):
            detail = "A step from status to status settles this date."
            problems.append(FieldProblem(f"#/actual/{name}_date", "settled_by_transition", detail))
    if problems:
        raise Invalid("An actual date is settled by a transition.", errors=problems)


def _check_commitment(before: Mapping[str, Any], changes: Mapping[str, Any], reason: str | None) -> None:
    """ReasonMissing where a date that was promised, past concept, becomes another without a reason."""
    held_from = before["held_from"] and InitiativeStatus(before["held_from"])
    if not is_commitment_firm(InitiativeKind(before["kind"]), InitiativeStatus(before["status"]), held_from):
        return
    columns = {f"committed_{name}_date" for name in DATE_NAMES}
    moved = [column for column in changes if column in columns and before[column] is not None]
    if moved and not (reason and reason.strip()):
        raise ReasonMissing("A committed date changes only for a reason.", fields=", ".join(sorted(moved)))


async def _check_succession(
    session: AsyncSession, tenant_id: UUID, after: Mapping[str, Any], changes: Mapping[str, Any]
) -> None:
    kind = InitiativeKind(after["kind"])
    if after["predecessor_id"] is not None and {"predecessor_id", "kind"} & changes.keys():
        await check_succession(session, tenant_id, after["id"], kind, after["predecessor_id"])
    if "kind" in changes and kind not in DEVELOPED and await list_successors(session, tenant_id, after["id"]):
        raise NotASuccessor("Others replace it, which only products, upgrades and accessories can be.")


async def _check_groundwork(
    session: AsyncSession, tenant_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> None:
    """GroundworkMissing where the change takes away what the status stands on; what was missing before is not asked."""
    if all(before[name] == after[name] for name in ("why", "kind", "node_id")):
        return
    faults = []
    for values in (before, after):
        groundwork = await load_groundwork(
            session, tenant_id, before["id"], why=values["why"], node_id=values["node_id"], today=now.date()
        )
        standing = InitiativeStatus(values["held_from"] or values["status"])
        faults.append(faults_at(InitiativeKind(values["kind"]), standing, groundwork))
    status = InitiativeStatus(before["status"])
    raise_faults([fault for fault in faults[1] if fault not in faults[0]], status, status, ())
