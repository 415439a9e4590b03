"""Money of a listing: what is stated counts, what is not is assumed and said, in one currency by dated rates."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.inventory.domain.exchange import ASSUMED_PER_USD, Conversion, Exchange, Rate
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.listing_money import (
    Assumed,
    Price,
    StatedLane,
    StatedMoney,
    carton_packs,
    lane_transit,
    listing_money,
)
from services.inventory.domain.proposals import Alternative, ReasonCode
from services.inventory.domain.wording import alternative_sentence, assumption_sentence, reason_sentence


def usd(amount: str) -> Price:
    return Price(Decimal(amount), "USD")


KNOWN = StatedMoney(
    units_per_listing=2,
    carton_units=24,
    price=usd("25"),
    unit_cost=usd("3"),
    referral_rate=Decimal("0.15"),
    fba_fee=usd("5"),
    ad_cost=usd("1"),
    storage_cost=usd("0.01"),
    unit_weight_kg=Decimal("0.4"),
    unit_volume_cm3=Decimal("2000"),
)
LANES = {
    Mode.SLOW_SEA: StatedLane(Mode.SLOW_SEA, m3_cost=usd("150")),
    Mode.AIR: StatedLane(Mode.AIR, kg_cost=usd("6"), unit_cost=usd("0.1")),
}
SAME = Exchange([])
UNSTATED = {mode: StatedLane(mode) for mode in Mode}


def test_stated_money_is_taken_by_the_pack() -> None:
    money = listing_money(KNOWN, LANES, SAME, "USD")
    assert money.assumed == ()
    assert money.cogs == 6
    assert money.margin == pytest.approx(25 - 3.75 - 5 - 1 - 6)
    assert money.storage_per_day == pytest.approx(0.01)
    assert money.freight == {
        Mode.SLOW_SEA: pytest.approx(2 * 150 * 0.002),
        Mode.AIR: pytest.approx(2 * (6 * 0.4 + 0.1)),
    }
    assert money.carton_packs == 12


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("price", Assumed.PRICE),
        ("unit_cost", Assumed.UNIT_COST),
        ("referral_rate", Assumed.REFERRAL_RATE),
        ("fba_fee", Assumed.FBA_FEE),
        ("ad_cost", Assumed.AD_COST),
        ("storage_cost", Assumed.STORAGE_COST),
        ("unit_weight_kg", Assumed.UNIT_WEIGHT),
        ("unit_volume_cm3", Assumed.UNIT_VOLUME),
    ],
)
def test_what_is_missing_is_assumed_and_said(missing: str, code: Assumed) -> None:
    changes: dict[str, Any] = {missing: None}
    money = listing_money(replace(KNOWN, **changes), LANES, SAME, "USD")
    assert money.assumed == (code,)
    assert money.margin == money.margin
    assert all(freight > 0 for freight in money.freight.values())


def test_without_any_lane_the_ratios_are_one_to_two_and_a_half_to_ten() -> None:
    money = listing_money(KNOWN, UNSTATED, SAME, "USD")
    assert money.assumed == (Assumed.LANE,)
    slow = money.freight[Mode.SLOW_SEA]
    assert money.freight == {
        Mode.SLOW_SEA: slow,
        Mode.FAST_SEA: pytest.approx(2.5 * slow),
        Mode.AIR: pytest.approx(10 * slow),
    }
    assert slow == pytest.approx(0.5)


def test_a_lane_without_rates_keeps_its_ratio_to_one_that_has_them() -> None:
    lanes = LANES | {Mode.FAST_SEA: StatedLane(Mode.FAST_SEA, transit_quantiles=(24, 28, 33))}
    money = listing_money(KNOWN, lanes, SAME, "USD")
    assert money.assumed == (Assumed.FREIGHT,)
    slowest = min(money.freight[Mode.SLOW_SEA], money.freight[Mode.AIR] / 10)
    assert money.freight[Mode.FAST_SEA] == pytest.approx(2.5 * slowest)


def test_a_mode_that_is_not_among_the_stated_lanes_is_not_offered() -> None:
    assert set(listing_money(KNOWN, LANES, SAME, "USD").freight) == {Mode.SLOW_SEA, Mode.AIR}
    assert listing_money(KNOWN, {}, SAME, "USD").freight == {}


def test_a_price_is_looked_for_in_the_report_then_in_sales_then_in_the_cost() -> None:
    unpriced = replace(KNOWN, price=None, price_from_report=usd("24"), price_from_sales=usd("22"))
    assert listing_money(unpriced, LANES, SAME, "USD").price == 24
    sold = replace(unpriced, price_from_report=None)
    assert (listing_money(sold, LANES, SAME, "USD").price, listing_money(sold, LANES, SAME, "USD").assumed) == (
        22,
        (Assumed.PRICE_FROM_SALES,),
    )
    assert listing_money(replace(sold, price_from_sales=None), LANES, SAME, "USD").price == 24
    nothing = replace(sold, price_from_sales=None, unit_cost=None)
    assert listing_money(nothing, LANES, SAME, "USD").price == 20


def test_a_price_or_cost_of_nothing_is_no_price() -> None:
    free = replace(KNOWN, price=usd("0"), price_from_report=usd("0"), price_from_sales=usd("22"))
    money = listing_money(free, LANES, SAME, "USD")
    assert (money.price, money.assumed) == (22, (Assumed.PRICE_FROM_SALES,))
    unsold = replace(free, price=usd("-1"), price_from_sales=usd("0"))
    assert listing_money(unsold, LANES, SAME, "USD").price == 24
    assert listing_money(replace(unsold, unit_cost=usd("0")), LANES, SAME, "USD").price == 20


def test_costs_in_yuan_count_in_dollars_by_the_stated_rate() -> None:
    yuan = replace(KNOWN, unit_cost=Price(Decimal(36), "CNY"))
    stated = listing_money(yuan, LANES, Exchange([Rate("USD", "CNY", Decimal("7.2"))]), "USD")
    assert stated.cogs == pytest.approx(10)
    assert stated.assumed == ()
    assumed = listing_money(yuan, LANES, SAME, "USD")
    assert assumed.assumed == (Assumed.EXCHANGE_RATE,)


@pytest.mark.parametrize(("carton", "pack", "packs"), [(24, 1, 24), (24, 2, 12), (24, 5, 24), (1, 3, 1), (10, 4, 5)])
def test_packs_fill_whole_cartons(carton: int, pack: int, packs: int) -> None:
    assert carton_packs(carton, pack) == packs
    assert packs * pack % carton == 0


def test_rates_are_taken_both_ways_and_over_a_third_currency() -> None:
    exchange = Exchange([Rate("USD", "CNY", Decimal(8)), Rate("EUR", "USD", Decimal("1.25"))])
    assert exchange.find_conversion("CNY", "USD") == Conversion(Decimal("0.125"), assumed=False)
    assert exchange.find_conversion("EUR", "CNY") == Conversion(Decimal(10), assumed=False)
    assert exchange.find_conversion("EUR", "EUR") == Conversion(Decimal(1), assumed=False)
    assert exchange.find_conversion("USD", "JPY") == Conversion(ASSUMED_PER_USD["JPY"], assumed=True)
    assert exchange.find_conversion("USD", "XXX") is None


def test_money_that_cannot_be_converted_is_assumed_and_said() -> None:
    money = listing_money(replace(KNOWN, fba_fee=Price(Decimal(5), "XXX")), LANES, SAME, "USD")
    assert money.assumed == (Assumed.EXCHANGE_RATE, Assumed.FBA_FEE)


def test_own_shipments_move_the_transit_days_from_what_is_stated() -> None:
    usual = lane_transit(StatedLane(Mode.SLOW_SEA)).mean
    stated = lane_transit(StatedLane(Mode.SLOW_SEA, transit_quantiles=(28, 30, 34))).mean
    seen = lane_transit(StatedLane(Mode.SLOW_SEA, transit_quantiles=(28, 30, 34), observed_days=(60,) * 30)).mean
    assert 30 < stated < usual
    assert 48 < seen < 60


PARAMETERS: dict[str, str | int | float] = {
    "probability": 0.42,
    "units": 3.5,
    "days": 45,
    "break_even_probability": 0.3,
    "break_even_by_money": 0.25,
    "cost_of_waiting": 1234.5,
    "carton_units": 24,
    "wanted_units": 96,
    "lane": "US",
    "mode": "air",
}


def test_every_code_has_a_sentence() -> None:
    for code in ReasonCode:
        sentence = reason_sentence(code, PARAMETERS)
        assert sentence.endswith(".")
        assert "{" not in sentence
    for assumed in Assumed:
        assert assumption_sentence(assumed.value).endswith(".")
    for alternative in Alternative:
        assert alternative_sentence(alternative).endswith(".")
