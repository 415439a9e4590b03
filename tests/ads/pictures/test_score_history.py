"""The picture of a campaign's scores: any number of runs, with parts, caps and gaps as they are."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from services.ads.domain.score import PARTS
from services.ads.pictures.score_history import described, score_history_svg
from services.ads.pictures.score_picture import ScoredRun, ScorePicture
from shared.pictures.inks import FIVE_SHADES
from tests.ads.pictures.reading import letter_sizes, named, parsed, texts

TODAY = date(2026, 3, 10)


def run(days_ago: int = 0, **changes: object) -> ScoredRun:
    values: dict[str, object] = {
        "day": TODAY - timedelta(days=days_ago),
        "score": 62.0,
        "cap": 100.0,
        "given": [30.0, 8.0, 12.0, 6.0, 6.0],
        "diagnosis": "It loses money.",
    }
    return ScoredRun(**(values | changes))  # type: ignore[arg-type]


def picture(*runs: ScoredRun, name: str = "Mugs · United States") -> ScorePicture:
    return ScorePicture(name, runs)


@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_any_number_of_runs_can_be_drawn(count: int) -> None:
    root = parsed(score_history_svg(picture(*(run(count - n) for n in range(count)))))
    assert root.get("viewBox", "").startswith("0 0 360 ")
    assert min(letter_sizes(root)) >= 8
    assert len(score_history_svg(picture(*(run(count - n) for n in range(count))))) < 250_000


def test_the_same_values_give_the_same_bytes() -> None:
    assert score_history_svg(picture(run(1), run())) == score_history_svg(picture(run(1), run()))


def test_every_part_is_named_and_every_shade_is_another_grey() -> None:
    written = " ".join(texts(parsed(score_history_svg(picture(run())))))
    for words in ("profit", "target ACoS", "conversion", "clicks per view", "budget lasts"):
        assert words in written
    lightness = [sum(int(shade[n : n + 2], 16) for n in (1, 3, 5)) for shade in FIVE_SHADES]
    assert len(FIVE_SHADES) == len(PARTS)
    assert lightness == sorted(lightness)
    assert min(after - before for before, after in pairwise(lightness)) > 60


def test_the_cap_is_drawn_and_told_only_where_there_is_one() -> None:
    capped = picture(run(1), run(score=40.0, cap=40.0))
    assert "cap by stock" in texts(parsed(score_history_svg(capped)))
    assert "Score 40 on 2026-03-10, -22 since 2026-03-09; its stock allows 40." in described(capped)
    assert "cap by stock" not in texts(parsed(score_history_svg(picture(run()))))


def test_what_cannot_be_scored_is_said_and_not_drawn_as_zero() -> None:
    unknown = picture(run(score=None, cap=None, given=[None] * 5, diagnosis=None))
    assert described(unknown) == "Not enough is known to score it on 2026-03-10."
    assert "too little is known to score it" in texts(parsed(score_history_svg(unknown)))
    assert described(picture()) == "No run has looked at this campaign."


def test_a_part_that_is_not_known_is_named() -> None:
    assert "Not known: clicks per view." in described(picture(run(given=[30.0, 8.0, 12.0, None, 6.0])))


def test_title_and_description_name_what_is_seen() -> None:
    told = named(parsed(score_history_svg(picture(run(1, score=70.0), run()))))
    assert told["title"] == "Scores of Mugs · United States"
    assert "Score 62 on 2026-03-10, -8 since 2026-03-09. It loses money." in told["desc"]
    assert "Over 2 runs it was between 62 and 70." in told["desc"]
