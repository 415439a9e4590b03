"""What is the same name, what is a product page and what was typed."""

import pytest

from services.ads.domain.arrays import numbered
from services.ads.domain.names import is_asin, name_key, name_keys, product_of


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("red kettle", "RED Kettle"),
        ("red kettle", "red  kettle"),
        ("red kettle", " red kettle"),
        ("red kettle", "red kettle "),
        ("red kettle", "red\tkettle"),
        ("red kettle", "red\nkettle"),
        ("Straße", "strasse"),
        ("kettle", "ｋettle"),
    ],
)
def test_case_space_and_forms_of_letters_do_not_count(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    keys = name_keys([one, other, "blue kettle"])
    assert keys == [name_key(one), name_key(one), "blue kettle"]
    assert numbered(keys).tolist() == [0, 0, 1]


def test_keys_of_many_are_those_of_each() -> None:
    texts = ["", "Red KETTLE", "b0abc  d ", "x"]
    assert name_keys(texts) == ["", "red kettle", "b0abc d", "x"]
    assert name_keys(["", "Red KETTLE", "x"]) == ["", "red kettle", "x"]
    assert name_keys([""]) == [""]
    assert name_keys([]) == []
