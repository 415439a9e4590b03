"""The chain of the ads service's tables."""

from services.ads.tables import AdsBase
from shared.db.migrate import run_environment

run_environment(AdsBase.metadata)
