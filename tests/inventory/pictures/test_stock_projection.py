"""The picture of a listing's stock: any amount of data, the same bytes each time, readable without colour or eyes."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from services.inventory.pictures.stock_picture import Arrival, BandDay, DayUnits, StockOut, StockPicture
from services.inventory.pictures.stock_projection import described, stock_projection_svg

TODAY = date(2026, 3, 10)
SVG = "{http://www.w3.org/2000/svg}"
NEVER_OUT = StockOut(0.004, None, None, None)


def picture(past_days: int = 90, future_days: int = 60, **changes: object) -> StockPicture:
    values: dict[str, object] = {
        "name": "MUG-2PK · United States",
        "today": TODAY,
        "stock": [DayUnits(TODAY - timedelta(days=past_days - i), 300.0 - i % 250) for i in range(past_days)],
        "sales": [DayUnits(TODAY - timedelta(days=past_days - i), float(i % 7)) for i in range(past_days)],
        "band": [BandDay(TODAY + timedelta(days=i), 40.0, 50.0 + i, 60.0 + 2 * i) for i in range(future_days)],
        "arrivals": [
            Arrival(TODAY + timedelta(days=12), 120, "slow_sea"),
            Arrival(TODAY + timedelta(days=20), 48, "air", proposed=True),
        ],
        "stock_out": StockOut(0.83, TODAY + timedelta(days=20), TODAY + timedelta(days=33), None),
    }
    return StockPicture(**(values | changes))  # type: ignore[arg-type]


def parsed(drawn: StockPicture) -> ElementTree.Element:
    return ElementTree.fromstring(stock_projection_svg(drawn))


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(("past_days", "future_days"), [(0, 0), (1, 1), (3, 3), (400, 120)])
def test_any_number_of_days_can_be_drawn(past_days: int, future_days: int) -> None:
    root = parsed(picture(past_days, future_days))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 360 400"


def test_the_same_values_give_the_same_bytes() -> None:
    assert stock_projection_svg(picture()) == stock_projection_svg(picture())


def test_no_clock_or_machine_is_written_into_the_picture() -> None:
    drawn = stock_projection_svg(picture()).decode()
    assert "dc:date" not in drawn
    assert "Matplotlib v" not in drawn


def test_a_year_of_days_stays_a_small_file() -> None:
    assert len(stock_projection_svg(picture(400, 120))) < 100_000


def test_text_is_text_and_not_smaller_than_eight_units_at_the_width_of_a_phone() -> None:
    root = parsed(picture())
    assert any("Runs out about 2026-04-12" in text for text in texts(root))
    assert {"120", "(48)"} <= set(texts(root))
    styles = [node.get("style", "") for node in root.iter(f"{SVG}text")]
    sizes = [float(size) for style in styles for size in re.findall(r"([\d.]+)px", style)]
    assert sizes
    assert min(sizes) >= 8


def test_every_colour_is_a_grey() -> None:
    colours = set(re.findall(rb"#([0-9a-f]{6})", stock_projection_svg(picture())))
    assert colours
    assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours)


def test_the_title_and_description_name_what_is_seen() -> None:
    root = parsed(picture())
    assert root.get("role") == "img"
    named = {node.get("id"): node.text or "" for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("aria-labelledby", "").split() == list(named)
    assert named["title"] == "Stock of MUG-2PK · United States"
    assert "Runs out about 2026-04-12, 10 % by 2026-03-30; chance 83 %." in named["desc"]
    assert "On the way: 120 by slow sea on 2026-03-22." in named["desc"]
    assert "Proposed: 48 by air on 2026-03-30." in named["desc"]


def test_a_listing_that_lasts_has_no_stock_out_mark() -> None:
    lasting = picture(stock_out=NEVER_OUT)
    assert "chance of running out under 1 %" in described(lasting)
    assert "runs out" not in texts(parsed(lasting))
    assert "runs out" in texts(parsed(picture()))


def test_unknown_days_are_gaps_and_not_zeros() -> None:
    unknown = [DayUnits(TODAY - timedelta(days=3 - i), None) for i in range(3)]
    assert described(picture(stock=unknown, sales=unknown)).startswith("No stock figure is known. Runs out")
    parsed(picture(stock=unknown, sales=unknown))


@pytest.mark.parametrize("name", ["<script>&'\"]]>", "costs $5 to $9", "中文 · 日本", "x" * 300])
def test_a_name_is_written_as_it_is_and_never_as_markup(name: str) -> None:
    root = parsed(picture(name=name))
    assert root.find(f"{SVG}title").text == f"Stock of {name}"  # type: ignore[union-attr]
    assert any(text.startswith(name[:20]) for text in texts(root))
    assert not list(root.iter("script"))


def test_numbers_of_arrivals_do_not_overlap() -> None:
    crowd = [Arrival(TODAY + timedelta(days=i // 2), 100 + i, "slow_sea") for i in range(60)]
    drawn = texts(parsed(picture(arrivals=crowd)))
    labelled = [text for text in drawn if re.fullmatch(r"1\d\d", text)]
    assert "159" in labelled
    assert 3 <= len(labelled) <= 24
