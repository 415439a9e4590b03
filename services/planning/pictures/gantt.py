"""Draws a roadmap: when each initiative was meant to happen, when it will, how it slips and what holds it up."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from services.planning.pictures.content import RoadmapBar, RoadmapPicture, Span
from services.planning.pictures.rows import Rows
from shared.pictures.inks import BLUE, DEEP_VERMILION, GRID, INK, PALE, SOFT, VERMILION
from shared.pictures.marks import WIDTH, at, headline, label_days, nothing, plain, shortened, wrapped
from shared.pictures.svg import Description, rendered

_LABELS = 112  # units left of the bars, for titles
_AXIS = 22
_ONE_DAY = timedelta(days=1)


def gantt_svg(picture: RoadmapPicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    lines = _lines(picture.bars)
    rows = Rows(len(lines))
    words = wrapped(_sentences(picture))
    top = 30 + 13 * len(words) + 22
    height = int(top + rows.total + _AXIS)
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.add_axes((_LABELS / WIDTH, _AXIS / height, (WIDTH - _LABELS - 8) / WIDTH, rows.total / height))
    plain(axes)
    axes.set_yticks([])
    axes.set_ylim(max(len(lines), 1), 0)
    first, last = _days(picture)
    axes.set_xlim(at(first), at(last))
    axes.grid(axis="x", color=GRID, linewidth=0.5)
    if not picture.bars:
        nothing(axes, "nothing is planned here yet")
    for place, line in enumerate(lines):
        if isinstance(line, str):
            _heading(axes, place, line, rows)
        else:
            _bar(axes, place, line, rows)
    if first <= picture.today <= last:
        axes.axvline(at(picture.today), color=INK, linewidth=0.9, zorder=5)
        axes.text(at(picture.today), -0.15, "today", fontsize=7, color=INK, ha="center", va="bottom")
    label_days(axes, (last - first).days)
    figure.legend(
        handles=_keys(picture.bars),
        loc="upper left",
        bbox_to_anchor=(0.012, 1 - (28 + 13 * len(words)) / height),
        ncols=5,
        fontsize=7.5,
        frameon=False,
        handlelength=1.4,
        columnspacing=0.9,
        handletextpad=0.4,
        borderpad=0,
    )
    headline(figure, height, picture.name, words)
    return rendered(figure, WIDTH, height, Description(picture.name, described(picture)))


def described(picture: RoadmapPicture) -> str:
    """The picture in words, for those who cannot see it."""
    sentences = _sentences(picture)
    for each in sorted(picture.bars, key=lambda bar: (-bar.slip_days, bar.title))[:20]:
        if each.slip_days > 0:
            cause = f", held up by {each.cause}" if each.cause else ""
            sentences.append(f"{each.title} is {each.slip_days} days late{cause}.")
    return " ".join(sentences)


def _sentences(picture: RoadmapPicture) -> list[str]:
    count, late = len(picture.bars), [each for each in picture.bars if each.slip_days > 0]
    if not count:
        return ["No initiative is on this roadmap."]
    told = [f"{count} {'initiative' if count == 1 else 'initiatives'}."]
    if late:
        worst = max(late, key=lambda each: each.slip_days)
        cause = f", held up by {shortened(worst.cause, 30)}" if worst.cause else ""
        days = f"{shortened(worst.title, 30)} by {worst.slip_days} days{cause}"
        told.append(f"One slips: {days}." if len(late) == 1 else f"{len(late)} slip, most of all {days}.")
    else:
        told.append("None is expected later than promised.")
    return told


def _lines(bars: Sequence[RoadmapBar]) -> list[RoadmapBar | str]:
    """The bars with their headings between them."""
    lines: list[RoadmapBar | str] = []
    heading = ""
    for each in bars:
        if each.group != heading:
            heading = each.group
            if heading:
                lines.append(heading)
        lines.append(each)
    return lines


def _spans(each: RoadmapBar) -> Iterator[Span]:
    yield from (each.planned, each.committed, each.forecast, each.actual)
    if each.baseline is not None:
        yield each.baseline


def _days(picture: RoadmapPicture) -> tuple[date, date]:
    """The days shown: all that is known, with a little room; a month where nothing is."""
    known = [
        day for each in picture.bars for span in _spans(each) for day in (span.start, span.finish) if day is not None
    ]
    if not known:
        return picture.today - 15 * _ONE_DAY, picture.today + 15 * _ONE_DAY
    first, last = min(known), max(known)
    room = max((last - first) // 25, 5 * _ONE_DAY)
    return first - room, last + room


def _heading(axes: Axes, place: int, words: str, rows: Rows) -> None:
    axes.annotate(
        shortened(words, rows.fit(WIDTH - 20)),
        (0, place + 0.5),
        xycoords=("axes fraction", "data"),
        xytext=(-_LABELS + 7, 0),
        textcoords="offset points",
        fontsize=rows.letters,
        fontweight="bold",
        color=INK,
        va="center",
        annotation_clip=False,
    )
    axes.axhline(place, color=PALE, linewidth=0.6, zorder=0)


def _bar(axes: Axes, place: int, each: RoadmapBar, rows: Rows) -> None:
    middle, thick = place + 0.5, 0.34
    axes.annotate(
        shortened(each.title, rows.fit(_LABELS - 12)),
        (0, middle),
        xycoords=("axes fraction", "data"),
        xytext=(-_LABELS + 7, 0),
        textcoords="offset points",
        fontsize=rows.letters,
        color=SOFT if each.is_over else INK,
        va="center",
        annotation_clip=False,
    )
    if each.baseline is not None and (ends := _ends(each.baseline)):
        axes.plot(ends, [middle + 0.36] * 2, color=SOFT, linewidth=1.0, solid_capstyle="butt", zorder=2)
    if ends := _ends(each.committed) or _ends(each.planned):
        style = "solid" if _ends(each.committed) else (0, (2, 1.5))
        axes.barh(
            middle, ends[1] - ends[0], thick, left=ends[0], color="none", edgecolor=SOFT, linewidth=0.7, linestyle=style
        )
    if ends := _ends(each.forecast):
        axes.barh(middle, ends[1] - ends[0], thick, left=ends[0], color=PALE if each.is_over else BLUE, zorder=3)
    promised = each.committed.finish
    if each.slip_days > 0 and promised is not None and each.forecast.finish is not None:
        late_from, late_to = at(promised), at(each.forecast.finish)
        axes.barh(middle, late_to - late_from, thick, left=late_from, color=VERMILION, zorder=4)
        cause = f" ← {shortened(each.cause, 14)}" if each.cause and rows.height > 12 else ""
        _late(axes, middle, (ends[0] if ends else late_from, late_to), f"+{each.slip_days} d{cause}", rows)
    if each.launch is not None:
        axes.plot([at(each.launch)], [middle], "D", color=INK, markersize=rows.letters / 2.4, zorder=6)


def _late(axes: Axes, middle: float, ends: tuple[float, float], words: str, rows: Rows) -> None:
    """How late, behind the bar; before it where there is more room."""
    left, right = axes.get_xlim()
    is_before = ends[0] - left > right - ends[1]
    axes.annotate(
        words,
        (ends[0] if is_before else ends[1], middle),
        xytext=(-4 if is_before else 4, 0),
        textcoords="offset points",
        fontsize=rows.letters - 0.5,
        color=DEEP_VERMILION,
        ha="right" if is_before else "left",
        va="center",
        zorder=7,
        bbox={"boxstyle": "square,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
    )


def _ends(span: Span) -> tuple[float, float] | None:
    """The ends on the axis; a day wide at least, None where one is not known."""
    if span.start is None or span.finish is None:
        return None
    return at(span.start), max(at(span.finish), at(span.start + _ONE_DAY))


def _keys(bars: Sequence[RoadmapBar]) -> list[Patch | Line2D]:
    keys: list[Patch | Line2D] = [
        Patch(facecolor="none", edgecolor=SOFT, linewidth=0.7, label="promised"),
        Patch(color=BLUE, label="expected"),
        Patch(color=VERMILION, label="late"),
        Line2D([], [], marker="D", color=INK, linestyle="none", markersize=3.4, label="launch"),
    ]
    if any(each.baseline is not None for each in bars):
        keys.append(Line2D([], [], color=SOFT, linewidth=1.0, label="baseline"))
    return keys
