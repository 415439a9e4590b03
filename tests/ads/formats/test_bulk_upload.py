"""A sheet that is written for upload says what was meant, as Amazon and our own reader read it."""

import string
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ads.domain.vocabulary import AdProduct, BiddingStrategy, MatchType, Placement, State, TargetingType
from services.ads.formats.bulk_columns import BULK_HEADERS
from services.ads.formats.bulk_row import BulkEntity, BulkRecord, Operation
from services.ads.formats.bulk_upload import UnwritableRecord, bulk_upload
from shared.files.xlsx_in import read_sheets
from tests.ads.formats.build import read
from tests.support.paths import sample

NEGATIVE = BulkRecord(
    entity=BulkEntity.NEGATIVE_KEYWORD,
    operation=Operation.CREATE,
    campaign_id="468000000000317",
    ad_group_id="29795392729856431",
    state=State.ENABLED,
    keyword_text="free lamp",
    match_type=MatchType.EXACT,
)
BID = BulkRecord(
    entity=BulkEntity.KEYWORD,
    operation=Operation.UPDATE,
    campaign_id="468000000000317",
    ad_group_id="29795392729856431",
    keyword_id="12345678901234567",
    bid=Decimal("0.85"),
)
PLACEMENT = BulkRecord(
    entity=BulkEntity.BIDDING_ADJUSTMENT,
    operation=Operation.UPDATE,
    campaign_id="468000000000317",
    placement=Placement.REST_OF_SEARCH,
    percentage=Decimal(35),
)
CAMPAIGN = BulkRecord(
    entity=BulkEntity.CAMPAIGN,
    operation=Operation.CREATE,
    campaign_id="Lamps | exact",
    campaign_name="Lamps | exact",
    start_date=date(2026, 1, 31),
    targeting_type=TargetingType.MANUAL,
    state=State.PAUSED,
    daily_budget=Decimal("12.50"),
    bidding_strategy=BiddingStrategy.DOWN_ONLY,
)
TARGET = BulkRecord(
    entity=BulkEntity.NEGATIVE_PRODUCT_TARGETING,
    operation=Operation.ARCHIVE,
    campaign_id="468000000000317",
    ad_group_id="29795392729856431",
    product_targeting_id="7",
    targeting_expression='asin="B000000001"',
)
ALL = (NEGATIVE, BID, PLACEMENT, CAMPAIGN, TARGET)


def written(*records: BulkRecord) -> list[dict[str, str]]:
    """The filled cells of each row by header."""
    (sheet,) = read_sheets(bulk_upload(records))
    rows = [cells for _, cells in sheet.rows()]
    return [{name: cell for name, cell in zip(rows[0], row, strict=False) if cell} for row in rows[1:]]


def records_of(content: bytes) -> list[BulkRecord]:
    whole = read(content)
    assert whole.errors == []
    return [row.record for row in whole.rows]


def test_the_columns_are_those_of_amazons_sheet_in_its_order() -> None:
    (sheet,) = read_sheets(sample("ads_bulksheet_v2_upload_negative_keywords.xlsx"))
    assert next(sheet.rows())[1] == list(BULK_HEADERS.values())
    (own,) = read_sheets(bulk_upload(ALL))
    assert next(own.rows())[1] == list(BULK_HEADERS.values())
    assert own.name == "Sponsored Products Campaigns"


def test_a_negative_keyword_is_written_as_in_a_real_upload() -> None:
    (sheet,) = read_sheets(sample("ads_bulksheet_v2_upload_negative_keywords.xlsx"))
    rows = sheet.rows()
    header, real = next(rows)[1], next(rows)[1]
    (own,) = written(NEGATIVE)
    for name in ("Product", "Entity", "Operation", "State", "Match Type"):
        assert own[name] == real[header.index(name)]
    assert set(own) == {
        "Product",
        "Entity",
        "Operation",
        "Campaign ID",
        "Ad Group ID",
        "State",
        "Keyword Text",
        "Match Type",
    }


def test_cells_are_written_in_amazons_words() -> None:
    _, bid, placement, campaign, target = written(*ALL)
    assert (bid["Entity"], bid["Operation"], bid["Bid"]) == ("Keyword", "Update", "0.85")
    assert (placement["Entity"], placement["Placement"], placement["Percentage"]) == (
        "Bidding Adjustment",
        "Placement Rest Of Search",
        "35",
    )
    assert (campaign["Start Date"], campaign["Targeting Type"], campaign["State"]) == ("20260131", "Manual", "paused")
    assert (campaign["Bidding Strategy"], campaign["Daily Budget"]) == ("Dynamic bids - down only", "12.5")
    assert (target["Entity"], target["Operation"]) == ("Negative Product Targeting", "Archive")


def test_ids_of_seventeen_digits_are_text_and_keep_all_of_them() -> None:
    assert written(BID)[0]["Keyword ID"] == "12345678901234567"
    assert records_of(bulk_upload([BID]))[0].keyword_id == "12345678901234567"


def test_what_is_written_is_read_back_unchanged() -> None:
    assert records_of(bulk_upload(ALL)) == list(ALL)


NAME = st.text(string.ascii_letters + string.digits + " äßçñ机'\"=+-@|&<>%", min_size=1, max_size=30).map(str.strip)
TEXT = NAME.filter(bool).filter(lambda text: not text.startswith("="))
ID = st.integers(1, 10**17).map(str)
MONEY = st.decimals(Decimal("0.02"), 1000, places=2)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            BulkRecord,
            entity=st.sampled_from([BulkEntity.KEYWORD, BulkEntity.NEGATIVE_KEYWORD]),
            operation=st.sampled_from(Operation),
            campaign_id=ID,
            ad_group_id=ID,
            keyword_id=ID,
            state=st.sampled_from(State),
            bid=st.none() | MONEY,
            keyword_text=TEXT,
            match_type=st.sampled_from([MatchType.EXACT, MatchType.PHRASE]),
        ),
        max_size=5,
    )
)
def test_any_records_are_read_back_unchanged(records: list[BulkRecord]) -> None:
    assert records_of(bulk_upload(records)) == records


def test_the_same_records_and_moment_give_the_same_bytes() -> None:
    moment = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    assert bulk_upload(ALL, moment) == bulk_upload(ALL, moment)
    assert bulk_upload(ALL) == bulk_upload(ALL)


def changed(record: BulkRecord, **changes: object) -> BulkRecord:
    return replace(record, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "record",
    [
        changed(NEGATIVE, operation=None),
        changed(NEGATIVE, campaign_id=None),
        changed(NEGATIVE, ad_group_id=None),
        changed(NEGATIVE, keyword_text=None),
        changed(NEGATIVE, match_type=None),
        changed(NEGATIVE, match_type=MatchType.BROAD),
        changed(NEGATIVE, ad_product=AdProduct.SPONSORED_BRANDS),
        changed(BID, keyword_id=None),
        changed(BID, match_type=MatchType.NONE),
        changed(PLACEMENT, percentage=None),
        changed(PLACEMENT, percentage=Decimal(901)),
        changed(PLACEMENT, placement=Placement.OTHER),
        changed(CAMPAIGN, daily_budget=None),
        changed(TARGET, product_targeting_id=None),
    ],
)
def test_what_amazon_would_refuse_is_not_written(record: BulkRecord) -> None:
    with pytest.raises(UnwritableRecord):
        bulk_upload([record])
