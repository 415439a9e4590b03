"""Decides where and when a unit may be; used by the actions that create and change units."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.organisation import UnitLevel, may_stand_below
from services.planning.queries.organisation_units import lock_organisation_unit
from services.planning.tables import OrganisationUnitRow
from shared.core.errors import Conflict, FieldProblem, Invalid, NotFound


class MisplacedUnit(Conflict):
    """A unit stands below one of a higher level, and only a company stands at the top."""

    slug, title = "misplaced-unit", "Not a possible place in the tree"


async def place_organisation_unit(
    session: AsyncSession, tenant_id: UUID, level: UnitLevel, parent_id: UUID | None
) -> OrganisationUnitRow | None:
    """The parent, locked so that it stays; Invalid when there is none of this id, MisplacedUnit when too low."""
    parent = None
    if parent_id is not None:
        try:
            parent = await lock_organisation_unit(session, tenant_id, parent_id)
        except NotFound:
            problem = FieldProblem("#/parent_id", "unknown", "There is no unit with this id.")
            raise Invalid("The parent does not exist.", errors=[problem]) from None
    parent_level = None if parent is None else UnitLevel(parent.level)
    if not may_stand_below(level, parent_level):
        raise MisplacedUnit(level=level, parent_level=parent_level)
    return parent


def check_days(first: date, last: date | None) -> None:
    """Invalid when a unit would end before it begins."""
    if last is not None and last < first:
        problem = FieldProblem("#/active_to_date", "too_early", "The last day lies before the first.")
        raise Invalid("The days are in the wrong order.", errors=[problem])
