"""Lists every kind of file this service reads."""

from services.ads.formats import bulk_sheet, bulk_sheet_legacy
from services.ads.formats.reports import REPORTS
from shared.files.kind import FileKinds

# The bulk sheets come first: their header has more than one report's, whose kinds it would also do for.
KINDS = FileKinds.of(tables=(bulk_sheet.KIND, bulk_sheet_legacy.KIND, *REPORTS))
