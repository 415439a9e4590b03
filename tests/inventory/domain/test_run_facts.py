"""What a run knows of a listing: unknown days stay unknown, stock is counted once, what is assumed is said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.listing_money import Price, StatedLane, StatedMoney
from services.inventory.domain.replenishment import pipeline_arrivals
from services.inventory.domain.run_facts import (
    Advice,
    Coverage,
    DayValues,
    ListingRow,
    PlaceBalance,
    RunParameters,
    SellerRows,
    ShipmentLine,
    run_input,
)
from services.inventory.domain.run_input import (
    RunInput,
    block_of,
    fingerprint,
    frozen,
    joined_parts,
    packed,
    packed_parts,
    thawed,
    thawed_listing,
    unpacked,
)
from shared.core.ids import new_id

TODAY = date(2026, 3, 2)
ACCOUNT, PRODUCT = new_id(), new_id()
ASKED = RunParameters(TODAY, 7, 60, 1.0, 0.2, None)
MONEY = StatedMoney(
    2, 24, Price(Decimal(25), "USD"), Price(Decimal(3), "USD"), Decimal("0.15"), Price(Decimal(5), "USD"),
    Price(Decimal(1), "USD"), Price(Decimal(1), "USD"), Decimal("0.4"), Decimal(2000),
)  # fmt: skip
LISTING = ListingRow(new_id(), ACCOUNT, "US", PRODUCT, True, MONEY)
NO_DAYS = DayValues(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
LANES = {"US": {mode: StatedLane(mode, Price(Decimal(1), "USD"), transit_quantiles=(20, 30, 40)) for mode in Mode}}


def seller(**changes: Any) -> SellerRows:
    return replace(SellerRows([LISTING], [], [], LANES, [], [covered(60, 1)], {}), **changes)


def covered(first_age: int, last_age: int, listing_id: UUID | None = None) -> Coverage:
    return Coverage(ACCOUNT, "US", listing_id, TODAY - timedelta(days=first_age), TODAY - timedelta(days=last_age))


def sold(*days: tuple[int, int]) -> DayValues:
    """(age, units) of the one listing."""
    return DayValues(
        np.zeros(len(days), dtype=np.int64),
        np.array([TODAY.toordinal() - age for age, _ in days], dtype=np.int64),
        np.array([units for _, units in days], dtype=np.int64),
    )


def place(kind: LocationKind, units: int, allocated: int = 0, shipment_id: UUID | None = None) -> PlaceBalance:
    listing_id = None if kind is LocationKind.DOMESTIC else LISTING.id
    return PlaceBalance(kind, PRODUCT, listing_id, shipment_id, units, allocated)


def found(rows: SellerRows, sales: DayValues = NO_DAYS, stock: DayValues = NO_DAYS) -> RunInput:
    return run_input(rows, sales, stock, ASKED)


def test_a_covered_day_without_sales_is_zero_and_an_uncovered_one_unknown() -> None:
    rows = seller(coverage=[covered(60, 40), covered(20, 1)])
    sales = found(rows, sold((60, 4), (5, 2))).sales[0]
    assert sales.size == 60
    assert sales[0] == 4
    assert sales[60 - 5] == 2
    assert sales[60 - 41] == 0
    assert np.isnan(sales[60 - 39 : 60 - 20]).all()


def test_coverage_of_one_listing_says_nothing_about_others() -> None:
    other = replace(LISTING, id=new_id())
    result = found(seller(listings=[LISTING, other], coverage=[covered(60, 1, LISTING.id)]), sold((3, 1)))
    assert not np.isnan(result.sales[0]).any()
    assert "no_sales_known" in result.listings[1].assumed
    assert "no_sales_known" not in result.listings[0].assumed


def test_the_history_begins_where_something_is_known() -> None:
    result = found(seller(coverage=[covered(35, 1)]))
    assert result.first_date == TODAY - timedelta(days=35)
    assert found(seller(coverage=[])).sales.shape == (1, 28)


def test_sales_of_today_and_later_are_not_looked_at() -> None:
    assert found(seller(), sold((0, 99), (-3, 99))).sales.max() == 0


@pytest.mark.parametrize(("hour", "known"), [(2, False), (9, True)])
def test_yesterday_is_not_known_before_it_is_over_in_the_marketplace(hour: int, known: bool) -> None:
    read_at = datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=UTC)
    result = found(seller(read_at=read_at), sold((2, 5), (1, 1)), sold((1, 1)))
    assert result.sales[0][-2] == 5
    assert np.isnan(result.sales[0][-1]) == (not known)
    assert np.isnan(result.in_stock[0][-1]) == (not known)


def test_days_without_stock_are_known_where_they_are_said() -> None:
    result = found(seller(), stock=sold((4, 0), (3, 1)))
    assert (result.in_stock[0][-4], result.in_stock[0][-3]) == (0, 1)
    assert np.isnan(result.in_stock[0][-5])


def test_stock_is_counted_in_packs_and_never_twice() -> None:
    sea, planned = new_id(), new_id()
    rows = seller(
        places=[
            place(LocationKind.AMAZON_SELLABLE, 41),
            place(LocationKind.AMAZON_RECEIVING, 6),
            place(LocationKind.AMAZON_INBOUND, 8),
            place(LocationKind.AMAZON_UNFULFILLABLE, 100),
            place(LocationKind.IN_TRANSIT, 20, shipment_id=sea),
            place(LocationKind.DOMESTIC, 500, allocated=48),
        ],
        shipment_lines=[
            ShipmentLine(sea, LISTING.id, Mode.FAST_SEA, "departed", 30, None, TODAY - timedelta(days=9), None),
            ShipmentLine(planned, LISTING.id, Mode.AIR, "booked", 24, TODAY + timedelta(days=2), None, None),
        ],
    )
    result = found(rows)
    assert result.listings[0].on_hand == 20
    moving = {(each.mode, each.units, (TODAY - each.shipped_date).days) for each in result.under_way}
    assert moving == {
        (Mode.FAST_SEA, 10.0, 9),
        (Mode.AIR, 24.0, -2),
        (Mode.SLOW_SEA, 3.0, 26),
        (Mode.SLOW_SEA, 4.0, 21),
    }
    assert result.domestic == {str(PRODUCT): 452.0}
    assert "inbound_arrival" in result.listings[0].assumed


def test_what_has_not_left_is_not_expected_on_an_announced_day() -> None:
    leaves, announced = TODAY - timedelta(days=7), TODAY + timedelta(days=3)
    line = ShipmentLine(new_id(), LISTING.id, Mode.AIR, "planned", 24, leaves, None, announced)
    [entry] = found(seller(shipment_lines=[line])).under_way
    assert (entry.shipped_date, entry.expected_date) == (TODAY, None)


@pytest.mark.parametrize(
    ("reported_age", "left", "said"), [(0, 20, False), (1, 20, False), (3, 13, True), (30, 7, True), (None, 20, False)]
)
def test_what_is_sold_after_the_days_of_amazons_report_is_not_on_the_shelf(
    reported_age: int | None, left: int, said: bool
) -> None:
    reported = None if reported_age is None else datetime(2026, 3, 2, 20, tzinfo=UTC) - timedelta(days=reported_age)
    rows = seller(
        places=[place(LocationKind.AMAZON_SELLABLE, 40)],
        reported_at={} if reported is None else {(ACCOUNT, "US"): reported},
    )
    facts = found(rows, sold((40, 9), (20, 5), (3, 1), (2, 4), (1, 3))).listings[0]
    assert facts.on_hand == left
    assert ("stock_age" in facts.assumed) == said


def test_a_shipment_that_has_been_received_is_not_on_its_way() -> None:
    sea = new_id()
    line = ShipmentLine(sea, LISTING.id, Mode.SLOW_SEA, "receiving", 30, None, TODAY - timedelta(days=50), None)
    assert found(seller(shipment_lines=[line])).under_way == ()


@pytest.mark.parametrize(
    ("advice", "on_hand", "assumed"),
    [
        (None, 5, True),
        (Advice(TODAY - timedelta(days=2), 3), 8, False),
        (Advice(TODAY - timedelta(days=2), 30), 11, False),
        (Advice(TODAY - timedelta(days=2), None), 5, True),
        (Advice(TODAY - timedelta(days=9), 3), 5, True),
    ],
)
def test_reserved_stock_counts_as_far_as_it_is_only_moved_about(
    advice: Advice | None, on_hand: int, assumed: bool
) -> None:
    rows = seller(
        places=[place(LocationKind.AMAZON_SELLABLE, 10), place(LocationKind.AMAZON_RESERVED, 12)],
        advice={} if advice is None else {LISTING.id: advice},
    )
    facts = found(rows).listings[0]
    assert facts.on_hand == on_hand
    assert ("reserved_split" in facts.assumed) == assumed


def test_unknown_stock_at_home_is_no_limit_and_none_is_one() -> None:
    unknown = found(seller()).listings[0]
    assert unknown.pool is None
    assert "domestic_stock" in unknown.assumed
    empty = found(seller(places=[place(LocationKind.DOMESTIC, 0)]))
    assert empty.listings[0].pool == str(PRODUCT)
    assert empty.domestic == {str(PRODUCT): 0.0}
    assert "domestic_stock" not in empty.listings[0].assumed


def test_a_closed_lane_is_not_offered() -> None:
    lanes = {"US": LANES["US"] | {Mode.AIR: None}}
    result = found(seller(lanes=lanes))
    assert set(result.listings[0].freight) == {Mode.SLOW_SEA, Mode.FAST_SEA}


def test_what_is_under_way_on_a_lane_that_was_closed_since_takes_as_long() -> None:
    shipment = new_id()
    line = ShipmentLine(shipment, LISTING.id, Mode.SLOW_SEA, "departed", 300, None, TODAY - timedelta(days=1), None)
    places = [place(LocationKind.AMAZON_SELLABLE, 20), place(LocationKind.IN_TRANSIT, 300, 0, shipment)]
    rows = seller(places=places, shipment_lines=[line])
    days = sold(*((age, 3) for age in range(1, 61)))
    closed = found(replace(rows, lanes={"US": LANES["US"] | {Mode.SLOW_SEA: None}}), days)
    arrivals = [pipeline_arrivals(block_of(source), 64, 90)[0] for source in (found(rows, days), closed)]
    for each in arrivals:
        assert each.sum(axis=1).mean() == pytest.approx(150), "packs of two"
        assert each[:, :7].sum() == 0, "it left yesterday by slow sea"


def test_a_marketplace_without_lanes_gets_the_usual_three() -> None:
    result = found(seller(lanes={}))
    assert set(result.lanes["US"]) == set(Mode)
    assert "lane" in result.listings[0].assumed


def test_a_frozen_input_thaws_to_itself() -> None:
    rows = seller(
        places=[place(LocationKind.AMAZON_SELLABLE, 10), place(LocationKind.DOMESTIC, 500)],
        shipment_lines=[ShipmentLine(new_id(), LISTING.id, Mode.AIR, "planned", 4, None, None, TODAY)],
        coverage=[covered(60, 30)],
    )
    source = found(rows, sold((50, 4)), sold((49, 0)))
    content = frozen(source)
    assert unpacked(packed(content)) == content
    again = thawed(content)
    assert frozen(again) == content
    assert (again.listings, again.stock, again.under_way) == (source.listings, source.stock, source.under_way)
    np.testing.assert_array_equal(again.sales, source.sales)
    np.testing.assert_array_equal(again.in_stock, source.in_stock)
    assert fingerprint(content) != fingerprint(frozen(found(rows, sold((50, 5)))))


def many(count: int) -> RunInput:
    """One listing's input made many, with stock at home for each, one shared pool and one that no listing has."""
    source = found(
        seller(
            places=[place(LocationKind.AMAZON_SELLABLE, 10), place(LocationKind.DOMESTIC, 500)],
            shipment_lines=[ShipmentLine(new_id(), LISTING.id, Mode.AIR, "planned", 4, None, None, TODAY)],
            coverage=[covered(60, 30)],
        ),
        sold((50, 4)),
    )
    keys = [str(new_id()) for _ in range(count)][::-1]
    pools = [key if number % 3 else "shared" for number, key in enumerate(keys)]
    return replace(
        source,
        listings=tuple(replace(source.listings[0], key=key, pool=pool) for key, pool in zip(keys, pools, strict=True)),
        stock=source.stock * count,
        sales=np.repeat(source.sales, count, axis=0) + np.arange(count, dtype=np.float32)[:, None],
        in_stock=np.repeat(source.in_stock, count, axis=0),
        under_way=tuple(replace(source.under_way[0], listing_key=key) for key in keys[::2]),
        domestic={"nobody": 7.0} | {pool: float(number) for number, pool in enumerate(sorted(set(pools)))},
    )


