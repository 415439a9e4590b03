"""A launched product: which planned scopes are about it, and by which readings they are told."""

import pytest

from services.planning.domain.launched_product import LaunchedProduct, told_by
from services.planning.domain.scope import EVERYTHING, Scope

LAMP_US, LAMP_DE = (Scope(product_ref="LAMP", marketplace=each) for each in ("US", "DE"))
LAUNCH_US = Scope(initiative_id="i", marketplace="US")
SOLD = LaunchedProduct("i", "LAMP", ("US", "DE"))


@pytest.mark.parametrize(
    ("planned", "found"),
    [
        ([], [LAMP_US, LAMP_DE]),
        ([EVERYTHING, Scope(marketplace="US"), Scope(product_ref="DESK")], [LAMP_US, LAMP_DE]),
        ([LAMP_DE], [LAMP_DE, LAMP_US]),
        ([Scope(product_ref="LAMP", marketplace="FR")], [LAMP_US, LAMP_DE]),
        ([Scope(product_ref="LAMP")], [Scope(product_ref="LAMP")]),
        ([LAUNCH_US], [LAUNCH_US, LAMP_DE]),
        ([LAUNCH_US, LAMP_US], [LAMP_US, LAMP_DE]),
        ([LAMP_US, LAUNCH_US], [LAMP_US, LAMP_DE]),
        ([Scope(initiative_id="other", product_ref="LAMP", marketplace="US")], [LAMP_US, LAMP_DE]),
    ],
)
def test_planned_scopes_of_the_product_come_before_its_places_that_are_not_planned(
    planned: list[Scope], found: list[Scope]
) -> None:
    assert list(SOLD.scopes(planned)) == found


def test_without_marketplaces_it_is_sold_wherever() -> None:
    everywhere = LaunchedProduct("i", "LAMP")
    assert everywhere.scopes([]) == (Scope(product_ref="LAMP"),)
    assert everywhere.scopes([LAMP_US]) == (LAMP_US,)


def test_without_a_code_it_is_known_as_the_initiative_alone() -> None:
    unnamed = LaunchedProduct("i", None, ("US",))
    assert unnamed.scopes([EVERYTHING, LAMP_US]) == (LAUNCH_US,)


@pytest.mark.parametrize(
    ("scope", "product_ref", "told"),
    [
        (LAUNCH_US, "LAMP", LAMP_US),
        (LAUNCH_US, None, LAUNCH_US),
        (LAMP_DE, "DESK", LAMP_DE),
        (Scope(initiative_id="i", product_ref="DESK"), "LAMP", Scope(product_ref="DESK")),
    ],
)
def test_what_names_an_initiative_is_told_by_its_product(scope: Scope, product_ref: str | None, told: Scope) -> None:
    assert told_by(scope, product_ref) == told
