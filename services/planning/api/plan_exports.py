"""Decides what the bodies of plans are as rows of a spreadsheet."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.planning.domain.metric import Metric, Unit
from services.planning.schemas.plan_checks import CheckNotMade, CheckOutcome, PlanCheckRow, PlanChecksRead
from services.planning.schemas.plan_statements import (
    ContributionRead,
    CoverageRow,
    HeadcountMonthRead,
    HeadcountRead,
    LineChangeRow,
    MarketShareRow,
    MarketSharesRead,
    PlanBridgeRead,
    PlanChangesRead,
    ProfitAndLossRead,
    ProfitAndLossRow,
)
from shared.web.exports import Table

_REST = ("uncovered", "surplus")


def profit_and_loss_table(body: ProfitAndLossRead) -> Table:
    """A row a month, planned beside measured; totals are for the reader to make."""
    rows = ({"currency": body.currency, **month.model_dump(mode="json")} for month in body.months)
    return Table("profit_and_loss", ProfitAndLossRow, rows)


def headcount_table(body: HeadcountRead) -> Table:
    """A row a month."""
    return Table("headcount", HeadcountMonthRead, (month.model_dump(mode="json") for month in body.months))


def market_shares_table(body: MarketSharesRead) -> Table:
    """A row a year."""
    rows = ({"currency": body.currency, **year.model_dump(mode="json")} for year in body.years)
    return Table("market_shares", MarketShareRow, rows)


def changes_table(body: PlanChangesRead, currency: str, catalogue: Mapping[str, Metric]) -> Table:
    """A row for each line that differs; only lines of money have a currency, the plan's."""
    rows = (
        {
            "currency": currency if catalogue[change.metric_code].unit is Unit.MONEY else None,
            **change.model_dump(mode="json"),
        }
        for change in body.changes
    )
    return Table("plan_changes", LineChangeRow, rows)


def coverage_table(body: PlanBridgeRead) -> Table:
    """A row for each part of the target: base, growth, every launch and campaign, and what is uncovered or too much."""
    return Table("target_coverage", CoverageRow, (part.model_dump(mode="json") for part in _parts(body)))


def _parts(body: PlanBridgeRead) -> Iterator[CoverageRow]:
    if body.base is not None:
        yield _part(body, "base", body.base)
    if body.organic is not None:
        yield _part(body, "organic", body.organic)
    for launch in body.launches:
        yield _part(body, "launch", launch.amount, launch)
    for campaign in body.campaigns:
        yield _part(body, "campaign", campaign.amount, campaign)
    for step in body.steps:
        if step.name in _REST and step.amount:
            yield _part(body, step.name, step.amount)


def _part(body: PlanBridgeRead, name: str, amount: Decimal, named: ContributionRead | None = None) -> CoverageRow:
    return CoverageRow(
        currency=body.currency,
        part=name,
        initiative_id=None if named is None else named.initiative_id,
        title=None if named is None else named.title,
        amount=amount,
    )


def checks_table(body: PlanChecksRead) -> Table:
    """A row for each finding, then one for each check that could not be made."""
    found = ({"outcome": CheckOutcome.FOUND, **each.model_dump(mode="json")} for each in body.findings)
    return Table("plan_checks", PlanCheckRow, (*found, *map(_not_made, body.not_checked)))


def _not_made(check: CheckNotMade) -> dict[str, Any]:
    return {"outcome": CheckOutcome.NOT_MADE, **check.model_dump(mode="json")}
