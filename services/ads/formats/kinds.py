"""Lists every kind of file this service reads."""

from services.ads.formats.reports import REPORTS
from shared.files.kind import FileKinds

KINDS = FileKinds.of(tables=REPORTS)
