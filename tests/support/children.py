"""Starts the fork server of this test process once, with all that children of any test need: its first start counts."""

import sys
from functools import cache

from shared.jobs.compute import warm_up
from tests.support.paths import REPOSITORY

MODULES = (
    "tests.support.fake_jobs",
    "services.ads.actions.import_registry",
    "services.ads.actions.score_request",
    "services.ads.pictures.performance_chart",
    "services.ads.pictures.score_history",
    "services.ads.pictures.waste_map",
    "services.inventory.actions.import_registry",
    "services.inventory.actions.number_daily_sales",
    "services.inventory.actions.run_replenishment",
    "services.inventory.actions.plan_replenishment",
    "services.inventory.actions.project_stock",
    "services.inventory.pictures.stock_projection",
)


@cache
def warm_children() -> None:
    """Children find functions by name along the path of this process, and begin with these modules loaded."""
    if str(REPOSITORY) not in sys.path:
        sys.path.insert(0, str(REPOSITORY))
    warm_up(*MODULES)
