"""Of which marketplaces and days the figures that ads serves may have changed."""

from sqlalchemy import Index

from services.ads.tables.base import AdsBase
from shared.db.base import tenant_key
from shared.db.reading_changes import ReadingChange


class ReadingChangeRow(AdsBase, ReadingChange):
    """A note of a change; see `shared.db.reading_changes`."""

    __tablename__ = "reading_change"
    __table_args__ = (
        tenant_key("changed_in", "marketplace", "reading_date"),
        Index("ix_reading_change_day", "tenant_id", "marketplace", "reading_date", "changed_in"),
        {"comment": "distributed: days whose figures may have changed, by transaction"},
    )
