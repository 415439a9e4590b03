"""Codes under which products were told before their listings went elsewhere."""

from services.ads.tables.base import AdsBase
from shared.db.base import tenant_key
from shared.db.reading_changes import FormerProductRef


class FormerProductRefRow(AdsBase, FormerProductRef):
    """A code of which nothing may be left to tell; see `shared.db.reading_changes`."""

    __tablename__ = "former_product_ref"
    __table_args__ = (
        tenant_key("marketplace", "product_ref"),
        {"comment": "distributed: codes under which products were told before"},
    )
