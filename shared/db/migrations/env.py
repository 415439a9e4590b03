"""The chain of the tables that all services share."""

import shared.db.platform  # noqa: F401  (declares the tables)
from shared.db.base import PlatformBase
from shared.db.migrate import run_environment

run_environment(PlatformBase.metadata)
