"""Proposed changes to advertising, what was decided of them, what was sent to Amazon, and what came of it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import REAL, CheckConstraint, Date, Index, Integer, LargeBinary, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.proposal_states import ChangeOrigin, ProposalState
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.vocabulary import Placement
from services.ads.tables.base import AdsBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, VersionedEntity, one_of

VALUE = Numeric(18, 4)


class AdProposalRow(AdsBase, VersionedEntity):
    """One change that a run proposes. Bids and budgets are in `currency`, modifiers in per cent.

    `subject_id` is what the change is about (a search term, target, campaign or placement); the ids above it are
    those of the places where it is made. Money is over the run's window. At most one proposal of a kind is open for
    a subject (and placement): a newer run supersedes the older one's. Proposals of one `bundle_id`, modifiers of
    placements and the base bids that fall for them, are decided together. Ad group and target have no foreign keys:
    a run writes thousands, of campaigns that it has read with all that lies below them, and nothing deletes these.
    `destination_campaign_id` is where the sheet `bulk_sheet_id` has the keyword of a harvest, `destination_target_id`
    the keyword itself where it was there already: the sheet enables it and sets its bid.
    """

    __tablename__ = "ad_proposal"
    __table_args__ = (
        tenant_key(),
        tenant_reference("run_id", "ads.scoring_run", ondelete="CASCADE"),
        tenant_reference("campaign_id", "ads.campaign"),
        tenant_reference("bulk_sheet_id", "ads.bulk_sheet"),
        one_of("kind", ProposalKind),
        one_of("level", Level),
        one_of("placement", Placement),
        one_of("state", ProposalState),
        CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        Index(
            "uq_ad_proposal_open",
            "tenant_id",
            "subject_id",
            "kind",
            "placement",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("state IN ('proposed', 'approved', 'exported')"),
        ),
        Index(None, "tenant_id", "run_id", "id"),
        # Superseded proposals, in time most of all, are looked for by their run.
        Index(None, "tenant_id", "state", "id", postgresql_where=text("state <> 'superseded'")),
        Index(None, "tenant_id", "bulk_sheet_id", postgresql_where=text("bulk_sheet_id IS NOT NULL")),
        Index(None, "tenant_id", "bundle_id", postgresql_where=text("bundle_id IS NOT NULL")),
        {"comment": "distributed: proposed changes to advertising and their reasons"},
    )

    run_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    campaign_id: Mapped[UUID]
    ad_group_id: Mapped[UUID | None]
    target_id: Mapped[UUID | None]
    placement: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CURRENCY)
    old_value: Mapped[Decimal | None] = mapped_column(VALUE)
    new_value: Mapped[Decimal | None] = mapped_column(VALUE)
    waste_saved: Mapped[Decimal] = mapped_column(AMOUNT)
    sales_at_risk: Mapped[Decimal] = mapped_column(AMOUNT)
    sales_gained: Mapped[Decimal] = mapped_column(AMOUNT)
    confidence: Mapped[float] = mapped_column(REAL)
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    cooldown_ends_at: Mapped[datetime] = mapped_column(INSTANT)
    state: Mapped[str] = mapped_column(Text)
    edited_value: Mapped[Decimal | None] = mapped_column(VALUE)
    decision_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    bulk_sheet_id: Mapped[UUID | None]
    bundle_id: Mapped[UUID | None]
    destination_campaign_id: Mapped[UUID | None]
    destination_target_id: Mapped[UUID | None]


class AdProposalEventRow(AdsBase, TenantEntity):
    """Who decided what about a proposal, when and why; never changed."""

    __tablename__ = "ad_proposal_event"
    __table_args__ = (
        tenant_key(),
        tenant_reference("proposal_id", "ads.ad_proposal", ondelete="CASCADE"),
        one_of("from_state", ProposalState),
        one_of("to_state", ProposalState),
        Index(None, "tenant_id", "proposal_id", "id"),
        {"comment": "distributed: decisions about proposed changes to advertising"},
    )

    proposal_id: Mapped[UUID]
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    edited_value: Mapped[Decimal | None] = mapped_column(VALUE)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(INSTANT)


class BulkSheetRow(AdsBase, TenantEntity):
    """Approved changes as a bulk-operations sheet for Amazon's console; its bytes are kept as they were given out."""

    __tablename__ = "bulk_sheet"
    __table_args__ = (
        tenant_key(),
        tenant_reference("ad_account_id", "ads.ad_account"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("(applied_at IS NULL) = (applied_by IS NULL)", name="applied"),
        Index(None, "tenant_id", "created_at", "id"),
        {"comment": "distributed: bulk-operations sheets made from approved proposals"},
    )

    ad_account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    proposals_count: Mapped[int] = mapped_column(Integer)
    rows_count: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[list[Any]] = mapped_column(JSONB)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None] = mapped_column(INSTANT)


