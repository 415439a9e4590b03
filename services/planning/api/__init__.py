"""The operations of the planning service."""

from services.planning.actions.change_plan import PlanNotDraft
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.import_registry import IMPORTS
from services.planning.api.calibrations import router as calibrations
from services.planning.api.changes import router as changes
from services.planning.api.cycles import router as cycles
from services.planning.api.dependencies import router as dependencies
from services.planning.api.feeds import router as feeds
from services.planning.api.gaps import router as gaps
from services.planning.api.handoffs import router as handoffs
from services.planning.api.initiative_bases import router as initiative_bases
from services.planning.api.initiatives import router as initiatives
from services.planning.api.isor import router as isor
from services.planning.api.key_results import router as key_results
from services.planning.api.metric_series import router as metric_series
from services.planning.api.metrics import router as metrics
from services.planning.api.objective_pictures import router as objective_pictures
from services.planning.api.objectives import router as objectives
from services.planning.api.okr_tree import router as okr_tree
from services.planning.api.organisation_units import router as organisation_units
from services.planning.api.plan_lines import router as plan_lines
from services.planning.api.plan_sheets import router as plan_sheets
from services.planning.api.plan_statements import router as plan_statements
from services.planning.api.plan_steps import router as plan_steps
from services.planning.api.plans import router as plans
from services.planning.api.portfolio_nodes import router as portfolio_nodes
from services.planning.api.readings import router as readings
from services.planning.api.resource_capacities import router as resource_capacities
from services.planning.api.resource_demands import router as resource_demands
from services.planning.api.review_actions import router as review_actions
from services.planning.api.review_findings import router as review_findings
from services.planning.api.reviews import router as reviews
from services.planning.api.roadmap import router as roadmap
from services.planning.api.role_assignments import router as role_assignments
from services.planning.api.snapshots import router as snapshots
from services.planning.api.work_closures import router as work_closures
from shared.web.imports import imports_router
from shared.web.operations import operations_router
from shared.web.routing import ServiceRouter

ROUTERS: tuple[ServiceRouter, ...] = (
    operations_router("planning"),
    imports_router(IMPORTS, PlanNotDraft, CycleClosed),
    organisation_units,
    cycles,
    portfolio_nodes,
    role_assignments,
    metrics,
    readings,
    metric_series,
    feeds,
    initiatives,
    initiative_bases,
    dependencies,
    resource_demands,
    resource_capacities,
    work_closures,
    roadmap,
    snapshots,
    plans,
    plan_lines,
    plan_sheets,
    plan_steps,
    plan_statements,
    handoffs,
    objectives,
    key_results,
    okr_tree,
    objective_pictures,
    gaps,
    reviews,
    review_findings,
    review_actions,
    calibrations,
    isor,
    changes,
)
