"""Starts the fork server of this test process once, with all that children of any test need: its first start counts."""

import sys
from functools import cache

from services.ads.actions import children as ads_children
from services.inventory.actions import children as inventory_children
from services.planning.actions import children as planning_children
from shared.jobs.compute import warm_up
from tests.support.paths import REPOSITORY

MODULES = (
    "tests.support.fake_jobs",
    "services.ads.actions.import_registry",
    *ads_children.MODULES,
    "services.inventory.actions.import_registry",
    "services.inventory.actions.number_daily_sales",
    *inventory_children.MODULES,
    "services.planning.actions.import_registry",
    *planning_children.MODULES,
)


@cache
def warm_children() -> None:
    """Children find functions by name along the path of this process, and begin with these modules loaded."""
    if str(REPOSITORY) not in sys.path:
        sys.path.insert(0, str(REPOSITORY))
    warm_up(*MODULES)
