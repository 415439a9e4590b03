"""The operations of the ads service."""

from services.ads.actions.import_registry import IMPORTS
from services.ads.api.ad_accounts import router as ad_accounts
from services.ads.api.ad_proposals import router as ad_proposals
from services.ads.api.advertised_products import router as advertised_products
from services.ads.api.advertising_benchmarks import router as advertising_benchmarks
from services.ads.api.campaigns import router as campaigns
from services.ads.api.charts import router as charts
from services.ads.api.metric_readings import router as metric_readings
from services.ads.api.performance import router as performance
from services.ads.api.scores import router as scores
from services.ads.api.scoring_runs import router as scoring_runs
from shared.web.imports import imports_router
from shared.web.operations import operations_router
from shared.web.routing import ServiceRouter

ROUTERS: tuple[ServiceRouter, ...] = (
    operations_router("ads"),
    imports_router(IMPORTS),
    ad_accounts,
    campaigns,
    advertised_products,
    performance,
    metric_readings,
    advertising_benchmarks,
    scores,
    scoring_runs,
    charts,
    ad_proposals,
)
