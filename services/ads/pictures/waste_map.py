"""Draws where money is wasted: what was spent on each search term or target, by its probability of loss."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from services.ads.domain.arrays import FloatArray
from services.ads.domain.term_actions import Action
from services.ads.pictures.waste_picture import TARGETS, WastePicture, WastePoint
from shared.pictures.inks import BLUE, GREEN, GRID, INK, ORANGE, SKY, SOFT, VERMILION
from shared.pictures.marks import WIDTH, amount, headline, nothing, percent, plain, shortened, wrapped
from shared.pictures.svg import Description, rendered

_PLOT, _LINE, _FOOT = 246, 13, 30
LABELLED = 6
_LEGEND_LETTERS = 78
# Marker, colour, in the order in which they are drawn: what is to be done stands before what may stay.
_STYLES: Mapping[Action, tuple[str, str, str]] = {
    Action.KEEP: ("o", "#a6a6a6", "keep"),
    Action.WATCH: ("D", SKY, "watch"),
    Action.HARVEST: ("P", GREEN, "harvest"),
    Action.BID_UP: ("^", BLUE, "bid up"),
    Action.BID_DOWN: ("v", ORANGE, "bid down"),
    Action.NEGATE: ("X", VERMILION, "negate"),
}
_AROUND = ((0, 14), (13, 8), (-13, 8), (0, -14), (13, -8), (-13, -8), (0, 25), (0, -25))
# Probable losses are numbered above the plot, where nothing lies.
_HIGH, _HEADROOM, _NUMBER_WIDTH = 0.8, 1.1, 11.0
_SIZES = (3.6, 5.0, 6.4, 8.6, 11.0)
_CLICKS = (3, 10, 30, 100)


def waste_map_svg(picture: WastePicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    dearest = _dearest(picture.points)
    lines = wrapped([_total_sentence(picture), _rest_sentence(picture)])
    names = _names(picture)
    rows = 1 if sum(len(name) + 4 for name in names.values()) <= _LEGEND_LETTERS else 2
    head = 56 + 12 * rows + _LINE * len(lines)
    listed = _FOOT + _LINE * len(dearest) + (10 if dearest else 0)
    height = head + _PLOT + 34 + listed
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.125, right=0.965, top=1 - head / height, bottom=(34 + listed) / height)
    plain(axes)
    axes.set_title("probability that it loses money", fontsize=9, loc="left", color=INK, pad=4)
    if picture.points:
        _draw_points(axes, picture)
        _number(axes, dearest)
        figure.legend(
            _legend(axes, names),
            list(names.values()),
            loc="upper left",
            bbox_to_anchor=(0.012, 1 - (30 + _LINE * len(lines)) / height),
            ncols=6 if rows == 1 else 3,
            fontsize=8,
            frameon=False,
            columnspacing=0.8,
            handletextpad=0.1,
            handlelength=1.3,
            borderpad=0,
        )
    else:
        axes.set_xticks([])
        nothing(axes, f"no {picture.subjects} with spend whose margin is known")
    for number, point in enumerate(dearest):
        text = (
            f"{number + 1}  {shortened(point.name, 27)}: {amount(point.wasted_spend, picture.currency)} wasted of "
            f"{amount(point.cost, picture.currency)} → {_word(point.action, picture)}"
        )
        figure.text(0.02, (listed - 12 - _LINE * number) / height, text, fontsize=8.5, va="top", color=INK)
    if picture.points:
        note = (
            f"Size by clicks (up to 3, 10, 30, 100, more). Dashed: a loss is ended from {percent(picture.threshold)}."
        )
        figure.text(0.02, 8 / height, note, fontsize=8.5, color=SOFT, va="bottom")
    title = f"{amount(picture.wasted_spend, picture.currency)} wasted · {picture.name}"
    headline(figure, height, title, lines)
    return rendered(figure, WIDTH, height, Description(f"Waste map: {title}", described(picture)))


def described(picture: WastePicture) -> str:
    """The picture in words, for those who cannot see it."""
    sentences = [_total_sentence(picture), _rest_sentence(picture)]
    if picture.points:
        sentences.append(f"To be done: {', '.join(_names(picture).values())}.")
    for point in _dearest(picture.points):
        sentences.append(
            f"“{point.name}”: {amount(point.wasted_spend, picture.currency)} of {amount(point.cost, picture.currency)}"
            f" wasted, {point.clicks:,} clicks, loses money with {percent(point.p_unprofitable)} probability."
        )
    return " ".join(each for each in sentences if each)


def _total_sentence(picture: WastePicture) -> str:
    share = f" ({percent(picture.wasted_spend / picture.cost)})" if picture.cost > 0 else ""
    return (
        f"{picture.count:,} {picture.subjects}, {picture.window}: {amount(picture.cost, picture.currency)} spent,"
        f" {amount(picture.wasted_spend, picture.currency)} wasted{share}."
    )


def _rest_sentence(picture: WastePicture) -> str:
    words = []
    left_out = picture.count - picture.unjudged - len(picture.points)
    if left_out > 0:
        words.append(f"{left_out:,} cheaper ones are not shown.")
    if picture.unjudged:
        words.append(f"Margin not known of {picture.unjudged:,}.")
    return " ".join(words)


def _dearest(points: Sequence[WastePoint]) -> list[WastePoint]:
    wasteful = [point for point in points if point.wasted_spend > 0]
    return sorted(wasteful, key=lambda point: (-point.wasted_spend, point.name))[:LABELLED]


def _draw_points(axes: Axes, picture: WastePicture) -> None:
    cost = np.array([point.cost for point in picture.points])
    chance = np.array([point.p_unprofitable for point in picture.points])
    size = np.searchsorted(_CLICKS, [point.clicks for point in picture.points])
    axes.set_xscale("log")
    low, high = float(cost.min()), float(cost.max())
    axes.set_xlim(low / 1.6, max(high * 1.9, low * 10))
    axes.set_ylim(-0.045, 1.14)
    axes.grid(color=GRID, linewidth=0.5)
    axes.axhline(picture.threshold, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
    for place, (action, (marker, colour, _)) in enumerate(_STYLES.items()):
        for step, points in enumerate(_SIZES):
            rows = np.flatnonzero((size == step) & np.array([each.action is action for each in picture.points]))
            if rows.size:
                # One marker drawn many times: thousands of points stay a small file.
                axes.plot(
                    cost[rows],
                    chance[rows],
                    linestyle="none",
                    marker=marker,
                    markersize=points,
                    markerfacecolor=colour,
                    markeredgecolor="white",
                    markeredgewidth=0.5,
                    alpha=0.85,
                    zorder=2 + place,
                )
    _label_axes(axes, picture.currency, low, high)


def _label_axes(axes: Axes, currency: str, low: float, high: float) -> None:
    decades = np.log10(max(high, low * 10) / low)
    steps = (1.0, 2.0, 5.0) if decades < 3 else (1.0,)
    axes.xaxis.set_major_locator(LogLocator(10, subs=steps, numticks=20))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_xlabel(f"spend, {currency} (logarithmic)", fontsize=9, color=INK, labelpad=3)
    axes.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %" if value else "0"))


def _number(axes: Axes, dearest: Sequence[WastePoint]) -> None:
    """Numbers in a row above the plot, or beside their points where these lie low, each tied to its point."""

    def in_points(x: float, y: float) -> FloatArray:
        return np.asarray(axes.transData.transform((x, y)) * 72 / axes.figure.dpi)

    spots = [in_points(point.cost, point.p_unprofitable) for point in dearest]
    left, right = (in_points(edge, 0)[0] for edge in axes.get_xlim())
    above = in_points(1, _HEADROOM)[1]
    places: dict[int, FloatArray] = {}
    high = sorted((n for n, point in enumerate(dearest) if point.p_unprofitable >= _HIGH), key=lambda n: spots[n][0])
    for number, x in zip(high, _spread([spots[n][0] for n in high], left, right), strict=True):
        places[number] = np.array((x, above))
    for number, spot in enumerate(spots):
        if number not in places:
            around = [spot + np.array(step) for step in _AROUND]
            free = (each for each in around if all(_apart(each, other) for other in places.values()))
            places[number] = next(free, around[-1])
    for number, point in enumerate(dearest):
        axes.annotate(
            str(number + 1),
            (point.cost, point.p_unprofitable),
            xytext=tuple(places[number] - spots[number]),
            textcoords="offset points",
            fontsize=9,
            fontweight="bold",
            ha="center",
            va="center",
            color=INK,
            zorder=12,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "linewidth": 0.6, "color": INK, "shrinkA": 4, "shrinkB": 2},
        )


def _spread(wanted: Sequence[float], left: float, right: float) -> list[float]:
    """Ascending places near the wanted ones, a number's width apart, within the plot."""
    placed: list[float] = []
    for x in wanted:
        placed.append(max(x, placed[-1] + _NUMBER_WIDTH if placed else left + _NUMBER_WIDTH / 2))
    limit = right - _NUMBER_WIDTH / 2
    for row in range(len(placed) - 1, -1, -1):
        placed[row] = min(placed[row], limit)
        limit = placed[row] - _NUMBER_WIDTH
    return placed


def _apart(one: FloatArray, other: FloatArray) -> bool:
    return bool(abs(one[0] - other[0]) >= _NUMBER_WIDTH or abs(one[1] - other[1]) >= _NUMBER_WIDTH)


def _names(picture: WastePicture) -> dict[Action, str]:
    """What is to be done, and of how many; the most urgent first."""
    counts = Counter(point.action for point in picture.points)
    return {
        action: f"{_word(action, picture)} {counts[action]:,}" for action in reversed(tuple(_STYLES)) if counts[action]
    }


def _word(action: Action, picture: WastePicture) -> str:
    """What is done in a word: a search term is negated, a target stopped."""
    return "stop" if action is Action.NEGATE and picture.subjects == TARGETS else _STYLES[action][2]


def _legend(axes: Axes, names: Iterable[Action]) -> list[Line2D]:
    """A mark for each action that occurs."""
    return [
        axes.plot(
            [],
            [],
            linestyle="none",
            marker=_STYLES[action][0],
            markersize=7,
            color=_STYLES[action][1],
            markeredgecolor="white",
        )[0]
        for action in names
    ]
