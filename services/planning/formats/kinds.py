"""Lists every kind of file this service reads."""

from services.planning.formats import plan_sheet, readings_sheet
from shared.files.kind import FileKinds

KINDS = FileKinds.of(tables=(plan_sheet.KIND, readings_sheet.KIND))
