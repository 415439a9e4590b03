"""The portfolio: categories, their sub-categories, and series of products."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.portfolio import NodeKind
from services.planning.tables.base import AuthoredEntity, PlanningBase
from shared.db.base import tenant_key
from shared.db.columns import one_of

_RANK = "CASE {} WHEN 'category' THEN 0 WHEN 'subcategory' THEN 1 ELSE 2 END"


class PortfolioNodeRow(PlanningBase, AuthoredEntity):
    """A category, sub-category or series; as with units, `parent_kind` lets the database refuse cycles itself."""

    __tablename__ = "portfolio_node"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        UniqueConstraint("tenant_id", "id", "kind"),
        ForeignKeyConstraint(
            ["tenant_id", "parent_id", "parent_kind"],
            [f"planning.portfolio_node.{column}" for column in ("tenant_id", "id", "kind")],
            name="fk_portfolio_node_parent",
        ),
        one_of("kind", NodeKind),
        CheckConstraint("(parent_id IS NULL) = (parent_kind IS NULL)", name="parent"),
        CheckConstraint(f"{_RANK.format('parent_kind')} < {_RANK.format('kind')} OR parent_id IS NULL", name="below"),
        Index(None, "tenant_id", "parent_id"),
        {"comment": "distributed: categories, sub-categories and series of a tenant as a tree"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None]
    parent_kind: Mapped[str | None] = mapped_column(Text)
