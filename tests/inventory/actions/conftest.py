"""Children of these tests find their functions by name, along the path of this process."""

import sys

from shared.jobs.compute import warm_up
from tests.support.paths import REPOSITORY

if str(REPOSITORY) not in sys.path:
    sys.path.insert(0, str(REPOSITORY))
warm_up("services.inventory.actions.import_registry")
