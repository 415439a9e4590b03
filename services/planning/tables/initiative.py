"""Initiatives: whatever has dates, an owner and a purpose; their prices, budgets, dependencies and demands."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus
from services.planning.domain.price_and_channels import ChannelKind
from services.planning.domain.resource_load import DemandStatus, ResourceKind
from services.planning.domain.schedule import DependencyType
from services.planning.tables.base import VALUE, AuthoredEntity, Monthly, PlanningBase, first_of_month
from shared.db.base import TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, money_pair, one_of

_DEVELOPED_ONLY = (
    "'concept', 'requirements', 'design', 'test', 'launch', 'ramp', 'steady', 'exit', 'retired', 'on_hold'"
)
_OTHERS_ONLY = "'planned', 'running', 'done'"


class InitiativeRow(PlanningBase, AuthoredEntity):
    """A new product, an upgrade, a campaign, a market entry, …

    `held_from` is the status that one on hold comes back to. `product_ref` is the product's code once it is sold.
    """

    __tablename__ = "initiative"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        tenant_reference("node_id", "planning.portfolio_node"),
        tenant_reference("owner_id", "planning.organisation_unit"),
        tenant_reference("unit_id", "planning.organisation_unit"),
        tenant_reference("predecessor_id", "planning.initiative"),
        one_of("kind", InitiativeKind),
        one_of("status", InitiativeStatus),
        one_of("held_from", InitiativeStatus),
        money_pair("budget"),
        CheckConstraint("budget_amount >= 0", name="budget"),
        CheckConstraint("effort_days >= 0", name="effort_days"),
        CheckConstraint("(status = 'on_hold') = (held_from IS NOT NULL)", name="held"),
        CheckConstraint(
            f"CASE WHEN kind IN ('product', 'upgrade', 'accessory') THEN status NOT IN ({_OTHERS_ONLY})"
            f" ELSE status NOT IN ({_DEVELOPED_ONLY}) END",
            name="way",
        ),
        CheckConstraint("predecessor_id <> id", name="predecessor"),
        *(
            CheckConstraint(
                f"({name}_start_date <= {name}_dev_done_date) IS NOT FALSE"
                f" AND ({name}_dev_done_date <= {name}_launch_date) IS NOT FALSE"
                f" AND ({name}_launch_date <= {name}_end_date) IS NOT FALSE"
                f" AND ({name}_start_date <= {name}_end_date) IS NOT FALSE",
                name=f"{name}_dates",
            )
            for name in ("planned", "committed", "actual")
        ),
        Index(None, "tenant_id", "status"),
        Index(None, "tenant_id", "node_id"),
        Index(None, "tenant_id", "owner_id"),
        {"comment": "distributed: initiatives with their dates, owner and purpose"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    held_from: Mapped[str | None] = mapped_column(Text)
    node_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
    grade: Mapped[str | None] = mapped_column(Text)
    planned_start_date: Mapped[date | None] = mapped_column(Date)
    planned_dev_done_date: Mapped[date | None] = mapped_column(Date)
    planned_launch_date: Mapped[date | None] = mapped_column(Date)
    planned_end_date: Mapped[date | None] = mapped_column(Date)
    committed_start_date: Mapped[date | None] = mapped_column(Date)
    committed_dev_done_date: Mapped[date | None] = mapped_column(Date)
    committed_launch_date: Mapped[date | None] = mapped_column(Date)
    committed_end_date: Mapped[date | None] = mapped_column(Date)
    actual_start_date: Mapped[date | None] = mapped_column(Date)
    actual_dev_done_date: Mapped[date | None] = mapped_column(Date)
    actual_launch_date: Mapped[date | None] = mapped_column(Date)
    actual_end_date: Mapped[date | None] = mapped_column(Date)
    effort_days: Mapped[int] = mapped_column(Integer)
    budget_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    budget_currency: Mapped[str | None] = mapped_column(CURRENCY)
    predecessor_id: Mapped[UUID | None]
    product_ref: Mapped[str | None] = mapped_column(Text)


class InitiativePriceRow(PlanningBase, TenantOwned):
    """What an initiative's product costs a buyer in a channel of a marketplace."""

    __tablename__ = "initiative_price"
    __table_args__ = (
        tenant_key("initiative_id", "marketplace", "channel"),
        tenant_reference("initiative_id", "planning.initiative"),
        one_of("channel_kind", ChannelKind),
        CheckConstraint("list_amount > 0 AND amount >= 0", name="amounts"),
        CheckConstraint("channel_kind = 'special' OR amount >= list_amount", name="mainstream"),
        {"comment": "distributed: prices of initiatives by marketplace and channel"},
    )

    initiative_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    channel_kind: Mapped[str] = mapped_column(Text)
    list_amount: Mapped[Decimal] = mapped_column(AMOUNT)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str] = mapped_column(CURRENCY)


