"""Decides what gaps, their drivers and their steps are as rows of a spreadsheet."""

from services.planning.domain.metric import Unit
from services.planning.schemas.gaps import (
    EffectRow,
    GapDriversRead,
    GapReport,
    GapRow,
    GapWaterfallRead,
    WaterfallStepRow,
)
from shared.web.exports import Table


def gaps_table(body: GapReport) -> Table:
    """A row for each gap; only those of money have a currency."""
    rows = ({"currency": _currency(body.currency, gap.unit), **gap.model_dump(mode="json")} for gap in body.items)
    return Table("gaps", GapRow, rows)


def drivers_table(body: GapDriversRead) -> Table:
    """A row for each driver; they sum to the change."""
    rows = ({"currency": body.currency, **effect.model_dump(mode="json")} for effect in body.effects)
    return Table("gap_drivers", EffectRow, rows)


def waterfall_table(body: GapWaterfallRead) -> Table:
    """A row for each step."""
    shared = {"currency": _currency(body.currency, body.unit), "unit": body.unit}
    return Table("gap_waterfall", WaterfallStepRow, (shared | step.model_dump(mode="json") for step in body.steps))


def _currency(currency: str | None, unit: Unit) -> str | None:
    return currency if unit is Unit.MONEY else None
