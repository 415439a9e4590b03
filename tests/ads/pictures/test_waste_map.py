"""The map of waste: any number of terms, told apart without colour, the dearest named, the total in the title."""

import re
from dataclasses import replace

import pytest

from services.ads.domain.term_actions import Action
from services.ads.pictures.waste_map import LABELLED, described, waste_map_svg
from services.ads.pictures.waste_picture import SEARCH_TERMS, TARGETS, WastePicture, WastePoint
from tests.ads.pictures.reading import letter_sizes, named, parsed, texts, uses


def point(number: int = 0, **changes: object) -> WastePoint:
    values: dict[str, object] = {
        "name": f"term {number}",
        "cost": 2.0 + number,
        "clicks": 1 + number % 120,
        "p_unprofitable": number % 101 / 100,
        "wasted_spend": number / 10,
        "action": tuple(Action)[number % 6],
    }
    return WastePoint(**(values | changes))  # type: ignore[arg-type]


def picture(count: int = 30, **changes: object) -> WastePicture:
    points = [point(number) for number in range(count)]
    values: dict[str, object] = {
        "name": "main US",
        "subjects": "search terms",
        "currency": "USD",
        "window": "60 days up to 2026-03-09",
        "threshold": 0.9,
        "cost": sum(each.cost for each in points),
        "wasted_spend": sum(each.wasted_spend for each in points),
        "count": count,
        "unjudged": 0,
        "points": points,
    }
    return WastePicture(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_any_number_of_terms_can_be_drawn(count: int) -> None:
    root = parsed(waste_map_svg(picture(count)))
    assert root.get("viewBox", "").startswith("0 0 360 ")
    assert min(letter_sizes(root)) >= 8
    # Every term is a marker; the legend and the axes have a few of their own.
    assert uses(root) >= count


def test_the_same_values_give_the_same_bytes() -> None:
    assert waste_map_svg(picture()) == waste_map_svg(picture())


def test_a_thousand_terms_stay_a_small_file() -> None:
    assert len(waste_map_svg(picture(1_000))) < 300_000


def test_the_title_says_how_much_is_wasted() -> None:
    told = named(parsed(waste_map_svg(picture())))
    assert told["title"] == "Waste map: 43.50 USD wasted · main US"
    assert "30 search terms, 60 days up to 2026-03-09: 495 USD spent, 43.50 USD wasted (9 %)." in told["desc"]


def test_the_dearest_are_numbered_and_listed_with_what_is_to_be_done() -> None:
    written = texts(parsed(waste_map_svg(picture())))
    listed = [text for text in written if re.match(r"\d\s+term \d+:", text)]
    assert len(listed) == LABELLED
    assert " ".join(listed[0].split()) == "1 term 29: 2.90 USD wasted of 31.00 USD → keep"
    assert {str(number + 1) for number in range(LABELLED)} <= set(written)


def test_terms_that_waste_nothing_are_not_named() -> None:
    assert "“" not in described(picture(points=[point(wasted_spend=0.0)], count=1))


def test_every_action_has_a_marker_of_its_own() -> None:
    """Without colour: the shapes that are drawn differ from action to action."""
    shapes = set()
    for action in Action:
        drawn = waste_map_svg(picture(points=[point(action=action, clicks=1_000)], count=1)).decode()
        shapes.add(max(re.findall(r'<path id="m[0-9a-f]+" d="([^"]+)"', drawn), key=len))
    assert len(shapes) == len(Action)


def test_what_is_not_shown_and_what_cannot_be_judged_is_told() -> None:
    told = described(replace(picture(30), count=45, unjudged=5))
    assert "10 cheaper ones are not shown. Margin not known of 5." in told


@pytest.mark.parametrize("name", ["<b>&'\"]]>", "$5 to $9", "中文"])
def test_a_term_is_written_as_it_was_typed_and_never_as_markup(name: str) -> None:
    root = parsed(waste_map_svg(picture(points=[point(9, name=name)], count=1)))
    assert any(name in text for text in texts(root))
    assert f"“{name}”" in named(root)["desc"]


def test_a_search_term_is_negated_and_a_target_stopped() -> None:
    told = [
        described(picture(points=[point(action=Action.NEGATE)], count=1, subjects=subjects))
        for subjects in (SEARCH_TERMS, TARGETS)
    ]
    assert "negate 1" in told[0]
    assert "stop 1" in told[1]
