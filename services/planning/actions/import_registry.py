"""Lists the kinds of file that planning imports."""

from functools import partial

from services.planning.formats.kinds import KINDS
from shared.jobs.import_reading import recognise_content
from shared.jobs.imports import ImportRegistry

IMPORTS = ImportRegistry.of("planning", [], partial(recognise_content, KINDS))
