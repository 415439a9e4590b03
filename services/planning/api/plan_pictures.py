"""Decides what the pictures of plans show of their bodies."""

from decimal import Decimal

from services.planning.domain.plan_vocabulary import COST_METRICS
from services.planning.pictures.content import (
    BridgePicture,
    BridgeStep,
    HeadcountMonthDrawn,
    HeadcountPicture,
    ProfitAndLossPicture,
    StatementMonth,
)
from services.planning.schemas.plan_statements import (
    HeadcountRead,
    PlanBridgeRead,
    ProfitAndLossMonth,
    ProfitAndLossRead,
)


def bridge_picture(body: PlanBridgeRead) -> BridgePicture:
    """The base, its growth, each named initiative and what nothing stands behind, up to the target."""
    return BridgePicture("From last year to the target", body.currency, _steps(body))


def _steps(body: PlanBridgeRead) -> list[BridgeStep]:
    """Nothing where the plan does not say from where it starts or what it wants."""
    if body.base is None or body.target is None or body.covered is None:
        return []
    steps, at = [BridgeStep("last year", 0, float(body.base), is_total=True)], body.base
    growth = next((each.amount for each in body.steps if each.name == "organic"), Decimal(0))
    named = [(each.title or str(each.initiative_id), each.amount) for each in (*body.launches, *body.campaigns)]
    for name, amount in (("organic growth", growth), *named):
        if amount != 0:
            steps.append(BridgeStep(name, float(at), float(at + amount)))
            at += amount
    rest = body.target - at
    if rest != 0:
        name = "uncovered" if rest > 0 else "beyond the target"
        steps.append(BridgeStep(name, float(at), float(body.target), is_open=rest > 0))
    return [*steps, BridgeStep("target", 0, float(body.target), is_total=True)]


def profit_and_loss_picture(body: ProfitAndLossRead) -> ProfitAndLossPicture:
    """The months as planned, and what was reached so far."""
    return ProfitAndLossPicture("Profit and loss", body.currency, [_statement_month(each) for each in body.months])


def _statement_month(each: ProfitAndLossMonth) -> StatementMonth:
    """A cost that is not measured would make a month's profit look larger: then the profit is left out."""
    actual = each.actual
    is_revenue_known = actual is not None and "net_revenue" not in actual.missing
    return StatementMonth(
        month=each.month,
        net_revenue=float(each.plan.net_revenue),
        costs={code.value: float(getattr(each.plan, code.value)) for code in COST_METRICS},
        actual_revenue=float(actual.net_revenue) if actual is not None and is_revenue_known else None,
        actual_profit=float(actual.operating_profit) if actual is not None and not actual.missing else None,
    )


def headcount_picture(body: HeadcountRead) -> HeadcountPicture:
    """The months; none where the plan does not say with how many people it begins."""
    return HeadcountPicture(
        "Headcount",
        [
            HeadcountMonthDrawn(
                month=each.month,
                opening=float(each.opening),
                joins=float(each.joins),
                transfers_in=float(each.transfers_in),
                transfers_out=float(each.transfers_out),
                leaves=float(each.leaves),
                actual=None if each.actual is None else float(each.actual),
            )
            for each in body.months
            if each.opening is not None
        ],
    )
