"""Lists the kinds of file that ads imports."""

from functools import partial

from services.ads.actions.import_bulk_sheet import bulk_sheet_kind
from services.ads.actions.import_performance import performance_kind
from services.ads.formats import bulk_sheet, bulk_sheet_legacy
from services.ads.formats.kinds import KINDS
from services.ads.formats.reports import REPORTS
from shared.jobs.import_reading import recognise_content
from shared.jobs.imports import ImportRegistry

IMPORTS = ImportRegistry.of(
    "ads",
    [
        bulk_sheet_kind(bulk_sheet.NAME),
        bulk_sheet_kind(bulk_sheet_legacy.NAME),
        *(performance_kind(report.name) for report in REPORTS),
    ],
    partial(recognise_content, KINDS),
)
