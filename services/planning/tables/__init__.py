"""The rows of the planning service."""

from services.planning.tables.base import PlanningBase
from services.planning.tables.organisation_unit import OrganisationUnitRow

__all__ = ["OrganisationUnitRow", "PlanningBase"]
