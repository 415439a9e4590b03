"""Draws the course of a key result: measured and expected values, its target, and what was said of it."""

from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from services.planning.pictures.content import TrajectoryPicture
from shared.pictures.inks import BLUE, GRID, INK, PALE, SOFT, VERMILION
from shared.pictures.marks import (
    WIDTH,
    at,
    figure_text,
    headline,
    label_days,
    nothing,
    percent,
    plain,
    short_figure,
    wrapped,
)
from shared.pictures.svg import Description, rendered

_HEIGHT = 340


def trajectory_svg(picture: TrajectoryPicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    words = wrapped(_sentences(picture))
    legend = 30 + 13 * len(words)
    figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
    course, said = figure.subplots(2, 1, sharex=True, height_ratios=[5, 1.3])
    figure.subplots_adjust(left=0.155, right=0.965, top=1 - (legend + 34) / _HEIGHT, bottom=0.075, hspace=0.28)
    for axes in (course, said):
        plain(axes)
    course.grid(axis="y", color=GRID, linewidth=0.5)
    course.set_title(picture.unit, fontsize=9, loc="left", color=INK, pad=4)
    course.yaxis.set_major_formatter(FuncFormatter(short_figure))
    _draw_course(course, picture)
    _draw_said(said, picture)
    first, last = _days(picture)
    said.set_xlim(at(first), at(last))
    for axes in (course, said):
        if first <= picture.today <= last:
            axes.axvline(at(picture.today), color=INK, linewidth=0.8, zorder=1)
    label_days(said, (last - first).days)
    figure.legend(
        *course.get_legend_handles_labels(),
        loc="upper left",
        bbox_to_anchor=(0.012, 1 - (legend - 2) / _HEIGHT),
        ncols=4,
        fontsize=8,
        frameon=False,
        handlelength=1.6,
        columnspacing=0.9,
        handletextpad=0.4,
        borderpad=0,
    )
    headline(figure, _HEIGHT, picture.name, words)
    return rendered(figure, WIDTH, _HEIGHT, Description(f"Course of {picture.name}", described(picture)))


def described(picture: TrajectoryPicture) -> str:
    """The picture in words, for those who cannot see it."""
    sentences = _sentences(picture)
    for day, old, new in picture.target_changes:
        sentences.append(f"On {day.isoformat()} its target was moved from {figure_text(old)} to {figure_text(new)}.")
    for day, confidence, has_blocker in picture.check_ins[-12:]:
        blocked = ", with a blocker" if has_blocker else ""
        sentences.append(f"On {day.isoformat()} its owner was {percent(confidence)} confident{blocked}.")
    return " ".join(sentences)


def _sentences(picture: TrajectoryPicture) -> list[str]:
    aim = f"From {figure_text(picture.start)} to {figure_text(picture.target)}."
    if not picture.measured:
        return [aim, "Nothing was measured yet."]
    day, value = picture.measured[-1]
    by_then = [each for each in picture.expected if each[0] <= day]
    wanted = f", where {figure_text(by_then[-1][1])} was expected" if by_then else ""
    return [aim, f"On {day.isoformat()} it was {figure_text(value)}{wanted}."]


def _days(picture: TrajectoryPicture) -> tuple[date, date]:
    known = [day for day, _ in (*picture.measured, *picture.expected)]
    first, last = min(known, default=picture.today), max(known, default=picture.today)
    return first, max(last, first + timedelta(days=1))


def _draw_course(axes: Axes, picture: TrajectoryPicture) -> None:
    if picture.expected:
        days, values = [at(day) for day, _ in picture.expected], [value for _, value in picture.expected]
        axes.plot(days, values, color=SOFT, linewidth=1.2, linestyle=(0, (4, 2)), label="expected")
    if picture.measured:
        days, values = [at(day) for day, _ in picture.measured], [value for _, value in picture.measured]
        axes.plot(days, values, color=BLUE, linewidth=1.6, marker=".", markersize=4, label="measured")
    else:
        nothing(axes, "nothing was measured yet")
    changes = sorted(picture.target_changes)
    marks = [picture.start, *(changes[0][1:2] if changes else [picture.target]), *(new for _, _, new in changes)]
    first, last = _days(picture)
    stops = [first, *(day for day, _, _ in changes), last]
    for place, aim in enumerate(marks[1:]):
        ends = [at(stops[place]), at(stops[place + 1])]
        axes.plot(ends, [aim] * 2, color=VERMILION, linewidth=1.0, label="target" if place == 0 else None)
    for day, old, new in changes:
        axes.plot([at(day)] * 2, [old, new], color=VERMILION, linewidth=1.0, linestyle=(0, (1, 1)))


def _draw_said(axes: Axes, picture: TrajectoryPicture) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.4, 0.7, 1], ["0", "", "", "1"])
    axes.set_title("confidence; filled: a blocker", fontsize=8, loc="left", color=INK, pad=2)
    axes.axhspan(0, 0.4, color=PALE, alpha=0.35, linewidth=0)
    for day, confidence, has_blocker in picture.check_ins:
        axes.plot(
            [at(day)], [confidence], "o", color=INK, markerfacecolor=INK if has_blocker else "white", markersize=4
        )
