"""Draws a bridge: from what there is, over what adds and takes away, to what is wanted."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from services.planning.pictures.content import BridgePicture, BridgeStep
from services.planning.pictures.rows import Rows
from shared.pictures.inks import BLUE, GRID, INK, PALE, SOFT, VERMILION
from shared.pictures.marks import WIDTH, figure_text, headline, nothing, shortened, wrapped
from shared.pictures.svg import Description, rendered

_LABELS, _VALUES = 96, 62
# What adds little is drawn together, so that what matters can be seen.
_MOST = 24


def bridge_svg(picture: BridgePicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    steps = _gathered(picture.steps)
    rows = Rows(len(steps))
    words = wrapped(_sentences(picture))
    top = 34 + 13 * len(words)
    height = int(top + rows.total * 1.25 + 10)
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    room = (WIDTH - _LABELS - _VALUES) / WIDTH
    axes = figure.add_axes((_LABELS / WIDTH, 10 / height, room, rows.total * 1.25 / height))
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines[["top", "right", "bottom", "left"]].set_visible(False)
    axes.set_ylim(max(len(steps), 1), 0)
    if not steps:
        nothing(axes, "nothing is known here yet")
    for place, each in enumerate(steps):
        _step(axes, place, each, picture, rows)
    if steps:
        edges = [0.0, *(value for each in steps for value in (each.start, each.end))]
        room_beside = (max(edges) - min(edges)) * 0.02 or 1.0
        axes.set_xlim(min(edges) - room_beside, max(edges) + room_beside)
        axes.axvline(0, color=SOFT, linewidth=0.7)
        for place, each in enumerate(steps[:-1]):
            axes.plot([each.end] * 2, [place + 0.2, place + 1.8], color=GRID, linewidth=0.7, zorder=0)
    headline(figure, height, picture.name, words)
    return rendered(figure, WIDTH, height, Description(picture.name, described(picture)))


def described(picture: BridgePicture) -> str:
    """The picture in words, for those who cannot see it."""
    told = [f"{each.name}: {_value(each)}" for each in picture.steps[:40]]
    return f"{'; '.join(told)} ({picture.unit})." if told else "Nothing is known."


def _sentences(picture: BridgePicture) -> list[str]:
    totals = [each for each in picture.steps if each.is_total]
    if len(totals) < 2:
        return [f"In {picture.unit}."]
    ends = (f"{figure_text(each.end)} ({each.name})" for each in (totals[0], totals[-1]))
    return [f"In {picture.unit}: from {' to '.join(ends)}."]


def _value(each: BridgeStep) -> str:
    return figure_text(each.end) if each.is_total else figure_text(each.end - each.start, signed=True)


def _gathered(steps: Sequence[BridgeStep]) -> list[BridgeStep]:
    """The steps, the smallest of a long row of them drawn as one where they stand together."""
    listed = list(steps)
    if len(listed) <= _MOST:
        return listed
    inner = [each for each in listed if not each.is_total and not each.is_open]
    inner.sort(key=lambda each: -abs(each.end - each.start))
    kept = {id(each) for each in inner[: _MOST - (len(listed) - len(inner)) - 1]}
    drawn: list[BridgeStep] = []
    at = 0.0
    others, count = 0.0, 0
    for each in listed:
        if each.is_total or each.is_open:
            if count:
                drawn.append(BridgeStep(f"{count} others", at, at + others))
                at, others, count = at + others, 0.0, 0
            drawn.append(each)
            at = each.end
        elif id(each) in kept:
            change = each.end - each.start
            drawn.append(BridgeStep(each.name, at, at + change))
            at += change
        else:
            others += each.end - each.start
            count += 1
    return drawn


def _step(axes: Axes, place: int, each: BridgeStep, picture: BridgePicture, rows: Rows) -> None:
    middle, change = place + 0.5, each.end - each.start
    is_good = change >= 0 if not picture.lower_is_better else change <= 0
    ink = INK if each.is_total else PALE if each.is_open else BLUE if is_good else VERMILION
    axes.barh(
        middle,
        change,
        0.6,
        left=each.start,
        color=ink,
        edgecolor=SOFT if each.is_open else ink,
        linewidth=0.7,
        linestyle=(0, (2, 1.5)) if each.is_open else "solid",
    )
    for words, side, offset, align in (
        (shortened(each.name, rows.fit(_LABELS - 10)), 0, -_LABELS + 7, "left"),
        (_value(each), 1, _VALUES - 6, "right"),
    ):
        axes.annotate(
            words,
            (side, middle),
            xycoords=("axes fraction", "data"),
            xytext=(offset, 0),
            textcoords="offset points",
            fontsize=rows.letters,
            fontweight="bold" if each.is_total else "normal",
            color=INK,
            ha=align,
            va="center",
            annotation_clip=False,
        )
