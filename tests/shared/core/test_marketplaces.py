"""What is known about each Amazon marketplace."""

from datetime import UTC, date, datetime

import pytest

from shared.core.marketplaces import MARKETPLACES, UnknownMarketplace, find_marketplace, get_marketplace


@pytest.mark.parametrize(
    ("name", "country_code"),
    [
        ("ATVPDKIKX0DER", "US"),
        ("Amazon.com", "US"),
        ("amazon.com.be", "BE"),
        ("Amazon.co.uk", "GB"),
        ("UK", "GB"),
        ("gb", "GB"),
        ("United Kingdom", "GB"),
        (" united  kingdom ", "GB"),
        ("Deutschland", "DE"),
        ("ＪＰ", "JP"),
        ("美国", "US"),
    ],
)
def test_a_marketplace_goes_by_many_names(name: str, country_code: str) -> None:
    assert get_marketplace(name).country_code == country_code


@pytest.mark.parametrize("name", ["", "Amazon", "Non-Amazon", "amazon.co", "XX"])
def test_no_marketplace_is_guessed(name: str) -> None:
    assert find_marketplace(name) is None
    with pytest.raises(UnknownMarketplace):
        get_marketplace(name)


def test_no_two_marketplaces_share_an_id_a_country_or_a_domain() -> None:
    for field in ("id", "country_code", "domain", "name"):
        assert len({getattr(market, field) for market in MARKETPLACES}) == len(MARKETPLACES) == 23


def test_every_marketplace_is_found_by_what_its_reports_call_it() -> None:
    for market in MARKETPLACES:
        for name in (market.id, market.country_code, market.name, market.domain, market.sales_channel):
            assert find_marketplace(name) is market


@pytest.mark.parametrize(
    ("country_code", "day"), [("US", date(2026, 3, 7)), ("GB", date(2026, 3, 8)), ("JP", date(2026, 3, 8))]
)
def test_one_instant_lies_on_different_days(country_code: str, day: date) -> None:
    assert get_marketplace(country_code).day_of(datetime(2026, 3, 8, 7, 59, tzinfo=UTC)) == day


def test_a_day_follows_summer_time() -> None:
    before, after = datetime(2026, 3, 8, 7, 30, tzinfo=UTC), datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
    assert get_marketplace("US").day_of(before) == date(2026, 3, 7)
    assert get_marketplace("US").day_of(after) == date(2026, 3, 9)


def test_an_instant_without_an_offset_has_no_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        get_marketplace("US").day_of(datetime(2026, 3, 8))  # noqa: DTZ001
