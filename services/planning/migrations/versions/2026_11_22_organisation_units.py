"""The tree of organisation units."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import row_security

revision = "planning_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "organisation_unit",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_level", sa.Text(), nullable=True),
        sa.Column("active_from_date", sa.Date(), nullable=False),
        sa.Column("active_to_date", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("(level = 'company') = (parent_id IS NULL)", name=op.f("ck_organisation_unit_top")),
        sa.CheckConstraint(
            "CASE parent_level WHEN 'company' THEN 0 WHEN 'module' THEN 1 WHEN 'team' THEN 2 ELSE 3 END"
            " < CASE level WHEN 'company' THEN 0 WHEN 'module' THEN 1 WHEN 'team' THEN 2 ELSE 3 END"
            " OR parent_id IS NULL",
            name=op.f("ck_organisation_unit_below"),
        ),
        sa.CheckConstraint("level IN ('company', 'module', 'team', 'person')", name=op.f("ck_organisation_unit_level")),
        sa.CheckConstraint("(parent_id IS NULL) = (parent_level IS NULL)", name=op.f("ck_organisation_unit_parent")),
        sa.CheckConstraint("active_to_date >= active_from_date", name=op.f("ck_organisation_unit_active")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id", "parent_level"],
            [
                "planning.organisation_unit.tenant_id",
                "planning.organisation_unit.id",
                "planning.organisation_unit.level",
            ],
            name="fk_organisation_unit_parent",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation_unit")),
        sa.UniqueConstraint("tenant_id", "code_key", name=op.f("uq_organisation_unit_tenant_id_code_key")),
        sa.UniqueConstraint("tenant_id", "id", "level", name=op.f("uq_organisation_unit_tenant_id_id_level")),
        schema="planning",
        comment="distributed: companies, modules, teams and people of a tenant as a tree",
    )
    op.create_index(
        op.f("ix_organisation_unit_tenant_id_parent_id"),
        "organisation_unit",
        ["tenant_id", "parent_id"],
        unique=False,
        schema="planning",
    )
    for statement in row_security("planning", "organisation_unit"):
        op.execute(statement)
    op.execute("COMMENT ON TABLE planning.alembic_version IS 'local: the revision of this schema'")
