"""The rows of the ads service."""

from services.ads.tables.ad_account import AdAccountRow
from services.ads.tables.ad_proposal import (
    AdChangeEffectRow,
    AdChangeRow,
    AdProposalEventRow,
    AdProposalRow,
    BulkSheetRow,
)
from services.ads.tables.advertised_product import AdvertisedProductRow, ProductAdRow
from services.ads.tables.advertising_benchmark import AdvertisingBenchmarkRow, ShippedBenchmarkRow
from services.ads.tables.base import AdsBase
from services.ads.tables.campaign import AdGroupRow, CampaignRow, PlacementModifierRow
from services.ads.tables.performance import PerformanceRow, SupersededPerformanceRow
from services.ads.tables.reading_change import ReadingChangeRow
from services.ads.tables.report_pull import PullDayRow, ReportPullRow
from services.ads.tables.score_block import ScoreBlockRow
from services.ads.tables.scoring import ScoreRow, ScoringRunRow
from services.ads.tables.target import NegativeTargetRow, SearchTermRow, TargetRow

__all__ = [
    "AdAccountRow",
    "AdChangeEffectRow",
    "AdChangeRow",
    "AdGroupRow",
    "AdProposalEventRow",
    "AdProposalRow",
    "AdsBase",
    "AdvertisedProductRow",
    "AdvertisingBenchmarkRow",
    "BulkSheetRow",
    "CampaignRow",
    "NegativeTargetRow",
    "PerformanceRow",
    "PlacementModifierRow",
    "ProductAdRow",
    "PullDayRow",
    "ReadingChangeRow",
    "ReportPullRow",
    "ScoreBlockRow",
    "ScoreRow",
    "ScoringRunRow",
    "SearchTermRow",
    "ShippedBenchmarkRow",
    "SupersededPerformanceRow",
    "TargetRow",
]
