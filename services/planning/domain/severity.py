"""Decides how grave a finding is."""

from enum import StrEnum


class Severity(StrEnum):
    """An error stops what depends on it, a warning asks for a look, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
