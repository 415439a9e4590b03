"""The operations of the planning service."""

from services.planning.api.changes import router as changes
from services.planning.api.cycles import router as cycles
from services.planning.api.organisation_units import router as organisation_units
from services.planning.api.plan_lines import router as plan_lines
from services.planning.api.plans import router as plans
from services.planning.api.portfolio_nodes import router as portfolio_nodes
from services.planning.api.role_assignments import router as role_assignments
from shared.web.routing import ServiceRouter

ROUTERS: tuple[ServiceRouter, ...] = (
    organisation_units,
    cycles,
    portfolio_nodes,
    role_assignments,
    plans,
    plan_lines,
    changes,
)
