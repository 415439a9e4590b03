"""Reads what objectives of a cycle, and those around them, have to do with each other, and what does not fit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.alignment import (
    AlignedDependency,
    AlignedKeyResult,
    AlignedObjective,
    AlignmentFinding,
    align,
)
from services.planning.domain.metric import Catalogue, Unit
from services.planning.domain.planned_targets import planned_target
from services.planning.domain.scope import Ancestry, ScopeKey
from services.planning.queries.objective_rows import KeyResultFacts, ObjectiveFacts, OkrFacts, load_cycle_facts
from services.planning.queries.plan_lines import load_phasings, load_rates_of_places


@dataclass(frozen=True, slots=True)
class Alignment:
    """The objectives of a cycle and around it, which of them are its own, and all findings about those."""

    objectives: tuple[AlignedObjective, ...]
    own: frozenset[str]
    findings: tuple[AlignmentFinding, ...]
    ancestry: Ancestry

    def is_below(self, upper_id: UUID, unit_id: str) -> bool:
        """Whether the unit is the upper one or stands below it."""
        return self.ancestry.reaches(ScopeKey.ORG_UNIT_ID, str(upper_id), unit_id)

    def below_unit(self, unit_id: UUID | None) -> frozenset[str]:
        """The cycle's own objectives of the unit and of those below it; all for None."""
        if unit_id is None:
            return self.own
        return frozenset(
            each.key for each in self.objectives if each.key in self.own and self.is_below(unit_id, each.unit_id)
        )


async def load_alignment(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, *, as_of: datetime | None = None
) -> Alignment:
    """Everything of the cycle, with the findings about its own objectives."""
    return await align_cycle(await load_cycle_facts(session, tenant_id, cycle_id, as_of=as_of), cycle_id)


async def align_cycle(facts: OkrFacts, cycle_id: UUID) -> Alignment:
    """The same from what has been read already."""
    session, tenant_id, catalogue = facts.session, facts.tenant_id, facts.catalogue
    planned = await load_planned_targets(session, tenant_id, facts.objectives, facts.key_results, catalogue)
    aligned = tuple(aligned_objectives(facts.objectives, facts.key_results, planned))
    own = frozenset(str(each.id) for each in facts.objectives if each.cycle_id == cycle_id)
    of_objective = {each.id: each.objective_id for each in facts.key_results}
    dependencies = await _load_dependencies(session, tenant_id, of_objective)
    findings = tuple(
        each for each in align(aligned, catalogue, dependencies, facts.ancestry) if each.objective_key in own
    )
    return Alignment(aligned, own, findings, facts.ancestry)


def aligned_objectives(
    objectives: Iterable[ObjectiveFacts],
    key_results: Iterable[KeyResultFacts],
    planned: Mapping[UUID, Decimal],
) -> Iterable[AlignedObjective]:
    """The values that alignment is decided on."""
    of_objective: dict[UUID, list[AlignedKeyResult]] = defaultdict(list)
    for each in key_results:
        of_objective[each.objective_id].append(
            AlignedKeyResult(
                str(each.id),
                each.definition,
                _text(each.owner_id),
                _text(each.parent_id),
                planned.get(each.id),
            )
        )
    for one in objectives:
        yield AlignedObjective(
            str(one.id),
            str(one.unit_id),
            one.level,
            one.period,
            one.state,
            _text(one.parent_id),
            one.mode,
            one.weight,
            tuple(of_objective[one.id]),
        )


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)


async def load_planned_targets(
    session: AsyncSession,
    tenant_id: UUID,
    objectives: Sequence[ObjectiveFacts],
    key_results: Sequence[KeyResultFacts],
    catalogue: Catalogue,
) -> dict[UUID, Decimal]:
    """What the plan in force has for the end of each key result, of those for which it says so."""
    of = {each.id: each for each in objectives}
    wanted = [(each, of[each.objective_id]) for each in key_results if each.definition.metric_code is not None]
    phasings = await load_phasings(
        session,
        tenant_id,
        [
            (str(each.id), one.unit_id, one.cycle_id, each.definition.metric_code or "", each.definition.scope)
            for each, one in wanted
        ],
    )
    if not phasings:
        return {}
    rates = await load_rates_of_places(session, tenant_id, {(one.unit_id, one.cycle_id) for _, one in wanted})
    planned = {}
    for each, one in wanted:
        months = phasings.get(str(each.id))
        metric = catalogue.get(each.definition.metric_code or "")
        if months is None or metric is None:
            continue
        plan = rates.get((one.unit_id, one.cycle_id))
        # Money of two currencies is not compared: which of them moved would be anybody's guess.
        if metric.unit is Unit.MONEY and (plan is None or plan.currency != each.currency):
            continue
        target = planned_target(each.definition, catalogue, months, one.period)
        if target is not None:
            planned[each.id] = target
    return planned


# Nothing waits any more for what is done, and nobody answers for what was killed or withdrawn.
_DEPENDENCIES = text("""
    SELECT d.id, f.unit_id AS from_unit_id, t.unit_id AS to_unit_id, d.confirmed_by IS NOT NULL AS is_confirmed,
        d.risk_owner_id IS NOT NULL AS is_risk_owned, array_agg(l.key_result_id) AS key_result_ids
    FROM planning.dependency d
    JOIN planning.initiative f ON f.tenant_id = d.tenant_id AND f.id = d.from_id
    JOIN planning.initiative t ON t.tenant_id = d.tenant_id AND t.id = d.to_id
    JOIN planning.initiative_key_result l ON l.tenant_id = d.tenant_id AND l.initiative_id = d.to_id
    WHERE d.tenant_id = :tenant_id AND f.unit_id IS NOT NULL AND t.unit_id IS NOT NULL
        AND f.status NOT IN ('done', 'killed', 'retired') AND t.status NOT IN ('done', 'killed', 'retired')
    GROUP BY d.id, f.unit_id, t.unit_id, d.confirmed_by, d.risk_owner_id
    ORDER BY d.id
""")


async def _load_dependencies(
    session: AsyncSession, tenant_id: UUID, objective_of: Mapping[UUID, UUID]
) -> list[AlignedDependency]:
    found = await session.execute(_DEPENDENCIES, {"tenant_id": tenant_id})
    return [
        AlignedDependency(
            str(row.id),
            str(row.from_unit_id),
            str(row.to_unit_id),
            _served(row.key_result_ids, objective_of),
            row.is_confirmed,
            row.is_risk_owned,
        )
        for row in found
    ]


def _served(key_result_ids: Collection[UUID], objective_of: Mapping[UUID, UUID]) -> tuple[str, ...]:
    return tuple(sorted({str(objective_of[each]) for each in key_result_ids if each in objective_of}))
