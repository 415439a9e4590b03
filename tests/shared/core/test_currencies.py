"""Money is stated in currencies that exist."""

import pytest

from shared.core.currencies import is_current_currency
from shared.core.marketplaces import MARKETPLACES


@pytest.mark.parametrize("code", ["RMB", "HRK", "DEM", "XXX", "usd", ""])
def test_what_is_no_currency_of_today_is_not_taken_for_one(code: str) -> None:
    assert not is_current_currency(code)


def test_every_marketplace_sells_in_a_currency_of_today() -> None:
    assert all(is_current_currency(marketplace.currency) for marketplace in MARKETPLACES)
    assert is_current_currency("CNY")
