"""A file may hold several reports, as bulk sheets do: its pulls are told apart by report too."""

from alembic import op

revision = "ads_0004"
down_revision = "ads_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint("uq_report_pull_import", "report_pull", schema="ads")
    op.create_unique_constraint(
        "uq_report_pull_import", "report_pull", ["tenant_id", "import_id", "report", "marketplace"], schema="ads"
    )
