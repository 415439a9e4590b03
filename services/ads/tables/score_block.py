"""Scores of targets and search terms, which come by the hundred thousand: some thousands of them in one row."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from services.ads.tables.base import AdsBase
from shared.db.base import TenantOwned, tenant_key
from shared.db.columns import CURRENCY

UNKNOWN_AMOUNT, UNKNOWN_COUNT = -(2**63), -1
# The attributes of `ads.score_item` in their order. Amounts are in units of the last digit, a ten-thousandth. Nothing
# is null: what is not known is UNKNOWN_AMOUNT, UNKNOWN_COUNT or NaN. `action`, `hold` and `reason` are codes of
# ACTIONS, HOLDS and FIRST_REASONS (`domain/told.py`), whose numbers are the three.
SCORE_ITEM = {
    "subject_id": "uuid",
    "campaign_id": "uuid",
    "impressions": "bigint",
    "cost": "bigint",
    "sales": "bigint",
    "wasted_spend": "bigint",
    "first_number": "double precision",
    "second_number": "double precision",
    "third_number": "double precision",
    "clicks": "integer",
    "orders": "integer",
    "effective_clicks": "real",
    "order_value": "real",
    "break_even_acos": "real",
    "target_acos": "real",
    "expected_cvr": "real",
    "cvr_low": "real",
    "cvr_high": "real",
    "p_unprofitable": "real",
    "p_target": "real",
    "p_below_benchmark": "real",
    "evidence": "real",
    "score": "real",
    "cap": "real",
    "action": "smallint",
    "hold": "smallint",
    "reason": "smallint",
}


class ScoreItem(UserDefinedType[Any]):
    """`ads.score_item`, which is written by binary COPY and read by `queries/scores.py`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """How the type is called in a declaration."""
        return "ads.score_item"


# So that what the database has can be compared with what is declared here.
ischema_names["ads.score_item"] = ScoreItem


class ScoreBlockRow(AdsBase, TenantOwned):
    """Some thousands of targets or search terms of one run, account and marketplace, ordered by campaign.

    A row each would cost a run more than its arithmetic: a row of `score` is checked, indexed and logged by itself.
    `first_campaign_id` and `last_campaign_id` are those of the first and last item, the least and greatest.
    """

    __tablename__ = "score_block"
    __table_args__ = (
        tenant_key("run_id", "level", "place"),
        CheckConstraint("level IN ('target', 'search_term')", name="level"),
        {"comment": "distributed: scores of the targets and search terms of scoring runs, by the thousand"},
    )

    run_id: Mapped[UUID]
    level: Mapped[str] = mapped_column(Text)
    place: Mapped[int] = mapped_column(Integer)
    ad_account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CURRENCY)
    first_campaign_id: Mapped[UUID]
    last_campaign_id: Mapped[UUID]
    items: Mapped[Any] = mapped_column(ARRAY(ScoreItem()))
