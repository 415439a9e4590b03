"""What a review opens with is kept as JSON: it is read back however long its sums are."""

import re
from decimal import Decimal

import pytest

from services.planning.domain.gaps import GapStatus
from services.planning.schemas.fields import ScopeBody
from services.planning.schemas.reviews import ReviewedGapRead


@pytest.mark.parametrize("value", ["12", "-0.5", "9999999999999990.000001", "-123456789012345678901234"])
def test_a_reviewed_gap_of_any_length_is_as_its_schema_says_and_is_read_back(value: str) -> None:
    gap = ReviewedGapRead(
        ref="net_revenue",
        metric_code="net_revenue",
        scope=ScopeBody(),
        status=GapStatus.RED,
        target=Decimal(value),
        actual=Decimal(value),
        performance=Decimal(value),
        relative=None,
        effects=[],
        suggested_cause=None,
        driver_effect=Decimal(value),
        routes=[],
    )
    written = gap.model_dump(mode="json")
    assert written["performance"] == value
    declared = ReviewedGapRead.model_json_schema(mode="serialization")["properties"]["performance"]
    assert re.search(declared["pattern"], value)
    assert len(value) <= declared["maxLength"]
    assert ReviewedGapRead.model_validate_json(gap.model_dump_json()) == gap
