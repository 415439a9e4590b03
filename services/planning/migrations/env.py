"""The chain of the planning service's tables."""

from services.planning.tables import PlanningBase
from shared.db.migrate import run_environment

run_environment(PlanningBase.metadata)
