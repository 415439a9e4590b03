"""The rows of the planning service."""

from services.planning.tables.base import PlanningBase
from services.planning.tables.change import ChangeRow
from services.planning.tables.cycle import CycleRow
from services.planning.tables.initiative import (
    DependencyRow,
    InitiativeBudgetRow,
    InitiativeKeyResultRow,
    InitiativePriceRow,
    InitiativeRow,
    ResourceCapacityRow,
    ResourceDemandRow,
    WorkClosureRow,
)
from services.planning.tables.metric import ExchangeRateRow, FeedRow, MetricRow, MetricSeriesRow, ReadingRow
from services.planning.tables.objective import BasisRow, CheckInRow, KeyResultRow, ObjectiveRow, UnpursuedGapRow
from services.planning.tables.organisation_unit import OrganisationUnitRow
from services.planning.tables.plan import (
    HandoffRow,
    PlanAuthorRow,
    PlanLineRow,
    PlanRow,
    PlanWaiverRow,
    PlanYearRow,
)
from services.planning.tables.portfolio_node import PortfolioNodeRow
from services.planning.tables.review import CalibrationRow, ReviewActionRow, ReviewFindingRow, ReviewRow
from services.planning.tables.role_assignment import RoleAssignmentRow
from services.planning.tables.snapshot import SnapshotItemRow, SnapshotRow

__all__ = [
    "BasisRow",
    "CalibrationRow",
    "ChangeRow",
    "CheckInRow",
    "CycleRow",
    "DependencyRow",
    "ExchangeRateRow",
    "FeedRow",
    "HandoffRow",
    "InitiativeBudgetRow",
    "InitiativeKeyResultRow",
    "InitiativePriceRow",
    "InitiativeRow",
    "KeyResultRow",
    "MetricRow",
    "MetricSeriesRow",
    "ObjectiveRow",
    "OrganisationUnitRow",
    "PlanAuthorRow",
    "PlanLineRow",
    "PlanRow",
    "PlanWaiverRow",
    "PlanYearRow",
    "PlanningBase",
    "PortfolioNodeRow",
    "ReadingRow",
    "ResourceCapacityRow",
    "ResourceDemandRow",
    "ReviewActionRow",
    "ReviewFindingRow",
    "ReviewRow",
    "RoleAssignmentRow",
    "SnapshotItemRow",
    "SnapshotRow",
    "UnpursuedGapRow",
    "WorkClosureRow",
]
