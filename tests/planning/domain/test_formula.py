"""Formulas over metrics: what they come to, and that nothing but arithmetic gets in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.formula import MAX_LENGTH, FormulaFault, read_formula

VALUES = {"a": Decimal(7), "b": Decimal(2), "zero": Decimal(0), "unread": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "7"),
        ("a - b - b", "3"),
        ("a - (b - b)", "7"),
        ("a + b * b", "11"),
        ("(a + b) * b", "18"),
        ("a / b / b", "1.75"),
        ("-a + b", "-5"),
        ("a * -b", "-14"),
        ("a - -b", "9"),
        ("-(a - b) * 0.5", "-2.5"),
        ("1 - a/b", "-2.5"),
    ],
)
def test_operations_bind_as_in_school(text: str, expected: str) -> None:
    assert read_formula(text).evaluate(VALUES) == Decimal(expected)


@pytest.mark.parametrize("text", ["a / zero", "a / (b - b)", "a + unread", "a * unknown", "unread / zero"])
def test_what_cannot_be_known_is_none(text: str) -> None:
    assert read_formula(text).evaluate(VALUES) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "a b", "a +", "* a", "+ a", "(a", "a)", "()", "a ** b", "a // b", "1.", ".5", "1e5", "f(a)", "a.b"),
        *(
            "__import__('os')",
            "a if b else a",
            "a[0]",
            "A",
            "a; b",
            "a = b",
            "a, b",
            "a % b",
            "1_000",
            "a\x00",
            "2a",
            "٣",
        ),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FormulaFault):
        read_formula(text)


def test_a_formula_names_its_metrics_once_in_order() -> None:
    assert read_formula("b / (a + b) - 3 * a").names == ("b", "a")


def test_a_thousand_brackets_are_no_danger() -> None:
    assert read_formula("(" * 200 + "a" + ")" * 200).evaluate(VALUES) == 7
    with pytest.raises(FormulaFault):
        read_formula("(" * MAX_LENGTH + "a")


@pytest.mark.parametrize(
    ("text", "is_additive"),
    [("a - b", True), ("-(a + b)", True), ("a / b", False), ("2 * a", False), ("a + 1", False)],
)
def test_only_sums_of_metrics_add_up_over_time(text: str, is_additive: bool) -> None:
    assert read_formula(text).is_additive is is_additive


numbers = st.integers(0, 99).map(str)
texts = st.recursive(
    numbers,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")
        | inner.map(lambda text: f"(-{text})")
    ),
    max_leaves=12,
)


@given(texts)
def test_it_says_what_python_says_of_the_same_text(text: str) -> None:
    if len(text) <= MAX_LENGTH:
        assert read_formula(text).evaluate({}) == Decimal(eval(text))


@given(st.text(alphabet="ab1 .+-*/()", max_size=12))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        formula = read_formula(text)
    except FormulaFault:
        return
    formula.evaluate(VALUES)
