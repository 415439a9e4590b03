"""The pictures of planning: the same values give the same bytes, whatever their number, and say it in words too."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from services.planning.actions.draw_planning import drawn
from services.planning.domain.pace import Health
from services.planning.pictures.content import (
    BridgePicture,
    BridgeStep,
    HeadcountMonthDrawn,
    HeadcountPicture,
    OkrRow,
    OkrTreePicture,
    Picture,
    PricePoint,
    PriceRoadmapPicture,
    ProfitAndLossPicture,
    RoadmapBar,
    RoadmapPicture,
    Span,
    StatementMonth,
    TrajectoryPicture,
)

TODAY = date(2027, 5, 1)
HEALTHS = tuple(Health)


def day(number: int) -> date:
    return date(2027, 1, 1) + timedelta(days=number)


def roadmap(count: int) -> Picture:
    bars = [
        RoadmapBar(
            title=f"Lamp {each}",
            planned=Span(day(each), day(each + 60)),
            committed=Span(day(each), day(each + 60)),
            forecast=Span(day(each), day(each + 60 + each % 3)),
            actual=Span(day(each)),
            baseline=Span(day(each), day(each + 50)),
            launch=day(each + 60),
            slip_days=each % 3,
            cause="Tooling",
            group=f"Series {each // 100}",
        )
        for each in range(count)
    ]
    return RoadmapPicture("Roadmap", TODAY, bars)


def okr_tree(count: int) -> Picture:
    rows = [
        OkrRow(
            title=f"Goal {each}",
            depth=each % 4,
            progress=None if each % 5 == 0 else each % 110 / 100,
            expected=0.5,
            health=HEALTHS[each % len(HEALTHS)],
            is_key_result=each % 3 == 2,
        )
        for each in range(count)
    ]
    return OkrTreePicture("Objectives", TODAY, rows)


def prices(count: int) -> Picture:
    points = [
        PricePoint(
            key=str(each),
            title=f"Lamp {each}",
            series=f"Series {each % 7}",
            price=20 + each % 50,
            launch=day(each),
            predecessor=str(each - 1),
        )
        for each in range(count)
    ]
    return PriceRoadmapPicture("Prices in US", "USD", TODAY, points)


def trajectory(count: int) -> Picture:
    return TrajectoryPicture(
        name="Revenue",
        unit="USD",
        start=0,
        target=1_000_000,
        today=TODAY,
        measured=[(day(each), each * 1_000) for each in range(count)],
        expected=[(day(each), each * 1_200) for each in range(count)],
        check_ins=[(day(each), 0.6, each == 1) for each in range(count)],
        target_changes=[(day(20), 1_200_000, 1_000_000)],
    )


def bridge(count: int) -> Picture:
    steps = [BridgeStep(f"Launch {each}", each * 10.0, each * 10.0 + 10) for each in range(count)]
    ends = [BridgeStep("base", 0, 0, is_total=True), *steps, BridgeStep("target", 0, count * 10.0, is_total=True)]
    return BridgePicture("Bridge", "USD", ends if count else [])


def statement(count: int) -> Picture:
    months = [
        StatementMonth(
            date(2027 + each // 12, each % 12 + 1, 1),
            1_000,
            {"cogs": 600, "payroll": 300},
            900 if each < 2 else None,
            -5,
        )
        for each in range(count)
    ]
    return ProfitAndLossPicture("Plan", "USD", months)


def people(count: int) -> Picture:
    months = [
        HeadcountMonthDrawn(month=date(2027 + each // 12, each % 12 + 1, 1), opening=25 + each, joins=2, leaves=1)
        for each in range(count)
    ]
    return HeadcountPicture("People", months)


KINDS: Sequence[Callable[[int], Picture]] = (roadmap, okr_tree, prices, trajectory, bridge, statement, people)


def parts(svg: bytes) -> tuple[ElementTree.Element, str]:
    root = ElementTree.fromstring(svg)
    words = root.find("{http://www.w3.org/2000/svg}desc")
    assert words is not None
    return root, words.text or ""


def height(svg: bytes) -> int:
    found = re.search(rb'viewBox="0 0 360 (\d+)"', svg)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_three_and_three_hundred_can_be_drawn(kind: Callable[[int], Picture]) -> None:
    for count in (0, 3, 300):
        svg = drawn(kind(count))
        root, words = parts(svg)
        assert root.attrib["role"] == "img"
        assert words
    assert drawn(kind(3)) == drawn(kind(3))


@pytest.mark.parametrize("kind", [roadmap, okr_tree])
def test_long_lists_grow_and_set_their_rows_closer(kind: Callable[[int], Picture]) -> None:
    three, many, most = (height(drawn(kind(count))) for count in (3, 60, 150))
    assert three < many
    assert most < many * 150 / 60


def test_a_roadmap_says_what_slips_most_and_why() -> None:
    _, words = parts(drawn(roadmap(3)))
    assert "2 slip, most of all Lamp 2 by 2 days, held up by Tooling." in words
    assert "Lamp 1 is 1 days late" in words


def test_a_tree_says_how_each_objective_stands() -> None:
    _, words = parts(drawn(okr_tree(3)))
    assert "Goal 1: 1 %" in words


def test_very_many_key_results_are_left_to_the_list() -> None:
    svg, words = drawn(okr_tree(300)), parts(drawn(okr_tree(300)))[1]
    assert b"Goal 3<" in svg
    assert b"Goal 2<" not in svg
    assert words.startswith("200 objectives")


def test_a_long_bridge_draws_its_small_steps_as_one_and_still_joins() -> None:
    svg = drawn(bridge(300)).decode()
    assert "others" in svg
    assert "3,000" in svg
    assert len(re.findall(r">Launch \d+</text>", svg)) < 24


def test_a_course_says_where_it_is_and_where_it_should_be() -> None:
    _, words = parts(drawn(trajectory(5)))
    assert "On 2027-01-05 it was 4,000, where 4,800 was expected." in words
    assert "its target was moved from 1,200,000 to 1,000,000" in words
    assert "with a blocker" in words


def test_a_statement_says_what_is_left_and_what_was_reached() -> None:
    _, words = parts(drawn(statement(12)))
    assert "12,000 USD of revenue and 1,200 USD of profit, 10.0 % of it" in words
    assert "Of the 2 months that are over, 90 % of the planned revenue was reached." in words


def test_names_may_hold_any_letters() -> None:
    svg = drawn(BridgePicture("<b> & $x$ 灯", "USD", [BridgeStep("<i>", 0, 5, is_total=True)]))
    root, _ = parts(svg)
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "<b> & $x$ 灯" in texts
