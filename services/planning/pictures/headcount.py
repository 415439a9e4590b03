"""Draws a headcount bridge by month: who comes, who goes, and how many there are then."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from services.planning.pictures.content import HeadcountMonthDrawn, HeadcountPicture
from shared.pictures.inks import BLUE, GRID, INK, ORANGE, SKY, VERMILION
from shared.pictures.marks import WIDTH, headline, nothing, plain, wrapped
from shared.pictures.svg import Description, rendered

_HEIGHT, _TICKS = 340, 12


def headcount_svg(picture: HeadcountPicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    words = wrapped(_sentences(picture))
    legend = 30 + 13 * len(words)
    figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
    heads, moves = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    figure.subplots_adjust(left=0.105, right=0.965, top=1 - (legend + 38) / _HEIGHT, bottom=0.085, hspace=0.24)
    for axes, title in ((heads, "people at the end of the month"), (moves, "come and go")):
        plain(axes)
        axes.grid(axis="y", color=GRID, linewidth=0.5)
        axes.set_title(title, fontsize=9, loc="left", color=INK, pad=3)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    if picture.months:
        _draw_heads(heads, picture.months)
        _draw_moves(moves, picture.months)
        labelled = [axes.get_legend_handles_labels() for axes in (heads, moves)]
        figure.legend(
            [handle for handles, _ in labelled for handle in handles],
            [name for _, names in labelled for name in names],
            loc="upper left",
            bbox_to_anchor=(0.012, 1 - (legend - 4) / _HEIGHT),
            ncols=6,
            fontsize=7.5,
            frameon=False,
            handlelength=1.1,
            columnspacing=0.8,
            handletextpad=0.35,
            borderpad=0,
        )
    else:
        nothing(heads, "no month is planned yet")
    headline(figure, _HEIGHT, picture.name, words)
    return rendered(figure, WIDTH, _HEIGHT, Description(picture.name, described(picture)))


def described(picture: HeadcountPicture) -> str:
    """The picture in words, for those who cannot see it."""
    told = [f"{each.month:%Y-%m}: {each.closing:g}" for each in picture.months[:36]]
    return " ".join([*_sentences(picture), *([f"By month: {'; '.join(told)}."] if told else [])])


def _sentences(picture: HeadcountPicture) -> list[str]:
    if not picture.months:
        return ["No month is planned."]
    come = sum(each.joins + each.transfers_in for each in picture.months)
    gone = sum(each.transfers_out + each.leaves for each in picture.months)
    first, last = picture.months[0].opening, picture.months[-1].closing
    return [f"From {first:g} to {last:g} people: {come:g} come, {gone:g} go."]


def _draw_heads(axes: Axes, months: Sequence[HeadcountMonthDrawn]) -> None:
    places = range(len(months))
    axes.step(places, [each.closing for each in months], where="mid", color=INK, linewidth=1.4, label="planned")
    known = [(place, each.actual) for place, each in enumerate(months) if each.actual is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o", color=VERMILION, markersize=4.5, label="actual")
    axes.set_ylim(bottom=0)


def _draw_moves(axes: Axes, months: Sequence[HeadcountMonthDrawn]) -> None:
    places = list(range(len(months)))
    joins = [each.joins for each in months]
    leaves = [-each.leaves for each in months]
    axes.bar(places, joins, 0.7, color=BLUE, label="join")
    axes.bar(places, [each.transfers_in for each in months], 0.7, bottom=joins, color=SKY, label="in")
    axes.bar(places, leaves, 0.7, color=VERMILION, label="leave")
    axes.bar(places, [-each.transfers_out for each in months], 0.7, bottom=leaves, color=ORANGE, label="out")
    axes.axhline(0, color=INK, linewidth=0.8)
    every = max(-(-len(months) // _TICKS), 1)
    ticks = places[::every]
    names = [f"{months[place].month:%b}" + (f"\n{months[place].month:%Y}" if place == 0 else "") for place in ticks]
    axes.set_xticks(ticks, names)
