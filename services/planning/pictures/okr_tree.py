"""Draws a tree of objectives: how far each has come, how far it should have, and how it stands."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from services.planning.domain.pace import Health
from services.planning.pictures.content import OkrRow, OkrTreePicture
from services.planning.pictures.rows import Rows
from shared.pictures.inks import GREEN, INK, ORANGE, PALE, SOFT, VERMILION
from shared.pictures.marks import WIDTH, headline, nothing, percent, shortened, wrapped
from shared.pictures.svg import Description, rendered

_BAR_FROM, _BAR_TO, _INDENT = 214.0, 312.0, 9.0
# Beyond so many rows the key results are left to the list: the tree is what is looked for.
_MOST_ROWS = 160
_KEYS = 6  # beside each other
_INKS = {
    Health.ON_TRACK: GREEN,
    Health.BEHIND: ORANGE,
    Health.AT_RISK: VERMILION,
    Health.STALE: PALE,
    Health.NO_DATA: PALE,
    Health.CLOSED: SOFT,
}
_NAMES = {
    Health.ON_TRACK: "on track",
    Health.BEHIND: "behind",
    Health.AT_RISK: "at risk",
    Health.STALE: "stale",
    Health.NO_DATA: "no data",
    Health.CLOSED: "closed",
}
# Not by colour alone: who prints in grey, or does not tell colours apart, reads the sign.
_SIGNS = {
    Health.ON_TRACK: "✓",
    Health.BEHIND: "–",
    Health.AT_RISK: "!",
    Health.STALE: "?",
    Health.NO_DATA: "?",
    Health.CLOSED: "■",
}


def okr_tree_svg(picture: OkrTreePicture) -> bytes:
    """The drawing as SVG: the same values give the same bytes."""
    shown = _shown(picture.rows)
    rows = Rows(len(shown))
    words = wrapped(_sentences(picture, len(shown)))
    keys = _keys(shown)
    top = 30 + 13 * len(words) + 18 + 12 * (len(keys) > _KEYS)
    height = int(top + rows.total + 8)
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.add_axes((0, 8 / height, 1, rows.total / height))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(max(len(shown), 1), 0)
    if not shown:
        nothing(axes, "no objective is set here yet")
    for place, each in enumerate(shown):
        _row(axes, place, each, rows)
    figure.legend(
        handles=keys,
        loc="upper left",
        bbox_to_anchor=(0.012, 1 - (28 + 13 * len(words)) / height),
        ncols=_KEYS,
        fontsize=7.5,
        frameon=False,
        handlelength=1.0,
        columnspacing=0.8,
        handletextpad=0.35,
        borderpad=0,
    )
    headline(figure, height, picture.name, words)
    return rendered(figure, WIDTH, height, Description(picture.name, described(picture)))


def described(picture: OkrTreePicture) -> str:
    """The picture in words, for those who cannot see it."""
    told = [f"{each.title}: {_progress(each)}, {_NAMES[each.health]}." for each in picture.rows[:60]]
    return " ".join([*_sentences(picture, len(picture.rows)), *told])


def _shown(rows: Sequence[OkrRow]) -> Sequence[OkrRow]:
    return rows if len(rows) <= _MOST_ROWS else [each for each in rows if not each.is_key_result]


def _sentences(picture: OkrTreePicture, shown: int) -> list[str]:
    objectives = [each for each in picture.rows if not each.is_key_result]
    if not objectives:
        return ["No objective is set."]
    counts = {health: sum(each.health is health for each in objectives) for health in Health}
    told = ", ".join(f"{count} {_NAMES[health]}" for health, count in counts.items() if count)
    sentences = [f"{len(objectives)} objectives: {told}."]
    left = len(picture.rows) - shown
    if left:
        sentences.append(f"Their {left} key results are in the list.")
    return sentences


def _progress(each: OkrRow) -> str:
    if each.grade is not None:
        return f"grade {each.grade:.1f}"
    return "not known" if each.progress is None else percent(each.progress)


def _row(axes: Axes, place: int, each: OkrRow, rows: Rows) -> None:
    middle = place + 0.5
    left = 7 + _INDENT * (each.depth + each.is_key_result)
    axes.text(
        left,
        middle,
        shortened(each.title, rows.fit(_BAR_FROM - left - 14)),
        fontsize=rows.letters if not each.is_key_result else rows.letters - 0.5,
        fontweight="bold" if each.depth == 0 and not each.is_key_result else "normal",
        color=SOFT if each.is_key_result else INK,
        va="center",
    )
    ink = _INKS[each.health]
    axes.text(_BAR_FROM - 7, middle, _SIGNS[each.health], fontsize=rows.letters, color=INK, ha="center", va="center")
    width, thick = _BAR_TO - _BAR_FROM, 0.3 if each.is_key_result else 0.46
    axes.barh(middle, width, thick, left=_BAR_FROM, color="none", edgecolor=PALE, linewidth=0.6)
    if each.progress is not None:
        axes.barh(middle, width * min(max(each.progress, 0), 1), thick, left=_BAR_FROM, color=ink)
    if each.expected is not None:
        day = _BAR_FROM + width * min(max(each.expected, 0), 1)
        axes.plot([day, day], [middle - 0.36, middle + 0.36], color=INK, linewidth=1.1)
    axes.text(_BAR_TO + 4, middle, _progress(each), fontsize=rows.letters, color=INK, va="center")


def _keys(rows: Sequence[OkrRow]) -> list[Patch | Line2D]:
    present = [health for health in Health if any(each.health is health for each in rows)]
    keys: list[Patch | Line2D] = [Patch(color=_INKS[each], label=f"{_SIGNS[each]} {_NAMES[each]}") for each in present]
    return [*keys, Line2D([], [], color=INK, linewidth=1.1, label="expected")] if rows else keys
