"""What tests of objectives begin with."""

import httpx
import pytest

from shared.db.engine import Database
from tests.planning.objectives.okrs import Okrs
from tests.support.tenants import Tenant


@pytest.fixture
def okrs(planning: httpx.AsyncClient, tenant: Tenant, planning_database: Database) -> Okrs:
    """A fresh company."""
    return Okrs(planning, tenant, planning_database)
