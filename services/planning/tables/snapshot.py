"""Snapshots: what roadmaps and reviews looked like at a moment, for baselines and for the record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.snapshots import SnapshotPurpose
from services.planning.tables.base import PlanningBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import INSTANT, one_of


class SnapshotRow(PlanningBase, TenantEntity):
    """A frozen picture; `selector` says of what. It is never changed."""

    __tablename__ = "snapshot"
    __table_args__ = (
        tenant_key(),
        one_of("purpose", SnapshotPurpose),
        {"comment": "distributed: frozen pictures of roadmaps and reviews"},
    )

    purpose: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    selector: Mapped[dict[str, Any]] = mapped_column(JSONB)
    taken_at: Mapped[datetime] = mapped_column(INSTANT)
    taken_by: Mapped[UUID]


class SnapshotItemRow(PlanningBase, TenantOwned):
    """One frozen resource of a snapshot."""

    __tablename__ = "snapshot_item"
    __table_args__ = (
        tenant_key("snapshot_id", "subject_kind", "subject_key"),
        tenant_reference("snapshot_id", "planning.snapshot"),
        {"comment": "distributed: what is frozen in snapshots"},
    )

    snapshot_id: Mapped[UUID]
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_key: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
