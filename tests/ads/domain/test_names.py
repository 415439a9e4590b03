"""What is a product page and what was typed."""

import pytest

from services.ads.domain.names import is_asin, product_of


@pytest.mark.parametrize("key", ["b000000001", "0306406152", "080442957x"])
def test_asins_and_the_isbns_of_books_are_product_pages(key: str) -> None:
    assert is_asin(key)


@pytest.mark.parametrize("key", ["b00000001", "c000000001", "0306406153", "5550123456", "red kettle"])
def test_ten_digits_without_a_right_check_digit_were_typed(key: str) -> None:
    assert not is_asin(key)


@pytest.mark.parametrize("key", ['asin="b000000001"', "asin=b000000001", 'asin-expanded="b000000001"', "b000000001"])
def test_an_expression_names_its_product(key: str) -> None:
    assert product_of(key) == "b000000001"


@pytest.mark.parametrize("key", ['category="172282"', 'brand="acme"', "red kettle"])
def test_what_names_no_product_stays_as_it_is(key: str) -> None:
    assert product_of(key) == key