@pytest.mark.parametrize("size", [1, 2, 5, 7, 100])
def test_an_input_kept_in_parts_is_the_same_input(size: int) -> None:
    source = many(7)
    pieces = list(packed_parts(source, size))
    assert len(pieces) == -(-7 // size)
    assert [key for piece in pieces for key in piece.keys] == [listing.key for listing in source.listings]
    assert joined_parts(piece.content for piece in pieces) == frozen(source)


def test_an_input_without_listings_is_one_part_that_no_listing_begins() -> None:
    source = many(0)
    [piece] = packed_parts(source)
    assert (piece.keys, unpacked(iter([piece.content]))) == ((), frozen(source))


def test_a_listing_of_a_part_is_what_it_is_in_the_whole() -> None:
    source = many(7)
    key = source.listings[4].key
    part = list(packed_parts(source, 2))[2]
    whole, alone = thawed_listing(frozen(source), key), thawed_listing(unpacked(iter([part.content])), key)
    assert [listing.key for listing in alone.listings] == [key]
    assert (alone.listings, alone.stock, alone.under_way) == (whole.listings, whole.stock, whole.under_way)
    np.testing.assert_array_equal(alone.sales, source.sales[4:5])
    np.testing.assert_array_equal(whole.sales, source.sales[4:5])
    np.testing.assert_array_equal(alone.in_stock, whole.in_stock)


def test_an_input_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 99"):
        thawed(frozen(found(seller())).replace(b'"format":1', b'"format":99'))