class AdChangeRow(AdsBase, TenantEntity):
    """A change that was applied to advertising; the subject rests for its cooldown, and later runs say what it did."""

    __tablename__ = "ad_change"
    __table_args__ = (
        tenant_key(),
        tenant_reference("proposal_id", "ads.ad_proposal"),
        tenant_reference("campaign_id", "ads.campaign"),
        one_of("kind", ProposalKind),
        one_of("level", Level),
        one_of("origin", ChangeOrigin),
        Index("uq_ad_change_proposal", "tenant_id", "proposal_id", unique=True),
        Index(None, "tenant_id", "applied_at", "id"),
        Index(None, "tenant_id", "subject_id", "applied_at"),
        {"comment": "distributed: changes that were applied to advertising"},
    )

    proposal_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    campaign_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(CURRENCY)
    old_value: Mapped[Decimal | None] = mapped_column(VALUE)
    new_value: Mapped[Decimal | None] = mapped_column(VALUE)
    origin: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime] = mapped_column(INSTANT)
    applied_by: Mapped[UUID]


class AdChangeEffectRow(AdsBase, TenantOwned):
    """What a run found that a change had done: the same subject before and after, lag-corrected, over equal days.

    Of a harvest the campaigns of the term and of its new keyword together; nothing where the latter is not known.
    """

    __tablename__ = "ad_change_effect"
    __table_args__ = (
        tenant_key("change_id", "run_id"),
        tenant_reference("change_id", "ads.ad_change", ondelete="CASCADE"),
        tenant_reference("run_id", "ads.scoring_run", ondelete="CASCADE"),
        CheckConstraint("days > 0", name="days"),
        Index(None, "tenant_id", "run_id"),
        {"comment": "distributed: what applied changes did to advertising"},
    )

    change_id: Mapped[UUID]
    run_id: Mapped[UUID]
    days: Mapped[int] = mapped_column(Integer)
    first_date: Mapped[date] = mapped_column(Date)
    clicks_before: Mapped[float] = mapped_column(REAL)
    clicks_after: Mapped[float] = mapped_column(REAL)
    effective_clicks_before: Mapped[float] = mapped_column(REAL)
    effective_clicks_after: Mapped[float] = mapped_column(REAL)
    orders_before: Mapped[float] = mapped_column(REAL)
    orders_after: Mapped[float] = mapped_column(REAL)
    cost_before: Mapped[Decimal] = mapped_column(AMOUNT)
    cost_after: Mapped[Decimal] = mapped_column(AMOUNT)
    sales_before: Mapped[Decimal] = mapped_column(AMOUNT)
    sales_after: Mapped[Decimal] = mapped_column(AMOUNT)
    profit_before: Mapped[Decimal | None] = mapped_column(AMOUNT)
    profit_after: Mapped[Decimal | None] = mapped_column(AMOUNT)
    probability_better: Mapped[float | None] = mapped_column(REAL)
