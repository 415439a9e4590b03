"""Lists the kinds of file that planning imports."""

from functools import partial

from services.planning.actions.import_plan_sheet import KIND as PLAN_SHEET
from services.planning.actions.import_readings import KIND as READINGS
from services.planning.formats.kinds import KINDS
from shared.jobs.import_reading import recognise_content
from shared.jobs.imports import ImportRegistry

IMPORTS = ImportRegistry.of("planning", [PLAN_SHEET, READINGS], partial(recognise_content, KINDS))