class InitiativeBudgetRow(PlanningBase, TenantOwned, Monthly):
    """What of an initiative's budget is meant for a month, in the budget's currency."""

    __tablename__ = "initiative_budget"
    __table_args__ = (
        tenant_key("initiative_id", "month_date"),
        tenant_reference("initiative_id", "planning.initiative"),
        first_of_month(),
        CheckConstraint("amount >= 0", name="amount"),
        {"comment": "distributed: budgets of initiatives by month"},
    )

    initiative_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)


class InitiativeKeyResultRow(PlanningBase, TenantOwned):
    """An initiative is meant to move a key result."""

    __tablename__ = "initiative_key_result"
    __table_args__ = (
        tenant_key("initiative_id", "key_result_id"),
        tenant_reference("initiative_id", "planning.initiative"),
        tenant_reference("key_result_id", "planning.key_result"),
        Index(None, "tenant_id", "key_result_id"),
        {"comment": "distributed: which initiatives move which key results"},
    )

    initiative_id: Mapped[UUID]
    key_result_id: Mapped[UUID]


class DependencyRow(PlanningBase, AuthoredEntity):
    """One initiative waits for another; between units somebody confirms it or owns the risk."""

    __tablename__ = "dependency"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "from_id", "to_id"),
        tenant_reference("from_id", "planning.initiative"),
        tenant_reference("to_id", "planning.initiative"),
        tenant_reference("risk_owner_id", "planning.organisation_unit"),
        one_of("type", DependencyType),
        CheckConstraint("from_id <> to_id", name="itself"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        Index(None, "tenant_id", "to_id"),
        {"comment": "distributed: which initiative waits for which"},
    )

    from_id: Mapped[UUID]
    to_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(Text)
    lag_days: Mapped[int] = mapped_column(Integer)
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    risk_owner_id: Mapped[UUID | None]


class ResourceDemandRow(PlanningBase, AuthoredEntity, Monthly):
    """What an initiative asks of a domain (purchasing, design, …) in a month."""

    __tablename__ = "resource_demand"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "initiative_id", "domain", "kind", "unit", "month_date"),
        tenant_reference("initiative_id", "planning.initiative"),
        one_of("kind", ResourceKind),
        one_of("status", DemandStatus),
        first_of_month(),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(status = 'requested') = (answered_by IS NULL)", name="answered"),
        Index(None, "tenant_id", "domain", "month_date"),
        {"comment": "distributed: what initiatives ask of domains by month"},
    )

    initiative_id: Mapped[UUID]
    domain: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(VALUE)
    status: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    answer_reason: Mapped[str | None] = mapped_column(Text)


class ResourceCapacityRow(PlanningBase, AuthoredEntity, Monthly):
    """What a domain has committed to give in a month."""

    __tablename__ = "resource_capacity"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "domain", "kind", "unit", "month_date"),
        one_of("kind", ResourceKind),
        first_of_month(),
        CheckConstraint("quantity >= 0", name="quantity"),
        {"comment": "distributed: what domains can give by month"},
    )

    domain: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(VALUE)


class WorkClosureRow(PlanningBase, AuthoredEntity):
    """Days on which nothing is made (New Year): work on initiatives takes so much longer."""

    __tablename__ = "work_closure"
    __table_args__ = (
        tenant_key(),
        CheckConstraint("from_date <= to_date", name="days"),
        Index(None, "tenant_id", "from_date"),
        {"comment": "distributed: days on which factories are closed"},
    )

    name: Mapped[str] = mapped_column(Text)
    from_date: Mapped[date] = mapped_column(Date)
    to_date: Mapped[date] = mapped_column(Date)
