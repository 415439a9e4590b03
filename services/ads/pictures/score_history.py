"""Draws a campaign's score by run: what its five parts gave, the cap of its stock, and what was left."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from services.ads.domain.score import NO_CAP, PARTS
from services.ads.pictures.score_picture import ScoredRun, ScorePicture
from shared.pictures.inks import FIVE_SHADES, GRID, INK, SOFT, VERMILION
from shared.pictures.marks import WIDTH, headline, nothing, plain, shortened, wrapped
from shared.pictures.svg import Description, rendered

_HEIGHT = 340
_NAMES = {
    "profit": "profit",
    "target": "target ACoS",
    "cvr": "conversion",
    "ctr": "clicks per view",
    "budget": "budget lasts",
}
# Few runs get a bar and a number each; of many an outline says more.
_BARS, _NUMBERED, _LABELS, _NEAR_TOP = 40, 14, 5, 92


def score_history_svg(picture: ScorePicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
    axes = figure.subplots()
    lines = wrapped([_score_sentence(picture), _diagnosis_sentence(picture)])
    legend = 58 + 13 * len(lines)
    figure.subplots_adjust(left=0.105, right=0.965, top=1 - (legend + 26) / _HEIGHT, bottom=0.085)
    plain(axes)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_ylim(0, 100)
    axes.set_title("points of 100, by run", fontsize=9, loc="left", color=INK, pad=4)
    if any(run.score is not None for run in picture.runs):
        _draw_parts(axes, picture.runs)
        _draw_cap(axes, picture.runs)
        _draw_score(axes, picture.runs)
        figure.legend(
            *axes.get_legend_handles_labels(),
            loc="upper left",
            bbox_to_anchor=(0.012, 1 - (legend - 26) / _HEIGHT),
            ncols=4,
            fontsize=8,
            frameon=False,
            handlelength=1.2,
            columnspacing=0.9,
            handletextpad=0.4,
            borderpad=0,
            labelspacing=0.35,
        )
    else:
        nothing(axes, "not scored yet" if not picture.runs else "too little is known to score it")
    _label_runs(axes, picture.runs)
    headline(figure, _HEIGHT, picture.name, lines)
    return rendered(figure, WIDTH, _HEIGHT, Description(f"Scores of {picture.name}", described(picture)))


def described(picture: ScorePicture) -> str:
    """The picture in words, for those who cannot see it."""
    sentences = [_score_sentence(picture), _diagnosis_sentence(picture)]
    if picture.runs and picture.runs[-1].score is not None:
        told = [
            f"{_NAMES[part]} {given:.0f}"
            for part, given in zip(PARTS, picture.runs[-1].given, strict=True)
            if given is not None
        ]
        sentences.append(f"Its points: {', '.join(told)}.")
        unknown = [_NAMES[part] for part, given in zip(PARTS, picture.runs[-1].given, strict=True) if given is None]
        if unknown:
            sentences.append(f"Not known: {', '.join(unknown)}.")
    scores = [run.score for run in picture.runs if run.score is not None]
    if len(scores) > 1:
        sentences.append(f"Over {len(picture.runs)} runs it was between {min(scores):.0f} and {max(scores):.0f}.")
    return " ".join(each for each in sentences if each)


def _score_sentence(picture: ScorePicture) -> str:
    if not picture.runs:
        return "No run has looked at this campaign."
    last = picture.runs[-1]
    if last.score is None:
        return f"Not enough is known to score it on {last.day}."
    words = f"Score {last.score:.0f} on {last.day}"
    if len(picture.runs) > 1 and picture.runs[-2].score is not None:
        change = last.score - picture.runs[-2].score
        words += f", {change:+.0f} since {picture.runs[-2].day}" if abs(change) >= 0.5 else ", as before"
    if last.cap is not None and last.cap < NO_CAP:
        words += f"; its stock allows {last.cap:.0f}"
    return f"{words}."


def _diagnosis_sentence(picture: ScorePicture) -> str:
    return shortened(picture.runs[-1].diagnosis, 130) if picture.runs and picture.runs[-1].diagnosis else ""


def _draw_parts(axes: Axes, runs: Sequence[ScoredRun]) -> None:
    given = np.array([[0.0 if each is None else each for each in run.given] for run in runs])
    below = np.zeros(len(runs))
    places = np.arange(len(runs))
    for number, part in enumerate(PARTS):
        top = below + given[:, number]
        if len(runs) <= _BARS:
            axes.bar(
                places,
                given[:, number],
                0.76,
                below,
                color=FIVE_SHADES[number],
                edgecolor="white",
                linewidth=0.4,
                label=_NAMES[part],
            )
        else:
            edges = np.append(places - 0.5, len(runs) - 0.5)
            axes.stairs(
                top, edges, baseline=below, fill=True, color=FIVE_SHADES[number], linewidth=0, label=_NAMES[part]
            )
        below = top


def _draw_cap(axes: Axes, runs: Sequence[ScoredRun]) -> None:
    """A line where stock allows no more; what stands above it did not count."""
    first = True
    start = 0
    caps = [run.cap if run.cap is not None else NO_CAP for run in runs]
    for place in range(1, len(runs) + 1):
        if place < len(runs) and caps[place] == caps[start]:
            continue
        if caps[start] < NO_CAP:
            ends = [start - 0.5, place - 0.5]
            axes.fill_between(ends, caps[start], 100, facecolor="white", alpha=0.6, linewidth=0, zorder=3)
            axes.plot(
                ends,
                [caps[start]] * 2,
                color=VERMILION,
                linewidth=2,
                solid_capstyle="butt",
                zorder=4,
                label="cap by stock" if first else None,
            )
            first = False
        start = place


def _draw_score(axes: Axes, runs: Sequence[ScoredRun]) -> None:
    scores = [np.nan if run.score is None else run.score for run in runs]
    few = len(runs) <= _BARS
    axes.plot(
        range(len(runs)),
        scores,
        color=INK,
        linewidth=1.3,
        marker="o" if few else None,
        markersize=4,
        markerfacecolor="white",
        zorder=5,
        label="score",
    )
    if len(runs) <= _NUMBERED:
        for place, score in enumerate(scores):
            if not np.isnan(score):
                axes.text(
                    place,
                    score + 3 if score <= _NEAR_TOP else score - 3,
                    f"{score:.0f}",
                    fontsize=8.5,
                    ha="center",
                    va="bottom" if score <= _NEAR_TOP else "top",
                    color=INK,
                    zorder=6,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
                )


def _label_runs(axes: Axes, runs: Sequence[ScoredRun]) -> None:
    """Days below some of the runs, evenly; runs stand side by side, however many days lie between them."""
    count = len(runs)
    axes.set_xlim(-0.7, max(count, 1) - 0.3)
    shown = list(range(count)) if count <= _LABELS else sorted({round(n * (count - 1) / 4) for n in range(5)})
    axes.xaxis.set_major_locator(FixedLocator([float(place) for place in shown]))
    years = {run.day.year for run in runs}
    axes.set_xticklabels([f"{runs[place].day:{'%d %b %y' if len(years) > 1 else '%d %b'}}" for place in shown])
    if count > 1:
        labels = axes.get_xticklabels()
        labels[0].set_horizontalalignment("left" if count > _LABELS else "center")
        labels[-1].set_horizontalalignment("right" if count > _LABELS else "center")
    axes.tick_params(axis="x", colors=SOFT)
