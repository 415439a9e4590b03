"""Decides what a snapshot is taken for."""

from enum import StrEnum


class SnapshotPurpose(StrEnum):
    """A baseline is compared with later roadmaps; a review keeps what it was held on."""

    BASELINE = "baseline"
    REVIEW = "review"
