"""FBA Manage Inventory: generations, dialects, and what empty means."""

from decimal import Decimal

import pytest

from services.inventory.formats.kinds import KINDS
from shared.files.facts import Facts
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise
from tests.inventory.formats.build import AS_OF, csv, errors, read, tsv

HEADER = [
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity",
    "afn-unsellable-quantity", "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
    "afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity",
    "afn-researching-quantity", "afn-reserved-future-supply", "afn-future-supply-buyable",
]  # fmt: skip
ADDED_2026 = [
    "store", "afn-fulfillable-quantity-local", "afn-fulfillable-quantity-remote",
    "afn-fc-transfer-quantity", "afn-onhand-buyable-quantity",
]  # fmt: skip


def stock(sku: str = "A-1", name: str = "Mat", volume: str = "0.45") -> list[str]:
    return [
        sku,
        "X001",
        "B000000001",
        name,
        "Unknown",
        "59.99",
        "No",
        "",
        "Yes",
        "19",
        "16",
        "1",
        "2",
        "134",
        volume,
        "100",
        "10",
        "5",
        "0",
        "0",
        "0",
    ]


@pytest.mark.parametrize("write", [csv, tsv])
def test_the_tsv_of_the_api_and_the_csv_of_seller_central_say_the_same(write: object) -> None:
    assert callable(write)
    whole = read(write(HEADER, stock(name='Rug 17.7" x 29.5"')))
    assert whole.errors == []
    (row,) = whole.rows
    assert row.product_name == 'Rug 17.7" x 29.5"'
    assert (row.fulfillable_units, row.reserved_units, row.total_units) == (16, 2, 134)
    assert row.price == Decimal("59.99")


def test_drafts_of_shipments_are_not_in_transit() -> None:
    (row,) = read(csv(HEADER, stock())).rows
    assert row.inbound_working_units == 100
    assert row.in_transit_units == 15


def test_empty_is_not_zero_and_yes_or_no_has_three_states() -> None:
    values = stock()
    values[8] = ""
    (row,) = read(csv(HEADER, values)).rows
    assert row.merchant_fulfillable_units is None
    assert row.is_merchant_listed is False
    assert row.is_amazon_listed is None
    assert row.fc_transfer_units is None


def test_the_unit_of_volume_is_the_marketplaces_or_unknown() -> None:
    data = csv(HEADER, stock(volume="1378.97"))
    assert read(data, "US").rows[0].volume_unit == "cubic_feet"
    assert read(data, "IN").rows[0].volume_unit == "cubic_centimetres"
    assert read(data, "DE").rows[0].volume_unit is None


def test_the_columns_of_2026_are_read_and_a_store_that_names_a_marketplace_decides() -> None:
    whole = read(tsv([*HEADER, *ADDED_2026], [*stock(), "Amazon.ca", "7", "9", "3", "14"]))
    assert whole.recognition.generation == "2026"
    (row,) = whole.rows
    assert row.marketplace.country_code == "CA"
    assert (row.fulfillable_local_units, row.fulfillable_remote_units) == (7, 9)
    assert (row.fc_transfer_units, row.buyable_on_hand_units) == (3, 14)


def test_a_programme_that_breaks_amazons_own_sum_is_told_not_refused() -> None:
    values = stock()
    values[9], values[10] = "57", "100"
    whole = read(csv(HEADER, values), "IN")
    assert whole.errors == []
    assert whole.totals["unbalanced_rows"] == 1


def test_one_asin_may_have_several_skus_but_a_sku_one_row() -> None:
    whole = read(csv(HEADER, stock("A-1"), stock("A-2"), stock("A-1"), stock("A-2", name="Other")))
    assert [row.seller_sku for row in whole.rows] == ["A-1", "A-2"]
    assert [(notice.code, notice.line) for notice in whole.notices] == [("repeated_row", 4)]
    assert errors(whole) == [(5, None, "duplicate_key")]


def test_a_bad_row_never_loses_the_good_ones_and_says_all_that_is_wrong() -> None:
    bad = stock("B-1")
    bad[10], bad[12] = "16.5", ""
    whole = read(csv(HEADER, stock("A-1"), bad, stock("C-1")))
    assert [row.seller_sku for row in whole.rows] == ["A-1", "C-1"]
    assert errors(whole) == [
        (3, "afn-fulfillable-quantity", "not_whole"),
        (3, "afn-reserved-quantity", "empty"),
    ]
    assert whole.errors[0].value == "16.5"


def test_a_spreadsheets_whole_numbers_with_a_dot_are_read() -> None:
    values = stock()
    values[10] = "16.0"
    assert read(csv(HEADER, values)).rows[0].fulfillable_units == 16


def test_the_marketplace_and_the_moment_are_asked_for() -> None:
    data = csv(HEADER, stock())
    assert recognise(KINDS, data).needs == ("marketplace", "as_of")
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, data, Facts(as_of=AS_OF))
    assert (caught.value.code, caught.value.params) == ("facts_missing", {"missing": ["marketplace"]})


def test_a_dash_of_cp1252_below_the_head_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [stock(f"SKU-{index}") for index in range(3000)]
    data = csv(HEADER, *rows, stock("LAST", name="Rug ~ Mat")).replace(b"~", b"\x96")
    whole = read(data)
    assert whole.recognition.encoding == "utf-8-sig"
    assert whole.rows[-1].product_name == "Rug – Mat"
    assert len(whole.rows) == 3001


def test_a_short_row_is_padded_and_reported() -> None:
    whole = read(tsv(HEADER, stock("A-1")[:18], stock("A-2")))
    assert [row.seller_sku for row in whole.rows] == ["A-1", "A-2"]
    assert [(notice.code, notice.line) for notice in whole.notices] == [("short_row", 2)]


def test_unnamed_and_unknown_columns_are_kept_apart() -> None:
    whole = read(csv([*HEADER, "", "afn-something-new"], [*stock(), "", "1"]))
    assert whole.recognition.unknown_columns == ("afn-something-new",)
    assert len(whole.rows) == 1
